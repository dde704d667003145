"""`IPython.display`: what notebooks show beside the value of a last line."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path
from typing import Any

__all__ = [
    *("HTML", "SVG", "Audio", "Code", "IFrame", "Image", "Javascript", "Latex", "Markdown"),
    *("Math", "Pretty", "Video", "YouTubeVideo", "clear_output", "display", "display_html"),
    "get_ipython",
]

_PNG = b"\x89PNG\r\n\x1a\n"
_ENDS_LINE = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", re.IGNORECASE)
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class _Shown:
    """Something to show: data, an address, or the name of a file."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        filename, url = kwargs.get("filename"), kwargs.get("url")
        self.data = next((one for one in (data, filename, url) if one is not None), None)

    def __repr__(self) -> str:
        return str(self.data)

    def contents(self) -> bytes:
        """What is shown: the data itself, or what the file holds."""
        if isinstance(self.data, (str, Path)) and Path(self.data).is_file():
            return Path(self.data).read_bytes()
        return self.data if isinstance(self.data, bytes) else str(self.data).encode()


class HTML(_Shown):
    """HTML, of which the text is shown."""

    def __repr__(self) -> str:
        text = _TAG.sub("", _ENDS_LINE.sub("\n", str(self.data)))
        return html.unescape(text).strip()


class Image(_Shown):
    """A picture: a file's, or bytes of one."""

    def _repr_png_(self) -> bytes | None:
        contents = self.contents()
        if contents.startswith(_PNG):
            return contents
        try:
            from io import BytesIO

            import PIL.Image

            buffer = BytesIO()
            PIL.Image.open(BytesIO(contents)).convert("RGB").save(buffer, "PNG")
        except (ImportError, OSError):
            return None  # what it is called is shown
        return buffer.getvalue()

    def __repr__(self) -> str:
        return "a picture" if isinstance(self.data, bytes) else str(self.data)


class SVG(_Shown):
    """A drawing."""

    def _repr_svg_(self) -> str:
        return self.contents().decode("utf-8", "replace")


class Audio(_Shown):
    """Sound, which is not played here."""

    def __repr__(self) -> str:
        return "(sound)"


class Code(_Shown):
    """Text of a program."""


class IFrame(_Shown):
    """The address of a page."""


class Javascript(_Shown):
    """A script, which is not run."""

    def __repr__(self) -> str:
        return "(a script, which is not run)"


class Latex(_Shown):
    """A formula, shown as it is written."""


class Markdown(_Shown):
    """Text, shown as it is written."""


class Math(_Shown):
    """A formula, shown as it is written."""


class Pretty(_Shown):
    """Text."""


class Video(_Shown):
    """The name of a film."""


class YouTubeVideo(_Shown):
    """The number of a film on another site."""


def clear_output(wait: bool = False) -> None:
    """Does nothing: what was printed stays."""


def display(*objs: Any, **kwargs: Any) -> None:
    """Shows objects as the value of a last line is shown: pictures, tables, or text.

    Args:
        *objs: The objects.
        **kwargs: Accepted as in IPython.
    """
    for one in objs:
        if hasattr(one, "savefig"):
            import matplotlib.pyplot as plt

            plt.show()
        elif isinstance(one, str):
            print(one)
        else:
            sys.displayhook(one)


display_html = display


def get_ipython() -> None:
    """Returns `None`: this is no notebook."""
