"""The text of a program before Python reads it: its lines, and what in it nobody can read."""

import re

_UNREADABLE = re.compile("[\0\ud800-\udfff]")


def lines_of(source: str) -> list[str]:
    r"""The lines as Python and the editor count them, each with ``"\n"`` at its end.

    `str.splitlines` counts others: it takes a form feed for the end of a line.

    Example:
        >>> lines_of("a\r\nb\x0cc")
        ['a\n', 'b\x0cc\n']
    """
    text = source.removeprefix("\ufeff")  # a file's byte order mark, as Python takes it
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        del lines[-1]
    return [f"{line}\n" for line in lines]


def readable(source: str, file_name: str) -> str:
    r"""The same text, if Python can read it.

    Args:
        source: Lines that end in ``"\n"``.
        file_name: What errors know them by.

    Raises:
        SyntaxError: At the first NUL or half of a surrogate pair. Python would say it without a
            place.

    Example:
        >>> readable("x = 1\ny = \0\n", "<editor>")
        Traceback (most recent call last):
        SyntaxError: invalid non-printable character U+0000
    """
    found = _UNREADABLE.search(source)
    if found is None:
        return source
    start = source.rfind("\n", 0, found.start()) + 1
    line = source.count("\n", 0, start) + 1
    text = source[start:].partition("\n")[0]
    message = f"invalid non-printable character U+{ord(found[0]):04X}"
    raise SyntaxError(message, (file_name, line, found.start() - start + 1, text))
