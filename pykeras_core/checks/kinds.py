"""Owns the kinds of arguments: what each may be, in words and as a function.

A kind is written in a signature, as `units: PositiveInt`, where a type checker reads the type
inside. What a kind accepts it also brings into its plain form: NumPy's scalars become Python's.
"""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import numpy as np

from pykeras_core.checks.refusal import REFUSED, Kind, refuse

__all__ = [
    "AnyCallable",
    "BuiltLike",
    "DType",
    "Flag",
    "Fraction",
    "IntTuple",
    "Integers",
    "NonNegative",
    "NonNegativeInt",
    "NonNegativeInts",
    "Of0",
    "Of1",
    "Of2",
    "PathLike",
    "PathOrFile",
    "Positive",
    "PositiveInt",
    "PositiveInts",
    "Rate",
    "Seed",
    "Shape",
    "Verbose",
    "WordSeed",
    "axes_within",
    "flag",
    "function_of",
    "integer",
    "known_by",
    "number",
    "one_of",
    "one_or_several",
    "per_axis",
    "several",
    "text",
]


def as_int(value: Any) -> Any:
    """A Python int, of 64 bits, of anything that is whole by its type, bools left out."""
    found = value
    if type(value) is not int:
        if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
            return REFUSED
        try:
            found = int(value.__index__())
        except (TypeError, ValueError):  # an array of several
            return REFUSED
    return found if -(2**63) <= found < 2**63 else REFUSED


def as_number(value: Any) -> Any:
    """A Python number of a scalar; a scalar Tensor, which may have no value yet, stays."""
    if type(value) is float:
        return value
    if type(value) is int:
        return value if -(2**63) <= value < 2**63 else _as_float(value)
    if isinstance(value, bool | np.bool_ | str | bytes):
        return REFUSED
    if isinstance(value, np.generic | np.ndarray):
        is_number = value.ndim == 0 and value.dtype.kind in "iuf"
        return value.item() if is_number else REFUSED
    if hasattr(value, "__float__") and getattr(value, "shape", ()) == ():
        return value
    return REFUSED


def _as_float(value: int) -> Any:
    try:
        return float(value)
    except OverflowError:
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

    return Kind(what, accept, always=() if limited else (float,))


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


