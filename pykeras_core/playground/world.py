"""The world around a program: what it changes outside of its own variables is undone after it.

A program may replace what modules and classes hold, and set what Python, NumPy and Keras let it
set. Each program finds all that as the first did; a cell finds it as the cell before it left it.
Out of reach is what lies deeper: elements of arrays of others, the code inside their functions.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from pykeras_core.compat.namespace import Namespace
from pykeras_core.playground.surroundings import SETTINGS, Setting

OWN = "pykeras_core"
"""The package whose tables programs write into by registering things."""

_MISSING: Any = object()
_IMMUTABLE_TYPE = 1 << 8
_TABLES = (dict, list, set)

# What Python itself writes into a class when it is asked for it, and what our own code counts up
# while a program runs: how long training was held.
_NOT_OF_PROGRAMS = frozenset(
    ("__annotations__", "__annotations_cache__", "__annotate_func__", "_held_s")
)

Redo = Callable[[], object]


class World:
    """Keeps the world of programs apart from the one in which the page's own code runs.

    Example:
        >>> import math
        >>> world = World()
        >>> with world.of_program():
        ...     math.pi = 3
        >>> math.pi
        3.141592653589793
        >>> with world.of_program(continues=True):
        ...     print(math.pi)
        3
    """

    def __init__(self) -> None:
        self._path = (*(path for path in sys.path if path), "built-in", "frozen")
        self._first_modules = set(sys.modules)
        self._modules: dict[str, ModuleType] = {}
        self._parts: list[Space | Table] = []
        self._kept: list[tuple[Space | Table, Any]] = []
        self._redo: list[Redo] = []

    @contextmanager
    def of_program(self, *, continues: bool = False) -> Iterator[None]:
        """Inside, a program runs; afterwards the world is as it was.

        Args:
            continues: Whether it begins with what the last program changed.
        """
        if not continues:
            self._redo = []
            self._forget_modules()
        self._keep()
        settings = [(setting, setting.get()) for setting in SETTINGS]
        recorder = Recorder(self._keep_module)
        finders = sys.meta_path
        finders.insert(0, recorder)
        try:
            for redo in self._redo:
                redo()
            yield
        finally:
            self._redo = []
            with suppress(ValueError):
                finders.remove(recorder)
            try:
                self._restore(settings)
            except KeyboardInterrupt:  # Stop comes at any moment, but half a world is none
                self._restore(settings)
                raise

    def _restore(self, settings: list[tuple[Setting, Any]]) -> None:
        """Puts everything back, modules first: the rest is done with what they hold."""
        # Those of Keras come into being as they are asked for, and know how they were made.
        keras = [(Space(names), names.as_made()) for names in Namespace.made]
        for part, kept in [*self._kept, *keras]:
            if not _is_still(part, kept):
                for redo in part.undo(kept):
                    self._redo.append(redo)
        for setting, value in settings:
            with suppress(Exception):  # what the system refuses now stays as it is
                found = setting.get()
                if found != value:
                    setting.set(value)
                    self._redo.append(partial(setting.set, found))

    def _keep(self) -> None:
        """Remembers what is there; where to look is found once, since that takes longer."""
        modules = {
            name: module
            for name, module in sys.modules.items()
            if name != "__main__" and isinstance(module, ModuleType)
        }
        if modules != self._modules:
            self._modules = modules
            self._parts = [part for module in modules.values() for part in _parts_of(module)]
        tables = [sys.path, sys.path_hooks, sys.argv, gc.callbacks]
        parts = [*self._parts, *map(Table, tables), Finders(sys.meta_path, self._is_of_library)]
        self._kept = [(part, part.copy()) for part in parts]

    def _keep_module(self, module: ModuleType) -> None:
        """Remembers a module that a program has imported and not changed yet."""
        self._kept += [(part, part.copy()) for part in _parts_of(module)]

    def _forget_modules(self) -> None:
        """Lets programs' own modules be imported anew: their files may have changed since."""
        others = sys.modules.keys() - self._first_modules
        for name in [name for name in others if not self._is_of_library(name)]:
            del sys.modules[name]

    def _is_of_library(self, name: str) -> bool:
        """Whether a module under this name is of a library, or one that a library has made up."""
        module = sys.modules.get(name)
        spec: Any = getattr(module, "__spec__", None)
        if isinstance(module, Namespace):
            return True
        if spec is None or spec.origin is None:
            parent = name.rpartition(".")[0]
            return bool(parent) and self._is_of_library(parent)
        return str(spec.origin).startswith(self._path) and spec.name == name


