"""Gradients: `value_and_grad` and `GradientTape`, eager and traced, first and second order."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import (
    PRIMITIVES,
    GradientTape,
    Primitive,
    Spec,
    Variable,
    convert_to_tensor,
    trace,
    value_and_grad,
)
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan
from tests.core import gradient_check
from tests.core.cases import CASES


def traced(function: Callable[[], Any]) -> Any:
    """The result of a traced function, run once."""
    program = trace(function)
    program.check()
    return program.pack(NumpyBackend().compile(Plan(program)).run([]))


def at_once(function: Callable[[], Any]) -> Any:
    return function()


both_ways = pytest.mark.parametrize("run", [at_once, traced])
FIRST_GRADIENTS = {
    (case.primitive, position): case for case in CASES for position in case.differentiable()
}


@pytest.mark.parametrize("key", FIRST_GRADIENTS, ids=str)
def test_gradient_check_notices_a_wrong_gradient(
    key: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, wrong = key
    largest = max(
        (case for case in CASES if case.primitive == name and wrong in case.differentiable()),
        key=lambda case: case.operands[wrong].spec.size,
    )
    rule_for = Primitive.rule_for

    def doubled(primitive: Primitive, position: int) -> Any:
        rule = rule_for(primitive, position)
        if primitive is not PRIMITIVES[name] or position != wrong or rule is None:
            return rule
        return lambda *args, **params: rule(*args, **params) + rule(*args, **params)

    monkeypatch.setattr(Primitive, "rule_for", doubled)
    with pytest.raises(AssertionError):
        gradient_check.check_first(largest)


# --- value_and_grad --------------------------------------------------------------------------


@both_ways
def test_value_and_grad_gives_both(run: Callable[..., Any]) -> None:
    w, b = Variable([1.0, 2.0]), Variable(3.0)
    value, (dw, db) = run(lambda: value_and_grad(lambda: ops.sum(w * w) * b, [w, b])())
    assert float(value) == 15
    assert np.asarray(dw).tolist() == [6, 12]
    assert float(db) == 5


@both_ways
def test_value_and_grad_of_an_unused_variable_is_zero(run: Callable[..., Any]) -> None:
    used, unused = Variable(2.0), Variable([1.0, 1.0])
    _, gradients = run(lambda: value_and_grad(lambda: used * 3.0, [used, unused])())
    assert [np.asarray(g).tolist() for g in gradients] == [3, [0, 0]]


def test_value_and_grad_passes_arguments_and_auxiliary_results() -> None:
    w = Variable(2.0)

    def loss(x: Any, scale: float) -> Any:
        return w * x * scale, "anything"

    (value, aux), (gradient,) = value_and_grad(loss, [w], has_aux=True)(
        convert_to_tensor(5.0), scale=3.0
    )
    assert (float(value), aux, float(gradient)) == (30, "anything", 15)


def test_value_and_grad_sums_a_value_of_several_elements() -> None:
    w = Variable([1.0, 2.0])
    assert value_and_grad(lambda: w * w, [w])()[1][0].tolist() == [2, 4]


def test_value_and_grad_refuses_an_integer_value() -> None:
    w = Variable(2.0)
    with pytest.raises(TypeError, match=r"expected a float32 value .* received int32"):
        value_and_grad(lambda: ops.cast(w, "int32"), [w])()


@both_ways
def test_a_gradient_does_not_flow_through_an_assignment(run: Callable[..., Any]) -> None:
    def step() -> Any:
        w, state = Variable(3.0), Variable(0.0)

        def loss() -> Any:
            state.assign(w * 2.0)
            return w * w + state * 10.0

        return value_and_grad(loss, [w])()

    value, (gradient,) = run(step)
    assert (float(value), float(gradient)) == (69, 6)


@both_ways
def test_all_reads_of_a_variable_add_up(run: Callable[..., Any]) -> None:
    def step() -> Any:
        w = Variable(3.0)

        def loss() -> Any:
            before = w * 5.0
            w.assign(w * 2.0)
            return before + w * w

        return value_and_grad(loss, [w])()

    value, (gradient,) = run(step)
    assert (float(value), float(gradient)) == (51, 17)


@both_ways
def test_a_custom_loss_in_plain_numpy_has_a_gradient(run: Callable[..., Any]) -> None:
    w = Variable([0.5, -1.0])
    x = np.array([[1.0, 2.0], [3.0, -1.0]], np.float32)
    y = np.array([1.0, 2.0], np.float32)

    def loss() -> Any:
        error = np.abs(np.dot(x, w) - y)
        return np.mean(np.where(error < 1, 0.5 * error**2, error - 0.5))

    value, (gradient,) = run(lambda: value_and_grad(loss, [w])())
    assert float(value) == pytest.approx(1.0625)
    np.testing.assert_allclose(np.asarray(gradient), [-0.5 + 0.75, -1.0 - 0.25], rtol=1e-6)


# --- GradientTape -----------------------------------------------------------------------------


@both_ways
def test_tape_differentiates_by_trainable_variables(run: Callable[..., Any]) -> None:
    w = Variable(3.0)

    def step() -> Any:
        with GradientTape() as tape:
            loss = w * w
        return tape.gradient(loss, w)

    assert float(run(step)) == 6


@both_ways
def test_tape_differentiates_by_watched_tensors(run: Callable[..., Any]) -> None:
    def step() -> Any:
        x = convert_to_tensor([1.0, 2.0])
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.sum(ops.exp(x))
        return tape.gradient(y, x)

    np.testing.assert_allclose(np.asarray(run(step)), np.exp([1, 2]), rtol=1e-6)


def test_gradients_come_in_the_structure_of_the_sources() -> None:
    a, b = Variable(2.0), Variable(3.0)
    with GradientTape() as tape:
        y = a * b
    gradients = tape.gradient(y, {"b": b, "rest": [a]})
    assert float(gradients["b"]) == 2
    assert float(gradients["rest"][0]) == 3


def test_unconnected_sources_give_none_or_zero() -> None:
    a, b, fixed = Variable(2.0), Variable([3.0, 4.0]), Variable(1.0, trainable=False)
    tensor = convert_to_tensor([1.0, 2.0])
    with GradientTape(persistent=True) as tape:
        y = a * a + ops.sum(tensor) + fixed
    assert tape.gradient(y, [b, tensor, fixed]) == [None, None, None]
    zeros = tape.gradient(y, [b, tensor, fixed], unconnected_gradients="zero")
    assert [zero.tolist() for zero in zeros] == [[0, 0], [0, 0], 0]


def test_watching_makes_a_fixed_variable_a_source() -> None:
    fixed = Variable(3.0, trainable=False)
    with GradientTape() as tape:
        tape.watch(fixed)
        y = fixed * fixed
    assert float(tape.gradient(y, fixed)) == 6


def test_a_tape_may_watch_nothing_by_itself() -> None:
    a, b = Variable(2.0), Variable(3.0)
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(a)
        y = a * b
    assert tape.watched_variables() == (a,)
    gradients = tape.gradient(y, [a, b])
    assert float(gradients[0]) == 3
    assert gradients[1] is None


def test_a_gradient_by_an_intermediate_result() -> None:
    w, x = Variable(3.0), convert_to_tensor(2.0)
    with GradientTape() as tape:
        hidden = w * x
        y = hidden * hidden
    assert float(tape.gradient(y, hidden)) == 12


def test_gradients_by_a_tensor_and_by_what_was_computed_from_it() -> None:
    x = convert_to_tensor(2.0)
    with GradientTape() as tape:
        tape.watch(x)
        hidden = x * x
        y = hidden * 3.0
    assert [float(g) for g in tape.gradient(y, [x, hidden])] == [12, 3]


def test_the_target_may_be_a_source() -> None:
    x = convert_to_tensor(2.0)
    with GradientTape() as tape:
        tape.watch(x)
    assert float(tape.gradient(x, x)) == 1


def test_several_targets_add_up_and_cotangents_scale_them() -> None:
    x = convert_to_tensor([1.0, 2.0])
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        double, square = x * 2.0, x * x
    assert tape.gradient([double, square], x).tolist() == [4, 6]
    assert tape.gradient(square, x, output_gradients=[10.0, 0.0]).tolist() == [20, 0]
    with pytest.raises(ValueError, match=r"target's shape \(2,\), received \(\)"):
        tape.gradient(square, x, output_gradients=1.0)
    with pytest.raises(ValueError, match="for each of 2 targets, received 1"):
        tape.gradient([double, square], x, output_gradients=[np.ones(2)])


def test_a_tape_answers_once_unless_persistent() -> None:
    w = Variable(3.0)
    with GradientTape() as tape:
        y = w * w
    tape.gradient(y, w)
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.gradient(y, w)
    with GradientTape(persistent=True) as tape:
        y = w * w
        z = y * y
    assert [float(tape.gradient(target, w)) for target in (y, z, y)] == [6, 108, 6]


def test_reset_forgets_what_was_recorded() -> None:
    w = Variable(3.0)
    with GradientTape() as tape:
        lost = w * w
        tape.reset()
        kept = w * 2.0
    assert tape.gradient([lost, kept], w) == 2


def test_stop_recording_hides_a_computation() -> None:
    w = Variable(3.0)
    with GradientTape(persistent=True) as tape:
        y = w * w
        with tape.stop_recording():
            hidden = w * w
        z = hidden * w + y
    assert tape.gradient(hidden, w) is None
    assert float(tape.gradient(z, w)) == 9 + 6


def test_stop_recording_ends_when_its_block_raises() -> None:
    w = Variable(3.0)
    with GradientTape() as tape:
        with pytest.raises(RuntimeError), tape.stop_recording():
            raise RuntimeError
        y = w * w
    assert float(tape.gradient(y, w)) == 6


def test_misuse_of_a_tape_is_refused() -> None:
    w = Variable(3.0)
    with GradientTape(persistent=True) as tape:
        y = w * w
        with pytest.raises(ValueError, match="recording already"), tape:
            pass
        with pytest.raises(TypeError, match="expected a Tensor or variable, received ndarray"):
            tape.watch(np.zeros(2))
    with pytest.raises(ValueError, match="inside of `with tape:`"), tape.stop_recording():
        pass
    with pytest.raises(ValueError, match="'none' or 'zero', received 'zeros'"):
        tape.gradient(y, w, unconnected_gradients="zeros")
    with pytest.raises(TypeError, match="variables or Tensors as sources, received float"):
        tape.gradient(y, 3.0)


@both_ways
def test_nested_tapes_give_second_derivatives(run: Callable[..., Any]) -> None:
    w = Variable(2.0)

    def step() -> Any:
        with GradientTape() as outer:
            with GradientTape() as inner:
                y = w * w * w
            slope = inner.gradient(y, w)
        return slope, outer.gradient(slope, w)

    assert [float(x) for x in run(step)] == [12, 12]


@both_ways
def test_a_gradient_penalty_trains(run: Callable[..., Any]) -> None:
    w, x = Variable([2.0, -1.0]), convert_to_tensor([[1.0, 3.0]])

    def step() -> Any:
        def loss() -> Any:
            with GradientTape() as tape:
                tape.watch(x)
                y = ops.sum(ops.square(x * w))
            return ops.sum(ops.square(tape.gradient(y, x)))

        return value_and_grad(loss, [w])()

    value, (gradient,) = run(step)
    # y_i = w_i^2 x_i^2, so the penalty is the sum of 4 w_i^4 x_i^2.
    assert float(value) == 4 * (16 * 1 + 1 * 9)
    np.testing.assert_allclose(np.asarray(gradient), [16 * 8 * 1, 16 * -1 * 9])


def test_a_variable_is_the_same_source_after_a_model_traced_itself() -> None:
    w = Variable(3.0)
    with GradientTape() as tape:
        trace(lambda x: x * w, Spec(()))
        y = w * w
    assert float(tape.gradient(y, w)) == 6


def test_updates_inside_of_a_tape_do_not_disturb_it() -> None:
    w = Variable(3.0)
    with GradientTape() as tape:
        y = w * w
        gradient = tape.gradient(y, w)
        w.assign_sub(gradient * 0.5)
    assert w.numpy() == 0
