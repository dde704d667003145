"""Prices of homes in California in 1990: `keras.datasets.california_housing`."""

from __future__ import annotations

from pykeras_core.checks import Fraction, Seed, checked
from pykeras_core.datasets import sources
from pykeras_core.datasets.folders import Arrays, Split
from pykeras_core.datasets.tables import shuffled_split
from pykeras_core.utils.download import Download

__all__ = ["load_data"]

_SMALL_ROWS = 600
_FEATURES = 8


def _check(arrays: Arrays, name: str) -> None:
    x, y = arrays["x"], arrays["y"]
    if x.ndim != 2 or x.shape[1] != _FEATURES or y.shape != (len(x),) or x.dtype.kind != "f":
        raise ValueError(
            f"{name} was expected to hold features x of shape (n, {_FEATURES}) and n prices y; x "
            f"is {x.dtype} {x.shape}, y is {y.dtype} {y.shape}."
        )


DATA = sources.register(
    sources.DataSet(
        name="california_housing",
        title="California housing",
        downloads=(
            Download(
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
                "california_housing.npz",
                "sha256:1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
                "california_housing.npz",
            ),
        ),
        keys=("x", "y"),
        check=_check,
    )
)


@checked
def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: Fraction = 0.2,
    seed: Seed = 113,
) -> tuple[Split, Split]:
    """Load 8 features of Californian districts and the median price of a home there.

    Args:
        version: `"large"`: 20,640 districts; `"small"`: the first 600.
        path: File name in Keras's cache, or an absolute path.
        test_split: Share of the districts kept for testing, 0 to 1.
        seed: Seed of the shuffle before the split.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: features of shape `(n, 8)`, prices in dollars.

    Raises:
        ValueError: An argument is something else; or a file is damaged or holds something else.
        FileNotFoundError: No place has the data; the message names each one that was tried.

    Source: Pace and Barry, "Sparse spatial autoregressions" (1997); Keras 3
        `keras.datasets.california_housing` for the address and the split.
    """
    if version not in ("small", "large"):
        raise ValueError(
            f"Argument `version` must be one of 'small', 'large'. Received: version={version}"
        )
    arrays = sources.load(DATA, path)
    rows = _SMALL_ROWS if version == "small" else len(arrays["x"])
    return shuffled_split(arrays["x"][:rows], arrays["y"][:rows], test_split, seed)
