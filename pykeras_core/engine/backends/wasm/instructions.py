"""The language of the kernels: numbers of names, operands, encoded instructions.

This module owns `NUMBERS`, read from the file that the C sources include too, and `Code`, a
list of instructions in the making. What an instruction's words mean stands at the top of the C
file that executes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import resources

import numpy as np

from pykeras_core.engine.plan import Location, Unit
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Equation, Value

__all__ = [
    "ELEMENTS",
    "LAST_STEP_ONLY",
    "NUMBERS",
    "WORDS",
    "Code",
    "KernelUnit",
    "instruction",
    "instruction_name",
]

_KERNELS = resources.files("pykeras_core.engine") / "kernels"

NUMBERS: dict[str, int] = {
    name: number
    for number, name in enumerate(
        re.findall(r"^NAME\((\w+)\)", (_KERNELS / "names.def").read_text("utf-8"), re.MULTILINE)
    )
}
"""Number of every instruction, slot kind, element kind, reduction and operation."""

LAST_STEP_ONLY = 1 << 16
"""Added to an instruction's code when only the last step of a run needs it."""

ELEMENTS = {
    "float32": NUMBERS["ELEMENT_WORD"],
    "int32": NUMBERS["ELEMENT_WORD"],
    "uint32": NUMBERS["ELEMENT_WORD"],
    "uint8": NUMBERS["ELEMENT_BYTE"],
    "bool": NUMBERS["ELEMENT_BOOL"],
}
WORDS = {name: NUMBERS[f"WORD_{name.upper()}"] for name in ("float32", "int32", "uint32", "uint8")}


_INSTRUCTIONS = {n: name for name, n in NUMBERS.items() if name.startswith("INSTRUCTION_")}


def instruction(name: str, *words: int | Iterable[int]) -> list[int]:
    """The words of an instruction; nested ones are flattened."""
    flat: list[int] = []
    for word in words:
        flat.extend([word] if isinstance(word, int) else word)
    return [NUMBERS[f"INSTRUCTION_{name}"], len(flat) + 2, *flat]


def instruction_name(words: Array) -> str:
    """Names of the instructions, in lower case, joined by plus signs."""
    names = []
    at = 0
    while at < len(words):
        names.append(_INSTRUCTIONS[words[at] & ~LAST_STEP_ONLY].removeprefix("INSTRUCTION_"))
        at += int(words[at + 1])
    return " + ".join(names).lower()


class Code:
    """Instructions being encoded, and the addresses they refer to.

    Args:
        locate: Where a value lives; None if it lives nowhere.

    Attributes:
        locations: What each operand of the instructions refers to.
        scratch_bytes: The most that an instruction needs of each part of the scratch: its own
            part, that of a loop inside of it, and what they share.
        kept: Where copies of weights in panels are that last through a run or a scan, by id of
            the weights and whether the products that read them transpose them.
    """

    def __init__(self, locate: Callable[[Value], Location | None]) -> None:
        self._locate = locate
        self.locations: dict[Location, int] = {}
        self.scratch_bytes = [0, 0, 0]
        self.kept: dict[tuple[int, bool], Location] = {}
        self._words: list[int] = []

    def operand(self, value: Value) -> int:
        """The operand that refers to a value's memory."""
        return self.operand_at(self.location(value))

    def location(self, value: Value) -> Location:
        """Where a value lives."""
        location = self._locate(value)
        assert location is not None
        return location

    def has_place(self, value: Value) -> bool:
        """Whether a value lives somewhere."""
        return self._locate(value) is not None

    def scratch(self, size_bytes: int, part: int = 0) -> int:
        """The operand that refers to scratch memory of at least that size.

        Args:
            size_bytes: How much the instruction needs.
            part: Which part of the scratch, see `scratch_bytes`; they do not overlap.
        """
        self.scratch_bytes[part] = max(self.scratch_bytes[part], size_bytes)
        return self.operand_at(Location("scratch", part))

    def add(self, name: str, *words: int | Iterable[int]) -> None:
        """Append an instruction; nested words are flattened."""
        self._words += instruction(name, *words)

    def append(self, words: Iterable[int]) -> None:
        """Append instructions that are encoded already."""
        self._words += words

    def moving(self) -> Location:
        """A place of its own in the table of addresses, for a SCAN to fill in."""
        location = Location("moving", len(self.locations))
        self.operand_at(location)
        return location

    def nested(
        self, locate: Callable[[Value], Location | None], write: Callable[[], None]
    ) -> list[int]:
        """The instructions that `write` appends, where values live elsewhere meanwhile.

        Args:
            locate: Where a value lives then.
            write: Appends instructions to this code.

        Returns:
            Their words; they are not appended.
        """
        outer = self._locate, self._words
        self._locate, self._words = locate, []
        try:
            write()
            return self._words
        finally:
            self._locate, self._words = outer

    def take(self, last_step_only: bool = False) -> Array:
        """The instructions since the last call, as int32 words."""
        words = np.array(self._words, np.int32)
        self._words = []
        if last_step_only:
            at = 0
            while at < len(words):
                words[at] += LAST_STEP_ONLY
                at += int(words[at + 1])
        return words

    def operand_at(self, location: Location) -> int:
        """The operand that refers to a place."""
        return self.locations.setdefault(location, len(self.locations))


class KernelUnit(Unit):
    """Equations that instructions run.

    Args:
        equations: What they compute.
        encode: Appends the instructions.
    """

    def __init__(self, equations: Iterable[Equation], encode: Callable[[Code], None]) -> None:
        super().__init__(equations)
        self.encode = encode
