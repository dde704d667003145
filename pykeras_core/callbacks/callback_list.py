"""Owns `CallbackList`, which calls many callbacks as one."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pykeras_core import tree
from pykeras_core.callbacks.base import Callback, overrides_batch_hook
from pykeras_core.callbacks.history import History
from pykeras_core.callbacks.progbar_logger import ProgbarLogger
from pykeras_core.checks import checked

__all__ = ["CallbackList"]

Logs = Mapping[str, Any] | None


def _plain(logs: Logs) -> dict[str, Any]:
    """Logs as Python floats, flattened, in the order of their names: as Keras passes them on."""
    result: dict[str, Any] = {}
    for name, value in sorted(logs.items()) if logs else ():
        if isinstance(value, int | float) or getattr(value, "ndim", None) == 0:
            result[name] = float(value)
        elif isinstance(value, Mapping):
            result.update(_plain(value))
        else:
            result[name] = value
    return result


class CallbackList(Callback):
    """Calls a hook of every callback in turn, with logs converted to floats once.

    Args:
        callbacks: A callback, or a nested list of them.
        add_history: Whether to add a `History` if there is none.
        add_progbar: Whether to add a `ProgbarLogger` if there is none.
        model: The model; its attribute `history` becomes the `History`.
        **params: `verbose`, `epochs` and `steps`, passed to every callback.

    Raises:
        TypeError: If something in `callbacks` is no callback.

    Example:
        >>> callbacks = CallbackList(add_history=True, epochs=1)
        >>> [type(callback).__name__ for callback in callbacks.callbacks]
        ['History']
    """

    @checked
    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = [] if callbacks is None else tree.flatten(callbacks)
        for callback in self.callbacks:
            _check(callback)
        self._history = self._find_or_add(History, add_history)
        self._find_or_add(ProgbarLogger, add_progbar)
        self.set_model(model)
        self.set_params(params)

    def _find_or_add(self, cls: type[Any], add: bool) -> Any:
        found = [callback for callback in self.callbacks if isinstance(callback, cls)]
        if not found and add:
            found = [cls()]
            self.callbacks += found
        return found[-1] if found else None

    @cached_property
    def per_batch(self) -> bool:
        """Whether a callback wants to be called after every batch; asked once, not each epoch."""
        return any(
            getattr(callback, "wants_batches", None) or overrides_batch_hook(callback)
            for callback in self.callbacks
        )

    def append(self, callback: Any) -> None:
        """Adds a callback at the end."""
        _check(callback)
        self.callbacks.append(callback)
        self.__dict__.pop("per_batch", None)

    def set_params(self, params: dict[str, Any]) -> None:
        """Passes `verbose`, `epochs` and `steps` to every callback."""
        self.params = params
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Passes the model to every callback."""
        if model is None:
            return
        super().set_model(model)
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def on_steps(self, mode: str, step: int, logs: Logs = None) -> None:
        """Tells callbacks that show progress how far it is, between batches.

        Args:
            mode: `"fit"`, `"validate"`, `"evaluate"` or `"predict"`.
            step: How many steps of this pass over the data are done.
            logs: Loss and metrics so far.
        """
        plain = _plain(logs)
        for callback in self.callbacks:
            if hasattr(callback, "on_steps"):
                callback.on_steps(mode, step, plain)

    def _call(self, hook: str, *args: Any) -> None:
        *position, logs = args
        plain = _plain(logs)
        for callback in self.callbacks:
            getattr(callback, hook)(*position, plain)

    def on_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_batch_begin` of every callback."""
        self._call("on_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_batch_end` of every callback."""
        self._call("on_batch_end", batch, logs)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Calls `on_epoch_begin` of every callback."""
        self._call("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Calls `on_epoch_end` of every callback."""
        self._call("on_epoch_end", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_train_batch_begin` of every callback."""
        self._call("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_train_batch_end` of every callback."""
        self._call("on_train_batch_end", batch, logs)

    def on_test_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_test_batch_begin` of every callback."""
        self._call("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_test_batch_end` of every callback."""
        self._call("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_predict_batch_begin` of every callback."""
        self._call("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Calls `on_predict_batch_end` of every callback."""
        self._call("on_predict_batch_end", batch, logs)

    def on_train_begin(self, logs: Logs = None) -> None:
        """Calls `on_train_begin` of every callback."""
        self._call("on_train_begin", logs)

    def on_train_end(self, logs: Logs = None) -> None:
        """Calls `on_train_end` of every callback."""
        self._call("on_train_end", logs)

    def on_test_begin(self, logs: Logs = None) -> None:
        """Calls `on_test_begin` of every callback."""
        self._call("on_test_begin", logs)

    def on_test_end(self, logs: Logs = None) -> None:
        """Calls `on_test_end` of every callback."""
        self._call("on_test_end", logs)

    def on_predict_begin(self, logs: Logs = None) -> None:
        """Calls `on_predict_begin` of every callback."""
        self._call("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs = None) -> None:
        """Calls `on_predict_end` of every callback."""
        self._call("on_predict_end", logs)


def _check(callback: Any) -> None:
    if inspect.isclass(callback):
        raise TypeError(
            f"`callbacks` expected objects, received the class `{callback.__name__}`. "
            f"Write `{callback.__name__}(...)`."
        )
    if not hasattr(callback, "set_model") or not hasattr(callback, "on_epoch_end"):
        raise TypeError(
            "`callbacks` expected `keras.callbacks.Callback` objects, received "
            f"{callback!r} of type {type(callback).__name__}. Wrap a function: "
            "`LambdaCallback(on_epoch_end=function)`."
        )
