"""A program with an error in it: its lines, and the places that a mend is about."""

from __future__ import annotations

import ast
import difflib
import linecache
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Mend = dict[str, Any]


@dataclass(frozen=True)
class Advice:
    """A hint, with a mend where there is one.

    Attributes:
        hint: As in the protocol.
        mend: As in the protocol, or None.
    """

    hint: dict[str, Any]
    mend: Mend | None = None


@dataclass(frozen=True)
class Program:
    """Where an error came.

    Attributes:
        file_name: What `linecache` knows the program by.
        line: The line of the error, from 1; None where it is in no line.
        names: The variables there.
    """

    file_name: str
    line: int | None
    names: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return [line.rstrip("\n") for line in linecache.getlines(self.file_name)]

    def text(self, line: int | None = None) -> str:
        """One line; by default that of the error."""
        number = line or self.line or 0
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def replace(self, line: int, start: int, end: int, insert: str) -> Mend:
        """A mend for the characters from `start` to before `end`, counted from 0."""
        text = self.text(line)
        return {
            "line": line,
            "column": utf16_units(text[:start]) + 1,
            "endColumn": utf16_units(text[:end]) + 1,
            "insert": insert,
        }

    def replace_word(self, word: str, insert: str) -> Mend | None:
        """A mend for a name, in the line of the error or the lines after it that belong to it."""
        return self._replace(rf"(?<![\w.]){re.escape(word)}(?!\w)", insert) or self._replace(
            rf"(?<!\w){re.escape(word)}(?!\w)", insert
        )

    def replace_quoted(self, word: str, insert: str) -> Mend | None:
        """A mend for the text in quotes, wherever in the program that is."""
        pattern = rf"(?<=[\"']){re.escape(word)}(?=[\"'])"
        return self._replace(pattern, insert) or self._replace(pattern, insert, everywhere=True)

    def replace_keyword(self, name: str, insert: str) -> Mend | None:
        """A mend for the name of an argument."""
        return self._replace(rf"(?<![\w.]){re.escape(name)}(?=\s*=(?!=))", insert)

    def _replace(self, pattern: str, insert: str, *, everywhere: bool = False) -> Mend | None:
        for number in range(1, len(self.lines) + 1) if everywhere else self._of_statement():
            found = re.search(pattern, self.text(number))
            if found is not None:
                return self.replace(number, *found.span(), insert)
        return None

    def _of_statement(self) -> Iterator[int]:
        """The line of the error, and those of the statement that it is in."""
        line = self.line or 0
        yield line
        for node in self.tree.body:
            if node.lineno <= line <= (node.end_lineno or line):
                yield from range(line + 1, (node.end_lineno or line) + 1)
                yield from range(node.lineno, line)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed program; without anything in it where it cannot be parsed."""
        try:
            return ast.parse("\n".join(self.lines))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])

    def nodes_at(self, kind: type[ast.AST]) -> Iterator[Any]:
        """The parts of the program of a kind that the line of the error is in."""
        line = self.line or 0
        for node in ast.walk(self.tree):
            if isinstance(node, kind):
                place: Any = node
                if place.lineno <= line <= place.end_lineno:
                    yield node

    def value_of(self, node: ast.AST) -> Any:
        """What a name, or an attribute of one, stands for.

        Raises:
            LookupError: If it is something else, or not there.
        """
        if isinstance(node, ast.Name):
            return self.names[node.id]
        if isinstance(node, ast.Attribute):
            return getattr(self.value_of(node.value), node.attr)
        raise LookupError("this is no name")


def utf16_units(text: str) -> int:
    """How long JavaScript takes a text to be.

    Example:
        >>> utf16_units("a中😀")
        4
    """
    return len(text) + sum(character > "\uffff" for character in text)


def closest(name: str, candidates: Iterable[Any]) -> str | None:
    """The candidate that was probably meant by a name.

    Example:
        >>> closest("Flaten", ["Dense", "Flatten"]), closest("colour", ["Dense"])
        ('Flatten', None)
        >>> closest("dense", ["Dense", "tense"])
        'Dense'
    """
    words = [word for word in candidates if isinstance(word, str) and word != name]
    same = [word for word in words if word == f"{name}s"]
    same += [word for word in words if word.lower() == name.lower()]
    found = same or difflib.get_close_matches(name, words, n=1, cutoff=0.7)
    return found[0] if found else None


def misspelt(name: str, suggestion: str, mend: Mend | None) -> Advice:
    """The advice to write a name in another way."""
    return Advice({"code": "misspelt", "name": name, "suggestion": suggestion}, mend)
