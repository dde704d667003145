"""Runs of axes: what lies before, along and after them, as one axis each.

This module owns `around` and `runs`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["Around", "around", "runs"]

Around = tuple[int, int, int]
"""Elements before, along and after some neighbouring axes."""


def around(shape: Sequence[int], axis: int, length: int = 1) -> Around:
    """Elements before, along and after some neighbouring axes."""
    end = axis + length
    return math.prod(shape[:axis]), math.prod(shape[axis:end]), math.prod(shape[end:])


def runs(shape: Sequence[int], axes: Sequence[int]) -> list[Around]:
    """(outer, length, inner) of each run of neighbouring axes, the last run first.

    Axes of length 1 count as neighbours of anything. Without any axis there is one run of
    length 1, a copy.
    """
    left = [(size, axis in axes) for axis, size in enumerate(shape) if size != 1]
    found = []
    while any(reduced for _, reduced in left):
        end = max(n for n, (_, reduced) in enumerate(left) if reduced) + 1
        start = end
        while start and left[start - 1][1]:
            start -= 1
        sizes = [size for size, _ in left]
        found.append(around(sizes, start, end - start))
        del left[start:end]
    return found or [(1, 1, math.prod(shape))]
