"""Turns what happens inside fit, evaluate and predict into messages for the page."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np

from pykeras_core import hosting
from pykeras_core.metrics import Mean, MeanMetricWrapper
from pykeras_core.models import Model
from pykeras_core.playground.beginning import Beginning, state_of
from pykeras_core.playground.checkpoints import Checkpoints
from pykeras_core.playground.fits import Fit, Fits
from pykeras_core.playground.inspection import Inspection
from pykeras_core.playground.inspectors import Place
from pykeras_core.playground.loops import LoopHost
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.norms import Attention, Norms
from pykeras_core.playground.pacing import Pacing
from pykeras_core.playground.settings import Settings
from pykeras_core.playground.view import View
from pykeras_core.training.course import Course

Answer = TypeVar("Answer")
_NO_NAMES: list[str] = []


class TrainingHost(hosting.Host):
    """Receives the events of `pykeras_core.hosting` while a program runs.

    What the program's own objects answer may be anything, an error too: that is left out of the
    message, and the program goes on.

    Args:
        post: Sends one message to the page.
        breathe: Lets the page's messages arrive; raises `KeyboardInterrupt` when one of them is
            Stop.
        pacing: Says how many steps may run, and holds training between them.
        settings: The numbers of the optimizers.
        beginning: Keeps the weights of before the training.
        view: Shows the data that the program gives.
        last_fit: The fit that a run goes on with, if it goes on.
        attention: What the page looks at.
        checkpoints: Keeps states of its fits.
        inspection: Looks into the model.

    Attributes:
        fits: The fits of the run.
        loops: Its loops by hand.
        model: The model that was fitted last (or, without a fit, evaluated or asked to predict).
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        breathe: Callable[[], None],
        pacing: Pacing,
        settings: Settings,
        beginning: Beginning,
        view: View,
        last_fit: Fit | None = None,
        attention: Attention | None = None,
        checkpoints: Checkpoints | None = None,
        inspection: Inspection | None = None,
    ):
        self._post = post
        self._breathe = breathe
        self._pacing = pacing
        self._settings = settings
        self._beginning = beginning
        self._view = view
        self.fits = Fits(last_fit)
        self._norms = Norms(post, attention=attention)
        self._inspection = inspection or Inspection(post, lambda: None)
        self.loops = LoopHost(
            post, breathe, self.fits, pacing, settings, beginning, self._norms, self._show_model,
            self._inspection,
        )  # fmt: skip
        self.model: Any = None
        self._checkpoints = checkpoints or Checkpoints(lambda name, data, message: None, post)
        self._course: Course | None = None
        self._logs: dict[str, float] = {}
        pacing.before_hold = self._keep_state

    def report(self, event: dict[str, Any]) -> None:
        """Posts `event`, then comes up for air, and stays there while training is held.

        Raises:
            KeyboardInterrupt: When the reader pressed Stop; it leaves fit() with the weights as
                they are after the last finished step.
        """
        kind = event["type"]
        if kind == "begin":
            if self._take_up(event):
                return
            self._begin(event)
        elif kind == "steps":
            of_step = {"mode": event["mode"], "step": event["step"]}
            self._post({"type": "steps", **of_step, **self._reached(event)})
        elif kind == "epoch":
            self.fits.end_epoch(event)
            self._post({"type": "epoch", **self._reached(event)})
            self._settings.tell()
        elif kind == "end":
            self._end(event)
        trains = event["mode"] == "fit" and kind in ("steps", "epoch")
        if trains:
            self._inspection.place = self._place_of(event)
            self._tell_norms(event)
        self._logs = _plain_logs(event.get("logs") or {})
        try:
            self._breathe()
            if trains:
                self._inspection.look()
            self._pacing.reached(event)
        except KeyboardInterrupt:
            self._keep_state(event)
            raise

    def rest(self, course: Course) -> None:
        """Takes a checkpoint, if it is time; what is in its way is no error of the program's."""
        with contextlib.suppress(Exception):
            self._checkpoints.rest(course, self._logs, self._settings.chosen)

    def _keep_state(self, event: dict[str, Any]) -> None:
        """Training is held or stopped, for a long time perhaps: nothing of it is to be lost."""
        course, kind = self._course, event["type"]
        if course is None or event["mode"] != "fit" or event["depth"] > 1:
            return
        between = kind == "epoch" and not event["last"]
        if between or (kind == "steps" and event["step"] == course.step):
            with contextlib.suppress(Exception):
                self._checkpoints.take(course, self._logs, self._settings.chosen)

    def _take_up(self, event: dict[str, Any]) -> bool:
        """Leads a fit of a run that goes on to its checkpoint; whether it is over with that."""
        if event["mode"] != "fit" or event["depth"] > 1:
            return False
        course, model = event.get("course"), event["model"]
        if course is None:
            return False
        self._course = course
        saved = self._checkpoints.begin()
        if saved is None:
            return False
        self._beginning.begin(_ask(lambda: state_of(model), []))
        self._settings.begin(model, event["callbacks"])
        for name, value in saved.settings.items():
            self._settings.set({"name": name, "value": value})
        self._checkpoints.lead(course, saved)
        if course.is_over:
            self.loops.end()
            self.fits.begin(event)
            self.model = model
        return bool(course.is_over)

    def _end(self, event: dict[str, Any]) -> None:
        course = event.get("course")
        if course is not None and event["depth"] == 1:
            self._course = None
            with contextlib.suppress(Exception):
                self._checkpoints.end(course, self._settings.chosen)
        if course is None or not course.is_over:
            self._post({"type": "end", "fit": self.fits.number, "mode": event["mode"]})
        self.fits.end()

    def backend(
        self,
        name: str,
        why: hosting.Words,
        refused: Sequence[tuple[str, hosting.Words]],
        device: str | None,
    ) -> None:
        """Posts on what training runs from now on."""
        others = [{"name": other, "why": reason} for other, reason in refused]
        self._post(
            {"type": "backend", "name": name, "why": why, "refused": others, "device": device}
        )

    def allowance(self, mode: str) -> int | None:
        """How many steps may run until the next report, as the page's pace has it."""
        return self._pacing.allowance(mode)

    def wants_gradients(self) -> bool:
        """Whether the page looks at them."""
        return self._norms.wants_gradients()

    def gradients(self, find: Callable[[], list[tuple[Any, Any]]]) -> None:
        """Has them computed when it is time to tell of them."""
        _ask(partial(self._norms.find_gradients, find), None)

    def loop(self, kind: str, **details: Any) -> None:
        """Receives what a loop by hand does; what its objects answer is no error of its own."""
        with contextlib.suppress(Exception):
            self.loops.hear(kind, **details)

    def _tell_norms(self, event: dict[str, Any]) -> None:
        if self._norms.due():
            done = event["steps"] if event["type"] == "epoch" else event["step"]
            place = {"fit": self.fits.number, "epoch": event["epoch"], "step": done}
            optimizers = self._settings.optimizers
            _ask(lambda: self._norms.tell([self.model], optimizers, **place), None)

    def _show_model(self, model: Any) -> None:
        self.model = model
        self._inspection.renew(Place(self.fits.number))

    def _place_of(self, event: dict[str, Any]) -> Place:
        done = event["steps"] if event["type"] == "epoch" else event["step"]
        return Place(self.fits.number, event["epoch"], done or 0)

    def _reached(self, event: dict[str, Any]) -> dict[str, Any]:
        """How far a pass over the data is, and what it has brought."""
        return {
            "fit": self.fits.number,
            "epoch": event["epoch"],
            "steps": event["steps"],
            "logs": _plain_logs(event["logs"]),
            "stepsPerSecond": float(event["steps_per_s"]),
        }

    def _begin(self, event: dict[str, Any]) -> None:
        mode, model = event["mode"], event["model"]
        if mode == "fit" and event["depth"] == 1:
            self.loops.end()
        self.fits.begin(event)
        if mode == "fit" or self.model is None:
            self.model = model
        _ask(partial(self._view.given.note, event), None)
        self._post(
            {
                "type": "begin",
                "fit": self.fits.number,
                "mode": mode,
                "label": _ask(lambda: text_of(model.name), ""),
                "optimizer": _ask(lambda: _name(model.optimizer), ""),
                "epochs": event["course"].epochs if "course" in event else event["epochs"],
                "initialEpoch": event["initial_epoch"],
                "steps": event["steps"],
                "samples": event["samples"],
                "means": _ask(partial(_names_of_means, model), _NO_NAMES),
            }
        )
        if mode == "fit":
            self._beginning.begin(_ask(lambda: state_of(model), []))
            self._settings.begin(model, event["callbacks"])
            self._inspection.renew(Place(self.fits.number, event["initial_epoch"]))
            _ask(self._view.show_training_data, None)


