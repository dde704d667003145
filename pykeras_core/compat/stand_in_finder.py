"""Owns the import hook for packages of notebooks: the last one asked, so that real ones win."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__ = ["StandInFinder"]

_HOME = "pykeras_core.compat.stand_ins"
_MODULES = {
    "IPython": "ipython",
    "IPython.core": "ipython",
    "IPython.core.display": "ipython",
    "IPython.display": "ipython",
    "google.colab": "colab",
    "google.colab.patches": "colab",
    "tensorflow_datasets": "tensorflow_datasets",
    "tqdm": "tqdm",
    "tqdm.auto": "tqdm",
    "tqdm.keras": "tqdm",
    "tqdm.notebook": "tqdm",
}
"""Which module of ours stands for a module, beside `google`, which is empty."""


class StandInFinder(MetaPathFinder, Loader):
    """Finds and loads the stand-ins of packages that are not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns how to load a stand-in; `None` for any other module.

        Args:
            fullname: Name of the module.
            path: Not used.
            target: Not used.
        """
        known = fullname == "google" or fullname in _MODULES
        return ModuleSpec(fullname, self, is_package=True) if known else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leaves the making of the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Gives the module the public names of ours."""
        ours = _MODULES.get(module.__name__)
        if ours is not None:
            source = importlib.import_module(f"{_HOME}.{ours}")
            module.__doc__ = source.__doc__
            vars(module).update({name: getattr(source, name) for name in source.__all__})
        module.__pykeras__ = True  # type: ignore[attr-defined]

    @staticmethod
    def forget() -> None:
        """Takes the stand-ins out of the imported modules."""
        for name in [
            name for name, module in sys.modules.items() if hasattr(module, "__pykeras__")
        ]:
            del sys.modules[name]
