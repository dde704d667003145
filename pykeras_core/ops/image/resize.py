"""Resizing: each axis is a product with a matrix of interpolation weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, PositiveInts
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.ops.creation import cast
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.indexing import take
from pykeras_core.ops.linalg import tensordot
from pykeras_core.ops.manipulation import moveaxis, pad
from pykeras_core.ops.math import clip, round
from pykeras_core.symbolic.op_call import operation

__all__ = ["INTERPOLATIONS", "resize"]

Kernel = Callable[[Any], Any]


def _triangle(x: Any) -> Any:
    return np.maximum(1 - np.abs(x), 0)


def _keys_cubic(x: Any) -> Any:
    """The cubic of Keys (1981) with a = -1/2."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def _lanczos(radius: int) -> Kernel:
    def kernel(x: Any) -> Any:
        return np.where(np.abs(x) < radius, np.sinc(x) * np.sinc(x / radius), 0)

    return kernel


_KERNELS: dict[str, Kernel] = {
    "bilinear": _triangle,
    "bicubic": _keys_cubic,
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
}
INTERPOLATIONS = ("nearest", *_KERNELS)


@operation
def resize(
    images: ArrayLike,
    size: PositiveInts,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """Images of another size.

    Args:
        images: One image (height, width, channels), or a batch of them.
        size: (height, width) of the result.
        interpolation: 'nearest', 'bilinear', 'bicubic', 'lanczos3' or 'lanczos5'.
        antialias: Whether a result smaller than the image averages over all it leaves out.
        crop_to_aspect_ratio: Whether to keep the aspect ratio by cutting off borders first.
        pad_to_aspect_ratio: Whether to keep the aspect ratio by adding borders first.
        fill_mode: 'constant', the only one.
        fill_value: Value of added borders.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images of the new size and the dtype they had; integers are rounded and kept in range.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> x = np.array([[[0.0], [4.0]]])
        >>> resize(x, (1, 4)).numpy().ravel().tolist()
        [0.0, 1.0, 3.0, 4.0]
    """
    _check(interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode)
    height, width = _size(size)
    batch = batch_of("resize", images, data_format)
    if crop_to_aspect_ratio:
        batch = _cropped(batch, height, width)
    if pad_to_aspect_ratio:
        batch = _padded(batch, height, width, fill_value)
    for axis, length in ((1, height), (2, width)):
        if interpolation == "nearest":
            batch = take(batch, _nearest(batch.shape[axis], length), axis=axis)
        elif batch.shape[axis] != length or batch.dtype != "float32":
            weights = _weights(batch.shape[axis], length, _KERNELS[interpolation], antialias)
            batch = convert_to_tensor(batch, "float32")
            batch = moveaxis(tensordot(batch, weights, ([axis], [1])), -1, axis)
    return as_given(_of_dtype(batch, convert_to_tensor(images).dtype), images, data_format)


def _of_dtype(batch: Tensor, dtype: str) -> Tensor:
    """The results in the dtype of the images."""
    if batch.dtype == dtype:
        return batch
    limits = np.iinfo(dtype)
    return cast(clip(round(batch), float(limits.min), float(limits.max)), dtype)


def _check(interpolation: str, crop: bool, pad: bool, fill_mode: str) -> None:
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"`resize` expected interpolation to be one of {INTERPOLATIONS}, received "
            f"{interpolation!r}"
        )
    if fill_mode != "constant":
        raise ValueError(f"`resize` expected fill_mode 'constant', received {fill_mode!r}")
    if crop and pad:
        raise ValueError(
            "`resize` can either crop or pad to the aspect ratio, not both: set only one of "
            "`crop_to_aspect_ratio` and `pad_to_aspect_ratio`"
        )


def _size(size: Any) -> tuple[int, int]:
    values = tuple(size) if isinstance(size, list | tuple) else ()
    if len(values) != 2 or min(int(value) for value in values) < 1:
        raise ValueError(f"`resize` expected size as (height, width), received {size!r}")
    return int(values[0]), int(values[1])


def _nearest(length: int, wanted: int) -> Any:
    """The source of each element: the one whose middle is nearest."""
    middles = (np.arange(wanted, dtype=np.float32) + np.float32(0.5)) * np.float32(length / wanted)
    return np.minimum(np.floor(middles).astype(np.int32), length - 1)


def _weights(length: int, wanted: int, kernel: Kernel, antialias: bool) -> Any:
    """How much each source element counts for each result, float32, shape (wanted, length)."""
    step = length / wanted
    middles = (np.arange(wanted)[:, None] + 0.5) * step
    spread = max(step, 1.0) if antialias else 1.0
    raw = kernel((np.arange(length) + 0.5 - middles) / spread)
    return (raw / raw.sum(axis=1, keepdims=True)).astype(np.float32)


def _cropped(batch: Tensor, height: int, width: int) -> Tensor:
    """The middle of the images, with the aspect ratio of the result."""
    rows, columns = batch.shape[1:3]
    keep_rows = max(min(rows, math.floor(columns * height / width)), 1)
    keep_columns = max(min(columns, math.floor(rows * width / height)), 1)
    top, left = (rows - keep_rows) // 2, (columns - keep_columns) // 2
    result: Tensor = batch[:, top : top + keep_rows, left : left + keep_columns]
    return result


def _padded(batch: Tensor, height: int, width: int, value: float) -> Tensor:
    """The images with borders on two sides, with about the aspect ratio of the result."""
    rows, columns = batch.shape[1:3]
    vertical = (max(rows, math.floor(columns * height / width)) - rows) // 2
    horizontal = (max(columns, math.floor(rows * width / height)) - columns) // 2
    widths = ((0, 0), (vertical, vertical), (horizontal, horizontal), (0, 0))
    return pad(batch, widths, constant_values=value)
