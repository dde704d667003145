"""Windows that slide over the spatial axes of a batch: what convolution and pooling share.

Arrays are channels-last, (batch, *spatial, channels). A window position is `stride` elements
from the next one; inside a window neighbours are `dilation` apart. `padding` is one (low, high)
pair an axis. Positions that do not fit wholly into the padded axis are left out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from pykeras_core.engine.primitive import Array, Spec

__all__ = ["Padding", "Sizes", "output_sizes", "padded", "taps", "unpadded", "windows"]

Sizes = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]

RANKS = (1, 2, 3)


def output_sizes(
    name: str, spatial: Sizes, size: Sizes, strides: Sizes, padding: Padding, dilation: Sizes
) -> Sizes:
    """How many window positions each spatial axis has.

    Args:
        name: The primitive, for the message.
        spatial: Sizes of the spatial axes.
        size: Sizes of the window.
        strides: Distances between windows.
        padding: (low, high) elements added to each axis.
        dilation: Distances between neighbours in a window.

    Returns:
        One count an axis, each at least 1.

    Raises:
        ValueError: If the parameters do not belong together or a window does not fit.
    """
    rank = len(spatial)
    if rank not in RANKS or any(len(p) != rank for p in (size, strides, padding, dilation)):
        raise ValueError(
            f"`{name}` expected 1 to 3 spatial axes and one window size, stride, padding and "
            f"dilation for each, received spatial sizes {spatial}, window {size}, strides "
            f"{strides}, padding {padding}, dilation {dilation}"
        )
    if min(*size, *strides, *dilation) < 1 or min(itertools.chain(*padding)) < 0:
        raise ValueError(
            f"`{name}` expected window sizes, strides and dilations of 1 or more and padding of "
            f"0 or more, received window {size}, strides {strides}, dilation {dilation}, padding "
            f"{padding}"
        )
    found = []
    for axis in range(rank):
        span = (size[axis] - 1) * dilation[axis] + 1
        length = spatial[axis] + sum(padding[axis])
        if span > length:
            raise ValueError(
                f"`{name}`: a window of {size} with dilation {dilation} does not fit into spatial "
                f"sizes {spatial} with padding {padding}: axis {axis} needs {span} elements and "
                f"has {length}. Use a smaller window, 'same' padding or larger inputs."
            )
        found.append((length - span) // strides[axis] + 1)
    return tuple(found)


def check_rank(name: str, operand: str, spec: Spec) -> None:
    """Raise ValueError unless an operand has batch, 1 to 3 spatial axes and channels."""
    if len(spec.shape) - 2 not in RANKS:
        raise ValueError(
            f"`{name}` expected {operand} of shape (batch, *spatial, channels) with 1 to 3 "
            f"spatial axes, received shape {spec.shape}"
        )


def padded(x: Array, padding: Padding, value: float = 0.0) -> Array:
    """The array with `value` around its spatial axes; itself where nothing is added."""
    if not any(itertools.chain(*padding)):
        return x
    return np.pad(x, ((0, 0), *padding, (0, 0)), constant_values=value)


def unpadded(x: Array, padding: Padding) -> Array:
    """Undo `padded`: a view of what is inside."""
    inside = (
        slice(low, size - high) for size, (low, high) in zip(x.shape[1:-1], padding, strict=True)
    )
    return x[(slice(None), *inside)]


def taps(
    x: Array, positions: Sizes, size: Sizes, strides: Sizes, dilation: Sizes
) -> Iterator[Array]:
    """For each place in the window, in row-major order, what all windows have there.

    Args:
        x: Padded array, (batch, *spatial, channels).
        positions: Counts of window positions.
        size: Sizes of the window.
        strides: Distances between windows.
        dilation: Distances between neighbours in a window.

    Yields:
        Views of `x`, shape (batch, *positions, channels).
    """
    for place in itertools.product(*map(range, size)):
        starts = (index * step for index, step in zip(place, dilation, strict=True))
        along = (
            slice(start, start + (count - 1) * stride + 1, stride)
            for start, count, stride in zip(starts, positions, strides, strict=True)
        )
        yield x[(slice(None), *along)]


def windows(x: Array, positions: Sizes, size: Sizes, strides: Sizes, dilation: Sizes) -> Array:
    """All windows as rows of a matrix.

    Args:
        x: Padded array, (batch, *spatial, channels).
        positions: Counts of window positions.
        size: Sizes of the window.
        strides: Distances between windows.
        dilation: Distances between neighbours in a window.

    Returns:
        Array, shape (batch * product of positions, product of size, channels).
    """
    batch, *spatial, channel = x.strides
    view = np.lib.stride_tricks.as_strided(
        x,
        (x.shape[0], *positions, *size, x.shape[-1]),
        (
            batch,
            *(step * stride for step, stride in zip(spatial, strides, strict=True)),
            *(step * gap for step, gap in zip(spatial, dilation, strict=True)),
            channel,
        ),
        writeable=False,
    )
    rows = x.shape[0] * math.prod(positions)
    return view.reshape(rows, math.prod(size), x.shape[-1])
