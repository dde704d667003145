"""Owns the metrics that are best at one thing where another reaches a given value."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import DType, Fraction, NonNegativeInt, PositiveInt, checked
from pykeras_core.metrics.confusion import OutcomeMetric, share
from pykeras_core.metrics.counting import OUTCOMES

__all__ = [
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
]


class _TradeOff(OutcomeMetric):
    """The best of one ratio over thresholds where another ratio reaches a given value."""

    _direction = "up"
    _given: str

    def __init__(
        self, value: float, num_thresholds: int, class_id: int | None, name: str | None, dtype: Any
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.value = value
        setattr(self, self._given, value)
        self.num_thresholds = num_thresholds
        self.class_id = class_id
        self.thresholds = [0.5]
        if num_thresholds > 1:
            self.thresholds = [i / (num_thresholds - 1) for i in range(num_thresholds)]
        self._add_counts(OUTCOMES)

    def _ratio(self, name: str) -> Any:
        tp, fp, tn, fn = self._counts.values()
        if name == "precision":
            return share(tp, fp)
        if name == "specificity":
            return share(tn, fp)
        return share(tp, fn)  # recall, which is another name for sensitivity

    def _best(self, wanted: str) -> Any:
        reached = ops.greater_equal(self._ratio(self._given), self.value)
        return ops.max(ops.where(reached, self._ratio(wanted), 0.0))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "class_id": self.class_id,
            "num_thresholds": self.num_thresholds,
            self._given: self.value,
        }


class SensitivityAtSpecificity(_TradeOff):
    """The best sensitivity among thresholds whose specificity is at least `specificity`.

    Args:
        specificity: `true_negatives / (true_negatives + false_positives)` asked for, in [0, 1].
        num_thresholds: How many thresholds are tried. Default 200.
        class_id: Only this class counts. Default: all.
        name: Name in logs.
        dtype: As in `Metric`.

    Raises:
        ValueError: If an argument is out of range.
    """

    _given = "specificity"

    @checked
    def __init__(
        self,
        specificity: Fraction,
        num_thresholds: PositiveInt = 200,
        class_id: NonNegativeInt | None = None,
        name: str | None = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)

    def result(self) -> Any:
        """Returns the sensitivity, a scalar; 0 where no threshold is good enough."""
        return self._best("sensitivity")


class SpecificityAtSensitivity(_TradeOff):
    """The best specificity among thresholds whose sensitivity is at least `sensitivity`.

    Args:
        sensitivity: `true_positives / (true_positives + false_negatives)` asked for, in [0, 1].
        num_thresholds: How many thresholds are tried. Default 200.
        class_id: Only this class counts. Default: all.
        name: Name in logs.
        dtype: As in `Metric`.

    Raises:
        ValueError: If an argument is out of range.
    """

    _given = "sensitivity"

    @checked
    def __init__(
        self,
        sensitivity: Fraction,
        num_thresholds: PositiveInt = 200,
        class_id: NonNegativeInt | None = None,
        name: str | None = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)

    def result(self) -> Any:
        """Returns the specificity, a scalar; 0 where no threshold is good enough."""
        return self._best("specificity")


class PrecisionAtRecall(_TradeOff):
    """The best precision among thresholds whose recall is at least `recall`.

    Args:
        recall: `true_positives / (true_positives + false_negatives)` asked for, in [0, 1].
        num_thresholds: How many thresholds are tried. Default 200.
        class_id: Only this class counts. Default: all.
        name: Name in logs.
        dtype: As in `Metric`.

    Raises:
        ValueError: If an argument is out of range.
    """

    _given = "recall"

    @checked
    def __init__(
        self,
        recall: Fraction,
        num_thresholds: PositiveInt = 200,
        class_id: NonNegativeInt | None = None,
        name: str | None = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)

    def result(self) -> Any:
        """Returns the precision, a scalar; 0 where no threshold is good enough."""
        return self._best("precision")


class RecallAtPrecision(_TradeOff):
    """The best recall among thresholds whose precision is at least `precision`.

    Args:
        precision: `true_positives / (true_positives + false_positives)` asked for, in [0, 1].
        num_thresholds: How many thresholds are tried. Default 200.
        class_id: Only this class counts. Default: all.
        name: Name in logs.
        dtype: As in `Metric`.

    Raises:
        ValueError: If an argument is out of range.
    """

    _given = "precision"

    @checked
    def __init__(
        self,
        precision: Fraction,
        num_thresholds: PositiveInt = 200,
        class_id: NonNegativeInt | None = None,
        name: str | None = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)

    def result(self) -> Any:
        """Returns the recall, a scalar; 0 where no threshold is good enough."""
        return self._best("recall")
