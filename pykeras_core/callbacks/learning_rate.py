"""Owns the callbacks that set the learning rate: `ReduceLROnPlateau`, `LearningRateScheduler`."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from pykeras_core.callbacks.base import Callback
from pykeras_core.callbacks.monitor import MonitorCallback
from pykeras_core.checks import NonNegative, NonNegativeInt, Verbose, checked, function_of
from pykeras_core.engine import is_tensor
from pykeras_core.utils.messages import print_message

__all__ = ["LearningRateScheduler", "ReduceLROnPlateau", "learning_rates"]

_OfEpochAndRate = Annotated[
    Callable[..., Any], function_of(2, "a function of (epoch, learning_rate)")
]
_OfEpoch = Annotated[Callable[..., Any], function_of(1, "of (epoch)")]


def trained_by(optimizer: Any) -> list[Any]:
    """The optimizers that have a learning rate: those of a `MultiOptimizer`, or the only one."""
    return list(getattr(optimizer, "optimizers", [optimizer]))


def learning_rates(optimizer: Any) -> dict[str, float]:
    """The learning rate, or rates, under the names that they have in logs."""
    if not hasattr(optimizer, "optimizers"):
        return {"learning_rate": _learning_rate(optimizer)}
    return {f"learning_rate_{one.name}": _learning_rate(one) for one in optimizer.optimizers}


def _learning_rate(optimizer: Any) -> float:
    return float(optimizer.learning_rate)


def _of(optimizer: Any, whole: Any) -> str:
    """Whose learning rate it is, for a message, where there are several."""
    return "" if optimizer is whole else f" {optimizer.name}"


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by `factor` when a metric has stopped improving.

    Args:
        monitor: Name of the metric in the logs.
        factor: Below 1.
        patience: How many epochs without improvement to wait for.
        verbose: 1 prints a line when the learning rate changes.
        mode: `"min"`: lower is better; `"max"`: higher is; `"auto"`: as the metric says.
        min_delta: A change of up to this much is no improvement.
        cooldown: Epochs after a reduction that are not judged.
        min_lr: The learning rate never gets lower.
        **kwargs: Accepted as in Keras, not used.

    Raises:
        ValueError: If `factor` is 1 or more.
    """

    @checked
    def __init__(
        self,
        monitor: str = "val_loss",
        factor: NonNegative = 0.1,
        patience: NonNegativeInt = 10,
        verbose: Verbose = 0,
        mode: str = "auto",
        min_delta: NonNegative = 1e-4,
        cooldown: NonNegativeInt = 0,
        min_lr: NonNegative = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if factor >= 1.0:
            raise ValueError(
                f"`ReduceLROnPlateau` expected a `factor` below 1, received {factor}. "
                "The learning rate is multiplied by it."
            )
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Forgets an earlier training."""
        self.best = None
        self.cooldown_counter = self.wait = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Judges the epoch, adds `learning_rate` to the logs, and reduces it if it is time."""
        logs = {} if logs is None else logs
        self._find_direction(logs)
        logs.update(learning_rates(self.model.optimizer))
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(self._missing("cannot reduce the learning rate", logs), stacklevel=2)
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                reduced = [self._reduce(one, epoch) for one in trained_by(self.model.optimizer)]
                if any(reduced):
                    self.cooldown_counter = self.cooldown
                    self.wait = 0

    def in_cooldown(self) -> bool:
        """Returns whether a reduction was less than `cooldown` epochs ago."""
        return self.cooldown_counter > 0

    def _reduce(self, optimizer: Any, epoch: int) -> bool:
        old = _learning_rate(optimizer)
        if old <= np.float32(self.min_lr):
            return False
        new = max(old * self.factor, self.min_lr)
        optimizer.learning_rate = new
        if self.verbose > 0:
            whose = _of(optimizer, self.model.optimizer)
            print_message(
                f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing{whose} learning rate to {new}."
            )
        return True


class LearningRateScheduler(Callback):
    """Sets the learning rate before every epoch.

    Args:
        schedule: Function of `(epoch, learning_rate)`, or of `(epoch)`, that returns the new
            learning rate as a float.
        verbose: 1 prints a line every epoch.

    Raises:
        ValueError: From the epoch, if `schedule` returns no float or the optimizer has no
            learning rate.

    Example:
        >>> halve = LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
    """

    @checked
    def __init__(self, schedule: _OfEpochAndRate | _OfEpoch, verbose: Verbose = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Asks the schedule, for each optimizer of a `MultiOptimizer`."""
        for optimizer in trained_by(self.model.optimizer):
            rate = self._next_rate(optimizer, epoch)
            optimizer.learning_rate = rate
            if self.verbose > 0:
                whose = _of(optimizer, self.model.optimizer)
                print_message(
                    f"\nEpoch {epoch + 1}: LearningRateScheduler setting{whose} learning rate to "
                    f"{rate}."
                )

    def _next_rate(self, optimizer: Any, epoch: int) -> Any:
        if not hasattr(optimizer, "learning_rate"):
            raise ValueError(
                f"`LearningRateScheduler` needs an optimizer with a `learning_rate`, "
                f"{type(optimizer).__name__} has none."
            )
        if _takes_two(self.schedule):
            rate = self.schedule(epoch, _learning_rate(optimizer))
        else:
            rate = self.schedule(epoch)
        if is_tensor(rate):
            rate = float(rate)
        if not isinstance(rate, float | np.floating):
            raise ValueError(
                "`schedule` expected to return the learning rate as a float, it returned "
                f"{rate!r} of type {type(rate).__name__}."
            )
        return rate

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Adds `learning_rate` to the logs."""
        if logs is not None:
            logs.update(learning_rates(self.model.optimizer))


def _takes_two(schedule: Callable[..., Any]) -> bool:
    """Whether a schedule takes the learning rate after the epoch."""
    try:
        inspect.signature(schedule).bind(0, 0.1)
    except TypeError:
        return False
    return True
