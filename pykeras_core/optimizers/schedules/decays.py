"""Owns schedules that fall by powers, steps or lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import Numbers, Positive, checked
from pykeras_core.ops.indexing import rows_at
from pykeras_core.optimizers.schedules.base import LearningRateSchedule, as_float

__all__ = ["ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay"]


class ExponentialDecay(LearningRateSchedule):
    """`initial_learning_rate * decay_rate ** (step / decay_steps)`.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps in which the rate falls by one factor.
        decay_rate: The factor.
        staircase: Whether the exponent is rounded down, so that the rate falls in jumps.
        name: Name of the schedule.

    Raises:
        ValueError: If `decay_steps` is not above 0.

    Example:
        >>> round(float(ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)(20)), 4)
        0.025
    """

    @checked
    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: Positive,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step."""
        passed = as_float(step) / float(self.decay_steps)
        if self.staircase:
            passed = ops.floor(passed)
        return self.initial_learning_rate * ops.power(float(self.decay_rate), passed)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


class InverseTimeDecay(LearningRateSchedule):
    """`initial_learning_rate / (1 + decay_rate * step / decay_steps)`.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps in which the divisor grows by `decay_rate`.
        decay_rate: By how much it grows.
        staircase: Whether `step / decay_steps` is rounded down, so that the rate falls in jumps.
        name: Name of the schedule.

    Raises:
        ValueError: If `decay_steps` is not above 0.
    """

    @checked
    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: Positive,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step."""
        passed = as_float(step) / float(self.decay_steps)
        if self.staircase:
            passed = ops.floor(passed)
        return self.initial_learning_rate / (1.0 + self.decay_rate * passed)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


class PiecewiseConstantDecay(LearningRateSchedule):
    """One learning rate up to each boundary, another after it.

    Args:
        boundaries: Steps in rising order; a boundary itself still has the rate before it.
        values: One rate more than there are boundaries.
        name: Name of the schedule.

    Raises:
        ValueError: If there is not one rate more than boundaries.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01])
        >>> [round(float(schedule(step)), 4) for step in (100, 101, 500)]
        [0.1, 0.05, 0.01]
    """

    @checked
    def __init__(
        self, boundaries: Numbers, values: Numbers, name: str = "PiecewiseConstant"
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "`values` expected one rate more than there are boundaries, received "
                f"{len(values)} for {len(boundaries)} boundaries."
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step."""
        step = ops.convert_to_tensor(step)
        passed = ops.greater(step, np.asarray(self.boundaries).astype(step.dtype))
        index = ops.sum(ops.cast(passed, "int32"))
        return rows_at(np.asarray(self.values, dtype="float32"), index)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}


class PolynomialDecay(LearningRateSchedule):
    """`(initial - end) * (1 - step / decay_steps) ** power + end`, then `end`.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: The step at which `end_learning_rate` is reached.
        end_learning_rate: The last rate. Default 0.0001.
        power: The exponent. Default 1: a straight line.
        cycle: Whether to go on beyond `decay_steps` with the next multiple of it as the end.
        name: Name of the schedule.

    Raises:
        ValueError: If `decay_steps` is not above 0.
    """

    @checked
    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: Positive,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step."""
        step = as_float(step)
        steps = ops.convert_to_tensor(float(self.decay_steps))
        if self.cycle:
            steps = steps * ops.maximum(ops.ceil(step / steps), 1.0)
        else:
            step = ops.minimum(step, steps)
        left = ops.power(1.0 - step / steps, float(self.power))
        span = self.initial_learning_rate - self.end_learning_rate
        return span * left + self.end_learning_rate

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
