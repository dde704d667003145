"""Activations, normalisations and crossentropies against their formulas."""

import math
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, gradient, values

# Away from -3, -1, -0.5, 0, 0.5, 1, 3 and 6, where one activation or another has a kink.
X = np.float32([[-7.3, -2.2, -0.7, -0.3], [0.2, 0.8, 2.4, 7.1]])


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softplus(x: Any) -> Any:
    return np.logaddexp(0, x)


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


ACTIVATIONS: dict[str, Any] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": sigmoid,
    "softplus": softplus,
    "log_sigmoid": lambda x: -softplus(-x),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": elu,
    "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "celu": elu,
    "gelu": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
    "sparse_sigmoid": lambda x: np.clip(0.5 * (x + 1), 0, 1),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "softmax": softmax,
    "log_softmax": lambda x: np.log(softmax(x)),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_is_its_formula(name: str) -> None:
    check(getattr(ops, name), ACTIVATIONS[name], X, rtol=5e-6, atol=2e-6)
    check_gradient(getattr(ops, name), ACTIVATIONS[name], X)


def test_activations_take_their_parameters() -> None:
    check(lambda t: ops.leaky_relu(t, 0.01), lambda a: np.where(a > 0, a, 0.01 * a), X)
    check(lambda t: ops.elu(t, 2.0), lambda a: elu(a, 2.0), X)
    check(lambda t: ops.threshold(t, 0.5, -9.0), lambda a: np.where(a > 0.5, a, -9), X)
    exact = np.vectorize(lambda v: 0.5 * v * (1 + math.erf(v / math.sqrt(2))))
    check(lambda t: ops.gelu(t, approximate=False), exact, X, atol=2e-6)
    check(ops.glu, lambda a: a[:, :2] * sigmoid(a[:, 2:]), X)
    with pytest.raises(ValueError, match="`glu` expected an even axis"):
        ops.glu(values((2, 3)))


def test_saturated_activations_stay_finite() -> None:
    far = np.float32([-1e4, -100, 100, 1e4])
    for name in ("sigmoid", "softplus", "silu", "elu", "selu", "gelu", "mish", "softmax"):
        assert np.isfinite(getattr(ops, name)(far).numpy()).all(), name
        (slope,) = gradient(getattr(ops, name), far)
        assert np.isfinite(slope).all(), name
    np.testing.assert_allclose(ops.softplus(far), [0, 0, 100, 1e4], atol=1e-40)


@pytest.mark.parametrize("axis", [0, 1, -1, (0, 1), (1, 2), None], ids=str)
def test_softmax_runs_over_one_axis_or_several(axis: Any) -> None:
    x = values((2, 3, 4), -20, 20)
    check(lambda t: ops.softmax(t, axis), lambda a: softmax(a, axis), x)
    check(lambda t: ops.log_softmax(t, axis), lambda a: np.log(softmax(a, axis)), x, rtol=1e-5)


def test_sparsemax_is_the_nearest_point_of_the_simplex() -> None:
    assert ops.sparsemax([[2.0, 1.0, -1.0]]).tolist() == [[1, 0, 0]]
    np.testing.assert_allclose(ops.sparsemax([0.1, 0.2, 0.3]), [0.7 / 3, 1 / 3, 1.3 / 3], rtol=1e-5)


def test_normalize_divides_by_the_norm_and_bears_zeros() -> None:
    x = np.float32([[3, 4], [0, 0]])
    np.testing.assert_allclose(ops.normalize(x), [[0.6, 0.8], [0, 0]], rtol=1e-6)
    np.testing.assert_allclose(ops.normalize(x, order=1), [[3 / 7, 4 / 7], [0, 0]], rtol=1e-6)
    assert np.isfinite(gradient(ops.normalize, x)[0]).all()


def test_moments_are_mean_and_variance() -> None:
    x = values((3, 4))
    check(lambda t: ops.moments(t, 0), lambda a: (a.mean(0), a.var(0)), x)


def test_batch_and_layer_normalization_are_their_formulas() -> None:
    x, scale, offset = values((5, 3)), values((3,), 0.5, 2, 1), values((3,), seed=2)

    def layer(a: Any, g: Any, b: Any) -> Any:
        mean, variance = a.mean(-1, keepdims=True), a.var(-1, keepdims=True)
        return (a - mean) / np.sqrt(variance + 1e-7) * g + b

    check(ops.layer_normalization, layer, x, scale, offset, rtol=1e-5, atol=1e-5)
    check_gradient(ops.layer_normalization, layer, x, scale, offset)
    check(
        lambda t, g: ops.rms_normalization(t, g),
        lambda a, g: a / np.sqrt((a**2).mean(-1, keepdims=True) + 1e-7) * g,
        x,
        scale,
    )
    mean, variance = x.mean(0), x.var(0)
    check(
        lambda t: ops.batch_normalization(t, mean, variance, -1, offset, scale),
        lambda a: (a - mean) / np.sqrt(variance + 1e-3) * scale + offset,
        x,
        atol=1e-5,
    )


