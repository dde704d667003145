"""Turns what happens inside fit, evaluate and predict into messages for the page."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from pykeras_core.metrics import Mean, MeanMetricWrapper
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.samples import describe_samples

Data = tuple[Any, Any]
Answer = TypeVar("Answer")
_NO_NAMES: list[str] = []


class TrainingHost:
    """Receives the events of `pykeras_core.training.progress` while a program runs.

    What the program's own objects answer may be anything, an error too: that is left out of the
    message, and the program goes on.

    Args:
        post: Sends one message to the page.
        breathe: Lets the page's messages arrive; raises `KeyboardInterrupt` when one of them is
            Stop.

    Attributes:
        model: The model that was fitted last (or, without a fit, evaluated or asked to predict).
        unseen: The arrays ``(x, y)`` a program gave to evaluate() or as validation data, and which
            training therefore did not see; None before that.
        samples_shown: Whether this program's own data has been described to the page.
    """

    def __init__(self, post: Callable[[dict[str, Any]], None], breathe: Callable[[], None]):
        self._post = post
        self._breathe = breathe
        self._fits = 0
        self.model: Any = None
        self.unseen: Data | None = None
        self.samples_shown = False

    def report(self, event: dict[str, Any]) -> None:
        """Posts `event`, then comes up for air.

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
            self._post({"type": "epoch", **self._reached(event)})
        elif kind == "end":
            self._post({"type": "end", "fit": self._fits, "mode": event["mode"]})
        self._breathe()

    def _reached(self, event: dict[str, Any]) -> dict[str, Any]:
        """How far a pass over the data is, and what it has brought."""
        return {
            "fit": self._fits,
            "epoch": event["epoch"],
            "steps": event["steps"],
            "logs": _plain_logs(event["logs"]),
            "stepsPerSecond": float(event["steps_per_s"]),
        }

    def _begin(self, event: dict[str, Any]) -> None:
        mode, model = event["mode"], event["model"]
        if mode == "fit":
            self._fits += 1
        if mode == "fit" or self.model is None:
            self.model = model
        self._remember_unseen(event)
        self._post(
            {
                "type": "begin",
                "fit": self._fits,
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
        if mode == "fit" and not self.samples_shown:
            self.samples_shown = self._show_samples(*event["data"])

    def _remember_unseen(self, event: dict[str, Any]) -> None:
        given = event["data"] if event["mode"] == "evaluate" else event["validation_data"]
        # A dataset or a generator is no pair of arrays; taking samples from it would use them up.
        pair = isinstance(given, (tuple, list)) and len(given) > 1
        if event["mode"] in ("evaluate", "fit") and pair:
            self.unseen = tuple(given[:2])

    def _show_samples(self, x: Any, y: Any) -> bool:
        samples = _ask(partial(describe_samples, x, y), None)
        if samples is None:
            return False
        self._post({"type": "samples", "source": "program", "samples": samples})
        return True


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
    """Names of the values in logs that are plain means over the steps so far."""
    metrics = [inner for metric in model.metrics for inner in getattr(metric, "metrics", [metric])]
    return [
        text_of(metric.name)
        for metric in metrics
        if isinstance(metric, MeanMetricWrapper) or type(metric) is Mean
    ]


def _name(part: Any) -> str:
    """The name of an optimizer, which may still be a string or None before compile()."""
    return part if isinstance(part, str) else text_of(getattr(part, "name", "") or "")
