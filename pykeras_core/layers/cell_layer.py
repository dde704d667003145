"""Owns `CellLayer`: a recurrent layer that makes its own cell and answers for its settings."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from pykeras_core import regularizers
from pykeras_core.checks import checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.rnn import RNN

__all__ = ["CellLayer"]


@functools.cache
def _settings(cell_class: Any) -> frozenset[str]:
    """The arguments that a cell's constructor and those of its bases name."""
    bases = [base for base in cell_class.__mro__ if issubclass(base, Layer) and base is not Layer]
    named = (inspect.signature(base.__init__).parameters for base in bases)
    return frozenset(name for names in named for name in names) - {"self", "kwargs"}


class CellLayer(RNN):
    """A recurrent layer whose `units`, `activation`, `dropout`, ... are its cell's."""

    def __getattr__(self, name: str) -> Any:
        # Called only for what the layer itself has not.
        cell = self.__dict__.get("cell")
        if cell is None or name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(cell, name)

    def __setattr__(self, name: str, value: Any) -> None:
        cell = self.__dict__.get("cell")
        kind: Any = type(cell)
        if cell is not None and name in _settings(kind):
            setattr(cell, name, value)
        else:
            super().__setattr__(name, value)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["cell"]
        penalty = regularizers.serialize(self.activity_regularizer)
        return {**config, **self.cell.cell_config(), "activity_regularizer": penalty}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes the layer from `get_config()`'s dict."""
        return Layer.from_config.__func__(cls, config)  # type: ignore[attr-defined]