def _ask(question: Callable[[], Answer], otherwise: Answer) -> Answer:
    """What objects of the program answer; `otherwise` if they raise instead."""
    try:
        return question()
    except Exception:
        return otherwise


def _plain_logs(logs: dict[str, Any]) -> dict[str, float]:
    """The logs that a curve can show: a score per class, or a text, is none."""
    numbers = {text_of(name): _ask(partial(_number, value), None) for name, value in logs.items()}
    return {name: number for name, number in numbers.items() if number is not None}


def _number(value: Any) -> float | None:
    return None if isinstance(value, (str, bytes)) or np.ndim(value) else float(value)


def _names_of_means(model: Any) -> list[str]:
    """Names of the values in logs that are plain means over the steps so far.

    A `train_step` of the program's own may log anything under these names, the loss of one batch
    for example; what is no mean must not be taken apart as one.
    """
    if type(model).train_step is not Model.train_step:
        return []
    metrics = [inner for metric in model.metrics for inner in getattr(metric, "metrics", [metric])]
    return [
        text_of(metric.name)
        for metric in metrics
        if isinstance(metric, MeanMetricWrapper) or type(metric) is Mean
    ]


def _name(part: Any) -> str:
    """The name of an optimizer, which may still be a string or None before compile()."""
    return part if isinstance(part, str) else text_of(getattr(part, "name", "") or "")
