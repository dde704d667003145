"""Packed weights: copies of weights as products read them, which last through a run or a scan.

This module owns `packed_weights` and `packed_in_scan`. A product reads its second operand in
panels of 8 columns. Weights that no step changes are packed once a run; those of an Adam step that
takes a gradient's tiles from the registers are packed once too, and each step changes the copy
with them. What a scan multiplies with in each of its steps is packed once a scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pykeras_core.engine.backends.wasm.instructions import KernelUnit
from pykeras_core.engine.backends.wasm.products import ProductUnit, is_quickly_packed, packed_bytes
from pykeras_core.engine.plan import Location, Placement, Plan, Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["packed_in_scan", "packed_weights"]

_MOST_BYTES, _MOST_CHANGING_BYTES = 2**22, 2**19
"""How large a copy may be, and one that each step changes. The latter has to find room in the
second-level cache, beside the weights and the optimizer's means."""


def packed_weights(
    plan: Plan, units: Sequence[Unit], placement: Placement
) -> tuple[dict[tuple[int, bool], Location], list[int]]:
    """Find the weights to keep packed.

    Args:
        plan: Whose equations are grouped.
        units: All of them.
        placement: Where values live.

    Returns:
        Where the copies of weights are, by id of their values before and after a step and whether
        products transpose them; and the size of each.
    """
    updates = dict(plan.updates)
    stepped = {
        id(unit.adam_weights(lambda value: id(value) in placement.locations))
        for unit in units
        if isinstance(unit, ProductUnit)
    }
    places: dict[tuple[int, bool], Location] = {}
    sizes: list[int] = []
    for unit in units:
        if not isinstance(unit, KernelUnit) or unit.primitives != ("matmul",):
            continue
        (product,) = unit.equations
        weights, size = product.inputs[1], packed_bytes(product)
        if size is None or product.params["transpose_y"] or is_quickly_packed(product):
            continue
        home = placement.locations.get(id(plan.root(weights)))
        if home is None or home.kind != "variable" or (id(weights), False) in places:
            continue
        updated = updates.get(home.index)
        if size > (_MOST_BYTES if updated is None else _MOST_CHANGING_BYTES):
            continue
        if updated is not None:
            in_place = placement.locations.get(id(updated)) == home
            same = updated.spec.shape == weights.spec.shape
            known = (id(updated), False) in places
            if id(updated) not in stepped or known or not (in_place and same):
                continue
            places[id(updated), False] = Location("kept", len(sizes))
        places[id(weights), False] = Location("kept", len(sizes))
        sizes.append(size)
    return places, sizes


def packed_in_scan(
    equations: Iterable[Equation], is_given: Callable[[Value], bool]
) -> dict[tuple[int, bool], int]:
    """Find what to keep packed while a scan runs.

    Args:
        equations: Of its body.
        is_given: Whether a value is the same in all steps.

    Returns:
        The size of each copy, by id of the value and whether products transpose it.
    """
    sizes: dict[tuple[int, bool], int] = {}
    for equation in equations:
        if equation.primitive.name != "matmul" or not is_given(equation.inputs[1]):
            continue
        size = packed_bytes(equation)
        if size is not None and size <= _MOST_BYTES:
            sizes[id(equation.inputs[1]), equation.params["transpose_y"]] = size
    return sizes
