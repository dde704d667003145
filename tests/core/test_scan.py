"""Scans: their gradients are those of the unrolled loop, and what a step may not do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given

from pykeras_core import ops
from pykeras_core.engine import (
    GradientTape,
    Program,
    Spec,
    Tensor,
    Variable,
    convert_to_tensor,
    trace,
)
from pykeras_core.engine.plan import Plan
from pykeras_core.ops.loops import NotScannableError
from tests.core.program_strategies import Recipe, recipes
from tests.core.traced import run_traced

LENGTH = 5
SEQUENCE = np.random.default_rng(0).normal(size=(LENGTH, 2, 3)).astype(np.float32)
START = np.random.default_rng(1).normal(size=(2, 3)).astype(np.float32)


def unrolled(f: Any, init: Any, xs: Any, reverse: bool = False) -> Any:
    """What `ops.scan` is defined to do, step by step; at least one step, one `y`."""
    rows: dict[int, Any] = {}
    for number in sorted(range(xs.shape[0]), reverse=reverse):
        init, rows[number] = f(init, xs[number])
    return init, ops.stack([rows[number] for number in range(xs.shape[0])])


def weight(*shape: int) -> Variable:
    return Variable(np.random.default_rng(2).normal(size=shape).astype(np.float32) * 0.5)


class Cells:
    """Steps over a state of shape (2, 3), each with its way of using weights."""

    def __init__(self) -> None:
        self.square, self.bias, self.number = weight(3, 3), weight(3), weight()
        self.variables = [self.square, self.bias, self.number]

    def recurrent(self, h: Any, x: Any) -> Any:
        new = ops.tanh(x + ops.matmul(h, self.square) + self.bias)
        return new, new * self.number

    def transposed(self, h: Any, x: Any) -> Any:
        new = ops.tanh(ops.matmul(h * self.number, ops.transpose(self.square)) + x)
        return new, h

    def twice(self, h: Any, x: Any) -> Any:
        new = ops.sin(ops.matmul(ops.matmul(h, self.square), self.square) * x)
        return new, ops.sum(new)

    def weight_first(self, h: Any, x: Any) -> Any:
        new = ops.transpose(ops.matmul(self.square, ops.transpose(ops.tanh(h + x))))
        return new, ops.softmax(new)

    def masked(self, h: Any, x: Any) -> Any:
        new = ops.where(x > 0.0, ops.tanh(h * self.bias), h)
        return new, x

    def forgetful(self, h: Any, x: Any) -> Any:
        return ops.tanh(x) * self.bias, h * 2.0

    def split(self, h: Any, x: Any) -> Any:
        a, b, c = ops.split(ops.tanh(ops.matmul(h, self.square) + x), 3, axis=-1)
        return ops.concatenate([b * c, a, b + self.number], axis=-1), a * b


CELLS = [name for name in vars(Cells) if not name.startswith("_")]


def gradients(loop: Any, cell: str, reverse: bool, x: Any, h: Any, orders: int) -> list[Any]:
    """The value of a loop, and its gradients of some orders."""
    x, h = convert_to_tensor(x), convert_to_tensor(h)
    cells = Cells()
    sources = [x, h, *cells.variables]
    with GradientTape() as outer:
        outer.watch([x, h])
        with GradientTape() as tape:
            tape.watch([x, h])
            last, ys = loop(getattr(cells, cell), h, x, reverse=reverse)
            value = ops.sum(last * last) + ops.sum(ys * ys * ys)
        first = tape.gradient(value, sources, unconnected_gradients="zero")
        total = sum(ops.sum(ops.sin(gradient)) for gradient in first)
    if orders == 1:
        return [value, *first]
    return [value, *first, *outer.gradient(total, sources, unconnected_gradients="zero")]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_are_those_of_the_unrolled_loop(cell: str, reverse: bool) -> None:
    wanted = gradients(unrolled, cell, reverse, SEQUENCE, START, orders=2)
    eager = gradients(ops.scan, cell, reverse, SEQUENCE, START, orders=2)
    traced = run_traced(
        lambda x, h: gradients(ops.scan, cell, reverse, x, h, orders=2), SEQUENCE, START
    )
    for exact, *found in zip(wanted, eager, traced, strict=True):
        for one in found:
            np.testing.assert_allclose(one, exact.numpy(), rtol=2e-4, atol=2e-5)


class Held:
    """What stands for a variable of a recipe, without changing one."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.shape = value.shape

    def assign(self, value: Any) -> None:
        self.value = value

    def __mul__(self, other: Any) -> Any:
        return self.value * other


