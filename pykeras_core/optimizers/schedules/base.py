"""Owns `LearningRateSchedule`, the base class of schedules."""

from __future__ import annotations

from typing import Any, Self

from pykeras_core import ops
from pykeras_core.checks import checked

__all__ = ["LearningRateSchedule"]


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


def as_float(step: Any) -> Any:
    """A step, which may be an int, in float32."""
    return ops.cast(step, "float32")
