"""Prices of homes around Boston in the 1970s: `keras.datasets.boston_housing`."""

from __future__ import annotations

from pykeras_core.checks import Fraction, Seed, checked
from pykeras_core.datasets.folders import Split
from pykeras_core.datasets.tables import packed_table, shuffled_split

__all__ = ["load_data"]


@checked
def load_data(
    path: str = "boston_housing.npz", test_split: Fraction = 0.2, seed: Seed = 113
) -> tuple[Split, Split]:
    """Load 13 features of 506 districts and the median price of a home there. No download.

    One of the features, column 11, is a function of the share of Black inhabitants: the set
    is here because textbooks train on it, not because prices should be modelled that way.

    Args:
        path: Not used: the table is built in.
        test_split: Share of the districts kept for testing, 0 to 1.
        seed: Seed of the shuffle before the split.

    Returns:
        `((x_train, y_train), (x_test, y_test))`, float64, in the order of Keras. Features have
        shape `(n, 13)`, prices in thousands of dollars `(n,)`.

    Raises:
        ValueError: `test_split` is outside of 0 to 1.
        FileNotFoundError: A source checkout has no table yet and cannot make it.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, float(y_train[0])
        ((404, 13), 15.2)

    Source: Harrison and Rubinfeld, "Hedonic prices and the demand for clean air" (1978); Keras 3
        `keras.datasets.boston_housing` for the split.
    """
    del path
    x, y = packed_table("boston_housing")
    return shuffled_split(x, y, test_split, seed)
