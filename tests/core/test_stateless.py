"""Stateless scopes, and the methods of metrics and optimizers that take their state as values."""

import inspect
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import engine, ops
from pykeras_core.engine import GradientTape

OPTIMIZERS = [
    cls
    for name, cls in vars(keras.optimizers).items()
    if inspect.isclass(cls)
    and issubclass(cls, keras.optimizers.Optimizer)
    and name not in ("Optimizer", "LossScaleOptimizer", "MultiOptimizer")
]


def weights() -> list[keras.Variable]:
    return [
        keras.Variable(np.linspace(-1, 1, 6, dtype="float32").reshape(2, 3), name="kernel"),
        keras.Variable(np.array([0.5, -1.0, 2.0], "float32"), name="bias"),
    ]


def gradients(step: int) -> list[Any]:
    rise = np.arange(6, dtype="float32").reshape(2, 3)
    return [ops.array(np.sin(rise + step)), ops.array([0.1 * step, -0.2, 0.3])]


def values(variables: Any) -> list[Any]:
    return [variable.numpy() for variable in variables]


def test_a_variable_reads_as_the_scope_says_and_assignments_stay_in_the_scope() -> None:
    count = keras.Variable(1.0)
    with keras.StatelessScope([(count, 5.0)]) as scope:
        count.assign_add(2.0)
        assert count.numpy() == 7.0
        assert float(count) == 7.0
    assert count.numpy() == 1.0
    assert scope.get_current_value(count).numpy() == 7.0


def test_a_scope_inside_another_reads_what_the_outer_one_holds_and_leaves_it() -> None:
    a, b = keras.Variable(1.0), keras.Variable(2.0)
    with keras.StatelessScope([(a, 10.0)]):
        with keras.StatelessScope([(b, 20.0)]):
            assert (float(a), float(b)) == (10.0, 20.0)
            a.assign(11.0)
        assert (float(a), float(b)) == (10.0, 2.0)


def test_a_scope_refuses_values_of_another_shape_and_what_is_no_variable() -> None:
    with pytest.raises(ValueError, match=r"shape \(2,\).*received shape \(3,\)"):
        keras.StatelessScope([(keras.Variable([1.0, 2.0]), [1.0, 2.0, 3.0])])
    with pytest.raises(ValueError, match=r"pairs of a `Variable`"):
        keras.StatelessScope([("weight", 1.0)])


def test_an_error_inside_closes_the_scope() -> None:
    count = keras.Variable(1.0)
    with pytest.raises(RuntimeError), keras.StatelessScope([(count, 5.0)]):
        raise RuntimeError
    assert float(count) == 1.0


def test_scopes_work_while_a_function_is_traced() -> None:
    count = keras.Variable(1.0)

    def step(start: Any) -> Any:
        with engine.StatelessScope([(count, start)]) as scope:
            count.assign_add(2.0)
            return scope.get_current_value(count)

    program = engine.trace(step, engine.Spec(()))
    assert not program.updates
    assert not program.variables
    assert [equation.primitive.name for equation in program.equations] == ["add"]


@pytest.mark.parametrize("cls", OPTIMIZERS, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize(
    "options",
    [{}, {"use_ema": True, "weight_decay": 0.1}, {"gradient_accumulation_steps": 2}],
    ids=["plain", "averaged", "accumulated"],
)
def test_stateless_apply_does_what_apply_does_and_changes_nothing(cls: Any, options: Any) -> None:
    ours, theirs = weights(), weights()
    stateful, stateless = cls(0.1, **options), cls(0.1, **options)
    stateful.build(theirs)
    stateless.build(ours)
    before = values([*ours, *stateless.variables])
    trained, state = values(ours), values(stateless.variables)
    for step in range(3):
        stateful.apply(gradients(step), theirs)
        trained, state = stateless.stateless_apply(state, gradients(step), trained)
    for mine, other in zip((*trained, *state), (*theirs, *stateful.variables), strict=True):
        np.testing.assert_allclose(mine.numpy(), other.numpy(), rtol=1e-6)
    for mine, first in zip(values([*ours, *stateless.variables]), before, strict=True):
        np.testing.assert_array_equal(mine, first)


def test_stateless_apply_of_several_optimizers_and_of_scaled_losses() -> None:
    table = keras.optimizers.OptimizerMap(
        keras.optimizers.SGD(0.1), {".*bias": keras.optimizers.Adam(0.2)}
    )
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=4.0)
    for optimizer in (keras.optimizers.MultiOptimizer(table), scaled):
        variables = weights()
        optimizer.build(variables)
        before = values([*variables, *optimizer.variables])
        trained, state = optimizer.stateless_apply(
            values(optimizer.variables), gradients(1), values(variables)
        )
        after = values([*variables, *optimizer.variables])
        for old, same in zip(before, after, strict=True):
            np.testing.assert_array_equal(old, same)
        optimizer.apply(gradients(1), variables)
        for mine, other in zip((*trained, *state), (*variables, *optimizer.variables), strict=True):
            np.testing.assert_array_equal(mine.numpy(), other.numpy())


