"""Whole numbers, shapes and axes as callers give them: checked, and made canonical."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

__all__ = ["canonical_axes", "canonical_axis", "canonical_shape", "whole"]


def whole(name: str, what: str, value: Any) -> int:
    """A Python int of anything that is a whole number by its type.

    Raises:
        TypeError: If it is not.
    """
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"`{name}` expected {what} to be an int, received {value!r}") from None


def canonical_shape(name: str, shape: Any) -> tuple[int, ...]:
    """A tuple of ints of a shape, or of a single int.

    Raises:
        TypeError: If an axis is not a known int.
        ValueError: If one is negative.
    """
    if getattr(shape, "ndim", 0) == 1 and hasattr(shape, "tolist"):  # an array or a Tensor
        shape = shape.tolist()
    axes = shape if isinstance(shape, list | tuple | range | np.ndarray) else (shape,)
    found = tuple(whole(name, f"every axis of shape {shape}", axis) for axis in axes)
    if min(found, default=0) < 0:
        raise ValueError(f"`{name}` expected axes of 0 or more elements, received shape {shape}")
    return found


def canonical_axis(name: str, axis: Any, rank: int) -> int:
    """A non-negative axis.

    Raises:
        TypeError: If the axis is not an int.
        ValueError: If the axis is out of range.
    """
    index = whole(name, "axis", axis)
    if not rank:
        raise ValueError(f"`{name}` expected an input with axes, received a scalar (axis={axis})")
    if not -rank <= index < rank:
        raise ValueError(
            f"`{name}` expected an axis from {-rank} to {rank - 1} for an input of rank {rank}, "
            f"received axis={axis}"
        )
    return index % rank


def canonical_axes(name: str, axis: Any, rank: int, ordered: bool = True) -> tuple[int, ...]:
    """Non-negative axes, sorted if `ordered`; None means all of them."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    found = tuple(canonical_axis(name, a, rank) for a in axes)
    found = tuple(sorted(found)) if ordered else found
    if len(set(found)) != len(found):
        raise ValueError(f"`{name}` expected different axes, received axis={axis}")
    return found
