"""Owns the losses between probability distributions: crossentropies and KL divergence.

A prediction that `activations.softmax` or `activations.sigmoid` made carries the logits it was
made from. `keras.ops` then computes the crossentropy of that activation from the logits, which
neither saturates nor loses digits.
"""

from __future__ import annotations

import warnings
from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, Fraction, Vector, checked
from pykeras_core.losses.base import FunctionLoss

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "KLDivergence",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "check_categorical",
    "check_same_shape",
    "kl_divergence",
    "smooth_binary",
    "smooth_categorical",
    "sparse_categorical_crossentropy",
]


@checked
def binary_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: Fraction = 0.0,
    axis: int = -1,
) -> Any:
    """Returns `-mean(y * log(p) + (1 - y) * log(1 - p))` over `axis`.

    Args:
        y_true: Labels 0 or 1, or probabilities; shape `(batch, d0, ..., dn)`.
        y_pred: Probabilities `p`, or logits, of the same shape.
        from_logits: Whether `y_pred` are logits. Default: probabilities, which are kept
            `keras.config.epsilon()` away from 0 and 1.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / 2`.
        axis: The axis of the mean.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> import pykeras_core as keras
        >>> loss = keras.losses.binary_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        >>> round(float(loss[0]), 4)
        0.6931
    """
    y_true, y_pred = _prepare("binary_crossentropy", y_true, y_pred)
    y_true = smooth_binary(y_true, label_smoothing)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


@checked
def categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: Vector,
    from_logits: bool = False,
    label_smoothing: Fraction = 0.0,
    axis: int = -1,
) -> Any:
    """Returns `-sum(y * log(p))` over the axis of classes.

    Args:
        y_true: One-hot labels or probabilities; shape `(batch, ..., classes)`.
        y_pred: Probabilities `p`, or logits, of the same shape.
        from_logits: Whether `y_pred` are logits. Default: probabilities, which are scaled to
            add up to one and kept `keras.config.epsilon()` away from 0 and 1.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / classes`.
        axis: The axis of the classes.

    Returns:
        One value per sample and position; shape `(batch, ...)`.

    Raises:
        ValueError: If the shapes differ, or `axis` is a bool.
    """
    y_true, y_pred = _prepare("categorical_crossentropy", y_true, y_pred)
    check_categorical("categorical_crossentropy", y_pred, axis)
    y_true = smooth_categorical(y_true, label_smoothing)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


@checked
def sparse_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: Vector,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Any:
    """Returns `-log(p[y])`, the crossentropy with labels given as class numbers.

    Args:
        y_true: Labels `y` from 0 to `classes - 1`; shape `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Probabilities `p`, or logits; shape `(batch, ..., classes)`.
        from_logits: Whether `y_pred` are logits.
        ignore_class: Positions with this label are masked. Default: none.
        axis: The axis of the classes.

    Returns:
        One value per sample and position; shape `(batch, ...)`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> import pykeras_core as keras
        >>> loss = keras.losses.sparse_categorical_crossentropy([1], [[0.25, 0.5, 0.25]])
        >>> round(float(loss[0]), 4)
        0.6931
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(y_true, "int32")
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[axis] == 1:
        y_true = ops.squeeze(y_true, axis=axis)
    class_axis = axis % len(y_pred.shape)
    expected = tuple(size for i, size in enumerate(y_pred.shape) if i != class_axis)
    if tuple(y_true.shape) != expected:
        raise ValueError(
            "`sparse_categorical_crossentropy` expected one class number per prediction, labels "
            f"of shape {expected}, received labels of shape {tuple(y_true.shape)} for predictions "
            f"of shape {tuple(y_pred.shape)}. One-hot labels need `categorical_crossentropy`."
        )
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=from_logits, axis=axis
        )
    valid = ops.not_equal(y_true, ignore_class)
    y_true = ops.where(valid, y_true, 0)
    y_pred = ops.where(ops.expand_dims(valid, axis), y_pred, 0.0)
    values = ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    kept: Any = ops.where(valid, values, 0.0)
    kept._keras_mask = valid
    return kept


@checked
def kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns the Kullback-Leibler divergence `sum(y_true * log(y_true / y_pred))`.

    Args:
        y_true: Probabilities; shape `(batch, ..., classes)`. Values are kept in
            [`keras.config.epsilon()`, 1].
        y_pred: Probabilities of the same shape, limited likewise.

    Returns:
        One value per sample and position; shape `(batch, ...)`.

    Raises:
        ValueError: If the shapes differ.
    """
    y_true, y_pred = _prepare("kl_divergence", y_true, y_pred)
    y_true = ops.clip(y_true, settings.epsilon(), 1.0)
    y_pred = ops.clip(y_pred, settings.epsilon(), 1.0)
    return ops.sum(y_true * ops.log(y_true / y_pred), axis=-1)


