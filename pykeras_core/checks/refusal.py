"""Owns `Kind`, what an argument may be, and the words in which one that is not is refused."""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

__all__ = ["REFUSED", "ArgumentError", "Kind", "describe", "refuse"]

REFUSED: Any = object()


class ArgumentError(ValueError, TypeError):
    """An argument of the wrong kind or value: Keras raises now the one, now the other."""


class Kind:
    """What an argument may be.

    Args:
        what: Words for it that follow "as": `"a positive int"`.
        accept: Takes a value and returns the value to use, or `REFUSED`.
        advice: A sentence that says what to do instead.
        always: Types all of whose values are used as they come, so that nothing need be asked.
    """

    def __init__(
        self,
        what: str,
        accept: Callable[[Any], Any],
        advice: str = "",
        always: Iterable[type] = (),
    ) -> None:
        self.what = what
        self.accept = accept
        self.advice = advice
        self.always = set(always)

    def __call__(self, owner: str, argument: str, value: Any) -> Any:
        """Returns the value to use.

        Args:
            owner: Who takes the argument: a class or function.
            argument: The argument's name.
            value: What was passed.

        Raises:
            ArgumentError: If the value is not of this kind.
        """
        accepted = self.accept(value)
        if accepted is REFUSED:
            raise refuse(owner, argument, self.what, value, self.advice)
        return accepted


def refuse(owner: str, argument: str, what: str, value: Any, advice: str = "") -> ArgumentError:
    """Returns the error that every refused argument ends in.

    Args:
        owner: Who takes the argument: a class or function.
        argument: The argument's name.
        what: What was expected, in words that follow "as".
        value: What was passed.
        advice: A sentence that says what to do instead.
    """
    message = f"`{owner}` expected `{argument}` as {what}, received {describe(value)}."
    return ArgumentError(f"{message} {advice}" if advice else message)


def describe(value: Any) -> str:
    """Returns a short description of a value, for a message.

    Args:
        value: Anything.
    """
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    if type(value) in (bool, int, float, type(None)):
        return repr(value)
    if inspect.isclass(value):
        return f"the class `{value.__name__}`"
    try:
        shown = reprlib.repr(value)
    except Exception:  # a value that cannot show itself still has a type
        shown = "a value"
    plain = type(value) in (str, list, tuple, dict)  # what is shown says so
    return shown if plain else f"{shown} of type {type(value).__name__}"
