"""Activation functions by their Keras names, and looking them up by name."""

from __future__ import annotations

import inspect
import types
from typing import Annotated, Any

from pykeras_core.activations.rectifiers import (
    celu,
    elu,
    gelu,
    hard_shrink,
    hard_silu,
    leaky_relu,
    linear,
    mish,
    relu,
    relu6,
    selu,
    silu,
    soft_shrink,
    softplus,
    sparse_plus,
    squareplus,
    tanh_shrink,
    threshold,
)
from pykeras_core.activations.squashers import (
    exponential,
    glu,
    hard_sigmoid,
    hard_sigmoid_of_keras2,
    hard_tanh,
    log_sigmoid,
    log_softmax,
    sigmoid,
    softmax,
    softsign,
    sparse_sigmoid,
    sparsemax,
    tanh,
)
from pykeras_core.checks import known_by
from pykeras_core.saving import registration, serialization

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]

swish = silu
hard_swish = hard_silu

_FUNCTIONS = (
    celu, elu, exponential, gelu, glu, hard_shrink, hard_sigmoid, hard_sigmoid_of_keras2, hard_silu,
    hard_tanh, leaky_relu, linear, log_sigmoid, log_softmax, mish, relu, relu6, selu, sigmoid, silu,
    soft_shrink, softmax, softplus, softsign, sparse_plus, sparse_sigmoid, sparsemax,
    squareplus, tanh, tanh_shrink, threshold,
)  # fmt: skip
_BY_NAME: dict[str, Any] = {
    **{function.__name__: function for function in _FUNCTIONS},
    "swish": silu,
    "hard_swish": hard_silu,
}


def serialize(activation: Any) -> Any:
    """Returns the name of a built-in activation, the configuration of any other.

    Args:
        activation: A function, or an object with a `get_config` method, such as a layer.

    Returns:
        A string for a built-in, otherwise a dict.
    """
    if isinstance(activation, types.FunctionType):
        name = activation.__name__
        if _BY_NAME.get(name) is activation:
            return name
        config = serialization.serialize_keras_object(activation)
        if config["class_name"] == "function":
            config["config"] = registration.get_registered_name(activation)
        return config
    return serialization.serialize_keras_object(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns the activation that `serialize` described.

    Args:
        config: A name or a configuration dict.
        custom_objects: Your own functions by name.

    Returns:
        The function.
    """
    return serialization.deserialize_keras_object(
        config, custom_objects=custom_objects, module_objects=_BY_NAME
    )


def get(identifier: Any) -> Any:
    """Returns the activation meant by a name, a configuration, a function or `None`.

    Args:
        identifier: `"relu"`, a dict from `serialize`, a callable, or `None` for `linear`.

    Returns:
        A callable.

    Raises:
        ValueError: If nothing is known by that name.

    Example:
        >>> get("relu") is relu, get(None) is linear
        (True, True)
    """
    if identifier is None:
        return linear
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    if inspect.isclass(found):
        found = found()
    if callable(found):
        return found
    raise ValueError(
        f"Unknown activation {identifier!r}. Use one of {sorted(_BY_NAME)}, or a function."
    )


# What an argument may be that names one of them.
ActivationLike = Annotated[Any, known_by("an activation", get, 0.0)]
