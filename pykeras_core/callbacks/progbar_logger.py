"""Owns `ProgbarLogger`, which prints the progress of fit, evaluate and predict."""

from __future__ import annotations

from typing import Any

from pykeras_core.callbacks.base import Callback, default
from pykeras_core.checks import checked
from pykeras_core.utils.messages import print_message
from pykeras_core.utils.progbar import Progbar

__all__ = ["ProgbarLogger"]


class ProgbarLogger(Callback):
    """Prints `Epoch 1/5` and a progress bar with the metrics; the trainer adds one.

    It is told how far training is by `on_steps`, a few times a second, so it does not make
    training stop after every batch.

    Raises:
        KeyError: From `set_params`, if `verbose`, `epochs` or `steps` is missing.
    """

    @checked
    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.target: int | None = None
        self.verbose = 1
        self.epochs = 1
        self.progbar: Progbar | None = None
        self._in_fit = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes over `verbose`, `epochs` and `steps`."""
        super().set_params(params)
        self.verbose = 1 if params["verbose"] == "auto" else params["verbose"]
        self.epochs = params["epochs"]
        self.target = params["steps"]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Remembers that validation is to be silent."""
        self._in_fit = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Prints the epoch's number and starts a bar."""
        self._start()
        if self.verbose and self.epochs > 1:
            print_message(f"Epoch {epoch + 1}/{self.epochs}")

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Starts a bar, outside of `fit`."""
        if not self._in_fit:
            self._start()

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Starts a bar."""
        self._start()

    def on_steps(self, mode: str, step: int, logs: dict[str, Any]) -> None:
        """Moves the bar.

        Args:
            mode: `"fit"`, `"validate"`, `"evaluate"` or `"predict"`.
            step: How many steps are done.
            logs: Loss and metrics so far.
        """
        if mode != "validate":
            self._update(step, {} if mode == "predict" else logs)

    @default
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Moves the bar."""
        self._update(batch + 1, logs)

    @default
    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Moves the bar, outside of `fit`."""
        if not self._in_fit:
            self._update(batch + 1, logs)

    @default
    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Moves the bar."""
        self._update(batch + 1, None)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Completes the bar, validation results included."""
        self._finish(logs)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Completes the bar, outside of `fit`."""
        if not self._in_fit:
            self._finish(logs)

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Completes the bar."""
        self._finish(logs)

    def _start(self) -> Progbar:
        self.seen = 0
        self.progbar = Progbar(self.target, verbose=self.verbose, stateless_metrics=())
        return self.progbar

    def _update(self, seen: int, logs: dict[str, Any] | None) -> None:
        self.seen = seen
        progbar = self.progbar or self._start()
        if self.verbose == 1:
            progbar.update(seen, list((logs or {}).items()), finalize=False)

    def _finish(self, logs: dict[str, Any] | None) -> None:
        progbar = self.progbar or self._start()
        if self.target is None:
            self.target = progbar.target = self.seen
        progbar.update(self.target, list((logs or {}).items()), finalize=True)
