"""What a backend is: the contract between a plan and whatever runs it.

A backend turns a `Plan` into an `Executable`. It does not trace, differentiate or know Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.timing import Timing
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array

__all__ = ["Backend", "Executable", "Timing"]


class Executable(Protocol):
    """A plan made ready by a backend."""

    def run(
        self, inputs: Sequence[Array], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> list[Array]:
        """Run the program `n_steps` times in a row on the same inputs.

        Variables change in place after each step. The inputs are read where they are, never
        copied as a whole and never written.

        Args:
            inputs: C-contiguous arrays with the shapes and dtypes of `plan.inputs`.
            n_steps: 1 or more.
            stamps: A number for each input, new when its elements are: what a device has of them
                need not be brought there again. None: they are all new.

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

    def refusal(self, plan: Plan) -> Reason | None:
        """Why a plan cannot run here; None if it can."""

    def compile(self, plan: Plan) -> Executable:
        """Prepare a plan to run many times."""