def recipe_step(recipe: Recipe) -> Callable[[Any, Any], Any]:
    """A recipe as a step: its variables are the carry, one sum of all outputs is the row."""

    def step(carry: list[Any], slices: list[Any]) -> Any:
        held = [Held(value) for value in carry]
        outputs = recipe.apply(slices, held)[: len(recipe.outputs)]  # type: ignore[arg-type]
        return [one.value for one in held], sum(ops.mean(output) for output in outputs)

    return step


@given(recipes())
def test_random_steps_have_the_gradients_of_the_unrolled_loop(recipe: Recipe) -> None:
    generator = np.random.default_rng(0)
    xs = [generator.uniform(-1, 1, (3, *s)).astype(np.float32) for s in recipe.input_shapes]
    starts = [generator.uniform(-1, 1, s).astype(np.float32) for s in recipe.variable_shapes]
    step = recipe_step(recipe)

    def scanned(*tensors: Any) -> Any:
        return ops.scan(step, list(tensors[: len(starts)]), list(tensors[len(starts) :]))

    def looped(*tensors: Any) -> Any:
        carry, rows = list(tensors[: len(starts)]), []
        for number in range(3):
            carry, row = step(carry, [x[number] for x in tensors[len(starts) :]])
            rows.append(row)
        return carry, ops.stack(rows)

    def with_gradients(loop: Any, *tensors: Any) -> Any:
        sources = [convert_to_tensor(tensor) for tensor in tensors]
        with GradientTape() as tape:
            tape.watch(sources)
            carry, rows = loop(*sources)
            value = ops.sum(ops.sin(rows)) + sum(ops.sum(ops.tanh(c)) for c in carry)
        return [*carry, rows, *tape.gradient(value, sources, unconnected_gradients="zero")]

    found = run_traced(lambda *tensors: with_gradients(scanned, *tensors), *starts, *xs)
    wanted = with_gradients(looped, *starts, *xs)
    assume(all(np.isfinite(exact.numpy()).all() for exact in wanted))
    for got, exact in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, exact.numpy(), rtol=1e-3, atol=1e-4)


def training_step(x: Any, h: Any) -> Any:
    return gradients(ops.scan, "recurrent", False, x, h, orders=1)


SPECS = (Spec((LENGTH, 2, 3)), Spec((2, 3)))


def test_the_body_is_there_once_however_long_the_sequence() -> None:
    counts = {
        len(trace(training_step, Spec((length, 2, 3)), SPECS[1]).equations) for length in (2, 99)
    }
    assert len(counts) == 1


def scans(equations: Any) -> list[Any]:
    return [equation for equation in equations if equation.primitive.name == "scan"]


def test_a_plan_makes_one_scan_of_the_forward_pass_and_what_its_gradient_asks_of_it() -> None:
    program = trace(training_step, *SPECS)
    assert len(scans(program.equations)) == 3
    forward, backward = scans(Plan(program).equations)
    assert (forward.params["reverse"], backward.params["reverse"]) == (False, True)
    body = forward.params["body"]
    assert len({id(value) for value in body.outputs[1:]}) == len(body.outputs) - 1


def test_scans_of_different_bodies_over_the_same_operands_stay_apart() -> None:
    def both(x: Any) -> Any:
        plus, _ = ops.scan(lambda c, row: (c + row, None), ops.zeros((3,)), x)
        times, _ = ops.scan(lambda c, row: (c * row, None), ops.zeros((3,)), x)
        return plus, times

    assert len(scans(Plan(trace(both, Spec((4, 3)))).equations)) == 2


def test_the_gradient_of_a_weight_is_one_product_after_the_loop() -> None:
    *_, backward = scans(trace(training_step, *SPECS).equations)
    body = backward.params["body"]
    assert [value.spec.shape for value in body.inputs[: backward.params["carries"]]] == [
        (2, 3),  # of the state
        (3,),  # sums for the bias
        (),  # and the number
    ]


