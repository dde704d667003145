"""Streams what a program prints to the page, in order, a few times a second."""

import io
import time
from collections.abc import Callable
from typing import Any, Literal, NoReturn

FLUSH_INTERVAL_S = 0.05
"""How long printed text may wait before it is sent."""

MAX_PENDING_CHARACTERS = 20_000
"""How much may wait for one flush; of what a program prints faster, only the end is kept."""


class Console:
    """Collects standard output and standard error and posts them together.

    Args:
        post: Sends one message to the page.
        breathe: Called after every timed flush; it lets the page's messages arrive and may raise
            `KeyboardInterrupt`, which then leaves the program's ``print()``.
        clock: Seconds, as `time.monotonic`.
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        breathe: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._post = post
        self._breathe = breathe
        self._clock = clock
        self._pieces: list[dict[str, str]] = []
        self._pending = 0
        self._dropped = 0
        self._last_flush = clock()
        self.run_id = 0

    def stream(self, name: Literal["stdout", "stderr"]) -> "ConsoleStream":
        """Makes a stream whose text this console shows."""
        return ConsoleStream(self, name)

    def add(self, stream: str, text: str) -> None:
        """Takes one written text, and sends what waits once `FLUSH_INTERVAL_S` has passed."""
        self._pending += len(text)
        if self._pieces and self._pieces[-1]["stream"] == stream:
            self._pieces[-1]["text"] += text
        elif text:
            self._pieces.append({"stream": stream, "text": text})
        if self._pending > 2 * MAX_PENDING_CHARACTERS:
            self._drop_oldest()
        if self._clock() - self._last_flush >= FLUSH_INTERVAL_S:
            self.flush()
            self._breathe()

    def _drop_oldest(self) -> None:
        """Keeps the end of a flood: that is what a program says last."""
        excess = self._pending - MAX_PENDING_CHARACTERS
        while excess > 0:
            text = self._pieces[0]["text"]
            cut = min(excess, len(text))
            self._pieces[0]["text"] = text[cut:]
            if cut == len(text):
                del self._pieces[0]
            excess -= cut
            self._pending -= cut
            self._dropped += cut

    def flush(self) -> None:
        """Sends everything that waits."""
        self._drop_oldest()
        if self._pieces:
            self._post(
                {
                    "type": "output",
                    "runId": self.run_id,
                    "pieces": self._pieces,
                    "dropped": self._dropped,
                }
            )
        self._pieces, self._pending, self._dropped = [], 0, 0
        self._last_flush = self._clock()


class ConsoleStream(io.TextIOBase):
    """One of the two streams of a `Console`, in the form that ``sys.stdout`` wants."""

    def __init__(self, console: Console, name: Literal["stdout", "stderr"]):
        super().__init__()
        self._console = console
        self.name = name

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The page takes any text."""
        return "utf-8"

    def writable(self) -> bool:
        """Says that `write` works."""
        return True

    def write(self, text: str) -> int:
        """Takes `text`; the page sees it within `FLUSH_INTERVAL_S` while the program prints on."""
        if not isinstance(text, str):
            raise TypeError(f"write() expected str, received {type(text).__name__}.")
        self._console.add(self.name, text)
        return len(text)


class NoInput(io.TextIOBase):
    """Stands in for ``sys.stdin``: a program in the page cannot ask for a line."""

    def readable(self) -> bool:
        """Says yes, so that `input` reaches `readline` and its message."""
        return True

    def readline(self, size: int = -1, /) -> NoReturn:  # type: ignore[override]
        """Refuses, and says what to do instead."""
        raise io.UnsupportedOperation(
            "input() expected a line from the keyboard, and a program in the page receives none. "
            "Write the value into the program instead."
        )
