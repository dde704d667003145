"""Plans: values that live at the same time never share memory, and nothing else is wasted."""

import dataclasses
import itertools
from typing import Any

import numpy as np
from hypothesis import given

from pykeras_core import ops
from pykeras_core.engine import Program, Spec, Variable, convert_to_tensor, trace
from pykeras_core.engine.backends.reference.backend import NumpyBackend, NumpyUnit
from pykeras_core.engine.plan import ALIGNMENT_BYTES, Location, Placement, Plan, Unit
from pykeras_core.engine.program import Value
from tests.core.program_strategies import Recipe, recipes

VECTOR = Spec((16,))


def names(plan: Plan) -> list[str]:
    return [equation.primitive.name for equation in plan.equations]


def placed(plan: Plan) -> Placement:
    """Where values live when every equation runs by itself and overwrites nothing it reads."""
    return plan.place([Unit([equation]) for equation in plan.equations])


def arrays_for(recipe: Recipe) -> tuple[list[Any], list[Variable]]:
    generator = np.random.default_rng(0)
    draw = [
        generator.uniform(-1, 1, shape).astype(np.float32)
        for shape in (*recipe.input_shapes, *recipe.variable_shapes)
    ]
    count = len(recipe.input_shapes)
    return [np.asarray(a) for a in draw[:count]], [Variable(a) for a in draw[count:]]


def traced(recipe: Recipe, variables: list[Variable]) -> Program:
    specs = [Spec(shape) for shape in recipe.input_shapes]
    program = trace(lambda *inputs: recipe.apply(inputs, variables), *specs)
    program.check()
    return program


@dataclasses.dataclass
class Lifetime:
    """Bytes of the arena from `start` to `end`, and equations from `first` to `last`."""

    start: int
    end: int
    first: int
    last: int

    def clashes(self, other: "Lifetime") -> bool:
        """Whether the two are alive at once in overlapping bytes."""
        together = self.first <= other.last and other.first <= self.last
        return together and self.start < other.end and other.start < self.end


def lifetimes(plan: Plan, placement: Placement) -> list[Lifetime]:
    """Where and when each computed value of the arena lives."""
    found: dict[Value, Lifetime] = {}
    for number, equation in enumerate(plan.equations):
        for value in equation.outputs:
            place = placement.locations[id(value)]
            if place.kind == "arena":
                end = place.index + value.spec.size_bytes
                found[value] = Lifetime(place.index, end, number, number)
    end = len(plan.equations)
    uses = [(number, v) for number, e in enumerate(plan.equations) for v in e.inputs]
    uses += [(end, value) for _, value in plan.updates] + [(end, value) for value in plan.outputs]
    for number, value in uses:
        owner = plan.root(value)
        if owner in found:
            found[owner].last = max(found[owner].last, number)
    return list(found.values())


@given(recipes())
def test_values_alive_together_share_no_memory(recipe: Recipe) -> None:
    plan = Plan(traced(recipe, arrays_for(recipe)[1]))
    placement = placed(plan)
    found = lifetimes(plan, placement)
    for one in found:
        assert one.start % ALIGNMENT_BYTES == 0
        assert one.end <= placement.arena_bytes
    assert not any(one.clashes(other) for one, other in itertools.combinations(found, 2))


@given(recipes())
def test_planned_execution_is_eager_execution(recipe: Recipe) -> None:
    inputs, variables = arrays_for(recipe)
    _, eager_variables = arrays_for(recipe)
    program = traced(recipe, variables)
    outputs = NumpyBackend().compile(Plan(program)).run(inputs, n_steps=2)
    tensors = [convert_to_tensor(array) for array in inputs]
    recipe.apply(tensors, eager_variables)
    wanted = recipe.apply(tensors, eager_variables)
    for got, tensor in zip(outputs, wanted, strict=True):
        np.testing.assert_array_equal(got, np.asarray(tensor))
    for variable, eager in zip(variables, eager_variables, strict=True):
        np.testing.assert_array_equal(variable.numpy(), eager.numpy())


def test_a_chain_needs_two_places() -> None:
    def chain(x: Any) -> Any:
        for _ in range(20):
            x = ops.exp(x)
        return x

    plan = Plan(trace(chain, VECTOR))
    assert len(plan.equations) == 20
    assert placed(plan).arena_bytes == 2 * VECTOR.size_bytes


def test_freed_neighbours_make_room_for_a_larger_value() -> None:
    def function(x: Any) -> Any:
        a, b = ops.exp(x), ops.sin(x)
        total = ops.sum(a + b)
        return ops.broadcast_to(total, (32,))

    plan = Plan(trace(function, VECTOR))
    # a, b and their sum; the 128 bytes of the result fit where two of them were.
    assert placed(plan).arena_bytes <= 4 * VECTOR.size_bytes


def test_equations_nobody_needs_are_dropped() -> None:
    def function(x: Any) -> Any:
        ops.exp(ops.sin(x))
        return ops.cos(x)

    program = trace(function, VECTOR)
    assert len(program.equations) == 3
    assert names(Plan(program)) == ["cos"]


def test_an_update_keeps_its_equations() -> None:
    total = Variable(0.0)
    plan = Plan(trace(lambda x: total.assign_add(ops.sum(x)), VECTOR))
    assert names(plan) == ["sum", "add"]
    assert [plan.variables[position] for position, _ in plan.updates] == [total]


def test_aliases_share_the_place_of_their_operand() -> None:
    seen: list[Any] = []

    def function(x: Any) -> Any:
        y = ops.exp(x)
        seen.extend([y, ops.reshape(y, (4, 4)), ops.stop_gradient(ops.reshape(y, (2, 8)))])
        return ops.sum(seen[1]) + ops.sum(seen[2])

    plan = Plan(trace(function, VECTOR))
    locations = placed(plan).locations
    assert {locations[id(value)] for value in seen} == {locations[id(seen[0])]}
    assert "reshape" not in names(plan)
    assert "stop_gradient" not in names(plan)


def test_aliases_keep_their_operand_alive() -> None:
    def function(x: Any) -> Any:
        y = ops.exp(x)
        view = ops.reshape(y, (4, 4))
        other = ops.sin(ops.cos(x))
        return view + ops.reshape(other, (4, 4))

    (result,) = NumpyBackend().compile(Plan(trace(function, VECTOR))).run([np.ones(16, np.float32)])
    np.testing.assert_allclose(result, np.full((4, 4), np.e + np.sin(np.cos(1))), rtol=1e-6)


def test_inputs_variables_and_constants_stay_where_they_are() -> None:
    variable = Variable(np.ones(16))
    program = trace(lambda x: ops.reshape(x, (4, 4)) + np.ones((4, 4)) + variable[0], VECTOR)
    plan = Plan(program)
    locations = placed(plan).locations
    assert locations[id(program.inputs[0])] == Location("input", 0)
    assert locations[id(program.variables[0][1])] == Location("variable", 0)
    assert [locations[id(value)].kind for value in program.constants()] == ["constant"]
    alias = program.equations[0].outputs[0]
    assert locations[id(alias)] == Location("input", 0)


def test_swapped_variables_are_both_read_before_either_is_written() -> None:
    a, b = Variable([1.0, 2.0]), Variable([3.0, 4.0])

    def swap() -> Any:
        first, second = a.value, b.value
        a.assign(second)
        b.assign(first)

    step = NumpyBackend().compile(Plan(trace(swap)))
    step.run([])
    assert (a.numpy().tolist(), b.numpy().tolist()) == ([3, 4], [1, 2])
    step.run([], 2)
    assert (a.numpy().tolist(), b.numpy().tolist()) == ([3, 4], [1, 2])


