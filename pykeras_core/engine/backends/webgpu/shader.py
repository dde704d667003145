"""Shaders: the text of a dispatch in the making.

This module owns `Shader`, which knows where values live and how their elements are read and
written in WGSL, and `Place`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from pykeras_core.engine.program import Value

__all__ = [
    "SMALL_THREADS",
    "TYPES",
    "WIDE_THREADS",
    "Place",
    "Shader",
    "converted",
    "typed",
    "walk",
]

SMALL_THREADS = 256
"""Threads of the one workgroup that runs small units with barriers between them."""
WIDE_THREADS = 64
"""Threads of each workgroup where many run one unit."""

TYPES = {"float32": "f32", "int32": "i32", "uint32": "u32", "uint8": "u32", "bool": "u32"}
"""As what WGSL computes with elements of a dtype; bool is a mask of all ones or zeros."""

_ELEMENTS_A_WORD = 4


@dataclass(frozen=True)
class Place:
    """Where a value's elements are.

    Args:
        buffer: Name of the binding.
        offset: WGSL of type u32: where they begin, in elements if `packed`, else in words.
        packed: Whether they lie as bytes, four in a word.
        rest: Buffers in which elements go on, each with the number of its first one.
        aligned: Whether the first word's number is a multiple of 4.
    """

    buffer: str
    offset: str
    packed: bool = False
    rest: tuple[tuple[str, int], ...] = ()
    aligned: bool = True


class Shader:
    """One dispatch's text.

    Args:
        locate: Where a value lives; None if it lives nowhere.
        inputs: How many buffers of inputs are bound.

    Attributes:
        slots: In the body of a scan, where the results of a step go.
        in_fours: Whether buffers are arrays of four words each; then every statement writes four
            words at once, since a thread must not write a part of what others write.
    """

    def __init__(self, locate: Callable[[Value], Place | None], inputs: int) -> None:
        self.locate = locate
        self.slots: list[Place] = []
        self.in_fours = False
        self._inputs = inputs
        self._functions: list[str] = []
        self._private: list[str] = []
        self._count = 0

    def name(self, kind: str) -> str:
        """A name that nothing else has."""
        self._count += 1
        return f"{kind}{self._count}"

    def function(self, name: str, head: str, lines: Iterable[str]) -> None:
        """Add a function; `head` is its parameters and what it gives."""
        body = "\n".join(f"  {line}" for line in lines)
        self._functions.append(f"fn {name}{head} {{\n{body}\n}}")

    def variable(self, kind: str) -> str:
        """Add a variable of type u32 that all functions see; returns its name."""
        name = self.name(kind)
        self._private.append(f"var<private> {name}: u32;")
        return name

    def place(self, value: Value) -> Place:
        """Where a value lives."""
        found = self.locate(value)
        assert found is not None
        return found

    def slot(self, position: int) -> Place:
        """Where a result of a scan's step goes."""
        return self.slots[position]

    def load(self, value: Value, index: str) -> str:
        """WGSL of an element, of the type that its dtype has."""
        dtype = value.spec.dtype
        if value.array is not None and value.spec.size == 1:
            number = value.array.item()
            if dtype == "bool":
                return "0xffffffffu" if number else "0u"
            return converted(number, TYPES[dtype])
        place = self.place(value)
        at = _sum(place.offset, index)
        if place.rest:
            return typed(f"{self._reader(place, dtype)}({at})", "u32", TYPES[dtype])
        if place.packed:
            return self._word(place.buffer, f"({at})", place, dtype)
        return typed(self._element(place.buffer, at), "u32", TYPES[dtype])

    def load_four(self, value: Value, index: str) -> str:
        """WGSL of four neighbouring elements of float32, from a multiple of 4 on."""
        place = self.place(value)
        if place.rest or not place.aligned or value.spec.size == 1:
            four = (self.load(value, f"{index} + {n}u") for n in range(4))
            return f"vec4<f32>({', '.join(four)})"
        return f"bitcast<vec4<f32>>({place.buffer}[({_sum(place.offset, index)}) / 4u])"

    def store_four(self, value: Value, index: str, words: Sequence[str]) -> str:
        """A statement that writes four neighbouring elements, given as words of type u32."""
        place = self.place(value)
        at = _sum(place.offset, index)
        return f"{place.buffer}[({at}) / 4u] = vec4<u32>({', '.join(words)});"

    def structure(self, fields: Sequence[str]) -> str:
        """Add a structure of words; returns its name."""
        name = self.name("Results")
        body = "".join(f"  {field}: u32,\n" for field in fields)
        self._functions.append(f"struct {name} {{\n{body}}}")
        return name

    def _element(self, buffer: str, at: str) -> str:
        return f"{buffer}[({at}) / 4u][({at}) % 4u]" if self.in_fours else f"{buffer}[{at}]"

    def _word(self, buffer: str, at: str, place: Place, dtype: str) -> str:
        """The word of an element; a byte is taken out of the word that it shares."""
        if not place.packed:
            return self._element(buffer, at)
        shift = f"({at} % {_ELEMENTS_A_WORD}u) * 8u"
        word = self._element(buffer, f"{at} / {_ELEMENTS_A_WORD}u")
        byte = f"(({word} >> ({shift})) & 255u)"
        return f"mask({byte} != 0u)" if dtype == "bool" else byte

    def _reader(self, place: Place, dtype: str) -> str:
        """A function that reads elements which lie in several buffers."""
        name = f"read_{place.buffer}"
        if not any(f"fn {name}(" in text for text in self._functions):
            parts = [(place.buffer, 0), *place.rest]
            lines = []
            for buffer, first in parts[:0:-1]:
                word = self._word(buffer, f"(i - {first}u)", place, dtype)
                lines.append(f"if (i >= {first}u) {{ return {word}; }}")
            lines.append(f"return {self._word(place.buffer, 'i', place, dtype)};")
            self.function(name, "(i: u32) -> u32", lines)
        return name

    def store(self, value: Value, index: str, expression: str) -> str:
        """A statement that writes an element; `expression` has the type of the dtype."""
        place = self.place(value)
        word = typed(expression, TYPES[value.spec.dtype], "u32")
        return f"{place.buffer}[{_sum(place.offset, index)}] = {word};"

    def text(self, threads: int, lines: Iterable[str]) -> str:
        """The whole text, whose entry point does what `lines` say."""
        body = "\n".join(f"  {line}" for line in lines)
        main = (
            f"@compute @workgroup_size({threads})\n"
            "fn main(@builtin(workgroup_id) group: vec3u, "
            "@builtin(local_invocation_index) lane: u32) {\n"
            f"{body}\n}}"
        )
        own = "\n\n".join([*self._functions, main])
        word = "vec4<u32>" if self.in_fours else "u32"
        bindings = [
            f"@group(0) @binding(0) var<storage, read_write> arena: array<{word}>;",
            f"@group(0) @binding(1) var<storage, read_write> state: array<{word}>;",
            "@group(0) @binding(2) var<uniform> moment: vec4u;",
            *(
                f"@group(0) @binding({3 + n}) var<storage, read> input{n}: array<{word}>;"
                for n in range(self._inputs)
            ),
        ]
        return "\n".join([*bindings, *self._private, *_library(own), own]) + "\n"


