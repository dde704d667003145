"""The library of kernels: found, built where it can be, loaded.

This module owns `load`. In a page the library is one of two WebAssembly side modules that came
with the package; elsewhere it is built for this machine the first time, if the compiler of the
`native` extra is installed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pykeras_core.engine.kernels import build

__all__ = ["Library", "load"]

_FOLDER = resources.files("pykeras_core.engine") / "kernels"


class Library:
    """Kernels in memory.

    Args:
        path: The shared library or side module.
        name: What kind it is, for people.

    Raises:
        OSError: If it cannot be loaded.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.run: Callable[..., Any] = ctypes.CDLL(str(path)).run
        self.run.argtypes = [
            *(ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32)
        ]
        self.run.restype = None


@cache
def load() -> Library:
    """The library for this machine.

    Raises:
        OSError: If there is none; the message says why, in one line.
    """
    reason = "the package came without them"
    for path, name in _candidates():
        try:
            return Library(path, name)
        except OSError as error:
            # The first lines name the file; the last candidate asks least of a machine.
            reason = str(error).strip().splitlines()[-1]
    raise OSError(f"the kernels could not be loaded ({reason})")


def _candidates() -> Iterator[tuple[Path, str]]:
    """Libraries to try, the fastest first."""
    if sys.platform == "emscripten":
        for variant in build.WASM_VARIANTS:
            yield Path(str(_FOLDER / variant.file)), variant.title
        return
    yield build.ensure_host(), build.HOST.title
