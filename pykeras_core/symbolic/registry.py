"""Owns the table of ops by name, from which placeholders and files find them.

Ops stand above this package: `operation` writes each of them down here when it makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["OPS", "add", "named"]

OPS: dict[str, Callable[..., Any]] = {}
"""Every public op that can be a step of a functional model, by its name in `keras.ops`."""


def add(name: str, function: Callable[..., Any]) -> None:
    """Writes an op down.

    Raises:
        ValueError: Another op has the name.
    """
    if name in OPS:
        raise ValueError(f"an op named {name!r} exists already")
    OPS[name] = function


def named(name: str) -> Callable[..., Any]:
    """Returns the op of this name.

    Raises:
        LookupError: There is none.
    """
    try:
        return OPS[name]
    except KeyError:
        raise LookupError(f"no op is named {name!r}; import `pykeras_core.ops` first") from None
