"""What a backend is, and which one runs a program.

A backend turns a `Plan` into an `Executable`. It does not trace, differentiate or know Keras.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from pykeras_core.engine.backends.timing import Timing
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array

__all__ = ["Backend", "Executable", "Timing", "choose_backend", "why_not_kernels"]


class Executable(Protocol):
    """A plan made ready by a backend."""

    def run(self, inputs: Sequence[Array], n_steps: int = 1) -> list[Array]:
        """Run the program `n_steps` times in a row on the same inputs.

        Variables change in place after each step. The inputs are read where they are, never
        copied as a whole and never written.

        Args:
            inputs: C-contiguous arrays with the shapes and dtypes of `plan.inputs`.
            n_steps: 1 or more.

        Returns:
            The outputs of the last step, as fresh arrays.

        Raises:
            ValueError: If an input does not have the planned shape and dtype, or `n_steps` is
                less than 1.
        """

    def profile(self, inputs: Sequence[Array]) -> list[Timing]:
        """Time each part of a step by itself; variables are left as they were.

        Args:
            inputs: As for `run`.

        Returns:
            The parts in the order in which they run.
        """


class Backend(Protocol):
    """Makes executables of plans."""

    name: str

    def compile(self, plan: Plan) -> Executable:
        """Prepare a plan to run many times."""


def choose_backend(plan: Plan) -> Backend:
    """The backend for a plan: the kernels if they are there, else NumPy, which runs anything.

    In a page, where kernels are always meant to be there, it warns of a slow run without them.
    """
    backend, reason = _available()
    if reason and sys.platform == "emscripten":
        warnings.warn(reason, RuntimeWarning, stacklevel=2)
    return backend


def why_not_kernels() -> str | None:
    """Why plans run on NumPy, in one line; None if they run on the kernels."""
    return _available()[1]


@cache
def _available() -> tuple[Backend, str | None]:
    from pykeras_core.engine.backends.numpy import NumpyBackend
    from pykeras_core.engine.backends.wasm import WasmBackend

    try:
        return WasmBackend(), None
    except OSError as error:
        return NumpyBackend(), f"Training runs on NumPy, which is slower: {error}"
