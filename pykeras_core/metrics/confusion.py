"""Owns the metrics of right and wrong at thresholds: counts, precision, recall and trade-offs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import DType, Fraction, NonNegativeInt, PositiveInt, Shares, checked
from pykeras_core.metrics.base import Metric
from pykeras_core.metrics.counting import NEVER, OUTCOMES, count_outcomes

__all__ = [
    "FalseNegatives",
    "FalsePositives",
    "OutcomeMetric",
    "Precision",
    "PrecisionAtRecall",
    "Recall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
    "TrueNegatives",
    "TruePositives",
]

Thresholds = Shares | None


def _checked_thresholds(thresholds: Thresholds, default: float) -> list[float]:
    if thresholds is None:
        return [default]
    levels = [thresholds] if isinstance(thresholds, int | float) else list(thresholds)
    invalid = [level for level in levels if level is None or not 0 <= level <= 1]
    if invalid:
        raise ValueError(f"`thresholds` expected numbers in [0, 1], received {invalid}.")
    return levels


class OutcomeMetric(Metric):
    """Base of the metrics that add up outcomes at thresholds, one variable per outcome."""

    thresholds: list[float]
    top_k: int | None = None
    class_id: int | None = None

    def _add_counts(self, outcomes: Sequence[str]) -> None:
        for outcome in outcomes:
            variable = self.add_variable((len(self.thresholds),), "zeros", name=outcome)
            setattr(self, outcome, variable)
        self._counts = {outcome: getattr(self, outcome) for outcome in outcomes}

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds the outcomes of a batch.

        Args:
            y_true: Labels 0 or 1.
            y_pred: Scores in [0, 1] of the same shape.
            sample_weight: One weight per sample; default all one.

        Raises:
            ValueError: If labels and scores do not have one shape.
        """
        counted = count_outcomes(
            y_true,
            y_pred,
            self.thresholds,
            sample_weight=sample_weight,
            top_k=self.top_k,
            class_id=self.class_id,
        )
        for outcome, variable in self._counts.items():
            variable.assign_add(counted[outcome])

    def _per_threshold(self, values: Any) -> Any:
        """One number where there is one threshold."""
        return values[0] if len(self.thresholds) == 1 else ops.convert_to_tensor(values)


def _share(part: Any, rest: Any) -> Any:
    """`part / (part + rest)`, 0 where both are 0."""
    return ops.divide_no_nan(part, part + rest)


class _OneOutcome(OutcomeMetric):
    """The number of samples with one outcome.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5. Scores above it count
            as positive.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _outcome: str

    @checked
    def __init__(
        self, thresholds: Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = _checked_thresholds(thresholds, default=0.5)
        self.accumulator = self.add_variable((len(self.thresholds),), "zeros", name="accumulator")
        self._counts = {self._outcome: self.accumulator}

    def result(self) -> Any:
        """Returns the count, or one per threshold."""
        return self._per_threshold(self.accumulator)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


class TruePositives(_OneOutcome):
    """The number of positives that are predicted positive.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5. Scores above it count
            as positive.
        name: Name in logs.
        dtype: As in `Metric`.

    Example:
        >>> import pykeras_core as keras
        >>> float(keras.metrics.TruePositives()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.7]))
        2.0
    """

    _outcome = "true_positives"


class FalsePositives(_OneOutcome):
    """The number of negatives that are predicted positive.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5. Scores above it count
            as positive.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _outcome = "false_positives"


class TrueNegatives(_OneOutcome):
    """The number of negatives that are predicted negative.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5. Scores above it count
            as positive.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _outcome = "true_negatives"


class FalseNegatives(_OneOutcome):
    """The number of positives that are predicted negative.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5. Scores above it count
            as positive.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _outcome = "false_negatives"


class _Ratio(OutcomeMetric):
    """`true_positives / (true_positives + other)` at thresholds."""

    _direction = "up"
    _other: str

    @checked
    def __init__(
        self,
        thresholds: Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.thresholds = _checked_thresholds(thresholds, 0.5 if top_k is None else NEVER)
        self._add_counts(("true_positives", self._other))

    def result(self) -> Any:
        """Returns the ratio, or one per threshold; 0 where nothing was counted."""
        found, other = self._counts.values()
        return self._per_threshold(_share(found, other))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "thresholds": self.init_thresholds,
            "top_k": self.top_k,
            "class_id": self.class_id,
        }


class Precision(_Ratio):
    """`true_positives / (true_positives + false_positives)`: how many found ones are right.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5, or none with `top_k`.
        top_k: Only the `k` highest scores of each sample may be positive.
        class_id: Only this class counts. Default: all.
        name: Name in logs.
        dtype: As in `Metric`.

    Example:
        >>> import pykeras_core as keras
        >>> round(float(keras.metrics.Precision()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.7])), 4)
        0.6667
    """

    _other = "false_positives"


class Recall(_Ratio):
    """`true_positives / (true_positives + false_negatives)`: how many of the right ones are found.

    Args:
        thresholds: A number or a list of numbers in [0, 1]; default 0.5, or none with `top_k`.
        top_k: Only the `k` highest scores of each sample may be positive.
        class_id: Only this class counts. Default: all.
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _other = "false_negatives"


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
            return _share(tp, fp)
        if name == "specificity":
            return _share(tn, fp)
        return _share(tp, fn)  # recall, which is another name for sensitivity

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
