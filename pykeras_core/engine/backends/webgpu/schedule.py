"""The schedule: which units run in one dispatch.

This module owns `schedule`. Units with little to do run one after the other in a single workgroup,
with barriers between them; units with much to do get workgroups of their own, and those that do
not need each other share a dispatch. So a small model's step is a handful of dispatches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pykeras_core.engine.backends.webgpu.work import SMALL_WORK, Work
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.program import Value

__all__ = ["Dispatch", "Stage", "is_wide", "parted", "schedule", "stages_of"]

_MOST_STAGES = 48
"""Stages of a dispatch: more would take long to compile."""


class Stage(Unit):
    """Units that do not need each other.

    Args:
        units: Which.
        root: Gives the value whose memory a value shares.
    """

    def __init__(self, units: Iterable[Unit], root: Callable[[Value], Value]) -> None:
        self.units = tuple(units)
        self._root = root
        super().__init__(equation for unit in self.units for equation in unit.equations)

    @property
    def inputs(self) -> Iterable[Value]:
        """What its units read."""
        return [value for unit in self.units for value in unit.inputs]

    @property
    def outputs(self) -> Iterable[Value]:
        """What its units make."""
        return [value for unit in self.units for value in unit.outputs]

    def always_writes(self, value: Value) -> bool:
        """Whether the unit that makes a value does."""
        return any(
            made is value and unit.always_writes(value)
            for unit in self.units
            for made in unit.outputs
        )

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """If the unit that makes `new` may, and no other reads `old`: they run at once."""
        for unit in self.units:
            makes = any(value is new for value in unit.outputs)
            if makes and not unit.may_overwrite(old, new):
                return False
            if not makes and any(self._root(value) is old for value in unit.inputs):
                return False
        return True


@dataclass
class Dispatch:
    """Stages that run in one dispatch.

    Args:
        stages: In order.
        is_wide: Whether many workgroups run them; then there is one.
        last_step_only: Whether a run needs them in its last step alone.
    """

    stages: list[Stage] = field(default_factory=list)
    is_wide: bool = False
    last_step_only: bool = False


def schedule(plan: Plan, units: Sequence[Unit], small: int = SMALL_WORK) -> list[Dispatch]:
    """Put units into as few dispatches as are found.

    Args:
        plan: Whose equations they compute.
        units: In an order that runs.
        small: Operations that one workgroup may do; see `is_wide`.

    Returns:
        Dispatches in the order in which they run; those for the last step alone are at the end.
    """
    steady = [unit for unit in units if not plan.last_step_only(unit)]
    last = [unit for unit in units if plan.last_step_only(unit)]
    needs = _needs(plan, units)
    return [
        one
        for some, last_step_only in ((steady, False), (last, True))
        for one in min(
            (
                _dispatches(plan, some, needs, last_step_only, small, wide_first)
                for wide_first in (False, True)
            ),
            key=len,
        )
    ]


def parted(units: Sequence[Work], plan: Plan) -> list[Dispatch]:
    """Units that do not need each other, in one dispatch for small ones and one for wide ones."""
    parts = [[unit for unit in units if unit.items and is_wide(unit) == wide] for wide in (0, 1)]
    return [
        Dispatch([Stage(some, plan.root)], is_wide=bool(wide))
        for wide, some in enumerate(parts)
        if some
    ]


def stages_of(plan: Plan, units: Sequence[Unit]) -> list[Stage]:
    """Units in stages, each of which needs only those before."""
    needs = _needs(plan, units)
    left, done, found = list(units), set[int](), list[Stage]()
    while left:
        ready = [unit for unit in left if needs[id(unit)] <= done]
        found.append(Stage(ready, plan.root))
        done |= {id(unit) for unit in ready}
        left = [unit for unit in left if id(unit) not in done]
    return found


def _dispatches(
    plan: Plan,
    units: Sequence[Unit],
    needs: dict[int, set[int]],
    last_step_only: bool,
    small: int,
    wide_first: bool,
) -> list[Dispatch]:
    """Dispatches of units; where small and wide ones can run, one kind goes first."""
    own = {id(unit) for unit in units}
    left, done, found = list(units), set[int](), list[Dispatch]()

    def ready(wide: bool) -> list[Unit]:
        return [u for u in left if is_wide(u, small) == wide and needs[id(u)] & own <= done]

    def take(some: list[Unit]) -> Stage:
        nonlocal left
        done.update(id(unit) for unit in some)
        left = [unit for unit in left if id(unit) not in done]
        return Stage(some, plan.root)

    while left:
        stages: list[Stage] = []
        while len(stages) < _MOST_STAGES and not (wide_first and not stages and ready(True)):
            some = ready(False)
            if not some:
                break
            stages.append(take(some))
        if stages:
            found.append(Dispatch(stages, last_step_only=last_step_only))
        wide = _together(ready(True))
        if wide:
            found.append(Dispatch([take(wide)], is_wide=True, last_step_only=last_step_only))
    return found


def _together(wide: list[Unit]) -> list[Unit]:
    """Those of the wide units that one dispatch can run."""
    scans = [unit for unit in wide if not isinstance(unit, Work)]
    if scans:  # each has dispatches of its own
        return scans[:1]
    # a shader reads and writes four words at once, or it does not
    return [unit for unit in wide if isinstance(unit, Work) and unit.in_fours] or wide


def is_wide(unit: Unit, small: int = SMALL_WORK) -> bool:
    """Whether a unit has enough to do for many workgroups.

    Args:
        unit: Which.
        small: Operations that one workgroup may do.
    """
    if isinstance(unit, Work):
        return unit.items * unit.cost > small
    return bool(getattr(unit, "is_wide", False))  # a scan


def _needs(plan: Plan, units: Sequence[Unit]) -> dict[int, set[int]]:
    """By id of a unit, the ids of those that have to run before it.

    Beside those whose results it reads, these are the readers of a variable that it changes, so
    that it can be changed where it is.
    """
    maker = {id(plan.root(value)): unit for unit in units for value in unit.outputs}
    order = {id(unit): number for number, unit in enumerate(units)}
    readers: dict[int, list[Unit]] = {}
    needs: dict[int, set[int]] = {id(unit): set() for unit in units}
    for unit in units:
        for value in unit.inputs:
            root = id(plan.root(value))
            readers.setdefault(root, []).append(unit)
            made_by = maker.get(root)
            if made_by is not None and made_by is not unit:
                needs[id(unit)].add(id(made_by))
    before = plan.program.variables
    for position, value in plan.updates:
        changes = maker.get(id(plan.root(value)))
        if changes is None or position >= len(before):
            continue
        for reader in readers.get(id(plan.root(before[position][1])), ()):
            if order[id(reader)] < order[id(changes)]:
                needs[id(changes)].add(id(reader))
    return needs
