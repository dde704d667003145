"""The fits of a run: their numbers, how far each one is, and the last one to go on with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Fit", "Fits"]


@dataclass
class Fit:
    """A fit of a run.

    Args:
        number: Its number in the run, from 1.
        again: Fits once more with the same arguments, of which some may be given anew.
        used_up: Whether there is no data left.
        epochs: How many epochs are done, those before its first one included.
    """

    number: int
    again: Callable[..., Any] | None
    used_up: Callable[[], bool]
    epochs: int

    def go_on(self, epochs: int) -> None:
        """Trains for so many epochs more, beginning with the one that was not finished.

        Raises:
            ValueError: If it is no whole number above 0.
        """
        if not isinstance(epochs, int) or epochs < 1:
            raise ValueError(f"expected a whole number of epochs above 0, received {epochs!r}")
        assert self.again is not None
        self.again(initial_epoch=self.epochs, epochs=self.epochs + epochs)


class Fits:
    """Keeps count of fits and loops as they begin and end, one within another perhaps.

    Attributes:
        last: The fit that began last, in this run or the one that it goes on with.
    """

    def __init__(self, last: Fit | None = None) -> None:
        self._count = 0
        self._open: list[Fit | None] = []
        self.last = last

    @property
    def number(self) -> int:
        """The number of the innermost fit that is open, else of the last one."""
        return next((fit.number for fit in reversed(self._open) if fit), self._count)

    @property
    def is_open(self) -> bool:
        """Whether a fit has begun that has not come to its end."""
        return any(self._open)

    def begin(self, event: dict[str, Any]) -> None:
        """A fit, loop, evaluation or prediction begins.

        Args:
            event: As for `hosting.Host.report`.
        """
        del self._open[event["depth"] - 1 :]  # passes that ended with an error have said nothing
        fit = None
        if event["mode"] == "fit":
            self._count += 1
            again, used_up = event.get("again"), event.get("used_up", lambda: False)
            self.last = fit = Fit(self._count, again, used_up, event["initial_epoch"])
        self._open.append(fit)

    def begin_loop(self) -> int:
        """A loop of the program's own begins; its number."""
        self._count += 1
        return self._count

    def end_epoch(self, event: dict[str, Any]) -> None:
        """An epoch of the innermost fit is over."""
        for fit in reversed(self._open):
            if fit:
                fit.epochs = event["epoch"] + 1
                return

    def end(self) -> None:
        """What began last is over."""
        if self._open:
            self._open.pop()
