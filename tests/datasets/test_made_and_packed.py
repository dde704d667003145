"""Data sets without files of their own: points made on the spot, and tables packed in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core.datasets import boston_housing, iris, samples, toys, wine

TOYS = [getattr(toys, name) for name in toys.__all__]


@pytest.mark.parametrize("toy", TOYS)
@given(n=st.integers(1, 300), noise=st.floats(0, 2), seed=st.integers(0, 2**32))
def test_toy_gives_float_points_and_evenly_many_labels(toy, n, noise, seed) -> None:
    x, y = toy(n, noise=noise, seed=seed)
    assert (x.dtype, x.shape, y.dtype, y.shape) == (np.float32, (n, 2), np.int32, (n,))
    assert y.sum() == n // 2
    assert np.isfinite(x).all()
    np.testing.assert_array_equal(toy(n, noise=noise, seed=seed)[0], x)


@pytest.mark.parametrize("toy", TOYS)
def test_toy_mixes_its_classes_and_its_noise_moves_points(toy) -> None:
    _, y = toy()
    assert not np.array_equal(y, np.sort(y))
    assert not np.array_equal(toy(50, noise=0.3)[0], toy(50, noise=0.0)[0])
    assert not np.array_equal(toy(50, seed=None)[0], toy(50, seed=None)[0])


def nearest_is_alike(x: np.ndarray, y: np.ndarray) -> float:
    distance = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distance, np.inf)
    return float((y[distance.argmin(axis=1)] == y).mean())


@pytest.mark.parametrize("toy", TOYS)
def test_neighbours_in_a_toy_share_their_label(toy) -> None:
    assert nearest_is_alike(*toy(400, noise=0.02)) > 0.93


@pytest.mark.parametrize("toy", [toys.circles, toys.spirals, toys.xor])
def test_no_line_parts_the_toys_that_are_meant_to_need_more(toy) -> None:
    x, y = toy(400)
    features = np.column_stack([x, np.ones(len(x))])
    weights = np.linalg.lstsq(features, 2.0 * y - 1, rcond=None)[0]
    assert ((features @ weights > 0) == y).mean() < 0.7


@pytest.mark.parametrize(("n", "noise"), [(0, 0.1), (2.5, 0.1), (True, 0.1), (5, -1.0)])
def test_toy_refuses_what_makes_no_points(n, noise) -> None:
    with pytest.raises(ValueError, match="expected"):
        toys.moons(n, noise=noise)


def test_iris_has_fifty_flowers_of_each_species() -> None:
    (x_train, y_train), (x_test, y_test) = iris.load_data()
    labels = np.concatenate([y_train, y_test])
    assert np.bincount(labels).tolist() == [50, 50, 50]
    assert (x_train.dtype, labels.dtype) == (np.float32, np.int32)
    petal_length = np.concatenate([x_train, x_test])[:, 2]
    means = [petal_length[labels == label].mean() for label in range(3)]
    np.testing.assert_allclose(means, [1.462, 4.26, 5.552], atol=0.02)


def test_wine_has_178_wines_of_three_growers() -> None:
    (x_train, y_train), (x_test, y_test) = wine.load_data()
    assert np.bincount(np.concatenate([y_train, y_test])).tolist() == [59, 71, 48]
    assert x_train.shape[1] == len(wine.FEATURE_NAMES) == 13
    assert 13.0 == pytest.approx(np.concatenate([x_train, x_test])[:, 0].mean(), abs=0.01)


def test_boston_housing_begins_with_the_row_that_keras_begins_with() -> None:
    (x_train, y_train), (x_test, _) = boston_housing.load_data()
    assert (x_train.shape, x_test.shape) == ((404, 13), (102, 13))
    first = [1.23247, 0, 8.14, 0, 0.538, 6.142, 91.7, 3.9769, 4, 307, 21, 396.9, 18.72]
    np.testing.assert_allclose(x_train[0], first)
    assert y_train[:3].tolist() == [15.2, 42.3, 50.0]


def test_share_outside_of_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`test_split` as a number from 0 to 1, received 1\.5"):
        iris.load_data(test_split=1.5)


def test_packing_a_changed_table_is_refused() -> None:
    texts = dict.fromkeys(samples.TABLES.members, b"1,2,3\n")
    with pytest.raises(ValueError, match=r"boston_housing\.csv.*expected 8594f084"):
        samples.TABLES.pack(texts)
