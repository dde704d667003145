"""Owns schedules that follow a cosine: `CosineDecay`, `CosineDecayRestarts`."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import NonNegative, Positive, checked
from pykeras_core.optimizers.schedules.base import LearningRateSchedule, as_float

__all__ = ["CosineDecay", "CosineDecayRestarts"]


class CosineDecay(LearningRateSchedule):
    """Half a cosine wave from the initial rate down to `alpha` of it, after an optional warmup.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps of the fall.
        alpha: The last rate as a share of the highest. Default 0.
        name: Name of the schedule.
        warmup_target: The rate that is reached in a straight line before the fall. Default: no
            warmup.
        warmup_steps: Steps of the warmup.

    Raises:
        ValueError: If `decay_steps` is not above 0.

    Source:
        Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2016.
    """

    @checked
    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: Positive,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: NonNegative = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step."""
        step = as_float(step)
        if self.warmup_target is None:
            return self._fall(step, self.initial_learning_rate)
        span = self.warmup_target - self.initial_learning_rate
        rising = self.initial_learning_rate + span * step / float(max(self.warmup_steps, 1))
        falling = self._fall(step - float(self.warmup_steps), self.warmup_target)
        return ops.where(step < float(self.warmup_steps), rising, falling)

    def _fall(self, step: Any, highest: float) -> Any:
        passed = ops.minimum(step, float(self.decay_steps)) / float(self.decay_steps)
        wave = 0.5 * (1.0 + ops.cos(math.pi * passed))
        return highest * ((1.0 - self.alpha) * wave + self.alpha)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }


class CosineDecayRestarts(LearningRateSchedule):
    """Half a cosine wave from the initial rate down, again and again.

    Args:
        initial_learning_rate: The rate at step 0.
        first_decay_steps: Steps of the first fall.
        t_mul: By what factor each fall is longer than the one before. Default 2.
        m_mul: By what factor each fall begins lower than the one before. Default 1.
        alpha: The last rate of a fall as a share of the initial one. Default 0.
        name: Name of the schedule.

    Raises:
        ValueError: If `first_decay_steps` is not above 0.

    Source:
        Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2016.
    """

    @checked
    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: Positive,
        t_mul: Positive = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step."""
        restarts, passed = self._position(as_float(step) / float(self.first_decay_steps))
        wave = ops.power(float(self.m_mul), restarts) * 0.5 * (1.0 + ops.cos(math.pi * passed))
        return self.initial_learning_rate * ((1.0 - self.alpha) * wave + self.alpha)

    def _position(self, time: Any) -> tuple[Any, Any]:
        """How many falls are over, and how far the current one is, in [0, 1)."""
        if self.t_mul == 1.0:
            restarts = ops.floor(time)
            return restarts, time - restarts
        # Falls last 1, t, t**2, ...: n of them last (t**n - 1) / (t - 1).
        growth = self.t_mul - 1.0
        restarts = ops.floor(ops.log(1.0 + time * growth) / math.log(self.t_mul))
        length = ops.power(float(self.t_mul), restarts)
        return restarts, (time - (length - 1.0) / growth) / length

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self.t_mul,
            "m_mul": self.m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
