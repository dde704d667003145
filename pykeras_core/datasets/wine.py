"""Wines of three growers, told apart by chemistry: `keras.datasets.wine`, beyond Keras's own."""

from __future__ import annotations

import numpy as np

from pykeras_core.checks import Fraction, Seed, checked
from pykeras_core.datasets.folders import Split
from pykeras_core.datasets.tables import packed_table, shuffled_split

__all__ = ["FEATURE_NAMES", "load_data"]

FEATURE_NAMES = (
    *("alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols"),
    *("flavanoids", "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue"),
    *("OD280/OD315 of diluted wines", "proline"),
)
"""What each column is."""


@checked
def load_data(test_split: Fraction = 0.2, seed: Seed = 113) -> tuple[Split, Split]:
    """Load the chemical measures of 178 wines of three growers. No download.

    The columns differ a thousandfold in size: normalise them before training.

    Args:
        test_split: Share of the wines kept for testing, 0 to 1.
        seed: Seed of the shuffle before the split.

    Returns:
        `((x_train, y_train), (x_test, y_test))`. Features are float32 of shape `(n, 13)`, see
        `FEATURE_NAMES`; labels 0 to 2, int32 of shape `(n,)`.

    Raises:
        ValueError: `test_split` is outside of 0 to 1.
        FileNotFoundError: A source checkout has no table yet and cannot make it.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, y_test.shape
        ((142, 13), (36,))

    Source: Forina et al., PARVUS (1988); the "Wine" set of the UCI repository.
    """
    x, y = packed_table("wine")
    return shuffled_split(x.astype(np.float32), y.astype(np.int32), test_split, seed)
