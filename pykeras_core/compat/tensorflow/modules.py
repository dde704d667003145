"""Owns `Module`, TensorFlow's plain container of variables."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from pykeras_core.engine import Variable
from pykeras_core.layers import Layer
from pykeras_core.naming import auto_name, name_scope

__all__ = ["Module"]


class Module:
    """An object whose variables, and those of what it holds, are found by themselves.

    Args:
        name: Default: the class name in snake case.

    Example:
        >>> class Scale(Module):
        ...     def __init__(self):
        ...         super().__init__(name="scale")
        ...         self.factor = Variable(2.0, name="factor")
        >>> [variable.name for variable in Scale().trainable_variables]
        ['factor']
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name or auto_name(type(self).__name__)

    @property
    def name(self) -> str:
        """The name."""
        return getattr(self, "_name", type(self).__name__)

    @property
    def name_scope(self) -> contextlib.AbstractContextManager[Any]:
        """A context in which names begin with this one's."""
        return name_scope(self.name)

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the method itself: names of variables need no scope here."""
        return method

    def _found(self) -> Iterator[Any]:
        """The variables, layers and modules it holds, by the names of its attributes."""
        for _, value in sorted(vars(self).items()):
            yield from _held(value)

    @property
    def variables(self) -> tuple[Any, ...]:
        """All variables, each once."""
        found: dict[int, Any] = {}
        for one in self._found():
            parts = [one] if isinstance(one, Variable) else one.variables
            found.update((id(variable), variable) for variable in parts)
        return tuple(found.values())

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that are trained."""
        return tuple(variable for variable in self.variables if variable.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """The variables that are not trained."""
        return tuple(variable for variable in self.variables if not variable.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules and layers it holds, and those that these hold."""
        found: dict[int, Any] = {}
        for one in self._found():
            if not isinstance(one, Variable):
                found[id(one)] = one
                inner = one.submodules if isinstance(one, Module) else one._flatten_layers(False)
                found.update((id(module), module) for module in inner)
        return tuple(found.values())


def _held(value: Any) -> Iterator[Any]:
    if isinstance(value, Variable | Module | Layer):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _held(one)
    elif isinstance(value, dict):
        for _, one in sorted(value.items(), key=lambda item: str(item[0])):
            yield from _held(one)
