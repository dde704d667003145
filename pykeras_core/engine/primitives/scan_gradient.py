"""The gradient of a scan: a scan in the other direction.

A backward step needs values of the forward step of the same number. Those that the forward scan
does not hand out are asked of it once more, with more outputs; a plan makes one scan of both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import PRIMITIVES, Spec
from pykeras_core.engine.primitives.closed import Closed, close
from pykeras_core.engine.program import Equation, Program, Value, dependent, needed
from pykeras_core.engine.tensor import Tensor

__all__ = ["pull_back"]

Differentiate = Callable[..., list[Tensor | None]]


def pull_back(
    differentiate: Differentiate,
    cotangents: Sequence[Tensor | None],
    outputs: Sequence[Tensor],
    *inputs: Tensor,
    wanted: Sequence[bool],
    body: Program,
    carries: int,
    sequences: int,
    length: int,
    reverse: bool,
) -> list[Tensor | None]:
    """The rule of `scan` for all its operands; see `Primitive.pull_back`."""
    loop = _Loop(body, carries, sequences, length, reverse, inputs, tuple(outputs))
    moving, active = loop.active(wanted)
    arrived = [
        (value, ct)
        for value, ct in zip(body.outputs[carries:], cotangents[carries:], strict=True)
        if ct is not None and id(value) in active
    ]
    asked = [n for n in range(carries, len(inputs)) if wanted[n]]

    def step(carried: list[Tensor], rows: list[Tensor]) -> tuple[list[Tensor], list[Tensor | None]]:
        seeds = [(body.outputs[k], ct) for k, ct in zip(moving, carried, strict=True)]
        seeds += [(value, ct) for (value, _), ct in zip(arrived, rows, strict=True)]
        found = differentiate(body.equations, seeds, [body.inputs[n] for n in (*moving, *asked)])
        before = [
            _zeros(ct.spec) if new is None else new
            for new, ct in zip(found[: len(moving)], carried, strict=True)
        ]
        return before, found[len(moving) :]

    closed = close(
        step,
        [body.outputs[k].spec for k in moving],
        [value.spec for value, _ in arrived],
        operand=loop.fixed_operand,
    )
    rows = [ct for _, ct in arrived] + loop.stacks(closed.varying)
    backward = _Backward(closed, len(moving), rows)
    _, found = closed.program.pack(closed.program.outputs)
    for position, gradient in zip(asked, found, strict=True):
        if gradient is not None:
            backward.ask(position, gradient, in_all_steps=position >= loop.first_fixed)
    last = [_zeros(body.outputs[k].spec) if (ct := cotangents[k]) is None else ct for k in moving]
    first, gradients = backward.run(last, length, not reverse)
    gradients |= {k: ct for k, ct in zip(moving, first, strict=True) if wanted[k]}
    return [gradients.get(position) for position in range(len(inputs))]


@dataclasses.dataclass(frozen=True)
class _Loop:
    """A forward scan: its parameters, operands and results."""

    body: Program
    carries: int
    sequences: int
    length: int
    reverse: bool
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    @property
    def first_fixed(self) -> int:
        """Position of the first operand that is the same in every step."""
        return self.carries + self.sequences

    def active(self, wanted: Sequence[bool]) -> tuple[list[int], set[int]]:
        """Which carries pass gradients on, and the ids of the body's values that do.

        A carry does if its first value is wanted, or if a step adds something wanted to it.
        """
        moving = {k for k in range(self.carries) if wanted[k]}
        while True:
            sources = [
                value
                for n, value in enumerate(self.body.inputs)
                if n in moving or (n >= self.carries and wanted[n])
            ]
            active = dependent(self.body.equations, sources)
            reached = {k for k in range(self.carries) if id(self.body.outputs[k]) in active}
            if reached <= moving:
                return sorted(moving), active
            moving |= reached

    def fixed_operand(self, value: Tensor) -> Tensor | None:
        """The operand that a value of the body stands for in every step; None if it varies."""
        fixed = zip(self.body.inputs, self.inputs, strict=True)
        return next(
            (o for n, (v, o) in enumerate(fixed) if v is value and n >= self.first_fixed), None
        )

    def stacks(self, values: Sequence[Value]) -> list[Tensor]:
        """What some of the body's values are in all steps: operands, results, or made anew."""
        slices = slice(self.carries, self.first_fixed)
        known = dict(zip(map(id, self.body.inputs[slices]), self.inputs[slices], strict=True))
        rows = zip(self.body.outputs[self.carries :], self.outputs[self.carries :], strict=True)
        known.update((id(value), stack) for value, stack in rows)
        missing = [value for value in values if id(value) not in known]
        if missing:
            more = dataclasses.replace(self.body, outputs=(*self.body.outputs, *missing))
            _, stacks = p.scan_program(
                more,
                self.inputs[: self.carries],
                self.inputs[slices],
                self.inputs[self.first_fixed :],
                length=self.length,
                reverse=self.reverse,
            )
            made = stacks[-len(missing) :]
            known.update((id(v), stack) for v, stack in zip(missing, made, strict=True))
        return [known[id(value)] for value in values]