def _sum(offset: str, index: str) -> str:
    if offset == "0u":
        return index
    return offset if index == "0u" else f"{offset} + {index}"


def typed(expression: str, has: str, wants: str) -> str:
    """An expression whose bits are read as another type."""
    return expression if has == wants else f"bitcast<{wants}>({expression})"


def converted(number: float, kind: str) -> str:
    """A number as WGSL of a type."""
    if kind == "i32":
        return f"{int(number)}i" if number > -(2**31) else "(-2147483647i - 1i)"
    if kind == "u32":
        return f"{int(number)}u"
    if math.isnan(number):
        return "not_a_number()"
    if math.isinf(number):
        return "infinity()" if number > 0 else "(-infinity())"
    text = f"{float(np.float32(number))!r}f"
    return f"({text})" if text.startswith("-") else text


def walk(offset: int, sizes: Sequence[int], strides: Sequence[int], index: str) -> str:
    """WGSL of where an element lies that is met as number `index` of a walk; see `Access`."""
    terms = [f"{offset % 2**32}u"] if offset else []
    inner = 1
    parts = []
    for axis in range(len(sizes) - 1, -1, -1):
        along = index if inner == 1 else f"{index} / {inner}u"
        if axis:
            along = f"({along}) % {sizes[axis]}u"
        if strides[axis]:
            step = strides[axis] % 2**32
            parts.append(along if step == 1 else f"({along}) * {step}u")
        inner *= sizes[axis]
    terms += parts[::-1]
    return " + ".join(f"({term})" if " " in term else term for term in terms) or "0u"


@cache
def _sources() -> dict[str, tuple[str, frozenset[str]]]:
    """By name, the text of each function and structure of the library, and what it uses."""
    folder = resources.files("pykeras_core.engine") / "wgsl"
    text = "".join((folder / name).read_text("utf-8") for name in ("functions.wgsl",))
    blocks = re.findall(r"^(?:fn|struct) (\w+).*?^}$", text, re.MULTILINE | re.DOTALL)
    bodies = re.finditer(r"^(?:fn|struct) (\w+).*?^}$", text, re.MULTILINE | re.DOTALL)
    found = {match.group(1): match.group(0) for match in bodies}
    names = set(blocks)
    return {
        name: (body, frozenset(names & set(re.findall(r"\w+", body)) - {name}))
        for name, body in found.items()
    }


_SPECIAL = {"INFINITY_BITS": "0x7f800000u", "NAN_BITS": "0x7fc00000u"}
"""What no constant may be, so it is read from variables."""


def _library(own: str) -> list[str]:
    """The functions that a text uses, and those that these use."""
    sources = _sources()
    wanted = [name for name in sources if re.search(rf"\b{name}\b", own)]
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += sources[name][1]
    texts = [body for name, (body, _) in sources.items() if name in found]
    special = [
        f"var<private> {name}: u32 = {bits};"
        for name, bits in _SPECIAL.items()
        if any(name in text for text in texts)
    ]
    return [*special, *texts]
