"""What a person sees of a Python error: its message and the lines of the editor it went through.

Frames inside libraries are left out: the reader can only mend the program in the editor.
"""

import errno
import linecache
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO
from zipimport import ZipImportError

from pykeras_core.datasets.sources import NotCarriedError
from pykeras_core.playground.hints import Advice, Program, advise
from pykeras_core.playground.hints.program import utf16_units

EDITOR = "<editor>"
"""The file name under which programs from the editor are compiled."""

_CELL = "<editor, run "

MAX_TEXT_CHARACTERS = 4000
"""How much of an error's text is shown."""

_MAX_FRAMES = 8
_MAX_LINE_CHARACTERS = 500
_MAX_GROUP_WIDTH = 5
_MAX_GROUP_DEPTH = 3
_DID_YOU_MEAN = re.compile(r"([.;,]?) Did you mean:? [^?]*\?(?:(?= )|$)")


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


class LostCheckpointError(OSError):
    """No checkpoint of a run can be read, or none is of its program."""

    __module__ = "builtins"  # readers see the name of an error, not where we keep it


class NotFetchedError(OSError):
    """A file of the page's site did not come; the next run may try again."""

    __module__ = "builtins"  # readers see the name of an error, not where we keep it


class LateModuleError(ModuleNotFoundError):
    """A module of the page's site has to come first, and this browser cannot wait for it."""

    __module__ = "builtins"  # readers see the name of an error, not where we keep it


def describe_error(error: BaseException) -> dict[str, Any]:
    """Describes `error` in terms of the program in the editor.

    Args:
        error: The exception as caught.

    Returns:
        A dictionary with ``text`` (type and message, without the middle where it is longer than
        `MAX_TEXT_CHARACTERS`), ``line`` and ``column`` (1-based place in the editor, or None where
        the error is not tied to one), ``frames`` (the editor's frames, outermost first, each with
        ``line``, ``name`` and the ``text`` of the line), ``hint`` (None, or a dictionary whose
        ``code`` names advice that the page words in the reader's language) and ``mend`` (None, or
        what to write in place of a part of a line).

    Example:
        >>> try:
        ...     exec(compile("1 / 0", "<editor>", "exec"))
        ... except ZeroDivisionError as error:
        ...     report = describe_error(error)
        >>> report["text"], report["line"]
        ('ZeroDivisionError: division by zero', 1)
    """
    if isinstance(error, SyntaxError) and is_of_editor(error.filename):
        return _describe_syntax_error(error)
    stack = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if is_of_editor(frame.f_code.co_filename)
    ]
    frames = [_frame(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in stack]
    text, program = _text_of(error), Program(EDITOR, None)
    if stack:
        frame, line = stack[-1]
        program = Program(frame.f_code.co_filename, line, {**frame.f_globals, **frame.f_locals})
    return {
        **_with_advice(text, _advice_of_site(error) or advise(error, text, program)),
        "line": frames[-1]["line"] if frames else None,
        "column": None,
        "frames": _shorten(frames),
    }


def _describe_syntax_error(error: SyntaxError) -> dict[str, Any]:
    line, text = error.lineno, f"{type(error).__name__}: {error.msg}"
    program = Program(error.filename or EDITOR, line)
    before = program.text()[: max((error.offset or 1) - 1, 0)]
    return {
        **_with_advice(text, advise(error, text, program)),
        "line": line,
        "column": None if error.offset is None else utf16_units(before) + 1,
        "frames": [_frame(error.filename, line, "<module>")] if line else [],
    }


def _advice_of_site(error: BaseException) -> Advice | None:
    """Advice on files that this site should have sent, or does not carry.

    Those of Python itself come when it looks into them: what does not is an error of reading.
    """
    late = isinstance(error, ZipImportError) or getattr(error, "errno", None) == errno.EIO
    if late or isinstance(error, NotFetchedError):
        return Advice({"code": "not-fetched"})
    if isinstance(error, LateModuleError):
        return Advice({"code": "late-module", "module": error.name})
    if isinstance(error, LostCheckpointError):
        return Advice({"code": "no-checkpoint"})
    if isinstance(error, NotCarriedError):
        return Advice(
            {
                "code": "no-data-set",
                "title": error.title,
                "files": error.files,
                "addresses": error.addresses,
            }
        )
    return None


def _with_advice(text: str, advice: Advice | None) -> dict[str, Any]:
    """The text, hint and mend; what the hint says in the reader's language is said once."""
    if advice is not None and "suggestion" in advice.hint:
        text = _DID_YOU_MEAN.sub(lambda found: found[1] if found.end() < len(text) else "", text)
    return {
        "text": _shorten_text(text),
        "hint": advice and advice.hint,
        "mend": advice and advice.mend,
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
    if kind.__module__.startswith("pykeras_core."):  # ours say more than Keras's, and are of them
        kind = next(base for base in kind.__mro__ if base.__module__ == "builtins")
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
