"""Units: what is fused, in which order it runs, and that nothing is overwritten too early."""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from pykeras_core import ops
from pykeras_core.engine import Spec, Variable, convert_to_tensor, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.loop import Operation
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.instructions import LAST_STEP_ONLY
from pykeras_core.engine.backends.wasm.kernels import SIMD
from pykeras_core.engine.backends.wasm.loops import MAX_SLOTS
from pykeras_core.engine.backends.wasm.patterns import fuse
from pykeras_core.engine.plan import Plan
from tests.core.program_strategies import Recipe, recipes
from tests.kernels.running import without_kernel

VECTOR = Spec((1000,))


def units(function: Callable[..., Any], *specs: Spec) -> list[tuple[str, ...]]:
    return [unit.primitives for unit in units_of(Plan(trace(function, *specs)), SIMD)]


def results(backend: Backend, recipe: Recipe, n_steps: int) -> list[Any]:
    generator = np.random.default_rng(0)
    shapes = (*recipe.input_shapes, *recipe.variable_shapes)
    arrays = [np.asarray(generator.uniform(-1, 1, s), np.float32) for s in shapes]
    count = len(recipe.input_shapes)
    variables = [Variable(array) for array in arrays[count:]]
    specs = [Spec(shape) for shape in recipe.input_shapes]
    program = trace(lambda *inputs: recipe.apply(inputs, variables), *specs)
    outputs = backend.compile(Plan(program)).run(arrays[:count], n_steps)
    return [*outputs, *(variable.numpy() for variable in variables)]


@given(recipes())
def test_random_programs_run_as_defined(backend: WasmBackend, recipe: Recipe) -> None:
    found, wanted = results(backend, recipe, 3), results(NumpyBackend(), recipe, 3)
    for got, exact in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, exact, rtol=1e-4, atol=1e-5)


def test_a_chain_is_one_loop() -> None:
    def chain(x: Any, y: Any) -> Any:
        return ops.relu(ops.exp(x) * 2.0 + y) > 1.0

    assert len(units(chain, VECTOR, Spec(()))) == 1


def test_a_loop_stops_where_another_shape_is_needed() -> None:
    def normalised(x: Any) -> Any:
        return ops.exp(x) / ops.sum(ops.exp(x))

    assert units(normalised, VECTOR) == [("exp",), ("sum",), ("divide",)]


def test_independent_scalars_share_a_loop() -> None:
    def scalars(x: Any, y: Any) -> Any:
        return ops.exp(x), ops.log(y)

    assert units(scalars, Spec(()), Spec(())) == [("exp", "log")]


def test_a_value_that_returns_by_way_of_a_reduction_is_not_merged_into_its_maker() -> None:
    def there_and_back(x: Any) -> Any:
        y = ops.exp(x)
        return y - ops.broadcast_to(ops.reshape(ops.max(y), (1,)), (1000,)) * y

    found = units(there_and_back, VECTOR)
    assert found.index(("exp",)) < found.index(("max",)) < len(found) - 1


def test_a_long_chain_of_many_operands_is_cut_into_loops_that_fit(backend: WasmBackend) -> None:
    count = 2 * MAX_SLOTS

    def total(*xs: Any) -> Any:
        result = xs[0]
        for x in xs[1:]:
            result = result * 0.5 + x
        return result

    arrays = [np.full(7, n, np.float32) for n in range(count)]
    program = trace(total, *[Spec((7,))] * count)
    assert len(units_of(Plan(program), SIMD)) > 1
    (found,) = backend.compile(Plan(program)).run(arrays)
    (wanted,) = NumpyBackend().compile(Plan(program)).run(arrays)
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def adam(w: Variable, m: Variable, v: Variable) -> Callable[[Any], None]:
    def step(g: Any) -> None:
        m.assign(m + (g - m) * 0.1)
        v.assign(v + (g * g - v) * 0.001)
        w.assign(w - m * 0.01 / (ops.sqrt(v) + 1e-7))

    return step


def test_an_adam_step_is_one_operation_in_place() -> None:
    variables = [Variable(np.ones(1000)) for _ in range(3)]
    plan = Plan(trace(adam(*variables), VECTOR))
    (unit,) = units_of(plan, SIMD)
    assert plan.place([unit]).copies == ()
    operations, _ = unit.operations()  # type: ignore[attr-defined]  # a loop
    kept = {id(value) for _, value in plan.updates}
    assert [op.name for op in fuse(operations, kept, {})] == ["ADAM_F32"]


@pytest.mark.parametrize("size", [1, 511, 512, 515, 2051])
def test_an_adam_step_is_numpy_s(backend: WasmBackend, size: int) -> None:
    gradient = np.random.default_rng(0).normal(size=size).astype(np.float32)
    found = []
    for one in (backend, NumpyBackend()):
        variables = [Variable(np.full(size, 0.5)) for _ in range(3)]
        step = one.compile(Plan(trace(adam(*variables), Spec((size,)))))
        step.run([gradient], 5)
        found.append([variable.numpy() for variable in variables])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)


def test_a_step_of_rmsprop_ends_in_one_operation(backend: WasmBackend) -> None:
    gradient = np.random.default_rng(0).normal(size=515).astype(np.float32)
    found = []
    for one in (backend, NumpyBackend()):
        w, v = Variable(np.full(515, 0.5)), Variable(np.full(515, 0.5))

        def step(g: Any, w: Variable = w, v: Variable = v) -> None:
            v.assign(v * 0.9 + g * g * 0.1)
            w.assign(w - g * 0.01 / ops.sqrt(v + 1e-7))

        plan = Plan(trace(step, Spec((515,))))
        (unit,) = units_of(plan, SIMD)
        operations, _ = unit.operations()  # type: ignore[attr-defined]  # a loop
        kept = {id(value) for _, value in plan.updates}
        assert fuse(operations, kept, {})[-1].name == "DESCEND_ROOT_F32"
        one.compile(plan).run([gradient], 5)
        found.append([w.numpy(), v.numpy()])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)


