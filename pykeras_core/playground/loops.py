"""Loops that a program writes by hand, seen as they train: their curves, their pace, their state.

What `train_on_batch` returns, the scalar that a tape differentiates, and what a progress bar is
given are the values of a loop. The page hears of them some twenty times a second: each time of the
mean of what came since, so that nothing of a noisy curve is left out or invented.
"""

import contextlib
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import engine, hosting
from pykeras_core.models import Model
from pykeras_core.playground.beginning import Beginning, state_of, state_of_optimizer
from pykeras_core.playground.errors import is_of_editor
from pykeras_core.playground.fits import Fits
from pykeras_core.playground.inspection import Inspection
from pykeras_core.playground.inspectors import Place
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.norms import Norms
from pykeras_core.playground.pacing import Pacing
from pykeras_core.playground.settings import Settings

__all__ = ["REPORT_INTERVAL_S", "Loop", "LoopHost", "model_with"]

REPORT_INTERVAL_S = 0.05
"""How often the page hears of a loop, at most."""

_SPEED_OVER_S = 1.0
_SEEN_BEFORE_FIRST_REPORT = 3
"""So many steps show whether there are several models, whose values need names of their own."""


class Loop:
    """The values of one loop since they were last reported.

    Attributes:
        step: How many steps are done: calls of `train_on_batch`, gradients of a tape, or updates
            of a progress bar where there is neither.
        models: The models that have been trained in it.
        optimizers: The optimizers that have been applied in it.
        pending: Whether a gradient has been taken that may still be applied.
        trains: Whether it trains by calls that are counted as steps.
    """

    def __init__(self) -> None:
        self.step = 0
        self.models: list[Any] = []
        self.optimizers: list[Any] = []
        self.pending = False
        self.trains = False
        self._owners: dict[int, Any] = {}
        self.steps_per_s = 0.0
        self._window: dict[Any, list[float]] = {}
        self._names: dict[Any, str] = {}
        self._given: set[str] = set()
        self._places: dict[Any, str] = {}
        self._reported = -math.inf
        self._counted, self._counted_from = 0, hosting.clock()

    def add_model(self, model: Any) -> bool:
        """Notes a model that is trained; whether it is new."""
        new = not any(model is one for one in self.models)
        if new:
            self.models.append(model)
        return new

    def add_optimizer(self, optimizer: Any) -> bool:
        """Notes an optimizer that is applied; whether it is new."""
        new = not any(optimizer is one for one in self.optimizers)
        if new:
            self.optimizers.append(optimizer)
        return new

    def owns(self, source: engine.Variable, model: Any) -> None:
        """Notes whose a weight is that gradients are taken by; None where that is not known."""
        self._owners[id(source)] = source if model is None else model

    def knows(self, source: engine.Variable) -> bool:
        """Whether gradients have been taken by a weight before."""
        return id(source) in self._owners

    def take_logs(self, model: Any, logs: dict[str, Any]) -> None:
        """Takes what a step of a model has given, by name."""
        self.trains = True
        for name, value in logs.items():
            self._take((text_of(name), id(model)), value)

    def take_target(self, target: Any, sources: list[Any]) -> None:
        """Takes what a tape differentiates, by the name that the program has for it."""
        self.trains = True
        owner = self._owners[id(sources[0])]
        self._take((self._name_in_program(target), id(owner)), target)

    def take_given(self, name: str, value: Any) -> None:
        """Takes what a progress bar is given; the program's own name comes before all others."""
        self._given.add(name)
        self._take((name, None), value)

    def _take(self, key: tuple[str, Any], value: Any) -> None:
        if isinstance(value, (str, bytes)) or np.size(value) != 1:
            return
        if key[1] is None or key[0] not in self._given:
            self._window.setdefault(key, []).append(float(np.asarray(value).reshape(())))

    def _name_in_program(self, target: Any) -> str:
        frame = sys._getframe(1)
        while frame.f_back is not None and not is_of_editor(frame.f_code.co_filename):
            frame = frame.f_back
        place = (frame.f_code, frame.f_lasti)
        if place not in self._places:
            spaces = (frame.f_locals, frame.f_globals)
            names = (name for space in spaces for name, value in space.items() if value is target)
            self._places[place] = next(names, "loss")
        return self._places[place]

    def count(self) -> None:
        """A step is done."""
        self.step += 1
        self.pending = False
        self._counted += 1
        passed_s = hosting.clock() - self._counted_from
        if passed_s >= REPORT_INTERVAL_S:
            self.steps_per_s = self._counted / passed_s
        if passed_s > _SPEED_OVER_S:
            self._counted, self._counted_from = 0, hosting.clock()

    def due(self) -> bool:
        """Whether it is time to report."""
        now = hosting.clock()
        if self.step < _SEEN_BEFORE_FIRST_REPORT or now - self._reported < REPORT_INTERVAL_S:
            return False
        self._reported = now
        return True

    def logs(self) -> dict[str, float]:
        """The means of the values since this was last asked, by the names of their curves."""
        window, self._window = self._window, {}
        for key in window:
            if key not in self._names:
                name, owner = key
                self._names[key] = self._name_of(name, owner, [*self._names, *window])
        return {self._names[key]: sum(values) / len(values) for key, values in window.items()}

    def _name_of(self, name: str, owner: int | None, keys: list[Any]) -> str:
        """A name of its own for each curve: two models may both have a loss."""
        if owner is None or all(key[1] in (None, owner) for key in keys if key[0] == name):
            return name
        model = next((model for model in self.models if id(model) == owner), None)
        wanted = name if model is None else f"{text_of(model.name)} {name}"
        taken, found, number = set(self._names.values()), wanted, 2
        while found in taken:
            found, number = f"{wanted} {number}", number + 1
        return found

    def state(self) -> list[engine.Variable]:
        """The variables of all that is trained, as far as they are made."""
        found = [variable for model in self.models for variable in state_of(model)]
        return found + [v for one in self.optimizers for v in state_of_optimizer(one)]


