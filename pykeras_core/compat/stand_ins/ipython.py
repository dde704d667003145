"""`IPython.display`, as much as notebooks call in loops."""

from __future__ import annotations

from typing import Any

__all__ = ["HTML", "SVG", "Image", "Markdown", "clear_output", "display", "get_ipython"]


class _Shown:
    def __init__(self, data: Any = None, filename: Any = None, **kwargs: Any) -> None:
        self.data = data if filename is None else filename

    def __repr__(self) -> str:
        return str(self.data)


class HTML(_Shown):
    """Text that a notebook would show as HTML."""


class Image(_Shown):
    """The path of a picture that a notebook would show."""


class Markdown(_Shown):
    """Text that a notebook would show as Markdown."""


class SVG(_Shown):
    """A drawing that a notebook would show."""


def clear_output(wait: bool = False) -> None:
    """Does nothing: what was printed stays."""


def display(*objs: Any, **kwargs: Any) -> None:
    """Shows figures of matplotlib, and prints anything else."""
    for one in objs:
        show = getattr(one, "show", None)
        if hasattr(one, "savefig") and show is not None:
            import matplotlib.pyplot as plt

            plt.show()
        else:
            print(one)


def get_ipython() -> None:
    """Returns `None`: this is no notebook."""
