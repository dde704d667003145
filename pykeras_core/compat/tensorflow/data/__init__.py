"""`tf.data`: data sets, and those that are read from files."""

from typing import Any

from pykeras_core.compat.tensorflow.data import experimental
from pykeras_core.compat.tensorflow.data.files import TextLineDataset
from pykeras_core.utils.pipeline import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
)

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "Options",
    "TextLineDataset",
    "experimental",
]


class Options:
    """Options of data sets: any may be set, none changes anything on the one device there is."""

    def __init__(self) -> None:
        self.deterministic = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        inner = Options()
        setattr(self, name, inner)
        return inner
