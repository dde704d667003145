"""Owns how a model was compiled, as `.h5` files tell it: without modules, and in old words."""

from __future__ import annotations

from typing import Any

from pykeras_core import losses, metrics, optimizers
from pykeras_core.saving.keras2_words import layer_name
from pykeras_core.saving.registration import get_registered_object

__all__ = ["compile_arguments"]

Config = dict[str, Any]

_DEPENDING_ON_LOSS = ("accuracy", "acc", "crossentropy", "ce")


def compile_arguments(training: Config, output_names: list[str]) -> Config:
    """The arguments of `compile` in a file's training configuration.

    Args:
        training: The configuration.
        output_names: The names of the model's outputs.

    Raises:
        ValueError: An optimizer, loss or metric is not known.
    """
    found: Config = {}
    if training.get("loss") is not None:
        found["loss"] = _by_output(_compiled(training["loss"], losses))
    if training.get("loss_weights") is not None:
        found["loss_weights"] = _by_output(training["loss_weights"])
    for key in ("metrics", "weighted_metrics"):
        if training.get(key) is not None:
            found[key] = _metrics(training[key], output_names)
    described = training.get("optimizer_config")
    if described is not None:
        found["optimizer"] = _optimizer(described)
    return found


def _by_output(value: Any) -> Any:
    if isinstance(value, dict):
        return {layer_name(key): item for key, item in value.items()}
    return value


def _metrics(value: Any, output_names: list[str]) -> Any:
    """Metrics as `compile` takes them: Keras 2 wrote one list for each output."""
    nested = isinstance(value, list) and all(isinstance(item, list) for item in value)
    if nested and len(value) == 1 and len(output_names) <= 1:
        value = value[0]
    elif nested and len(value) == len(output_names):
        value = [
            [_without_output(item, name) for item in items if item is not None]
            for items, name in zip(value, output_names, strict=True)
        ]
    return _by_output(_compiled(value, metrics))


def _without_output(metric: Any, output_name: str) -> Any:
    """A metric's configuration, its name without the output's, which is put before it anew."""
    if not isinstance(metric, dict) or not isinstance(metric.get("config"), dict):
        return metric
    name = metric["config"].get("name")
    if not isinstance(name, str) or not layer_name(name).startswith(f"{output_name}_"):
        return metric
    config = {**metric["config"], "name": name[len(output_name) + 1 :]}
    return {**metric, "config": config}


def _compiled(value: Any, family: Any) -> Any:
    """Names, configurations, and lists and dicts of them, as losses or metrics."""
    if isinstance(value, list):
        return [_compiled(item, family) for item in value]
    if isinstance(value, str):
        found = get_registered_object(value)
        if found is not None:
            return found
        if value not in _DEPENDING_ON_LOSS:
            family.get(value)  # raises if it is not known
        return value
    if not isinstance(value, dict):
        return value
    if "class_name" in value:
        return family.deserialize(value)
    return {key: _compiled(item, family) for key, item in value.items()}


def _optimizer(described: Any) -> Any:
    name = described.get("class_name") if isinstance(described, dict) else None
    if not isinstance(name, str) or not isinstance(described.get("config"), dict):
        raise ValueError(f"the optimizer {name!r} is not known")
    return optimizers.deserialize(described)