class BinaryCrossentropy(FunctionLoss):
    """`-mean(y * log(p) + (1 - y) * log(1 - p))`; see `binary_crossentropy`.

    Args:
        from_logits: Whether predictions are logits. Default: probabilities.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / 2`.
        axis: The axis of the mean.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: Fraction = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalCrossentropy(FunctionLoss):
    """`-sum(y * log(p))` with one-hot labels; see `categorical_crossentropy`.

    Args:
        from_logits: Whether predictions are logits. Default: probabilities.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / classes`.
        axis: The axis of the classes.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: Fraction = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(FunctionLoss):
    """`-log(p[y])` with class numbers as labels; see `sparse_categorical_crossentropy`.

    Args:
        from_logits: Whether predictions are logits. Default: probabilities.
        ignore_class: Positions with this label do not count. Default: all count.
        reduction: As in `Loss`.
        axis: The axis of the classes.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )


class KLDivergence(FunctionLoss):
    """`sum(y_true * log(y_true / y_pred))`; see `kl_divergence`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence",
        dtype: DType = None,
    ) -> None:
        super().__init__(kl_divergence, name=name, reduction=reduction, dtype=dtype)


@checked
def check_same_shape(function: str, y_true: ArrayLike, y_pred: ArrayLike) -> None:
    """Raises a `ValueError` with advice if labels and predictions differ in shape."""
    expected, received = tuple(y_pred.shape), tuple(y_true.shape)
    if expected == received:
        return
    sparse = len(received) < len(expected) or received[-1:] == (1,)
    advice = (
        "Labels that are class numbers need `sparse_categorical_crossentropy`, or one-hot labels "
        "from `keras.utils.to_categorical`."
        if function.startswith("categorical") and sparse
        else "Give the last layer as many units as a label has values."
    )
    raise ValueError(
        f"`{function}` expected labels of shape {expected} like the predictions, received labels "
        f"of shape {received}. {advice}"
    )


@checked
def check_categorical(function: str, y_pred: ArrayLike, axis: Any) -> None:
    """Refuses a bool `axis` and warns about a single class, whose loss is always zero."""
    if isinstance(axis, bool):
        raise ValueError(f"`{function}` expected `axis` to be an int, received {axis!r}.")
    if y_pred.shape[-1] == 1:
        warnings.warn(
            f"`{function}` expected predictions of two classes or more, received shape "
            f"{tuple(y_pred.shape)}. Use `binary_crossentropy` for one output unit.",
            SyntaxWarning,
            stacklevel=4,
        )


@checked
def smooth_binary(y_true: ArrayLike, label_smoothing: Fraction) -> Any:
    """Returns `y * (1 - s) + s / 2`."""
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing


@checked
def smooth_categorical(y_true: ArrayLike, label_smoothing: Fraction) -> Any:
    """Returns `y * (1 - s) + s / classes`, classes on the last axis."""
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[-1]


def _prepare(function: str, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(y_true, y_pred.dtype)
    check_same_shape(function, y_true, y_pred)
    return y_true, y_pred
