"""Owns what TensorFlow's functions that only move elements do with text."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from pykeras_core.symbolic.strings import StringTensor, holds_text

__all__ = ["also_of_text"]

Function = TypeVar("Function", bound=Callable[..., Any])


def also_of_text(moves: Callable[..., Any]) -> Callable[[Function], Function]:
    """Lets a function take text too.

    Args:
        moves: Makes the result of arrays, with the function's arguments; it only moves elements.

    Returns:
        A decorator.
    """

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def run(first: Any, *args: Any, **kwargs: Any) -> Any:
            if not holds_text(first):
                return function(first, *args, **kwargs)
            kwargs.pop("name", None)
            several = isinstance(first, list | tuple)
            arrays = [_array(one) for one in first] if several else _array(first)
            found = moves(arrays, *args, **kwargs)
            if isinstance(found, list):
                return [StringTensor._of(one) for one in found]
            return StringTensor._of(found)

        return run  # type: ignore[return-value]

    return decorate


def _array(value: Any) -> Any:
    return StringTensor(value).__array__()
