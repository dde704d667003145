"""Runs one program from the editor, or one cell of it, as the main module."""

import __future__

import ast
import builtins
import functools
import linecache
import operator
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from pykeras_core.playground.errors import (
    EDITOR,
    describe_error,
    format_traceback,
    is_of_editor,
)
from pykeras_core.playground.notebook_lines import CELL, Command, without_commands
from pykeras_core.playground.source import lines_of, readable

__all__ = ["EDITOR", "Outcome", "execute", "fail"]

_FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)

_RESERVE_BYTES = 2**24
"""Memory kept back while a program runs, so that its lack can be reported."""


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        status: ``"completed"``, ``"stopped"`` (by the reader) or ``"failed"``.
        main: The main module as the program left it, whatever the status; its namespace is empty
            if the program ended for lack of memory, which then is free again.
        error: For ``"failed"``, the report of `describe_error`; otherwise None.
    """

    status: Literal["completed", "stopped", "failed"]
    main: types.ModuleType
    error: dict[str, Any] | None = None

    @property
    def namespace(self) -> dict[str, Any]:
        """The program's global variables."""
        return self.main.__dict__


def execute(
    source: str,
    *,
    main: types.ModuleType | None = None,
    first_line: int = 1,
    file_name: str = EDITOR,
    show: Callable[[Any], None] | None = None,
    world: AbstractContextManager[None] | None = None,
    tell: Callable[[list[Command]], None] = lambda commands: None,
    end_cell: Callable[[], None] = lambda: None,
) -> Outcome:
    """Compiles and runs `source` as ``__main__``, without commands of notebooks.

    An error does not leave this function: it is printed to ``sys.stderr``, without the frames of
    libraries, and described in the outcome. Builtins and modules that the program has replaced or
    removed are there again afterwards.

    Args:
        source: The text of the program, or of a cell.
        main: The module to run in, as an outcome holds it: a cell goes on in it. By default a
            fresh one.
        first_line: The line of the editor, from 1, that `source` begins at.
        file_name: What tracebacks know `source` by, as `is_of_editor` says: a cell needs a name of
            its own, because functions of other cells are still about.
        show: Given the value of the last line of the program, and of each of its cells, if that is
            an expression whose value is not silenced by a semicolon; its errors are errors of that
            line.
        world: Entered around the running program, as `World.of_program` gives it.
        end_cell: Called after each cell of the program but the last, which ends with it.
        tell: Given the commands that were left out, if there are any, before the program runs.

    Returns:
        The `Outcome`, with the namespace as the program left it.

    Example:
        >>> execute("x = 6 * 7").namespace["x"]
        42
        >>> execute("raise KeyboardInterrupt").status
        'stopped'
        >>> outcome = execute("[1, 2][::-1]", show=print)
        [2, 1]
    """
    if file_name == EDITOR:
        _forget_cells()
    lines = ["\n"] * (first_line - 1) + lines_of(source)
    # Tracebacks and inspect.getsource() read the lines of the editor from here. An entry without
    # a modification time is never checked against a file.
    linecache.cache[file_name] = (len(source), None, lines, file_name)

    def run(namespace: dict[str, Any]) -> None:
        text, left_out = without_commands(readable("".join(lines), file_name))
        if left_out:
            tell(left_out)
        for number, cell in enumerate(_compile(text, file_name)):
            if number > 0:
                end_cell()
            for code in cell:
                exec(code, namespace)

    return perform(run, main, show, world)


