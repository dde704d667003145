"""Looks into the model for the panels that are open: while it trains, and afterwards.

The page says which panels are open, and nothing else is computed. While a program trains, one panel
after the other is looked at between two steps, for a small share of the time; one that takes long
goes on from where it was at the next breath. A panel that has just been opened does not wait.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import numpy as np

from pykeras_core.engine import current_trace
from pykeras_core.engine.tracing import active_recorders
from pykeras_core.playground.control import Message, aside
from pykeras_core.playground.inspectors import (
    NothingToSeeError,
    Place,
    Report,
    Subject,
    inspector_named,
    offered,
)

__all__ = ["REST", "Inspection", "Panel"]

REST = 24
"""So many times as long as a look took, none is taken: at most 4 % of the time goes into looks."""

SLICE_S = 0.02
"""A look that takes longer is left at the next place where it may be."""

MOST_PANELS = 20


@dataclass(eq=False)
class Panel:
    """A panel of the page.

    Args:
        name: Its inspector.
        options: What the reader has chosen in it.
    """

    name: str
    options: Mapping[str, Any]
    fresh: bool = True
    going_on: Iterator[Report | None] | None = None
    begun: Place = field(default_factory=Place)


class Inspection:
    """Answers for the open panels.

    Args:
        post: Sends one message about the present run to the page.
        subject: The model to look into, with its data; None where there is none. Asked for once
            for each model, and again after `renew`.
        unheard: Within it, nothing that happens is told to the host of training.
        clock: Seconds, as `time.perf_counter`.

    Attributes:
        place: Where training is, or was last.
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        subject: Callable[[], Subject | None],
        unheard: Callable[[], AbstractContextManager[None]] = nullcontext,
        clock: Callable[[], float] = time.perf_counter,
    ):
        self._post = post
        self._find = subject
        self._unheard = unheard
        self._clock = clock
        self._panels: list[Panel] = []
        self._subject: Subject | None = None
        self._failure: Exception | None = None
        self._known = False
        self._told: list[str] | None = None
        self._not_before = 0.0
        self.place = Place()

    def renew(self, place: Place | None = None) -> None:
        """A run, or a fit of it, begins or ends: the model may be another one, or its data.

        Args:
            place: Where training is from now on; as before by default.
        """
        self._known = False
        self.place = place or self.place
        self.look_anew()

    def look_anew(self) -> None:
        """What the panels show is to be of the weights of now."""
        for panel in self._panels:
            panel.fresh, panel.going_on = True, None

    def forget(self) -> None:
        """Another program begins: nothing of its model is known yet."""
        self._subject, self._told = None, None
        self.renew(Place())

    def open(self, message: Message) -> None:
        """Opens the panels of a message, and closes all others.

        Args:
            message: As ``web/protocol.js`` says.

        Raises:
            ValueError: A panel is none that there is.
        """
        if message["now"]:
            self.look_anew()
        wanted = [
            Panel(inspector_named(str(one["name"])).name, dict(one["options"]))
            for one in message["panels"][:MOST_PANELS]
        ]
        before = {(one.name, repr(sorted(one.options.items()))): one for one in self._panels}
        self._panels = [
            before.get((one.name, repr(sorted(one.options.items()))), one) for one in wanted
        ]

    def look(self) -> None:
        """Looks for one panel, if it is time: training stands between two steps."""
        if current_trace() is not None or active_recorders():
            return
        self._tell()
        began = self._clock()
        panel = self._due(began)
        if panel is None:
            return
        self._panels = [*(one for one in self._panels if one is not panel), panel]
        first = panel.fresh
        self._advance(panel, SLICE_S)
        if not first:  # that one compiles, too, and says little of the next
            now = self._clock()
            self._not_before = now + REST * (now - began)

    def _due(self, now: float) -> Panel | None:
        """The panel whose turn it is: one that was just opened, else one whose picture moves."""
        fresh = next((one for one in self._panels if one.fresh), None)
        if fresh is not None or now < self._not_before:
            return fresh
        return next((one for one in self._panels if inspector_named(one.name).moves), None)

    def look_on(self) -> bool:
        """Goes on to look for the panels: nothing trains, or training is held.

        Returns:
            Whether there is more to look at.
        """
        self._tell()
        waiting = [one for one in self._panels if one.fresh or one.going_on is not None]
        if waiting:
            self._advance(waiting[0], SLICE_S)
        return len(waiting) > 1 or (waiting != [] and waiting[0].going_on is not None)

    def _tell(self) -> None:
        """Finds the model, and says which inspectors have something to show of it."""
        if self._known:
            return
        # Not `aside`: Python would then show the program's warnings once more that it has shown.
        with redirect_stdout(StringIO()), np.errstate(all="ignore"), self._unheard():
            self._failure, found = None, None
            try:
                found = self._find()
            except Exception as error:  # objects of the program answer as they like
                self._failure = error
            if found is not None and self._subject is not None:
                same = found.model is self._subject.model
                found.kept = self._subject.kept if same else {}
            self._subject, self._known = found, True
            names = [] if found is None else offered(found)
        if names != self._told:
            self._told = names
            self._post({"type": "inspection", "offered": names, "panel": None})

    def _advance(self, panel: Panel, slice_s: float) -> bool:
        """Goes on with a panel for so long; whether there is more of it."""
        panel.fresh = False
        report: Report | None = None
        try:
            with aside(), self._unheard():
                report = self._step(panel, self._clock() + slice_s)
        except NothingToSeeError as reason:
            panel.going_on, report = None, {"kind": "nothing", "why": reason.why}
        except (Exception, SystemExit) as error:
            panel.going_on = None
            report = {"kind": "failed", "detail": f"{type(error).__name__}: {error}"}
        if report is not None:
            self._say(panel, report)
        return panel.going_on is not None

    def _step(self, panel: Panel, end: float) -> Report | None:
        subject = self._subject
        if self._failure is not None:
            raise self._failure
        if subject is None:
            raise NothingToSeeError("model")
        if panel.going_on is None:
            panel.begun = self.place
            one = inspector_named(panel.name)
            if panel.name not in (self._told or ()):
                raise NothingToSeeError("unfit")
            found = one.describe(subject.model, subject, **panel.options)
            if isinstance(found, dict):
                return found
            panel.going_on = found
        while self._clock() < end:
            try:
                report = next(panel.going_on)
            except StopIteration:
                panel.going_on = None
                break
            if report is not None:
                return report
        return None

    def _say(self, panel: Panel, report: Report) -> None:
        place = panel.begun
        self._post(
            {
                "type": "inspection",
                "offered": self._told or [],
                "panel": {
                    "name": panel.name,
                    "options": dict(panel.options),
                    "fit": place.fit,
                    "epoch": place.epoch,
                    "step": place.step,
                    "report": report,
                },
            }
        )
