"""Owns the search for bin boundaries that split data into equal parts, batch by batch.

A summary of data is a pair of rows: values in rising order, and how many elements each of them
stands for. It stays as short as `1 / epsilon`, however much data comes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core.checks import refuse

__all__ = ["bin_boundaries", "merge", "summarize"]

Summary = npt.NDArray[np.float32]


def summarize(values: Any, epsilon: float) -> Summary:
    """Returns a summary of one batch, `(2, at most about 1 / epsilon)`.

    Args:
        values: Numbers, any shape.
        epsilon: How fine: the share of the elements one value stands for.
    """
    try:
        numbers = np.asarray(values, np.float32)
    except (TypeError, ValueError):
        raise refuse("Discretization.adapt", "data", "numbers", values) from None
    ordered = np.sort(numbers.ravel())
    step = max(ordered.size * epsilon, 1.0)
    kept = ordered[int(step - 1) :: int(step)]
    return np.stack([kept, np.full_like(kept, step)])


def merge(first: Summary, second: Summary, epsilon: float) -> Summary:
    """Returns the summary of two batches together."""
    both = np.concatenate((first, second), axis=1)
    return _compress(both[:, np.argsort(both[0], kind="stable")], epsilon)


def bin_boundaries(summary: Summary, num_bins: int) -> list[float]:
    """Returns the `num_bins - 1` values that split the data into bins of one size."""
    found: list[float] = _compress(summary, 1.0 / num_bins)[0, :-1].tolist()
    return found


def _compress(summary: Summary, epsilon: float) -> Summary:
    """The values at equal steps through the data, between which lies a share of `epsilon`."""
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    counts = summary[1].cumsum()
    progress = counts / counts[-1]
    values = np.interp(shares, progress, summary[0])
    reached = np.interp(shares, progress, counts)
    return np.stack((values, np.diff(reached, prepend=0.0))).astype(np.float32)
