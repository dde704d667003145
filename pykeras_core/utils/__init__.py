"""`keras.utils`: what Keras keeps there. Names only."""

from __future__ import annotations

import importlib
from typing import Any

from pykeras_core.saving.registration import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.settings import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from pykeras_core.symbolic.keras_tensor import is_keras_tensor
from pykeras_core.utils.directories import (
    image_dataset_from_directory,
    text_dataset_from_directory,
)
from pykeras_core.utils.dtypes import standardize_dtype
from pykeras_core.utils.files import get_file
from pykeras_core.utils.images import array_to_img, img_to_array, load_img, save_img
from pykeras_core.utils.model_plot import plot_model
from pykeras_core.utils.numerical import normalize, to_categorical
from pykeras_core.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from pykeras_core.utils.progbar import Progbar
from pykeras_core.utils.py_dataset import PyDataset
from pykeras_core.utils.sequences import pad_sequences
from pykeras_core.utils.session import clear_session, set_random_seed
from pykeras_core.utils.source_inputs import get_source_inputs
from pykeras_core.utils.splitting import split_dataset
from pykeras_core.utils.timeseries import timeseries_dataset_from_array

Sequence = PyDataset  # Keras 2's name

_LOADED_WHEN_USED = {
    "Config": "utils.config",
    "FeatureSpace": "models.feature_space",  # stands above this package, so it is never kept here
    "audio_dataset_from_directory": "utils.directories",
    "model_to_dot": "utils.model_dot",
}
"""The module of each name that few programs use."""

__all__ = [
    "Config",
    "CustomObjectScope",
    "FeatureSpace",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "audio_dataset_from_directory",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "load_img",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]


def __getattr__(name: str) -> Any:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    root = __name__.rpartition(".")[0]
    return getattr(importlib.import_module(f"{root}.{_LOADED_WHEN_USED[name]}"), name)
