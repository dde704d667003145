"""Which equations the SIMD kernels take, as the grouping asks for it.

This module owns `SIMD`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.wasm.loops import MAX_SLOTS, LoopUnit
from pykeras_core.engine.backends.wasm.lowering import kernel_unit
from pykeras_core.engine.backends.wasm.products import with_loops
from pykeras_core.engine.backends.wasm.scans import scan_unit
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["SIMD"]


class _Simd:
    """See `Kernels`."""

    most_slots = MAX_SLOTS

    def loop(self, equations: Iterable[Equation], root: Callable[[Value], Value]) -> Unit:
        """A LOOP."""
        return LoopUnit(equations, root)

    def single(self, equation: Equation) -> Unit | None:
        """An instruction, or a SCAN with the instructions of its body."""
        if equation.primitive.name == "scan":
            return scan_unit(equation, lambda plan: units_of(plan, self))
        return kernel_unit(equation)

    def joined(self, plan: Plan, units: Sequence[Unit]) -> list[Unit]:
        """A product whose rows are made one after the other takes in the loop that reads it."""
        return with_loops(plan, units)


SIMD = _Simd()
