"""Owns the box-drawn text table of `model.summary()`, in the form that Keras 3 prints."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from pykeras_core.checks import checked

__all__ = ["fit_widths", "render_table"]

_TOP, _HEAD, _RULE, _BOTTOM = "┏━┳┓", "┡━╇┩", "├─┼┤", "└─┴┘"
_PADDING = 2  # one blank on either side of a cell's text


@checked
def fit_widths(widths: Sequence[int], line_length: int) -> list[int]:
    """Makes columns fit a line once their padding and borders are added.

    Args:
        widths: Characters wanted for the text of each column.
        line_length: Characters of a line, borders included.

    Returns:
        Characters for the text of each column, at least 1.
    """
    outer = [width + _PADDING for width in widths]
    missing = sum(outer) + len(outer) + 1 - line_length
    spare = max(-missing, 0)
    missing = max(missing, 0)
    fitted = []
    for index, width in enumerate(outer):
        # A shortage is shared evenly, a surplus in proportion to the columns' widths.
        less = min(width, round(missing / (len(outer) - index)))
        more = math.ceil(spare * width / sum(outer[index:]))
        missing -= less
        spare -= more
        fitted.append(max(width - less + more - _PADDING, 1))
    return fitted


@checked
def render_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    alignments: Sequence[str],
) -> list[str]:
    """Returns the lines of a table with a rule after every row.

    Args:
        header: Names of the columns.
        rows: Cells, one a column; long ones are wrapped at blanks and words cut with `…`.
        widths: Characters for the text of each column.
        alignments: `"left"`, `"right"` or `"center"` for each column.

    Returns:
        The lines, without line breaks.

    Example:
        >>> for line in render_table(["Layer", "Params"], [["dense", "20"]], [5, 6], ["left"] * 2):
        ...     print(line)
        ┏━━━━━━━┳━━━━━━━━┓
        ┃ Layer ┃ Params ┃
        ┡━━━━━━━╇━━━━━━━━┩
        │ dense │ 20     │
        └───────┴────────┘
    """
    lines = [_rule(_TOP, widths), *_row(header, widths, alignments, "┃"), _rule(_HEAD, widths)]
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule(_RULE, widths))
        lines += _row(row, widths, alignments, "│")
    return [*lines, _rule(_BOTTOM, widths)]


def _rule(characters: str, widths: Sequence[int]) -> str:
    left, line, cross, right = tuple(characters)
    return left + cross.join(line * (width + _PADDING) for width in widths) + right


def _row(
    cells: Sequence[str], widths: Sequence[int], alignments: Sequence[str], border: str
) -> list[str]:
    columns = [
        [_align(line, width, alignment) for line in _wrap(cell, width)]
        for cell, width, alignment in zip(cells, widths, alignments, strict=True)
    ]
    height = max(map(len, columns))
    for column, width in zip(columns, widths, strict=True):
        column += [" " * width] * (height - len(column))
    return [
        f"{border} " + f" {border} ".join(line) + f" {border}"
        for line in zip(*columns, strict=True)
    ]


def _display_width(text: str) -> int:
    """Columns a terminal gives the text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _wrap(text: str, width: int) -> list[str]:
    """Lines of whole words; a word longer than a line has one of its own."""
    lines = [""]
    for word in re.findall(r"\s*\S+\s*", text):
        if lines[-1] and _display_width(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [_cut(line.rstrip(), width) for line in lines]


def _cut(line: str, width: int) -> str:
    if _display_width(line) <= width:
        return line
    while _display_width(line) > width - 1:
        line = line[:-1]
    return line + "…"


def _align(line: str, width: int, alignment: str) -> str:
    blanks = width - _display_width(line)
    left = {"left": 0, "right": blanks, "center": blanks // 2}[alignment]
    return " " * left + line + " " * (blanks - left)
