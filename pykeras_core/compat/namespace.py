"""Owns `Namespace`, a module that shows the public names of one of ours under Keras's name."""

from __future__ import annotations

import functools
import importlib
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, ClassVar

from pykeras_core.compat import missing, spellings
from pykeras_core.version import KERAS_VERSION

__all__ = ["Namespace", "namespace"]

# What is called `keras` and `tensorflow`, the longer names first.
_HOMES = (("pykeras_core.compat.tensorflow", "tensorflow"), ("pykeras_core", "keras"))

# Modules whose names we keep in the module above.
_MERGED = {"keras.ops": ("linalg", "nn", "numpy"), "tensorflow.config": ("experimental",)}


class Namespace(ModuleType):
    """A module whose attributes are the public names of another module.

    Args:
        name: The name it has for programs, for example `keras.layers`.
        target: The module that holds the names.
    """

    made: ClassVar[list[Namespace]] = []
    """Every one that has been made."""

    def __init__(self, name: str, target: ModuleType) -> None:
        super().__init__(name, target.__doc__)
        self.__path__: list[str] = []  # a package, so that `from name import x` asks our finder
        self.__spec__ = ModuleSpec(name, loader=None, origin=target.__file__, is_package=True)
        self.__file__ = target.__file__
        self._target = target
        if name == "keras":
            self.__version__ = KERAS_VERSION
        self._as_made = dict(vars(self))
        Namespace.made.append(self)

    @functools.cached_property
    def __all__(self) -> list[str]:
        return public_names(self._target)

    def as_made(self) -> dict[str, Any]:
        """Returns the attributes it has as long as no program has set one."""
        kept = vars(self)
        return self._as_made | {
            name: kept[name] for name in ("_as_made", "__all__") if name in kept
        }

    def __dir__(self) -> list[str]:
        return sorted(self.__all__)

    def __setattr__(self, name: str, value: Any) -> None:
        # After `import keras.engine` Python sets the attribute `engine`, which would hide from
        # `__getattr__` that an older name is used.
        if not isinstance(value, Namespace):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        full_name = f"{self.__name__}.{name}"
        if name in self.__all__:
            spellings.note_use(full_name)
            value = getattr(self._target, name)
            return namespace(value) if isinstance(value, ModuleType) else value
        if name.startswith("__"):
            raise AttributeError(f"`{self.__name__}` has no {name}")
        if name in _MERGED.get(self.__name__, ()):
            return self
        today = spellings.RENAMED.get(full_name)
        if today is not None:
            spellings.note_use(full_name)
            return find(today)
        raise AttributeError(missing.explain(self.__name__, name, self.__all__))


@functools.cache
def namespace(module: ModuleType) -> Namespace:
    """Returns the namespace that shows one of our modules."""
    for home, name in _HOMES:
        if module.__name__ == home or module.__name__.startswith(f"{home}."):
            return Namespace(name + module.__name__.removeprefix(home), module)
    raise ValueError(f"{module.__name__} is not a part of this package")


def public_names(module: ModuleType) -> list[str]:
    """Returns the names a module means to show.

    Args:
        module: One of our modules.

    Returns:
        Its `__all__`; without one (`keras.ops`), what it took over from its submodules, and its
        subpackages (`keras.ops.image`).
    """
    names: list[str] | None = getattr(module, "__all__", None)
    if names is None:
        inner = {n: value for n, value in vars(module).items() if isinstance(value, ModuleType)}
        shown = {name for value in inner.values() for name in getattr(value, "__all__", ())}
        shown -= set(inner)
        shown |= {name for name, value in inner.items() if hasattr(value, "__path__")}
        names = [name for name in vars(module) if name in shown]
    return list(names)


def find(full_name: str) -> Any:
    """Returns what a name such as `keras.layers.Dense` stands for."""
    root, *path = full_name.split(".")
    home = next(home for home, name in _HOMES if name == root)
    value: Any = namespace(importlib.import_module(home))
    for name in path:
        value = getattr(value, name)
    return value
