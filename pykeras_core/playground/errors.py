"""What a person sees of a Python error: its message and the lines of the editor it went through.

Frames inside libraries are left out: the reader can only mend the program in the editor.
"""

import difflib
import linecache
import re
import sys
import traceback
from typing import Any, TextIO

EDITOR = "<editor>"
"""The file name under which programs from the editor are compiled."""

AVAILABLE_MODULES = ("keras", "tensorflow", "numpy", "matplotlib")
"""What programs can import beside Python's standard library."""

_MAX_FRAMES = 8
_NOTEBOOK_COMMAND = re.compile(r"^\s*[%!]")


def describe_error(error: BaseException) -> dict[str, Any]:
    """Describes `error` in terms of the program in the editor.

    Args:
        error: The exception as caught.

    Returns:
        A dictionary with ``text`` (type and message), ``line`` and ``column`` (1-based place in
        the editor, or None where the error is not tied to one), ``frames`` (the editor's frames,
        outermost first, each with ``line`` and ``name``) and ``hint`` (None, or a dictionary whose
        ``code`` names advice that the page words in the reader's language).

    Example:
        >>> try:
        ...     exec(compile("1 / 0", "<editor>", "exec"))
        ... except ZeroDivisionError as error:
        ...     report = describe_error(error)
        >>> report["text"], report["line"]
        ('ZeroDivisionError: division by zero', 1)
    """
    if isinstance(error, SyntaxError) and error.filename == EDITOR:
        return {
            "text": f"{type(error).__name__}: {error.msg}",
            "line": error.lineno,
            "column": error.offset,
            "frames": [],
            "hint": _syntax_hint(error),
        }
    summary = traceback.TracebackException.from_exception(error)
    frames = [
        {"line": frame.lineno, "name": frame.name}
        for frame in summary.stack
        if frame.filename == EDITOR
    ]
    return {
        "text": "".join(summary.format_exception_only()).strip(),
        "line": frames[-1]["line"] if frames else None,
        "column": None,
        "frames": _shorten(frames),
        "hint": _hint(error),
    }


def format_traceback(report: dict[str, Any]) -> str:
    """Formats a report of `describe_error` as Python would print it, for the console."""
    lines = []
    frames = report["frames"] or (
        [{"line": report["line"], "name": "<module>"}] if report["line"] else []
    )
    if frames:
        lines.append("Traceback (most recent call last):")
    for frame in frames:
        if frame["line"] is None:
            lines.append("  ...")
            continue
        lines.append(f"  line {frame['line']}, in {frame['name']}")
        source_line = linecache.getline(EDITOR, frame["line"]).strip()
        if source_line:
            lines.append(f"    {source_line}")
    lines.append(report["text"])
    return "\n".join(lines) + "\n"


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
    place = f"line {lineno}: " if filename == EDITOR else ""
    if stream is not None:
        stream.write(f"{place}{category.__name__}: {message}\n")


def _shorten(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keeps both ends of a deep stack (a runaway recursion has a thousand frames)."""
    if len(frames) <= _MAX_FRAMES:
        return frames
    half = _MAX_FRAMES // 2
    return [*frames[:half], {"line": None, "name": "..."}, *frames[-half:]]


def _syntax_hint(error: SyntaxError) -> dict[str, Any] | None:
    line = linecache.getline(EDITOR, error.lineno or 0)
    return {"code": "notebook-command"} if _NOTEBOOK_COMMAND.match(line) else None


def _hint(error: BaseException) -> dict[str, Any] | None:
    if isinstance(error, ModuleNotFoundError):
        return _import_hint(error)
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
