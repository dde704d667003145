"""Owns the kinds of arguments: what each may be, in words and as a function.

A kind is written in a signature, as `units: PositiveInt`, where a type checker reads the type
inside. What a kind accepts it also brings into its plain form: NumPy's scalars become Python's.
"""

from __future__ import annotations

import inspect
import math
import os
import reprlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import numpy as np

__all__ = [
    "REFUSED",
    "AnyCallable",
    "ArgumentError",
    "Axes",
    "Axis",
    "Flag",
    "Fraction",
    "Identifier",
    "Kind",
    "NonNegative",
    "NonNegativeInt",
    "Path",
    "Positive",
    "PositiveInt",
    "Rate",
    "Shape",
    "Sizes",
    "Verbose",
    "describe",
    "flag",
    "function_of",
    "integer",
    "number",
    "one_of",
    "refuse",
    "text",
]

REFUSED: Any = object()


class ArgumentError(ValueError, TypeError):
    """An argument of the wrong kind or value: Keras raises now the one, now the other."""


class Kind:
    """What an argument may be.

    Args:
        what: Words for it that follow "as": `"a positive int"`.
        accept: Takes a value and returns the value to use, or `REFUSED`.
        advice: A sentence that says what to do instead.
    """

    def __init__(self, what: str, accept: Callable[[Any], Any], advice: str = "") -> None:
        self.what = what
        self.accept = accept
        self.advice = advice

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
    if isinstance(value, bool | int | float | type(None)):
        return repr(value)
    if inspect.isclass(value):
        return f"the class `{value.__name__}`"
    try:
        shown = reprlib.repr(value)
    except Exception:  # a value that cannot show itself still has a type
        shown = "a value"
    return f"{shown} of type {type(value).__name__}"


def as_int(value: Any) -> Any:
    """A Python int of anything that is a whole number by its type, bools left out."""
    if type(value) is int:
        return value
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        return REFUSED
    try:
        return int(value.__index__())
    except (TypeError, ValueError):  # an array of several
        return REFUSED


def as_number(value: Any) -> Any:
    """A Python number of a scalar; a scalar Tensor, which may have no value yet, stays."""
    if type(value) is float or type(value) is int:
        return value
    if isinstance(value, bool | np.bool_ | str | bytes):
        return REFUSED
    if isinstance(value, np.generic | np.ndarray):
        is_number = value.ndim == 0 and value.dtype.kind in "iuf"
        return value.item() if is_number else REFUSED
    if hasattr(value, "__float__") and getattr(value, "shape", ()) == ():
        return value
    return REFUSED


def integer(low: int | None = None, high: int | None = None) -> Kind:
    """A whole number.

    Args:
        low: The smallest allowed.
        high: The largest allowed.
    """

    def accept(value: Any) -> Any:
        found = as_int(value)
        if found is REFUSED or (low is not None and found < low):
            return REFUSED
        return REFUSED if high is not None and found > high else found

    if high is not None:
        return Kind(f"an int from {low} to {high}", accept)
    if low is None:
        return Kind("an int", accept)
    return Kind("a positive int" if low == 1 else f"an int of {low} or more", accept)


def number(
    low: float = -math.inf,
    high: float = math.inf,
    what: str = "a number",
    above: bool = False,
    below: bool = False,
) -> Kind:
    """A number of a range; NaN lies in none but the unlimited one.

    Args:
        low: The smallest allowed.
        high: The largest allowed.
        what: Words for it.
        above: Whether `low` itself is too small.
        below: Whether `high` itself is too large.
    """
    limited = math.isfinite(low) or math.isfinite(high)

    def accept(value: Any) -> Any:
        found = as_number(value)
        if found is REFUSED or not limited or not isinstance(found, int | float):
            return found
        inside = low <= found <= high and not (above and found == low)
        return found if inside and not (below and found == high) else REFUSED

    return Kind(what, accept)


