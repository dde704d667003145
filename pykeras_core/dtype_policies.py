"""Owns dtype policies: the names a layer's `dtype` may have and what the engine computes in.

The engine has one floating type, float32. The half- and double-precision policies of Keras are
kept by name, so that configurations survive a round trip, and computed in float32.
"""

from __future__ import annotations

import warnings
from typing import Any

from pykeras_core import settings
from pykeras_core.checks import checked
from pykeras_core.saving import serialization

__all__ = [
    "DTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "serialize",
    "set_dtype_policy",
]

_FLOATS = ("bfloat16", "float16", "float32", "float64")
_MIXED = ("mixed_bfloat16", "mixed_float16")
_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool")
_ENGINE_INTEGERS = {"int8": "int32", "int16": "int32", "int64": "int32", "uint16": "int32"}


class DTypePolicy:
    """The dtypes a layer computes in and keeps its weights in.

    Args:
        name: `"float32"` (default: the global policy), another float or integer dtype, or
            `"mixed_float16"` / `"mixed_bfloat16"`.

    Raises:
        TypeError: If `name` is not a string.
        ValueError: If `name` is no policy.

    Example:
        >>> DTypePolicy("float32").compute_dtype
        'float32'
    """

    @checked
    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = dtype_policy().name
        if not isinstance(name, str):
            raise TypeError(f"`DTypePolicy` expected a dtype name, received {name!r}.")
        if name not in (*_FLOATS, *_MIXED, *_INTEGERS):
            raise ValueError(
                f"Unknown dtype policy {name!r}. Use 'float32', or one of {[*_FLOATS, *_MIXED]}."
            )
        if name not in _INTEGERS and name != "float32":
            warnings.warn(
                f"dtype policy {name!r} is kept by name; arithmetic and weights are float32.",
                stacklevel=2,
            )
        self._name = name

    @property
    def name(self) -> str:
        """The name the policy was made with."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype that `call` computes in: float32 for every floating policy."""
        return _ENGINE_INTEGERS.get(self._name, self._name) if self.is_integer else "float32"

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights: float32 for every floating policy."""
        return self.compute_dtype

    @property
    def is_integer(self) -> bool:
        """Whether this is an integer (or bool) policy."""
        return self._name in _INTEGERS

    def __eq__(self, other: object) -> bool:
        """Policies are equal when their names are."""
        return isinstance(other, DTypePolicy) and self.name == other.name

    def __hash__(self) -> int:
        """Hashes by name."""
        return hash(self._name)

    def __repr__(self) -> str:
        """Returns `<DTypePolicy "float32">`."""
        return f'<DTypePolicy "{self._name}">'

    def get_config(self) -> dict[str, Any]:
        """Returns `{"name": name}`."""
        return {"name": self.name}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """Makes a policy from `get_config()`'s dict."""
        return cls(**config)


_global_policy: DTypePolicy | None = None


@checked
def dtype_policy() -> DTypePolicy:
    """Returns the policy of layers that name none: `floatx()` until one is set."""
    return DTypePolicy(settings.floatx()) if _global_policy is None else _global_policy


@checked
def set_dtype_policy(policy: Any) -> None:
    """Sets the policy of layers that name none.

    Args:
        policy: Anything `get` understands; `None` goes back to `floatx()`.
    """
    global _global_policy
    _global_policy = None if policy is None else get(policy)


@checked
def serialize(dtype_policy: DTypePolicy) -> Any:
    """Returns the configuration dict of a policy.

    Args:
        dtype_policy: The policy.

    Returns:
        A dict with `module`, `class_name`, `config` and `registered_name`.
    """
    return serialization.serialize_keras_object(dtype_policy)


@checked
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes a policy from its configuration dict.

    Args:
        config: What `serialize` returned.
        custom_objects: Custom classes by name.

    Returns:
        The policy.
    """
    return serialization.deserialize_keras_object(config, custom_objects=custom_objects)


@checked
def get(identifier: Any) -> DTypePolicy:
    """Returns the policy meant by a name, a dtype, a configuration dict, a policy or `None`.

    Args:
        identifier: `None` means the global policy (`keras.config.dtype_policy()`).

    Returns:
        A `DTypePolicy`.

    Raises:
        ValueError: If `identifier` means no policy.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        policy: DTypePolicy = deserialize(identifier)
        return policy
    if isinstance(identifier, str):
        return DTypePolicy(identifier)
    name = getattr(identifier, "name", None) or getattr(identifier, "__name__", None)
    if isinstance(name, str):
        return DTypePolicy(name)
    raise ValueError(f"Cannot read a dtype policy from {identifier!r}. Pass a dtype name.")
