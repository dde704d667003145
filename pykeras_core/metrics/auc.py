"""Owns `AUC`: the area under a curve of outcomes as the threshold moves from 0 to 1."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, PositiveInt, Shares, checked
from pykeras_core.metrics.base import Metric
from pykeras_core.metrics.counting import OUTCOMES, count_outcomes

__all__ = ["AUC"]

CURVES = ("ROC", "PR", "PRGAIN")
SUMMATIONS = ("interpolation", "majoring", "minoring")


class AUC(Metric):
    """Area under the ROC, precision-recall or precision-recall-gain curve.

    Args:
        num_thresholds: How many thresholds approximate the curve. Default 200.
        curve: `"ROC"` (default): true positive rate over false positive rate; `"PR"`: precision
            over recall; `"PRGAIN"`: precision gain over recall gain.
        summation_method: `"interpolation"` (default), `"majoring"` or `"minoring"`: mid, upper
            or lower heights between two thresholds.
        name: Name in logs.
        dtype: As in `Metric`.
        thresholds: Numbers in [0, 1] instead of evenly spaced ones; the ends are added.
        multi_label: Whether each label has an area of its own, averaged in the end.
        num_labels: Number of labels, if known before the first batch; with `multi_label` only.
        label_weights: One weight per label: of its area with `multi_label`, else of its samples.
        from_logits: Whether predictions are logits. Default: probabilities.

    Raises:
        ValueError: If an argument is none of these.

    Source:
        Davis and Goadrich, The Relationship Between Precision-Recall and ROC Curves, 2006, for
        the interpolated PR curve.

    Example:
        >>> import pykeras_core as keras
        >>> float(keras.metrics.AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.75
    """

    _direction = "up"

    @checked
    def __init__(
        self,
        num_thresholds: PositiveInt = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: DType = None,
        thresholds: Shares | None = None,
        multi_label: bool = False,
        num_labels: PositiveInt | None = None,
        label_weights: ArrayLike = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.curve = _one_of("curve", curve.upper(), CURVES)
        self.summation_method = _one_of("summation_method", summation_method.lower(), SUMMATIONS)
        self._own_thresholds = None if thresholds is None else sorted(thresholds)
        self._thresholds = _thresholds(num_thresholds, self._own_thresholds)
        self.num_thresholds = len(self._thresholds)
        if num_labels and not multi_label:
            raise ValueError("`num_labels` is for `multi_label=True` only.")
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = (
            None if label_weights is None else ops.convert_to_tensor(label_weights, self.dtype)
        )
        self._from_logits = from_logits
        self._built = False
        if num_labels or not multi_label:
            self._build((None, num_labels) if multi_label else ())

    @property
    def thresholds(self) -> list[float]:
        """The thresholds, the outer ones just outside of [0, 1]."""
        return list(self._thresholds)

    def _build(self, shape: tuple[int | None, ...]) -> None:
        if self.multi_label and len(shape) != 2:
            raise ValueError(
                "`AUC` with `multi_label=True` expected predictions of shape (batch, labels), "
                f"received shape {tuple(shape)}."
            )
        counts_shape = (
            (self.num_thresholds, *shape[1:]) if self.multi_label else (self.num_thresholds,)
        )
        self._counts = {
            outcome: self.add_variable(counts_shape, "zeros", name=outcome) for outcome in OUTCOMES
        }
        for outcome, variable in self._counts.items():
            setattr(self, outcome, variable)
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds the outcomes of a batch.

        Args:
            y_true: Labels 0 or 1.
            y_pred: Scores in [0, 1], or logits, of the same shape.
            sample_weight: One weight per sample; default all one.

        Raises:
            ValueError: If the shapes do not fit.
        """
        y_pred = ops.convert_to_tensor(y_pred)
        if not self._built:
            self._build(y_pred.shape)
        counted = count_outcomes(
            y_true,
            ops.sigmoid(y_pred) if self._from_logits else y_pred,
            self._thresholds,
            sample_weight=sample_weight,
            label_weights=None if self.multi_label else self.label_weights,
            multi_label=self.multi_label,
        )
        for outcome, variable in self._counts.items():
            variable.assign_add(counted[outcome])

    def result(self) -> Any:
        """Returns the area, a scalar."""
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._over_labels(self._interpolated_pr())
        x, y = getattr(self, f"_{self.curve.lower()}_curve")()
        left, right = y[:-1], y[1:]
        if self.summation_method == "interpolation":
            heights = (left + right) / 2.0
        elif self.summation_method == "minoring":
            heights = ops.minimum(left, right)
        else:
            heights = ops.maximum(left, right)
        return self._over_labels((x[:-1] - x[1:]) * heights)

    def _roc_curve(self) -> tuple[Any, Any]:
        tp, fp, tn, fn = self._counts.values()
        return ops.divide_no_nan(fp, fp + tn), ops.divide_no_nan(tp, tp + fn)

    def _pr_curve(self) -> tuple[Any, Any]:
        tp, fp, _, fn = self._counts.values()
        return ops.divide_no_nan(tp, tp + fn), ops.divide_no_nan(tp, tp + fp)

    def _prgain_curve(self) -> tuple[Any, Any]:
        """Flach and Kull, Precision-Recall-Gain Curves, 2015, equation 5."""
        tp, fp, tn, fn = self._counts.values()
        odds = ops.divide_no_nan(tp + fn, tn + fp)
        none_found = ops.equal(tp, 0.0)
        recall_gain = 1.0 - odds * ops.divide_no_nan(fn, tp)
        precision_gain = 1.0 - odds * ops.divide_no_nan(fp, tp)
        recall_gain = ops.maximum(ops.where(none_found, 0.0, recall_gain), 0.0)
        return recall_gain, ops.where(none_found, 1.0, precision_gain)

    def _interpolated_pr(self) -> Any:
        """Area between thresholds, false positives growing in line with true ones."""
        tp, fp, _, fn = self._counts.values()
        found = tp + fp
        gained, found_gained = tp[:-1] - tp[1:], found[:-1] - found[1:]
        slope = ops.divide_no_nan(gained, ops.maximum(found_gained, 0.0))
        intercept = tp[1:] - slope * found[1:]
        both = ops.logical_and(found[:-1] > 0.0, found[1:] > 0.0)
        ratio = ops.where(both, ops.divide_no_nan(found[:-1], ops.maximum(found[1:], 0.0)), 1.0)
        area = slope * (gained + intercept * ops.log(ratio))
        return ops.divide_no_nan(area, ops.maximum(tp[1:] + fn[1:], 0.0))

    def _over_labels(self, areas: Any) -> Any:
        if not self.multi_label:
            return ops.sum(areas)
        by_label = ops.sum(areas, axis=0)
        if self.label_weights is None:
            return ops.mean(by_label)
        weighted = ops.sum(by_label * self.label_weights)
        return ops.divide_no_nan(weighted, ops.sum(self.label_weights))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        weights = self.label_weights
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": None if weights is None else weights.numpy().tolist(),
            "from_logits": self._from_logits,
        }
        if self._own_thresholds is not None:
            config["thresholds"] = self._own_thresholds
        return config


def _one_of(argument: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"`{argument}` expected one of {allowed}, received {value!r}.")
    return value


def _thresholds(num_thresholds: int, own: list[float] | None) -> list[float]:
    if own is None:
        if num_thresholds <= 1:
            raise ValueError(f"`num_thresholds` expected 2 or more, received {num_thresholds}.")
        own = [i / (num_thresholds - 1) for i in range(1, num_thresholds - 1)]
    # Beyond both ends, so that every score lies between two thresholds.
    return [0.0 - settings.epsilon(), *own, 1.0 + settings.epsilon()]
