"""Owns the correlations between targets and predictions."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.losses.base import align
from pykeras_core.metrics.reduction import FunctionMetric

__all__ = [
    "ConcordanceCorrelation",
    "PearsonCorrelation",
    "concordance_correlation",
    "pearson_correlation",
]


@checked
def pearson_correlation(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Any:
    """Returns `mean((y - mean(y)) * (p - mean(p))) / (std(y) * std(p))` along `axis`.

    Args:
        y_true: Targets.
        y_pred: Predictions of the same shape.
        axis: The axis of the samples that are correlated. Default: the last.

    Returns:
        One value in [-1, 1] per remaining position.
    """
    y_true, y_pred = align("pearson_correlation", y_true, y_pred)
    y_true = y_true - ops.mean(y_true, axis=axis, keepdims=True)
    y_pred = y_pred - ops.mean(y_pred, axis=axis, keepdims=True)
    y_true = y_true / ops.std(y_true, axis=axis, keepdims=True)
    y_pred = y_pred / ops.std(y_pred, axis=axis, keepdims=True)
    return ops.mean(y_true * y_pred, axis=axis)


@checked
def concordance_correlation(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Any:
    """Returns `2 * cov(y, p) / (var(y) + var(p) + (mean(y) - mean(p)) ** 2)` along `axis`.

    Args:
        y_true: Targets.
        y_pred: Predictions of the same shape.
        axis: The axis of the samples that are compared. Default: the last.

    Returns:
        One value in [-1, 1] per remaining position: 1 only for equal values.

    Source:
        L. Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, 1989.
    """
    y_true, y_pred = align("concordance_correlation", y_true, y_pred)
    true_mean = ops.mean(y_true, axis=axis, keepdims=True)
    pred_mean = ops.mean(y_pred, axis=axis, keepdims=True)
    covariance = (y_true - true_mean) * (y_pred - pred_mean)
    norm = (
        ops.var(y_true, axis=axis, keepdims=True)
        + ops.var(y_pred, axis=axis, keepdims=True)
        + ops.square(true_mean - pred_mean)
    )
    return ops.mean(2.0 * covariance / (norm + settings.epsilon()), axis=axis)


class PearsonCorrelation(FunctionMetric):
    """Mean of `pearson_correlation`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        axis: The axis of the samples that are correlated. Default: the last.
    """

    _direction = "up"

    @checked
    def __init__(
        self, name: str = "pearson_correlation", dtype: DType = None, axis: int = -1
    ) -> None:
        super().__init__(pearson_correlation, name=name, dtype=dtype, axis=axis)


class ConcordanceCorrelation(FunctionMetric):
    """Mean of `concordance_correlation`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        axis: The axis of the samples that are compared. Default: the last.
    """

    _direction = "up"

    @checked
    def __init__(
        self, name: str = "concordance_correlation", dtype: DType = None, axis: int = -1
    ) -> None:
        super().__init__(concordance_correlation, name=name, dtype=dtype, axis=axis)
