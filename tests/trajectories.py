"""Compares trained numbers as far as they are determined.

Backends add up in other orders, NumPy itself does from one processor to the next, and training
multiplies what rounding leaves: after an epoch two right answers may lie 1e-3 apart. How far is
measured, not assumed: where two backends differ by more than a sum may, the program is trained
again on NumPy from weights whose last bits differ, and that spread is what the two may differ by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pykeras_core.engine.backends.base import Backend, Executable
from pykeras_core.engine.backends.reference.backend import NumpyBackend, NumpyExecutable
from pykeras_core.engine.plan import Plan

__all__ = ["Nudged", "assert_trained_alike"]

NUDGE = 2.0**-21
"""A few last bits of a float32, as the additions of one long sum in another order give."""

RUNS = 3
"""How often the spread is sampled."""

ROOM = 20.0
"""How many spreads apart two backends may be: theirs is another sample of the same spread, and
they round in each step, where a nudged run differs in its first one only."""

RTOL, ATOL = 2e-5, 1e-6
"""What is allowed where training multiplies nothing."""


class Nudged(NumpyBackend):
    """NumPy, except that variables are changed in their last bits before a program first runs.

    Args:
        seed: Which way each number goes.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def compile(self, plan: Plan) -> Executable:
        """An executable that nudges the plan's variables once."""
        return _Nudging(plan, self._generator)


class _Nudging(NumpyExecutable):
    def __init__(self, plan: Plan, generator: np.random.Generator) -> None:
        super().__init__(plan)
        self._variables = [v for v in plan.variables if v.dtype == "float32"]
        self._generator = generator

    def run(
        self, inputs: Sequence[Any], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> list[Any]:
        while self._variables:
            values = self._variables.pop().storage()
            values *= 1 + NUDGE * self._generator.choice([-1, 1], values.shape)
        return super().run(inputs, n_steps)


def assert_trained_alike(
    train: Callable[[Backend], Sequence[Any]], backend: Backend, names: Sequence[str] = ()
) -> Sequence[Any]:
    """Check that a program gives on a backend what it gives on NumPy, up to rounding.

    Args:
        train: Trains on a backend, always from the same seed; returns arrays or numbers.
        backend: The backend to check.
        names: What the arrays are, for the message.

    Returns:
        What NumPy gives.
    """
    found, wanted = train(backend), train(NumpyBackend())
    assert len(found) == len(wanted)
    apart = [_apart(got, exact) for got, exact in zip(found, wanted, strict=True)]
    if max(apart, default=0.0) <= 1:
        return wanted
    spreads = [0.0] * len(wanted)
    for seed in range(RUNS):
        other = train(Nudged(seed))
        spreads = [max(s, _apart(*pair)) for s, *pair in zip(spreads, other, wanted, strict=True)]
    for index, (distance, spread) in enumerate(zip(apart, spreads, strict=True)):
        assert distance <= 1 + ROOM * spread, (
            f"{names[index] if names else index}: {backend.name} and NumPy are {distance:.3g} "
            f"tolerances apart, where last bits alone make {spread:.3g}"
        )
    return wanted


def _apart(got: Any, exact: Any) -> float:
    """How far two results are apart at most, in tolerances."""
    got, exact = np.asarray(got, np.float64), np.asarray(exact, np.float64)
    assert got.shape == exact.shape
    assert np.array_equal(np.isfinite(got), np.isfinite(exact))
    finite = np.isfinite(exact)
    if not finite.any():
        return 0.0
    exact = exact[finite]
    return float(np.abs(got[finite] - exact).max() / (RTOL * np.abs(exact).max() + ATOL))
