"""Owns the callbacks that stop training: `EarlyStopping`, `TerminateOnNaN`."""

from __future__ import annotations

import math
import warnings
from typing import Any

from pykeras_core.callbacks.base import Callback
from pykeras_core.callbacks.monitor import MonitorCallback
from pykeras_core.checks import NonNegative, NonNegativeInt, Verbose, checked
from pykeras_core.utils.messages import print_message

__all__ = ["EarlyStopping", "TerminateOnNaN"]


class EarlyStopping(MonitorCallback):
    """Stops training when a metric has not improved for some epochs.

    Args:
        monitor: Name of the metric in the logs.
        min_delta: A change of up to this much is no improvement.
        patience: How many epochs without improvement to wait for.
        verbose: 1 prints a line when training is stopped.
        mode: `"min"`: lower is better; `"max"`: higher is; `"auto"`: as the metric says.
        baseline: A value to be reached; epochs that do not reach it count as no improvement.
        restore_best_weights: Whether to put the best epoch's weights back at the end, also when
            training was not stopped.
        start_from_epoch: Number of epochs not to judge, from the first on.

    Raises:
        ValueError: At the end of the first epoch, if `mode="auto"` finds no direction.

    Example:
        >>> import numpy as np
        >>> import pykeras_core as keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> stopping = EarlyStopping(monitor="loss", patience=2, min_delta=100.0)
        >>> x, y = np.zeros((4, 1)), np.zeros((4, 1))
        >>> len(model.fit(x, y, epochs=9, callbacks=[stopping], verbose=0).epoch)
        3
    """

    @checked
    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: NonNegative = 0,
        patience: NonNegativeInt = 0,
        verbose: Verbose = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: NonNegativeInt = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.wait = 0
        self.stopped_epoch = 0
        self.best_epoch = 0
        self.best_weights: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Forgets an earlier training."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Judges the epoch and sets `model.stop_training` if patience is over."""
        logs = logs or {}
        self._find_direction(logs)
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best = current
            self._remember(epoch)
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Says that training was stopped and restores the best weights."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print_message(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is None:
            return
        if self.verbose > 0:
            print_message(
                f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}."
            )
        self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: dict[str, Any] | None) -> Any:
        """Returns the watched metric's value; warns and returns `None` if there is none."""
        logs = logs or {}
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(self._missing("cannot stop training", logs), stacklevel=2)
        return value

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()


class TerminateOnNaN(Callback):
    """Stops training at the first batch whose loss is NaN or infinite.

    It looks at every batch, so training runs batch by batch, which is slower.

    Args:
        raise_error: Whether to raise instead of ending training as usual.

    Raises:
        RuntimeError: From the batch, if `raise_error`.
    """

    @checked
    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Looks at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(
                f"Batch {batch} gave the loss {loss}, so training cannot go on. Lower the "
                "learning rate, or look for NaN in the data."
            )
        print_message(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
