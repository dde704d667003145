"""Owns the registry of users' own classes and functions, by the name that files call them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from pykeras_core.checks import AnyCallable, checked

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
]

T = TypeVar("T")

_custom_objects: dict[str, Any] = {}
_custom_names: dict[Any, str] = {}
_scope_objects: dict[str, Any] = {}


@checked
def get_custom_objects() -> dict[str, Any]:
    """Returns the global dict of custom objects by name; entries may be added or cleared.

    Returns:
        The live dict.
    """
    return _custom_objects


def scoped_custom_objects() -> dict[str, Any]:
    """Returns the custom objects of the open `CustomObjectScope`s."""
    return _scope_objects


class CustomObjectScope:
    """Makes custom classes and functions known by name inside a `with` block.

    Args:
        custom_objects: Dict of name to class or function.

    Example:
        >>> def double(x):
        ...     return 2 * x
        >>> with CustomObjectScope({"double": double}):
        ...     get_registered_object("double") is double
        True
    """

    @checked
    def __init__(self, custom_objects: dict[str, Any] | None) -> None:
        self.custom_objects = custom_objects or {}
        self._outer: dict[str, Any] = {}

    def __enter__(self) -> CustomObjectScope:
        self._outer = dict(_scope_objects)
        _scope_objects.update(self.custom_objects)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _scope_objects.clear()
        _scope_objects.update(self._outer)


custom_object_scope = CustomObjectScope


@checked
def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[T], T]:
    """Returns a decorator that registers a class or function under `package>name`.

    Args:
        package: Your package's name, so that names of two packages never clash.
        name: Default: the name of the class or function.

    Returns:
        The decorator; it returns what it decorates, unchanged.

    Raises:
        ValueError: If a class has no `get_config` method.

    Example:
        >>> @register_keras_serializable("my_package")
        ... def double(x):
        ...     return 2 * x
        >>> get_registered_name(double)
        'my_package>double'
    """

    def register(target: T) -> T:
        if inspect.isclass(target) and not hasattr(target, "get_config"):
            raise ValueError(
                f"Class {target.__name__} cannot be registered: it has no `get_config()` method. "
                "Add one that returns the constructor's arguments as a dict."
            )
        registered_name = f"{package}>{name or getattr(target, '__name__', str(target))}"
        _custom_objects[registered_name] = target
        _custom_names[target] = registered_name
        return target

    return register


@checked
def get_registered_name(obj: AnyCallable) -> str:
    """Returns the name a class or function is registered under, or its own name.

    Args:
        obj: A class or function.

    Returns:
        `"package>name"` for a registered one, otherwise `obj.__name__`.
    """
    if obj in _custom_names:
        return _custom_names[obj]
    name: str = obj.__name__
    return name


@checked
def get_registered_object(
    name: str | None,
    custom_objects: dict[str, Any] | None = None,
    module_objects: dict[str, Any] | None = None,
) -> Any:
    """Returns the class or function registered as `name`, or `None`.

    Args:
        name: The registered name.
        custom_objects: More objects to look in, after scopes and the global registry.
        module_objects: A module's own objects, looked in last.

    Returns:
        The object, or `None` when nothing has that name.
    """
    for objects in (_scope_objects, _custom_objects, custom_objects, module_objects):
        if objects and name in objects:
            return objects[name]
    return None
