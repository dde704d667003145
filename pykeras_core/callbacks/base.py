"""Owns `Callback`, the base class with a hook for every stage of fit, evaluate and predict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pykeras_core.checks import checked

__all__ = ["Callback", "batches_since", "default", "overrides_batch_hook"]

Hook = TypeVar("Hook", bound=Callable[..., Any])

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_predict_batch_begin",
    "on_predict_batch_end",
)


def default(hook: Hook) -> Hook:
    """Marks a hook that training need not stop for after every batch."""
    hook._is_default = True  # type: ignore[attr-defined]
    return hook


def batches_since(last: int | None, batch: int) -> int:
    """How many batches have passed: several between two calls with `steps_per_execution`.

    Args:
        last: The batch of the call before, None if there was none.
        batch: The batch of this call, from 0 in each epoch.
    """
    return batch + 1 if last is None or batch <= last else batch - last


def overrides_batch_hook(callback: Any) -> bool:
    """Returns whether a batch hook of a callback is not marked with `default`."""
    hooks = (getattr(callback, name, None) for name in _BATCH_HOOKS)
    return any(hook is not None and not getattr(hook, "_is_default", False) for hook in hooks)


class Callback:
    """Base class of callbacks: objects whose methods are called as training goes on.

    Subclass it, write the hooks you need and pass an instance in `callbacks=[...]`. A hook that
    is called once a batch makes training run batch by batch, which is slower.

    Attributes:
        params: Dict with `verbose`, `epochs` and `steps` of the call.
        model: The model that is trained.

    Example:
        >>> class Countdown(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(self.params["epochs"] - epoch - 1, "to go, loss", logs["loss"])
        >>> callback = Countdown()
        >>> callback.set_params({"epochs": 3})
        >>> callback.on_epoch_end(0, {"loss": 0.5})
        2 to go, loss 0.5
    """

    @checked
    def __init__(self) -> None:
        self.params: dict[str, Any] | None = None
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model that is trained; `None` before `fit`."""
        return self._model

    @property
    def wants_batches(self) -> bool:
        """Whether training has to call this callback after every batch.

        It is so if a batch hook is overridden; otherwise many steps run in one call.
        """
        return overrides_batch_hook(self)

    def set_params(self, params: dict[str, Any]) -> None:
        """Receives `verbose`, `epochs` and `steps` before anything is called."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Receives the model before anything is called."""
        self._model = model

    def _kept_file(self) -> str | None:
        """What is written so far of a text file that is open, for a `fit` that goes on here."""
        return None

    def _put_file(self, text: str | None) -> None:
        """Begins the file with what was written before."""

    @default
    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """The older name of `on_train_batch_begin`."""

    @default
    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """The older name of `on_train_batch_end`."""

    @default
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before an epoch of `fit`.

        Args:
            epoch: Its number, from 0.
            logs: Empty.
        """

    @default
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after an epoch of `fit` and its validation.

        Args:
            epoch: Its number, from 0.
            logs: The epoch's loss and metrics by name, those of validation with `val_`.
        """

    @default
    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before a batch of `fit`.

        Args:
            batch: Its number within the epoch, from 0.
            logs: Empty.
        """
        self.on_batch_begin(batch, logs)

    @default
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after a batch of `fit`.

        Args:
            batch: Its number within the epoch, from 0.
            logs: Loss and metrics over the epoch so far.
        """
        self.on_batch_end(batch, logs)

    @default
    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before a batch of `evaluate`, or of validation in `fit`."""

    @default
    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after a batch of `evaluate`, or of validation in `fit`."""

    @default
    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called before a batch of `predict`."""

    @default
    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Called after a batch of `predict`; `logs` holds `outputs`."""

    @default
    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called when `fit` begins."""

    @default
    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called when `fit` ends, with the last epoch's logs."""

    @default
    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called when `evaluate`, or validation in `fit`, begins."""

    @default
    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called when `evaluate`, or validation in `fit`, ends, with its results."""

    @default
    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called when `predict` begins."""

    @default
    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called when `predict` ends."""
