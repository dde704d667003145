"""`keras.optimizers.legacy`: Keras 2's optimizers, which are today's, with a hint.

Their arguments and defaults are those of the optimizers in `keras.optimizers`; `lr` and `decay`
are understood there too.
"""

from __future__ import annotations

import warnings
from typing import Any

from pykeras_core.optimizers import adam, adaptive, base, sgd

__all__ = ["SGD", "Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop"]


class Optimizer:
    """An optimizer of Keras 2: calling it makes the one of the same name in `keras.optimizers`.

    Args:
        *args: As there.
        **kwargs: As there.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     optimizer = Adam(learning_rate=0.1)
        >>> type(optimizer).__module__, float(optimizer.learning_rate) > 0.09
        ('pykeras_core.optimizers.adam', True)
    """

    _today: type[base.Optimizer] = base.Optimizer

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Makes today's optimizer of the same name."""
        name = cls._today.__name__
        warnings.warn(
            f"`keras.optimizers.legacy.{name}` is an older name; today it is "
            f"`keras.optimizers.{name}`.",
            stacklevel=2,
        )
        return cls._today(*args, **kwargs)


class SGD(Optimizer):
    """`keras.optimizers.SGD`."""

    _today = sgd.SGD


class Adam(Optimizer):
    """`keras.optimizers.Adam`."""

    _today = adam.Adam


class Adagrad(Optimizer):
    """`keras.optimizers.Adagrad`."""

    _today = adaptive.Adagrad


class RMSprop(Optimizer):
    """`keras.optimizers.RMSprop`."""

    _today = adaptive.RMSprop


class Ftrl(Optimizer):
    """`keras.optimizers.Ftrl`."""

    _today = adaptive.Ftrl
