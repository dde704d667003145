"""Runs one program from the editor as the main module, in a namespace of its own."""

import builtins
import linecache
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from pykeras_core.playground.errors import EDITOR, describe_error, format_traceback

__all__ = ["EDITOR", "Outcome", "execute", "fail"]

_RESERVE_BYTES = 2**24
"""Memory kept back while a program runs, so that its lack can be reported."""


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        status: ``"completed"``, ``"stopped"`` (by the reader) or ``"failed"``.
        namespace: The program's global variables as it left them, whatever the status; empty if
            it ended for lack of memory, which then is free again.
        error: For ``"failed"``, the report of `describe_error`; otherwise None.
    """

    status: Literal["completed", "stopped", "failed"]
    namespace: dict[str, Any]
    error: dict[str, Any] | None = None


def execute(source: str, enter: Callable[[dict[str, Any]], None] | None = None) -> Outcome:
    """Compiles and runs `source` in a fresh ``__main__``.

    An error does not leave this function: it is printed to ``sys.stderr``, without the frames of
    libraries, and described in the outcome. Builtins and modules that the program has replaced or
    removed are there again afterwards.

    Args:
        source: The text of the program.
        enter: Given the program's global variables before it starts.

    Returns:
        The `Outcome`, with the namespace as the program left it.

    Example:
        >>> execute("x = 6 * 7").namespace["x"]
        42
        >>> execute("raise KeyboardInterrupt").status
        'stopped'
    """
    main = types.ModuleType("__main__")
    if enter is not None:
        enter(main.__dict__)
    # Tracebacks and inspect.getsource() read the lines of the editor from here. An entry without
    # a modification time is never checked against a file.
    linecache.cache[EDITOR] = (len(source), None, source.splitlines(keepends=True), EDITOR)
    host_main, sys.modules["__main__"] = sys.modules["__main__"], main
    stderr = sys.stderr  # a program may replace it
    reserve = bytearray(_RESERVE_BYTES)
    try:
        _run(source, main.__dict__)
    except KeyboardInterrupt:
        return Outcome("stopped", main.__dict__)
    except SystemExit as request:
        if isinstance(request.code, str):
            print(request.code, file=stderr)
        return Outcome("completed", main.__dict__)
    except BaseException as error:
        del reserve
        return fail(error, main.__dict__, stderr)
    finally:
        sys.modules["__main__"] = host_main
    return Outcome("completed", main.__dict__)


def fail(error: BaseException, namespace: dict[str, Any], stderr: TextIO | None = None) -> Outcome:
    """Prints and describes an error that ended a program.

    Args:
        error: The error as caught.
        namespace: The program's global variables; emptied for lack of memory.
        stderr: Where it is printed; default ``sys.stderr``.
    """
    report = describe_error(error)
    if isinstance(error, MemoryError):
        error.__traceback__ = None  # it, too, holds on to values
        namespace.clear()
    (stderr or sys.stderr).write(format_traceback(report))
    return Outcome("failed", namespace, report)


def _run(source: str, namespace: dict[str, Any]) -> None:
    """Runs a program, then puts back the builtins and modules that it has replaced or removed."""
    # Bound before: afterwards not even the names that would do it may be there.
    parts = [vars(builtins), sys.modules]
    put_back = [(part.update, dict(part)) for part in parts]
    try:
        exec(compile(source, EDITOR, "exec", dont_inherit=True), namespace)
    finally:
        for update, kept in put_back:
            update(kept)