def test_in_top_k_lets_ties_in_and_refuses_nonsense() -> None:
    scores = np.float32([[0.1, 0.5, 0.5, 0.2]] * 5 + [[np.nan, 0.5, 0.1, 0.2]])
    targets = np.int32([1, 2, 3, 9, -1, 0])
    assert ops.in_top_k(targets, scores, 1).tolist() == [True, True, False, False, False, False]
    assert ops.in_top_k(targets, scores, 3).tolist() == [True, True, True, False, False, False]


def test_multi_hot_marks_each_class_once() -> None:
    assert ops.multi_hot([[0, 2, 2], [1, 1, 1]], 3).tolist() == [[1, 0, 1], [0, 1, 0]]


# --- Crossentropies ---------------------------------------------------------------------------

LOGITS = values((4, 3), -5, 5)
LABELS = np.int32([0, 2, 1, 2])
HOT = np.eye(3, dtype=np.float32)[LABELS]
BITS = np.float32([[0, 1, 1]] * 4)


def categorical(output: Any) -> Any:
    return -np.sum(HOT * np.log(softmax(output)), axis=-1)


def test_crossentropies_of_logits_are_their_formulas() -> None:
    def binary(z: Any) -> Any:
        return -(BITS * np.log(sigmoid(z)) + (1 - BITS) * np.log(1 - sigmoid(z)))

    for ours, reference in (
        (lambda t: ops.categorical_crossentropy(HOT, t, from_logits=True), categorical),
        (lambda t: ops.sparse_categorical_crossentropy(LABELS, t, from_logits=True), categorical),
        (lambda t: ops.binary_crossentropy(BITS, t, from_logits=True), binary),
    ):
        check(ours, reference, LOGITS, rtol=1e-5, atol=1e-5)
        check_gradient(ours, reference, LOGITS)


def test_crossentropies_of_probabilities_are_their_formulas() -> None:
    probabilities = softmax(LOGITS.astype(np.float64)).astype(np.float32)
    wanted = categorical(LOGITS)
    for found in (
        ops.categorical_crossentropy(HOT, probabilities),
        ops.categorical_crossentropy(HOT, probabilities * 7),  # not normalised: they are, inside
        ops.sparse_categorical_crossentropy(LABELS, probabilities),
        ops.sparse_categorical_crossentropy(LABELS[:, None], probabilities),
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_crossentropies_run_over_any_axis() -> None:
    moved, hot = LOGITS.T.copy(), HOT.T.copy()
    np.testing.assert_allclose(
        ops.categorical_crossentropy(hot, moved, from_logits=True, axis=0),
        categorical(LOGITS),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        ops.sparse_categorical_crossentropy(LABELS, moved, from_logits=True, axis=0),
        categorical(LOGITS),
        rtol=1e-5,
    )


def test_certainty_costs_a_finite_loss_with_a_finite_gradient() -> None:
    sure = np.float32([[1, 0], [0, 1]])
    wrong = sure[::-1].copy()
    for loss in (ops.categorical_crossentropy, ops.binary_crossentropy):
        assert np.isfinite(loss(sure, wrong).numpy()).all()
        assert np.isfinite(gradient(lambda t, loss=loss: loss(sure, t), wrong)[0]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ops.categorical_crossentropy(LABELS, LOGITS),
            "integer labels use `sparse_categorical_crossentropy`",
        ),
        (
            lambda: ops.sparse_categorical_crossentropy(HOT, LOGITS),
            "one-hot labels use `categorical_crossentropy`",
        ),
        (lambda: ops.binary_crossentropy(BITS[:, :2], LOGITS), "target and output of one shape"),
    ],
)
def test_labels_of_a_wrong_form_are_refused_with_a_way_out(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_softmax_over_an_axis_of_one_says_that_it_always_gives_one() -> None:
    with pytest.warns(UserWarning, match=r"softmax over axis -1 of shape \(2, 1\).*`sigmoid`"):
        assert ops.softmax(np.ones((2, 1), np.float32)).numpy().tolist() == [[1.0], [1.0]]
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="softmax")])
    model.compile("sgd", "binary_crossentropy")
    with pytest.warns(UserWarning, match="gives 1 whatever comes in"):
        model.fit(np.ones((4, 3)), np.ones(4), verbose=0)
    ops.softmax(np.ones((2, 1), np.float32), axis=0)
