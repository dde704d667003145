"""A page that stands in for the worker: requests arrive at breaths, and messages are kept."""

from typing import Any

from pykeras_core.playground.control import Message
from pykeras_core.playground.files import Workspace
from pykeras_core.playground.session import Session

__all__ = ["Page"]


class Page:
    """Stands in for the worker: one list of requests arrives at each breath, then none.

    Args:
        *arriving: The lists.
        always: What arrives at every breath.
        workspace: The folder of files, if there is one.
        while_held: The lists that arrive while training is held, one at each wait.
        can_wait: Whether Python can wait here.
        **options: More of what a session is made with.

    Attributes:
        steps_when_held: How often the optimizer had been applied whenever training was held.
    """

    def __init__(
        self,
        *arriving: list[Message],
        always: tuple[Message, ...] = (),
        workspace: Workspace | None = None,
        while_held: list[list[Message]] | None = None,
        can_wait: bool = True,
        **options: Any,
    ):
        self.messages: list[dict[str, Any]] = []
        self.kept: list[list[str]] = []
        self.arriving = list(arriving)
        self.while_held = list(while_held or [])
        self.always = always
        self.steps_when_held: list[int] = []
        self.session = Session(
            self.messages.append,
            self.receive,
            workspace=workspace,
            keep=self.keep,
            next_message=self.next_message,
            can_wait=lambda: can_wait,
            **options,
        )

    def receive(self) -> list[Message]:
        return [*(self.arriving.pop(0) if self.arriving else []), *self.always]

    def next_message(self) -> None:
        assert self.while_held, "training is held, and nothing will ever come"
        optimizer = getattr(self.session.model, "optimizer", None)
        if optimizer is not None:
            self.steps_when_held.append(int(optimizer.iterations.numpy()))
        self.arriving.insert(0, self.while_held.pop(0))

    def keep(self, changed: Any, gone: Any, entries: list[dict[str, Any]]) -> None:
        self.kept.append([entry["name"] for entry in entries])

    def run(self, source: str, run_id: int = 1, **options: Any) -> "Page":
        self.session.run(source, run_id, **options)
        return self

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    def status(self) -> str:
        return str(self.of("finished")[-1]["status"])

    def printed(self, stream: str = "stdout") -> str:
        pieces = [piece for message in self.of("output") for piece in message["pieces"]]
        return "".join(piece["text"] for piece in pieces if piece["stream"] == stream)
