"""Owns where pictures are shown: what a program draws goes to a screen, if a host has set one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pykeras_core.checks import checked

__all__ = ["Picture", "set_screen", "show_picture"]


@dataclass(frozen=True)
class Picture:
    """A drawing, ready to be shown.

    Args:
        format: `"png"` or `"svg"`.
        data: The file's contents.
        width: Width on the screen, in CSS pixels; a PNG may hold more, for sharp screens.
        height: Height on the screen, in CSS pixels.
        labels: The words in it (titles, names of axes), for readers who do not see it.
        name: What a saved copy is called, without ending.
    """

    format: Literal["png", "svg"]
    data: bytes
    width: int
    height: int
    labels: tuple[str, ...]
    name: str


_screen: Callable[[Picture], None] | None = None


@checked
def set_screen(screen: Callable[[Picture], None] | None) -> None:
    """Name what shows pictures from now on; None for nothing."""
    global _screen
    _screen = screen


@checked
def show_picture(picture: Picture) -> bool:
    """Show a picture if there is a screen, and say whether there is one."""
    if _screen is None:
        return False
    _screen(picture)
    return True
