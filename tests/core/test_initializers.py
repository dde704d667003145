"""Initializers: values, distributions, seeds, configurations, looking up by name."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import initializers, layers, random
from pykeras_core.initializers.variance_scaling import compute_fans

RANDOM = [
    "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform",
    "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling",
]  # fmt: skip

# Standard deviation for 200 inputs and 100 outputs, as each paper gives it.
STDDEV = {
    "GlorotNormal": np.sqrt(2 / 300),
    "GlorotUniform": np.sqrt(2 / 300),
    "HeNormal": np.sqrt(2 / 200),
    "HeUniform": np.sqrt(2 / 200),
    "LecunNormal": np.sqrt(1 / 200),
    "LecunUniform": np.sqrt(1 / 200),
    "RandomNormal": 0.05,
    "RandomUniform": 0.05 / np.sqrt(3),
    "TruncatedNormal": 0.05 * 0.87962566,
    "VarianceScaling": np.sqrt(1 / 200),
}


def test_constants():
    assert initializers.Zeros()((2,)).tolist() == [0.0, 0.0]
    assert initializers.Ones()((2,), dtype="int32").tolist() == [1, 1]
    assert initializers.Constant(0.5)((2,)).tolist() == [0.5, 0.5]
    assert initializers.Constant([1, 2])((2, 2)).tolist() == [[1.0, 2.0], [1.0, 2.0]]
    assert initializers.Identity(2.0)((2, 3)).tolist() == [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]


@pytest.mark.parametrize("name", sorted(STDDEV))
def test_random_numbers_have_mean_zero_and_the_stated_deviation(name):
    drawn = getattr(initializers, name)(seed=11)((200, 100)).numpy()
    assert drawn.dtype == np.float32
    # Four standard errors of 20,000 numbers.
    assert drawn.mean() == pytest.approx(0.0, abs=4 * STDDEV[name] / np.sqrt(drawn.size))
    assert drawn.std() == pytest.approx(STDDEV[name], rel=4 / np.sqrt(2 * drawn.size))


@pytest.mark.parametrize("name", [name for name in STDDEV if "Uniform" in name])
def test_uniform_numbers_stay_within_their_limit(name):
    limit = np.sqrt(3) * STDDEV[name]
    drawn = getattr(initializers, name)(seed=11)((200, 100)).numpy()
    assert np.abs(drawn).max() <= limit
    assert np.abs(drawn).max() > 0.99 * limit


def test_truncated_numbers_stay_within_two_deviations():
    drawn = initializers.TruncatedNormal(mean=1.0, stddev=0.1, seed=1)((100, 100)).numpy()
    assert 0.8 <= drawn.min() < drawn.max() <= 1.2


@pytest.mark.parametrize(
    ("mode", "variance"), [("fan_in", 3 / 200), ("fan_out", 3 / 100), ("fan_avg", 3 / 150)]
)
@pytest.mark.parametrize("distribution", ["uniform", "normal", "untruncated_normal"])
def test_variance_scaling_gives_the_variance_of_its_mode(mode, variance, distribution):
    drawn = initializers.VarianceScaling(3.0, mode, distribution, seed=5)((200, 100)).numpy()
    assert drawn.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (3, 2, 4)])
def test_orthogonal_gives_orthonormal_columns_or_rows_times_the_gain(shape):
    matrix = initializers.Orthogonal(gain=2.0, seed=1)(shape).numpy().reshape(-1, shape[-1])
    if matrix.shape[0] < matrix.shape[1]:
        matrix = matrix.T
    np.testing.assert_allclose(matrix.T @ matrix, 4 * np.eye(matrix.shape[1]), atol=1e-5)


@pytest.mark.parametrize("name", RANDOM)
def test_an_int_seed_gives_the_same_numbers_at_each_call(name):
    make = getattr(initializers, name)
    initializer = make(seed=3)
    first = initializer((4, 5)).numpy()
    np.testing.assert_array_equal(first, initializer((4, 5)).numpy())
    np.testing.assert_array_equal(first, make(seed=3)((4, 5)).numpy())
    assert not np.array_equal(first, make(seed=4)((4, 5)).numpy())


@pytest.mark.parametrize("name", RANDOM)
def test_no_seed_means_one_drawn_for_the_initializer(name):
    make = getattr(initializers, name)
    initializer = make()
    np.testing.assert_array_equal(initializer((4, 5)).numpy(), initializer((4, 5)).numpy())
    assert not np.array_equal(initializer((4, 5)).numpy(), make()((4, 5)).numpy())


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_generator_gives_new_numbers_at_each_call(name):
    initializer = getattr(initializers, name)(seed=random.SeedGenerator(3))
    assert not np.array_equal(initializer((4, 5)).numpy(), initializer((4, 5)).numpy())


@pytest.mark.parametrize("name", [*RANDOM, "Constant", "Identity", "Ones", "STFT", "Zeros"])
def test_configurations_survive_json(name):
    initializer = getattr(initializers, name)()
    written = json.loads(json.dumps(initializers.serialize(initializer)))
    assert written["module"] == "keras.initializers"
    again = initializers.deserialize(written)
    assert type(again) is type(initializer)
    assert again.get_config() == initializer.get_config()
    assert initializer.clone().get_config() == initializer.get_config()


def test_a_seed_generator_survives_a_configuration():
    initializer = initializers.GlorotUniform(seed=random.SeedGenerator(3))
    again = initializers.deserialize(initializers.serialize(initializer))
    np.testing.assert_array_equal(again((3, 3)).numpy(), initializer((3, 3)).numpy())


def test_an_array_constant_survives_a_configuration():
    written = initializers.serialize(initializers.Constant(np.array([1.0, 2.0])))
    assert initializers.deserialize(written)((2,)).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("identifier", "cls"),
    [
        ("glorot_uniform", "GlorotUniform"),
        ("GlorotUniform", "GlorotUniform"),
        ("he_normal", "HeNormal"),
        ("orthogonal", "Orthogonal"),
        ("OrthogonalInitializer", "Orthogonal"),
        ("IdentityInitializer", "Identity"),
        ("uniform", "RandomUniform"),
        ("normal", "RandomNormal"),
        ("zero", "Zeros"),
        ("one", "Ones"),
        ({"class_name": "HeNormal", "config": {"seed": 1}}, "HeNormal"),
        (initializers.HeNormal, "HeNormal"),
    ],
)
def test_get_finds_names_configurations_and_classes(identifier, cls):
    assert type(initializers.get(identifier)).__name__ == cls


def test_get_takes_none_functions_and_arrays():
    assert initializers.get(None) is None
    function = initializers.get(lambda shape, dtype=None: np.full(shape, 2.0))
    layer = layers.Dense(2, kernel_initializer=function)
    assert layer(np.ones((1, 2))).tolist() == [[4.0, 4.0]]
    layer = layers.Dense(2, kernel_initializer=np.eye(2))
    assert layer(np.array([[3.0, 4.0]])).tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: initializers.get("glorot"), "Unknown initializer 'glorot'"),
        (lambda: initializers.get(3), "Unknown initializer 3"),
        (lambda: initializers.get(np.eye(2))((3, 3)), r"has shape \(2, 2\), the weight .*\(3, 3\)"),
        (lambda: initializers.VarianceScaling(scale=0), "positive `scale`"),
        (lambda: initializers.VarianceScaling(mode="fan"), "received 'fan'"),
        (lambda: initializers.VarianceScaling(distribution="cauchy"), "received 'cauchy'"),
        (lambda: initializers.Orthogonal()((3,)), "at least two axes"),
        (lambda: initializers.Identity()((3,)), "matrices only"),
        (lambda: initializers.HeNormal(seed="x"), "`seed` as an int"),
        (lambda: initializers.STFT(side="left"), "received 'left'"),
        (lambda: initializers.STFT(window="kaiser"), "received 'kaiser'"),
        (lambda: initializers.STFT(scaling="loud"), "received 'loud'"),
        (lambda: initializers.STFT(window=np.ones(3))((4, 1, 3)), r"shape \(4,\)"),
    ],
)
def test_wrong_arguments_are_refused_with_what_came(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_base_class_asks_for_call():
    with pytest.raises(NotImplementedError, match="__call__"):
        initializers.Initializer()((2,))


@pytest.mark.parametrize(
    ("shape", "fans"),
    [((), (1, 1)), ((7,), (7, 7)), ((3, 4), (3, 4)), ((3, 3, 2, 5), (18, 45))],
)
def test_fans_of_usual_weights(shape, fans):
    assert compute_fans(shape) == fans


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4))
def test_fans_of_named_axes_are_products(shape):
    assert compute_fans(shape, input_axes=[0], output_axes=[1]) == (shape[0], shape[1])
    everything = list(range(len(shape)))
    assert compute_fans(shape, everything, everything) == (int(np.prod(shape)),) * 2


@given(st.lists(st.integers(1, 4), max_size=4).map(tuple))
def test_any_shape_can_be_drawn(shape):
    for name in ("GlorotUniform", "HeNormal", "RandomNormal", "TruncatedNormal", "Zeros"):
        assert getattr(initializers, name)()(shape).shape == shape
