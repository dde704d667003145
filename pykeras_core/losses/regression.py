"""Owns the losses of real-valued targets, and the divergences of Poisson rates."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.losses.base import FunctionLoss, align

__all__ = [
    "CosineSimilarity",
    "Huber",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "cosine_similarity",
    "huber",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "unit_normalize",
]


@checked
def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean((y_true - y_pred) ** 2)` over the last axis.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> import pykeras_core as keras
        >>> keras.losses.mean_squared_error([[0.0, 1.0]], [[1.0, 1.0]]).numpy()
        array([0.5], dtype=float32)
    """
    y_true, y_pred = align("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


@checked
def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean(abs(y_true - y_pred))` over the last axis.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("mean_absolute_error", y_true, y_pred)
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


@checked
def mean_absolute_percentage_error(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `100 * mean(abs((y_true - y_pred) / max(abs(y_true), epsilon)))` in percent.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`. `epsilon` is
        `keras.config.epsilon()`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("mean_absolute_percentage_error", y_true, y_pred)
    scale = ops.maximum(ops.abs(y_true), settings.epsilon())
    return 100.0 * ops.mean(ops.abs((y_true - y_pred) / scale), axis=-1)


@checked
def mean_squared_logarithmic_error(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean((log(y_true + 1) - log(y_pred + 1)) ** 2)` over the last axis.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`. Values below `keras.config.epsilon()`
            count as it.
        y_pred: Predictions of the same shape, limited likewise.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("mean_squared_logarithmic_error", y_true, y_pred)
    log_pred = ops.log(ops.maximum(y_pred, settings.epsilon()) + 1.0)
    log_true = ops.log(ops.maximum(y_true, settings.epsilon()) + 1.0)
    return ops.mean(ops.square(log_pred - log_true), axis=-1)


@checked
def unit_normalize(x: Any, axis: int = -1) -> Any:
    """Returns `x / norm(x)` along `axis`; norms below `keras.config.epsilon()` count as that."""
    square_sum = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(square_sum, settings.epsilon() ** 2))


@checked
def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Any:
    """Returns `-sum(unit(y_true) * unit(y_pred))`: -1 for equal directions, 1 for opposite.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.
        axis: The axis of the vectors. Default: the last.

    Returns:
        One value per vector.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("cosine_similarity", y_true, y_pred)
    return -ops.sum(unit_normalize(y_true, axis) * unit_normalize(y_pred, axis), axis=axis)


@checked
def huber(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> Any:
    """Returns the mean of `e**2 / 2` for errors `|e| <= delta`, else `delta * (|e| - delta / 2)`.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.
        delta: Where the parabola turns into a line. Default 1.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.

    Source:
        P. J. Huber, Robust Estimation of a Location Parameter, 1964.
    """
    y_true, y_pred = align("huber", y_true, y_pred)
    error = y_pred - y_true
    size = ops.abs(error)
    parabola = 0.5 * ops.square(error)
    line = delta * size - 0.5 * delta**2
    return ops.mean(ops.where(size <= delta, parabola, line), axis=-1)


@checked
def log_cosh(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean(log(cosh(y_pred - y_true)))`, near `e**2 / 2` and `|e| - log(2)` far out.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("log_cosh", y_true, y_pred)
    error = y_pred - y_true
    return ops.mean(error + ops.softplus(-2.0 * error) - math.log(2.0), axis=-1)


@checked
def poisson(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `mean(y_pred - y_true * log(y_pred + epsilon))` over the last axis.

    Args:
        y_true: Observed counts; shape `(batch, d0, ..., dn)`.
        y_pred: Predicted rates, positive, of the same shape.

    Returns:
        One value per sample and position; shape `(batch, d0, ..., dn-1)`.

    Raises:
        ValueError: If the shapes do not fit.
    """
    y_true, y_pred = align("poisson", y_true, y_pred)
    return ops.mean(y_pred - y_true * ops.log(y_pred + settings.epsilon()), axis=-1)


class MeanSquaredError(FunctionLoss):
    """`mean((y_true - y_pred) ** 2)`; see `mean_squared_error`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.

    Example:
        >>> import pykeras_core as keras
        >>> float(keras.losses.MeanSquaredError()([[0.0], [1.0]], [[1.0], [3.0]]))
        2.5
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_error",
        dtype: DType = None,
    ) -> None:
        super().__init__(mean_squared_error, name=name, reduction=reduction, dtype=dtype)


class MeanAbsoluteError(FunctionLoss):
    """`mean(abs(y_true - y_pred))`; see `mean_absolute_error`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_error",
        dtype: DType = None,
    ) -> None:
        super().__init__(mean_absolute_error, name=name, reduction=reduction, dtype=dtype)


class MeanAbsolutePercentageError(FunctionLoss):
    """`100 * mean(abs((y_true - y_pred) / y_true))`; see `mean_absolute_percentage_error`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            mean_absolute_percentage_error, name=name, reduction=reduction, dtype=dtype
        )


class MeanSquaredLogarithmicError(FunctionLoss):
    """`mean((log(y_true + 1) - log(y_pred + 1)) ** 2)`; see `mean_squared_logarithmic_error`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: DType = None,
    ) -> None:
        super().__init__(
            mean_squared_logarithmic_error, name=name, reduction=reduction, dtype=dtype
        )


class CosineSimilarity(FunctionLoss):
    """`-sum(unit(y_true) * unit(y_pred))`; see `cosine_similarity`.

    Args:
        axis: The axis of the vectors. Default: the last.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: DType = None,
    ) -> None:
        super().__init__(cosine_similarity, name=name, reduction=reduction, dtype=dtype, axis=axis)


class Huber(FunctionLoss):
    """A parabola for small errors and a line for large ones; see `huber`.

    Args:
        delta: Where the parabola turns into a line. Default 1.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: DType = None,
    ) -> None:
        super().__init__(huber, name=name, reduction=reduction, dtype=dtype, delta=delta)


class LogCosh(FunctionLoss):
    """`mean(log(cosh(y_pred - y_true)))`; see `log_cosh`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "log_cosh",
        dtype: DType = None,
    ) -> None:
        super().__init__(log_cosh, name=name, reduction=reduction, dtype=dtype)


class Poisson(FunctionLoss):
    """`mean(y_pred - y_true * log(y_pred))`; see `poisson`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "poisson",
        dtype: DType = None,
    ) -> None:
        super().__init__(poisson, name=name, reduction=reduction, dtype=dtype)
