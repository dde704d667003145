"""Owns what of `tf.math` counts, tests and sums by groups, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.engine import Tensor

__all__ = [
    "bincount",
    "confusion_matrix",
    "count_nonzero",
    "cumprod",
    "floordiv",
    "floormod",
    "in_top_k",
    "invert_permutation",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_non_decreasing",
    "multiply_no_nan",
    "reduce_euclidean_norm",
    "segment_max",
    "segment_mean",
    "segment_sum",
    "unsorted_segment_sum",
    "xlogy",
    "zero_fraction",
]


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> Tensor:
    """Returns how often each number from 0 on occurs, or the sums of weights."""
    if axis is None:
        arr = ops.reshape(arr, (-1,))
        weights = None if weights is None else ops.reshape(weights, (-1,))
    found = ops.bincount(arr, weights, int(minlength or 0))
    if maxlength is not None:
        found = found[..., : int(maxlength)]
    if binary_output:
        found = ops.cast(found > 0, found.dtype)
    return ops.cast(found, dtype) if weights is None else found


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: int | None = None,
    weights: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """Returns how often each class (rows) was taken for each (columns).

    Raises:
        ValueError: If there are not as many labels as predictions.
    """
    true = np.asarray(ops.convert_to_tensor(labels)).reshape(-1).astype("int64")
    predicted = np.asarray(ops.convert_to_tensor(predictions)).reshape(-1).astype("int64")
    if true.shape != predicted.shape:
        raise ValueError(
            "`confusion_matrix` expected as many labels as predictions, received "
            f"{true.size} and {predicted.size}"
        )
    both = np.concatenate([true, predicted])
    if both.size and both.min() < 0:
        raise ValueError(f"`confusion_matrix` expected classes from 0 on, received {both.min()}")
    classes = int(num_classes if num_classes is not None else both.max(initial=-1) + 1)
    if both.size and both.max() >= classes:
        raise ValueError(
            f"`confusion_matrix` expected classes below `num_classes={classes}`, received "
            f"{both.max()}"
        )
    amounts = None if weights is None else np.asarray(ops.convert_to_tensor(weights)).reshape(-1)
    table = np.bincount(true * classes + predicted, amounts, classes * classes)
    return ops.cast(table.reshape(classes, classes), dtype)


def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool = False,
    dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """Returns how many elements are not zero, over axes."""
    other = ops.cast(ops.not_equal(input, 0), "int32")
    return ops.cast(ops.sum(other, axis=axis, keepdims=keepdims), dtype)


def cumprod(
    x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """Returns running products."""
    x = ops.convert_to_tensor(x)
    turned = ops.flip(x, axis) if reverse else x
    if exclusive:
        first = ops.ones_like(ops.take(turned, [0], axis=axis))
        rest = ops.take(turned, np.arange(turned.shape[axis] - 1), axis=axis)
        turned = ops.concatenate([first, rest], axis=axis)
    found = ops.cumprod(turned, axis=axis)
    return ops.flip(found, axis) if reverse else found


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Returns `x // y`."""
    return ops.floor_divide(x, y)


def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Returns `x % y`."""
    return ops.mod(x, y)


def in_top_k(targets: Any, predictions: Any, k: int, name: str | None = None) -> Tensor:
    """Returns whether each target's prediction is among the k largest."""
    return ops.in_top_k(targets, predictions, k=k)


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """Returns the permutation that undoes another."""
    return ops.argsort(x)


def is_finite(x: Any, name: str | None = None) -> Tensor:
    """Returns which elements are neither infinite nor NaN."""
    return ops.isfinite(x)


def is_inf(x: Any, name: str | None = None) -> Tensor:
    """Returns which elements are infinite."""
    return ops.isinf(x)


def is_nan(x: Any, name: str | None = None) -> Tensor:
    """Returns which elements are NaN."""
    return ops.isnan(x)


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Returns whether no element is smaller than the one before it."""
    flat = ops.reshape(x, (-1,))
    return ops.all(ops.less_equal(flat[:-1], flat[1:]))


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Returns `x * y`, 0 where `y` is 0 whatever `x` is."""
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    zero = ops.equal(y, 0)
    return ops.where(zero, ops.zeros_like(y), ops.multiply(ops.where(zero, 0.0, x), y))


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the square root of the sum of squares over axes."""
    return ops.sqrt(ops.sum(ops.square(input_tensor), axis=axis, keepdims=keepdims))


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Returns the largest of the rows of each number."""
    return ops.segment_max(data, segment_ids, num_segments=_segments(segment_ids), sorted=True)


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Returns the sums of the rows of each number."""
    return ops.segment_sum(data, segment_ids, num_segments=_segments(segment_ids), sorted=True)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Returns the means of the rows of each number."""
    count = _segments(segment_ids)
    total = ops.segment_sum(data, segment_ids, num_segments=count)
    ones = ops.ones((len(np.asarray(ops.convert_to_tensor(segment_ids))),))
    rows = ops.maximum(ops.segment_sum(ones, segment_ids, num_segments=count), 1.0)
    return ops.divide(total, ops.reshape(rows, (count, *[1] * (len(total.shape) - 1))))


def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: int, name: str | None = None
) -> Tensor:
    """Returns the sums of the rows of each number."""
    return ops.segment_sum(data, segment_ids, num_segments=int(num_segments))


def _segments(segment_ids: Any) -> int:
    return int(np.asarray(ops.convert_to_tensor(segment_ids)).max(initial=-1)) + 1


def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Returns `x * log(y)`, 0 where `x` is 0."""
    x = ops.convert_to_tensor(x)
    zero = ops.equal(x, 0)
    return ops.where(zero, 0.0, ops.multiply(x, ops.log(ops.where(zero, 1.0, y))))


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Returns the share of the elements that are zero."""
    return ops.mean(ops.cast(ops.equal(value, 0), "float32"))
