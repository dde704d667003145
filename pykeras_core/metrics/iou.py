"""Owns intersection over union: the overlap of predicted and true regions, class by class."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pykeras_core import ops, settings
from pykeras_core.checks import DType, IntTuple, PositiveInt, checked
from pykeras_core.metrics.base import Metric
from pykeras_core.metrics.reduction import spread_weight

__all__ = ["BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]


class IoU(Metric):
    """`true_positives / (true_positives + false_positives + false_negatives)` of some classes.

    Args:
        num_classes: Number of classes; labels and predictions outside of them do not count.
        target_class_ids: The classes whose values are averaged.
        name: Name in logs.
        dtype: Dtype of the counts. Default: int32.
        ignore_class: Positions with this label do not count. Default: all count.
        sparse_y_true: Whether labels are class numbers (default) or one-hot.
        sparse_y_pred: Whether predictions are class numbers (default) or scores.
        axis: The axis of classes where they are not sparse.

    Raises:
        ValueError: If a target class is not below `num_classes`.

    Example:
        >>> import pykeras_core as keras
        >>> metric = keras.metrics.IoU(num_classes=2, target_class_ids=[0])
        >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    _direction = "up"

    @checked
    def __init__(
        self,
        num_classes: PositiveInt,
        target_class_ids: IntTuple,
        name: str | None = None,
        dtype: DType = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype=dtype or "int32")
        if max(target_class_ids) >= num_classes:
            raise ValueError(
                f"`target_class_ids` expected classes from 0 to {num_classes - 1}, received "
                f"{max(target_class_ids)}."
            )
        self.num_classes = num_classes
        self.target_class_ids = list(target_class_ids)
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable(
            (num_classes, num_classes), "zeros", dtype=self.dtype, name="total_confusion_matrix"
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch to the confusion matrix.

        Args:
            y_true: Labels of any shape.
            y_pred: Predictions of that shape.
            sample_weight: One weight per label; default all one.
        """
        if not self.sparse_y_true:
            y_true = ops.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = ops.argmax(y_pred, axis=self.axis)
        y_true = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        y_pred = ops.reshape(ops.cast(y_pred, "int32"), (-1,))
        weight = self._weight(sample_weight, y_true.shape)
        counts = self._in_range(y_true, y_pred)
        weight = ops.where(counts, weight, ops.zeros_like(weight))
        cell = ops.where(counts, y_true * self.num_classes + y_pred, 0)
        cells = self.num_classes * self.num_classes
        matrix = ops.segment_sum(weight, cell, num_segments=cells)
        self.total_cm.assign_add(ops.reshape(matrix, self.total_cm.shape))

    def _weight(self, sample_weight: Any, shape: tuple[int, ...]) -> Any:
        if sample_weight is None:
            return ops.ones(shape, dtype=self.dtype)
        weight = ops.convert_to_tensor(sample_weight)
        if weight.dtype == "float32" and self.dtype != "float32":
            warnings.warn(
                f"`{type(self).__name__}` counts in {self.dtype}, so the fractions of float "
                "weights are cut off. Use integer weights, or `dtype='float32'`.",
                stacklevel=4,
            )
        weight = ops.cast(weight, self.dtype)
        if len(weight.shape) > 1:
            weight = ops.reshape(weight, (-1,))
        return spread_weight(weight, shape)

    def _in_range(self, y_true: Any, y_pred: Any) -> Any:
        def known(classes: Any) -> Any:
            return ops.logical_and(classes >= 0, classes < self.num_classes)

        counts = ops.logical_and(known(y_true), known(y_pred))
        if self.ignore_class is not None:
            counts = ops.logical_and(counts, ops.not_equal(y_true, self.ignore_class))
        return counts

    def result(self) -> Any:
        """Returns the mean over the target classes that occur, a scalar."""
        matrix = ops.cast(self.total_cm, "float32")
        targets = np.asarray(self.target_class_ids, dtype="int32")
        both = ops.sum(matrix * ops.eye(self.num_classes), axis=0)
        either = ops.sum(matrix, axis=0) + ops.sum(matrix, axis=1) - both
        both, either = ops.take(both, targets), ops.take(either, targets)
        occurs = ops.greater(either, 1e-9)
        iou = ops.where(occurs, both / (either + settings.epsilon()), 0.0)
        return ops.sum(iou) / (ops.sum(ops.cast(occurs, "float32")) + settings.epsilon())

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


def _without(config: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name not in names}


class BinaryIoU(IoU):
    """Intersection over union of thresholded scores, classes 0 and 1.

    Args:
        target_class_ids: The classes whose values are averaged. Default: both.
        threshold: Scores at or above it are class 1. Default 0.5.
        name: Name in logs.
        dtype: Dtype of the counts. Default: int32.
    """

    @checked
    def __init__(
        self,
        target_class_ids: IntTuple = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(num_classes=2, target_class_ids=target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch to the confusion matrix.

        Args:
            y_true: Labels 0 or 1 of any shape.
            y_pred: Scores of that shape.
            sample_weight: One weight per label; default all one.
        """
        y_pred = ops.greater_equal(ops.convert_to_tensor(y_pred), self.threshold)
        super().update_state(y_true, y_pred, sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "target_class_ids": self.target_class_ids,
            "threshold": self.threshold,
            "name": self.name,
            "dtype": self.dtype,
        }


class MeanIoU(IoU):
    """Intersection over union, averaged over all classes that occur.

    Args:
        num_classes: Number of classes.
        name: Name in logs.
        dtype: Dtype of the counts. Default: int32.
        ignore_class: Positions with this label do not count. Default: all count.
        sparse_y_true: Whether labels are class numbers (default) or one-hot.
        sparse_y_pred: Whether predictions are class numbers (default) or scores.
        axis: The axis of classes where they are not sparse.
    """

    @checked
    def __init__(
        self,
        num_classes: PositiveInt,
        name: str | None = None,
        dtype: DType = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            target_class_ids=range(num_classes),
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_true=sparse_y_true,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return _without(super().get_config(), "target_class_ids")


class OneHotIoU(IoU):
    """Intersection over union of some classes, labels one-hot and predictions as scores.

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes whose values are averaged.
        name: Name in logs.
        dtype: Dtype of the counts. Default: int32.
        ignore_class: Positions with this label do not count. Default: all count.
        sparse_y_pred: Whether predictions are class numbers. Default: scores.
        axis: The axis of classes.
    """

    @checked
    def __init__(
        self,
        num_classes: PositiveInt,
        target_class_ids: IntTuple,
        name: str | None = None,
        dtype: DType = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            target_class_ids=target_class_ids,
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_true=False,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return _without(super().get_config(), "sparse_y_true")


class OneHotMeanIoU(MeanIoU):
    """Intersection over union, averaged over the classes, labels one-hot, predictions as scores.

    Args:
        num_classes: Number of classes.
        name: Name in logs.
        dtype: Dtype of the counts. Default: int32.
        ignore_class: Positions with this label do not count. Default: all count.
        sparse_y_pred: Whether predictions are class numbers. Default: scores.
        axis: The axis of classes.
    """

    @checked
    def __init__(
        self,
        num_classes: PositiveInt,
        name: str | None = None,
        dtype: DType = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_true=False,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return _without(super().get_config(), "sparse_y_true")
