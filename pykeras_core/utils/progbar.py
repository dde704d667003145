"""Owns `Progbar`, the progress bar of fit, evaluate and predict, in Keras 3's form."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pykeras_core import hosting
from pykeras_core.checks import Verbose, Words, checked
from pykeras_core.utils.messages import print_message

__all__ = ["Progbar"]

_BOLD, _GREEN, _WHITE, _RESET = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


class Progbar:
    """A line such as `12/125 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - loss: 0.5234`.

    The line is written again and again after a carriage return. It has colours only on a
    terminal. After the number of steps come the seconds left, or on the last line those taken,
    and the time a step takes, the first one left out because it includes preparation.

    Args:
        target: Steps in all; `None` if not known.
        width: Characters of the bar.
        verbose: 1: a bar; 2: one line at the end; 0: nothing.
        interval: Seconds that must pass between two updates of the bar.
        stateful_metrics: Names of metrics shown as they are; others are averaged over steps.
        stateless_metrics: Names of metrics averaged over steps; others are shown as they are.
        unit_name: What a step is called.

    Raises:
        ValueError: If both sets of metrics are given.

    Example:
        >>> progbar = Progbar(2, verbose=2, stateless_metrics=())
        >>> progbar.update(2, [("loss", 0.5)])
        2/2 - 0s - ...s/step - loss: 0.5000
    """

    @checked
    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: Verbose = 1,
        interval: float = 0.05,
        stateful_metrics: Words | None = None,
        stateless_metrics: Words | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "`Progbar` expected `stateful_metrics` or `stateless_metrics`, received both. "
                "Metrics that are not in the set given are treated the other way."
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self._stateful = None if stateful_metrics is None else frozenset(stateful_metrics)
        if stateful_metrics is None and stateless_metrics is None:
            self._stateful = frozenset()
        self._stateless = frozenset(stateless_metrics or ())
        self._totals: dict[str, tuple[Any, float]] = {}
        self._seen = 0
        self._held_s = hosting.held_s()
        self._start = self._now()
        self._after_first_step: float | None = None
        self._last_update = 0.0
        self._last_width = 0

    def update(
        self,
        current: int,
        values: Sequence[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Takes new values into account and rewrites the line if it is time.

        Args:
            current: Steps done.
            values: Pairs of a metric's name and its value.
            finalize: Whether this is the last line; default: when the target is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or ():
            self._take(name, value, current, finalize)
        self._seen = current
        hosting.loop("values", values=values)
        now = self._now()
        step_s = self._step_duration(current, now)
        if self.verbose == 1:
            if now - self._last_update < self.interval and not finalize:
                return
            self._write_bar(current, now, step_s, finalize)
        elif self.verbose == 2 and finalize and self.target:
            count = f"{current:{len(str(self.target))}d}/{self.target}"
            elapsed = f"{now - self._start:.0f}s"
            rate = self._format_rate(step_s)
            metrics = self._format_metrics(lambda value: value > 1e-3)
            print_message(f"{count} - {elapsed} - {rate}{metrics}")
        self._last_update = now

    def add(self, n: int, values: Sequence[tuple[str, Any]] | None = None) -> None:
        """Counts `n` more steps as done.

        Args:
            n: How many.
            values: Pairs of a metric's name and its value.
        """
        self.update(self._seen + n, values)

    def _take(self, name: str, value: Any, current: int, finalize: bool) -> None:
        averaged = name in self._stateless if self._stateful is None else name not in self._stateful
        if not averaged or finalize:
            self._totals[name] = (value, 1)
            return
        weight = max(current - self._seen, 1)
        total, count = self._totals.get(name, (0.0, 0))
        self._totals[name] = (total + value * weight, count + weight)

    def _step_duration(self, current: int, now: float) -> float:
        """Seconds a step takes; 0 before the first."""
        if not current:
            return 0.0
        if self._after_first_step is not None and current > 1:
            return (now - self._after_first_step) / (current - 1)
        if current == 1:
            self._after_first_step = now
        return (now - self._start) / current

    def _write_bar(self, current: int, now: float, step_s: float, finalize: bool) -> None:
        if self.target:
            done = int(self.width * current / self.target)
            parts = [
                (_BOLD, f"{current:{len(str(self.target))}d}/{self.target}"),
                ("", " "),
                (_GREEN, "━" * done),
                (_WHITE, "━" * (self.width - done)),
            ]
        else:
            parts = [("", f"{current:7d}/Unknown")]
        if self.target and not finalize:
            clock = _format_eta(step_s * (self.target - current))
        else:
            clock = f"{now - self._start:.0f}s"
        rate = self._format_rate(step_s)
        metrics = self._format_metrics(lambda value: abs(value) > 1e-3)
        parts += [("", " "), (_BOLD, clock), ("", f" {rate}{metrics}")]
        width = sum(len(text) for _, text in parts)
        padding = " " * (self._last_width - width)
        self._last_width = width
        line = _colour(parts) if sys.stdout.isatty() else "".join(text for _, text in parts)
        print_message(f"\r{line}{padding}", end="\n" if finalize else "")

    def _format_rate(self, step_s: float) -> str:
        if step_s >= 1 or step_s == 0:
            return f"{step_s:.0f}s/{self.unit_name}"
        if step_s >= 1e-3:
            return f"{step_s * 1e3:.0f}ms/{self.unit_name}"
        return f"{step_s * 1e6:.0f}us/{self.unit_name}"

    def _now(self) -> float:
        """Seconds, without those for which the host has held training: no forecast counts them."""
        return time.time() - (hosting.held_s() - self._held_s)

    def _format_metrics(self, is_large: Callable[[float], bool]) -> str:
        texts = []
        for name, (total, count) in self._totals.items():
            if isinstance(total, str):
                texts.append(f" - {name}: {total}")
                continue
            value = float(np.mean(total)) / max(1, count)
            texts.append(
                f" - {name}: {value:.4f}" if is_large(value) else f" - {name}: {value:.4e}"
            )
        return "".join(texts)


def _colour(parts: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{code}{text}{_RESET}" if code and text else text for code, text in parts)


def _format_eta(seconds: float) -> str:
    whole = int(seconds)
    if seconds > 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    if seconds > 60:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole}s"