class Space:
    """The names in a module or class."""

    def __init__(self, owner: Any):
        self.owner = owner
        self.live: Any = vars(owner)

    def copy(self) -> dict[str, Any]:
        """What it holds now."""
        names: dict[str, Any] = self.live.copy()
        return names

    def is_still(self, kept: dict[str, Any]) -> bool:
        """Whether it holds the same. A dict keeps its order, so that this takes no looking up."""
        return list(self.live.values()) == list(kept.values())

    def undo(self, kept: dict[str, Any]) -> Iterator[Redo]:
        """Puts back what it held, and yields what would change it again."""
        live = self.copy()
        for name, value in kept.items():
            found = live.get(name, _MISSING)
            if found is not value and name not in _NOT_OF_PROGRAMS:
                yield self._put(name, value, found)
        for name, found in live.items():
            added = name not in kept and name not in _NOT_OF_PROGRAMS
            if added and not isinstance(found, ModuleType):  # a submodule stays loaded
                yield self._put(name, _MISSING, found)

    def _put(self, name: str, value: Any, found: Any) -> Redo:
        self._set(name, value)
        return partial(self._set, name, found)

    def _set(self, name: str, value: Any) -> None:
        if not isinstance(self.owner, type):
            if value is _MISSING:
                self.live.pop(name, None)
            else:
                self.live[name] = value
        elif value is _MISSING:
            type.__delattr__(self.owner, name)
        else:
            type.__setattr__(self.owner, name, value)


class Table:
    """The elements of a list, dict or set."""

    def __init__(self, live: Any):
        self.live = live

    def copy(self) -> Any:
        """What is in it now."""
        return self.live.copy()

    def is_still(self, kept: Any) -> bool:
        """Whether the same is in it."""
        return bool(self.live == kept)

    def undo(self, kept: Any) -> Iterator[Redo]:
        """Puts back what was in it, and yields what would change it again."""
        found = self.live.copy()
        self._fill(kept)
        yield partial(self._fill, found)

    def _fill(self, elements: Any) -> None:
        self.live.clear()
        (self.live.extend if isinstance(self.live, list) else self.live.update)(elements)


class Finders(Table):
    """The finders of modules: those that a library has added find what it needs later, and stay.

    Args:
        live: The list of them.
        is_of_library: Says it of a module by its name.
    """

    def __init__(self, live: Any, is_of_library: Callable[[str], bool]):
        super().__init__(live)
        self._is_of_library = is_of_library

    def undo(self, kept: Any) -> Iterator[Redo]:
        """Puts back those that were there, before those that have come to stay."""
        added = [finder for finder in self.live if finder not in kept]
        stay = [one for one in added if self._is_of_library(_class_of(one).__module__)]
        yield from super().undo([*kept, *stay])


def _class_of(finder: Any) -> type:
    return finder if isinstance(finder, type) else type(finder)


def _parts_of(module: ModuleType) -> Iterator[Space | Table]:
    """A module, the classes it defines, and for ours the tables in it."""
    if isinstance(module, Namespace):
        return
    yield Space(module)
    own = module.__name__.startswith(OWN)
    for name, value in vars(module).copy().items():
        if isinstance(value, type):
            mine = value.__module__ == module.__name__
            if mine and not value.__flags__ & _IMMUTABLE_TYPE:
                yield Space(value)
        elif own and type(value) in _TABLES and not name.startswith("__"):
            yield Table(value)


def _is_still(part: Space | Table, kept: Any) -> bool:
    try:
        return part.is_still(kept)
    except Exception:  # two arrays are neither equal nor not: so they are not the same
        return False


class Recorder(MetaPathFinder):
    """Tells of each module that is imported, once it is complete.

    Args:
        tell: Given the module.
    """

    def __init__(self, tell: Callable[[ModuleType], None]):
        self._tell = tell

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Finds a module as the other finders do."""
        for finder in list(sys.meta_path):
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if spec.loader is not None:
                        spec.loader = _Recording(spec.loader, self._tell)
                    return spec
        return None


class _Recording(Loader):
    """Loads as another loader does, and tells of the module then."""

    def __init__(self, loader: Any, tell: Callable[[ModuleType], None]):
        self._loader = loader
        self._tell = tell

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._tell(module)
