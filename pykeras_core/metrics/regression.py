"""Owns the metrics of real-valued predictions."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import ArrayLike, DType, NonNegativeInt, checked
from pykeras_core.losses.base import align, squeeze_or_expand_to_same_rank
from pykeras_core.losses.regression import (
    cosine_similarity as negative_cosine_similarity,
)
from pykeras_core.losses.regression import (
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from pykeras_core.metrics.base import Metric
from pykeras_core.metrics.reduction import FunctionMetric, Mean, spread_weight

__all__ = [
    "CosineSimilarity",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "R2Score",
    "RootMeanSquaredError",
    "cosine_similarity",
]


@checked
def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Any:
    """Returns `sum(unit(y_true) * unit(y_pred))`: 1 for equal directions, the loss's negative.

    Args:
        y_true: Targets; shape `(batch, d0, ..., dn)`.
        y_pred: Predictions of the same shape.
        axis: The axis of the vectors. Default: the last.

    Returns:
        One value per vector.
    """
    return -negative_cosine_similarity(y_true, y_pred, axis=axis)


class MeanSquaredError(FunctionMetric):
    """Mean of `(y_true - y_pred) ** 2`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "mean_squared_error", dtype: DType = None) -> None:
        super().__init__(mean_squared_error, name=name, dtype=dtype)


class MeanAbsoluteError(FunctionMetric):
    """Mean of `abs(y_true - y_pred)`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "mean_absolute_error", dtype: DType = None) -> None:
        super().__init__(mean_absolute_error, name=name, dtype=dtype)


class MeanAbsolutePercentageError(FunctionMetric):
    """Mean of `100 * abs((y_true - y_pred) / y_true)`, in percent.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: DType = None) -> None:
        super().__init__(mean_absolute_percentage_error, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(FunctionMetric):
    """Mean of `(log(y_true + 1) - log(y_pred + 1)) ** 2`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: DType = None) -> None:
        super().__init__(mean_squared_logarithmic_error, name=name, dtype=dtype)


class CosineSimilarity(FunctionMetric):
    """Mean of `sum(unit(y_true) * unit(y_pred))`: 1 for equal directions.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        axis: The axis of the vectors. Default: the last.
    """

    _direction = "up"

    @checked
    def __init__(
        self, name: str = "cosine_similarity", dtype: DType = None, axis: int = -1
    ) -> None:
        super().__init__(cosine_similarity, name=name, dtype=dtype, axis=axis)


class LogCoshError(FunctionMetric):
    """Mean of `log(cosh(y_pred - y_true))`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "logcosh", dtype: DType = None) -> None:
        super().__init__(log_cosh, name=name, dtype=dtype)


class RootMeanSquaredError(Mean):
    """`sqrt(mean((y_true - y_pred) ** 2))` over all values seen.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.

    Example:
        >>> import pykeras_core as keras
        >>> float(keras.metrics.RootMeanSquaredError()([[0.0, 0.0]], [[3.0, 3.0]]))
        3.0
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "root_mean_squared_error", dtype: DType = None) -> None:
        super().__init__(name=name, dtype=dtype)

    def update_state(  # type: ignore[override]  # Keras's own signature
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Adds a batch of squared errors.

        Args:
            y_true: Targets.
            y_pred: Predictions of the same shape.
            sample_weight: Weights that broadcast to the errors; default all one.
        """
        y_true, y_pred = align("root_mean_squared_error", y_true, y_pred)
        super().update_state(ops.square(y_pred - y_true), sample_weight=sample_weight)

    def result(self) -> Any:
        """Returns the root of the mean."""
        return ops.sqrt(super().result())


class R2Score(Metric):
    """Coefficient of determination: `1 - sum((y - p) ** 2) / sum((y - mean(y)) ** 2)`.

    Args:
        class_aggregation: How the scores of several outputs become one: `"uniform_average"`,
            `"variance_weighted_average"`, or `None` for one score per output.
        num_regressors: Number of independent regressors for the adjusted score; 0 (default) for
            the plain one. The plain one is also given while there are too few values to adjust.
        name: Name in logs.
        dtype: As in `Metric`.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> import pykeras_core as keras
        >>> round(float(keras.metrics.R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714
    """

    _direction = "up"

    @checked
    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: NonNegativeInt = 0,
        name: str = "r2_score",
        dtype: DType = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        allowed = (None, "uniform_average", "variance_weighted_average")
        if class_aggregation not in allowed:
            raise ValueError(
                f"`class_aggregation` expected one of {allowed}, received {class_aggregation!r}."
            )
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), "zeros", name="num_samples")
        self._built = False

    def _build(self, y_true: Any, y_pred: Any) -> None:
        if len(y_true.shape) != 2 or len(y_pred.shape) != 2:
            raise ValueError(
                "`R2Score` expected targets and predictions of shape (batch, outputs), received "
                f"shapes {tuple(y_true.shape)} and {tuple(y_pred.shape)}."
            )
        shape = y_pred.shape[-1:]
        self.squared_sum = self.add_variable(shape, "zeros", name="squared_sum")
        self.sum = self.add_variable(shape, "zeros", name="sum")
        self.total_mse = self.add_variable(shape, "zeros", name="residual")
        self.count = self.add_variable(shape, "zeros", name="count")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: Targets; shape `(batch, outputs)`.
            y_pred: Predictions of the same shape.
            sample_weight: Weights that broadcast to them; default all one.

        Raises:
            ValueError: If they are no matrices.
        """
        y_true = ops.convert_to_tensor(y_true, dtype=self.dtype)
        y_pred = ops.convert_to_tensor(y_pred, dtype=self.dtype)
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        if not self._built:
            self._build(y_true, y_pred)
        weight = ops.convert_to_tensor(1.0 if sample_weight is None else sample_weight, self.dtype)
        if len(weight.shape) == 1:
            weight = ops.expand_dims(weight, axis=1)
        weight = spread_weight(weight, y_true.shape)
        weighted = y_true * weight
        self.sum.assign_add(ops.sum(weighted, axis=0))
        self.squared_sum.assign_add(ops.sum(y_true * weighted, axis=0))
        self.total_mse.assign_add(ops.sum(ops.square(y_true - y_pred) * weight, axis=0))
        self.count.assign_add(ops.sum(weight, axis=0))
        self.num_samples.assign_add(float(y_true.size))

    def result(self) -> Any:
        """Returns the score: a scalar, or one per output where they are not averaged."""
        mean = self.sum / self.count
        total = self.squared_sum - self.sum * mean
        raw = 1.0 - self.total_mse / total
        raw = ops.where(ops.isinf(raw), 0.0, raw)
        if self.class_aggregation == "uniform_average":
            score = ops.mean(raw)
        elif self.class_aggregation == "variance_weighted_average":
            score = ops.sum(total * raw) / ops.sum(total)
        else:
            score = raw
        if self.num_regressors == 0:
            return score
        freedom = self.num_samples - 1.0 - float(self.num_regressors)
        enough = ops.greater(freedom, 0.0)
        factor = (self.num_samples - 1.0) / ops.where(enough, freedom, 1.0)
        return ops.where(enough, 1.0 - (1.0 - score) * factor, score)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }
