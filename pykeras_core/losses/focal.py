"""Owns crossentropies that weight samples by how hard they are, and one robust to wrong labels."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, Fraction, Vector, checked
from pykeras_core.losses.base import FunctionLoss
from pykeras_core.losses.crossentropy import (
    check_categorical,
    check_same_shape,
    smooth_binary,
    smooth_categorical,
)

__all__ = [
    "BinaryFocalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
]


@checked
def binary_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: Fraction = 0.0,
    axis: int = -1,
) -> Any:
    """Returns the mean of `(1 - p_t) ** gamma * crossentropy`, `p_t` the true side's probability.

    Args:
        y_true: Labels 0 or 1; shape `(batch, d0, ..., dn)`.
        y_pred: Probabilities, or logits, of the same shape.
        apply_class_balancing: Whether to weight label 1 by `alpha` and label 0 by `1 - alpha`.
        alpha: Weight of label 1. Default 0.25.
        gamma: How strongly easy samples are played down. Default 2.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / 2`.
        axis: The axis of the mean.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes differ.

    Source:
        Lin et al., Focal Loss for Dense Object Detection, 2017, equations 4 and 5.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(y_true, y_pred.dtype)
    check_same_shape("binary_focal_crossentropy", y_true, y_pred)
    y_true = smooth_binary(y_true, label_smoothing)
    if from_logits:
        y_pred = ops.sigmoid(y_pred)
    crossentropy = ops.binary_crossentropy(y_true, y_pred, from_logits=False)
    p_t = y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)
    values = ops.power(1.0 - p_t, gamma) * crossentropy
    if apply_class_balancing:
        values = values * (y_true * alpha + (1.0 - y_true) * (1.0 - alpha))
    return ops.mean(values, axis=axis)


@checked
def categorical_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: Vector,
    alpha: ArrayLike = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: Fraction = 0.0,
    axis: int = -1,
) -> Any:
    """Returns `-sum(alpha * (1 - p) ** gamma * y * log(p))` over the axis of classes.

    Args:
        y_true: One-hot labels; shape `(batch, ..., classes)`.
        y_pred: Probabilities `p`, or logits, of the same shape.
        alpha: Weight of the loss, a number or one per class. Default 0.25.
        gamma: How strongly easy samples are played down. Default 2.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / classes`.
        axis: The axis of the classes.

    Returns:
        One value per sample and position; shape `(batch, ...)`.

    Raises:
        ValueError: If the shapes differ, or `axis` is a bool.

    Source:
        Lin et al., Focal Loss for Dense Object Detection, 2017.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(y_true, y_pred.dtype)
    check_categorical("categorical_focal_crossentropy", y_pred, axis)
    check_same_shape("categorical_focal_crossentropy", y_true, y_pred)
    y_true = smooth_categorical(y_true, label_smoothing)
    if from_logits:
        y_pred = ops.softmax(y_pred, axis=axis)
    p = y_pred / ops.sum(y_pred, axis=axis, keepdims=True)
    p = ops.clip(p, settings.epsilon(), 1.0 - settings.epsilon())
    weight = ops.power(1.0 - p, gamma) * alpha
    return -ops.sum(weight * y_true * ops.log(p), axis=axis)


@checked
def categorical_generalized_cross_entropy(y_true: ArrayLike, y_pred: Vector, q: float) -> Any:
    """Returns `(1 - p[y] ** q) / q`: crossentropy as `q` nears 0, absolute error at 1.

    Args:
        y_true: Class numbers `y`; shape `(batch, ...)`.
        y_pred: Probabilities `p`; shape `(batch, ..., classes)`.
        q: Between 0 and 1; the nearer to 1, the less wrong labels count.

    Returns:
        One value per sample and position; shape `(batch, ...)`.

    Source:
        Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with
        Noisy Labels, 2018, equation 6.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    chosen = ops.one_hot(ops.cast(y_true, "int32"), y_pred.shape[-1], dtype=y_pred.dtype)
    p = ops.sum(y_pred * chosen, axis=-1)
    return (1.0 - ops.power(p, q)) / q


class BinaryFocalCrossentropy(FunctionLoss):
    """Crossentropy that plays easy samples down; see `binary_focal_crossentropy`.

    Args:
        apply_class_balancing: Whether to weight label 1 by `alpha` and label 0 by `1 - alpha`.
        alpha: Weight of label 1. Default 0.25.
        gamma: How strongly easy samples are played down. Default 2.
        from_logits: Whether predictions are logits.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / 2`.
        axis: The axis of the mean.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: Fraction = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(FunctionLoss):
    """Crossentropy of classes that plays easy samples down; see `categorical_focal_crossentropy`.

    Args:
        alpha: Weight of the loss, a number or one per class. Default 0.25.
        gamma: How strongly easy samples are played down. Default 2.
        from_logits: Whether predictions are logits.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / classes`.
        axis: The axis of the classes.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        alpha: ArrayLike = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: Fraction = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalGeneralizedCrossEntropy(FunctionLoss):
    """`(1 - p[y] ** q) / q`, robust to wrong labels; see `categorical_generalized_cross_entropy`.

    Args:
        q: Between 0 and 1; the nearer to 1, the less wrong labels count. Default 0.5.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.

    Raises:
        ValueError: If `q` is not between 0 and 1.
    """

    @checked
    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: DType = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"`q` expected a number between 0 and 1, exclusive, received {q!r}.")
        super().__init__(
            categorical_generalized_cross_entropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            q=q,
        )