def test_what_needs_no_step_is_computed_once_before_the_loop() -> None:
    kernel = weight(3, 3)
    program = trace(
        lambda x, h: ops.scan(
            lambda c, row: (ops.matmul(c, ops.transpose(kernel) * 2.0) + row, None), h, x
        ),
        *SPECS,
    )
    names = [equation.primitive.name for equation in program.equations]
    assert names == ["transpose", "multiply", "scan"]
    body = program.equations[-1].params["body"]
    assert [equation.primitive.name for equation in body.equations] == ["matmul", "add"]


PRINTED = """\
program(i0: float32[4,3])
  constant c0: float32[3] = [0.0, 0.0, 0.0]
  constant c1: float32[] = 2.0
  t0: float32[3], t1: float32[4,3] = scan c0 i0 c1 [carries=1, sequences=1, length=4, reverse=False]
    body(i0: float32[3], i1: float32[3], i2: float32[])
      t0: float32[3] = add i0 i1
      t1: float32[3] = multiply t0 i2
      return t0, t1
  return t0, t1"""


def doubled_sums() -> Program:
    def step(total: Any, row: Any) -> Any:
        total = total + row
        return total, total * 2.0

    return trace(lambda x: ops.scan(step, ops.zeros((3,)), x), Spec((4, 3)))


def test_a_program_prints_the_body_below_its_scan() -> None:
    assert str(doubled_sums()) == PRINTED


def test_a_program_serialises_its_bodies() -> None:
    described = json.loads(json.dumps(doubled_sums().to_dict()))
    (scan,) = described["equations"]
    assert [e["primitive"] for e in scan["params"]["body"]["equations"]] == ["add", "multiply"]
    assert scan["params"]["length"] == 4


def test_check_looks_into_bodies() -> None:
    program = doubled_sums()
    body = program.equations[0].params["body"]
    body.equations = body.equations[::-1]
    with pytest.raises(ValueError, match=r"the body of equation 0 \(scan\): equation 0"):
        program.check()


def test_structures_and_missing_rows_come_back_as_they_were_given() -> None:
    def step(carry: Any, x: Any) -> Any:
        total = carry["total"] + x["a"]
        return {"total": total, "count": carry["count"] + 1}, (total, None)

    carry, (sums, nothing) = ops.scan(
        step, {"total": 0.0, "count": 0}, {"a": np.arange(4.0, dtype=np.float32)}
    )
    assert (float(carry["total"]), int(carry["count"]), nothing) == (6.0, 4, None)
    assert sums.tolist() == [0.0, 1.0, 3.0, 6.0]


def test_a_length_alone_is_enough() -> None:
    last, powers = ops.scan(lambda carry, _: (carry * 2, carry), 1, length=5)
    assert (int(last), powers.tolist()) == (32, [1, 2, 4, 8, 16])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.scan(lambda c, x: (c, x), 0.0), "one length on axis 0, or a `length`"),
        (
            lambda: ops.scan(lambda c, x: (c, None), 0.0, [np.zeros(2), np.zeros(3)]),
            r"received shapes \[\(2,\), \(3,\)\]",
        ),
        (lambda: ops.scan(lambda c, x: (c, x), 0.0, np.zeros(3), length=2), "length=2"),
        (lambda: ops.scan(lambda c, x: (c, x), 0.0, 1.0), r"received shapes \[\(\)\]"),
        (
            lambda: ops.scan(lambda c, x: (c + x, None), np.zeros(1), np.zeros((2, 3))),
            r"carries like those it takes, float32\[1\]; received float32\[3\]",
        ),
        (
            lambda: ops.scan(lambda c, x: ([c, c], None), 0.0, np.zeros(3)),
            "a carry of the structure of `init`",
        ),
    ],
)
def test_what_does_not_fit_is_explained(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_step_that_assigns_to_a_variable_is_refused_and_changes_nothing() -> None:
    count = Variable(0, name="count")

    def step(carry: Any, x: Any) -> Any:
        count.assign_add(1)
        return carry + x, None

    with pytest.raises(NotScannableError, match="changes no variable; it changes count"):
        ops.scan(step, 0.0, np.zeros(3))
    assert int(count) == 0


def test_a_tensor_of_a_finished_trace_is_refused_inside_a_step_too() -> None:
    kept: list[Tensor] = []
    trace(lambda x: kept.append(x), Spec(()))
    with pytest.raises(TypeError, match="outside of the function that was traced"):
        ops.scan(lambda c, x: (c + kept[0] * x, None), 0.0, np.zeros(3))
