"""Which samples the page shows of a class report, the same ones from a run's first to its last."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core.playground.displays import Display
from pykeras_core.playground.structures import Array

Indices = npt.NDArray[np.int64]

TILES = 24
"""Samples in a gallery, at most."""

MATRIX_CLASSES = 30
"""More classes make a confusion matrix that nobody reads."""

PROBABILITIES_SHOWN = 12
"""Classes whose probabilities the page draws; a vocabulary has thousands."""


def balanced(labels: Array, tiles: int = TILES) -> Indices:
    """Chooses the same number of samples of each class, in turns.

    Args:
        labels: Class numbers, shape (n,).
        tiles: How many at most. Of more classes than that, as many evenly spread ones are shown.

    Returns:
        Indices into `labels`: a sample of each class, then another of each, and so on.

    Example:
        >>> balanced(np.array([7, 7, 7, 1, 7, 1]), tiles=5).tolist()
        [3, 0, 5, 1]
    """
    classes = np.unique(labels)
    if len(classes) > tiles:
        classes = classes[np.linspace(0, len(classes) - 1, tiles).astype(int)]
    members = [np.flatnonzero(labels == label)[:tiles] for label in classes]
    rounds = max(tiles // max(len(classes), 1), 1)
    picks = [found[turn] for turn in range(rounds) for found in members if turn < len(found)]
    return np.array(picks, np.int64)


def arrangement(total: int, first: Indices, most: int) -> Indices:
    """The order in which samples are looked at: the gallery, then all others as a fair sample.

    Args:
        total: Number of samples.
        first: Indices of those that come first.
        most: How many at most.

    Example:
        >>> arrangement(5, np.array([3, 0]), 4)[:2].tolist()
        [3, 0]
    """
    order = np.random.default_rng(0).permutation(total)
    return np.concatenate([first, order[~np.isin(order, first)]])[:most].astype(np.int64)


def confusion(truth: Array, guesses: Array, classes: int) -> list[list[int]] | None:
    """How often each class (row) was taken for each (column); None for too many classes.

    Example:
        >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
        [[1, 1], [0, 1]]
    """
    if classes > MATRIX_CLASSES:
        return None
    counts = np.zeros((classes, classes), np.int64)
    known = (truth >= 0) & (truth < classes) & (guesses >= 0)
    np.add.at(counts, (truth[known], guesses[known]), 1)
    return counts.tolist()


class ClassGalleries:
    """Cuts galleries out of samples that a model has answered for.

    Args:
        display: How the samples are shown.
        rows: Where each stands in the set that it is from.
        truth: True classes.
        probabilities: Shape (n, classes).
    """

    def __init__(self, display: Display, rows: Indices, truth: Array, probabilities: Array):
        self.display = display
        self.rows = rows
        self.truth = truth
        self.probabilities = probabilities
        lost = np.isnan(probabilities).any(axis=1)
        self.guesses = np.where(lost, -1, probabilities.argmax(axis=1))
        self.certainties = probabilities[np.arange(len(truth)), self.guesses]
        self.wrong = np.flatnonzero(self.guesses != truth)

    def of(self, chosen: Indices) -> dict[str, Any]:
        """The gallery of some samples, at most `TILES`.

        Args:
            chosen: Indices of samples.
        """
        chosen = chosen[:TILES]
        return {
            "indices": self.rows[chosen].tolist(),
            "labels": self.truth[chosen].tolist(),
            "guesses": self.guesses[chosen].tolist(),
            "certainties": self.certainties[chosen].tolist(),
            "probabilities": self.probabilities[chosen, :PROBABILITIES_SHOWN].tolist(),
            "samples": self.display.describe(chosen),
        }

    def surest_mistakes(self) -> Indices:
        """Wrong answers, the surest first."""
        return self.wrong[np.argsort(-self.certainties[self.wrong], kind="stable")]

    def least_sure(self) -> Indices:
        """All answers, the least sure first."""
        return np.argsort(self.certainties, kind="stable")

    def cell(self, truth: int, guess: int) -> Indices:
        """The samples of one class that were taken for one, the surest first."""
        found = np.flatnonzero((self.truth == truth) & (self.guesses == guess))
        return found[np.argsort(-self.certainties[found], kind="stable")]
