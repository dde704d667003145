"""Addresses: where the kernels find what an instruction's operands refer to.

This module owns `AddressTable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import is_

import numpy as np

from pykeras_core.engine.backends.memory import Memory, address_of, aligned_bytes
from pykeras_core.engine.plan import ALIGNMENT_BYTES, Location
from pykeras_core.engine.primitive import Array

__all__ = ["AddressTable"]


class AddressTable:
    """The addresses behind the operands of instructions.

    Args:
        memory: Where values live.
        locations: What each operand refers to.
        scratch_bytes: Size of each part of the scratch, which is made here.
        kept_bytes: Size of each copy of a value that lasts through a run; they are made here.
            The first words of each are 0 when a run begins.
    """

    def __init__(
        self,
        memory: Memory,
        locations: Iterable[Location],
        scratch_bytes: Sequence[int],
        kept_bytes: Sequence[int] = (),
    ) -> None:
        self._memory = memory
        self._scratch = [aligned_bytes(size) for size in scratch_bytes]
        self._kept = [aligned_bytes(size) for size in kept_bytes]
        for copy in self._kept:
            copy[:] = 0
        places = list(locations)
        self._table = np.zeros(max(len(places), 1), np.uintp)
        self._address = address_of(self._table)
        self._inputs: list[tuple[int, int]] = []
        self._variables: list[tuple[int, int]] = []
        self._storages: Sequence[Array] | None = None
        for operand, place in enumerate(places):
            if place.kind == "arena":
                self._table[operand] = address_of(memory.arena) + place.index
            elif place.kind == "scratch":
                self._table[operand] = address_of(self._scratch[place.index])
            elif place.kind == "kept":
                self._table[operand] = address_of(self._kept[place.index])
            elif place.kind == "constant":
                self._table[operand] = address_of(memory.arrays["constant"][place.index])
            elif place.kind == "input":
                self._inputs.append((operand, place.index))
            elif place.kind == "variable":
                self._variables.append((operand, place.index))

    def refresh(self) -> int:
        """Fill in what the run at hand brought; returns the table's own address."""
        for copy in self._kept:
            copy[:ALIGNMENT_BYTES] = 0
        inputs, storages = (self._memory.arrays[kind] for kind in ("input", "variable"))
        for operand, index in self._inputs:
            self._table[operand] = address_of(inputs[index])
        known = self._storages
        if known is None or not all(map(is_, storages, known)):  # most runs find them in place
            for operand, index in self._variables:
                self._table[operand] = address_of(storages[index])
            self._storages = storages
        return self._address
