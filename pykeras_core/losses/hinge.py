"""Owns the losses that ask for a margin between right and wrong: hinge losses and circle loss."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.losses.base import FunctionLoss, align

__all__ = [
    "CategoricalHinge",
    "Circle",
    "Hinge",
    "SquaredHinge",
    "categorical_hinge",
    "circle",
    "hinge",
    "squared_hinge",
]

# Stands for minus infinity: exp() of it is 0, and unlike infinity its gradient is not nan.
_LOWEST = -1e30


@checked
def hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean(max(1 - y_true * y_pred, 0))` over the last axis.

    Args:
        y_true: Labels -1 or 1; labels that are all 0 or 1 are read as -1 or 1. Shape
            `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    return ops.mean(_margin("hinge", y_true, y_pred), axis=-1)


@checked
def squared_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean(max(1 - y_true * y_pred, 0) ** 2)` over the last axis.

    Args:
        y_true: Labels -1 or 1; labels that are all 0 or 1 are read as -1 or 1. Shape
            `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    return ops.mean(ops.square(_margin("squared_hinge", y_true, y_pred)), axis=-1)


def _margin(function: str, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = align(function, y_true, y_pred)
    is_binary = ops.all(ops.logical_or(ops.equal(y_true, 0.0), ops.equal(y_true, 1.0)))
    y_true = ops.where(is_binary, 2.0 * y_true - 1.0, y_true)
    return ops.maximum(1.0 - y_true * y_pred, 0.0)


@checked
def categorical_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `max(neg - pos + 1, 0)`: best wrong class against the right one.

    `pos` is `sum(y_true * y_pred)` and `neg` is `max((1 - y_true) * y_pred)` over the classes.

    Args:
        y_true: One-hot labels; shape `(batch, ..., classes)`.
        y_pred: Scores of the same shape.

    Returns:
        One value per sample and position; shape `(batch, ...)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("categorical_hinge", y_true, y_pred)
    pos = ops.sum(y_true * y_pred, axis=-1)
    neg = ops.max((1.0 - y_true) * y_pred, axis=-1)
    return ops.maximum(neg - pos + 1.0, 0.0)


@checked
def circle(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    ref_labels: ArrayLike = None,
    ref_embeddings: ArrayLike = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Any:
    """Returns `softplus(logsumexp(positives) + logsumexp(negatives))` of cosine distances.

    Each pair's distance `d` is weighted by how far it is from its optimum: a positive pair gives
    `-gamma * max(d + margin, 0) * (margin - d)`, a negative pair
    `gamma * max(1 + margin - d, 0) * (1 - margin - d)`.

    Args:
        y_true: Class numbers; shape `(batch,)` or `(batch, 1)`.
        y_pred: Embeddings of length one; shape `(batch, features)`.
        ref_labels: Class numbers of the references. Default: `y_true`.
        ref_embeddings: Embeddings to compare with. Default: `y_pred`.
        remove_diagonal: Whether a sample is no positive of itself.
        gamma: Scale of the loss.
        margin: Relaxation of the optima.

    Returns:
        One value per sample; shape `(batch,)`. Samples with no loss are masked.

    Source:
        Sun et al., Circle Loss, 2020, equations 6 and 8, on distances `1 - similarity`.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.reshape(ops.cast(y_true, "int32"), (-1, 1))
    references = y_pred if ref_embeddings is None else ops.convert_to_tensor(ref_embeddings)
    labels = y_true if ref_labels is None else ops.reshape(ops.cast(ref_labels, "int32"), (-1, 1))
    distance = ops.maximum(1.0 - ops.matmul(y_pred, ops.transpose(references)), 0.0)
    same = ops.equal(y_true, ops.transpose(labels))
    different = ops.logical_not(same)
    if remove_diagonal:
        same = ops.logical_and(
            same, ops.logical_not(ops.eye(same.shape[0], same.shape[1], dtype="bool"))
        )
    positives = -gamma * (margin + distance) * (margin - distance)
    negatives = gamma * ops.maximum(1.0 + margin - distance, 0.0) * (1.0 - margin - distance)
    values: Any = ops.softplus(
        ops.logsumexp(ops.where(same, positives, _LOWEST), axis=1)
        + ops.logsumexp(ops.where(different, negatives, _LOWEST), axis=1)
    )
    values._keras_mask = ops.greater(values, 0.0)
    return values


class Hinge(FunctionLoss):
    """`mean(max(1 - y_true * y_pred, 0))`; see `hinge`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "hinge",
        dtype: DType = None,
    ) -> None:
        super().__init__(hinge, name=name, reduction=reduction, dtype=dtype)


class SquaredHinge(FunctionLoss):
    """`mean(max(1 - y_true * y_pred, 0) ** 2)`; see `squared_hinge`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "squared_hinge",
        dtype: DType = None,
    ) -> None:
        super().__init__(squared_hinge, name=name, reduction=reduction, dtype=dtype)


class CategoricalHinge(FunctionLoss):
    """`max(neg - pos + 1, 0)` of one-hot labels; see `categorical_hinge`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_hinge",
        dtype: DType = None,
    ) -> None:
        super().__init__(categorical_hinge, name=name, reduction=reduction, dtype=dtype)


class Circle(FunctionLoss):
    """Metric learning by weighted pair distances; see `circle`.

    Args:
        gamma: Scale of the loss. Default 80.
        margin: Relaxation of the optima. Default 0.4.
        remove_diagonal: Whether a sample is no positive of itself.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str = "circle",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            circle,
            name=name,
            reduction=reduction,
            dtype=dtype,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )
