"""Owns configurations as `.h5` files hold them: without modules, and in the words of Keras 2.

What they describe is made with today's classes. Nothing of a file is run.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from pykeras_core import losses, metrics
from pykeras_core.saving.public_names import symbol_from_name
from pykeras_core.saving.registration import get_registered_object
from pykeras_core.saving.serialization import deserialize_keras_object

__all__ = ["compile_arguments", "object_from", "optimizer_from"]

Config = dict[str, Any]

_RENAMED = {"lr": "learning_rate"}
# What today's classes do not take, where it asks for nothing (any more).
_GONE = {"ragged", "sparse", "implementation", "time_major", "decay", "groups", "initial_decay"}
_FAMILIES = ("initializers", "regularizers", "constraints", "activations")
_DEPENDING_ON_LOSS = ("accuracy", "acc", "crossentropy", "ce")
_EVERY_OPTIMIZER = (
    *("name", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema"),
    *("ema_momentum", "ema_overwrite_frequency", "loss_scale_factor"),
    "gradient_accumulation_steps",
)


def object_from(config: Any) -> Any:
    """Make a layer or model of a configuration of either age.

    Args:
        config: Dict with `class_name` and `config`.

    Raises:
        ValueError: It is of another form, or its class is not known.
    """
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise ValueError(f"the file was expected to describe a layer, found {_short(config)}")
    name, inner = config["class_name"], config.get("config")
    if isinstance(inner, list):  # the first Keras 2 files: a Sequential was a list of layers
        inner = {"name": "sequential", "layers": inner}
    if not isinstance(inner, dict):
        raise ValueError(f"the file's '{name}' was expected to have a dict as its configuration")
    found = _class_named(name, inner)
    inner = _modern(inner)
    if "layers" in inner and inspect.isclass(found) and hasattr(found, "fit"):
        return _container_from(found, inner)
    return found.from_config(inner)


def _class_named(name: str, config: Config) -> Any:
    found = get_registered_object(name)
    if found is None and name != "InputLayer" and "trainable" not in config:
        found = symbol_from_name("keras.src.ops", name)  # every layer has `trainable`, no op has
    if found is None:
        today = {"Model": "Functional"}.get(name, name)
        found = symbol_from_name("keras.models", today) or symbol_from_name("keras.layers", today)
    if found is None and name in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"):
        raise ValueError(
            f"the file has a step of TensorFlow ({config.get('function') or name}), which Keras 3 "
            "cannot read either. Rebuild that part with `keras.ops` and load the weights."
        )
    if found is None:
        raise ValueError(
            f"the file has a layer of class {name!r}, which is not known. If it is yours, pass "
            f"`custom_objects={{{name!r}: {name}}}`."
        )
    return found


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:77]}..."


def _container_from(cls: Any, config: Config) -> Any:
    from pykeras_core.models.wiring import read_wiring

    if "input_layers" in config:
        inputs, outputs = read_wiring(config, object_from)
        return cls(_unwrapped(inputs), _unwrapped(outputs), name=config.get("name"))
    layers = config["layers"]
    if not isinstance(layers, list):
        raise ValueError(f"the model's layers were expected to be a list, found {_short(layers)}")
    model = cls(name=config.get("name"))
    for layer in layers:
        model.add(object_from(layer))
    shape = config.get("build_input_shape")
    if not model.built and shape and model.layers:
        model.build(tuple(shape))
    return model


def _unwrapped(structure: Any) -> Any:
    return structure[0] if isinstance(structure, list) and len(structure) == 1 else structure


def _modern(config: Config) -> Config:
    """A Keras 2 configuration in today's words; today's own passes unchanged."""
    config = {_RENAMED.get(key, key): value for key, value in config.items()}
    if "batch_input_shape" in config and "batch_shape" not in config:
        config["batch_shape"] = config.pop("batch_input_shape")
    dtype = config.get("dtype")
    if isinstance(dtype, dict) and "module" not in dtype:  # a policy as Keras 2 wrote it
        config["dtype"] = (dtype.get("config") or {}).get("name", "float32")
    for key in _GONE:
        if config.get(key, 0) in (False, None, 0, 0.0, 1, 2):
            config.pop(key, None)
    if config.get("function_type") == "lambda":
        config = _lambda(config)
    if isinstance(config.get("axis"), list) and len(config["axis"]) == 1:
        config["axis"] = config["axis"][0]  # as Keras 2 wrote normalization
    for key, value in config.items():
        if key != "layers" and isinstance(value, dict) and "class_name" in value:
            config[key] = _inner_object(key, value)
    return config


def _lambda(config: Config) -> Config:
    """Keras 2's Lambda layer in today's words; its code is read only outside of safe mode."""
    code = config["function"]
    names = ("name", "trainable", "dtype", "arguments")
    kept: Config = {key: config[key] for key in names if key in config}
    inner = dict(zip(("code", "defaults", "closure"), code, strict=False))
    return {**kept, "function": {"class_name": "__lambda__", "config": inner}}


def _inner_object(key: str, value: Config) -> Any:
    """An initializer, regularizer, constraint or wrapped layer inside a layer's configuration."""
    if "module" in value or str(value["class_name"]).startswith("__"):
        return value
    for family in _FAMILIES:
        cls = symbol_from_name(f"keras.{family}", value["class_name"])
        if cls is not None and family[:-1] in key:
            return cls.from_config(_known_arguments(cls, value.get("config") or {}))
    return object_from(value)


def _known_arguments(cls: Any, config: Config) -> Config:
    """The configuration without arguments that today's class has no more (`dtype`)."""
    parameters = inspect.signature(cls.__init__).parameters
    return {key: value for key, value in config.items() if key in parameters}


def compile_arguments(training: Config) -> Config:
    """The arguments of `compile` in a file's training configuration, without the optimizer.

    Raises:
        ValueError: A loss or metric is not known.
    """
    found = {
        key: _compiled(training[key], "losses" if key == "loss" else "metrics")
        for key in ("loss", "metrics", "weighted_metrics")
        if training.get(key) is not None
    }
    if training.get("loss_weights") is not None:
        found["loss_weights"] = training["loss_weights"]
    for key in ("metrics", "weighted_metrics"):
        given = found.get(key)
        if isinstance(given, list) and len(given) == 1 and isinstance(given[0], list):
            found[key] = given[0]  # Keras 2 wrote one list an output
    return found


def _compiled(value: Any, family: str) -> Any:
    if isinstance(value, list):
        return [_compiled(item, family) for item in value]
    if isinstance(value, str) and value not in _DEPENDING_ON_LOSS:
        {"losses": losses, "metrics": metrics}[family].get(value)  # raises if it is not known
    if not isinstance(value, dict):
        return value
    if "class_name" not in value:
        return {key: _compiled(item, family) for key, item in value.items()}
    if "module" in value:
        return deserialize_keras_object(value)
    name, config = value["class_name"], dict(value.get("config") or {})
    if config.get("reduction") == "auto":
        config["reduction"] = "sum_over_batch_size"
    cls: Any = get_registered_object(name) or symbol_from_name(f"keras.{family}", name)
    if name == "MeanMetricWrapper" and isinstance(config.get("fn"), str):
        config["fn"] = symbol_from_name("keras.metrics", config["fn"])
    if not hasattr(cls, "from_config"):
        raise ValueError(f"{name!r}, one of its {family}, is not known")
    return cls.from_config(_known_arguments(cls, config))


def optimizer_from(described: Any) -> Any:
    """The optimizer that a file describes.

    Raises:
        ValueError: It is not known.
    """
    config = described.get("config") if isinstance(described, dict) else None
    name = described.get("class_name") if isinstance(described, dict) else None
    cls = symbol_from_name("keras.optimizers", name) if isinstance(name, str) else None
    if cls is None or not isinstance(config, dict):
        raise ValueError(f"the optimizer {name!r} is not known")
    config = {_RENAMED.get(key, key): value for key, value in config.items()}
    if config.get("decay"):
        warnings.warn(
            f"the file's optimizer lowers its learning rate by decay={config['decay']}, which "
            "Keras 3 leaves to `keras.optimizers.schedules.InverseTimeDecay`",
            stacklevel=5,
        )
    rate = config.get("learning_rate")
    if isinstance(rate, dict) and "module" not in rate:
        schedule = symbol_from_name("keras.optimizers.schedules", str(rate.get("class_name")))
        if schedule is None:
            raise ValueError(f"the schedule {rate.get('class_name')!r} is not known")
        config["learning_rate"] = schedule.from_config(rate.get("config") or {})
    base = {key: config[key] for key in _EVERY_OPTIMIZER if key in config}
    return cls.from_config(_known_arguments(cls, config) | base)
