"""`keras.optimizers.legacy`: names that Keras 3 keeps only to say that they are gone."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import checked

__all__ = ["SGD", "Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop"]


class Optimizer:
    """Refuses: Keras 3 has no legacy optimizers.

    Raises:
        ImportError: Always.
    """

    @checked
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ImportError(
            "Keras 3 has no `keras.optimizers.legacy`. Use the optimizer of the same name in "
            "`keras.optimizers`."
        )


SGD = Adagrad = Adam = Ftrl = RMSprop = Optimizer