def test_stateless_apply_says_what_it_lacks() -> None:
    optimizer, variables = keras.optimizers.Adam(0.1), weights()
    with pytest.raises(ValueError, match=r"optimizer\.build"):
        optimizer.stateless_apply([], gradients(0), values(variables))
    optimizer.build(variables)
    with pytest.raises(ValueError, match=r"`optimizer_variables` for each of the 6"):
        optimizer.stateless_apply([], gradients(0), values(variables))
    with pytest.raises(ValueError, match=r"`trainable_variables` for each of the 2"):
        optimizer.stateless_apply(values(optimizer.variables), gradients(0), [])


def test_stateless_metrics_leave_the_metric_as_it_is() -> None:
    metric = keras.metrics.Mean()
    metric.update_state([9.0])
    state = metric.stateless_reset_state()
    state = metric.stateless_update_state(state, [1.0, 3.0])
    state = metric.stateless_update_state(state, [5.0], sample_weight=[2.0])
    assert float(metric.stateless_result(state)) == 3.5
    assert float(metric.result()) == 9.0


def test_stateless_metrics_reach_the_metrics_that_a_metric_holds() -> None:
    class Both(keras.metrics.Metric):
        def __init__(self) -> None:
            super().__init__(name="both")
            self.mean, self.total = keras.metrics.Mean(), keras.metrics.Sum()

        def update_state(self, values: Any) -> None:
            self.mean.update_state(values)
            self.total.update_state(values)

        def result(self) -> Any:
            return {"mean": self.mean.result(), "sum": self.total.result()}

    metric = Both()
    state = metric.stateless_update_state(metric.stateless_reset_state(), [1.0, 3.0])
    found = metric.stateless_result(state)
    assert {name: float(value) for name, value in found.items()} == {"mean": 2.0, "sum": 4.0}
    assert float(metric.result()["sum"]) == 0.0


def test_stateless_metrics_count_the_values_they_get() -> None:
    metric = keras.metrics.Mean(name="loss")
    with pytest.raises(ValueError, match=r"`stateless_update_state` of metric 'loss'.* 2 var"):
        metric.stateless_update_state([1.0], [1.0])
    with pytest.raises(ValueError, match=r"`stateless_result` of metric 'loss'.*received 0"):
        metric.stateless_result([])


def test_a_loop_written_with_values_alone_trains() -> None:
    inputs = np.linspace(-1, 1, 64, dtype="float32").reshape(32, 2)
    targets = inputs @ np.array([[2.0], [-1.0]], "float32") + 0.5
    kernel, bias = keras.Variable(np.zeros((2, 1), "float32")), keras.Variable([0.0])
    optimizer, metric = keras.optimizers.Adam(0.1), keras.metrics.MeanSquaredError()
    optimizer.build([kernel, bias])
    trained, state = values([kernel, bias]), values(optimizer.variables)
    seen: list[float] = []
    for _ in range(30):
        measured = metric.stateless_reset_state()
        trained = [ops.convert_to_tensor(value) for value in trained]
        with GradientTape() as tape:
            tape.watch(trained)
            with keras.StatelessScope(zip([kernel, bias], trained, strict=True)):
                predicted = ops.matmul(inputs, kernel) + bias
            loss = ops.mean(ops.square(predicted - targets))
        found = tape.gradient(loss, trained)
        trained, state = optimizer.stateless_apply(state, found, trained)
        measured = metric.stateless_update_state(measured, targets, predicted)
        seen.append(float(metric.stateless_result(measured)))
    assert seen[-1] < seen[0] / 10
    assert not kernel.numpy().any()
