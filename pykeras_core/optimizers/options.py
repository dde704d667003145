"""Owns the arguments that every optimizer takes: their names and types, and older ones."""

from __future__ import annotations

import warnings
from typing import Any, TypedDict

from pykeras_core.checks import number

__all__ = ["OPTIONS", "OptimizerOptions"]


class OptimizerOptions(TypedDict, total=False):
    """The arguments that every optimizer takes by name; see `Optimizer`."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None
    lr: float | None
    decay: float | None


OPTIONS = (
    *("weight_decay", "clipnorm", "clipvalue", "global_clipnorm"),
    *("use_ema", "ema_momentum", "ema_overwrite_frequency"),
    *("loss_scale_factor", "gradient_accumulation_steps", "name"),
)
"""The arguments that every optimizer has, in Keras's order."""


def older_arguments(
    optimizer: str, learning_rate: Any, kwargs: dict[str, Any]
) -> tuple[Any, float]:
    """The learning rate and the decay, where Keras 2's `lr` and `decay` may have set them."""
    decay, lr = kwargs.pop("decay", None), kwargs.pop("lr", None)
    if kwargs:
        raise ValueError(f"`{optimizer}` has no argument {sorted(kwargs)}.")
    if lr is not None:
        learning_rate = lr if callable(lr) else _rate(optimizer, "lr", lr)
        _hint(f"`lr` is an older name of `{optimizer}`'s argument; today it is `learning_rate`.")
    if decay:
        decay = _rate(optimizer, "decay", decay)
        _hint(
            f"`decay` is an older argument of `{optimizer}`: step `n` has the learning rate "
            f"`learning_rate / (1 + {decay} * n)`. Today one passes a schedule as "
            "`learning_rate`, such as `keras.optimizers.schedules.InverseTimeDecay`."
        )
    return learning_rate, decay or 0.0


def _rate(optimizer: str, argument: str, value: Any) -> float:
    kind = number(0, what="a number of 0 or more")
    return float(kind(optimizer, argument, value))


def _hint(text: str) -> None:
    warnings.warn(text, stacklevel=6)
