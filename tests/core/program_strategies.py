"""Hypothesis strategies for programs: random chains of ops on inputs and variables."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from pykeras_core import ops
from pykeras_core.engine import Variable

SHAPES = ((), (1,), (3,), (2, 3), (40,))

UNARY: dict[str, Callable[[Any], Any]] = {
    "tanh": ops.tanh,
    "negative": ops.negative,
    "ravel": ops.ravel,
    "reshape": lambda x: ops.reshape(x, (1, *x.shape)),
    "transpose": ops.transpose,
    "sum": ops.sum,
    "stop_gradient": ops.stop_gradient,
    "copy": ops.copy,
    "flip": ops.flip,
    "first half": lambda x: ops.ravel(x)[: (x.size + 1) // 2],
    "doubled": lambda x: ops.concatenate([ops.ravel(x), ops.ravel(x)])[: x.size],
    "to integers and back": lambda x: ops.cast(ops.cast(x * 4.0, "int32"), "float32"),
    "scaled": lambda x: x * 0.5 + 0.25,
}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: ops.tanh(ops.ravel(x)[:1] + y),
    "multiply": lambda x, y: ops.tanh(x * ops.ravel(y)[0]),
    "where": lambda x, y: ops.where(x > 0.0, x, ops.mean(y)),
    "outer": lambda x, y: ops.outer(ops.ravel(x)[:3], ops.ravel(y)[:2]),
}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A function to be run eagerly or traced.

    Args:
        input_shapes: Shapes of its inputs.
        variable_shapes: Shapes of its variables.
        steps: (op, positions of operands among all values so far).
        updates: (variable, position of the value whose mean is added), in order.
        outputs: Positions of the values returned.
        read_again: Whether the variables are returned as well, as they are at the end.
    """

    input_shapes: tuple[tuple[int, ...], ...]
    variable_shapes: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[str, tuple[int, ...]], ...]
    updates: tuple[tuple[int, int], ...]
    outputs: tuple[int, ...]
    read_again: bool

    def apply(self, inputs: Sequence[Any], variables: Sequence[Variable]) -> list[Any]:
        """Compute on inputs and variables, and update the variables."""
        values: list[Any] = [*inputs, *(variable.value for variable in variables)]
        for name, operands in self.steps:
            function: Any = UNARY.get(name) or BINARY[name]
            values.append(function(*(values[place] for place in operands)))
        for position, place in self.updates:
            variable = variables[position]
            # A swap of equal shapes, so that updates must wait for each other, or a new value.
            same = values[place].shape == variable.shape
            variable.assign(values[place] if same else variable * 0.5 + ops.mean(values[place]))
        outputs = [values[place] for place in self.outputs]
        return [*outputs, *variables] if self.read_again else outputs


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Recipes of up to a dozen steps."""
    shapes = st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3).map(tuple)
    input_shapes, variable_shapes = draw(shapes), draw(shapes)
    count = len(input_shapes) + len(variable_shapes)
    steps = []
    for name in draw(st.lists(st.sampled_from([*UNARY, *BINARY]), max_size=12)):
        operands = st.tuples(*[st.integers(0, count - 1)] * (1 if name in UNARY else 2))
        steps.append((name, draw(operands)))
        count += 1
    position, place = st.integers(0, len(variable_shapes) - 1), st.integers(0, count - 1)
    return Recipe(
        input_shapes,
        variable_shapes,
        tuple(steps),
        tuple(draw(st.lists(st.tuples(position, place), max_size=4))),
        tuple(draw(st.lists(place, min_size=1, max_size=3))),
        draw(st.booleans()),
    )
