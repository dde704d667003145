"""Owns the import hook that answers for `keras`, `tensorflow` and their submodules."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from pykeras_core.compat.namespace import Namespace, find
from pykeras_core.compat.spellings import RENAMED, note_use

__all__ = ["ROOTS", "Finder"]

ROOTS = ("keras", "tensorflow")


class Finder(MetaPathFinder, Loader):
    """Finds and loads the namespaces of `keras` and `tensorflow`.

    It refuses unknown names below them itself, because Python would replace an explanation by
    its own "cannot import name".
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns how to load a module of ours; `None` for modules of others.

        Args:
            fullname: Name of the module.
            path: Not used.
            target: Not used.

        Raises:
            ImportError: If it is below our namespaces and there is no such module.
        """
        if fullname.partition(".")[0] not in ROOTS:
            return None
        _resolve(fullname)
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> None:
        """Leaves the making of a provisional module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Puts the namespace in the place of the provisional module."""
        sys.modules[module.__name__] = _resolve(module.__name__)


def _resolve(fullname: str) -> Namespace:
    """Returns the namespace that a module's name stands for.

    Raises:
        ImportError: If it stands for nothing, or for something else.
    """
    parent, _, leaf = fullname.rpartition(".")
    if not parent:
        root: Namespace = find(fullname)
        return root
    if fullname in RENAMED:
        note_use(fullname)
        renamed: Namespace = find(RENAMED[fullname])
        return renamed
    try:
        value = getattr(sys.modules[parent], leaf)
    except AttributeError as error:
        raise ImportError(str(error), name=fullname) from None
    if not isinstance(value, Namespace):
        raise ImportError(
            f"`{fullname}` is no module. Write `from {parent} import {leaf}`.", name=fullname
        )
    return value
