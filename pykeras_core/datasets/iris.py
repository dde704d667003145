"""Fisher's iris flowers: `keras.datasets.iris`, beyond Keras's own data sets."""

from __future__ import annotations

import numpy as np

from pykeras_core.checks import Fraction, Seed, checked
from pykeras_core.datasets.folders import Split
from pykeras_core.datasets.tables import packed_table, shuffled_split

__all__ = ["CLASS_NAMES", "FEATURE_NAMES", "load_data"]

FEATURE_NAMES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
"""What each column is."""

CLASS_NAMES = ("setosa", "versicolor", "virginica")
"""What each label from 0 to 2 means."""


@checked
def load_data(test_split: Fraction = 0.2, seed: Seed = 113) -> tuple[Split, Split]:
    """Load the measures of 150 flowers of three species, 50 of each. No download.

    Args:
        test_split: Share of the flowers kept for testing, 0 to 1.
        seed: Seed of the shuffle before the split.

    Returns:
        `((x_train, y_train), (x_test, y_test))`. Features are float32 of shape `(n, 4)`, see
        `FEATURE_NAMES`; labels int32 of shape `(n,)`, see `CLASS_NAMES`.

    Raises:
        ValueError: `test_split` is outside of 0 to 1.
        FileNotFoundError: A source checkout has no table yet and cannot make it.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, y_test.shape
        ((120, 4), (30,))

    Source: Fisher, "The use of multiple measurements in taxonomic problems" (1936).
    """
    x, y = packed_table("iris")
    return shuffled_split(x.astype(np.float32), y.astype(np.int32), test_split, seed)
