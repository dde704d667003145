"""Pooling: maxima and averages of windows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, PositiveInts
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.spatial import images, like_images, padding_name, padding_widths, per_axis
from pykeras_core.settings import standardize_data_format
from pykeras_core.symbolic.op_call import operation

__all__ = ["adaptive_average_pool", "adaptive_max_pool", "average_pool", "max_pool"]


def _windows(name: str, x: Tensor, pool_size: Any, strides: Any, padding: str) -> dict[str, Any]:
    """How the windows slide: parameters of the pooling primitives."""
    rank = x.ndim - 2
    size = per_axis(name, "pool_size", pool_size, rank)
    steps = size if strides is None else per_axis(name, "strides", strides, rank)
    mode = padding_name(name, padding)
    widths = padding_widths(mode, x.shape[1:-1], size, steps, (1,) * rank)
    return {"size": size, "strides": steps, "padding": widths}


@operation
def max_pool(
    inputs: ArrayLike,
    pool_size: PositiveInts,
    strides: PositiveInts = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The maximum of each window; padding takes no part.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        pool_size: Size of the window: an int, or one for each spatial axis.
        strides: Distance between windows; default `pool_size`.
        padding: 'valid' for windows that fit, 'same' for `ceil(size / stride)` windows.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        float32, shape (batch, *positions, channels), channels placed like the inputs'.

    Raises:
        ValueError: If the shapes do not fit or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> max_pool(np.array([[[1], [5], [2], [3]]]), 2).numpy().ravel().tolist()
        [5.0, 3.0]
    """
    data_format = standardize_data_format(data_format)
    x = images("max_pool", inputs, data_format)
    result: Tensor = p.max_pool(x, **_windows("max_pool", x, pool_size, strides, padding))
    return like_images(result, data_format)


@operation
def average_pool(
    inputs: ArrayLike,
    pool_size: PositiveInts,
    strides: PositiveInts = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The mean of each window; padding counts for nothing, not even as a divisor.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        pool_size: Size of the window: an int, or one for each spatial axis.
        strides: Distance between windows; default `pool_size`.
        padding: 'valid' for windows that fit, 'same' for `ceil(size / stride)` windows.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        float32, shape (batch, *positions, channels), channels placed like the inputs'.

    Raises:
        ValueError: If the shapes do not fit or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> average_pool(np.array([[[1], [5], [2]]]), 2, padding="same").numpy().ravel().tolist()
        [3.0, 2.0]
    """
    data_format = standardize_data_format(data_format)
    x = images("average_pool", inputs, data_format)
    windows = _windows("average_pool", x, pool_size, strides, padding)
    total = p.sum_pool(x, **windows)
    counts = _counts(x.shape[1:-1], total.shape[1:-1], **windows)
    return like_images(p.divide(total, counts), data_format)


def _counts(
    spatial: tuple[int, ...],
    positions: tuple[int, ...],
    size: tuple[int, ...],
    strides: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
) -> Any:
    """How many elements each window holds, shape (*positions, 1); a number if all hold the same."""
    if not any(map(any, padding)):
        return float(math.prod(size))
    counts = np.ones((1,), np.float32)
    for axis, length in enumerate(spatial):
        first = np.arange(positions[axis]) * strides[axis] - padding[axis][0]
        inside = np.minimum(first + size[axis], length) - np.maximum(first, 0)
        counts = counts[..., None, :] * inside.astype(np.float32)[:, None]
    return counts


@operation
def adaptive_max_pool(
    inputs: ArrayLike, output_size: PositiveInts, data_format: str | None = None
) -> Tensor:
    """The maxima of as many windows as asked for, which together cover the inputs.

    Window i of n along an axis of length L runs from `floor(i L / n)` to `ceil((i + 1) L / n)`.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        output_size: Number of windows: an int, or one for each spatial axis.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        float32, shape (batch, *output_size, channels), channels placed like the inputs'.
    """
    return _adaptive("adaptive_max_pool", _maxima, inputs, output_size, data_format)


@operation
def adaptive_average_pool(
    inputs: ArrayLike, output_size: PositiveInts, data_format: str | None = None
) -> Tensor:
    """The means of as many windows as asked for, which together cover the inputs.

    Window i of n along an axis of length L runs from `floor(i L / n)` to `ceil((i + 1) L / n)`.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        output_size: Number of windows: an int, or one for each spatial axis.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        float32, shape (batch, *output_size, channels), channels placed like the inputs'.
    """
    return _adaptive("adaptive_average_pool", _means, inputs, output_size, data_format)


Reduce = Callable[[Tensor, int, Any], Tensor]


def _adaptive(name: str, reduce: Reduce, inputs: Any, output_size: Any, data_format: Any) -> Tensor:
    data_format = standardize_data_format(data_format)
    x = images(name, inputs, data_format)
    for axis, count in enumerate(per_axis(name, "output_size", output_size, x.ndim - 2), start=1):
        length = x.shape[axis]
        starts = np.arange(count) * length // count
        lengths = -(-np.arange(1, count + 1) * length // count) - starts
        places = np.arange(lengths.max())
        indices = starts[:, None] + np.minimum(places, lengths[:, None] - 1)
        windows = p.take(x, convert_to_tensor(indices, "int32"), axis=axis)
        share = (places < lengths[:, None]) / lengths[:, None]
        shape = (*share.shape, *(1,) * (x.ndim - axis - 1))
        x = reduce(windows, axis + 1, share.astype(np.float32).reshape(shape))
    return like_images(x, data_format)


def _maxima(windows: Tensor, axis: int, share: Any) -> Tensor:
    """Windows shorter than the longest repeat their last element, which changes no maximum."""
    result: Tensor = p.max_(windows, axis=(axis,), keepdims=False)
    return result


def _means(windows: Tensor, axis: int, share: Any) -> Tensor:
    result: Tensor = p.sum_(p.multiply(windows, share), axis=(axis,), keepdims=False)
    return result
