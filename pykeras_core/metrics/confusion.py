"""Owns the metrics of right and wrong at thresholds: counts, precision and recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import Shares, checked
from pykeras_core.metrics.base import Metric
from pykeras_core.metrics.counting import NEVER, count_outcomes

__all__ = [
    "FalseNegatives",
    "FalsePositives",
    "OutcomeMetric",
    "Precision",
    "Recall",
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


def share(part: Any, rest: Any) -> Any:
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
        return self._per_threshold(share(found, other))

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
