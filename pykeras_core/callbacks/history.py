"""Owns `History`, the record that `fit` returns."""

from __future__ import annotations

from typing import Any

from pykeras_core.callbacks.base import Callback
from pykeras_core.checks import checked

__all__ = ["History"]


class History(Callback):
    """Records the logs of every epoch; `fit` adds one and returns it.

    Attributes:
        history: Dict from name to the list of its values, one an epoch.
        epoch: The epochs' numbers, from 0.

    Example:
        >>> history = History()
        >>> history.set_model(type("Model", (), {})())
        >>> history.on_train_begin()
        >>> history.on_epoch_end(0, {"loss": 0.5})
        >>> history.epoch, history.history
        ([0], {'loss': [0.5]})
    """

    @checked
    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Starts a new list of epochs; values of an earlier `fit` stay."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Adds the epoch's logs."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        if getattr(self.model, "history", None) is not self:
            self.model.history = self
