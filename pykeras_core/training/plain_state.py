"""Plain state: what an object of a program holds in numbers, words and arrays, to be kept.

This module owns the way from an object's attributes to a value of JSON and a list of arrays, and
back. What is no plain value (a model, a file, a function) is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pykeras_core.engine.primitive import Array

__all__ = ["large_arrays", "plain_state", "put_plain_state"]

_LARGE_BYTES = 2**16
"""An array that is larger, and the same object as before, is data and not state."""

_DEEPEST = 8
_NOT_PLAIN: Any = object()


def plain_state(
    obj: Any, arrays: list[Array], data: Iterable[int] = (), skip: Iterable[str] = ()
) -> dict[str, Any]:
    """The attributes of an object that are plain values, as a value of JSON.

    Args:
        obj: The object.
        arrays: Receives the arrays among them; the result refers to them by number.
        data: Ids of arrays that are no state, as `large_arrays` gives them.
        skip: Names of attributes that are left out.
    """
    writer = _Writer(arrays, set(data))
    found = {}
    for name, value in _attributes(obj).items():
        written = _NOT_PLAIN if name in skip else writer.write(value)
        if written is not _NOT_PLAIN:
            found[name] = written
    return found


def put_plain_state(obj: Any, state: dict[str, Any], arrays: list[Array]) -> None:
    """Gives an object the attributes that `plain_state` found.

    Lists and dicts stay the objects that they are: others may know them.

    Args:
        obj: An object of the same kind.
        state: What `plain_state` has returned.
        arrays: What it has filled.
    """
    for name, written in state.items():
        value, now = _read(written, arrays), _attributes(obj).get(name)
        if isinstance(now, list) and isinstance(value, list):
            now[:] = value
        elif isinstance(now, dict) and isinstance(value, dict):
            now.clear()
            now.update(value)
        else:
            setattr(obj, name, value)


def large_arrays(obj: Any) -> set[int]:
    """Ids of the large arrays among an object's attributes, when its work begins: data, not state.

    Args:
        obj: The object.
    """
    arrays = [one for one in _attributes(obj).values() if isinstance(one, np.ndarray)]
    return {id(one) for one in arrays if one.nbytes > _LARGE_BYTES}


def _attributes(obj: Any) -> dict[str, Any]:
    return getattr(obj, "__dict__", {})


class _Writer:
    def __init__(self, arrays: list[Array], data: set[int]) -> None:
        self._arrays = arrays
        self._data = data

    def write(self, value: Any, depth: int = 0) -> Any:
        if value is None or type(value) in (bool, int, float, str):
            return value
        if depth == _DEEPEST:
            return _NOT_PLAIN
        if isinstance(value, np.ndarray | np.generic):
            return self._array(value)
        if type(value) in (list, tuple):
            parts = [self.write(part, depth + 1) for part in value]
            if any(part is _NOT_PLAIN for part in parts):
                return _NOT_PLAIN
            return {"list" if type(value) is list else "tuple": parts}
        if type(value) is dict:
            return self._dict(value, depth)
        return _NOT_PLAIN

    def _array(self, value: Any) -> Any:
        if value.dtype.hasobject or id(value) in self._data:
            return _NOT_PLAIN
        self._arrays.append(np.array(value))
        return {"array" if isinstance(value, np.ndarray) else "scalar": len(self._arrays) - 1}

    def _dict(self, value: dict[Any, Any], depth: int) -> Any:
        pairs = [[self.write(key, depth + 1), self.write(value[key], depth + 1)] for key in value]
        if any(part is _NOT_PLAIN for pair in pairs for part in pair):
            return _NOT_PLAIN
        return {"dict": pairs}


def _read(written: Any, arrays: list[Array]) -> Any:
    if not isinstance(written, dict):
        return written
    ((kind, inner),) = written.items()
    if kind == "array":
        return arrays[inner].copy()
    if kind == "scalar":
        return arrays[inner][()]
    if kind == "dict":
        return {_read(key, arrays): _read(value, arrays) for key, value in inner}
    parts = [_read(part, arrays) for part in inner]
    return parts if kind == "list" else tuple(parts)
