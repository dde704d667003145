"""What a person sees of a Python error: its message and the lines of the editor it went through.

Frames inside libraries are left out: the reader can only mend the program in the editor.
"""

import difflib
import linecache
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from pykeras_core.datasets.sources import NotCarriedError

EDITOR = "<editor>"
"""The file name under which programs from the editor are compiled."""

_CELL = "<editor, run "

AVAILABLE_MODULES = ("keras", "tensorflow", "numpy", "matplotlib")
"""What programs can import beside Python's standard library."""

MAX_TEXT_CHARACTERS = 4000
"""How much of an error's text is shown."""

_MAX_FRAMES = 8
_MAX_LINE_CHARACTERS = 500
_MAX_GROUP_WIDTH = 5
_MAX_GROUP_DEPTH = 3
_NOTEBOOK_COMMAND = re.compile(r"^\s*[%!]")


def cell_name(run_id: int) -> str:
    """The file name under which the cell of a run is compiled.

    Example:
        >>> is_of_editor(cell_name(3)), is_of_editor("<string>")
        (True, False)
    """
    return f"{_CELL}{run_id}>"


def is_of_editor(file_name: str | None) -> bool:
    """Whether code of this file name is the reader's own, from the editor."""
    return file_name is not None and (file_name == EDITOR or file_name.startswith(_CELL))


class NotFetchedError(OSError):
    """A file of the page's site did not come; the next run may try again."""

    __module__ = "builtins"  # readers see the name of an error, not where we keep it


