"""Reads the pickles that some data sets come as, and nothing but arrays from them.

Unpickling imports and calls whatever the bytes name. Here they may name only what rebuilds a
NumPy array.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np

from pykeras_core.checks import checked

__all__ = ["load"]

_REBUILD = getattr(np, "_core", np).multiarray._reconstruct
_ALLOWED = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy._core.multiarray", "_reconstruct"): _REBUILD,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        raise pickle.UnpicklingError(f"it asks for `{module}.{name}`, a data set needs only arrays")


@checked
def load(data: bytes) -> Any:
    """Return what was pickled: arrays, numbers, bytes, lists and dicts.

    Args:
        data: The pickle; text of Python 2 comes back as bytes.

    Raises:
        pickle.UnpicklingError: It asks for anything else.
        ValueError: It is damaged.
    """
    try:
        return _ArrayUnpickler(io.BytesIO(data), encoding="bytes").load()
    except (EOFError, LookupError, TypeError, AttributeError, MemoryError, OverflowError) as error:
        raise ValueError(f"the pickle is damaged ({error})") from error
