"""Owns `LambdaCallback`, a callback made of functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pykeras_core.callbacks.base import Callback
from pykeras_core.checks import checked, function_of

__all__ = ["LambdaCallback"]


class LambdaCallback(Callback):
    """Calls functions as training goes on.

    Args:
        on_epoch_begin: Function of `(epoch, logs)`.
        on_epoch_end: Function of `(epoch, logs)`.
        on_train_begin: Function of `(logs)`.
        on_train_end: Function of `(logs)`.
        on_train_batch_begin: Function of `(batch, logs)`.
        on_train_batch_end: Function of `(batch, logs)`.
        **kwargs: A function for any other hook of `Callback`, by the hook's name.

    Raises:
        TypeError: If a keyword is no hook, or what it is given cannot be called.

    Example:
        >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
        >>> callback.on_epoch_end(0, {"loss": 0.5})
        0 0.5
    """

    @checked
    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Callable[..., Any] | None,
    ) -> None:
        super().__init__()
        functions = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        for name, function in functions.items():
            if not name.startswith("on_") or not hasattr(Callback, name):
                hooks = sorted(hook for hook in vars(Callback) if hook.startswith("on_"))
                raise TypeError(f"`LambdaCallback` has no hook {name!r}. The hooks are {hooks}.")
            if function is not None:
                setattr(self, name, _taking_what(name, function))


def _taking_what(hook: str, function: Any) -> Any:
    """The function, if it can be called with what the hook is called with.

    Raises:
        ArgumentError: If not.
    """
    names = list(inspect.signature(getattr(Callback, hook)).parameters)[1:]
    kind = function_of(len(names), f"a function of ({', '.join(names)})")
    return kind("LambdaCallback", hook, function)
