"""Making models of models and of descriptions: `clone_model`, `model_from_json`, ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pykeras_core import tree
from pykeras_core.checks import checked, function_of, refuse
from pykeras_core.layers.input_layer import Input, InputLayer
from pykeras_core.losses.base import Loss
from pykeras_core.metrics.base import Metric
from pykeras_core.models.functional import Functional, takes_wiring
from pykeras_core.models.model import Model
from pykeras_core.models.sequential import Sequential
from pykeras_core.optimizers.base import Optimizer
from pykeras_core.saving.explained import explained
from pykeras_core.saving.keras2_words import WrittenBy, read_json
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["clone_model", "model_from_config", "model_from_json"]

Make = Callable[[Any], Any]
_Maker = Annotated[Make, function_of(1, "a function of (layer)")]


@checked
def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: _Maker | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same architecture with new weights, compiled as the model is.

    Args:
        model: A Sequential or functional model, or a subclassed one with `get_config`.
        input_tensors: Placeholders to build upon, in the structure of the model's inputs;
            default: new ones like those of the model. Not for subclassed models.
        clone_function: Makes the new layer of each layer but the inputs; default: from its
            configuration. Not for subclassed models.
        call_function: `call_function(layer, *args, **kwargs)` calls each new layer; default: as
            it is. For functional models only.
        recursive: Whether models inside the model are cloned layer by layer too.
        **kwargs: `cache`: dict of the clones made so far, by the `id` of what was cloned.

    Returns:
        The new model.

    Raises:
        ValueError: If `model` is no model, or an argument does not fit its kind.

    Example:
        >>> import pykeras_core as keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="last")])
        >>> clone_model(model).layers[0] is model.layers[0]
        False
    """
    cache = kwargs.pop("cache", None)
    if kwargs:
        raise ValueError(f"`clone_model` does not take {sorted(kwargs)}")
    if cache is not None and not isinstance(cache, dict):
        raise refuse("clone_model", "cache", "a dict", cache)
    if not isinstance(model, Functional) and call_function is not None:
        raise ValueError(
            "`call_function` is for functional models: in others, no layer is called when the "
            f"model is made. Received a {type(model).__name__}."
        )
    if not isinstance(model, Functional | Sequential):
        return _clone_subclassed(model, input_tensors, clone_function)
    make = _maker(clone_function, call_function, recursive, {} if cache is None else cache)
    if isinstance(model, Sequential):
        clone = _clone_sequential(model, make, input_tensors)
    else:
        clone = _clone_functional(model, make, call_function, input_tensors)
    _compile_like(clone, model)
    return clone


def _maker(
    clone_function: Make | None, call_function: Any, recursive: bool, cache: dict[int, Any]
) -> Make:
    """What makes the new layer of each layer, one only of one that occurs again."""

    def make(layer: Any) -> Any:
        if id(layer) not in cache:
            if recursive and isinstance(layer, Functional | Sequential):
                calls = call_function if isinstance(layer, Functional) else None
                cache[id(layer)] = clone_model(
                    layer, None, clone_function, calls, recursive=True, cache=cache
                )
            elif clone_function is not None:
                cache[id(layer)] = clone_function(layer)
            else:
                cache[id(layer)] = type(layer).from_config(layer.get_config())
        return cache[id(layer)]

    return make


def _clone_subclassed(model: Any, input_tensors: Any, clone_function: Make | None) -> Any:
    if input_tensors is not None or clone_function is not None:
        raise ValueError(
            "`input_tensors` and `clone_function` are for Sequential and functional models, whose "
            f"layers are known. Received a {type(model).__name__}."
        )
    own = {type(model).__name__: type(model)}
    return deserialize_keras_object(serialize_keras_object(model), custom_objects=own)


