"""Owns the kinds of argument that list something other than numbers: words, functions, pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from pykeras_core.checks.kinds import as_int, as_number, integer, several
from pykeras_core.checks.refusal import REFUSED, Kind

__all__ = ["Functions", "Numbers", "PositivePair", "Vocabulary", "Words"]


def _accept_words(value: Any) -> Any:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        return REFUSED
    words = list(value)
    return words if all(isinstance(word, str) for word in words) else REFUSED


def _accept_numbers(value: Any) -> Any:
    return value if several(as_number)(value) is not REFUSED else REFUSED


def _accept_vocabulary(value: Any) -> Any:
    if isinstance(value, str):  # a path
        return value
    if isinstance(value, list | tuple):
        plain = all(isinstance(v, str | bytes | np.generic) or _is_int(v) for v in value)
        return value if plain else REFUSED
    return value if hasattr(value, "tolist") and len(value.shape) == 1 else REFUSED


def _is_int(value: Any) -> bool:
    return as_int(value) is not REFUSED


def _accept_pair(value: Any) -> Any:
    found = several(integer(1).accept)(value)
    return found if found is not REFUSED and len(found) == 2 else REFUSED


def _accept_functions(value: Any) -> Any:
    listed = isinstance(value, list | tuple) and all(callable(item) for item in value)
    return value if listed else REFUSED


Words = Annotated[Any, Kind("a list of strings", _accept_words)]
Numbers = Annotated[Any, Kind("a list of numbers", _accept_numbers)]
Vocabulary = Annotated[
    Any, Kind("a list of words or ints, or the path of a file with one a line", _accept_vocabulary)
]
PositivePair = Annotated[Any, Kind("a pair of positive ints", _accept_pair)]
Functions = Annotated[Sequence[Callable[..., Any]], Kind("a list of functions", _accept_functions)]
