"""Streams what a program prints to the page, in order, a few times a second."""

import contextlib
import io
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NoReturn

from pykeras_core.playground.errors import show_warning

FLUSH_INTERVAL_S = 0.05
"""How long printed text may wait before it is sent."""

MAX_PENDING_CHARACTERS = 1_000_000
"""How much may wait for one flush; of what a program prints faster, only the end is kept. That is
rare: the page shows the last lines, and saves all that comes."""

MAX_PENDING_PIECES = 500
"""How many changes between the two streams may wait for one flush."""

_MANY = 1000
"""So many written texts more are joined: `print` writes two for each line."""

_LONG = 10_000
"""A written text of so many characters is cut at once."""


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
        self._waiting: list[tuple[str, str]] = []
        self._many = _MANY
        self._dropped = 0
        self._due = clock() + FLUSH_INTERVAL_S
        self.run_id = 0

    def stream(self, name: Literal["stdout", "stderr"]) -> "ConsoleStream":
        """Makes a stream whose text this console shows."""
        return ConsoleStream(self, name)

    def add(self, stream: str, text: str) -> None:
        """Takes one written text, and sends what waits once `FLUSH_INTERVAL_S` has passed."""
        self._waiting.append((stream, text))
        if len(self._waiting) > self._many or len(text) > _LONG:
            self._drop_oldest()
        if self._clock() >= self._due:
            self.flush()
            self._breathe()

    def _drop_oldest(self) -> None:
        """Keeps the end of a flood: that is what a program says last."""
        written = sum(len(text) for _, text in self._waiting)
        room = MAX_PENDING_CHARACTERS
        kept: list[tuple[str, str]] = []
        for stream, text in reversed(_joined(self._waiting)):
            if room > 0 and text and len(kept) < MAX_PENDING_PIECES:
                kept.append((stream, text[-room:]))
                room -= len(text)
        self._waiting = kept[::-1]
        self._many = _MANY + 2 * len(kept)
        self._dropped += written - sum(len(text) for _, text in kept)

    def flush(self) -> None:
        """Sends everything that waits."""
        self._drop_oldest()
        waiting, dropped = self._waiting, self._dropped
        self._waiting, self._dropped = [], 0
        if waiting:
            pieces = [{"stream": stream, "text": text} for stream, text in waiting]
            self._post(
                {"type": "output", "runId": self.run_id, "pieces": pieces, "dropped": dropped}
            )
        self._due = self._clock() + FLUSH_INTERVAL_S


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same text, with one piece for each change of the stream."""
    return [
        (stream, "".join(text for _, text in group))
        for stream, group in groupby(pieces, itemgetter(0))
    ]


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


@contextlib.contextmanager
def redirected(console: Console) -> Iterator[None]:
    """Lets a console show what Python writes; each run's streams and warnings are new."""
    stdin = sys.stdin
    with (
        contextlib.redirect_stdout(console.stream("stdout")),
        contextlib.redirect_stderr(console.stream("stderr")),
        warnings.catch_warnings(),
    ):
        sys.stdin = NoInput()
        warnings.showwarning = show_warning
        try:
            yield
        finally:
            sys.stdin = stdin
