"""Stands in for the page's worker, in tests of the Python side without a page."""

import gc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from pykeras_core.playground import Session, figures
from tests.core import protocol

Message = dict[str, Any]


class Page:
    """Stands in for the worker: keeps messages, and has requests of its own arrive.

    Args:
        stop_after: At which breath Stop arrives.
        requests: What else arrives, the first of it at the first breath.
        always: A request that arrives at every breath.
    """

    def __init__(
        self,
        stop_after: int | None = None,
        requests: Iterable[Message] = (),
        always: Message | None = None,
        **options: Any,
    ):
        self.messages: list[Message] = []
        self.breaths = 0
        self.stop_after = stop_after
        self.requests = list(requests)
        self.always = always
        gc.freeze()  # as in the page: a run then collects what is new, not all of pytest
        self.session = Session(self.post, self.receive, **options)

    def post(self, message: Message) -> None:
        """Keeps a message, if it is one of the protocol's."""
        protocol.check(message)
        self.messages.append(message)

    def receive(self) -> list[Message]:
        self.breaths += 1
        run_id = self.session.mailbox.run_id
        stop = [{"type": "stop", "runId": run_id}] if self.breaths == self.stop_after else []
        always = [] if self.always is None else [self.always]
        arrived, self.requests = self.requests, []
        return [*arrived, *stop, *always]

    def run(self, source: str, run_id: int = 1, **options: Any) -> "Page":
        """Runs a program; see `Session.run` for the options."""
        self.session.run(source, run_id, **options)
        return self

    def cell(self, source: str, first_line: int = 1) -> "Page":
        """Runs a cell, with the variables of the run before."""
        return self.run(
            source, self.session.mailbox.run_id + 1, first_line=first_line, continues=True
        )

    def error(self) -> Message:
        """The error of the last run."""
        error: Message = self.of("finished")[-1]["error"]
        return error

    def values(self) -> list[str]:
        """What the last lines of all runs gave."""
        return [message["text"] for message in self.of("value")]

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.messages if message["type"] == kind]

    def one(self, kind: str) -> Message:
        (message,) = self.of(kind)
        return message

    def printed(self, stream: str = "stdout") -> str:
        pieces = [piece for message in self.of("output") for piece in message["pieces"]]
        return "".join(piece["text"] for piece in pieces if piece["stream"] == stream)


@pytest.fixture
def figures_in_the_console(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Matplotlib draws as in the page."""
    from matplotlib import pyplot

    before = pyplot.get_backend()
    pyplot.switch_backend(figures.BACKEND)
    monkeypatch.setenv("MPLBACKEND", figures.BACKEND)
    yield
    pyplot.close("all")
    pyplot.rcdefaults()
    pyplot.switch_backend(before)
