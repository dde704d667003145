"""Timing: how long each part of a step takes.

This module owns `Timing`, one row of an executable's profile, and how it is measured.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from pykeras_core.engine.program import Value

__all__ = ["Timing", "repeated", "shortest"]

_MEASUREMENTS = 8
_MEASURED_S = 0.002
"""A measurement long enough for the coarse clocks of browsers."""


@dataclass(frozen=True)
class Timing:
    """How long a part of a step takes.

    Args:
        primitives: Names of the equations that run as one.
        kernel: Name of the instruction that runs them; None for their NumPy definition.
        seconds: Time of one execution, the shortest measured.
        last_step_only: Whether a run of many steps executes it once, at its end.
        values: What these equations define; empty where a backend does not know.
    """

    primitives: tuple[str, ...]
    kernel: str | None
    seconds: float
    last_step_only: bool
    values: tuple[Value, ...] = ()


def shortest(call: Callable[[int], object]) -> float:
    """Seconds that one execution takes: the shortest of several measurements.

    Args:
        call: Executes a given number of times.
    """
    times, best, left = 1, math.inf, _MEASUREMENTS
    while left:
        began = time.perf_counter()
        call(times)
        elapsed = time.perf_counter() - began
        if elapsed < _MEASURED_S:
            times *= 4
        else:
            left -= 1
            best = min(best, elapsed / times)
    return best


def repeated(call: Callable[[], object]) -> Callable[[int], None]:
    """A call that makes another one a given number of times."""

    def many(times: int) -> None:
        for _ in range(times):
            call()

    return many
