"""Owns the Keras 3 configuration format: objects to JSON-ready dicts and back.

An object becomes `{"module", "class_name", "config", "registered_name"}`; arrays, bytes, slices
and the like become dicts whose `class_name` is marked with underscores. Reading never evaluates
code, except the bytecode of lambdas when the caller switches `safe_mode` off.
"""

from __future__ import annotations

import inspect
import types
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np

from pykeras_core import engine, settings
from pykeras_core.checks import checked
from pykeras_core.saving import keras2_words, lambdas, sharing
from pykeras_core.saving.public_names import public_name, symbol_from_name
from pykeras_core.saving.registration import (
    CustomObjectScope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    scoped_custom_objects,
)
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = [
    "SafeModeScope",
    "deserialize_keras_object",
    "in_safe_mode",
    "serialize_keras_object",
]

Config = dict[str, Any]

_PLAIN_TYPES = (str, int, float, bool)
_FUNCTION_NAMESPACES = ("activations", "losses", "metrics", "initializers")

_safe_mode: list[bool] = []


class SafeModeScope:
    """Fixes, inside a `with` block, whether lambdas may be read.

    Args:
        safe_mode: `True` refuses them.
    """

    @checked
    def __init__(self, safe_mode: bool = True) -> None:
        self.safe_mode = safe_mode

    def __enter__(self) -> SafeModeScope:
        _safe_mode.append(self.safe_mode)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _safe_mode.pop()


@checked
def in_safe_mode() -> bool | None:
    """Returns what the innermost `SafeModeScope` says, or `None` outside of any.

    After `keras.config.enable_unsafe_deserialization()` it is `False` everywhere.
    """
    if settings.is_unsafe_deserialization_enabled():
        return False
    return _safe_mode[-1] if _safe_mode else None


@checked
def serialize_keras_object(obj: Any) -> Any:
    """Returns the JSON-ready form of an object.

    Args:
        obj: A plain value, a nested structure, an array or Tensor, a function, or an object with
            a `get_config` method.

    Returns:
        Plain values as they are, anything else as dicts and lists of them.

    Raises:
        TypeError: If the object has no `get_config`, or that does not return a dict.

    Example:
        >>> import pykeras_core as keras
        >>> serialize_keras_object(keras.regularizers.L2(0.1))["config"]
        {'l2': 0.1}
    """
    if obj is None or isinstance(obj, _PLAIN_TYPES):
        return obj
    if isinstance(obj, list):
        return [serialize_keras_object(item) for item in obj]
    if isinstance(obj, tuple):
        return tuple(serialize_keras_object(item) for item in obj)
    if isinstance(obj, dict):
        return _serialize_dict(obj)
    special = _serialize_special(obj)
    return _serialize_named(obj) if special is None else special


def _serialize_dict(values: Config) -> Config:
    return {key: serialize_keras_object(value) for key, value in values.items()}


def _serialize_special(obj: Any) -> Any:
    """Returns the marked form of arrays, bytes and the like; `None` for other objects."""
    if isinstance(obj, bytes):
        return {"class_name": "__bytes__", "config": {"value": obj.decode("utf-8")}}
    if isinstance(obj, slice):
        parts = {"start": obj.start, "stop": obj.stop, "step": obj.step}
        return {"class_name": "__slice__", "config": _serialize_dict(parts)}
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if hasattr(obj, "_keras_history"):
        operation, node_index, tensor_index = obj._keras_history
        history = [operation.name, node_index, tensor_index]
        config = {"shape": obj.shape, "dtype": obj.dtype, "keras_history": history}
        return {"class_name": "__keras_tensor__", "config": config}
    if engine.is_tensor(obj):
        value = obj.numpy()
        return {
            "class_name": "__tensor__",
            "config": {"value": value.tolist(), "dtype": value.dtype.name},
        }
    if isinstance(obj, np.ndarray) and obj.ndim > 0:
        config = {"value": obj.tolist(), "dtype": obj.dtype.name}
        return {"class_name": "__numpy__", "config": config}
    if isinstance(obj, np.ndarray | np.generic):
        return obj.item()
    if lambdas.is_lambda(obj):
        warnings.warn(
            f"A lambda ({obj!r}) is being serialized as bytecode; reading it back needs "
            "`safe_mode=False`. Use a named, registered function instead.",
            stacklevel=3,
        )
        return {"class_name": "__lambda__", "config": {"value": lambdas.dump(obj)}}
    return None


