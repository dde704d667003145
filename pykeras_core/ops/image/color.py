"""Colour spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.linalg import matmul
from pykeras_core.ops.logic import equal, where
from pykeras_core.ops.manipulation import stack, unstack
from pykeras_core.ops.math import absolute, clip, maximum, minimum
from pykeras_core.symbolic.op_call import operation

__all__ = ["hsv_to_rgb", "rgb_to_grayscale", "rgb_to_hsv"]

# Luma of ITU-R BT.601, as TensorFlow has it.
_LUMA = np.array([[0.2989], [0.587], [0.114]], np.float32)


@operation
def rgb_to_grayscale(images: ArrayLike, data_format: str | None = None) -> Tensor:
    """`0.2989 red + 0.587 green + 0.114 blue`, in one channel.

    Args:
        images: One image (height, width, 3), or a batch of them.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images with one channel, of the dtype they had.

    Raises:
        ValueError: If there are not three channels.
    """
    batch = batch_of("rgb_to_grayscale", images, data_format)
    if batch.shape[-1] != 3:
        raise ValueError(
            f"`rgb_to_grayscale` expected images with 3 channels, received {batch.shape[-1]}. "
            "Check `data_format` too."
        )
    grey = matmul(convert_to_tensor(batch, "float32"), _LUMA)
    return as_given(convert_to_tensor(grey, batch.dtype), images, data_format)


def _planes(name: str, images: Any, data_format: str | None) -> tuple[Tensor, Tensor, Tensor]:
    batch = batch_of(name, images, data_format)
    if batch.shape[-1] != 3 or batch.dtype != "float32":
        raise ValueError(
            f"`{name}` expected float images with 3 channels, received {batch.dtype} with "
            f"{batch.shape[-1]}. Check `data_format` too."
        )
    first, second, third = unstack(batch, axis=-1)
    return first, second, third


@operation
def rgb_to_hsv(images: ArrayLike, data_format: str | None = None) -> Tensor:
    """Hue, saturation and value, all from 0 to 1, of red, green and blue from 0 to 1.

    Args:
        images: float32, one image (height, width, 3), or a batch of them.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images of the same shape.

    Raises:
        ValueError: If they are not float or there are not three channels.

    Example:
        >>> rgb_to_hsv([[[1.0, 0.0, 0.0]]]).tolist()
        [[[0.0, 1.0, 1.0]]]
    """
    r, g, b = _planes("rgb_to_hsv", images, data_format)
    value = maximum(maximum(r, g), b)
    spread = value - minimum(minimum(r, g), b)
    scale = 1.0 / (6.0 * where(spread > 0, spread, 1.0))
    hue = where(equal(value, g), (b - r) * scale + 2 / 6, (r - g) * scale + 4 / 6)
    hue = where(equal(value, r), (g - b) * scale, hue)
    hue = where(spread > 0, where(hue < 0, hue + 1.0, hue), 0.0)
    saturation = where(value > 0, spread / where(value > 0, value, 1.0), 0.0)
    return as_given(stack([hue, saturation, value], axis=-1), images, data_format)


@operation
def hsv_to_rgb(images: ArrayLike, data_format: str | None = None) -> Tensor:
    """Red, green and blue of hue, saturation and value: the inverse of `rgb_to_hsv`."""
    hue, saturation, value = _planes("hsv_to_rgb", images, data_format)
    # Each colour is full for a third of the circle, and fades over a sixth on either side.
    ramps = [absolute(hue * 6.0 - 3.0) - 1.0]
    ramps += [2.0 - absolute(hue * 6.0 - middle) for middle in (2.0, 4.0)]
    planes = [value * (1.0 - saturation * (1.0 - clip(ramp, 0.0, 1.0))) for ramp in ramps]
    return as_given(stack(planes, axis=-1), images, data_format)
