"""Scans: a body's instructions as one instruction that runs them for each step.

This module owns `scan_unit`. A body is planned like a program of its own whose variables are
what it carries and the rows it stacks, so each is written where it stays wherever that is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pykeras_core.engine.backends.scan_body import body_as_step
from pykeras_core.engine.backends.wasm.instructions import Code, KernelUnit
from pykeras_core.engine.backends.wasm.lowering import copy_value
from pykeras_core.engine.backends.wasm.packing import packed_in_scan
from pykeras_core.engine.plan import ALIGNMENT_BYTES, Location, Plan, Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["ScanUnit", "scan_unit"]

_MOST_BYTES = 2**31 - 1
"""What a word of an instruction can count."""


def scan_unit(equation: Equation, units_of: Callable[[Plan], list[Unit]]) -> ScanUnit | None:
    """A unit that runs a scan; None if kernels cannot.

    They cannot where an equation of the body has no kernel, or a stack is too large for the
    words of an instruction.

    Args:
        equation: The scan.
        units_of: Groups the equations of a plan.
    """
    if any(value.spec.size_bytes > _MOST_BYTES for value in (*equation.inputs, *equation.outputs)):
        return None
    plan = Plan(body_as_step(equation))
    units = [unit for unit in units_of(plan) if isinstance(unit, KernelUnit)]
    made = sum(len(unit.equations) for unit in units)
    return ScanUnit(equation, plan, units) if made == len(plan.equations) else None


class ScanUnit(KernelUnit):
    """A scan whose body the kernels run.

    Args:
        equation: The scan.
        plan: Of its body.
        units: The plan's equations, grouped.
    """

    def __init__(self, equation: Equation, plan: Plan, units: Sequence[KernelUnit]) -> None:
        super().__init__([equation], self._encode)
        self._equation = equation
        self._units = units
        self._placement = plan.place(units)
        self._packed: dict[tuple[int, bool], int] = {}
        size = self._placement.arena_bytes
        for key, packed_bytes in packed_in_scan(plan.equations, self._is_given).items():
            self._packed[key] = size
            size += -(-packed_bytes // ALIGNMENT_BYTES) * ALIGNMENT_BYTES
        self._workspace = Value(Spec((size,), "uint8"))

    @property
    def outputs(self) -> Iterable[Value]:
        """The scan's results, and the arena of its body with the weights that it keeps packed."""
        return (*self._equation.outputs, self._workspace)

    def _is_given(self, value: Value) -> bool:
        """Whether a value comes from outside and is the same in all steps."""
        place = self._placement.locations.get(id(value))
        rows = self._equation.params["sequences"]
        return place is not None and place.kind == "input" and place.index >= rows

    def _encode(self, code: Code) -> None:
        params, inputs = self._equation.params, self._equation.inputs
        carries, rows = params["carries"], params["sequences"]
        places = _Places(code, params["length"], params["reverse"])
        slots = [code.location(value) for value in self._equation.outputs]
        for value, slot in zip(inputs[:carries], slots[:carries], strict=True):
            copy_value(code, slot, value)
        slots[carries:] = [places.row(value) for value in self._equation.outputs[carries:]]
        given = [places.row(value) for value in inputs[carries : carries + rows]]
        given += [code.location(value) for value in inputs[carries + rows :]]
        arena = code.location(self._workspace)

        def locate(value: Value) -> Location | None:
            inner = self._placement.locations.get(id(value))
            if inner is None:
                return None
            if inner.kind == "arena":
                return Location(arena.kind, arena.index + inner.index)
            return (given if inner.kind == "input" else slots)[inner.index]

        def write() -> None:
            for unit in self._units:
                unit.encode(code)
            for position, value in self._placement.copies:
                copy_value(code, slots[position], value)

        for key, offset in self._packed.items():
            code.kept[key] = Location(arena.kind, arena.index + offset)
            code.add("FILL", code.operand_at(code.kept[key]), 1, ALIGNMENT_BYTES, 0)
        words = code.nested(locate, write)
        code.add("SCAN", params["length"], len(places.moves) // 4, places.moves, len(words), words)


class _Places:
    """The places that move from step to step.

    Args:
        code: Where their operands are listed.
        length: Number of steps.
        reverse: Whether the last step runs first.
    """

    def __init__(self, code: Code, length: int, reverse: bool) -> None:
        self._code = code
        self._length = length
        self._reverse = reverse
        self.moves: list[int] = []

    def row(self, stack: Value) -> Location:
        """The place of the row of a stack that belongs to the step at hand."""
        place = self._code.moving()
        row_bytes = stack.spec.size_bytes // max(self._length, 1)
        first = (self._length - 1) * row_bytes if self._reverse else 0
        self.moves += [self._code.operand_at(place), self._code.operand(stack)]
        self.moves += [first, -row_bytes if self._reverse else row_bytes]
        return place
