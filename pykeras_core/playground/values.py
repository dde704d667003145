"""What the page shows of the value of a last line: a text, a table, a picture or nothing."""

import re
import struct
import sys
from itertools import islice
from typing import Any

import numpy as np

from pykeras_core.callbacks import Callback
from pykeras_core.playground.tables import Table, table_of
from pykeras_core.utils.model_plot import ModelPlot
from pykeras_core.utils.pictures import Picture

ITEMS_SHOWN = 1000
"""Items of a list, tuple, set or dict that are written out."""

_WIDTH = 80
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_BRACKETS: dict[type[Any], tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    dict: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}
_SVG_SIZE = re.compile(rb"""<svg\b[^>]*?\bwidth=["']([\d.]+)[^>]*?\bheight=["']([\d.]+)""")
_SIZE_UNKNOWN = (400, 300)
_PNG = b"\x89PNG\r\n\x1a\n"


def describe_value(value: Any) -> str | Table | Picture | None:
    """What is worth showing of a value, as a notebook would.

    Args:
        value: Anything. None is worth nothing; neither is what `fit` returns (an address says
            nothing, and its curves are on the page), nor what drawing returns, since the drawing
            itself is shown.

    Returns:
        The picture or table that an object makes of itself, or its text, or None.

    Raises:
        Exception: Whatever the object's own methods raise.

    Example:
        >>> describe_value("text"), describe_value([1, (2,)]), describe_value(None)
        ("'text'", '[1, (2,)]', None)
    """
    if value is None or isinstance(value, (Callback, ModelPlot)) or _is_drawn(value):
        return None
    return _picture_of(value) or table_of(value) or _text_of(value)


def _text_of(value: Any, depth: int = 2) -> str:
    """The `repr`, without addresses; containers in containers are laid out, deeper ones not."""
    if depth and type(value) in _BRACKETS and value:
        return _lay_out(value, depth - 1)
    text = repr(value)
    return _ADDRESS.sub("", text) if text.startswith("<") else text


def _lay_out(value: Any, depth: int) -> str:
    """A container on one line where that is short, else in lines; at most `ITEMS_SHOWN` items."""
    shown = list(islice(value.items() if isinstance(value, dict) else value, ITEMS_SHOWN))
    if isinstance(value, dict):
        items = [f"{key!r}: {_text_of(inner, depth)}" for key, inner in shown]
    else:
        items = [_text_of(inner, depth) for inner in shown]
    if len(value) > len(items):
        items.append(f"... {len(value) - len(items)} more")
    elif isinstance(value, tuple) and len(items) == 1:
        items[0] += ","
    opening, closing = _BRACKETS[type(value)]
    room = _WIDTH - len(opening)
    by_line = isinstance(value, dict) and sum(len(item) + 2 for item in items) > room
    lines = [items[0]]
    for item in items[1:]:
        longer = f"{lines[-1]}, {item}"
        if by_line or len(longer) > room or "\n" in longer:
            lines.append(item)
        else:
            lines[-1] = longer
    return opening + ",\n".join(lines).replace("\n", "\n ") + closing


def _picture_of(value: Any) -> Picture | None:
    """The picture that an object makes of itself, in the way notebooks ask for it."""
    kind = type(value)
    if hasattr(kind, "savefig"):
        from pykeras_core.playground.matplotlib_backend import draw

        return draw(value, 0)
    if hasattr(kind, "_repr_svg_"):
        found = value._repr_svg_()
        svg = found.encode() if isinstance(found, str) else b""
        size = _SVG_SIZE.search(svg)
        width, height = (round(float(side)) for side in size.groups()) if size else _SIZE_UNKNOWN
        return Picture("svg", svg, width, height, (), kind.__name__) if b"<svg" in svg else None
    if hasattr(kind, "_repr_png_"):
        png = value._repr_png_()
        if isinstance(png, bytes) and png.startswith(_PNG):
            width, height = struct.unpack_from(">II", png, 16)
            return Picture("png", png, width, height, (), kind.__name__)
    return None


def _is_drawn(value: Any, depth: int = 3) -> bool:
    """Whether this is a part of a figure of matplotlib, or holds one: the figure is shown."""
    artist = sys.modules.get("matplotlib.artist")
    if artist is None:
        return False
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = list(value.flat)
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        parts = islice(value, ITEMS_SHOWN if depth else 0)
        return any(_is_drawn(part, depth - 1) for part in parts)
    return isinstance(value, artist.Artist) and not _is_a_closed_figure(value)


def _is_a_closed_figure(value: Any) -> bool:
    """Whether a figure is shown by nobody else."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    numbers = pyplot.get_fignums() if pyplot else []
    return hasattr(type(value), "savefig") and getattr(value, "number", None) not in numbers
