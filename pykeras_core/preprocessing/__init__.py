"""`keras.preprocessing`: the older home of what `keras.utils` has. Names only."""

from pykeras_core.preprocessing import image, sequence
from pykeras_core.utils.directories import (
    image_dataset_from_directory,
    text_dataset_from_directory,
)
from pykeras_core.utils.timeseries import timeseries_dataset_from_array

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]
