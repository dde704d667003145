"""Owns what TensorFlow has around tensors: variables, functions, devices."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any

from pykeras_core import engine

__all__ = [
    "Variable",
    "device",
    "executing_eagerly",
    "function",
    "get_logger",
]


class Variable(engine.Variable):
    """A variable, made with TensorFlow's arguments.

    Args:
        initial_value: Its first value, or a function without arguments that returns it.
        trainable: Whether optimizers may change it.
        name: Its name.
        dtype: Default: the value's own.
        shape: Tuple of ints, to check the value against.
        constraint: Function from a Tensor to the Tensor that replaces it after an update.

    Example:
        >>> w = Variable([1.0, 2.0], name="w")
        >>> w.assign_add([0.5, 0.5]).numpy()
        array([1.5, 2.5], dtype=float32)
    """

    def __init__(
        self,
        initial_value: Any,
        trainable: bool | None = True,
        name: str | None = None,
        dtype: Any = None,
        shape: Any = None,
        constraint: Callable[[Any], Any] | None = None,
    ) -> None:
        value = initial_value() if callable(initial_value) else initial_value
        super().__init__(
            value,
            shape=shape,
            dtype=dtype,
            trainable=trainable is not False,
            name=name or "Variable",
            constraint=constraint,
        )


def device(device_name: str) -> contextlib.AbstractContextManager[None]:
    """Returns a context that changes nothing: PyKeras chooses by itself where to compute."""
    return contextlib.nullcontext()


def executing_eagerly() -> bool:
    """Returns whether ops run at once: `False` while a training step is traced."""
    return engine.current_trace() is None


def function(func: Callable[..., Any] | None = None, **kwargs: Any) -> Any:
    """Returns the function itself, which runs op by op; `fit` traces its steps by itself.

    Args:
        func: The function; without one, a decorator is returned.
        **kwargs: TensorFlow's options, not used.

    Example:
        >>> @function
        ... def double(x):
        ...     return 2 * x
        >>> double(3)
        6
    """
    return func if func is not None else lambda decorated: decorated


def get_logger() -> logging.Logger:
    """Returns Python's logger `"tensorflow"`."""
    return logging.getLogger("tensorflow")
