"""Owns the F-scores: weighted harmonic means of precision and recall."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import DType, checked
from pykeras_core.metrics.base import Metric

__all__ = ["F1Score", "FBetaScore"]


class FBetaScore(Metric):
    """`(1 + beta**2) * precision * recall / (beta**2 * precision + recall)` per class.

    Args:
        average: `None` (default) for one score per class, `"micro"` for one over all counts,
            `"macro"` for the mean of the classes', `"weighted"` for their mean weighted by how
            often each occurs.
        beta: How much recall weighs against precision. Default 1.0.
        threshold: Scores above it are positive. Default: only the highest of each sample is.
        name: Name in logs.
        dtype: As in `Metric`.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> import pykeras_core as keras
        >>> metric = keras.metrics.FBetaScore(beta=2.0, threshold=0.5)
        >>> metric([[1, 1, 1], [1, 0, 0], [1, 1, 0]],
        ...        [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]]).numpy().round(4)
        array([0.3846, 0.9091, 0.8333], dtype=float32)
    """

    _direction = "up"

    @checked
    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: DType = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        allowed = (None, "micro", "macro", "weighted")
        if average not in allowed:
            raise ValueError(f"`average` expected one of {allowed}, received {average!r}.")
        if not isinstance(beta, float) or beta <= 0.0:
            raise ValueError(f"`beta` expected a float above 0, received {beta!r}.")
        if threshold is not None and not (isinstance(threshold, float) and 0 < threshold <= 1):
            raise ValueError(
                f"`threshold` expected a float above 0 and at most 1, received {threshold!r}."
            )
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.axis = None if average == "micro" else 0
        self._built = False

    def _build(self, y_true: Any, y_pred: Any) -> None:
        if len(y_true.shape) != 2 or y_true.shape != y_pred.shape:
            raise ValueError(
                f"`{type(self).__name__}` expected labels and predictions of shape (batch, "
                f"classes), received shapes {tuple(y_true.shape)} and {tuple(y_pred.shape)}. "
                "Class numbers need one-hot form first: `keras.utils.to_categorical`."
            )
        shape = () if self.average == "micro" else y_pred.shape[-1:]

        def add(name: str) -> Any:
            return self.add_variable(shape, "zeros", dtype=self.dtype, name=name)

        self.true_positives = add("true_positives")
        self.false_positives = add("false_positives")
        self.false_negatives = add("false_negatives")
        self.intermediate_weights = add("intermediate_weights")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds the outcomes of a batch.

        Args:
            y_true: Labels 0 or 1; shape `(batch, classes)`.
            y_pred: Scores of the same shape.
            sample_weight: One weight per sample; default all one.

        Raises:
            ValueError: If they are no matrices of one shape.
        """
        y_true = ops.convert_to_tensor(y_true, dtype=self.dtype)
        y_pred = ops.convert_to_tensor(y_pred, dtype=self.dtype)
        if not self._built:
            self._build(y_true, y_pred)
        chosen = self._chosen(y_pred)
        weight = None
        if sample_weight is not None:
            weight = ops.expand_dims(ops.convert_to_tensor(sample_weight, dtype=self.dtype), 1)

        def weighted_sum(values: Any) -> Any:
            return ops.sum(values if weight is None else values * weight, axis=self.axis)

        self.true_positives.assign_add(weighted_sum(chosen * y_true))
        self.false_positives.assign_add(weighted_sum(chosen * (1.0 - y_true)))
        self.false_negatives.assign_add(weighted_sum((1.0 - chosen) * y_true))
        self.intermediate_weights.assign_add(weighted_sum(y_true))

    def _chosen(self, y_pred: Any) -> Any:
        if self.threshold is not None:
            return ops.cast(ops.greater(y_pred, self.threshold), self.dtype)
        highest = ops.greater_equal(y_pred, ops.max(y_pred, axis=-1, keepdims=True))
        # A row of zeros chooses nothing.
        return ops.cast(ops.logical_and(highest, ops.abs(y_pred) > 1e-9), self.dtype)

    def result(self) -> Any:
        """Returns the score: a scalar, or one per class where `average` is `None`."""
        epsilon = settings.epsilon()
        found = self.true_positives
        precision = found / (found + self.false_positives + epsilon)
        recall = found / (found + self.false_negatives + epsilon)
        weighted = self.beta**2 * precision + recall + epsilon
        score = (1.0 + self.beta**2) * precision * recall / weighted
        if self.average == "weighted":
            weights = self.intermediate_weights
            return ops.sum(score * weights / (ops.sum(weights) + epsilon))
        return score if self.average is None else ops.mean(score)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


class F1Score(FBetaScore):
    """`2 * precision * recall / (precision + recall)` per class.

    Args:
        average: As in `FBetaScore`.
        threshold: As in `FBetaScore`.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    @checked
    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: DType = None,
    ) -> None:
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        config = super().get_config()
        del config["beta"]
        return config
