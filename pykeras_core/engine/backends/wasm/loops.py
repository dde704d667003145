"""Loops: chains of elementwise equations as one instruction.

This module owns `LoopUnit`. It encodes its equations as operations on slots: blocks of memory
or of registers that the C loop walks together (`kernels/loop.c`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from pykeras_core.engine.backends.access import Access
from pykeras_core.engine.backends.loop import Loop, Operation
from pykeras_core.engine.backends.wasm.instructions import (
    ELEMENTS,
    NUMBERS,
    Code,
    KernelUnit,
    instruction,
)
from pykeras_core.engine.backends.wasm.patterns import fuse
from pykeras_core.engine.program import Equation, Value

__all__ = ["BLOCK", "MAX_SLOTS", "LoopUnit"]

BLOCK = 512
"""Elements of a block, as in `loop.c`."""
MAX_SLOTS = 96
"""Slots of a loop, as in `loop.c`."""


class LoopUnit(Loop, KernelUnit):
    """A loop as an instruction.

    Args:
        equations: In order; each operand from inside is read at the element at hand.
        root: Gives the value whose memory a value shares.
    """

    def __init__(self, equations: Iterable[Equation], root: Callable[[Value], Value]) -> None:
        KernelUnit.__init__(self, equations, self._encode)
        self.root = root

    def adam_weights(self, has_place: Callable[[Value], bool]) -> Value | None:
        """The weights that it makes, if it is a step of Adam and nothing else.

        Args:
            has_place: Whether a value lives somewhere.
        """
        found, _ = self.operations()
        kept: dict[object, Value] = {id(v): v for v in self.outputs if has_place(v)}
        fused = fuse(found, kept, {})
        if [operation.name for operation in fused] != ["ADAM_F32"]:
            return None
        return kept.get(fused[0].results[-1])

    def words_within(self, code: Code, band: Mapping[int, int]) -> list[int]:
        """The loop as part of another instruction.

        Args:
            code: What the words will be part of.
            band: For a value that lives nowhere, by its id, the operand that refers to its
                elements while the loop runs over them.
        """
        return _Encoding(self, code, band, part=1).words()

    def _encode(self, code: Code) -> None:
        if self.elements:
            code.append(_Encoding(self, code, {}).words())


class _Encoding:
    """One loop being written."""

    def __init__(self, unit: LoopUnit, code: Code, band: Mapping[int, int], part: int = 0) -> None:
        self._code = code
        self._band = band
        self._part = part
        self._elements = unit.elements
        found, self._reads = unit.operations()
        values = {id(value): value for value in unit.outputs}
        self._kept = {key: v for key, v in values.items() if code.has_place(v)}
        self._operations = fuse(found, self._kept, self._overwrites())
        self._uses = Counter(key for op in self._operations for key in op.operands)
        self._slots: list[list[int]] = []
        self._slot_of: dict[object, int] = {}
        self._free: list[int] = []

    def _overwrites(self) -> dict[object, set[object]]:
        places = {
            key: self._code.location(value)
            for key, (value, _) in self._reads.items()
            if id(value) not in self._band
        }
        return {
            result: {key for key, place in places.items() if place == self._code.location(value)}
            for result, value in self._kept.items()
        }

    def words(self) -> list[int]:
        """The instruction."""
        words = [word for op in self._operations for word in self._write_operation(op)]
        scratch = self._code.scratch(len(self._slots) * BLOCK * 4, self._part)
        slots = [word for slot in self._slots for word in slot]
        head = (scratch, self._elements, len(self._slots))
        return instruction("LOOP", head, slots, len(self._operations), words)

    def _write_operation(self, op: Operation) -> list[int]:
        number = NUMBERS[f"OPERATION_{op.name}"]
        if op.name == "RANDOM_BITS":
            operands = [self._code.operand(self._reads[op.operands[0]][0])]
        else:
            operands = [self._slot(key) for key in op.operands]
            for key in op.operands:
                self._release(key)
        results = [self._result_slot(key) for key in op.results]
        return [number, len(results) + len(operands), *results, *operands]

    def _slot(self, key: object) -> int:
        """The slot that holds an operand; memory gets one when it is first read."""
        if key not in self._slot_of:
            value, walk = self._reads[key]
            self._slot_of[key] = self._new_slot(self._describe(value, walk))
        return self._slot_of[key]

    def _describe(self, value: Value, walk: Access) -> list[int]:
        """The words of a slot that reads memory."""
        if id(value) in self._band:
            return [NUMBERS["SLOT_BAND"], self._band[id(value)]]
        operand, element = self._code.operand(value), ELEMENTS[value.spec.dtype]
        if walk.is_flat and element == NUMBERS["ELEMENT_WORD"] and value.spec.size > 0:
            if walk.sizes or self._elements == 1:
                return [NUMBERS["SLOT_MEMORY_IN"], operand]
        if walk.is_scalar and walk.offset == 0:
            return [NUMBERS["SLOT_SCALAR"], operand, element]
        walk = walk if walk.sizes else replace(walk, sizes=(1,), strides=(0,))
        return [
            *(NUMBERS["SLOT_STRIDED"], operand, element, walk.offset, len(walk.sizes)),
            *walk.sizes,
            *walk.strides,
        ]

    def _result_slot(self, key: object) -> int:
        value = self._kept.get(key)  # type: ignore[call-overload]
        if value is None:
            if not self._free:
                self._free.append(self._new_slot([NUMBERS["SLOT_REGISTER"]]))
            slot = self._free.pop()
        else:
            operand, element = self._code.operand(value), ELEMENTS[value.spec.dtype]
            if element == NUMBERS["ELEMENT_WORD"]:
                slot = self._new_slot([NUMBERS["SLOT_MEMORY_OUT"], operand])
            else:
                slot = self._new_slot([NUMBERS["SLOT_NARROW_OUT"], operand, element])
        self._slot_of[key] = slot
        return slot

    def _release(self, key: object) -> None:
        """Give a register back after its last use."""
        self._uses[key] -= 1
        slot = self._slot_of[key]
        if self._uses[key] == 0 and self._slots[slot] == [NUMBERS["SLOT_REGISTER"]]:
            self._free.append(slot)

    def _new_slot(self, words: list[int]) -> int:
        self._slots.append(words)
        return len(self._slots) - 1
