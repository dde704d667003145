"""Owns whole models in one HDF5 file: what Keras 2 wrote, and Keras 3 writes for `.h5`.

The architecture is JSON in an attribute; weights lie by layer, named as the layer lists them.
"""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np

from pykeras_core.engine.variable import variable_size_limit
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.legacy_config import compile_arguments, object_from, optimizer_from
from pykeras_core.saving.registration import CustomObjectScope
from pykeras_core.saving.serialization import SafeModeScope
from pykeras_core.version import KERAS_VERSION

__all__ = ["dump_model", "load_model", "load_weights"]

_BACKEND = "tensorflow"  # Keras asks for the name of one of its own backends


def _ordered_weights(layer: Any) -> list[Any]:
    """A layer's weights in the order of these files: trained ones first."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def dump_model(model: Any, include_optimizer: bool) -> bytes:
    """The bytes of an `.h5` file with architecture, weights and optimizer state."""
    root = Group()
    root.attributes = {
        "backend": _BACKEND,
        "keras_version": KERAS_VERSION,
        "model_config": json.dumps(_legacy_form(model)),
    }
    _write_layers(model, root.group("model_weights"))
    if include_optimizer and model.compiled:
        root.attributes["training_config"] = json.dumps(_training_config(model))
        _write_variables(model.optimizer.variables, root.group("optimizer_weights"))
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

    from pykeras_core.saving.serialization import serialize_keras_object

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


def _write_variables(variables: list[Any], group: Group) -> None:
    names = [variable.path for variable in variables]
    if len(set(names)) != len(names):
        names = [f"{name}_{number}" for number, name in enumerate(names)]
    group.attributes["weight_names"] = names
    for name, variable in zip(names, variables, strict=True):
        group.put(name, variable.numpy())


def _write_layers(model: Any, group: Group) -> None:
    group.attributes = {
        "layer_names": [layer.name for layer in model.layers],
        "backend": _BACKEND,
        "keras_version": KERAS_VERSION,
    }
    for layer in model.layers:
        _write_variables(_ordered_weights(layer), group.group(layer.name))
    _write_variables(_own_weights(model), group.group("top_level_model_weights"))


def _own_weights(model: Any) -> list[Any]:
    """The weights of the model that belong to none of its layers."""
    inner = {id(weight) for layer in model.layers for weight in layer.weights}
    return [weight for weight in _ordered_weights(model) if id(weight) not in inner]


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
        config = json.loads(text)
    except ValueError as error:
        raise ValueError(f"the model's configuration in the file is damaged: {error}") from None
    with CustomObjectScope(custom_objects or {}), SafeModeScope(safe_mode):
        with variable_size_limit(root.largest_variable()):
            model = object_from(config)
        _read_layers(model, root)
        training = root.attributes.get("training_config")
        if compile and isinstance(training, str):
            _compile(model, training, root)
    return model


def _names(group: Group, attribute: str) -> list[str]:
    """A list of names, which Keras splits over several attributes when it is long."""
    if attribute in group.attributes:
        found = group.attributes[attribute]
        return [str(name) for name in found] if isinstance(found, list) else [str(found)]
    parts: list[list[Any]] = []
    while f"{attribute}{len(parts)}" in group.attributes:
        parts.append(group.attributes[f"{attribute}{len(parts)}"])
    return [str(name) for part in parts for name in part]


def _stored(group: Group, owner: str) -> list[np.ndarray]:
    arrays = []
    for name in _names(group, "weight_names"):
        found = group.find(name)
        if not isinstance(found, np.ndarray):
            raise ValueError(f"the file lists a weight '{name}' of '{owner}' that it does not hold")
        arrays.append(found)
    return arrays


def _assign(variables: list[Any], arrays: list[np.ndarray], owner: str) -> None:
    if len(variables) != len(arrays):
        raise ValueError(
            f"layer '{owner}' has {len(variables)} weights, the file has {len(arrays)} for it"
        )
    for variable, array in zip(variables, arrays, strict=True):
        if variable.shape != array.shape:
            raise ValueError(
                f"weight '{variable.path}' of layer '{owner}' has shape {variable.shape}, the "
                f"file's has {array.shape}"
            )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _read_layers(model: Any, root: Group, by_name: bool = False) -> None:
    weights = root.members.get("model_weights", root)
    if not isinstance(weights, Group):
        raise ValueError("the file's 'model_weights' is no group")
    named = {name: weights.group(name) for name in _names(weights, "layer_names")}
    if by_name:
        for layer in model.layers:
            if layer.name in named:
                _assign(_ordered_weights(layer), _stored(named[layer.name], layer.name), layer.name)
        return
    stored = {name: arrays for name, g in named.items() if (arrays := _stored(g, name))}
    layers = [layer for layer in model.layers if layer.weights]
    if len(stored) != len(layers):
        raise ValueError(
            f"the model has {len(layers)} layers with weights "
            f"({[layer.name for layer in layers]}), the file has {len(stored)} ({list(stored)})"
        )
    for layer, (_, arrays) in zip(layers, stored.items(), strict=True):
        _assign(_ordered_weights(layer), arrays, layer.name)
    top = weights.members.get("top_level_model_weights")
    if isinstance(top, Group) and _names(top, "weight_names"):
        _assign(_own_weights(model), _stored(top, model.name), model.name)


def holds_layers(root: Group) -> bool:
    """Whether weights lie by layer, as in `.h5` files of either age."""
    holder = root.members.get("model_weights", root)
    return isinstance(holder, Group) and any(n.startswith("layer_names") for n in holder.attributes)


def load_weights(model: Any, root: Group, by_name: bool = False) -> None:
    """Read the weights of an `.h5` file of either age into a model of the same layers."""
    _read_layers(model, root, by_name)


def _compile(model: Any, text: str, root: Group) -> None:
    """Compile as the file says, and restore the optimizer's state where it fits."""
    try:
        training = json.loads(text)
        described = training.get("optimizer_config")
        arguments = compile_arguments(training)
        if described is not None:
            arguments["optimizer"] = optimizer_from(described)
        model.compile(**arguments)
    except (ValueError, TypeError, AttributeError) as error:
        warnings.warn(
            f"how the model was compiled cannot be read ({error}); compile it yourself to train "
            "or evaluate it",
            stacklevel=4,
        )
        return
    model.optimizer.build(model.trainable_variables)
    state = root.members.get("optimizer_weights")
    if not isinstance(state, Group):
        return
    arrays = _stored(state, model.optimizer.name)
    variables = model.optimizer.variables
    if [v.shape for v in variables] == [array.shape for array in arrays]:
        _assign(variables, arrays, model.optimizer.name)
    else:
        warnings.warn(
            "the optimizer's state in the file is of another version; training resumes with a "
            "fresh one",
            stacklevel=4,
        )
