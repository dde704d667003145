"""Owns functions of TensorFlow 1 that still mean something: casts, switches, logging."""

from __future__ import annotations

import sys
from typing import Any

from pykeras_core.compat.tensorflow.arrays import cast

__all__ = [
    "disable_eager_execution",
    "disable_v2_behavior",
    "enable_eager_execution",
    "enable_v2_behavior",
    "logging",
    "to_float",
    "to_int32",
]


def enable_eager_execution(*args: Any, **kwargs: Any) -> None:
    """Does nothing: ops run at once."""


def enable_v2_behavior() -> None:
    """Does nothing: tensors behave as in TensorFlow 2."""


def disable_eager_execution() -> None:
    """Changes nothing, and says so: there are no graphs to build first."""
    print(
        "Hint: ops run at once here; programs with sessions need to be written anew, as functions.",
        file=sys.stderr,
    )


def disable_v2_behavior() -> None:
    """Changes nothing: see `disable_eager_execution`."""
    disable_eager_execution()


def to_float(x: Any, name: str | None = None) -> Any:
    """Returns the elements as float32."""
    return cast(x, "float32")


def to_int32(x: Any, name: str | None = None) -> Any:
    """Returns the elements as int32."""
    return cast(x, "int32")


class logging:
    """`tf.logging`: levels of messages, of which TensorFlow wrote many and PyKeras writes none."""

    DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50
    WARNING = WARN

    @staticmethod
    def set_verbosity(v: Any) -> None:
        """Does nothing."""

    @staticmethod
    def info(msg: Any, *args: Any, **kwargs: Any) -> None:
        """Prints to standard error."""
        print(msg % args if args else msg, file=sys.stderr)

    warn = warning = error = info
