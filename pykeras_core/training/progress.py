"""Progress: the pace at which `fit`, `evaluate` and `predict` come up for air.

This module owns `Pace`. Whoever hosts the training (`pykeras_core.hosting`) is told in between.
"""

from __future__ import annotations

import math

from pykeras_core import hosting

__all__ = ["REPORT_INTERVAL_S", "Pace"]

REPORT_INTERVAL_S = 0.05
"""Training hands over to its host about this often."""

_MOST_GROWTH = 8
"""From one run to the next: a single step is too short to be timed well, and a page that is
silent for longer than it should be looks dead."""

_STRETCH = 1.5
"""How many intervals a pass may take at its end, rather than to stop for a few more steps."""

_SPEED_OVER_S, _PAUSE_S = 1.0, 0.25
"""Speed is measured over as long; after as long a pause, such as a validation, anew."""


class Pace:
    """Chooses how many steps to run in one go, so that each go takes the report interval.

    Attributes:
        fitting: How many steps seem to fit into it.
        steps_per_s: Steps a second lately, epochs' ends included; 0 while it is not known.
    """

    def __init__(self) -> None:
        self.fitting = 1
        self.steps_per_s = 0.0
        self._last_report = 0.0
        self._counted = 0
        self._counted_from = 0.0
        self._last_end = -math.inf
        self.begin_pass(one_by_one=False)

    def begin_pass(self, one_by_one: bool) -> None:
        """Begin to count steps; with `one_by_one` a callback wants to see every batch."""
        self._one_by_one = one_by_one

    def steps(self, left: int | None) -> int:
        """How many steps to run next; the last of a pass go along if they are few.

        Args:
            left: How many there are, if that is known.
        """
        if self._one_by_one:
            return 1
        return self.fitting if left is None or left > _STRETCH * self.fitting else left

    def ran(self, steps: int, elapsed_s: float) -> None:
        """Learn from a run; one that the data cut short says little."""
        self._count(steps, elapsed_s)
        if steps < self.fitting and elapsed_s < REPORT_INTERVAL_S:
            return
        fitting = int(steps * REPORT_INTERVAL_S / max(elapsed_s, 1e-6))
        self.fitting = max(1, min(fitting, _MOST_GROWTH * self.fitting))

    def _count(self, steps: int, elapsed_s: float) -> None:
        """Measure speed over more than an epoch where epochs are shorter than clocks can tell."""
        now = hosting.clock()
        if now - elapsed_s - self._last_end > _PAUSE_S:
            self._counted, self._counted_from = 0, now - elapsed_s
        self._last_end = now
        self._counted += steps
        passed_s = now - self._counted_from
        if passed_s >= REPORT_INTERVAL_S:
            self.steps_per_s = self._counted / passed_s
        if passed_s > _SPEED_OVER_S:
            self._counted, self._counted_from = 0, now

    def due(self) -> bool:
        """Whether the interval has passed since this last said so."""
        now = hosting.clock()
        if now - self._last_report < REPORT_INTERVAL_S * 0.8:
            return False
        self._last_report = now
        return True