def test_memory_is_not_overwritten_before_a_fused_operation_reads_it() -> None:
    # b = x * y, then x is replaced in place, then b + z: fused it would read the new x.
    operations = [
        Operation("MULTIPLY_F32", ("b",), ("x", "y")),
        Operation("NEGATIVE_F32", ("new x",), ("y",)),
        Operation("ADD_F32", ("c",), ("b", "z")),
    ]
    kept = {"new x", "c"}
    assert [op.name for op in fuse(operations, kept, {})] == ["NEGATIVE_F32", "MULTIPLY_ADD_F32"]
    assert fuse(operations, kept, {"new x": {"x"}}) == operations


def test_a_variable_read_crosswise_is_not_updated_in_place(backend: WasmBackend) -> None:
    for one in (backend, NumpyBackend()):
        table = Variable(np.arange(12.0).reshape(3, 4))

        def crosswise(t: Variable = table) -> None:
            t.assign(t + ops.broadcast_to(t[0], (3, 4)))

        step = one.compile(Plan(trace(crosswise)))
        step.run([], 2)
        wanted = np.arange(12.0).reshape(3, 4) + 3 * np.arange(4)
        np.testing.assert_array_equal(table.numpy(), wanted)


def test_equations_without_kernel_run_between_the_others(backend: WasmBackend) -> None:
    def step(x: Any, total: Variable) -> Any:
        order = p.argsort(without_kernel(total + x), axis=0)
        total.assign(ops.take(total * 0.5 + x, order))
        return ops.sum(total) + without_kernel(ops.max(total))

    plan = Plan(trace(lambda t: step(t, Variable(np.ones(9))), Spec((9,))))
    assert None in backend.compile(plan).kernels
    found = []
    x = np.random.default_rng(1).normal(size=9).astype(np.float32)
    for one in (backend, NumpyBackend()):
        total = Variable(np.ones(9))
        executable = one.compile(Plan(trace(lambda t, total=total: step(t, total), Spec((9,)))))
        found.append([*executable.run([x], 4), total.numpy()])
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-5)


def test_results_are_computed_from_the_last_step(backend: WasmBackend) -> None:
    total = Variable(np.zeros(3))

    def step(x: Any) -> Any:
        before = ops.sum(total) * 2.0
        total.assign_add(x)
        return before, ops.sum(total)

    executable = backend.compile(Plan(trace(step, Spec((3,)))))
    before, after = executable.run([np.ones(3, np.float32)], 4)
    assert (float(before), float(after)) == (18, 12)


def test_many_steps_in_one_call_are_as_many_calls(backend: WasmBackend) -> None:
    curves = []
    for lengths in ([6], [1, 2, 3], [1] * 6):
        state = Variable(np.linspace(-1, 1, 10))
        step = backend.compile(Plan(trace(lambda x, s=state: s.assign(s * 0.9 + x), Spec((10,)))))
        for length in lengths:
            step.run([np.ones(10, np.float32)], length)
        curves.append(state.numpy())
    np.testing.assert_array_equal(curves[0], curves[1])
    np.testing.assert_array_equal(curves[0], curves[2])


def test_variables_may_change_their_memory_between_runs(backend: WasmBackend) -> None:
    state = Variable(np.zeros(5))
    step = backend.compile(Plan(trace(lambda: state.assign_add(1.0))))
    step.run([])
    seen = state.value
    step.run([], 2)
    state.assign(convert_to_tensor(state.numpy() * 10.0))
    step.run([])
    assert (float(seen[0]), float(state.value[0])) == (1, 31)


def test_profile_names_each_part_and_leaves_variables_alone(backend: WasmBackend) -> None:
    state = Variable(np.ones((8, 8)))

    def step(x: Any) -> Any:
        state.assign(ops.matmul(state, x) * 0.1)
        return ops.sum(without_kernel(state))

    executable = backend.compile(Plan(trace(step, Spec((8, 8)))))
    executable.run([np.ones((8, 8), np.float32)])
    before = state.numpy()
    rows = executable.profile([np.ones((8, 8), np.float32)])
    assert [row.kernel for row in rows if row.primitives == ("matmul", "multiply")] == ["matmul"]
    assert [row.kernel for row in rows if row.primitives == ("power",)] == [None]
    assert all(row.seconds > 0 for row in rows)
    assert [row.last_step_only for row in rows if row.primitives == ("sum",)] == [True]
    np.testing.assert_array_equal(state.numpy(), before)


def test_profile_executes_a_part_of_the_last_step_as_often_as_it_counts(
    backend: WasmBackend,
) -> None:
    state = Variable(np.ones(8))
    steps = []

    class Watched:
        def run(self, code: int, length: int, table: int, n_steps: int, is_last: int) -> None:
            if ctypes.c_int32.from_address(code).value & LAST_STEP_ONLY:
                steps.append(n_steps)
            backend._library.run(code, length, table, n_steps, is_last)

    def step(x: Any) -> Any:
        state.assign(state * 0.5)
        return ops.sum(x)

    watched: Any = Watched()
    executable = WasmBackend(watched).compile(Plan(trace(step, Spec((8,)))))
    rows = executable.profile([np.ones(8, np.float32)])
    assert [row.last_step_only for row in rows if row.primitives == ("sum",)] == [True]
    assert set(steps) == {1}
