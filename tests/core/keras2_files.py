"""Writes `.h5` files as Keras 2 wrote them, for the tests of reading them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

GLOROT = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
}
ORTHOGONAL = {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": None, "dtype": "float32"}}
ZEROS = {"class_name": "Zeros", "config": {}}


def write(
    path: Path,
    model_config: dict[str, Any],
    weights: dict[str, dict[str, np.ndarray]],
    training_config: dict[str, Any] | None = None,
    optimizer_weights: dict[str, np.ndarray] | None = None,
) -> None:
    """Write a whole model.

    Args:
        path: The file.
        model_config: `class_name` and `config`.
        weights: By layer, in the layers' order: arrays by names such as `dense/kernel:0`.
        training_config: How it was compiled.
        optimizer_weights: The optimizer's state by name.
    """
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(model_config).encode()
        if training_config:
            file.attrs["training_config"] = json.dumps(training_config).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([name.encode() for name in weights])
        for layer, arrays in weights.items():
            _write_group(group.create_group(layer), arrays)
        if optimizer_weights:
            _write_group(file.create_group("optimizer_weights"), optimizer_weights)


def _write_group(group: Any, arrays: dict[str, np.ndarray]) -> None:
    names = [name.encode() for name in arrays]
    group.attrs["weight_names"] = np.array(names) if names else np.array([], "S1")
    for name, array in arrays.items():
        group.create_dataset(name, data=array)


def layer(class_name: str, name: str, **config: Any) -> dict[str, Any]:
    """A layer's entry; `trainable` and `dtype` as every layer had them."""
    return {
        "class_name": class_name,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
    }


def dense(name: str, units: int, activation: str = "linear", **config: Any) -> dict[str, Any]:
    """A Dense layer as Keras 2.2 to 2.4 wrote it."""
    return layer(
        "Dense",
        name,
        units=units,
        activation=activation,
        use_bias=True,
        kernel_initializer=GLOROT,
        bias_initializer=ZEROS,
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **config,
    )


def lstm(name: str, units: int, **config: Any) -> dict[str, Any]:
    """An LSTM layer as TensorFlow 2's Keras 2 wrote it."""
    given: dict[str, Any] = {
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "time_major": False,
        "units": units,
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "kernel_initializer": GLOROT,
        "recurrent_initializer": ORTHOGONAL,
        "bias_initializer": ZEROS,
        "unit_forget_bias": True,
        "kernel_regularizer": None,
        "recurrent_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "recurrent_constraint": None,
        "bias_constraint": None,
        "dropout": 0.0,
        "recurrent_dropout": 0.0,
        "implementation": 2,
    }
    return layer("LSTM", name, **{**given, **config})


def in_graph(entry: dict[str, Any], *calls: list[Any]) -> dict[str, Any]:
    """A layer's entry in a functional model: each call a list of [layer, call, output, {}]."""
    return {**entry, "name": entry["config"]["name"], "inbound_nodes": list(calls)}


def input_layer(name: str, *shape: int) -> dict[str, Any]:
    """An input's entry in a functional model."""
    config = {
        "batch_input_shape": [None, *shape],
        "dtype": "float32",
        "sparse": False,
        "ragged": False,
        "name": name,
    }
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}
