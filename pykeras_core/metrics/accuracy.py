"""Owns the accuracies: how often predictions are right."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, PositiveInt, Vector, checked
from pykeras_core.losses.base import align
from pykeras_core.metrics.reduction import FunctionMetric

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


@checked
def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns 1 where `y_true == y_pred`, else 0.

    Args:
        y_true: Labels of any shape.
        y_pred: Predicted labels of the same shape.

    Returns:
        float32, that shape.
    """
    y_true, y_pred = align("accuracy", y_true, y_pred)
    return ops.cast(ops.equal(y_true, y_pred), settings.floatx())


@checked
def binary_accuracy(y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5) -> Any:
    """Returns 1 where `(y_pred > threshold) == y_true`, else 0.

    Args:
        y_true: Labels 0 or 1 of any shape.
        y_pred: Scores of the same shape.
        threshold: Scores above it are read as 1. Default 0.5.

    Returns:
        float32, that shape.

    Example:
        >>> import pykeras_core as keras
        >>> keras.metrics.binary_accuracy([[1.0, 0.0]], [[0.9, 0.7]]).numpy()
        array([[1., 0.]], dtype=float32)
    """
    y_true, y_pred = align("binary_accuracy", y_true, y_pred)
    predicted = ops.cast(ops.greater(y_pred, threshold), y_true.dtype)
    return ops.cast(ops.equal(y_true, predicted), settings.floatx())


@checked
def categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns 1 where the highest score is at the labels' one, else 0.

    Args:
        y_true: One-hot labels; shape `(batch, ..., classes)`.
        y_pred: Scores of the same shape.

    Returns:
        float32, shape `(batch, ...)`.
    """
    y_true = ops.argmax(y_true, axis=-1)
    return ops.cast(ops.equal(y_true, ops.argmax(y_pred, axis=-1)), settings.floatx())


@checked
def sparse_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns 1 where the highest score is at the labels' class number, else 0.

    Args:
        y_true: Class numbers; shape `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Scores; shape `(batch, ..., classes)`.

    Returns:
        float32, shape `(batch, ...)`.

    Example:
        >>> import pykeras_core as keras
        >>> keras.metrics.sparse_categorical_accuracy([2, 0], [[0, 0, 1], [0, 1, 0]]).numpy()
        array([1., 0.], dtype=float32)
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    _check_class_numbers("sparse_categorical_accuracy", y_true, y_pred)
    matches = ops.cast(ops.equal(y_true, ops.argmax(y_pred, axis=-1)), settings.floatx())
    if len(matches.shape) > 1 and matches.shape[-1] == 1:
        matches = ops.squeeze(matches, -1)
    return matches


@checked
def top_k_categorical_accuracy(y_true: ArrayLike, y_pred: Vector, k: PositiveInt = 5) -> Any:
    """Returns 1 where the labels' one is among the `k` highest scores, else 0.

    Args:
        y_true: One-hot labels; shape `(batch, ..., classes)`.
        y_pred: Scores of the same shape.
        k: How many of the highest scores count. Default 5.

    Returns:
        float32, shape `(batch, ...)`.
    """
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k=k)


@checked
def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike, y_pred: Vector, k: PositiveInt = 5, from_sorted_ids: bool = False
) -> Any:
    """Returns 1 where the class number is among the `k` highest scores, else 0.

    Args:
        y_true: Class numbers; shape `(batch, ...)`.
        y_pred: Scores; shape `(batch, ..., classes)`. With `from_sorted_ids`, class numbers from
            best to worst.
        k: How many of the highest scores count. Default 5.
        from_sorted_ids: Whether `y_pred` holds class numbers.

    Returns:
        float32, shape `(batch, ...)`.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true)
    shape = y_true.shape
    scores = ops.reshape(y_pred, (-1, y_pred.shape[-1]))
    labels = ops.reshape(y_true, (-1,))
    if from_sorted_ids:
        same = ops.equal(ops.cast(ops.expand_dims(labels, 1), scores.dtype), scores[:, :k])
        matches = ops.any(same, axis=1)
    else:
        matches = ops.in_top_k(ops.cast(labels, "int32"), scores, k=k)
    return ops.reshape(ops.cast(matches, settings.floatx()), shape)


def _check_class_numbers(function: str, y_true: Any, y_pred: Any) -> None:
    if tuple(y_true.shape) != tuple(y_pred.shape[:-1]):
        raise ValueError(
            f"`{function}` expected class numbers of shape {tuple(y_pred.shape[:-1])}, received "
            f"labels of shape {tuple(y_true.shape)} for predictions of shape "
            f"{tuple(y_pred.shape)}. One-hot labels need `categorical_accuracy`."
        )


class Accuracy(FunctionMetric):
    """How often predicted labels equal the labels.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "up"

    @checked
    def __init__(self, name: str = "accuracy", dtype: DType = None) -> None:
        super().__init__(accuracy, name=name, dtype=dtype)


class BinaryAccuracy(FunctionMetric):
    """How often thresholded scores equal labels 0 or 1.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        threshold: Scores above it are read as 1. Default 0.5.
    """

    _direction = "up"

    @checked
    def __init__(
        self, name: str = "binary_accuracy", dtype: DType = None, threshold: float = 0.5
    ) -> None:
        super().__init__(binary_accuracy, name=name, dtype=dtype, threshold=threshold)


class CategoricalAccuracy(FunctionMetric):
    """How often the highest score is at the one-hot label.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "up"

    @checked
    def __init__(self, name: str = "categorical_accuracy", dtype: DType = None) -> None:
        super().__init__(categorical_accuracy, name=name, dtype=dtype)


class SparseCategoricalAccuracy(FunctionMetric):
    """How often the highest score is at the class number.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.

    Example:
        >>> import pykeras_core as keras
        >>> metric = keras.metrics.SparseCategoricalAccuracy()
        >>> float(metric([2, 0], [[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]]))
        0.5
    """

    _direction = "up"

    @checked
    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: DType = None) -> None:
        super().__init__(sparse_categorical_accuracy, name=name, dtype=dtype)


class TopKCategoricalAccuracy(FunctionMetric):
    """How often the one-hot label is among the `k` highest scores.

    Args:
        k: How many of the highest scores count. Default 5.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "up"

    @checked
    def __init__(
        self, k: PositiveInt = 5, name: str = "top_k_categorical_accuracy", dtype: DType = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name=name, dtype=dtype, k=k)


class SparseTopKCategoricalAccuracy(FunctionMetric):
    """How often the class number is among the `k` highest scores.

    Args:
        k: How many of the highest scores count. Default 5.
        name: Name in logs.
        dtype: As in `Metric`.
        from_sorted_ids: Whether predictions are class numbers from best to worst.
    """

    _direction = "up"

    @checked
    def __init__(
        self,
        k: PositiveInt = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: DType = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(
            sparse_top_k_categorical_accuracy,
            name=name,
            dtype=dtype,
            k=k,
            from_sorted_ids=from_sorted_ids,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict; `from_sorted_ids` only where it is on."""
        config = super().get_config()
        if not config["from_sorted_ids"]:
            del config["from_sorted_ids"]
        return config
