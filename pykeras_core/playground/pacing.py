"""Pacing: whether training goes on, is held, or goes on for a step or an epoch and is then held.

The page's pause is a state of the mailbox, not an answer that takes long: while training is held,
Python waits for messages and answers them, predictions and changed settings too. It is held where
training reports, which is between two steps; one report covers no more steps than are to run.
"""

import time
from collections.abc import Callable
from typing import Any

from pykeras_core import hosting
from pykeras_core.playground.control import Handler, Mailbox, Message, failure

__all__ = ["CANNOT_PAUSE", "Pacing"]

CANNOT_PAUSE = (
    "training cannot be paused here, since this browser cannot suspend Python (JSPI). It can be in "
    "Chrome and Edge from 137 on, Firefox from 153 on and Safari from 27 on; Stop works everywhere."
)
_TRAINING = ("fit", "loop")


class Pacing:
    """Holds the training of the present run for as long as the page wants.

    Args:
        mailbox: What the page asks for.
        post: Sends one message about the present run to the page.
        can_wait: Whether Python can wait for messages here and now.
        clock: Seconds, as `time.monotonic`.

    Attributes:
        before_hold: Called with the event at which training is held.
        while_held: Called whenever what was asked for is answered; given what says whether training
            is still held.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        post: Callable[[dict[str, Any]], None],
        can_wait: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._mailbox = mailbox
        self._post = post
        self._can_wait = can_wait
        self._clock = clock
        self.before_hold: Callable[[dict[str, Any]], None] = lambda event: None
        self.while_held: Callable[[Callable[[], bool]], None] = lambda rests: None
        self.begin_run(running=False)

    @property
    def handlers(self) -> dict[str, Handler]:
        """What answers the requests about the pace."""
        return {"pause": self._pause, "resume": self._resume, "step": self._step}

    def begin_run(self, *, running: bool = True, paused: bool = False) -> None:
        """A program begins, or has ended with `running=False`.

        Args:
            running: Whether there is something to hold.
            paused: Whether to hold it before the first step of training.
        """
        self._running = running
        self._wanted = False
        self._holding = False
        self._left = 0  # steps that may still run
        self._to_epoch_end = False
        self._within: str | None = None  # the pass that these steps, or this epoch, belong to
        self._training_only = paused  # what comes before the first training is not held
        self._place: dict[str, Any] = {"epoch": 0, "step": 0}
        self._held_in = ""
        if paused and self._can_wait():
            self._wanted = True
        elif paused:
            self._post(failure({"type": "pause"}, RuntimeError(CANNOT_PAUSE)))

    def allowance(self, mode: str) -> int | None:
        """How many steps may run until the next report; None: as many as seems good.

        Args:
            mode: What the steps are for. A validation belongs to the step that it follows.
        """
        if not self._wanted or self._to_epoch_end or self._within not in (None, mode):
            return None
        if self._training_only and mode not in _TRAINING:
            return None
        allowed, self._left = max(self._left, 1), 0
        return allowed

    def reached(self, event: dict[str, Any]) -> None:
        """Holds training where an event says it is, if it is to be held there.

        Args:
            event: As for `hosting.Host.report`.

        Raises:
            KeyboardInterrupt: When the page asks to stop.
        """
        kind, mode = event["type"], event["mode"]
        if kind == "begin":
            self._place = {"epoch": event["initial_epoch"], "step": 0}
        elif kind in ("steps", "epoch"):
            done = event["steps"] if kind == "epoch" else event["step"]
            self._place = {"epoch": event["epoch"], "step": done}
        if self._is_place_to_hold(kind, mode, event):
            self._hold(event)
        if kind == "end" and mode == self._within:
            self._within, self._to_epoch_end = None, False

    def _is_place_to_hold(self, kind: str, mode: str, event: dict[str, Any]) -> bool:
        if not self._wanted:
            return False
        if kind == "begin" and mode in _TRAINING:  # whatever ended the training before
            self._within, self._to_epoch_end, self._training_only = None, False, False
            return True
        if self._training_only:
            return False
        if kind == "begin":
            return self._within is None
        if kind == "steps":
            return self._within in (None, mode) and not self._to_epoch_end
        # Held at its very end, training would only seem to go on: what comes next is held instead.
        return kind == "epoch" and not event["last"]

    def _hold(self, event: dict[str, Any]) -> None:
        if not self._can_wait():  # below a callback from JavaScript: later, then
            return
        self.before_hold(event)
        mode = event["mode"]
        self._holding, self._held_in, self._left = True, mode, 0
        self._to_epoch_end, self._within = False, None
        self._tell()
        began = self._clock()
        try:
            while self._holding:
                self._mailbox.wait()
                self.while_held(lambda: self._holding)
        finally:
            hosting.held(self._clock() - began)
            self._holding = False
        self._tell(paused=False)

    def _tell(self, *, paused: bool = True) -> None:
        self._post({"type": "pace", "paused": paused, **self._place})

    def _concerns(self, message: Message) -> bool:
        """Whether a request is about the program that runs; of others the page knows the end."""
        if not self._can_wait():
            raise RuntimeError(CANNOT_PAUSE)
        return self._running and message["runId"] == self._mailbox.run_id

    def _pause(self, message: Message) -> None:
        if not self._concerns(message):
            return
        if self._holding:
            self._tell()
        else:
            self._wanted, self._left = True, 0
            self._within, self._to_epoch_end, self._training_only = None, False, False

    def _resume(self, message: Message) -> None:
        if self._concerns(message):
            self._wanted = self._to_epoch_end = self._training_only = False
            self._go_on()

    def _step(self, message: Message) -> None:
        if not self._concerns(message):
            return
        if message["unit"] == "epoch" and self._holding and self._held_in == "loop":
            raise ValueError(
                "a loop of the program's own has no epochs that the page could see. Go on step by "
                "step, or resume."
            )
        self._wanted, self._left, self._training_only = True, 1, False
        self._to_epoch_end = message["unit"] == "epoch"
        self._within = self._held_in if self._holding else None
        self._go_on()

    def _go_on(self) -> None:
        if self._holding:
            self._holding = False  # it tells when it goes on
        else:
            self._tell(paused=False)