def model_with(weights: list[Any]) -> Any:
    """The smallest model among the program's variables that has all of some weights; or None.

    Args:
        weights: The weights.
    """
    wanted = {id(weight) for weight in weights}
    found = [
        value
        for value in list(vars(sys.modules["__main__"]).values())
        if isinstance(value, Model) and wanted <= {id(one) for one in value.variables}
    ]
    return min(found, key=lambda model: len(model.variables), default=None)


class LoopHost:
    """The part of the host that hears of loops.

    Args:
        post: Sends one message to the page.
        breathe: Lets the page's messages arrive.
        fits: Counts loops as fits.
        pacing: Holds them.
        settings: The numbers of their optimizers.
        beginning: Keeps what they began with.
        norms: Tells how large their weights and gradients are.
        show: Told which model the loop trains, if that is known.
        inspection: Looks into it.
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        breathe: Callable[[], None],
        fits: Fits,
        pacing: Pacing,
        settings: Settings,
        beginning: Beginning,
        norms: Norms,
        show: Callable[[Any], None],
        inspection: Inspection,
    ):
        self._post, self._breathe, self._fits, self._pacing = post, breathe, fits, pacing
        self._settings, self._beginning, self._norms = settings, beginning, norms
        self._show, self._inspection = show, inspection
        self._loop: Loop | None = None
        self._number = 0

    def hear(self, kind: str, **details: Any) -> None:
        """Receives what happens, as `hosting.Host.loop` says."""
        getattr(self, f"_{kind}")(**details)

    def state(self) -> list[engine.Variable]:
        """The variables of what the loop trains."""
        return [] if self._loop is None else self._loop.state()

    def end(self) -> None:
        """The loop is over, if there is one: the program has come to its end, or to a `fit`."""
        loop, self._loop = self._loop, None
        if loop is not None:
            if loop.pending:
                loop.count()
            self._post_steps(loop)
            self._post({"type": "end", "fit": self._number, "mode": "loop"})
            self._pacing.reached({"type": "end", "mode": "loop"})

    def _opened(self, model: Any) -> Loop:
        loop = self._loop
        if loop is None:
            loop = self._loop = Loop()
            self._begin(loop, model)
        elif model is not None and loop.add_model(model):
            self._add(loop, state_of(model))
        return loop

    def _begin(self, loop: Loop, model: Any) -> None:
        self._number = self._fits.begin_loop()
        label = ""
        if model is not None:
            loop.add_model(model)
            self._show(model)
            label = text_of(model.name)
        self._post(
            {
                "type": "begin",
                "fit": self._number,
                "mode": "loop",
                "label": label,
                "optimizer": text_of(getattr(getattr(model, "optimizer", None), "name", "")),
                "epochs": 0,
                "initialEpoch": 0,
                "steps": None,
                "samples": None,
                "means": [],
            }
        )
        self._beginning.begin(loop.state())
        self._settings.follow(loop.models, loop.optimizers)
        self._breathe()
        self._pacing.reached({"type": "begin", "mode": "loop", "initial_epoch": 0})

    def _add(self, loop: Loop, variables: list[engine.Variable]) -> None:
        self._beginning.add(variables)
        self._settings.follow(loop.models, loop.optimizers)

    def _batch_begins(self, model: Any) -> None:
        self._opened(model)

    def _batch_ends(self, model: Any, logs: dict[str, Any]) -> None:
        loop = self._opened(model)
        loop.take_logs(model, logs)
        self._step(loop)

    def _gradient(self, target: Any, sources: list[Any]) -> None:
        trained = [one for one in sources if isinstance(one, engine.Variable) and one.trainable]
        if not trained or np.size(target) != 1:
            return
        self._tape()  # a persistent tape is asked for several gradients
        if self._loop is None or not self._loop.knows(trained[0]):
            model = model_with(trained)
            loop = self._opened(model)
            loop.owns(trained[0], model)
            self._add(loop, trained)
        loop = self._opened(None)
        loop.take_target(target, trained)
        loop.pending = True

    def _apply(self, optimizer: Any, gradients: Any, variables: Any) -> None:
        if self._norms.due() and variables is not None:
            self._norms.take_gradients(zip(gradients, variables, strict=True))
        if self._loop is not None and self._loop.add_optimizer(optimizer):
            self._add(self._loop, state_of_optimizer(optimizer))

    def _tape(self) -> None:
        """The step whose gradient was taken is over: it was applied, or the next one begins."""
        if self._loop is not None and self._loop.pending:
            self._step(self._loop)

    def _values(self, values: Any) -> None:
        if not values:
            return
        loop = self._opened(None)
        for name, value in values:
            loop.take_given(text_of(name), value)
        if not loop.trains:
            self._step(loop)

    def _step(self, loop: Loop) -> None:
        loop.count()
        limited = self._pacing.allowance("loop") is not None
        due = loop.due()
        if due or limited:
            self._post_steps(loop)
            place = {"fit": self._number, "epoch": 0, "step": loop.step}
            with contextlib.suppress(Exception):  # what the program's layers answer may be anything
                self._norms.tell(loop.models, self._settings.optimizers, **place)
        self._inspection.place = Place(self._number, 0, loop.step)
        self._breathe()
        if due or limited:
            self._inspection.look()
        self._pacing.reached({"type": "steps", "mode": "loop", "epoch": 0, "step": loop.step})

    def _post_steps(self, loop: Loop) -> None:
        logs = loop.logs()
        if logs:
            self._post(
                {
                    "type": "steps",
                    "fit": self._number,
                    "mode": "loop",
                    "epoch": 0,
                    "step": loop.step,
                    "steps": None,
                    "logs": logs,
                    "stepsPerSecond": loop.steps_per_s,
                }
            )