class _Backward:
    """A backward scan in the making.

    Args:
        closed: Its step: from cotangents of carries and rows to cotangents of the carries before.
        carried: How many carries it has.
        rows: What it reads step by step: cotangents of rows, then varying values.
    """

    def __init__(self, closed: Closed, carried: int, rows: Sequence[Tensor]) -> None:
        self._closed = closed
        self._carried = carried
        self._rows = list(rows)
        inputs = closed.program.inputs[carried : carried + len(rows)]
        self._stack_of = {id(value): row for value, row in zip(inputs, rows, strict=True)}
        self._stacked: list[Value] = []
        self._totals: list[tuple[int, Value]] = []
        self._products: list[tuple[int, Equation]] = []
        self._gradients: list[tuple[int, Value]] = []

    def ask(self, position: int, gradient: Value, in_all_steps: bool) -> None:
        """Ask for the gradient of an operand.

        Args:
            position: Of the operand.
            gradient: What each step adds to it, or for a sequence makes for its slice.
            in_all_steps: Whether it is the same operand in every step.
        """
        product = self._product(gradient) if in_all_steps else None
        if product is not None:
            self._products.append((position, product))
            self._stack(*product.inputs)
        elif in_all_steps:
            self._totals.append((position, gradient))
        else:
            self._gradients.append((position, gradient))
            self._stack(gradient)

    def _product(self, gradient: Value) -> Equation | None:
        """The product `x.T @ y` that makes a gradient.

        The sum of all steps' products is one product of all their rows: faster than adding up.
        """
        program = self._closed.program
        fixed = program.inputs[self._carried + len(self._rows) :]
        for equation in program.equations:
            if (
                equation.outputs[0] is gradient
                and equation.primitive.name == "matmul"
                and equation.params == {"transpose_x": True, "transpose_y": False}
                and len(gradient.spec.shape) == 2
                and not any(value is one for value in equation.inputs for one in fixed)
            ):
                return equation
        return None

    def _stack(self, *values: Value) -> None:
        for value in values:
            if id(value) not in self._stack_of and all(value is not v for v in self._stacked):
                self._stacked.append(value)

    def run(
        self, last: Sequence[Tensor], length: int, reverse: bool
    ) -> tuple[list[Tensor], dict[int, Tensor]]:
        """Apply the scan.

        Args:
            last: Cotangents of the last carries.
            length: Number of steps.
            reverse: Direction.

        Returns:
            Cotangents of the first carries, and the gradients asked for, by position.
        """
        totals = [_zeros(value.spec) for _, value in self._totals]
        finals, stacks = p.scan_program(
            self._program(),
            [*last, *totals],
            self._rows,
            self._closed.fixed,
            length=length,
            reverse=reverse,
        )
        stack_of = self._stack_of | {
            id(value): stack for value, stack in zip(self._stacked, stacks, strict=True)
        }
        gradients = {position: stack_of[id(value)] for position, value in self._gradients}
        for position, equation in self._products:
            x, y = (_joined(stack_of[id(value)]) for value in equation.inputs)
            gradients[position] = p.matmul(x, y, transpose_x=True)
        for (position, _), total in zip(self._totals, finals[self._carried :], strict=True):
            gradients[position] = total
        return finals[: self._carried], gradients

    def _program(self) -> Program:
        """The step's program with what was asked for."""
        program = self._closed.program
        before = [Tensor(value.spec) for _, value in self._totals]
        after = [Tensor(value.spec) for _, value in self._totals]
        sums = [
            Equation(PRIMITIVES["add"], (total, value), {}, (new,))
            for total, (_, value), new in zip(before, self._totals, after, strict=True)
        ]
        outputs = (*program.outputs[: self._carried], *after, *self._stacked)
        return Program(
            inputs=(*program.inputs[: self._carried], *before, *program.inputs[self._carried :]),
            variables=(),
            equations=tuple(needed([*_without_effects(program.equations), *sums], outputs)),
            outputs=outputs,
            updates=(),
        )


def _without_effects(equations: Sequence[Equation]) -> list[Equation]:
    """What has an effect has had it on the way forward."""
    return [equation for equation in equations if not equation.primitive.effect]


def _zeros(spec: Spec) -> Tensor:
    return p.broadcast_to(p.constant(0.0, spec.dtype), shape=spec.shape)


def _joined(stack: Tensor) -> Tensor:
    """The rows of all steps as one matrix."""
    length, rows, columns = stack.shape
    result: Tensor = p.reshape(stack, shape=(length * rows, columns))
    return result