def perform(
    run: Callable[[dict[str, Any]], None],
    main: types.ModuleType | None = None,
    show: Callable[[Any], None] | None = None,
    world: AbstractContextManager[None] | None = None,
) -> Outcome:
    """Does something as a program does it: its errors are the program's; see `execute`.

    Args:
        run: Does it, given the global variables of the program.
        main: As in `execute`.
        show: As in `execute`.
        world: As in `execute`.

    Returns:
        The `Outcome`.
    """
    main = main or types.ModuleType("__main__")
    host_main, sys.modules["__main__"] = sys.modules["__main__"], main
    stderr, display = sys.stderr, sys.displayhook  # a program may replace them
    sys.displayhook = show or _show_nothing
    reserve = bytearray(_RESERVE_BYTES)
    try:
        with world or nullcontext():
            _run(run, main.__dict__)
    except KeyboardInterrupt:
        return Outcome("stopped", main)
    except SystemExit as request:
        if isinstance(request.code, str):
            print(request.code, file=stderr)
        return Outcome("completed", main)
    except BaseException as error:
        del reserve
        try:
            return fail(error, main, stderr)
        except KeyboardInterrupt:  # the text of the error was long in the making
            return Outcome("stopped", main)
    finally:
        sys.modules["__main__"] = host_main
        sys.displayhook = display
    return Outcome("completed", main)


def fail(error: BaseException, main: types.ModuleType, stderr: TextIO | None = None) -> Outcome:
    """Prints and describes an error that ended a program.

    Args:
        error: The error as caught.
        main: The program's main module; emptied for lack of memory.
        stderr: Where it is printed; default ``sys.stderr``.
    """
    report = describe_error(error)
    if isinstance(error, MemoryError):
        error.__traceback__ = None  # it, too, holds on to values
        main.__dict__.clear()
    (stderr or sys.stderr).write(format_traceback(report))
    return Outcome("failed", main, report)


def _forget_cells() -> None:
    for name in [name for name in linecache.cache if is_of_editor(name)]:
        del linecache.cache[name]


def _show_nothing(value: Any) -> None:
    pass


def _run(run: Callable[[dict[str, Any]], None], namespace: dict[str, Any]) -> None:
    """Runs a program, then puts back the builtins and modules that it has replaced or removed."""
    # Bound before: afterwards not even the names that would do it may be there.
    parts = [vars(builtins), sys.modules]
    put_back = [(part.update, dict(part)) for part in parts]
    try:
        run(namespace)
    finally:
        for update, kept in put_back:
            update(kept)


def _compile(source: str, file_name: str) -> list[list[types.CodeType]]:
    """The cells of a program, each with a last expression whose value is shown by itself."""
    try:
        tree = ast.parse(source, file_name)  # once: Python warns of odd escapes here
        flags = 0  # what `from __future__ import` at the top means holds below too
        cells: list[list[types.CodeType]] = []
        for cell in _cells(tree, source):
            cells.append([])
            for part in _parts(cell, source):
                mode = "exec" if isinstance(part, ast.Module) else "single"
                cells[-1].append(compile(part, file_name, mode, flags, dont_inherit=True))
                flags |= cells[-1][-1].co_flags & _FUTURE
        return cells
    except RecursionError:  # a sum of a thousand terms: from its text more can be compiled
        return [[compile(source, file_name, "exec", dont_inherit=True)]]


def _cells(tree: ast.Module, source: str) -> Iterator[list[ast.stmt]]:
    """The statements between lines that begin a cell; a text about the program is in the first."""
    heads = [number for number, line in enumerate(source.split("\n"), 1) if CELL.match(line)]
    about = ast.get_docstring(tree, clean=False) is not None
    cell: list[ast.stmt] = []
    end = 0
    for at, statement in enumerate(tree.body):
        begins = any(end < head < statement.lineno for head in heads)
        if begins and cell and not (about and at == 1):
            yield cell
            cell = []
        cell.append(statement)
        end = statement.end_lineno or statement.lineno
    yield cell


def _parts(cell: list[ast.stmt], source: str) -> Iterator[ast.Module | ast.Interactive]:
    """What a cell does, and by itself its last expression, where the value is to be shown."""
    last = cell[-1] if cell else None
    if isinstance(last, ast.Expr) and not _is_silenced(last, source.split("\n")):
        yield ast.Module(cell[:-1], [])
        yield ast.Interactive([last])
    else:
        yield ast.Module(cell, [])


def _is_silenced(last: ast.Expr, lines: list[str]) -> bool:
    """Whether a semicolon follows the last expression."""
    line = lines[(last.end_lineno or last.lineno) - 1]
    return line.encode()[last.end_col_offset :].lstrip().startswith(b";")
