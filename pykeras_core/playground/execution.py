"""Runs one program from the editor as the main module, in a namespace of its own."""

import linecache
import sys
import types
from dataclasses import dataclass
from typing import Any, Literal

from pykeras_core.playground.errors import EDITOR, describe_error, format_traceback

__all__ = ["EDITOR", "Outcome", "execute"]


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        status: ``"completed"``, ``"stopped"`` (by the reader) or ``"failed"``.
        namespace: The program's global variables as it left them, whatever the status.
        error: For ``"failed"``, the report of `describe_error`; otherwise None.
    """

    status: Literal["completed", "stopped", "failed"]
    namespace: dict[str, Any]
    error: dict[str, Any] | None = None


def execute(source: str) -> Outcome:
    """Compiles and runs `source` in a fresh ``__main__``.

    An error does not leave this function: it is printed to ``sys.stderr``, without the frames of
    libraries, and described in the outcome.

    Args:
        source: The text of the program.

    Returns:
        The `Outcome`, with the namespace as the program left it.

    Example:
        >>> execute("x = 6 * 7").namespace["x"]
        42
        >>> execute("raise KeyboardInterrupt").status
        'stopped'
    """
    main = types.ModuleType("__main__")
    # Tracebacks and inspect.getsource() read the lines of the editor from here. An entry without
    # a modification time is never checked against a file.
    linecache.cache[EDITOR] = (len(source), None, source.splitlines(keepends=True), EDITOR)
    host_main, sys.modules["__main__"] = sys.modules["__main__"], main
    try:
        exec(compile(source, EDITOR, "exec", dont_inherit=True), main.__dict__)
    except KeyboardInterrupt:
        return Outcome("stopped", main.__dict__)
    except SystemExit as request:
        if isinstance(request.code, str):
            print(request.code, file=sys.stderr)
        return Outcome("completed", main.__dict__)
    except BaseException as error:
        report = describe_error(error)
        sys.stderr.write(format_traceback(report))
        return Outcome("failed", main.__dict__, report)
    finally:
        sys.modules["__main__"] = host_main
    return Outcome("completed", main.__dict__)
