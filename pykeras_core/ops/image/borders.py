"""Adding and cutting off borders of images."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import ArrayLike, NonNegativeInt
from pykeras_core.engine import Tensor
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.manipulation import pad
from pykeras_core.symbolic.op_call import operation

__all__ = ["crop_images", "pad_images"]


def _solve(
    name: str, axis: str, length: int, before: Any, after: Any, target: Any, sign: int
) -> tuple[int, int]:
    """Both borders of an axis from two of (before, after, target length)."""
    if sum(value is None for value in (before, after, target)) != 1:
        raise ValueError(
            f"`{name}` expected two of the border before, the border after and the target "
            f"{axis}, received {before}, {after} and {target}"
        )
    change = sign * (target - length) if target is not None else before + after
    first = before if before is not None else change - after
    last = change - first
    if first < 0 or last < 0 or (sign < 0 and length <= change):
        raise ValueError(
            f"`{name}` cannot change {axis} {length} of `images` by {first} before and {last} after"
        )
    return int(first), int(last)


@operation
def pad_images(
    images: ArrayLike,
    top_padding: NonNegativeInt | None = None,
    left_padding: NonNegativeInt | None = None,
    bottom_padding: NonNegativeInt | None = None,
    right_padding: NonNegativeInt | None = None,
    target_height: NonNegativeInt | None = None,
    target_width: NonNegativeInt | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Images with zeros around them; two of (before, after, target) are given for each axis.

    Args:
        images: One image (height, width, channels), or a batch of them.
        top_padding: Rows above.
        left_padding: Columns to the left.
        bottom_padding: Rows below.
        right_padding: Columns to the right.
        target_height: Height of the result.
        target_width: Width of the result.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        The larger images.

    Raises:
        ValueError: If not exactly two are given for an axis, or a border would be negative.
    """
    batch = batch_of("pad_images", images, data_format)
    rows, columns = batch.shape[1:3]
    name = "pad_images"
    vertical = _solve(name, "height", rows, top_padding, bottom_padding, target_height, 1)
    horizontal = _solve(name, "width", columns, left_padding, right_padding, target_width, 1)
    return as_given(pad(batch, ((0, 0), vertical, horizontal, (0, 0))), images, data_format)


@operation
def crop_images(
    images: ArrayLike,
    top_cropping: NonNegativeInt | None = None,
    left_cropping: NonNegativeInt | None = None,
    bottom_cropping: NonNegativeInt | None = None,
    right_cropping: NonNegativeInt | None = None,
    target_height: NonNegativeInt | None = None,
    target_width: NonNegativeInt | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Images without borders; two of (before, after, target) are given for each axis.

    Args:
        images: One image (height, width, channels), or a batch of them.
        top_cropping: Rows to cut off above.
        left_cropping: Columns to cut off at the left.
        bottom_cropping: Rows to cut off below.
        right_cropping: Columns to cut off at the right.
        target_height: Height of the result.
        target_width: Width of the result.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        The smaller images.

    Raises:
        ValueError: If not exactly two are given for an axis, or nothing would remain.
    """
    batch = batch_of("crop_images", images, data_format)
    rows, columns = batch.shape[1:3]
    name = "crop_images"
    top, bottom = _solve(name, "height", rows, top_cropping, bottom_cropping, target_height, -1)
    left, right = _solve(name, "width", columns, left_cropping, right_cropping, target_width, -1)
    return as_given(batch[:, top : rows - bottom, left : columns - right], images, data_format)
