"""Owns `in_order`: arguments that a constructor takes by name also come in Keras's order."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["in_order", "order_of"]

Class = TypeVar("Class", bound=type)

_IN_ORDER = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def in_order(*names: str, after: str | None = None) -> Callable[[Class], Class]:
    """Lets a class be made with further arguments in order, not only by name.

    Args:
        *names: Arguments that the constructor takes by name, in the order of Keras's.
        after: The last argument that stays in its place; default the constructor's last.

    Returns:
        A decorator of classes.

    Example:
        >>> @in_order("color")
        ... class Pen:
        ...     def __init__(self, width, **kwargs):
        ...         self.width, self.color = width, kwargs["color"]
        >>> Pen(2, "red").color
        'red'
    """

    def decorate(cls: Class) -> Class:
        init = cls.__init__  # type: ignore[misc]  # of this class, or the one it inherits
        own = _own(init)
        kept = own if after is None else own[: own.index(after) + 1]
        order = (*kept, *(name for name in names if name not in kept))

        @functools.wraps(init)
        def run(self: Any, *args: Any, **kwargs: Any) -> None:
            if len(args) > len(kept):
                further = args[len(kept) :]
                if len(args) > len(order):
                    raise TypeError(
                        f"`{type(self).__name__}` takes at most {len(order)} arguments in order, "
                        f"received {len(args)}."
                    )
                for name, value in zip(order[len(kept) :], further, strict=False):
                    if name in kwargs:
                        raise TypeError(f"`{type(self).__name__}` received `{name}` twice.")
                    kwargs[name] = value
            init(self, *args[: len(kept)], **kwargs)

        run.order = order  # type: ignore[attr-defined]
        cls.__init__ = run  # type: ignore[misc]
        return cls

    return decorate


def _own(function: Callable[..., Any]) -> tuple[str, ...]:
    """The arguments that a constructor takes in order, `self` left out."""
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.kind in _IN_ORDER)[1:]


def order_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Returns the names of the arguments that a function or a class takes in order.

    Args:
        function: The function or class.
    """
    if inspect.isclass(function):
        init = function.__init__
        return getattr(init, "order", None) or _own(init)
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.kind in _IN_ORDER)
