"""How the loops of the convolution and pooling oracles walk: window by window, place by place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

Sizes = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]


def positions(
    spatial: Sizes, size: Sizes, strides: Sizes, padding: Padding, dilation: Sizes
) -> Sizes:
    """How many windows fit along each axis, counted one by one."""
    found = []
    for axis, length in enumerate(spatial):
        last = (size[axis] - 1) * dilation[axis]
        end = length + sum(padding[axis])
        found.append(len([start for start in range(0, end, strides[axis]) if start + last < end]))
    return tuple(found)


def links(
    spatial: Sizes, size: Sizes, strides: Sizes, padding: Padding, dilation: Sizes
) -> Iterator[tuple[Sizes, Sizes, Sizes]]:
    """Every (window, place in it, element of the input) that belong together."""
    for window in np.ndindex(positions(spatial, size, strides, padding, dilation)):
        for place in np.ndindex(size):
            element = tuple(
                window[axis] * strides[axis] + place[axis] * dilation[axis] - padding[axis][0]
                for axis in range(len(spatial))
            )
            if all(0 <= at < length for at, length in zip(element, spatial, strict=True)):
                yield window, place, element