def several(accept: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Accepts a list, tuple, range, array or Tensor of what `accept` takes; returns a tuple."""

    def accept_several(value: Any) -> Any:
        if hasattr(value, "tolist") and not isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()  # a Tensor's
        listed = isinstance(value, list | tuple | range | np.ndarray) and np.ndim(value) > 0
        if not (isinstance(value, list | tuple | range) or listed):
            return REFUSED
        found = tuple(accept(item) for item in value)
        return REFUSED if any(item is REFUSED for item in found) else found

    return accept_several


def one_or_several(kind: Kind, what: str) -> Kind:
    """Accepts what `kind` does, or a list, tuple or array of it."""
    accept_several = several(kind.accept)

    def accept(value: Any) -> Any:
        found = kind.accept(value)
        return found if found is not REFUSED else accept_several(value)

    return Kind(what, accept)


def per_axis(
    owner: str, argument: str, value: Any, count: int, allow_zero: bool = False
) -> tuple[int, ...]:
    """Returns one int for each of `count` places.

    Args:
        owner: Who takes the argument, for the message.
        argument: The argument's name.
        value: An int for all places, or one each.
        count: Number of places.
        allow_zero: Whether 0 is allowed; negative ints never are.

    Returns:
        Tuple of `count` ints.

    Raises:
        ArgumentError: If it is anything else.
    """
    least = integer(0 if allow_zero else 1)
    one = least.accept(value)
    found = several(least.accept)(value) if one is REFUSED else (one,) * count
    if found is REFUSED or len(found) != count:
        what = f"{least.what}, or a tuple of {count} of them"
        raise refuse(owner, argument, what, value)
    ints: tuple[int, ...] = found
    return ints


def axes_within(owner: str, axis: Any, shape: Any) -> tuple[int, ...]:
    """Returns one axis or several as a tuple, if inputs have them.

    Args:
        owner: The layer that works along them, for the message.
        axis: An int, or a list of them; negative ones count from the end.
        shape: The inputs' shape.

    Raises:
        ArgumentError: If one is not among the axes of `shape`.
    """
    axes = tuple(axis) if isinstance(axis, list | tuple) else (axis,)
    rank = len(shape)
    if any(not -rank <= each < rank for each in axes):
        what = f"one of {-rank} to {rank - 1} for inputs of shape {tuple(shape)}"
        raise refuse(owner, "axis", what, axis)
    return axes


class _Known(Kind):
    """What a family's `get` knows, returned as what it knows it as."""

    def __init__(self, what: str, get: Callable[[Any], Any], args: Any, kwargs: Any) -> None:
        super().__init__(what, get)
        self.args, self.kwargs = args, kwargs

    def __call__(self, owner: str, argument: str, value: Any) -> Any:
        try:
            found = self.accept(value)
        except (ValueError, TypeError, KeyError) as error:
            raise refuse(owner, argument, self.what, value, str(error)) from error
        if (self.args or self.kwargs) and inspect.isfunction(found):
            try:
                inspect.signature(found).bind(*self.args, **self.kwargs)
            except TypeError as error:
                advice = f"It cannot be called as it has to be: {error}."
                raise refuse(owner, argument, self.what, value, advice) from error
        return found


def known_by(what: str, get: Callable[[Any], Any], *args: Any, **kwargs: Any) -> Kind:
    """What a `get` of names, configurations and callables knows.

    Args:
        what: Words for it.
        get: Returns what a value means, and raises `ValueError` if it means nothing.
        *args: What a function is going to be called with.
        **kwargs: And by which names.
    """
    return _Known(what, get, args, kwargs)


_natural = integer(0)


def _accept_size(value: Any) -> Any:
    return None if value is None else _natural.accept(value)


def _accept_dtype(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value if "class_name" in value else REFUSED
    known = value is None or isinstance(value, str | np.dtype | type)
    return value if known or isinstance(getattr(value, "name", None), str) else REFUSED


def _accept_seed(value: Any) -> Any:
    if value is None or hasattr(value, "next"):
        return value
    if isinstance(value, Mapping):
        return value if "class_name" in value else REFUSED
    found = as_int(value)
    return found if found is not REFUSED or type(value) is not int else value


def _accept_path(value: Any) -> Any:
    return value if isinstance(value, str | os.PathLike) and os.fspath(value) else REFUSED


def _accept_path_or_file(value: Any) -> Any:
    is_file = hasattr(value, "read") or hasattr(value, "write")
    return value if is_file else _accept_path(value)


def _accept_verbose(value: Any) -> Any:
    if value == "auto" if isinstance(value, str) else isinstance(value, bool | np.bool_):
        return value
    found = as_int(value)
    return REFUSED if found is REFUSED or found < 0 else found


flag = Kind("True or False", _accept_flag, always=(bool,))
text = Kind("a string", lambda value: value if isinstance(value, str) else REFUSED, always=(str,))

PositiveInt = Annotated[int, integer(1)]
NonNegativeInt = Annotated[int, integer(0)]
Flag = Annotated[bool, flag]
Fraction = Annotated[float, number(0, 1, "a number from 0 to 1")]
Rate = Annotated[float, number(0, 1, "a number from 0 to below 1", below=True)]
NonNegative = Annotated[float, number(0, what="a number of 0 or more")]
Positive = Annotated[float, number(0, what="a positive number", above=True)]
IntTuple = Annotated[Any, Kind("a tuple of ints", several(as_int))]
Integers = Annotated[Any, one_or_several(integer(), "an int or a tuple of ints")]
PositiveInts = Annotated[Any, one_or_several(integer(1), "a positive int or a tuple of them")]
NonNegativeInts = Annotated[
    Any, one_or_several(integer(0), "an int of 0 or more or a tuple of them")
]
Shape = Annotated[
    Any,
    Kind(
        "a tuple, each size a non-negative int or None",
        several(_accept_size),
        "Write a single axis as `(784,)`.",
    ),
]
DType = Annotated[Any, Kind("a dtype", _accept_dtype, always=(str,))]
WordSeed = Annotated[int, integer(0, 2**32 - 1)]
Seed = Annotated[Any, Kind("an int, a `SeedGenerator` or None", _accept_seed)]
PathOrFile = Annotated[Any, Kind("a path or an open file", _accept_path_or_file)]
Of0 = Annotated[Callable[..., Any], function_of(0, "a function without arguments")]
Of1 = Annotated[Callable[..., Any], function_of(1, "a function of one argument")]
Of2 = Annotated[Callable[..., Any], function_of(2, "a function of two arguments")]
BuiltLike = Annotated[Any, Kind("a model", lambda m: m if hasattr(m, "built") else REFUSED)]
PathLike = Annotated[str | os.PathLike[str], Kind("a path", _accept_path)]
Verbose = Annotated[Any, Kind("'auto', 0, 1 or 2", _accept_verbose)]
AnyCallable = Annotated[Any, Kind("a function", lambda f: f if callable(f) else REFUSED)]