def _accept_flag(value: Any) -> Any:
    if value is True or value is False:
        return value
    if value is None:  # as in files of Keras 2, where it means no
        return False
    if isinstance(value, np.bool_) or (type(value) is int and value in (0, 1)):
        return bool(value)
    return REFUSED


def one_of(*words: Any) -> Kind:
    """One of some strings or other constants.

    Args:
        *words: The constants.
    """

    def accept(value: Any) -> Any:
        found = any(type(value) is type(word) and value == word for word in words)
        return value if found else REFUSED

    return Kind(f"one of {', '.join(map(repr, words))}", accept)


def function_of(count: int, what: str) -> Kind:
    """A callable that can be called with so many values; what shows no signature passes.

    Args:
        count: Number of values.
        what: Words for it.
    """

    def accept(value: Any) -> Any:
        if not callable(value):
            return REFUSED
        try:
            inspect.signature(value).bind(*range(count))
        except TypeError:
            return REFUSED
        except ValueError:  # written in C, without a signature
            return value
        return value

    return Kind(what, accept)


def _accept_sequence_of(accept: Callable[[Any], Any], value: Any) -> Any:
    """A tuple of what is accepted, of a list, tuple, range or array."""
    if not isinstance(value, list | tuple | range | np.ndarray) or not getattr(value, "ndim", 1):
        return REFUSED
    found = tuple(accept(item) for item in value)
    return REFUSED if any(item is REFUSED for item in found) else found


def _accept_axes(value: Any) -> Any:
    found = as_int(value)
    return found if found is not REFUSED else _accept_sequence_of(as_int, value)


def _accept_size(value: Any) -> Any:
    found = as_int(value)
    return REFUSED if found is REFUSED or found < 1 else found


def _accept_sizes(value: Any) -> Any:
    found = _accept_size(value)
    return found if found is not REFUSED else _accept_sequence_of(_accept_size, value)


def _accept_shape_size(value: Any) -> Any:
    if value is None:
        return None
    found = as_int(value)
    return REFUSED if found is REFUSED or found < 0 else found


def _accept_shape(value: Any) -> Any:
    return _accept_sequence_of(_accept_shape_size, value)


def _accept_path(value: Any) -> Any:
    return value if isinstance(value, str | os.PathLike) and os.fspath(value) else REFUSED


def _accept_identifier(value: Any) -> Any:
    known = isinstance(value, str | Mapping) or value is None or callable(value)
    return value if known else REFUSED


def _accept_verbose(value: Any) -> Any:
    if value == "auto" if isinstance(value, str) else isinstance(value, bool | np.bool_):
        return value
    found = as_int(value)
    return REFUSED if found is REFUSED or found < 0 else found


flag = Kind("True or False", _accept_flag)
text = Kind("a string", lambda value: value if isinstance(value, str) else REFUSED)

PositiveInt = Annotated[int, integer(1)]
NonNegativeInt = Annotated[int, integer(0)]
Flag = Annotated[bool, flag]
Fraction = Annotated[float, number(0, 1, "a number from 0 to 1")]
Rate = Annotated[float, number(0, 1, "a number from 0 to below 1", below=True)]
NonNegative = Annotated[float, number(0, what="a number of 0 or more")]
Positive = Annotated[float, number(0, what="a positive number", above=True)]
Axis = Annotated[int, integer()]
Axes = Annotated[Any, Kind("an int or a tuple of ints", _accept_axes)]
Sizes = Annotated[Any, Kind("a positive int or a tuple of them", _accept_sizes)]
Shape = Annotated[Any, Kind("a tuple of ints, each 0 or more or None", _accept_shape)]
Path = Annotated["str | os.PathLike[str]", Kind("a path", _accept_path)]
Identifier = Annotated[
    Any, Kind("a name, a configuration or something callable", _accept_identifier)
]
Verbose = Annotated[Any, Kind("'auto', 0, 1 or 2", _accept_verbose)]
AnyCallable = Annotated[Any, Kind("a function", lambda f: f if callable(f) else REFUSED)]
