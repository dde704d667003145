"""Turns what happens inside fit, evaluate and predict into messages for the page."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from pykeras_core import hosting
from pykeras_core.metrics import Mean, MeanMetricWrapper
from pykeras_core.models import Model
from pykeras_core.playground.beginning import Beginning, state_of
from pykeras_core.playground.fits import Fit, Fits
from pykeras_core.playground.loops import LoopHost
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.norms import Attention, Norms
from pykeras_core.playground.pacing import Pacing
from pykeras_core.playground.settings import Settings
from pykeras_core.playground.view import View

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
    ):
        self._post = post
        self._breathe = breathe
        self._pacing = pacing
        self._settings = settings
        self._beginning = beginning
        self._view = view
        self.fits = Fits(last_fit)
        self._norms = Norms(post, attention=attention)
        self.loops = LoopHost(
            post, breathe, self.fits, pacing, settings, beginning, self._norms, self._show_model
        )
        self.model: Any = None

    def report(self, event: dict[str, Any]) -> None:
        """Posts `event`, then comes up for air, and stays there while training is held.

        Raises:
            KeyboardInterrupt: When the reader pressed Stop; it leaves fit() with the weights as
                they are after the last finished step.
        """
        kind = event["type"]
        if kind == "begin":
            self._begin(event)
        elif kind == "steps":
            of_step = {"mode": event["mode"], "step": event["step"]}
            self._post({"type": "steps", **of_step, **self._reached(event)})
        elif kind == "epoch":
            self.fits.end_epoch(event)
            self._post({"type": "epoch", **self._reached(event)})
            self._settings.tell()
        elif kind == "end":
            self._post({"type": "end", "fit": self.fits.number, "mode": event["mode"]})
            self.fits.end()
        if event["mode"] == "fit" and kind in ("steps", "epoch"):
            self._tell_norms(event)
        self._breathe()
        self._pacing.reached(event)

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
                "epochs": event["epochs"],
                "initialEpoch": event["initial_epoch"],
                "steps": event["steps"],
                "samples": event["samples"],
                "means": _ask(partial(_names_of_means, model), _NO_NAMES),
            }
        )
        if mode == "fit":
            self._beginning.begin(_ask(lambda: state_of(model), []))
            self._settings.begin(model, event["callbacks"])
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
