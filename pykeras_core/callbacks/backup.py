"""Owns `BackupAndRestore`, with which an interrupted training goes on where it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Literal

from pykeras_core.callbacks.base import Callback, batches_since, default
from pykeras_core.checks import PathLike, PositiveInt, checked

__all__ = ["BackupAndRestore"]


class BackupAndRestore(Callback):
    """Keeps a backup while training, and starts the next `fit` from one that was left.

    `fit` leaves a backup behind only when it was interrupted; the same call then continues with
    the epoch after the last backup, weights and optimizer state included.

    Args:
        backup_dir: Folder for the backup, used for nothing else.
        save_freq: `"epoch"`, or a number of batches, which makes training run batch by batch.
        double_checkpoint: Whether to keep the backup before the last one too, in case the last
            one is damaged.
        delete_checkpoint: Whether to remove the folder when training is complete.

    Raises:
        ValueError: From `fit`, if the model is not built.
    """

    @checked
    def __init__(
        self,
        backup_dir: PathLike,
        save_freq: Literal["epoch"] | PositiveInt = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        self.backup_dir = Path(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._last = (
            self.backup_dir / "latest.weights.h5",
            self.backup_dir / "training_metadata.json",
        )
        self._before = tuple(path.with_name(f"previous_{path.name}") for path in self._last)
        self._epoch = 0
        self._unsaved_batches = 0
        self._last_batch: int | None = None

    @property
    def wants_batches(self) -> bool:
        """Whether training has to run batch by batch."""
        return self.save_freq != "epoch" or super().wants_batches

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Restores a backup that was left."""
        if not self.model.built:
            raise ValueError(
                f"`BackupAndRestore` needs a built model, '{self.model.name}' is not. Begin it "
                "with `keras.Input(...)`, or call it on data before `fit`."
            )
        if not self._last[0].exists():
            return
        try:
            self._restore(self._last)
        except (OSError, ValueError):
            if not self._before[0].exists():
                raise
            self._restore(self._before)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Notes the epoch."""
        self._epoch = epoch

    @default
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves if `save_freq` batches have passed; the epoch is then begun anew."""
        if self.save_freq == "epoch":
            return
        self._unsaved_batches += batches_since(self._last_batch, batch)
        self._last_batch = batch
        if self._unsaved_batches >= int(self.save_freq):
            self._unsaved_batches = 0
            self._save(self._epoch, batch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves if `save_freq` is `"epoch"`."""
        if self.save_freq == "epoch":
            self._save(epoch + 1, 0)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Removes the backup."""
        if self.delete_checkpoint and self.backup_dir.exists():
            shutil.rmtree(self.backup_dir)

    def _save(self, epoch: int, batch: int) -> None:
        self.backup_dir.mkdir(parents=True, exist_ok=True)
        if self.double_checkpoint and self._last[0].exists():
            for last, before in zip(self._last, self._before, strict=True):
                shutil.copy(last, before)
        weights, metadata = self._last
        self.model.save_weights(weights, overwrite=True)
        metadata.write_text(json.dumps({"epoch": epoch, "batch": batch}), encoding="utf-8")

    def _restore(self, paths: tuple[Path, ...]) -> None:
        weights, metadata = paths
        self.model.load_weights(weights)
        self.model._initial_epoch = json.loads(metadata.read_text(encoding="utf-8"))["epoch"]
