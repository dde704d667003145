"""Making models of descriptions: `clone_model`, `model_from_json`, `model_from_config`."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import checked
from pykeras_core.models.model import Model
from pykeras_core.saving.explained import explained
from pykeras_core.saving.keras2_words import WrittenBy, read_json
from pykeras_core.saving.serialization import deserialize_keras_object

__all__ = ["clone_model", "model_from_config", "model_from_json"]


@checked
def clone_model(model: Any, input_tensors: Any = None, clone_function: Any = None) -> Any:
    """A model of the same architecture with new weights.

    Args:
        model: A Sequential or functional model, or a subclassed one with `get_config`.
        input_tensors: Not offered; only None.
        clone_function: Makes the new layer of each layer; default: from its configuration.

    Returns:
        The new model, not compiled.

    Raises:
        ValueError: If `model` is no model, or `input_tensors` is given.
    """
    if not isinstance(model, Model):
        raise ValueError(f"`clone_model` expected a model, received {type(model).__name__}")
    if input_tensors is not None:
        raise ValueError("`clone_model` does not take `input_tensors`; call the clone on them")
    if clone_function is None:
        return type(model).from_config(model.get_config())
    made = {layer.name: clone_function(layer) for layer in model.layers}

    def make(entry: dict[str, Any]) -> Any:
        return made.get(entry["config"].get("name")) or deserialize_keras_object(entry)

    return _rebuild(model, make)


def _rebuild(model: Any, make: Any) -> Any:
    from pykeras_core.models.wiring import read_wiring

    config = model.get_config()
    if "input_layers" in config:
        inputs, outputs = read_wiring(config, make)
        return type(model)(inputs, outputs, name=config["name"])
    return type(model)([make(entry) for entry in config["layers"]], name=config["name"])


@checked
def model_from_config(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """A model from the dict that `serialize_keras_object(model)` gave."""
    return deserialize_keras_object(config, custom_objects=custom_objects)


@checked
def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A model from what `model.to_json()` gave, with new weights.

    Raises:
        ValueError: If the text is no JSON or describes no model.
    """
    if not isinstance(json_string, str | bytes):
        raise TypeError(
            f"`model_from_json` expected text, received {type(json_string).__name__}. A dict is "
            "for `model_from_config`."
        )
    with explained("the JSON"):
        try:
            config = read_json(json_string)
        except ValueError as error:
            raise ValueError(f"`model_from_json` expected JSON: {error}") from None
        if not isinstance(config, dict) or "class_name" not in config:
            raise ValueError("`model_from_json` expected what `model.to_json()` returned")
        with WrittenBy(config.get("keras_version")):
            return model_from_config(config, custom_objects)