def describe_error(error: BaseException) -> dict[str, Any]:
    """Describes `error` in terms of the program in the editor.

    Args:
        error: The exception as caught.

    Returns:
        A dictionary with ``text`` (type and message, without the middle where it is longer than
        `MAX_TEXT_CHARACTERS`), ``line`` and ``column`` (1-based place in the editor, or None where
        the error is not tied to one), ``frames`` (the editor's frames, outermost first, each with
        ``line``, ``name`` and the ``text`` of the line) and ``hint`` (None, or a dictionary whose
        ``code`` names advice that the page words in the reader's language).

    Example:
        >>> try:
        ...     exec(compile("1 / 0", "<editor>", "exec"))
        ... except ZeroDivisionError as error:
        ...     report = describe_error(error)
        >>> report["text"], report["line"]
        ('ZeroDivisionError: division by zero', 1)
    """
    if isinstance(error, SyntaxError) and is_of_editor(error.filename):
        line = error.lineno
        return {
            "text": _shorten_text(f"{type(error).__name__}: {error.msg}"),
            "line": line,
            "column": error.offset,
            "frames": [_frame(error.filename, line, "<module>")] if line else [],
            "hint": _syntax_hint(error),
            "mend": None,
        }
    frames = [
        _frame(frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if is_of_editor(frame.f_code.co_filename)
    ]
    return {
        "text": _shorten_text(_text_of(error)),
        "line": frames[-1]["line"] if frames else None,
        "column": None,
        "frames": _shorten(frames),
        "hint": _hint(error),
        "mend": None,
    }


def format_traceback(report: dict[str, Any]) -> str:
    """Formats a report of `describe_error` as Python would print it, for the console."""
    lines = []
    if report["frames"]:
        lines.append("Traceback (most recent call last):")
    for frame in report["frames"]:
        if frame["line"] is None:
            lines.append("  ...")
            continue
        lines.append(f"  line {frame['line']}, in {frame['name']}")
        if frame["text"]:
            lines.append(f"    {frame['text']}")
    lines.append(report["text"])
    return "\n".join(lines) + "\n"


def _frame(file_name: str | None, line: int | None, name: str) -> dict[str, Any]:
    text = linecache.getline(file_name, line).strip() if file_name and line else ""
    return {"line": line, "name": name, "text": text[:_MAX_LINE_CHARACTERS]}


def _text_of(error: BaseException, depth: int = 0) -> str:
    """Type, message and notes, as Python prints them; of a group the first members too.

    Python's own "Did you mean" is left out: the hint says it in the reader's language.
    """
    name = _say(lambda: _name_of(type(error)), "Error")
    message = _say(lambda: str.__str__(str(error)), "(its own str() failed)")
    notes = _say(lambda: "".join(f"\n{note}" for note in error.__notes__), "")
    text = (f"{name}: {message}" if message else name) + notes
    if isinstance(error, BaseExceptionGroup) and depth < _MAX_GROUP_DEPTH:
        members = error.exceptions
        inner = [_text_of(member, depth + 1) for member in members[:_MAX_GROUP_WIDTH]]
        if len(members) > len(inner):
            inner.append(f"... {len(members) - len(inner)} more")
        text += "".join("\n  " + member.replace("\n", "\n  ") for member in inner)
    return text


def _name_of(kind: type[BaseException]) -> str:
    module = kind.__module__
    return (
        kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"
    )


def _say(ask: Callable[[], str], otherwise: str) -> str:
    """What an object of the program says of itself, in code of its own."""
    try:
        return ask()
    except BaseException as failure:
        if isinstance(failure, KeyboardInterrupt):
            raise
        return otherwise


def _shorten_text(text: str) -> str:
    """Keeps both ends of a message that nobody can read whole."""
    left_out = len(text) - MAX_TEXT_CHARACTERS
    if left_out <= 0:
        return text
    half = MAX_TEXT_CHARACTERS // 2
    return f"{text[:half]}\n... ({left_out} characters left out) ...\n{text[-half:]}"


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Writes a warning to ``sys.stderr``, in the place of `warnings.showwarning`.

    Where it came from is named only if that is in the editor: nobody can look into a library.
    """
    stream = file or sys.stderr
    place = f"line {lineno}: " if is_of_editor(filename) else ""
    if stream is not None:
        stream.write(f"{place}{category.__name__}: {message}\n")


def _shorten(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keeps both ends of a deep stack (a runaway recursion has a thousand frames)."""
    if len(frames) <= _MAX_FRAMES:
        return frames
    half = _MAX_FRAMES // 2
    return [*frames[:half], {"line": None, "name": "...", "text": ""}, *frames[-half:]]


def _syntax_hint(error: SyntaxError) -> dict[str, Any] | None:
    line = linecache.getline(error.filename or "", error.lineno or 0)
    return {"code": "notebook-command"} if _NOTEBOOK_COMMAND.match(line) else None


def _hint(error: BaseException) -> dict[str, Any] | None:
    if isinstance(error, ModuleNotFoundError):
        return _import_hint(error)
    if isinstance(error, NotFetchedError):
        return {"code": "not-fetched"}
    if isinstance(error, NotCarriedError):
        return {
            "code": "no-data-set",
            "title": error.title,
            "files": error.files,
            "addresses": error.addresses,
        }
    return {"code": "out-of-memory"} if isinstance(error, MemoryError) else None


def _import_hint(error: ModuleNotFoundError) -> dict[str, Any]:
    """Says what can be imported, and which of it was probably meant."""
    name = error.name or ""
    parent, _, leaf = name.rpartition(".")
    if parent in sys.modules:
        candidates = [entry for entry in dir(sys.modules[parent]) if not entry.startswith("_")]
    else:
        parent, leaf = "", name.partition(".")[0]
        candidates = [*AVAILABLE_MODULES, *sys.stdlib_module_names]
    # Stated in order of likelihood: the page's own modules come first among equals. The standard
    # library's list names modules that the page lacks, and those are no suggestion.
    others = [candidate for candidate in candidates if candidate != leaf]
    matches = difflib.get_close_matches(leaf, others, n=1, cutoff=0.7)
    suggestion = f"{parent}.{matches[0]}" if matches and parent else "".join(matches)
    return {
        "code": "unknown-module",
        "module": name,
        "suggestion": suggestion or None,
        "available": list(AVAILABLE_MODULES),
    }
