"""`keras.optimizers.schedules`: learning rates as functions of the step, and saving them."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import checked
from pykeras_core.optimizers.schedules.base import LearningRateSchedule
from pykeras_core.optimizers.schedules.cosine import CosineDecay, CosineDecayRestarts
from pykeras_core.optimizers.schedules.decays import (
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
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
