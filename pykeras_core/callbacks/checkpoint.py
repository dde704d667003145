"""Owns `ModelCheckpoint`, which saves the model as training goes on."""

from __future__ import annotations

import os
import warnings
from typing import Any, Literal

from pykeras_core.callbacks.base import batches_since, default
from pykeras_core.callbacks.monitor import MonitorCallback
from pykeras_core.checks import PathLike, PositiveInt, Verbose, checked, integer
from pykeras_core.utils.messages import print_message

__all__ = ["ModelCheckpoint"]


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after every epoch or every so many batches.

    Args:
        filepath: Path ending in `.keras` or `.h5`, or in `.weights.h5` for weights. It may hold
            placeholders: `{epoch:02d}` (from 1), `{batch}` (from 1) and names of the logs, such
            as `{val_loss:.2f}`.
        monitor: Name of the metric in the logs.
        verbose: 1 prints what is saved and why.
        save_best_only: Whether to save only when the metric is better than ever before.
        save_weights_only: Whether to save weights only.
        mode: `"min"`: lower is better; `"max"`: higher is; `"auto"`: as the metric says.
        save_freq: `"epoch"`, or a number of batches, which makes training run batch by batch.
        initial_value_threshold: A value that the first saved model must be better than.
        **kwargs: `period`, Keras 2's number of epochs between two savings.

    Raises:
        ValueError: If the path's ending is another one.
    """

    @checked
    def __init__(
        self,
        filepath: PathLike,
        monitor: str = "val_loss",
        verbose: Verbose = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Literal["epoch"] | PositiveInt = "epoch",
        initial_value_threshold: float | None = None,
        **kwargs: Any,
    ) -> None:
        self._period = _period(kwargs)
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self._epoch = 0
        self._unsaved_batches = 0
        self._last_batch: int | None = None
        endings = (".weights.h5",) if save_weights_only else (".keras", ".h5")
        if save_weights_only and not self.filepath.endswith(".h5"):
            self.filepath += ".weights.h5"  # as `save_weights` names it
        if not self.filepath.endswith(endings):
            raise ValueError(
                f"`ModelCheckpoint` with save_weights_only={save_weights_only} expected a path "
                f"ending in {' or '.join(endings)}, received {self.filepath!r}."
            )

    @property
    def wants_batches(self) -> bool:
        """Whether training has to run batch by batch."""
        return self.save_freq != "epoch" or super().wants_batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Notes the epoch."""
        self._epoch = epoch

    @default
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves if `save_freq` batches have passed."""
        if self.save_freq == "epoch":
            return
        self._unsaved_batches += batches_since(self._last_batch, batch)
        self._last_batch = batch
        if self._unsaved_batches >= int(self.save_freq):
            self._unsaved_batches = 0
            self._save(self._epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves if `save_freq` is `"epoch"`."""
        if self.save_freq == "epoch" and (epoch + 1) % self._period == 0:
            self._save(epoch, None, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> None:
        path = self._format_path(epoch, batch, logs)
        if not self._is_due(epoch, logs, path):
            return
        if os.path.isdir(path):
            raise OSError(
                f"`ModelCheckpoint` expected the path of a file, {path!r} is a directory."
            )
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path, overwrite=True)
        self._say(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def _is_due(self, epoch: int, logs: dict[str, Any], path: str) -> bool:
        if not self.save_best_only:
            self._say(f"\nEpoch {epoch + 1}: saving model to {path}")
            return True
        self._find_direction(logs)
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(self._missing("saves every time", logs), stacklevel=4)
            return True
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self._is_improvement(current, self.best):
            self._say(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {best}")
            return False
        self._say(
            f"\nEpoch {epoch + 1}: {self.monitor} improved from {best} to {current:.5f}, "
            f"saving model to {path}"
        )
        self.best = current
        return True

    def _format_path(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> str:
        values = {"epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1}), **logs}
        try:
            return self.filepath.format(**values)
        except KeyError as error:
            raise KeyError(
                f"`ModelCheckpoint` cannot fill in {error} in the path {self.filepath!r}. "
                f"It knows {sorted(values)}."
            ) from error

    def _say(self, message: str) -> None:
        if self.verbose > 0:
            print_message(message)


def _period(kwargs: dict[str, Any]) -> int:
    """After how many epochs to save: 1, or what Keras 2's argument says."""
    period = kwargs.pop("period", None)
    if kwargs:
        raise TypeError(f"`ModelCheckpoint` has no argument {sorted(kwargs)}.")
    if period is None:
        return 1
    warnings.warn(
        "`period` is of Keras 2; today one passes `save_freq`, a number of batches.", stacklevel=4
    )
    return int(integer(1)("ModelCheckpoint", "period", period))
