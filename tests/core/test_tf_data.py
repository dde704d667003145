"""`tf.data`: what a pipeline gives, in what order, and how `fit` takes it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core.compat import tensorflow as tf

Dataset = tf.data.Dataset


def values(dataset: Dataset) -> list:
    return [np.asarray(element).tolist() for element in dataset.as_numpy_iterator()]


@given(st.integers(1, 30), st.integers(1, 12), st.booleans())
def test_batches_are_the_rows_in_order(count: int, size: int, drop: bool) -> None:
    dataset = Dataset.from_tensor_slices(np.arange(count)).batch(size, drop_remainder=drop)
    batches = values(dataset)
    kept = count // size * size if drop else count
    assert [row for batch in batches for row in batch] == list(range(kept))
    assert len(batches) == len(dataset)
    assert all(len(batch) == size for batch in batches[:-1])


@given(st.integers(1, 30), st.integers(1, 40))
def test_shuffle_keeps_every_element_and_draws_near(count: int, buffer: int) -> None:
    order = values(Dataset.range(count).shuffle(buffer, seed=1))
    assert sorted(order) == list(range(count))
    assert all(element <= place + buffer - 1 for place, element in enumerate(order))


def test_shuffle_is_new_in_each_pass_unless_told_not_to_be() -> None:
    fresh = Dataset.range(50).shuffle(50, seed=3)
    assert values(fresh) != values(fresh)
    fixed = Dataset.range(50).shuffle(50, seed=3, reshuffle_each_iteration=False)
    assert values(fixed) == values(fixed)


def test_map_gets_the_parts_of_a_tuple_as_arguments() -> None:
    pairs = Dataset.from_tensor_slices((np.arange(3), np.arange(3) * 10))
    assert values(pairs.map(lambda a, b: a + b)) == [0, 11, 22]


def test_map_runs_keras_ops_and_dicts_keep_their_keys() -> None:
    rows = Dataset.from_tensor_slices({"x": np.arange(4.0)})
    squares = rows.map(lambda row: {"y": keras.ops.square(row["x"])})
    assert [element["y"].item() for element in squares.as_numpy_iterator()] == [0, 1, 4, 9]


def test_filter_take_skip_repeat_and_concatenate() -> None:
    numbers = Dataset.range(10)
    assert values(numbers.filter(lambda n: n % 2 == 0)) == [0, 2, 4, 6, 8]
    assert values(numbers.skip(7).repeat(2)) == [7, 8, 9, 7, 8, 9]
    assert values(numbers.take(2).concatenate(numbers.skip(9))) == [0, 1, 9]
    assert values(numbers.repeat().take(12))[-2:] == [0, 1]


def test_zip_ends_with_the_shortest() -> None:
    zipped = Dataset.zip((Dataset.range(3), Dataset.range(5).skip(1)))
    assert [tuple(map(int, pair)) for pair in zipped.as_numpy_iterator()] == [
        (0, 1),
        (1, 2),
        (2, 3),
    ]


def test_unbatch_undoes_batch() -> None:
    assert values(Dataset.range(7).batch(3).unbatch()) == list(range(7))


def test_cache_computes_elements_once() -> None:
    calls: list[int] = []
    dataset = Dataset.range(3).map(lambda n: calls.append(1) or n).cache()
    assert values(dataset) == values(dataset)
    assert len(calls) == 3


def test_from_generator_starts_anew_in_each_pass() -> None:
    dataset = Dataset.from_generator(lambda: ((i, i * 2) for i in range(3)))
    assert [tuple(map(int, pair)) for pair in dataset.as_numpy_iterator()] == [
        (0, 0),
        (1, 2),
        (2, 4),
    ]
    assert len(list(dataset)) == 3


def test_elements_are_tensors_with_values() -> None:
    first = next(iter(Dataset.from_tensor_slices((np.ones((2, 3)), np.arange(2))).batch(2)))
    assert [part.numpy().dtype.name for part in first] == ["float32", "int32"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dataset.from_tensor_slices((np.zeros(3), np.zeros(4))), "same number of rows"),
        (lambda: Dataset.from_tensor_slices(np.float32(3)), "same number of rows"),
        (lambda: Dataset.range(3).batch(0), "positive batch size"),
        (lambda: Dataset.range(3).shuffle(0), "buffer of 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def model() -> keras.Sequential:
    built = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    built.compile(keras.optimizers.SGD(0.1), "mse")
    return built


def line() -> Dataset:
    x = np.linspace(-1, 1, 64).reshape(-1, 1)
    return Dataset.from_tensor_slices((x, 2 * x + 1))


def test_fit_evaluate_and_predict_take_a_dataset() -> None:
    trained = model()
    trained.fit(line().shuffle(64, seed=0).batch(16), epochs=40, verbose=0)
    assert trained.evaluate(line().batch(16), verbose=0) < 1e-3
    assert trained.predict(line().map(lambda x, y: x).batch(16), verbose=0).shape == (64, 1)


def test_an_endless_dataset_needs_steps_and_goes_on_over_epochs() -> None:
    endless = line().repeat().batch(16)
    with pytest.raises(ValueError, match="steps_per_epoch"):
        model().fit(endless, verbose=0)
    history = model().fit(
        endless, steps_per_epoch=3, epochs=4, verbose=0,
        validation_data=endless, validation_steps=2,
    )  # fmt: skip
    assert len(history.history["val_loss"]) == 4
