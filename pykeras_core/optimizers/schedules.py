"""Owns learning-rate schedules: functions of the step, made of `keras.ops`."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import NonNegative, Numbers, Positive, checked
from pykeras_core.ops.indexing import rows_at
from pykeras_core.saving import serialization

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]


class LearningRateSchedule:
    """Base class: a callable from the step to the learning rate.

    Subclasses write `__call__` with `keras.ops` and, to be saved, `get_config`.

    Example:
        >>> import pykeras_core as keras
        >>> class Warmup(keras.optimizers.schedules.LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 * keras.ops.minimum(keras.ops.cast(step, "float32") / 10.0, 1.0)
        >>> round(float(Warmup()(5)), 4)
        0.05
    """

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate at a step; subclasses write it.

        Args:
            step: int32 scalar, 0 for the first step.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `__call__(self, step)`. Return the learning rate."
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict; subclasses write it.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `get_config()`. Return the constructor's arguments "
            "from it as a dict to make the schedule savable."
        )

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a schedule from `get_config()`'s dict."""
        return cls(**config)


def _float(step: Any) -> Any:
    return ops.cast(step, "float32")


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
        passed = _float(step) / float(self.decay_steps)
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
        passed = _float(step) / float(self.decay_steps)
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
        step = _float(step)
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
        step = _float(step)
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
        restarts, passed = self._position(_float(step) / float(self.first_decay_steps))
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


@checked
def serialize(learning_rate_schedule: LearningRateSchedule) -> Any:
    """Returns the configuration of a schedule.

    Args:
        learning_rate_schedule: The schedule.

    Returns:
        A JSON-ready dict.
    """
    return serialization.serialize_keras_object(learning_rate_schedule)


@checked
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes a schedule from its configuration; the reverse of `serialize`.

    Args:
        config: What `serialize` returned.
        custom_objects: Your own schedules by name.

    Returns:
        The schedule.
    """
    names = {name: value for name, value in globals().items() if name in __all__}
    return serialization.deserialize_keras_object(
        config, module_objects=names, custom_objects=custom_objects
    )
