"""Grouping: which equations run as one.

This module owns `units_of` and what it asks of a backend, `Kernels`. Elementwise equations over
the same number of elements are gathered into loops as long as no other equation needs a result
of theirs; a loop is put in order just before the first one that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from pykeras_core.engine.backends.access import access
from pykeras_core.engine.backends.operations import operations
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["Kernels", "units_of"]


class Kernels(Protocol):
    """What a backend makes of equations."""

    most_slots: int
    """The most operands and results of a loop."""

    def loop(self, equations: Iterable[Equation], root: Callable[[Value], Value]) -> Unit:
        """A unit for elementwise equations; see `Loop`."""

    def single(self, equation: Equation) -> Unit | None:
        """A unit for an equation by itself; None if the backend has no kernel for it."""

    def joined(self, plan: Plan, units: Sequence[Unit]) -> list[Unit]:
        """The units of a plan, neighbours put together where that is faster."""


def units_of(plan: Plan, kernels: Kernels) -> list[Unit]:
    """The equations of a plan, grouped into units, in an order that runs.

    Args:
        plan: What to run.
        kernels: Those of the backend.

    Returns:
        The backend's units, and plain `Unit`s of equations without a kernel.
    """
    grouping = _Grouping(plan, kernels)
    for number, equation in enumerate(plan.equations):
        grouping.add(number, equation)
    return grouping.finish()


class _Loop:
    """A loop that may still grow."""

    def __init__(self, elements: int, each_step: bool) -> None:
        self.elements = elements
        self.each_step = each_step
        self.members: list[tuple[int, Equation]] = []
        self.reads: set[int] = set()
        self.needs: set[_Loop] = set()

    @property
    def slots(self) -> int:
        """No fewer than it will take."""
        return len(self.reads) + len(self.members)

    def absorb(self, other: _Loop) -> None:
        """Take over what another loop has."""
        self.members += other.members
        self.reads |= other.reads
        self.needs |= other.needs


class _Grouping:
    def __init__(self, plan: Plan, kernels: Kernels) -> None:
        self._plan = plan
        self._kernels = kernels
        self._units: list[Unit] = []
        self._open: list[_Loop] = []
        self._maker: dict[int, _Loop] = {}

    def add(self, number: int, equation: Equation) -> None:
        """Put the next equation into a loop, or after the loops it needs."""
        if operations(equation) is not None:
            self._add_to_loop(number, equation)
            return
        for value in equation.inputs:
            self._close(self._maker_of(value))
        self._units.append(self._kernels.single(equation) or Unit([equation]))

    def finish(self) -> list[Unit]:
        """Close what is open; returns all units."""
        while self._open:
            self._close(self._open[0])
        return self._kernels.joined(self._plan, self._units)

    def _maker_of(self, value: Value) -> _Loop | None:
        """The loop that makes a value, if it is still open."""
        loop = self._maker.get(id(self._plan.root(value)))
        return loop if loop in self._open else None

    def _add_to_loop(self, number: int, equation: Equation) -> None:
        elements = equation.outputs[0].spec.size
        each_step = not self._plan.last_step_only(Unit([equation]))
        own, others = self._makers(equation)
        roots = {id(self._plan.root(value)) for value in equation.inputs}
        loop = next(
            (
                loop
                for loop in self._candidates(elements, own, roots)
                if loop not in self._reachable({*own, *others} - ({loop} - set(others)))
                and loop.each_step == each_step
                and loop.slots + len(roots) + 1 <= self._kernels.most_slots
            ),
            None,
        )
        if loop is None:
            loop = _Loop(elements, each_step)
            self._open.append(loop)
        loop.needs |= {other for other in (*own, *others) if other is not loop}
        loop.members.append((number, equation))
        loop.reads |= roots
        self._maker[id(equation.outputs[0])] = loop
        for other in own:
            self._merge(loop, other)

    def _makers(self, equation: Equation) -> tuple[list[_Loop], list[_Loop]]:
        """Open loops whose results are read at the element at hand, and those read elsewhere."""
        own: list[_Loop] = []
        others: list[_Loop] = []
        size = equation.outputs[0].spec.size
        for position, value in enumerate(equation.inputs):
            loop = self._maker_of(value)
            if loop is None:
                continue
            is_flat = value.spec.size == size and access(equation, position).is_flat
            random = equation.primitive.name == "random_bits"
            (own if is_flat and not random else others).append(loop)
        return own, others

    def _candidates(self, elements: int, own: Sequence[_Loop], roots: set[int]) -> list[_Loop]:
        """Loops that an equation could join, the best first."""
        same = [loop for loop in self._open if loop.elements == elements]
        sharing = [loop for loop in same if elements == 1 or loop.reads & roots]
        return [*own, *(loop for loop in sharing if loop not in own)]

    def _merge(self, loop: _Loop, other: _Loop) -> None:
        """Make one of two loops, if neither needs the other by way of a third."""
        if other is loop or other not in self._open or other.each_step != loop.each_step:
            return
        if loop.slots + other.slots > self._kernels.most_slots:
            return
        third = (loop.needs | other.needs) - {loop, other}
        if self._reachable(third) & {loop, other}:
            return
        loop.absorb(other)
        loop.needs -= {loop, other}
        self._open.remove(other)
        for _, equation in other.members:
            self._maker[id(equation.outputs[0])] = loop
        for rest in self._open:
            if other in rest.needs:
                rest.needs = (rest.needs - {other}) | ({loop} - {rest})

    def _reachable(self, loops: Iterable[_Loop]) -> set[_Loop]:
        """The open loops that must run before these, and these."""
        found: set[_Loop] = set()
        waiting = [loop for loop in loops if loop in self._open]
        while waiting:
            loop = waiting.pop()
            if loop not in found:
                found.add(loop)
                waiting += [need for need in loop.needs if need in self._open]
        return found

    def _close(self, loop: _Loop | None) -> None:
        """Put a loop, and before it those it needs, at the end of the units."""
        if loop is None or loop not in self._open:
            return
        self._open.remove(loop)
        for need in sorted(loop.needs, key=lambda need: need.members[0][0]):
            self._close(need)
        members = sorted(loop.members, key=lambda member: member[0])
        self._units.append(
            self._kernels.loop([equation for _, equation in members], self._plan.root)
        )
