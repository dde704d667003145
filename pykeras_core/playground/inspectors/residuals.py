"""By how much a regression is off, and a forecast over the truth."""

from typing import Any

import numpy as np

from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calibration import classifies
from pykeras_core.playground.inspectors.maps import histogram
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.structures import Array, arrays_of

MOST_OUTPUTS = 8
POINTS = 500
_SHORTEST = 4


def regresses(subject: Subject) -> bool:
    """Whether a model of one output seems to say a few numbers."""
    if not subject.has_truth or subject.samples is None or classifies(subject):
        return False
    y = subject.samples.set.y
    parts = [] if y is None else arrays_of(y)
    if len(parts) != 1 or parts[0].dtype.kind not in "buif":
        return False
    width = int(np.prod(parts[0].shape[1:], dtype=np.int64))
    x = subject.single
    copies = x is not None and x.shape == parts[0].shape and width > 1
    return 0 < width <= MOST_OUTPUTS and not copies


@inspector("residuals", fits=regresses)
def describe(model: Any, subject: Subject, *, output: int = 0, **options: Any) -> Report:
    """What is left between prediction and truth.

    Args:
        model: The model.
        subject: The model and its data.
        output: Which of several numbers.
        **options: Of other inspectors.
    """
    predicted, actual, outputs, at = _pairs(subject, output)
    rest = predicted - actual
    finite = np.isfinite(rest)
    counts, edges, lost = histogram(rest)
    known = rest[finite]
    names = subject.classes(outputs) if outputs > 1 else ()
    return {
        "kind": "residuals",
        "total": len(rest),
        "notNumbers": lost,
        "mean": float(known.mean()) if known.size else float("nan"),
        "deviation": float(known.std()) if known.size else float("nan"),
        "within": float((np.abs(known - known.mean()) <= known.std()).mean())
        if known.size
        else 0.0,
        "explained": explained(actual[finite], predicted[finite]),
        "counts": counts,
        "edges": edges,
        "predicted": predicted[:POINTS].tolist(),
        "residuals": rest[:POINTS].tolist(),
        "outputs": list(names) if names else [f"y[{one}]" for one in range(outputs)],
        "output": at,
    }


def _pairs(subject: Subject, output: int) -> tuple[Array, Array, int, int]:
    """Predictions and truth of one number of the answer, and how many numbers there are."""
    asked = subject.answers()
    said, truth = (None, None) if asked is None else asked[1:]
    if said is None or truth is None or said.size != truth.size:
        raise NothingToSeeError("numbers")
    said, truth = said.reshape(len(said), -1), truth.reshape(len(said), -1)
    at = int(np.clip(output, 0, said.shape[1] - 1))
    return said[:, at].astype("float64"), truth[:, at].astype("float64"), said.shape[1], at


def explained(actual: Array, predicted: Array) -> float:
    """The share of the spread of the truth that predictions explain, R².

    Example:
        >>> explained(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]))
        1.0
    """
    spread = float(((actual - actual.mean()) ** 2).sum()) if actual.size else 0.0
    if not spread:
        return float("nan")
    return 1.0 - float(((actual - predicted) ** 2).sum()) / spread


def _forecasts(subject: Subject) -> bool:
    x = subject.single
    if x is None or x.dtype.kind != "f" or x.ndim not in (2, 3) or x.shape[1] < _SHORTEST:
        return False
    return regresses(subject) and (x.ndim == 3 or _is_window(x))


def _is_window(x: Array) -> bool:
    """Whether each row is the one before it, moved on by one step."""
    few = x[:50]
    return len(few) > 2 and bool(np.allclose(few[:-1, 1:], few[1:, :-1]))


@inspector("forecast", fits=_forecasts)
def describe_forecast(model: Any, subject: Subject, *, output: int = 0, **options: Any) -> Report:
    """What was forecast over what came, in the order of time.

    Args:
        model: The model.
        subject: The model and its data.
        output: Which of several numbers.
        **options: Of other inspectors.
    """
    assert subject.samples is not None
    y = subject.samples.set.y
    if y is None:
        raise NothingToSeeError("numbers")
    x = arrays_of(subject.samples.set.x)[0][:POINTS]
    targets = arrays_of(y)[0][: len(x)]
    said = next(iter(subject.said(x).values()))
    if said.size != targets.size:
        raise NothingToSeeError("numbers")
    said, truth = (one.reshape(len(x), -1).astype("float64") for one in (said, targets))
    at = int(np.clip(output, 0, said.shape[1] - 1))
    last = x.reshape(len(x), x.shape[1], -1)[:, -1, 0].astype("float64")
    errors = np.abs(said[:, at] - truth[:, at])
    naive = np.abs(last - truth[:, at])
    return {
        "kind": "forecast",
        "total": subject.total,
        "truth": truth[:, at].tolist(),
        "forecast": said[:, at].tolist(),
        "error": float(np.nanmean(errors)) if np.isfinite(errors).any() else float("nan"),
        "naive": float(np.nanmean(naive)) if np.isfinite(naive).any() else float("nan"),
        "outputs": said.shape[1],
        "output": at,
    }
