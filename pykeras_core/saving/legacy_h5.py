"""Owns whole models in one HDF5 file: what Keras 2 wrote, and Keras 3 writes for `.h5`.

The architecture is JSON in an attribute; weights lie by layer, named as the layer lists them.
"""

from __future__ import annotations

import json
import warnings
from typing import Any

from pykeras_core.engine.variable import variable_size_limit
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.h5_layers import (
    read_layers,
    stored_arrays,
    write_layers,
    write_variables,
)
from pykeras_core.saving.keras2_optimizers import restore
from pykeras_core.saving.keras2_words import WrittenBy, read_json
from pykeras_core.saving.legacy_config import compile_arguments
from pykeras_core.saving.registration import CustomObjectScope
from pykeras_core.saving.serialization import (
    SafeModeScope,
    deserialize_keras_object,
    serialize_keras_object,
)
from pykeras_core.version import KERAS_VERSION

__all__ = ["dump_model", "load_model"]

_BACKEND = "tensorflow"  # Keras asks for the name of one of its own backends


def dump_model(model: Any, include_optimizer: bool) -> bytes:
    """The bytes of an `.h5` file with architecture, weights and optimizer state."""
    root = Group()
    root.attributes = {
        "backend": _BACKEND,
        "keras_version": KERAS_VERSION,
        "model_config": json.dumps(_legacy_form(model)),
    }
    weights = root.group("model_weights")
    write_layers(model, weights, backend=_BACKEND, keras_version=KERAS_VERSION)
    if include_optimizer and model.compiled:
        root.attributes["training_config"] = json.dumps(_training_config(model))
        write_variables(model.optimizer.variables, root.group("optimizer_weights"))
    return write_h5(root)


def _legacy_form(obj: Any) -> dict[str, Any]:
    """`class_name` and `config` alone, for the object and the layers in its configuration."""

    def strip(value: Any, inside_layers: bool) -> Any:
        if isinstance(value, list | tuple):
            return [strip(item, inside_layers) for item in value]
        if not isinstance(value, dict):
            return value
        keep = value
        if inside_layers and "class_name" in value and "module" in value:
            dropped = ("module", "registered_name", "build_config", "compile_config")
            keep = {key: item for key, item in value.items() if key not in dropped}
            if ">" in (value["registered_name"] or ""):  # a class of the user's own
                keep["class_name"] = value["registered_name"]
        return {key: strip(item, key == "layers") for key, item in keep.items()}

    config = {"layers": [serialize_keras_object(obj)]}
    stripped: dict[str, Any] = strip(config, False)["layers"][0]
    return stripped


def _training_config(model: Any) -> dict[str, Any]:
    config = {k: v for k, v in model.get_compile_config().items() if k != "optimizer"}
    optimizer = model.optimizer
    config["optimizer_config"] = {
        "class_name": type(optimizer).__name__,
        "config": optimizer.get_config(),
    }
    return config


def load_model(data: bytes, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """Make the model of an `.h5` file.

    Args:
        data: The file's bytes.
        custom_objects: The user's classes and functions by name.
        compile: Whether to compile it as it was.
        safe_mode: Whether to refuse lambdas.

    Raises:
        ValueError: If the file holds no model, or does not fit together.
    """
    root = read_h5(data)
    text = root.attributes.get("model_config")
    if not isinstance(text, str):
        raise ValueError(
            "the file holds no model, only "
            f"{sorted(root.members) or 'nothing'}: it may hold weights. Build the model and call "
            "`model.load_weights(path)`."
        )
    try:
        config = read_json(text)
    except ValueError as error:
        raise ValueError(f"the model's configuration in the file is damaged: {error}") from None
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError("the configuration in the file does not describe a model")
    version = WrittenBy(root.attributes.get("keras_version"))
    with CustomObjectScope(custom_objects or {}), SafeModeScope(safe_mode), version:
        with variable_size_limit(root.largest_variable()):
            model = deserialize_keras_object(config)
        read_layers(model, root, own_file=True)
        training = root.attributes.get("training_config")
        if compile and isinstance(training, str):
            _compile(model, training, root)
    return model


def _compile(model: Any, text: str, root: Group) -> None:
    """Compile as the file says, and restore the optimizer's state where it fits."""
    try:
        training = read_json(text)
        model.compile(**compile_arguments(training, getattr(model, "output_names", [])))
    except (ValueError, TypeError, AttributeError) as error:
        warnings.warn(
            f"how the model was compiled cannot be read ({error}); compile it yourself to train "
            "or evaluate it",
            stacklevel=4,
        )
        return
    if not model.built:  # saved so; its optimizer learns of the weights when they are there
        return
    model.optimizer.build(model.trainable_variables)
    state = root.members.get("optimizer_weights")
    if not isinstance(state, Group):
        return
    if not restore(model.optimizer, stored_arrays(state, model.optimizer.name)):
        warnings.warn(
            "the optimizer's state in the file is of another version; training resumes with a "
            "fresh one",
            stacklevel=4,
        )
