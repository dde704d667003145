"""Packed weights: copies of weights as products read them, which last through a run.

This module owns `packed_weights`. A product reads its second operand in panels of 8 columns.
Weights that no step changes are packed once a run; those of an Adam step that takes a gradient's
tiles from the registers are packed once too, and each step changes the copy with them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pykeras_core.engine.backends.instructions import KernelUnit
from pykeras_core.engine.backends.products import ProductUnit, packed_bytes
from pykeras_core.engine.plan import Location, Placement, Plan, Unit

__all__ = ["packed_weights"]

_MOST_BYTES, _MOST_CHANGING_BYTES = 2**22, 2**19
"""How large a copy may be, and one that each step changes. The latter has to find room in the
second-level cache, beside the weights and the optimizer's means."""


def packed_weights(
    plan: Plan, units: Sequence[Unit], placement: Placement
) -> tuple[dict[int, Location], list[int]]:
    """Find the weights to keep packed.

    Args:
        plan: Whose equations are grouped.
        units: All of them.
        placement: Where values live.

    Returns:
        Where the copies of weights are, by id of their values before and after a step; and the
        size of each.
    """
    updates = dict(plan.updates)
    stepped = {
        id(unit.adam_weights(lambda value: id(value) in placement.locations))
        for unit in units
        if isinstance(unit, ProductUnit)
    }
    places: dict[int, Location] = {}
    sizes: list[int] = []
    for unit in units:
        if not isinstance(unit, KernelUnit) or unit.primitives != ("matmul",):
            continue
        weights, size = unit.equations[0].inputs[1], packed_bytes(unit.equations[0])
        home = placement.locations.get(id(plan.root(weights)))
        if size is None or home is None or home.kind != "variable" or id(weights) in places:
            continue
        updated = updates.get(home.index)
        if size > (_MOST_BYTES if updated is None else _MOST_CHANGING_BYTES):
            continue
        if updated is not None:
            in_place = placement.locations.get(id(updated)) == home
            same = updated.spec.shape == weights.spec.shape
            if id(updated) not in stepped or id(updated) in places or not (in_place and same):
                continue
            places[id(updated)] = Location("kept", len(sizes))
        places[id(weights)] = Location("kept", len(sizes))
        sizes.append(size)
    return places, sizes
