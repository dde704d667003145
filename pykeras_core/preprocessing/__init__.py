"""`keras.preprocessing`: the older home of what `keras.utils` has. Names only."""

import importlib
from typing import TYPE_CHECKING, Any

from pykeras_core.preprocessing import image, sequence
from pykeras_core.utils.directories import (
    image_dataset_from_directory,
    text_dataset_from_directory,
)
from pykeras_core.utils.timeseries import timeseries_dataset_from_array

if TYPE_CHECKING:
    from pykeras_core.preprocessing import text

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]


def __getattr__(name: str) -> Any:
    if name == "text":
        return importlib.import_module("pykeras_core.preprocessing.text")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
