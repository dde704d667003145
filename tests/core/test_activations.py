"""Activations: identities, limits, gradients, looking up by name. Values: see the parity tests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pykeras_core import activations, layers, ops, saving
from pykeras_core.engine import GradientTape

NAMES = sorted(
    name
    for name in activations.__all__
    if name not in ("get", "serialize", "deserialize", "hard_swish", "swish")
)
ELEMENTWISE = [n for n in NAMES if n not in ("glu", "log_softmax", "softmax", "sparsemax")]

floats = st.floats(-30, 30, width=32)


def call(name, x):
    x = ops.convert_to_tensor(x)
    if name == "threshold":
        return activations.threshold(x, 0.25, 0.5)
    return getattr(activations, name)(x)


@pytest.mark.parametrize("name", ELEMENTWISE)
@settings(max_examples=20)  # for each of thirty functions
@given(x=st.lists(floats, min_size=1, max_size=6))
def test_elementwise_activations_keep_shape_and_are_finite(name, x):
    array = np.array([x], "float32")
    result = call(name, array).numpy()
    assert result.shape == array.shape
    assert result.dtype == np.float32
    assert np.isfinite(result).all()


@pytest.mark.parametrize("name", NAMES)
def test_gradients_agree_with_finite_differences(name):
    x = np.random.default_rng(4).uniform(-2.2, 2.2, (3, 6)).astype("float32") + 0.011
    weights = np.random.default_rng(5).normal(size=call(name, x).shape).astype("float32")
    point = ops.convert_to_tensor(x)
    with GradientTape() as tape:
        tape.watch(point)
        total = ops.sum(call(name, point) * weights)
    gradient = tape.gradient(total, point).numpy()
    direction = np.random.default_rng(6).normal(size=x.shape).astype("float32")
    step = 1e-3

    def value(shift):
        return float(ops.sum(call(name, x + shift * direction) * weights))

    expected = (value(step) - value(-step)) / (2 * step)
    assert np.sum(gradient * direction) == pytest.approx(expected, rel=2e-2, abs=5e-3)


@given(st.lists(floats, min_size=2, max_size=8))
def test_softmax_and_sparsemax_land_on_the_simplex(x):
    for function in (activations.softmax, activations.sparsemax):
        result = function(np.array([x], "float32")).numpy()
        assert result.min() >= 0
        assert result.sum() == pytest.approx(1.0, abs=1e-4)


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    x = np.array([1.0, 0.8, 0.1], "float32")
    nearest = activations.sparsemax(x).numpy()
    np.testing.assert_allclose(nearest, [0.6, 0.4, 0.0], atol=1e-6)
    grid = np.array([(a, b, 20 - a - b) for a in range(21) for b in range(21 - a)]) / 20
    assert ((grid - x) ** 2).sum(axis=1).min() >= ((nearest - x) ** 2).sum() - 1e-6


def test_softmax_of_huge_logits_is_finite():
    assert activations.softmax(np.array([1e4, 0.0, -1e4])).tolist() == [1.0, 0.0, 0.0]
    assert activations.log_softmax(np.array([1e4, 0.0])).tolist() == [0.0, -1e4]


def test_saturated_functions_are_finite_far_out():
    far = np.array([-1e4, 1e4])
    assert activations.sigmoid(far).tolist() == [0.0, 1.0]
    assert activations.softplus(far).tolist() == [0.0, 1e4]
    assert activations.log_sigmoid(far).tolist() == [-1e4, 0.0]
    assert activations.silu(far).tolist() == [0.0, 1e4]


def test_softmax_keeps_its_logits_for_a_crossentropy():
    logits = ops.convert_to_tensor(np.array([[1.0, 2.0]]))
    assert activations.softmax(logits)._keras_logits is logits
    assert activations.sigmoid(logits)._keras_logits is logits


@pytest.mark.parametrize("name", NAMES)
def test_names_round_trip(name):
    function = getattr(activations, name)
    assert activations.get(name) is function
    assert activations.serialize(function) == name
    assert activations.deserialize(name) is function


def test_aliases_and_none():
    assert activations.get("swish") is activations.silu
    assert activations.get("hard_swish") is activations.hard_silu
    assert activations.get(None) is activations.linear


def test_a_name_nobody_knows_is_refused_with_the_names_that_are():
    with pytest.raises(ValueError, match=r"Unknown activation 'rleu'.*'relu'"):
        activations.get("rleu")
    with pytest.raises(ValueError, match="Unknown activation 3"):
        activations.get(3)


def test_a_registered_function_is_saved_by_its_name():
    @saving.register_keras_serializable("tests")
    def shifted(x):
        return x + 1.0

    try:
        layer = layers.Dense(2, activation=shifted)
        again = layers.Dense.from_config(layer.get_config())
        assert again.activation is shifted
        assert layer.get_config()["activation"]["config"] == "tests>shifted"
    finally:
        saving.get_custom_objects().clear()


def test_a_layer_may_be_an_activation():
    layer = layers.Dense(2, activation=layers.LeakyReLU(0.1), kernel_initializer="ones")
    assert layer(-np.ones((1, 10))).numpy().round(4).tolist() == [[-1.0, -1.0]]
    assert layers.Dense.from_config(layer.get_config()).activation.negative_slope == 0.1
