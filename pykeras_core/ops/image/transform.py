"""Geometric transforms: every pixel of the result is read at a computed place of the image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.logic import logical_and, where
from pykeras_core.ops.manipulation import broadcast_to, expand_dims, reshape
from pykeras_core.ops.math import clip, floor, sign
from pykeras_core.symbolic.op_call import operation

__all__ = ["FILL_MODES", "affine_transform"]


def _constant(place: Tensor, length: int) -> Tensor:
    return place


def _nearest(place: Tensor, length: int) -> Tensor:
    return clip(place, 0.0, float(length - 1))


def _reflect(place: Tensor, length: int) -> Tensor:
    """Mirrored at the edges, which are seen twice: dcba|abcd|dcba."""
    period = 2.0 * length
    inside = place - period * floor(place / period)
    return _nearest(where(inside >= length, period - 1.0 - inside, inside), length)


def _wrap(place: Tensor, length: int) -> Tensor:
    """Repeated: abcd|abcd|abcd. Like TensorFlow's, the gap between repeats has no width."""
    if length == 1:
        return place * 0.0
    gap = float(length - 1)
    below = place + length * (floor(-place / gap) + 1.0)
    above = place - length * floor(place / gap)
    return _nearest(where(place < 0.0, below, where(place > gap, above, place)), length)


FILL_MODES: dict[str, Callable[[Tensor, int], Tensor]] = {
    "constant": _constant,
    "nearest": _nearest,
    "reflect": _reflect,
    "wrap": _wrap,
}


@operation
def affine_transform(
    images: ArrayLike,
    transform: ArrayLike,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """Images moved, turned, stretched or tilted.

    The pixel of the result at (x, y) is read at
    `((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)` with `k = c0 x + c1 y + 1`.

    Args:
        images: One image (height, width, channels), or a batch of them.
        transform: [a0, a1, a2, b0, b1, b2, c0, c1], or one such row for each image.
        interpolation: 'nearest' or 'bilinear'.
        fill_mode: What is read outside of the image: 'constant', 'nearest', 'reflect' or 'wrap'.
        fill_value: For 'constant'.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> x = np.array([[[1.0], [2.0], [3.0]]])
        >>> affine_transform(x, [1, 0, 1, 0, 1, 0, 0, 0]).numpy().ravel().tolist()
        [2.0, 3.0, 0.0]
    """
    if interpolation not in ("nearest", "bilinear"):
        raise ValueError(
            "`affine_transform` expected interpolation 'nearest' or 'bilinear', received "
            f"{interpolation!r}"
        )
    if fill_mode not in FILL_MODES:
        raise ValueError(
            f"`affine_transform` expected fill_mode to be one of {tuple(FILL_MODES)}, received "
            f"{fill_mode!r}"
        )
    batch = batch_of("affine_transform", images, data_format)
    x, y = _places(batch, _rows(transform, batch.shape[0]))
    mode = FILL_MODES[fill_mode]
    y, x = mode(y, batch.shape[1]), mode(x, batch.shape[2])
    read = _read_nearest if interpolation == "nearest" else _read_bilinear
    result = convert_to_tensor(read(batch, y, x, fill_value), batch.dtype)
    return as_given(result, images, data_format)


def _rows(transform: Any, count: int) -> Tensor:
    """One row of eight numbers for each image."""
    rows = convert_to_tensor(transform, "float32")
    if (
        rows.ndim not in (1, 2)
        or rows.shape[-1] != 8
        or (rows.ndim == 2 and rows.shape[0] not in (1, count))
    ):
        raise ValueError(
            f"`affine_transform` expected 8 numbers, or a row of 8 for each of {count} images, "
            f"received shape {rows.shape}"
        )
    return broadcast_to(rows, (count, 8))


def _places(batch: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Where each pixel of the result is read: x and y, shape (batch, height, width)."""
    height, width = batch.shape[1:3]
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    a0, a1, a2, b0, b1, b2, c0, c1 = (rows[:, i : i + 1, None] for i in range(8))
    k = c0 * x + c1 * y + 1.0
    return (a0 * x + a1 * y + a2) / k, (b0 * x + b1 * y + b2) / k


def _read(batch: Tensor, y: Tensor, x: Tensor, fill_value: float) -> Tensor:
    """Pixels at whole places; `fill_value` outside of the image."""
    count, height, width, channels = batch.shape
    inside = logical_and(
        logical_and(y >= 0.0, y <= height - 1.0), logical_and(x >= 0.0, x <= width - 1.0)
    )
    row, column = clip(y, 0.0, height - 1.0), clip(x, 0.0, width - 1.0)
    flat = convert_to_tensor(row, "int32") * width + convert_to_tensor(column, "int32")
    places = reshape(flat, (count, height * width, 1))
    pixels = p.take_along_axis(
        reshape(batch, (count, height * width, channels)),
        p.broadcast_to(places, shape=(count, height * width, channels)),
        axis=1,
    )
    return where(
        expand_dims(inside, -1),
        convert_to_tensor(reshape(pixels, batch.shape), "float32"),
        float(fill_value),
    )


def _read_nearest(batch: Tensor, y: Tensor, x: Tensor, fill_value: float) -> Tensor:
    """Halves are rounded away from zero, as C does."""
    y, x = (sign(place) * floor(abs(place) + 0.5) for place in (y, x))
    return _read(batch, y, x, fill_value)


def _read_bilinear(batch: Tensor, y: Tensor, x: Tensor, fill_value: float) -> Tensor:
    top, left = floor(y), floor(x)
    down, right = expand_dims(y - top, -1), expand_dims(x - left, -1)

    def row(at: Tensor) -> Tensor:
        result: Tensor = (1.0 - right) * _read(batch, at, left, fill_value) + right * _read(
            batch, at, left + 1.0, fill_value
        )
        return result

    result: Tensor = (1.0 - down) * row(top) + down * row(top + 1.0)
    return result
