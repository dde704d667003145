"""Owns the losses that measure the overlap of two regions, for segmentation."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.losses.base import FunctionLoss, align

__all__ = ["Dice", "Tversky", "dice", "tversky"]


@checked
def dice(y_true: ArrayLike, y_pred: ArrayLike, axis: Any = None) -> Any:
    """Returns `1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred) + epsilon)`.

    Args:
        y_true: Region, 0 or 1.
        y_pred: Predicted region, in [0, 1], of the same shape.
        axis: The axes summed over. Default: all.

    Returns:
        A scalar, or one value per remaining position.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("dice", y_true, y_pred)
    both = ops.sum(y_true * y_pred, axis=axis)
    total = ops.sum(y_true, axis=axis) + ops.sum(y_pred, axis=axis)
    return 1.0 - 2.0 * both / (total + settings.epsilon())


@checked
def tversky(
    y_true: ArrayLike, y_pred: ArrayLike, alpha: float = 0.5, beta: float = 0.5, axis: Any = None
) -> Any:
    """Returns `1 - both / (both + alpha * only_true + beta * only_pred + epsilon)`.

    `both` is `sum(y_true * y_pred)`, `only_true` is `sum(y_true * (1 - y_pred))` and `only_pred`
    is `sum((1 - y_true) * y_pred)`. With 0.5 and 0.5 it is the Dice loss.

    Args:
        y_true: Region, 0 or 1.
        y_pred: Predicted region, in [0, 1], of the same shape.
        alpha: Weight of what the prediction misses. Default 0.5.
        beta: Weight of what the prediction adds. Default 0.5.
        axis: The axes summed over. Default: all.

    Returns:
        A scalar, or one value per remaining position.

    Raises:
        ValueError: If the shapes do not fit.

    Source:
        Salehi et al., Tversky loss function for image segmentation, 2017, with the roles of
        `alpha` and `beta` as in Keras 3.15.
    """
    y_true, y_pred = align("tversky", y_true, y_pred)
    both = ops.sum(y_true * y_pred, axis=axis)
    only_true = ops.sum(y_true * (1.0 - y_pred), axis=axis)
    only_pred = ops.sum((1.0 - y_true) * y_pred, axis=axis)
    return 1.0 - both / (both + alpha * only_true + beta * only_pred + settings.epsilon())


class Dice(FunctionLoss):
    """Dice loss of two regions; see `dice`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        axis: The axes summed over. Default: all.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: Any = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(dice, name=name, reduction=reduction, dtype=dtype, axis=axis)


class Tversky(FunctionLoss):
    """Tversky loss of two regions; see `tversky`.

    Args:
        alpha: Weight of what the prediction misses. Default 0.5.
        beta: Weight of what the prediction adds. Default 0.5.
        reduction: As in `Loss`.
        name: As in `Loss`.
        axis: The axes summed over. Default: all.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: Any = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(
            tversky, name=name, reduction=reduction, dtype=dtype, alpha=alpha, beta=beta, axis=axis
        )
