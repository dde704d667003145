"""Describes samples of a data set in the plain numbers and bytes that the page draws."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

SAMPLES_SHOWN = 30
POINTS_SHOWN = 400
ROWS_SHOWN = 8
FEATURES_SHOWN = 6
_MIN_IMAGE_SIDE = 8
_ROWS_INSPECTED = 1000
_MOST_CLASSES = 2.0**31

Array = npt.NDArray[Any]


def as_array(data: Any) -> Array | None:
    """The array behind `data` (array, Tensor, list), or None where it is not one array of numbers.

    A generator or a data set is never looked into: that would use up what it gives, or take long.

    Args:
        data: What a program gave to fit() or evaluate().
    """
    if not (isinstance(data, (list, tuple)) or hasattr(type(data), "__array__")):
        return None
    try:
        if isinstance(data, (list, tuple)) and data and np.ndim(data[0]) > 1:
            return None  # several inputs, each an array
        array = np.asarray(data)
    except Exception:  # ragged, symbolic, sparse: whatever an `__array__` of others raises
        return None
    return array if array.ndim > 0 and array.dtype.kind in "buif" else None


def table_of(array: Array) -> Array:
    """An array of shape (n, ...) with a row of numbers for each sample, also where n is 0.

    Example:
        >>> table_of(np.zeros((0, 2, 3))).shape, table_of(np.zeros(4)).shape
        ((0, 6), (4, 1))
    """
    return array.reshape(len(array), math.prod(array.shape[1:]))


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


def describe_images(x: Array) -> dict[str, Any] | None:
    """The pixels of `x`, shape (n, ...), as bytes 0-255 with their size; None if not images.

    Bytes are taken as they are; values in [0, 1] or [0, 255] are scaled by that range, and any
    other range (standardised data) from its smallest to its largest value.
    """
    shape = image_shape(x.shape[1:])
    if shape is None or not len(x):
        return None
    height, width, channels = shape
    pixels = x if x.dtype == np.uint8 else _as_bytes(x)
    return {
        "height": height,
        "width": width,
        "channels": channels,
        "pixels": np.ascontiguousarray(pixels).tobytes(),
    }


def _as_bytes(x: Array) -> npt.NDArray[np.uint8]:
    # So large that the distance between two of them were no number, an image shows nothing else.
    values = np.clip(np.nan_to_num(x.astype("float64")), -1e300, 1e300)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    span = high - low
    shares = (values - low) / span if span > 0 else np.zeros_like(values)
    return np.asarray(np.rint(255 * shares), np.uint8)


def class_labels(y: Array | None) -> npt.NDArray[np.int64] | None:
    """Reads targets as class numbers: integers, shape (n,) or (n, 1), or one-hot rows; else None.

    Example:
        >>> class_labels(np.array([[0.0, 1.0], [1.0, 0.0]]))
        array([1, 0])
        >>> class_labels(np.array([0.5, 1.0])) is None
        True
    """
    if y is None:
        return None
    if y.ndim > 2 or (y.ndim == 2 and y.shape[1] == 0):
        return None
    if y.dtype.kind == "f":
        y = y.astype("float64")
    head = y[:_ROWS_INSPECTED]
    if y.ndim == 2 and y.shape[1] > 1:
        one_hot = bool(np.all((head == 0) | (head == 1)) and np.all(head.sum(axis=1) == 1))
        return np.argmax(y, axis=1) if one_hot else None
    classes = y.reshape(-1)
    if y.dtype.kind == "f":
        whole = np.isfinite(head) & (head >= 0) & (head < _MOST_CLASSES) & (head == np.floor(head))
        if not whole.all():
            return None
        classes = np.clip(np.nan_to_num(classes, nan=-1), -1, _MOST_CLASSES)
    return classes.astype(np.int64)


def describe_samples(x: Any, y: Any) -> dict[str, Any] | None:
    """Describes the first samples of a data set: images, points of a curve, or rows of a table.

    Args:
        x: Inputs, shape (n, ...).
        y: Targets, shape (n,) or (n, k), or None.

    Returns:
        A dictionary whose ``kind`` is ``"images"``, ``"points"`` (one feature, numeric target) or
        ``"rows"``; None where `x` cannot be shown.
    """
    inputs, targets = as_array(x), as_array(y)
    if inputs is None or not len(inputs):
        return None
    if targets is not None and len(targets) != len(inputs):
        targets = None
    labels = class_labels(targets)
    total = len(inputs)
    images = describe_images(inputs[:SAMPLES_SHOWN])
    if images is not None:
        shown = None if labels is None else labels[:SAMPLES_SHOWN].tolist()
        return {"kind": "images", "total": total, "labels": shown, **images}
    flat = table_of(inputs)
    if flat.shape[1] == 1 and targets is not None and targets.size == total:
        return {
            "kind": "points",
            "total": total,
            "x": flat[:POINTS_SHOWN, 0].astype(float).tolist(),
            "y": targets.reshape(-1)[:POINTS_SHOWN].astype(float).tolist(),
        }
    rows = flat[:ROWS_SHOWN, :FEATURES_SHOWN].astype(float).tolist()
    shown_targets = (
        None
        if targets is None
        else table_of(targets)[:ROWS_SHOWN, :FEATURES_SHOWN].astype(float).tolist()
    )
    return {
        "kind": "rows",
        "total": total,
        "features": flat.shape[1],
        "rows": rows,
        "targets": shown_targets,
    }