def test_an_output_that_is_a_variable_is_its_value_before_the_update() -> None:
    a = Variable([1.0, 2.0])

    def step() -> Any:
        before = a.value
        a.assign(before * 10.0)
        return before, ops.reshape(before, (2, 1)), a.value

    before, view, after = NumpyBackend().compile(Plan(trace(step))).run([])
    assert (before.tolist(), view.tolist(), after.tolist()) == ([1, 2], [[1], [2]], [10, 20])


def test_a_variable_may_take_an_input_a_constant_or_a_view() -> None:
    a, b, c = Variable([0.0, 0.0]), Variable([0.0, 0.0]), Variable([1.0, 2.0])

    def step(x: Any) -> Any:
        a.assign(x)
        b.assign(convert_to_tensor([7.0, 8.0]))
        c.assign(ops.stop_gradient(c.value) + a)

    x = np.array([5, 6], np.float32)
    NumpyBackend().compile(Plan(trace(step, Spec((2,))))).run([x], 2)
    x[:] = 0
    assert a.numpy().tolist() == [5, 6]
    assert b.numpy().tolist() == [7, 8]
    assert c.numpy().tolist() == [11, 14]


def test_a_chain_that_overwrites_its_operand_needs_one_place() -> None:
    def chain(x: Any) -> Any:
        for _ in range(20):
            x = ops.exp(x)
        return x

    plan = Plan(trace(chain, VECTOR))
    units = [NumpyUnit([equation]) for equation in plan.equations]
    assert plan.place(units).arena_bytes == VECTOR.size_bytes


def test_an_update_is_made_in_its_variable() -> None:
    a = Variable(np.ones(16))
    plan = Plan(trace(lambda x: a.assign_add(x), VECTOR))
    (equation,) = plan.equations
    placement = plan.place([NumpyUnit([equation])])
    assert placement.locations[id(equation.outputs[0])] == Location("variable", 0)
    assert placement.copies == ()


def test_an_update_waits_for_the_last_reader_of_the_old_value() -> None:
    a, b = Variable(np.ones(16)), Variable(np.zeros(16))

    def step(x: Any) -> None:
        old = a.value
        a.assign(ops.exp(x))
        b.assign(old * 2.0)

    plan = Plan(trace(step, VECTOR))
    placement = plan.place([NumpyUnit([equation]) for equation in plan.equations])
    assert [plan.variables[position] for position, _ in placement.copies] == [a]


def test_one_value_for_two_variables_is_made_in_one_and_copied_to_the_other() -> None:
    a, b = Variable(np.zeros(16)), Variable(np.zeros(16))

    def step(x: Any) -> None:
        value = ops.exp(x)
        a.assign(value)
        b.assign(value)

    plan = Plan(trace(step, VECTOR))
    placement = plan.place([NumpyUnit([equation]) for equation in plan.equations])
    assert [plan.variables[position] for position, _ in placement.copies] == [b]


def test_equal_equations_run_once() -> None:
    def function(x: Any) -> Any:
        return ops.exp(x * 2.0) + ops.exp(x * 2.0), ops.exp(x * 3.0)

    assert names(Plan(trace(function, VECTOR))) == ["multiply", "exp", "add", "multiply", "exp"]


def test_what_no_variable_depends_on_runs_in_the_last_step_alone() -> None:
    total = Variable(np.zeros(16))

    def step(x: Any) -> Any:
        total.assign_add(ops.exp(x))
        return ops.sum(total)

    plan = Plan(trace(step, VECTOR))
    last = [plan.last_step_only(Unit([equation])) for equation in plan.equations]
    assert (names(plan), last) == (["exp", "add", "sum"], [False, False, True])


def test_a_program_of_nothing_runs() -> None:
    plan = Plan(trace(lambda: None))
    assert placed(plan).arena_bytes == 0
    assert NumpyBackend().compile(plan).run([], 3) == []