def _serialize_named(obj: Any) -> Config:
    """Returns the dict of a function or of an object that has a `get_config`."""
    is_function = isinstance(obj, types.FunctionType)
    inner = _inner_config(obj)
    location = None if is_function else public_name(type(obj))
    module: str | None
    if is_function:
        module, name, registered = "builtins", "function", "function"
    elif location is not None:
        module, name, registered = *location, None
    else:
        cls = type(obj)
        module, name, registered = cls.__module__, cls.__name__, get_registered_name(cls)
    if module == "__main__":
        module = None  # another program's main module is not this one
    config: Config = {
        "module": module,
        "class_name": name,
        "config": inner,
        "registered_name": registered,
    }
    for key in ("build_config", "compile_config"):
        getter = getattr(obj, f"get_{key}", None)
        value = getter() if getter is not None else None
        if value is not None:
            config[key] = _serialize_dict(value)
    sharing.mark(obj, config)
    return config


def _inner_config(obj: Any) -> Any:
    if isinstance(obj, types.FunctionType):
        return get_registered_name(obj)
    if hasattr(obj, "get_config"):
        config = obj.get_config()
        if not isinstance(config, dict):
            raise TypeError(
                f"`get_config()` of {obj!r} must return a dict, it returned {config!r}."
            )
        return _serialize_dict(config)
    if hasattr(obj, "__name__"):
        return get_registered_name(obj)
    raise TypeError(
        f"Cannot serialize {obj!r} of type {type(obj).__name__}. Give its class a "
        "`get_config()` method that returns the constructor's arguments as a dict."
    )


@checked
def deserialize_keras_object(
    config: Any,
    custom_objects: dict[str, Any] | None = None,
    safe_mode: bool = True,
    module_objects: dict[str, Any] | None = None,
) -> Any:
    """Returns the object that a configuration describes; the reverse of `serialize_keras_object`.

    Args:
        config: What `serialize_keras_object` returned, or what JSON made of it.
        custom_objects: Your own classes and functions by name.
        safe_mode: Whether to refuse lambdas (their bytecode could do anything).
        module_objects: A module's objects by name, for configurations that are a bare name.

    Returns:
        The object.

    Raises:
        TypeError: If the class or function cannot be found or remade.
        ValueError: If a lambda is met in safe mode.

    Example:
        >>> import pykeras_core as keras
        >>> config = keras.saving.serialize_keras_object(keras.regularizers.L2(0.1))
        >>> keras.saving.deserialize_keras_object(config).l2
        0.1
    """
    scope = in_safe_mode()
    safe = safe_mode if scope is None else scope
    objects = {**(custom_objects or {}), **scoped_custom_objects(), **get_custom_objects()}
    if isinstance(config, str) and config in objects:
        return objects[config]
    if isinstance(config, str) and module_objects and config in module_objects:
        found = module_objects[config]
        return found() if inspect.isclass(found) else found
    return _Reader(objects, safe, module_objects or {}).read(config)


