"""`tf.autograph`: what leaves functions as they are; they run as Python anyway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["experimental", "set_verbosity", "to_graph"]


class experimental:
    """`tf.autograph.experimental`."""

    @staticmethod
    def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
        """Returns the function itself."""
        return func if func is not None else (lambda decorated: decorated)

    @staticmethod
    def set_loop_options(**kwargs: Any) -> None:
        """Does nothing."""


def set_verbosity(level: Any, alsologtostdout: bool = False) -> None:
    """Does nothing."""


def to_graph(entity: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """Returns the function itself."""
    return entity
