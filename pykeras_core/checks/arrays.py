"""Owns the kind of argument that ops compute with: tensors and whatever becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from pykeras_core.checks.kinds import as_int, number, one_or_several, several
from pykeras_core.checks.refusal import REFUSED, Kind

__all__ = ["ArrayLike", "ArrayTree", "Arrays", "Shares", "Sizes", "Vector", "array"]


def _accept_array(value: Any) -> Any:
    if type(value) is np.ndarray:
        return value if value.dtype.kind in "biufcO" else REFUSED
    return value if _shape_of(value) is not None else REFUSED


def _shape_of(value: Any) -> tuple[int | None, ...] | None:
    """The shape of what becomes a tensor; `None` if nothing does."""
    if isinstance(value, np.ndarray | np.generic):
        return value.shape if value.dtype.kind in "biufcO" else None
    if isinstance(value, int):
        return () if -(2**63) <= value < 2**63 else None
    if isinstance(value, float | complex):
        return ()
    if isinstance(value, list | tuple | range):
        return _shape_of_rows(value)
    if hasattr(value, "shape") and hasattr(value, "dtype"):  # tensors of all sorts, placeholders
        return tuple(value.shape) if isinstance(value.shape, tuple | list) else ()
    if any(hasattr(value, name) for name in ("__array__", "__array_interface__", "__float__")):
        return ()
    return None


def _shape_of_rows(rows: Any) -> tuple[int | None, ...] | None:
    shapes = [_shape_of(row) for row in rows]
    if any(shape is None for shape in shapes):
        return None
    first = shapes[0] if shapes else ()
    assert_same = all(_fit(first, shape) for shape in shapes)
    return (len(shapes), *first) if assert_same and first is not None else None


def _fit(first: Any, other: Any) -> bool:
    return len(first) == len(other) and all(
        a == b or a is None or b is None for a, b in zip(first, other, strict=True)
    )


def _accept_arrays(value: Any) -> Any:
    if isinstance(value, list | tuple):
        found = bool(value) and all(_shape_of(item) is not None for item in value)
        return value if found else REFUSED
    return value if _shape_of(value) else REFUSED


def _accept_vector(value: Any) -> Any:
    return value if _shape_of(value) else REFUSED


def _accept_tree(value: Any) -> Any:
    if isinstance(value, Mapping):
        parts: Any = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    else:
        return value if value is None or _shape_of(value) is not None else REFUSED
    return value if all(_accept_tree(part) is not REFUSED for part in parts) else REFUSED


def _accept_size(value: Any) -> Any:
    return None if value is None else as_int(value)


array = Kind(
    "a tensor, an array or nested lists of numbers", _accept_array, always=(bool, float, complex)
)
"""What ops compute with; classes of tensors sign up in `array.always` when they are made."""


ArrayLike = Annotated[Any, array]
Arrays = Annotated[Any, Kind("a list of at least one tensor or array", _accept_arrays)]
Vector = Annotated[Any, Kind("a tensor, an array or a list of numbers", _accept_vector)]
ArrayTree = Annotated[Any, Kind("tensors or arrays, in any structure", _accept_tree)]
Shares = Annotated[Any, one_or_several(number(0, 1), "a number from 0 to 1, or a list of them")]
Sizes = Annotated[Any, Kind("a tuple of ints or None", several(_accept_size))]
