"""Whether a classifier is as sure as it is right, and how it does with each class."""

from typing import Any

import numpy as np

from pykeras_core.playground.answers import ends_in_sigmoid, loss_name
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.samples import class_labels
from pykeras_core.playground.structures import Array, arrays_of

BINS = 10
MOST_CLASSES = 30


def classifies(subject: Subject) -> bool:
    """Whether a model of one output seems to say classes."""
    if not subject.has_truth or subject.samples is None:
        return False
    y = subject.samples.set.y
    parts = [] if y is None else arrays_of(y)
    loss = loss_name(subject.model)
    says = any(word in loss for word in ("crossentropy", "hinge", "focal"))
    if len(parts) != 1 or not (says or ends_in_sigmoid(subject.model)):
        return False
    return class_labels(parts[0]) is not None or ("hinge" in loss and parts[0].ndim < 3)


@inspector("calibration", fits=classifies)
def describe(model: Any, subject: Subject, **options: Any) -> Report:
    """Ten ranges of certainty, and how often the answers in each of them are right.

    Args:
        model: The model.
        subject: The model and its data.
        **options: Of other inspectors.
    """
    asked = subject.answers()
    found = None if asked is None else subject.classified(*asked)
    if found is None:
        raise NothingToSeeError("classes")
    labels, probabilities, names = found
    known: Any = np.isfinite(probabilities).all(axis=1)
    lost = int(len(known) - known.sum())
    labels, probabilities = labels[known], probabilities[known]
    classes = max(probabilities.shape[1], int(labels.max(initial=-1)) + 1)
    guesses = probabilities.argmax(axis=1)
    certainties = probabilities.max(axis=1) if len(labels) else np.empty(0)
    bins = bins_of(certainties, guesses == labels)
    total = len(labels)
    off = sum(
        one["count"] * abs(one["certainty"] - one["accuracy"]) for one in bins if one["count"]
    )
    return {
        "kind": "calibration",
        "total": total,
        "notNumbers": lost,
        "correct": int((guesses == labels).sum()),
        "error": off / total if total else float("nan"),
        "bins": bins,
        "names": list(names) if len(names) == classes else None,
        "classes": per_class(labels, guesses, min(classes, MOST_CLASSES)),
        "hidden": max(classes - MOST_CLASSES, 0),
    }


def bins_of(certainties: Array, right: Any) -> list[dict[str, float]]:
    """The mean certainty and the share of right answers in each of ten ranges.

    Args:
        certainties: Probabilities of the answers, shape (n,).
        right: Which answers are right, shape (n,).

    Example:
        >>> bins_of(np.array([0.95, 0.91]), np.array([True, False]))[9]["accuracy"]
        0.5
    """
    places = np.minimum((certainties * BINS).astype(int), BINS - 1)
    bins = []
    for at in range(BINS):
        inside = places == at
        count = int(inside.sum())
        bins.append(
            {
                "low": at / BINS,
                "high": (at + 1) / BINS,
                "count": count,
                "certainty": float(certainties[inside].mean()) if count else 0.0,
                "accuracy": float(right[inside].mean()) if count else 0.0,
            }
        )
    return bins


def per_class(labels: Array, guesses: Array, classes: int) -> list[dict[str, int]]:
    """Of each class: how many samples there are, how many are found, how often it is said.

    Example:
        >>> per_class(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)[1]
        {'samples': 1, 'found': 1, 'said': 2}
    """
    return [
        {
            "samples": int((labels == one).sum()),
            "found": int(((labels == one) & (guesses == one)).sum()),
            "said": int((guesses == one).sum()),
        }
        for one in range(classes)
    ]
