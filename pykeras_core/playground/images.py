"""Samples as small images: which shapes are images, and their pixels as bytes for the page."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core.playground.structures import Array

_MIN_IMAGE_SIDE = 8
_LARGEST_SIDE = 96
"""The page draws samples small; larger images are sent with some of their rows and columns."""


def image_shape(sample_shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Reads a sample's shape as an image: (height, width, channels), or None.

    Example:
        >>> image_shape((28, 28)), image_shape((784,)), image_shape((32, 32, 3)), image_shape((4,))
        ((28, 28, 1), (28, 28, 1), (32, 32, 3), None)
    """
    if len(sample_shape) == 1:
        side = math.isqrt(sample_shape[0])
        sample_shape = (side, side) if side * side == sample_shape[0] else ()
    if len(sample_shape) == 2:
        sample_shape = (*sample_shape, 1)
    if len(sample_shape) != 3 or sample_shape[2] not in (1, 3):
        return None
    height, width, channels = sample_shape
    return (height, width, channels) if min(height, width) >= _MIN_IMAGE_SIDE else None


def describe_images(x: Array, like: Array | None = None) -> dict[str, Any] | None:
    """The pixels of `x`, shape (n, ...), as bytes 0-255 with their size; None if not images.

    Bytes are taken as they are; values in [0, 1] or [0, 255] are scaled by that range, and any
    other range (standardised data) from its smallest to its largest value.

    Args:
        x: Samples.
        like: Samples whose range is taken, so that both can be compared; values beyond it are
            drawn as its ends. Default: `x`.
    """
    shape = image_shape(x.shape[1:])
    if shape is None or not len(x) or x.dtype.kind not in "buif":
        return None
    step = -(-max(shape[:2]) // _LARGEST_SIDE)
    x = x.reshape(len(x), *shape)[:, ::step, ::step]
    pixels = (
        x if x.dtype == np.uint8 and like is None else _as_bytes(x, x if like is None else like)
    )
    return {
        "height": x.shape[1],
        "width": x.shape[2],
        "channels": shape[2],
        "pixels": np.ascontiguousarray(pixels).tobytes(),
    }


def side_by_side(parts: list[Array]) -> Array | None:
    """Images of several inputs as one image a sample, from left to right; None if they differ.

    Example:
        >>> side_by_side([np.zeros((5, 28, 28)), np.ones((5, 784))]).shape
        (5, 28, 57, 1)
        >>> side_by_side([np.zeros((5, 28, 28)), np.ones((5, 3))]) is None
        True
    """
    shapes = {image_shape(part.shape[1:]) for part in parts}
    shape = shapes.pop()
    if shapes or shape is None:
        return None
    images = [part.reshape(len(part), *shape) for part in parts]
    gap = np.zeros((len(images[0]), shape[0], 1, shape[2]), images[0].dtype)
    joined = [piece for image in images for piece in (gap, image)][1:]
    return np.concatenate(joined, axis=2)


def _as_bytes(x: Array, like: Array) -> npt.NDArray[np.uint8]:
    values, low, high = _finite(x), *_range(like)
    span = high - low
    shares = (values - low) / span if span > 0 else np.zeros_like(values)
    return np.asarray(np.rint(255 * np.clip(shares, 0, 1)), np.uint8)


def _range(x: Array) -> tuple[float, float]:
    values = _finite(x)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (0.0, 255.0) if low >= 0 and high <= 255 else (low, high)


def _finite(x: Array) -> Array:
    # So large that the distance between two of them were no number, an image shows nothing else.
    values: Array = np.clip(np.nan_to_num(x.astype("float64")), -1e300, 1e300)
    return values
