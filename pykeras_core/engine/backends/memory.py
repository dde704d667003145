"""Memory: the arena of an executable, and the arrays that each run brings along.

This module owns `Memory`, which gives a value as a NumPy array. Python owns all of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import numpy as np

from pykeras_core.engine.capacity import readable_size, require_bytes
from pykeras_core.engine.plan import ALIGNMENT_BYTES, Placement, Plan
from pykeras_core.engine.primitive import Array, Spec
from pykeras_core.engine.program import Value

__all__ = ["Memory", "address_of", "aligned_bytes", "check_inputs"]


class Memory:
    """The memory of a plan.

    Args:
        plan: Whose values to hold.
        placement: Where they live.

    Raises:
        MemoryError: If there is not enough memory for it and for the variables still to be made.
    """

    def __init__(self, plan: Plan, placement: Placement) -> None:
        _require_room(plan, placement)
        self._plan = plan
        self._placement = placement
        self.arena = aligned_bytes(placement.arena_bytes)
        self._arena_views: dict[int, Array] = {}
        self.arrays: dict[str, Sequence[Array]] = {"constant": plan.constants}

    def bring(self, inputs: Sequence[Array], n_steps: int) -> list[Array]:
        """Take the arrays of a run; returns the memory of the variables.

        Raises:
            ValueError: If an input does not have the planned shape and dtype, or there is no
                step to run.
        """
        if n_steps < 1:
            raise ValueError(f"the program runs 1 or more steps, received n_steps={n_steps}")
        check_inputs(inputs, self._plan.inputs)
        storages = [variable.storage() for variable in self._plan.variables]
        self.arrays["input"] = [a if a.flags.aligned else a.copy() for a in inputs]
        self.arrays["variable"] = storages
        return storages

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """A context after which the variables hold what they held before it."""
        kept = [(array, array.copy()) for array in self.arrays["variable"]]
        try:
            yield
        finally:
            for array, before in kept:
                np.copyto(array, before)

    def view(self, value: Value) -> Array:
        """The array of a value, which is valid until other arrays are brought."""
        place, spec = self._placement.locations[id(value)], value.spec
        if place.kind != "arena":
            return self.arrays[place.kind][place.index].reshape(spec.shape)
        view = self._arena_views.get(id(value))
        if view is None:
            flat = self.arena[place.index : place.index + spec.size_bytes].view(spec.dtype)
            view = self._arena_views[id(value)] = flat.reshape(spec.shape)
        return view


def aligned_bytes(size: int) -> Array:
    """Uninitialised memory that begins at a multiple of `ALIGNMENT_BYTES`."""
    room = np.empty(size + ALIGNMENT_BYTES, np.uint8)
    start = -address_of(room) % ALIGNMENT_BYTES
    return room[start : start + size]


def address_of(array: Array) -> int:
    """Where an array's elements begin."""
    address: int = array.__array_interface__["data"][0]
    return address


def _require_room(plan: Plan, placement: Placement) -> None:
    """Ask for all that a first step will take, so that it is not begun in vain."""
    weights = sum(v.spec.size_bytes for v in plan.variables if v.trainable)
    slots = sum(v.missing_bytes for v in plan.variables)
    advice = "Use a smaller `batch_size`, fewer units or filters"
    require_bytes(
        f"a step of this model, whose weights take {readable_size(weights)},",
        {
            "activations and gradients": placement.arena_bytes,
            "the optimizer's slots": slots,
        },
        f"{advice}, or an optimizer without slots, such as SGD." if slots else f"{advice}.",
    )


def check_inputs(inputs: Sequence[Array], values: Sequence[Value]) -> None:
    """Compare what a run brings with what its program was traced for.

    Raises:
        ValueError: If an input does not have the planned shape and dtype, or is not contiguous.
    """
    if len(inputs) != len(values):
        raise ValueError(f"the program takes {len(values)} inputs, received {len(inputs)}")
    for position, (array, value) in enumerate(zip(inputs, values, strict=True)):
        spec = value.spec
        fits = array.shape == spec.shape and array.dtype == spec.dtype
        if not fits or not array.flags.c_contiguous:
            found = Spec(array.shape, array.dtype.name)
            raise ValueError(
                f"input {position} of the program is {spec}, contiguous; received {found}"
            )
