"""Initializers: the names, and looking them up by name."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import numpy as np

from pykeras_core import engine, ops
from pykeras_core.checks import checked, known_by
from pykeras_core.engine.variable import finds_initializers
from pykeras_core.initializers.base import Initializer
from pykeras_core.initializers.constant import STFT, Constant, Identity, Ones, Zeros
from pykeras_core.initializers.drawn import (
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)
from pykeras_core.initializers.variance_scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from pykeras_core.naming import to_snake_case
from pykeras_core.saving import serialization

__all__ = [
    "STFT",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

IdentityInitializer = Identity
OrthogonalInitializer = Orthogonal
STFTInitializer = STFT
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
stft = STFT
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

_CLASSES = (
    Initializer, Constant, Identity, Ones, STFT, Zeros, GlorotNormal, GlorotUniform, HeNormal,
    HeUniform, LecunNormal, LecunUniform, Orthogonal, RandomNormal, RandomUniform,
    TruncatedNormal, VarianceScaling,
)  # fmt: skip
_BY_NAME: dict[str, Any] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **{to_snake_case(cls.__name__): cls for cls in _CLASSES},
    "IdentityInitializer": Identity,
    "OrthogonalInitializer": Orthogonal,
    "STFTInitializer": STFT,
    "normal": RandomNormal,
    "one": Ones,
    "uniform": RandomUniform,
    "zero": Zeros,
}


@checked
def serialize(initializer: Any) -> Any:
    """Returns the configuration dict of an initializer.

    Args:
        initializer: An initializer, a function, or `None`.

    Returns:
        A dict with `module`, `class_name`, `config` and `registered_name`; `None` for `None`.
    """
    return serialization.serialize_keras_object(initializer)


@checked
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes an initializer from its configuration dict or its name.

    Args:
        config: What `serialize` returned, or a name.
        custom_objects: Your own classes by name.

    Returns:
        The initializer.
    """
    return serialization.deserialize_keras_object(
        config, custom_objects=custom_objects, module_objects=_BY_NAME
    )


def _from_value(value: Any) -> Any:
    def initializer(shape: Any, dtype: Any = None) -> Any:
        tensor = ops.convert_to_tensor(value, dtype=dtype)
        if tuple(shape) != tuple(tensor.shape):
            raise ValueError(
                f"The initial value has shape {tuple(tensor.shape)}, the weight has shape "
                f"{tuple(shape)}. Pass an array of the weight's shape."
            )
        return tensor

    return initializer


@checked
@finds_initializers
def get(identifier: Any) -> Any:
    """Returns the initializer meant by a name, a configuration, an array or a callable.

    Args:
        identifier: `"he_normal"`, `{"class_name": "HeNormal", "config": {...}}`, `HeNormal`,
            `HeNormal(seed=1)`, an array of the weight's shape, a function
            `f(shape, dtype=None)`, or `None`.

    Returns:
        A callable of `(shape, dtype)`; `None` for `None`.

    Raises:
        ValueError: If nothing is known by that name.

    Example:
        >>> get("ones")((2,)).tolist()
        [1.0, 1.0]
    """
    if identifier is None:
        return None
    if engine.is_tensor(identifier) or isinstance(identifier, (np.ndarray, np.generic)):
        return _from_value(identifier)
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    if inspect.isclass(found):
        found = found()
    if callable(found):
        return found
    raise ValueError(
        f"Unknown initializer {identifier!r}. Use one of "
        f"{sorted(to_snake_case(cls.__name__) for cls in _CLASSES[1:])}, an `Initializer`, or a "
        "function `f(shape, dtype=None)`."
    )


# What an argument may be that names one of them.
InitializerLike = Annotated[Any, known_by("an initializer", get, (1,), dtype=None)]
