"""Losses: gradients, tracing, reductions, configurations, names and messages."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import losses, ops, saving
from pykeras_core.engine import GradientTape, convert_to_tensor
from pykeras_core.losses.base import LossFunctionWrapper
from pykeras_core.losses.labels import check_labels
from tests.core.traced import run_traced
from tests.parity import losses_cases

ROWS = [
    pytest.param(getattr(losses, name), data, kwargs, id=f"{name}{data.__name__}{kwargs or ''}")
    for name, data, kwargs in losses_cases.FUNCTIONS
]
CLASSES = [
    pytest.param(getattr(losses, name), data, kwargs, id=name)
    for name, data, kwargs in losses_cases.CLASSES
]
STEP = 4e-3
# A float32 loss near 1 has an error of 1e-7, the difference one of 1e-7 / STEP; the rest is the
# parabola's part, of the order of STEP squared.
GRADIENT_TOLERANCE = 2e-3


def gradient(function, y_pred):
    tensor = convert_to_tensor(y_pred)
    with GradientTape() as tape:
        tape.watch(tensor)
        total = ops.sum(function(tensor))
    return tape.gradient(total, tensor).numpy()


@pytest.mark.parametrize(("function", "data", "kwargs"), ROWS)
def test_gradient_is_the_slope_along_a_random_direction(function, data, kwargs):
    y_true, y_pred = data()
    direction = np.random.RandomState(3).uniform(-1, 1, y_pred.shape).astype("float32")

    def total(prediction):
        return float(np.sum(function(y_true, prediction, **kwargs).numpy(), dtype="float64"))

    slope = (total(y_pred + STEP * direction) - total(y_pred - STEP * direction)) / (2 * STEP)
    found = gradient(lambda tensor: function(y_true, tensor, **kwargs), y_pred)
    magnitude = np.abs(found * direction).sum()
    assert abs(float(np.sum(found * direction)) - slope) <= GRADIENT_TOLERANCE * magnitude


@pytest.mark.parametrize(("function", "data", "kwargs"), ROWS)
def test_a_traced_loss_is_the_eager_loss(function, data, kwargs):
    y_true, y_pred = data()
    eager = function(y_true, y_pred, **kwargs).numpy()
    traced = run_traced(lambda t, p: function(t, p, **kwargs), y_true, y_pred)
    np.testing.assert_array_equal(traced, eager)


@pytest.mark.parametrize(("cls", "data", "kwargs"), CLASSES)
def test_a_loss_survives_a_round_trip_through_json(cls, data, kwargs):
    y_true, y_pred = data()
    loss = cls(name="mine", reduction="sum", **kwargs)
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is cls
    assert again.get_config() == loss.get_config()
    assert float(again(y_true, y_pred)) == float(loss(y_true, y_pred))


@pytest.mark.parametrize(("cls", "data", "kwargs"), CLASSES)
def test_a_loss_keeps_its_arguments_as_attributes(cls, data, kwargs):
    loss = cls(**kwargs)
    assert {name: getattr(loss, name) for name in kwargs} == kwargs


def test_a_function_survives_a_round_trip():
    assert losses.deserialize(losses.serialize(losses.huber)) is losses.huber


def test_a_wrapped_function_survives_a_round_trip():
    @saving.register_keras_serializable("test_losses")
    def cubic(y_true, y_pred, factor=1.0):
        return factor * ops.mean(ops.abs(y_true - y_pred) ** 3, axis=-1)

    wrapper = LossFunctionWrapper(cubic, name="cubic", factor=2.0)
    again = LossFunctionWrapper.from_config(wrapper.get_config())
    y_true, y_pred = np.zeros((2, 1)), np.asarray([[1.0], [2.0]])
    assert float(again(y_true, y_pred)) == float(wrapper(y_true, y_pred)) == 9.0


def test_names_mean_functions_and_classes():
    assert losses.get("mse") is losses.get("MSE") is losses.mean_squared_error
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    assert losses.get(None) is None


def test_an_own_function_is_a_loss():
    def own(y_true, y_pred):
        return y_pred

    assert losses.get(own) is own


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.sampled_from(["sum", "none"]))
def test_reduction_none_adds_up_to_reduction_sum(shape, reduction):
    y_true = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    values = losses.MeanAbsoluteError(reduction="none")(y_true, y_true + 2.0)
    assert values.shape == tuple(shape[:-1])
    total = losses.MeanAbsoluteError(reduction="sum")(y_true, y_true + 2.0)
    assert float(ops.sum(values)) == pytest.approx(float(total))


def test_weights_of_zero_leave_samples_out():
    y_true, y_pred = np.zeros((3, 1)), np.asarray([[1.0], [5.0], [9.0]])
    loss = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    assert float(loss(y_true, y_pred, [1.0, 0.0, 0.0])) == 1.0
    assert float(loss(y_true, y_pred, [0.0, 0.0, 0.0])) == 0.0


def test_a_mask_with_nothing_left_gives_zero():
    y_pred = convert_to_tensor(np.ones((2, 3, 1), "float32"))
    y_pred._keras_mask = convert_to_tensor(np.zeros((2, 3), bool))
    assert float(losses.MeanSquaredError()(np.zeros((2, 3, 1)), y_pred)) == 0.0


def test_the_loss_of_no_samples_is_zero():
    assert float(losses.MeanSquaredError()(np.zeros((0, 2, 1)), np.zeros((0, 2, 1)))) == 0.0


def test_nested_lists_are_tensors():
    assert (
        float(losses.MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]])) == 0.5
    )


def test_hinge_reads_labels_0_and_1_as_signs():
    y_pred = np.asarray([[0.5, -0.5]])
    assert float(losses.hinge([[0.0, 1.0]], y_pred)[0]) == float(losses.hinge([[-1, 1]], y_pred)[0])


def test_binary_crossentropy_of_softmax_outputs_takes_them_as_probabilities():
    from pykeras_core import activations

    probabilities = activations.softmax(np.asarray([[2.0, 0.0]], "float32"))
    plain = probabilities.numpy()
    y_true = np.asarray([[1.0, 0.0]], "float32")
    found = losses.binary_crossentropy(y_true, probabilities)
    assert float(found[0]) == float(losses.binary_crossentropy(y_true, plain)[0])


def test_from_logits_after_an_activation_is_warned_about():
    from pykeras_core import activations

    probabilities = activations.sigmoid(np.asarray([[2.0]], "float32"))
    with pytest.warns(UserWarning, match="come out of `sigmoid`"):
        losses.binary_crossentropy([[1.0]], probabilities, from_logits=True)


def test_one_class_is_warned_about():
    with pytest.warns(SyntaxWarning, match="Use `binary_crossentropy`"):
        losses.categorical_crossentropy([[1.0]], [[0.5]])


def test_ctc_of_no_labels_is_the_chance_of_blanks_only():
    logits = np.log(np.asarray([[[0.5, 0.5], [0.25, 0.75]]], "float32"))
    assert float(losses.ctc([[0, 0]], logits)[0]) == pytest.approx(-np.log(0.5 * 0.25), rel=1e-6)


def test_ctc_adds_up_all_alignments():
    logits = np.log(np.asarray([[[0.5, 0.5], [0.25, 0.75]]], "float32"))
    chance = 0.5 * 0.75 + 0.5 * 0.25 + 0.5 * 0.75  # -a, a-, aa
    assert float(losses.ctc([[1]], logits)[0]) == pytest.approx(-np.log(chance), rel=1e-6)


BAD_CALLS = [
    (
        lambda: losses.sparse_categorical_crossentropy(np.eye(3), np.eye(3)),
        r"labels of shape \(3,\), received labels of shape \(3, 3\).*`categorical_cross",
    ),
    (
        lambda: losses.categorical_crossentropy(np.arange(3), np.eye(3)),
        r"labels of shape \(3, 3\).*received labels of shape \(3,\).*`sparse_categorical_cross",
    ),
    (
        lambda: losses.binary_crossentropy(np.zeros((4, 2)), np.zeros((4, 3))),
        r"labels of shape \(4, 3\).*received labels of shape \(4, 2\)",
    ),
    (
        lambda: losses.mean_squared_error(np.zeros((4, 3)), np.zeros((4, 2))),
        r"one shape, received `y_true` of shape \(4, 3\) and `y_pred` of shape \(4, 2\)",
    ),
    (
        lambda: losses.MeanSquaredError()(np.zeros((4, 3)), np.zeros((4, 3)), np.ones(5)),
        r"`sample_weight` of shape \(5,\) does not fit loss values of shape \(4,\)",
    ),
    (lambda: losses.MeanSquaredError(reduction="avg"), "`reduction` expected one of"),
    (lambda: losses.get("mes"), "Unknown loss 'mes'. Did you mean 'mse'"),
    (lambda: losses.get(7), "must be a name, a function or a `keras.losses.Loss`, received 7"),
    (lambda: losses.CategoricalGeneralizedCrossEntropy(q=1.5), "between 0 and 1.*received 1.5"),
    (lambda: losses.categorical_crossentropy(np.eye(2), np.eye(2), axis=True), "`axis` as an int"),
    (lambda: losses.ctc([1, 2], np.zeros((1, 3, 2))), r"shapes \(2,\) and \(1, 3, 2\)"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_bad_input_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_loss_without_call_says_so():
    with pytest.raises(NotImplementedError, match=r"has no `call\(self, y_true, y_pred\)`"):
        losses.Loss()([1.0], [1.0])


SPARSE = losses.SparseCategoricalCrossentropy()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.arange(1, 11), "from 0 to 9, .* received labels from 1 to 10. Subtract 1"),
        (np.arange(12), "received labels from 0 to 11. Give the last layer 12 units"),
        (np.asarray([-1, 1]), "received labels from -1 to 1. Number the classes from 0"),
        (np.asarray([0.0, 1.5]), "labels with fractions, 1.5 among them.*regression loss"),
    ],
)
@pytest.mark.parametrize("loss", [SPARSE, losses.sparse_categorical_crossentropy])
def test_labels_that_are_no_classes_are_refused(loss, labels, message):
    with pytest.raises(ValueError, match=message):
        check_labels(loss, labels, 10)


def test_labels_that_are_classes_pass():
    check_labels(SPARSE, np.arange(10)[:, None], 10)
    check_labels(SPARSE, np.arange(10, dtype="float32"), 10)
    check_labels(losses.SparseCategoricalCrossentropy(ignore_class=255), np.asarray([0, 255]), 10)
    check_labels(SPARSE, np.zeros(0), 10)
    check_labels(losses.mean_squared_error, np.asarray([-3.5]), 1)


def test_categorical_focal_crossentropy_takes_one_weight_a_class() -> None:
    y_true, y_pred = np.eye(2, dtype="float32"), np.array([[0.6, 0.4], [0.3, 0.7]], "float32")
    plain = losses.categorical_focal_crossentropy(y_true, y_pred, alpha=1.0).numpy()
    for alpha in ([0.2, 3.0], np.array([0.2, 3.0])):
        found = losses.CategoricalFocalCrossentropy(alpha=alpha, reduction=None)
        np.testing.assert_allclose(found(y_true, y_pred), plain * [0.2, 3.0], rtol=1e-6)
        direct = losses.categorical_focal_crossentropy(y_true, y_pred, alpha=alpha)
        np.testing.assert_allclose(direct, plain * [0.2, 3.0], rtol=1e-6)
