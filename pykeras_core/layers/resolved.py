"""Owns `resolved`, an attribute that takes at any time what the constructor takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["resolved"]


def resolved(name: str, get: Callable[[Any], Any]) -> Any:
    """A property whose value goes through `get` when it is set.

    `layer.activation = None` and `layer.activation = "relu"` then mean what they mean in the
    constructor, on a built layer too.

    Args:
        name: Of the attribute.
        get: Gives the value of what was set: `activations.get`, for example.

    Returns:
        The property.
    """
    key = f"_{name}"

    def read(self: Any) -> Any:
        return self.__dict__[key]

    def write(self: Any, value: Any) -> None:
        self.__dict__[key] = get(value)

    return property(read, write, doc=f"The layer's {name}.")
