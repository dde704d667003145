"""Owns `MonitorCallback`, the base of callbacks that watch whether a metric improves."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from pykeras_core.callbacks.base import Callback
from pykeras_core.checks import NonNegative, checked

__all__ = ["MonitorCallback"]


class MonitorCallback(Callback):
    """Knows if a value of the watched metric is better than another.

    Args:
        monitor: Name of the metric in the logs.
        mode: `"min"`: lower is better; `"max"`: higher is; `"auto"`: as the metric says.
        baseline: The best value to begin with, or `None`.
        min_delta: A change of up to this much is no improvement.
    """

    @checked
    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        baseline: float | None = None,
        min_delta: NonNegative = 0.0,
    ) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            warnings.warn(
                f"`{type(self).__name__}` does not know the mode {mode!r}; it takes 'auto'.",
                stacklevel=3,
            )
            mode = "auto"
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self._higher_is_better: bool | None = None

    def _find_direction(self, logs: dict[str, Any]) -> None:
        """Settles what is better, once: metrics exist only when training has begun."""
        if self._higher_is_better is not None:
            return
        if self.mode != "auto":
            self._higher_is_better = self.mode == "max"
            return
        name = self.monitor.removeprefix("val_")
        if name == "loss":
            self._higher_is_better = False
            return
        directions = [
            metric._direction
            for metric in _flatten(getattr(self.model, "metrics", ()))
            if metric.name == name and getattr(metric, "_direction", None)
        ]
        if not directions:
            raise ValueError(
                f"`{type(self).__name__}` cannot tell whether a higher `{self.monitor}` is better. "
                "Pass `mode='max'` or `mode='min'`, or monitor one of the metrics there are: "
                f"{', '.join(sorted(logs))}."
            )
        self._higher_is_better = directions[-1] == "up"

    def _is_improvement(self, value: float, reference: float | None) -> bool:
        if reference is None or (math.isnan(reference) and not math.isnan(value)):
            return True  # an epoch that gave no number must not stand for the best one
        # In float32, as the metrics are: 0.8 - 0.1 is then no more than 0.7.
        if self._higher_is_better:
            return bool(np.float32(value - self.min_delta) > np.float32(reference))
        return bool(np.float32(value + self.min_delta) < np.float32(reference))

    def _missing(self, consequence: str, logs: dict[str, Any]) -> str:
        return (
            f"`{type(self).__name__}` {consequence}: there is no metric `{self.monitor}`. "
            f"Available metrics are: {','.join(logs)}"
        )


def _flatten(metrics: Iterable[Any]) -> list[Any]:
    """Metrics, those inside of lists of metrics too."""
    flat: list[Any] = []
    for metric in metrics:
        inner = getattr(metric, "metrics", None)
        flat += [metric] if inner is None else inner
    return flat
