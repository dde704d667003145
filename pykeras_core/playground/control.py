"""The mailbox: what the page asks of Python while a program runs, and in between.

Requests wait where the worker puts them. Python takes them out on its own stack whenever the
program comes up for air, so that a handler may wait, and an error in one is an answer to the page
and nothing to the program. Only Stop ends a program. The messages are in ``web/protocol.js``; a new
request is a handler here, a type there, and a receiver of its answer in the page.
"""

import contextlib
import io
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from pykeras_core.random import seeds

Message = Mapping[str, Any]
Handler = Callable[[Message], None]

STOP = "stop"


class Mailbox:
    """Requests of the page, answered one after the other.

    Args:
        receive: Lets messages arrive, waiting a moment where Python can, and returns those that
            have come since the last call, oldest first.
        post: Sends one message to the page.
        handlers: What answers each type of request; Stop is no part of it.
        between_steps: What answers the requests that use the program's model. They wait until
            training has finished a step: elsewhere the program may be in the middle of tracing a
            step, or of using the model itself.
        next_message: Returns once a message has come that `receive` has not given yet.

    Attributes:
        run_id: The run that a Stop must name to end it; one for an earlier run comes too late.

    Example:
        >>> posted = []
        >>> waiting = [[{"type": "greet", "name": "you"}, {"type": "dance"}]]
        >>> greet = lambda message: posted.append(f"hello {message['name']}")
        >>> Mailbox(waiting.pop, posted.append, {"greet": greet}).attend()
        >>> posted[0], posted[1]["detail"]
        ('hello you', "ValueError: expected a request of type 'greet' or 'stop', received 'dance'")
    """

    def __init__(
        self,
        receive: Callable[[], Iterable[Message]],
        post: Callable[[dict[str, Any]], None],
        handlers: Mapping[str, Handler],
        between_steps: Mapping[str, Handler] | None = None,
        next_message: Callable[[], None] = lambda: None,
    ):
        self._receive = receive
        self._next_message = next_message
        self._post = post
        self._between_steps = dict(between_steps or {})
        self._handlers = {**handlers, **self._between_steps}
        self._waiting: deque[Message] = deque()
        self._answering = False
        self.run_id = 0

    @property
    def kinds(self) -> set[str]:
        """The types of the requests that are understood."""
        return {STOP, *self._handlers}

    def attend(self, *, between_steps: bool = False) -> None:
        """Lets messages arrive and answers them.

        While an answer is being made (by code of the program, perhaps, which prints and so comes up
        for air itself) the others wait; Stop does not.

        Args:
            between_steps: Whether the program's model is in order and may be used.

        Raises:
            KeyboardInterrupt: When the page asks to stop the present run. Requests that arrived
                with Stop are answered next time.
        """
        self._waiting.extend(self._receive())
        self._heed_stop()
        if self._answering:
            return
        self._answering = True
        later: list[Message] = []
        try:
            while self._waiting:
                message = self._waiting.popleft()
                kind = message["type"]
                if kind == STOP or (kind in self._between_steps and not between_steps):
                    later.append(message)
                else:
                    self.answer(message, self._handlers.get(kind, self._refuse))
        finally:
            self._waiting.extendleft(reversed(later))
            self._answering = False

    def wait(self) -> None:
        """Waits for the next message, between two steps, and answers all that have come.

        Raises:
            KeyboardInterrupt: As `attend`.
        """
        self._next_message()
        self.attend(between_steps=True)

    def add(
        self, handlers: Mapping[str, Handler], between_steps: Mapping[str, Handler] | None = None
    ) -> None:
        """Answers more types of requests.

        Args:
            handlers: As in the constructor.
            between_steps: As in the constructor.
        """
        self._between_steps.update(between_steps or {})
        self._handlers.update({**handlers, **(between_steps or {})})

    def _heed_stop(self) -> None:
        """Obeys a Stop of the present run; one of a later run waits, one of an earlier is late."""
        run_ids = [message["runId"] for message in self._waiting if message["type"] == STOP]
        if run_ids:
            self._waiting = deque(
                message
                for message in self._waiting
                if message["type"] != STOP or message["runId"] > self.run_id
            )
            if self.run_id in run_ids:
                raise KeyboardInterrupt

    def answer(self, message: Message, handler: Handler) -> None:
        """Lets a handler answer, beside the program; an error in it is the answer.

        Args:
            message: The request.
            handler: What answers it.
        """
        try:
            with aside():
                handler(message)
        except (Exception, SystemExit) as error:
            self._post(failure(message, error))

    def _refuse(self, message: Message) -> None:
        known = " or ".join(repr(name) for name in sorted(self.kinds))
        raise ValueError(f"expected a request of type {known}, received {message['type']!r}")


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Runs what the page asks for beside the program, which sees and hears nothing of it.

    What it prints and warns of is dropped; overflow is no error, though the program may have made
    it one; and random numbers that are drawn are not missing from the program's.
    """
    numpy_state = np.random.get_state()
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(action="ignore"),
            np.errstate(all="ignore"),
            seeds.undisturbed(),
        ):
            yield
    finally:
        np.random.set_state(numpy_state)


def failure(request: Message, error: BaseException) -> dict[str, Any]:
    """The answer to a request that cannot be fulfilled.

    Args:
        request: The request.
        error: Why.
    """
    return {
        "type": "request-failed",
        "request": request["type"],
        "name": request.get("name"),
        "detail": "".join(traceback.format_exception_only(error)).strip(),
    }
