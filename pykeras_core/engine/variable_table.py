"""What is known of variables, by which variable it is.

A variable compares element by element, as an array does, so it is no key of a dict. This module
owns `VariableTable`, which tells variables by identity, and stays right in a copy or a pickle.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

__all__ = ["VariableTable"]

T = TypeVar("T")


class VariableTable(Generic[T]):
    """A mapping from variables to anything.

    Args:
        pairs: Pairs of a variable and its value.

    Example:
        >>> import pykeras_core as keras
        >>> first, second = keras.Variable(1.0), keras.Variable(1.0)
        >>> table = VariableTable([(first, "a")])
        >>> table[first], second in table
        ('a', False)
    """

    def __init__(self, pairs: Iterable[tuple[Any, T]] = ()) -> None:
        self._entries = {id(variable): (variable, value) for variable, value in pairs}

    def __getitem__(self, variable: Any) -> T:
        return self._entries[id(variable)][1]

    def __setitem__(self, variable: Any, value: T) -> None:
        self._entries[id(variable)] = (variable, value)

    def __contains__(self, variable: Any) -> bool:
        return id(variable) in self._entries

    def __getstate__(self) -> list[tuple[Any, T]]:
        return [(None, None), *self._entries.values()]  # type: ignore[list-item]  # never empty

    def __setstate__(self, pairs: list[tuple[Any, T]]) -> None:
        self._entries = {id(variable): (variable, value) for variable, value in pairs[1:]}
