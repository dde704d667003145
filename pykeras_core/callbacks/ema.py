"""Owns `SwapEMAWeights`, which evaluates a model with averaged weights."""

from __future__ import annotations

from typing import Any

from pykeras_core.callbacks.base import Callback
from pykeras_core.checks import checked

__all__ = ["SwapEMAWeights"]


class SwapEMAWeights(Callback):
    """Puts the optimizer's moving averages in the place of the weights for evaluation.

    The optimizer must have been made with `use_ema=True`.

    Args:
        swap_on_epoch: Whether the averages stay in place from an epoch's end to the next one's
            beginning too, for callbacks after this one that save the model.

    Raises:
        ValueError: From the first evaluation, if the optimizer keeps no averages.
    """

    @checked
    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Puts the weights back, if averages stayed in place."""
        if self.swap_on_epoch:
            self._put_in_place(averages=False)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Puts the averages in place, if they are to stay."""
        if not self.swap_on_epoch or self._swapped:
            return
        self._put_in_place(averages=True)
        if self.params is not None and epoch == self.params["epochs"] - 1:
            # The optimizer ends training by copying its averages into the weights.
            for weight, average in self._pairs():
                average.assign(weight)

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Puts the averages in place."""
        self._put_in_place(averages=True)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Puts the weights back."""
        self._put_in_place(averages=False)

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Puts the averages in place."""
        self._put_in_place(averages=True)

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Puts the weights back."""
        self._put_in_place(averages=False)

    def _put_in_place(self, averages: bool) -> None:
        if self._swapped == averages:
            return
        for weight, average in self._pairs():
            value = weight.numpy()
            weight.assign(average)
            average.assign(value)
        self._swapped = averages

    def _pairs(self) -> list[tuple[Any, Any]]:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        parts = getattr(optimizer, "optimizers", [optimizer])  # those of a MultiOptimizer
        averaging = [one for one in parts if one.use_ema]
        if not averaging:
            raise ValueError(
                "`SwapEMAWeights` needs the moving averages of the weights. Make the optimizer "
                f"with `use_ema=True`: `{type(parts[0]).__name__}(use_ema=True)`."
            )
        return [
            pair
            for one in averaging
            if one.built  # else nothing was trained, so there is nothing to average
            for pair in zip(one._trainable_variables, one._averages, strict=True)
        ]
