"""Reads the types in ``web/protocol.js``, and says where a message differs from them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PROTOCOL = Path(__file__).parents[2] / "web" / "protocol.js"
TOKEN = re.compile(r"""\s*(?:([A-Za-z_][\w-]*)|"([^"]*)"|(\[\]|[{}()<>:,;|&?]))""")
PLAIN: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "Uint8Array": (bytes,),
}


@dataclass(frozen=True)
class Name:
    """A type by its name, with what it is made of: ``Record<string, number>``."""

    name: str
    of: tuple["Type", ...] = ()


@dataclass(frozen=True)
class Literal:
    """One string."""

    text: str


@dataclass(frozen=True)
class Fields:
    """An object with exactly these keys."""

    fields: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True)
class Array:
    """A list."""

    of: "Type"


@dataclass(frozen=True)
class Union:
    """One of several types."""

    of: tuple["Type", ...]


@dataclass(frozen=True)
class Both:
    """An object with the keys of several types."""

    of: tuple["Type", ...]


Type = Name | Literal | Fields | Array | Union | Both


class Reader:
    """Reads one type expression.

    Args:
        text: The text between the braces of ``@typedef {...}``.
    """

    def __init__(self, text: str):
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            assert found is not None, f"cannot read {text[at : at + 20]!r} in {text!r}"
            word, literal, sign = found.groups()
            kind = ("word", word) if word else ("sign", sign) if sign else ("literal", literal)
            self.tokens.append(kind)
            at = found.end()
        self.at = 0

    def sees(self, sign: str) -> bool:
        return self.tokens[self.at : self.at + 1] == [("sign", sign)]

    def take(self, sign: str) -> bool:
        seen = self.sees(sign)
        self.at += seen
        return seen

    def need(self, sign: str) -> None:
        assert self.take(sign), f"expected {sign!r} at {self.tokens[self.at :][:3]}"

    def whole(self) -> Type:
        found = self.union()
        assert self.at == len(self.tokens), f"cannot read {self.tokens[self.at :]}"
        return found

    def union(self) -> Type:
        self.take("|")
        parts = [self.intersection()]
        while self.take("|"):
            parts.append(self.intersection())
        return parts[0] if len(parts) == 1 else Union(tuple(parts))

    def intersection(self) -> Type:
        parts = [self.array()]
        while self.take("&"):
            parts.append(self.array())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def array(self) -> Type:
        found = self.primary()
        while self.take("[]"):
            found = Array(found)
        return found

    def primary(self) -> Type:
        if self.take("("):
            inner = self.union()
            self.need(")")
            return inner
        if self.take("{"):
            return self.fields()
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "literal":
            return Literal(text)
        assert kind == "word", f"expected a type, found {text!r}"
        of = []
        if self.take("<"):
            of.append(self.union())
            while self.take(","):
                of.append(self.union())
            self.need(">")
        return Name(text, tuple(of))

    def fields(self) -> Fields:
        found = []
        while not self.take("}"):
            _, name = self.tokens[self.at]
            self.at += 1
            self.need(":")
            found.append((name, self.union()))
            self.take(",")
        return Fields(tuple(found))


@cache
def types() -> dict[str, Type]:
    """Every type of the protocol, by name."""
    text = re.sub(r"^ \* ?", "", PROTOCOL.read_text(encoding="utf-8"), flags=re.M)
    found = {}
    for match in re.finditer(r"@typedef \{", text):
        depth, at = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        name = re.match(r"\s*(\w+)", text[at:])
        assert name is not None
        found[name[1]] = Reader(text[match.end() : at - 1]).whole()
    return found


def members(name: str) -> dict[str, Fields]:
    """The messages of a direction (``"ToWorker"``, ``"FromWorker"``), by their `type`."""
    found = {}
    union = types()[name]
    assert isinstance(union, Union)
    for part in union.of:
        assert isinstance(part, Name)
        message = types()[part.name]
        assert isinstance(message, Fields)
        kind = dict(message.fields)["type"]
        assert isinstance(kind, Literal)
        found[kind.text] = message
    return found


def problems(value: Any, expected: Type, place: str = "") -> list[str]:
    """Where a value is not what a type says; nothing if it is."""
    match expected:
        case Name(name, of):
            return problems_of_name(value, name, of, place)
        case Literal(text):
            return [] if value == text else [f"{place}: {value!r} is not {text!r}"]
        case Array(of):
            if type(value) is not list:
                return [f"{place}: {type(value).__name__} is no list"]
            return [p for i, item in enumerate(value) for p in problems(item, of, f"{place}[{i}]")]
        case Union(of):
            found = [problems(value, part, place) for part in of]
            return min(found, key=len)
        case Both(of):
            fields = [field for part in of for field in fields_of(part)]
            return problems(value, Fields(tuple(fields)), place)
        case Fields(fields):
            return problems_of_fields(value, dict(fields), place)


def problems_of_name(value: Any, name: str, of: tuple[Type, ...], place: str) -> list[str]:
    if name == "Record":
        if type(value) is not dict or not all(type(key) is str for key in value):
            return [f"{place}: {value!r} is no record"]
        return [p for key, item in value.items() for p in problems(item, of[1], f"{place}.{key}")]
    if name in PLAIN:
        fits = type(value) in PLAIN[name]
        return [] if fits else [f"{place}: {type(value).__name__} is no {name}"]
    return problems(value, types()[name], place)


def problems_of_fields(value: Any, fields: dict[str, Type], place: str) -> list[str]:
    if type(value) is not dict:
        return [f"{place}: {type(value).__name__} is no object"]
    found = [f"{place}.{key}: missing" for key in fields.keys() - value.keys()]
    found += [f"{place}.{key}: not in the protocol" for key in value.keys() - fields.keys()]
    for key in fields.keys() & value.keys():
        found += problems(value[key], fields[key], f"{place}.{key}")
    return found


def fields_of(expected: Type) -> tuple[tuple[str, Type], ...]:
    while isinstance(expected, Name):
        expected = types()[expected.name]
    if isinstance(expected, Both):
        return tuple(field for part in expected.of for field in fields_of(part))
    assert isinstance(expected, Fields)
    return expected.fields


def check(message: dict[str, Any]) -> None:
    """Raises AssertionError where a message from Python is none of the protocol's."""
    kind = message["type"]
    known = members("FromWorker")
    assert kind in known, f"the protocol knows no message {kind!r}"
    found = problems(message, known[kind], kind)
    assert not found, "; ".join(found)
