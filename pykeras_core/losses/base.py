"""Owns `Loss`: how per-sample values become one number under masks, weights and reductions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Self

from pykeras_core import dtype_policies, ops, settings
from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.naming import auto_name
from pykeras_core.saving import serialization
from pykeras_core.tree import flatten, is_nested, map_structure

__all__ = [
    "FunctionLoss",
    "Loss",
    "LossFunctionWrapper",
    "Reduction",
    "align",
    "apply_mask",
    "keras_mask",
    "reduce_weighted_values",
    "squeeze_or_expand_to_same_rank",
]

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


class Reduction:
    """Keras 2's names of reductions; today they are strings."""

    AUTO = "sum_over_batch_size"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"


class Loss:
    """Base class: a callable that turns labels and predictions into a loss.

    Subclasses write `call(y_true, y_pred)`, which returns one value per sample (or per sample
    and position); the base class applies masks and weights and reduces.

    Args:
        name: Name of the loss. Default: the class name in snake case, made unique.
        reduction: `"sum_over_batch_size"` or `"mean"`: sum of the weighted values over their
            number; `"sum"`: their sum; `"mean_with_sample_weight"`: their sum over the sum of
            the weights; `"none"` or `None`: the weighted values themselves.
        dtype: Dtype of the computation. Default: `keras.config.floatx()`.

    Raises:
        ValueError: If `reduction` is none of these.

    Example:
        >>> import pykeras_core as keras
        >>> class SignedError(keras.losses.Loss):
        ...     def call(self, y_true, y_pred):
        ...         return keras.ops.mean(y_pred - y_true, axis=-1)
        >>> float(SignedError()([[0.0], [1.0]], [[1.0], [3.0]]))
        1.5
    """

    @checked
    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: DType = None,
    ) -> None:
        self.name = name or auto_name(type(self).__name__)
        self.reduction = _checked_reduction(reduction)
        self._dtype_policy = dtype_policies.get(dtype or settings.floatx())
        self._dtype: str = self._dtype_policy.compute_dtype

    @property
    def dtype(self) -> str:
        """The dtype the loss computes in."""
        return self._dtype

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Returns the reduced loss.

        Args:
            y_true: Labels; shape `(batch, ...)`.
            y_pred: Predictions; shape `(batch, ...)`. A `_keras_mask` on them hides positions.
            sample_weight: Weights that broadcast to the per-sample values; default all one.

        Returns:
            A scalar, or the weighted per-sample values where the reduction is none.
        """
        mask = keras_mask(y_pred)
        y_pred = _tensors(y_pred, self.dtype)
        y_true = _tensors(y_true, self.dtype)
        values = self.call(y_true, y_pred)
        own_mask = keras_mask(values)
        if mask is None:
            mask = own_mask
        elif own_mask is not None:
            mask = ops.logical_and(mask, own_mask)
        return reduce_weighted_values(values, sample_weight, mask, self.reduction, self.dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns the values before weights and reduction; subclasses write it.

        Args:
            y_true: Labels.
            y_pred: Predictions.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `call(self, y_true, y_pred)`. Return one loss value "
            "per sample from it."
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a loss from `get_config()`'s dict."""
        return cls(**config)


