"""What notebooks let stand among Python's lines, commands (``!pip install``, ``%%time``), left out.

Lines keep their numbers, and what is left of a line keeps its columns.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["CELL", "Command", "without_commands"]

CELL = re.compile(r"#\s*%%(?=\s|$)")
"""Begins a line above a cell, as in ``web/state/cells.js``."""

_SUSPECT = re.compile(
    r"^[ \t]*(?:[!%?]|get_ipython\(\)|pip3?\s|conda\s|python3?\s)|\?\s*$|=\s*[!%]", re.MULTILINE
)
_COMMAND = re.compile(
    r"(?P<indent>[ \t]*)(?:"
    r"(?P<timed>%(?:time|timeit|prun|memit|mprun|lprun)\s+(?:-\S+\s+(?:\d+\s+)?)*)(?P<code>\S.*)"
    r"|(?P<target>[\w.,\t ]+=\s*)(?P<given>(?:!|%(?=[A-Za-z])).*)"
    r"|(?P<command>"
    r"!.*|%%?[A-Za-z].*|\?\??[\w.*]+\s*|%?[\w.*]+\?\??\s*"
    r"|get_ipython\(\)\.\w+\(.*|(?:python3?\s+-m\s+)?(?:pip3?|conda)\s+(?:install|uninstall)\b.*"
    r"))"
)
_PYTHON_CELL = re.compile(r"%%(?:time|timeit|capture|prun|memit|mprun|python3?)\b")
"""Magics of a cell whose lines below are Python."""
_COMPOUND = re.compile(r"(?:async|class|def|for|if|match|try|while|with)\b|@")
_QUOTE = re.compile(r"'''|\"\"\"|'|\"")


@dataclass(frozen=True)
class Command:
    """A command that was left out.

    Attributes:
        line: Its line, from 1.
        text: What it says; of one that is put before a statement, which runs, its name.
    """

    line: int
    text: str


def without_commands(source: str) -> tuple[str, list[Command]]:
    r"""A program as Python reads it.

    Args:
        source: The program; lines end in ``"\n"``.

    Returns:
        The program with its commands as comments, and the commands. A program that Python can read
        is the same, but for calls of ``get_ipython()``: they are what commands become in a file.

    Example:
        >>> text, left_out = without_commands("%matplotlib inline\nif True:\n    !ls\nx = 1\n")
        >>> print(text)
        # %matplotlib inline
        if True:
            pass  # !ls
        x = 1
        <BLANKLINE>
        >>> [command.line for command in left_out]
        [1, 3]
    """
    if not _SUSPECT.search(source) or ("get_ipython()" not in source and _is_python(source)):
        return source, []
    lines = source.split("\n")
    found: list[Command] = []
    return "\n".join(_rewritten(lines, found)), found


def _is_python(source: str) -> bool:
    with warnings.catch_warnings(action="ignore"), suppress(SyntaxError, ValueError):
        ast.parse(source)
        return True
    return False


def _rewritten(lines: list[str], found: list[Command]) -> Iterator[str]:
    reader = _Reader()
    at_start = True  # of a cell
    foreign = goes_on = is_call = False
    for number, line in enumerate(lines, 1):
        if CELL.match(line) and (foreign or reader.at_statement):
            at_start, foreign = True, False
        elif foreign or goes_on:
            goes_on = goes_on and _goes_on(line, reader if is_call else None)
            yield f"# {line}".rstrip()
            continue
        match = _COMMAND.fullmatch(line) if reader.at_statement else None
        if match is None:
            reader.read(line)
            at_start = at_start and (not line.strip() or line.lstrip().startswith("#"))
            yield line
            continue
        text = match["command"] or match["given"] or match["timed"]
        found.append(Command(number, text.strip()))
        foreign = at_start and text.startswith("%%") and not _PYTHON_CELL.match(text)
        at_start = False
        is_call = text.startswith("get_ipython")
        goes_on = _goes_on(line, reader if is_call else None)
        yield _python_for(match)


def _goes_on(line: str, reader: "_Reader | None") -> bool:
    """Whether the next line belongs to the command; a call ends where Python ends it."""
    if reader is None:
        return line.endswith("\\")
    reader.read(line)
    return not reader.at_statement


def _python_for(match: re.Match[str]) -> str:
    """A line that does nothing, or what is left of it."""
    indent = match["indent"]
    if match["code"]:
        before = match["timed"]
        room = "" if _COMPOUND.match(match["code"]) else "if 1:".ljust(len(before))
        return f"{indent}{room}{match['code']}"
    if match["target"]:
        nothing = "[]" if match["given"].startswith("!") else "None"
        return f"{indent}{match['target']}{nothing}  # {match['given']}"
    return f"{indent}pass  # {match['command']}" if indent else f"# {match['command']}"


class _Reader:
    """Goes through the lines of a program that may be half typed, in order."""

    def __init__(self) -> None:
        self._triple = ""
        self._depth = 0
        self._continued = False

    @property
    def at_statement(self) -> bool:
        """Whether the next line begins a statement, or is empty."""
        return not (self._triple or self._depth or self._continued)

    def read(self, line: str) -> None:
        """Takes the next line, without its end."""
        at = 0
        self._continued = False
        while at < len(line):
            if self._triple:
                at = self._skip(line, at, self._triple)
                continue
            character = line[at]
            if character == "#":
                return
            quote = _QUOTE.match(line, at)
            if quote:
                at = quote.end()
                if len(quote[0]) == 3:
                    self._triple = quote[0]
                else:
                    at = self._skip(line, at, quote[0])
                continue
            self._depth += character in "([{"
            self._depth -= character in ")]}" and self._depth > 0
            self._continued = character == "\\" and at == len(line) - 1
            at += 1

    def _skip(self, line: str, at: int, quote: str) -> int:
        """Goes to the end of a string, or of the line."""
        while at < len(line):
            if line[at] == "\\":
                at += 2
            elif line.startswith(quote, at):
                self._triple = ""
                return at + len(quote)
            else:
                at += 1
        return at
