"""Owns conversions of labels and features: one-hot rows, unit norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import ArrayLike, PositiveInt, Vector, checked, refuse
from pykeras_core.engine import Tensor
from pykeras_core.engine.axes import canonical_axis
from pykeras_core.engine.primitive import Array

__all__ = ["normalize", "to_categorical"]


@checked
def to_categorical(x: ArrayLike, num_classes: PositiveInt | None = None) -> Any:
    """Returns class numbers as rows of zeros with a single one, for `categorical_crossentropy`.

    Args:
        x: Class numbers from 0 to `num_classes - 1`, any shape; a last axis of size 1 is dropped.
        num_classes: Size of the new last axis; default the largest number plus 1.

    Returns:
        Array of shape `(*x.shape, num_classes)`, float64 as in Keras; for a Tensor, a float32
        Tensor.

    Raises:
        ValueError: If there are no class numbers to count, or one is out of range.

    Example:
        >>> to_categorical([0, 2], num_classes=3)
        array([[1., 0., 0.],
               [0., 0., 1.]])
    """
    if isinstance(x, Tensor):
        if x.ndim > 1 and x.shape[-1] == 1:
            x = ops.reshape(x, x.shape[:-1])
        return ops.one_hot(x, num_classes or int(x.numpy().max()) + 1)
    numbers = np.asarray(x)
    if numbers.dtype.kind == "f" and not np.isfinite(numbers).all():
        what = "class numbers, without NaN and infinity"
        raise refuse("to_categorical", "x", what, x)
    classes = numbers.astype("int64")
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    if not num_classes:
        if not classes.size:
            raise ValueError(
                "`to_categorical` cannot tell the number of classes from no labels at all. "
                "Pass `num_classes`."
            )
        num_classes = max(int(classes.max()) + 1, 1)
    if classes.size and not 0 <= classes.min() <= classes.max() < num_classes:
        raise ValueError(
            f"`to_categorical` expected `x` as class numbers from 0 to {num_classes - 1} "
            f"(num_classes={num_classes}), received numbers from {classes.min()} to "
            f"{classes.max()}."
        )
    return np.eye(num_classes)[classes]


@checked
def normalize(x: Vector, axis: int = -1, order: float = 2) -> Any:
    """Returns `x / ||x||`, each row divided by its norm; rows of zeros stay.

    Args:
        x: Array or Tensor.
        axis: Along which the norm is taken.
        order: Of the norm, 2 for Euclid's.

    Returns:
        Array (Tensor for a Tensor) of the same shape.

    Example:
        >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
        array([[0.6, 0.8],
               [0. , 0. ]])
    """
    if isinstance(x, Tensor):
        norm = ops.norm(x, ord=order, axis=axis, keepdims=True)
        return x / ops.where(norm == 0, 1.0, norm)
    array: Array = np.asarray(x)
    along = canonical_axis("normalize", axis, array.ndim)
    norms = np.linalg.norm(array, order, along, keepdims=True)
    return array / np.where(norms == 0, 1, norms)
