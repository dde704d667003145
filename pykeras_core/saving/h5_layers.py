"""Owns weights that lie by layer in an HDF5 file, as Keras 2 and `.h5` files keep them.

Each layer has a group, which lists its weights: trained ones first. Lists of names that are too
long for one attribute of HDF5 are split over several, as Keras does.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.saving.h5 import Group
from pykeras_core.saving.keras2_weights import todays_weights
from pykeras_core.saving.keras2_words import layer_name

__all__ = ["holds_layers", "read_layers", "stored_arrays", "write_layers", "write_variables"]

_LARGEST_ATTRIBUTE_BYTES = 64512
"""What Keras puts into one attribute at most: HDF5 holds 64 KiB with what it adds."""


def write_names(group: Group, attribute: str, names: list[str]) -> None:
    """Put a list of names into an attribute, or several: `names0`, `names1`, and so on.

    Raises:
        ValueError: If a single name is too long.
    """
    widest = max((len(name.encode()) for name in names), default=1)
    if widest > _LARGEST_ATTRIBUTE_BYTES:
        raise ValueError(
            f"a name of {widest} bytes cannot be written, HDF5 takes {_LARGEST_ATTRIBUTE_BYTES}"
        )
    size = _LARGEST_ATTRIBUTE_BYTES // widest  # entries of an attribute are equally wide
    if len(names) <= size:
        group.attributes[attribute] = names
        return
    for number, start in enumerate(range(0, len(names), size)):
        group.attributes[f"{attribute}{number}"] = names[start : start + size]


def read_names(group: Group, attribute: str) -> list[str]:
    """The names that `write_names` wrote."""
    if attribute in group.attributes:
        found = group.attributes[attribute]
        return [str(name) for name in found] if isinstance(found, list) else [str(found)]
    parts: list[str] = []
    for number in itertools.count():
        part = group.attributes.get(f"{attribute}{number}")
        if part is None:
            return parts
        parts += [str(name) for name in part] if isinstance(part, list) else [str(part)]
    return parts


def ordered_weights(layer: Any) -> list[Any]:
    """A layer's weights in the order of these files: trained ones first."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _own_weights(model: Any) -> list[Any]:
    """The weights of the model that belong to none of its layers."""
    inner = {id(weight) for layer in model.layers for weight in layer.weights}
    return [weight for weight in ordered_weights(model) if id(weight) not in inner]


def write_variables(variables: list[Any], group: Group) -> None:
    """Put variables into a group, and the list of their names beside them."""
    names = [variable.path for variable in variables]
    if len(set(names)) != len(names):
        names = [f"{name}_{number}" for number, name in enumerate(names)]
    write_names(group, "weight_names", names)
    for name, variable in zip(names, variables, strict=True):
        group.put(name, variable.numpy())


def write_layers(model: Any, group: Group, **attributes: Any) -> None:
    """Put the weights of a model's layers into a group.

    Args:
        model: The model.
        group: The group.
        **attributes: More attributes of it.
    """
    group.attributes = {**attributes}
    write_names(group, "layer_names", [layer.name for layer in model.layers])
    for layer in model.layers:
        write_variables(ordered_weights(layer), group.group(layer.name))
    write_variables(_own_weights(model), group.group("top_level_model_weights"))


def holds_layers(root: Group) -> bool:
    """Whether weights lie by layer, as in `.h5` files of either age."""
    holder = root.members.get("model_weights", root)
    return isinstance(holder, Group) and any(n.startswith("layer_names") for n in holder.attributes)


def stored_arrays(group: Group, owner: str) -> list[tuple[str, np.ndarray]]:
    """The arrays that a group lists, with their names.

    Raises:
        ValueError: If it lists what it does not hold.
    """
    arrays = []
    for name in read_names(group, "weight_names"):
        found = group.find(name)
        if not isinstance(found, np.ndarray):
            raise ValueError(f"the file lists a weight '{name}' of '{owner}' that it does not hold")
        arrays.append((name, found))
    return arrays


def read_layers(
    model: Any,
    root: Group,
    by_name: bool = False,
    skip_mismatch: bool = False,
    own_file: bool = False,
) -> None:
    """Read weights into a model.

    Args:
        model: The model, built.
        root: The file.
        by_name: Whether a layer takes the weights under its own name, and is left alone where
            there are none; otherwise the layers with weights take them in turn.
        skip_mismatch: Whether to leave layers alone whose weights do not fit, with a warning.
        own_file: Whether the model was made of this file, so that its layers are the file's.

    Raises:
        ValueError: If the file does not fit the model.
    """
    holder = root.members.get("model_weights", root)
    if not isinstance(holder, Group):
        raise ValueError("the file's 'model_weights' is no group")
    flipped = holder.attributes.get("backend") == "theano"
    pairs = _by_name(model, holder) if by_name else _in_turn(model, holder, own_file)
    for name, variables, found in pairs:
        try:
            _assign(variables, todays_weights(variables, found, flipped), name)
        except ValueError as error:
            if not skip_mismatch:
                raise
            warnings.warn(f"layer '{name}' keeps its weights: {error}", stacklevel=4)


Pair = tuple[str, list[Any], list[np.ndarray]]
"""A layer's name, its variables, and the arrays for them."""


def _arrays(group: Group, owner: str) -> list[np.ndarray]:
    return [array for _, array in stored_arrays(group, owner)]


def _groups(holder: Group) -> dict[str, Group]:
    return {name: holder.group(name) for name in read_names(holder, "layer_names")}


def _by_name(model: Any, holder: Group) -> Iterator[Pair]:
    groups = {layer_name(name): group for name, group in _groups(holder).items()}
    for layer in model.layers:
        if layer.name in groups:
            arrays = _arrays(groups[layer.name], layer.name)
            if arrays or layer.weights:
                yield layer.name, ordered_weights(layer), arrays


def _in_turn(model: Any, holder: Group, own_file: bool) -> Iterator[Pair]:
    stored = {
        layer_name(name): arrays
        for name, group in _groups(holder).items()
        if (arrays := _arrays(group, name))
    }
    layers = [layer for layer in model.layers if layer.weights]
    if len(stored) != len(layers):
        raise ValueError(
            f"the model has {len(layers)} layers with weights "
            f"({[layer.name for layer in layers]}), the file has {len(stored)} ({list(stored)}). "
            "`by_name=True` takes those of the same names alone."
        )
    names = [layer.name for layer in layers]
    if own_file and set(names) == set(stored):  # steps of TensorFlow may have moved them
        stored = {name: stored[name] for name in names}
    for layer, arrays in zip(layers, stored.values(), strict=True):
        yield layer.name, ordered_weights(layer), arrays
    top = holder.members.get("top_level_model_weights")
    if isinstance(top, Group):
        arrays = _arrays(top, model.name)
        if arrays:
            yield model.name, _own_weights(model), arrays


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