class LossFunctionWrapper(Loss):
    """A loss made of a function `fn(y_true, y_pred, **kwargs)` that returns per-sample values.

    Args:
        fn: The function.
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
        **kwargs: Passed on to `fn` in every call.
    """

    @checked
    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: DType = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns `fn(y_true, y_pred)` after a missing axis of length one is put right."""
        if hasattr(y_true, "shape") and hasattr(y_pred, "shape"):
            y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, the function by its registered name."""
        return {
            **super().get_config(),
            "fn": serialization.serialize_keras_object(self.fn),
            **serialization.serialize_keras_object(self._fn_kwargs),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a loss from `get_config()`'s dict."""
        if "fn" in config:
            # A name is a name, even where a custom object is called the same.
            kept: dict[str, Any] = {
                key: config[key] for key in ("name", "dtype", "reduction") if key in config
            }
            config = {**serialization.deserialize_keras_object(config), **kept}
        return cls(**config)

    def __repr__(self) -> str:
        """Returns the class, the function and its arguments."""
        return f"<{type(self).__name__}({self.fn}, kwargs={self._fn_kwargs})>"


class FunctionLoss(LossFunctionWrapper):
    """A loss whose class implies its function: the config holds the function's arguments only.

    The arguments are attributes too, as on Keras's classes (`loss.from_logits`).
    """

    @checked
    def __init__(self, fn: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(fn, **kwargs)
        for argument, value in self._fn_kwargs.items():
            setattr(self, argument, value)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**Loss.get_config(self), **self._fn_kwargs}


def _tensors(structure: Any, dtype: str) -> Any:
    """Makes tensors of the leaves of a structure; nested lists of numbers are one tensor."""
    if is_nested(structure) and not all(isinstance(x, int | float) for x in flatten(structure)):
        return map_structure(lambda x: ops.convert_to_tensor(x, dtype=dtype), structure)
    return ops.convert_to_tensor(structure, dtype=dtype)


def _checked_reduction(reduction: str | None) -> str | None:
    if reduction not in REDUCTIONS:
        raise ValueError(f"`reduction` expected one of {REDUCTIONS}, received {reduction!r}.")
    return reduction


@checked
def keras_mask(tensor: Any) -> Any:
    """Returns the mask a layer attached to a tensor, or `None`."""
    return getattr(tensor, "_keras_mask", None)


@checked
def squeeze_or_expand_to_same_rank(x1: Any, x2: Any, expand_rank_1: bool = True) -> tuple[Any, Any]:
    """Removes or adds a last axis of length one where the ranks differ by one.

    Args:
        x1: A tensor.
        x2: A tensor.
        expand_rank_1: Whether a vector is made a column to match a column. Otherwise the column
            is made a vector.

    Returns:
        The two tensors; unchanged where no such axis explains the difference.
    """
    x1_rank, x2_rank = len(x1.shape), len(x2.shape)
    if x1_rank == x2_rank + 1 and x1.shape[-1] == 1:
        if x2_rank == 1 and expand_rank_1:
            x2 = ops.expand_dims(x2, axis=-1)
        else:
            x1 = ops.squeeze(x1, axis=-1)
    elif x2_rank == x1_rank + 1 and x2.shape[-1] == 1:
        if x1_rank == 1 and expand_rank_1:
            x1 = ops.expand_dims(x1, axis=-1)
        else:
            x2 = ops.squeeze(x2, axis=-1)
    return x1, x2


@checked
def align(function: str, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Any, Any]:
    """Returns both as tensors of one dtype and one rank, whose shapes can be combined.

    Args:
        function: The loss function's name, for the message.
        y_true: Labels.
        y_pred: Predictions.

    Raises:
        ValueError: If the shapes do not broadcast.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
    axes = zip(reversed(y_true.shape), reversed(y_pred.shape), strict=False)
    if any(a != b and 1 not in (a, b) for a, b in axes):
        raise ValueError(
            f"`{function}` expected `y_true` and `y_pred` of one shape, received `y_true` of shape "
            f"{tuple(y_true.shape)} and `y_pred` of shape {tuple(y_pred.shape)}. Give the last "
            "layer as many units as a target has values, or reshape the targets."
        )
    return y_true, y_pred


@checked
def reduce_weighted_values(
    values: Any,
    sample_weight: Any = None,
    mask: Any = None,
    reduction: str | None = "sum_over_batch_size",
    dtype: str | None = None,
) -> Any:
    """Applies a mask and weights to per-sample values and reduces them.

    Args:
        values: Per-sample values of any shape.
        sample_weight: Weights that broadcast to `values`, or `None`.
        mask: Bool tensor that broadcasts to `values`; `False` hides a value. Or `None`.
        reduction: As in `Loss`.
        dtype: Dtype of the result; default that of `values`.

    Returns:
        A scalar, or a tensor like `values` where the reduction is none.
    """
    values = ops.convert_to_tensor(values, dtype=dtype)
    weight = None if sample_weight is None else ops.convert_to_tensor(sample_weight, values.dtype)
    weight = apply_mask(weight, mask, values.dtype, reduction)
    if weight is not None:
        values, weight = squeeze_or_expand_to_same_rank(values, weight)
        _check_weight(values, weight)
        values = values * weight
    return _reduce(values, weight, reduction)


def _check_weight(values: Any, weight: Any) -> None:
    axes = zip(reversed(weight.shape), reversed(values.shape), strict=False)
    if any(a != b and 1 not in (a, b) for a, b in axes):
        raise ValueError(
            f"`sample_weight` of shape {tuple(weight.shape)} does not fit loss values of shape "
            f"{tuple(values.shape)}. Pass one weight per sample, or one per value."
        )


@checked
def apply_mask(sample_weight: Any, mask: Any, dtype: str, reduction: str | None) -> Any:
    """Returns the weights with masked positions set to zero.

    Under a reduction that divides by the number of values, the other weights grow so that the
    mean is one over the values that count.

    Args:
        sample_weight: Weights, or `None` for all one.
        mask: Bool tensor, or `None`.
        dtype: Dtype of the result.
        reduction: As in `Loss`.
    """
    if mask is None:
        return sample_weight
    mask = ops.convert_to_tensor(mask)
    weight = ops.cast(mask, dtype)
    if reduction in ("mean", "sum_over_batch_size"):
        total = float(math.prod(mask.shape))
        weight = weight * ops.divide_no_nan(total, ops.sum(weight))
    if sample_weight is None:
        return weight
    weight, sample_weight = squeeze_or_expand_to_same_rank(
        weight, ops.convert_to_tensor(sample_weight, dtype)
    )
    return sample_weight * weight


def _reduce(values: Any, sample_weight: Any, reduction: str | None) -> Any:
    if reduction in (None, "none") or tuple(values.shape) in ((), (0,)):
        return values
    total = ops.sum(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and sample_weight is not None:
        return ops.divide_no_nan(total, ops.sum(sample_weight))
    return total / float(max(math.prod(values.shape), 1))