class _Reader:
    """Turns configurations into objects with one set of known objects and one safe mode."""

    def __init__(
        self, custom_objects: dict[str, Any], safe_mode: bool, module_objects: dict[str, Any]
    ) -> None:
        self.custom_objects = custom_objects
        self.safe_mode = safe_mode
        self.module_objects = module_objects
        self.special: dict[str, Callable[[Any], Any]] = {
            "__keras_tensor__": _read_keras_tensor,
            "__tensor__": lambda c: engine.convert_to_tensor(c["value"], c["dtype"]),
            "__numpy__": lambda c: np.array(c["value"], dtype=c["dtype"]),
            "__bytes__": lambda c: c["value"].encode("utf-8"),
            "__ellipsis__": lambda c: Ellipsis,
            "__slice__": lambda c: slice(*(self.read(c[k]) for k in ("start", "stop", "step"))),
            "__lambda__": lambda c: lambdas.load(c["value"], self.safe_mode),
        }

    def read(self, config: Any) -> Any:
        """Returns the object `config` describes."""
        if config is None:
            return None
        if isinstance(config, str):
            return self.custom_objects.get(config, config)
        if isinstance(config, _PLAIN_TYPES):
            return config
        if isinstance(config, list | tuple):
            return [self.read(item) for item in config]
        if not isinstance(config, dict):
            return config  # already an object
        if "class_name" not in config or "config" not in config:
            return {key: self.read(value) for key, value in config.items()}
        for key in ("class_name", "module", "registered_name"):
            if not isinstance(config.get(key) or "", str):
                raise ValueError(
                    f"a configuration's '{key}' was expected to be text, found {config[key]!r}"
                )
        reader = self.special.get(config["class_name"])
        if reader is not None:
            return self._special(reader, config)
        if config["class_name"] == "function":
            return self._function(config)
        return self._instance(config)

    def _special(self, reader: Callable[[Any], Any], config: Config) -> Any:
        try:
            return reader(config["config"])
        except (LookupError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(
                f"the configuration of a {config['class_name']} is of another form: {error!r}"
            ) from None

    def _function(self, config: Config) -> Any:
        name = config["config"]
        if not isinstance(name, str):
            raise TypeError(f"Expected a function's name under 'config', received {config}.")
        found = get_registered_object(name, self.custom_objects)
        if found is not None:
            return found
        module = config.get("module") or ""
        namespaces = (
            [module]
            if module.startswith("keras")
            else [f"keras.{family}" for family in _FUNCTION_NAMESPACES]
        )
        for namespace in namespaces:
            found = symbol_from_name(namespace, name)
            if isinstance(found, types.FunctionType):
                return found
        if name in self.module_objects:
            return self.module_objects[name]
        raise TypeError(_not_found("function", name, config))

    def _instance(self, config: Config) -> Any:
        instance = sharing.shared(config)
        if instance is not None:
            return instance
        cls = self._class(config)
        if isinstance(cls, types.FunctionType):
            return cls
        if not hasattr(cls, "from_config"):
            raise TypeError(
                f"Class {cls.__name__} has no `from_config()` method, so it cannot be remade. "
                f"Configuration: {config}"
            )
        inner = config["config"] if config["config"] is not None else {}
        inner = keras2_words.todays(cls, config["class_name"], inner)
        if not isinstance(inner, dict):
            raise TypeError(f"Expected a dict under 'config', received {config}.")
        with CustomObjectScope(self.custom_objects), SafeModeScope(self.safe_mode):
            instance = cls.from_config(dict(inner))
            build_config = keras2_words.todays_build(cls, config.get("build_config"))
            if build_config and not getattr(instance, "built", True):
                instance.build_from_config(build_config)
            compile_config = keras2_words.todays_compile(instance, config.get("compile_config"))
            if compile_config and hasattr(instance, "compile_from_config"):
                instance.compile_from_config(compile_config)
        sharing.remember(config, instance)
        return instance

    def _class(self, config: Config) -> Any:
        name = config["class_name"]
        registered = config.get("registered_name", name)
        for key in (registered, name):
            found = get_registered_object(key, self.custom_objects)
            if found is not None:
                return found
        found = symbol_from_name(config.get("module") or "", name)
        if inspect.isclass(found):
            return found
        if name in self.module_objects:
            return self.module_objects[name]
        found = keras2_words.class_named(config)
        if found is not None:
            return found
        raise TypeError(_not_found("class", name, config))


def _not_found(kind: str, name: str, config: Config) -> str:
    return (
        f"Cannot find the {kind} {name!r}. If it is yours, decorate it with "
        "`@keras.saving.register_keras_serializable()` and import it before loading, or pass "
        f"`custom_objects={{'{name}': {name}}}`. Configuration: {config}"
    )


def _read_keras_tensor(config: Config) -> Any:
    tensor = KerasTensor(config["shape"], dtype=config["dtype"])
    tensor._pre_serialization_keras_history = config["keras_history"]
    return tensor