def _clone_sequential(model: Any, make: Make, input_tensors: Any) -> Any:
    layers = [make(layer) for layer in model.layers]
    first = model._stack[0] if model._stack else None
    old = first if isinstance(first, InputLayer) else None
    if input_tensors is not None:
        given = tree.flatten(input_tensors)
        if len(given) != 1 or not isinstance(given[0], KerasTensor):
            raise ValueError(
                "`clone_model` of a Sequential model expected one placeholder as `input_tensors`, "
                f"received {input_tensors!r}"
            )
        tensor = given[0]
        layers.insert(0, Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor.name))
    elif old is not None:
        layers.insert(0, _like(old))
    return Sequential(layers, name=model.name, trainable=model.trainable)


def _like(old: Any) -> Any:
    """A new input like that of an `InputLayer`."""
    return Input(batch_shape=old.batch_shape, dtype=old.dtype, name=old.name, optional=old.optional)


def _clone_functional(
    model: Any, make: Make, call_function: Callable[..., Any] | None, input_tensors: Any
) -> Any:
    if input_tensors is None:
        inputs = tree.map_structure(lambda x: _like(x._keras_history.operation), model.input)
    else:
        inputs = _checked_inputs(model, input_tensors)

    def call(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        clone = make(operation)
        if call_function is None:
            return clone(*args, **kwargs)
        return call_function(clone, *args, **kwargs)

    outputs = model._graph.run(tree.flatten(inputs), call)
    cls = type(model) if takes_wiring(type(model)) else Functional
    return cls(inputs, outputs, name=model.name)


def _checked_inputs(model: Any, input_tensors: Any) -> Any:
    """Placeholders to build upon; one that a layer has computed becomes an input of its own."""
    if not all(isinstance(leaf, KerasTensor) for leaf in tree.flatten(input_tensors)):
        raise ValueError(
            f"`clone_model` expected placeholders as `input_tensors`, received {input_tensors!r}"
        )
    same_kind = type(input_tensors) is type(model.input)
    if not same_kind or len(tree.flatten(input_tensors)) != len(model.inputs):
        raise ValueError(
            "`clone_model` expected `input_tensors` in the structure of the model's inputs, "
            f"{model.input}, received {input_tensors}"
        )

    def as_input(tensor: KerasTensor) -> KerasTensor:
        if isinstance(tensor._keras_history.operation, InputLayer):
            return tensor
        found: KerasTensor = Input(
            batch_shape=tensor.shape, dtype=tensor.dtype, name=f"{tensor.name}CLONE"
        )
        return found

    return tree.map_structure(as_input, input_tensors)


def _compile_like(clone: Any, model: Any) -> None:
    """Compile a clone with the model's arguments; what has a state is made anew."""

    def fresh(argument: Any) -> Any:
        if isinstance(argument, Optimizer | Loss | Metric):
            return type(argument).from_config(argument.get_config())
        return argument

    if model.compiled:
        clone.compile(**tree.map_structure(fresh, model._compile_arguments))


@checked
def model_from_config(config: dict[str, Any], custom_objects: Any = None) -> Any:
    """A model from the dict that `serialize_keras_object(model)` gave.

    Raises:
        ValueError: If the configuration describes no model.
        TypeError: If a class is not known.
    """
    with explained("the configuration"):
        return deserialize_keras_object(config, custom_objects=custom_objects)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A model from what `model.to_json()` gave, with new weights.

    Raises:
        ValueError: If the text is no JSON or describes no model.
    """
    if not isinstance(json_string, str | bytes):
        raise TypeError(
            "`model_from_json` expected `json_string` as text, received "
            f"{type(json_string).__name__}. A dict is for `model_from_config`."
        )
    with explained("the JSON"):
        try:
            config = read_json(json_string)
        except ValueError as error:
            raise ValueError(f"`model_from_json` expected `json_string` as JSON: {error}") from None
        if not isinstance(config, dict) or "class_name" not in config:
            raise ValueError(
                "`model_from_json` expected `json_string` as what `model.to_json()` gave"
            )
        with WrittenBy(config.get("keras_version")):
            return model_from_config(config, custom_objects)
