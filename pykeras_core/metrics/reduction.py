"""Owns the metrics that add up or average values: `Sum`, `Mean` and `MeanMetricWrapper`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from pykeras_core import ops
from pykeras_core.checks import DType, checked
from pykeras_core.losses.base import apply_mask, keras_mask, squeeze_or_expand_to_same_rank
from pykeras_core.metrics.base import Metric
from pykeras_core.saving import serialization

__all__ = ["FunctionMetric", "Mean", "MeanMetricWrapper", "Sum", "spread_weight"]


def _samplewise(
    values: Any, sample_weight: Any, reduce: Callable[..., Any], dtype: str
) -> tuple[Any, Any]:
    """Returns one weighted value per sample, and one weight per sample or `None`."""
    mask = keras_mask(values)
    values = ops.cast(values, dtype)
    if sample_weight is not None:
        weight = apply_mask(ops.convert_to_tensor(sample_weight, dtype), mask, dtype, "sum")
        values, weight = squeeze_or_expand_to_same_rank(values, weight)
        rank = len(weight.shape)
        if len(values.shape) > rank:
            values = reduce(values, axis=tuple(range(rank, len(values.shape))))
        weight = spread_weight(weight, values.shape)
        values = values * weight
        sample_weight = reduce(weight, axis=tuple(range(1, rank))) if rank > 1 else weight
    if len(values.shape) > 1:
        values = reduce(values, axis=tuple(range(1, len(values.shape))))
    return values, sample_weight


def spread_weight(weight: Any, shape: tuple[int, ...]) -> Any:
    """Returns sample weights broadcast to the shape of what they weigh.

    Args:
        weight: The weights, a tensor.
        shape: The shape.

    Raises:
        ValueError: If they do not fit.
    """
    axes = zip(reversed(weight.shape), reversed(shape), strict=False)
    if len(weight.shape) > len(shape) or any(a not in (1, b) for a, b in axes):
        raise ValueError(
            f"`sample_weight` of shape {tuple(weight.shape)} does not fit metric values of shape "
            f"{tuple(shape)}. Pass one weight per sample, or one per value."
        )
    return ops.broadcast_to(weight, shape)


class Sum(Metric):
    """The weighted sum of all values.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.

    Example:
        >>> import pykeras_core as keras
        >>> total = keras.metrics.Sum()
        >>> total.update_state([1.0, 3.0], sample_weight=[1.0, 0.5])
        >>> float(total.result())
        2.5
    """

    @checked
    def __init__(self, name: str = "sum", dtype: DType = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Adds values to the sum.

        Args:
            values: Tensor of any shape.
            sample_weight: Weights that broadcast to `values`; default all one.
        """
        values, _ = _samplewise(values, sample_weight, ops.sum, self.dtype)
        self.total.assign_add(ops.sum(values))

    def result(self) -> Any:
        """Returns the sum, a scalar."""
        return ops.cast(self.total, self.dtype)


class Mean(Metric):
    """The weighted mean of all values: `sum(weight * value) / sum(weight)`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.

    Example:
        >>> import pykeras_core as keras
        >>> mean = keras.metrics.Mean()
        >>> mean.update_state([1.0, 3.0])
        >>> float(mean.result())
        2.0
    """

    @checked
    def __init__(self, name: str | None = "mean", dtype: DType = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")
        self.count = self.add_variable((), "zeros", dtype=self.dtype, name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Adds values to the mean; each sample counts once, whatever its shape.

        Args:
            values: Tensor of any shape; the first axis counts samples.
            sample_weight: Weights that broadcast to `values`; default all one.
        """
        values, weight = _samplewise(values, sample_weight, ops.mean, self.dtype)
        self.total.assign_add(ops.sum(values))
        if weight is not None:
            self.count.assign_add(ops.sum(weight))
        else:
            self.count.assign_add(float(values.shape[0]) if values.shape else 1.0)

    def result(self) -> Any:
        """Returns the mean, a scalar; 0 before the first value."""
        return ops.divide_no_nan(self.total, self.count)


class MeanMetricWrapper(Mean):
    """The mean of a function `fn(y_true, y_pred, **kwargs)` that returns one value per sample.

    Args:
        fn: The function.
        name: Name in logs.
        dtype: As in `Metric`.
        **kwargs: Passed on to `fn` in every call.
    """

    _direction: str | None = None  # 'up' or 'down': what callbacks take for better

    @checked
    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: DType = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(  # type: ignore[override]  # Keras's own signature
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Adds a batch.

        Args:
            y_true: Labels.
            y_pred: Predictions. A `_keras_mask` on them hides positions.
            sample_weight: Weights that broadcast to the values of `fn`; default all one.
        """
        mask = keras_mask(y_pred)
        values = self._fn(y_true, y_pred, **self._fn_kwargs)
        weight = apply_mask(sample_weight, mask, dtype=self.dtype, reduction="sum")
        super().update_state(values, sample_weight=weight)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, the function by its registered name."""
        return {
            **super().get_config(),
            "fn": serialization.serialize_keras_object(self._fn),
            **serialization.serialize_keras_object(self._fn_kwargs),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a metric from `get_config()`'s dict."""
        if "fn" in config:
            # A name is a name, even where a custom object is called the same.
            kept: dict[str, Any] = {key: config[key] for key in ("name", "dtype") if key in config}
            config = {**serialization.deserialize_keras_object(config), **kept}
        return cls(**config)


class FunctionMetric(MeanMetricWrapper):
    """A metric whose class implies its function: the config holds the function's arguments only.

    The arguments are attributes too, as on Keras's classes (`metric.threshold`).
    """

    @checked
    def __init__(self, fn: Callable[..., Any], name: str, dtype: DType, **kwargs: Any) -> None:
        super().__init__(fn, name=name, dtype=dtype, **kwargs)
        for argument, value in kwargs.items():
            setattr(self, argument, value)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**Metric.get_config(self), **self._fn_kwargs}
