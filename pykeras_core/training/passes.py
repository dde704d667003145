"""Passes over data: the loops in which steps run, callbacks are called and the host is told.

This module owns `Pass`. As many steps run in one call as fit into the report interval, or as
callbacks want to see; in between they and the host have their turn.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from pykeras_core import hosting, settings, tree
from pykeras_core.engine.backends.choice import Choice
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.training import progress
from pykeras_core.training.batching import Run
from pykeras_core.training.logs import as_array, plain_logs, warn_if_not_finite
from pykeras_core.training.steps import Batches, StepFunction

if TYPE_CHECKING:
    from pykeras_core.training.course import Course

__all__ = ["Pass", "limited"]

_STEPS = {"fit": "train_step", "predict": "predict_step"}
_STEPS_ARGUMENTS = {"fit": "steps_per_epoch", "validate": "validation_steps"}
_STOPS = {"fit": "stop_training", "predict": "stop_predicting"}
_HOOKS = {"fit": "train", "predict": "predict"}


def limited(steps: int | None, batches: Any) -> int | None:
    """The steps asked for (None or 0: all of the data), within the limit of `keras.config`."""
    steps = steps or None
    limit = settings.max_steps_per_epoch()
    if limit is None or batches is None:
        return steps
    return min(steps or batches.steps or limit, limit)


@dataclass
class Pass:
    """Runs one of the model's steps over batches, again and again.

    Args:
        model: The model.
        mode: 'fit', 'validate', 'evaluate' or 'predict'.
        batches: Where data comes from.
        steps: Steps a pass; None: to the end of the data.
        callbacks: A `CallbackList`.

    Attributes:
        pace: How fast the last pass went.
        done: Steps of this pass that are done; set before a pass that goes on from there.
        course: What to offer to the host between two steps, if it is of a `fit`.
    """

    model: Any
    mode: str
    batches: Batches
    steps: int | None
    callbacks: Any

    def __post_init__(self) -> None:
        self._stop = _STOPS.get(self.mode, "stop_evaluating")
        hook = _HOOKS.get(self.mode, "test")
        self._begin: Callable[..., None] = getattr(self.callbacks, f"on_{hook}_batch_begin")
        self._end: Callable[..., None] = getattr(self.callbacks, f"on_{hook}_batch_end")
        self.pace = progress.Pace()
        self._limited = False
        self._stepping: StepFunction | None = None
        self.done = 0
        self.course: Course | None = None
        self._told: Choice | None = None

    @property
    def total(self) -> int | None:
        """Steps of a pass, where that is known."""
        return self.steps or self.batches.steps

    @property
    def function(self) -> StepFunction:
        """The step, traced or not."""
        function: StepFunction = self.model._step_function(_STEPS.get(self.mode, "test_step"))
        return function

    def run(
        self, order: np.random.Generator, epoch: int = 0, resume: bool = False
    ) -> dict[str, Any] | None:
        """Run steps until the data ends, `steps` are done, or the model is to stop.

        Args:
            order: What draws the order of shuffled data.
            epoch: Number of the epoch, for the host.
            resume: Whether to go on in the data where the pass before has ended.

        Returns:
            The last logs; None if there was no data left.

        Raises:
            ValueError: If the data is endless and no number of steps is given.
        """
        logs: dict[str, Any] | None = None

        def take(outputs: Any) -> dict[str, Any]:
            nonlocal logs
            logs = plain_logs(outputs[-1])
            return logs

        one_by_one = self.callbacks.per_batch or self.model.run_eagerly
        self._loop(order, epoch, resume, one_by_one, take)
        if logs is not None:
            warn_if_not_finite(self.mode, logs, epoch)
        return logs

    def collect(self) -> list[Any]:
        """Run steps over all of the data and return what each of them gave."""
        parts: list[Any] = []

        def take(outputs: Any) -> dict[str, Any]:
            parts.extend(tree.map_structure(as_array, output) for output in outputs)
            return {"outputs": concatenated(parts[-len(outputs) :])}

        self._loop(np.random.default_rng(0), 0, False, True, take)
        return parts

    def _loop(
        self,
        order: np.random.Generator,
        epoch: int,
        resume: bool,
        one_by_one: bool,
        take: Callable[[list[Any]], dict[str, Any]],
    ) -> None:
        function, batches, total = self.function, self.batches, self.total
        self._stepping = function
        self.pace = pace = function.begin_pass(batches, one_by_one)
        if batches.endless and self.steps is None:
            argument = _STEPS_ARGUMENTS.get(self.mode, "steps")
            raise ValueError(f"the data set repeats without end, so give `{argument}`")
        done = self.done if self.course is not None else 0
        if not done:
            batches.start(order, resume)
        last: Run | None = None
        heard = True
        together = self.model.steps_per_execution if one_by_one else 1
        while self.steps is None or done < self.steps:
            left = None if total is None else total - done
            run = batches.next_run(self._allowed(pace.steps(left)))
            if run is None:
                self._warn_out_of_data(done)
                break
            function.prepare(batches, run)
            self._begin(done)
            began = hosting.clock()
            self._tell_choice(function.choice(batches, run))
            outputs = [function.run(batches, run)]
            self._tell_choice(function.choice(batches, run))
            last, ran = run, run.n_steps
            while ran < together:
                if self._limited and done + ran != total:
                    so_far = {} if self.mode == "predict" else plain_logs(outputs[-1])
                    self._report(epoch, done + ran, so_far)
                run = batches.next_run(self._allowed(1))
                if run is None:
                    break
                outputs.append(function.run(batches, run))
                last, ran = run, ran + 1
            logs = take(outputs)
            pace.ran(ran, hosting.clock() - began)
            self._end(done + (together if one_by_one else ran) - 1, logs)
            self.done = done = done + ran
            heard = self._tell(epoch, done, logs, last)
            if getattr(self.model, self._stop):
                break
        if not heard and last is not None:
            self._offer_gradients(last)  # the report of the epoch follows
        batches.end()
        if not hosting.wants_gradients():
            function.forget_probes()

    def _tell_choice(self, choice: Choice | None) -> None:
        """Tell the host on what `fit` runs, when that is known and when it changes."""
        if self.mode == "fit" and choice is not None and choice is not self._told:
            self._told = choice
            refused = [(name, _in_words(reason)) for name, reason in choice.refused]
            hosting.backend(choice.backend.name, _in_words(choice.why), refused, choice.device)

    def _allowed(self, steps: int) -> int:
        """So many steps, or fewer where the host wants to hear of fewer."""
        allowance = hosting.allowance(self.mode)
        self._limited = allowance is not None
        return steps if allowance is None else min(steps, allowance)

    def _tell(self, epoch: int, done: int, logs: dict[str, Any], last: Run) -> bool:
        """Let those who show progress know, unless they have just heard; whether they were told."""
        finished = done == self.total
        if not finished and not self._limited and not self.pace.due():
            return False
        shown = {} if self.mode == "predict" else logs
        self._offer_gradients(last)
        self.callbacks.on_steps(self.mode, done, shown)
        if not finished:  # else the report of the epoch, or of the end, follows
            self._report(epoch, done, shown)
            if self.course is not None:
                hosting.rest(self.course)
        return True

    def _offer_gradients(self, last: Run) -> None:
        if self.mode == "fit" and self._stepping is not None:
            hosting.gradients(partial(self._stepping.gradients, self.batches, last))

    def _report(self, epoch: int, done: int, logs: dict[str, Any]) -> None:
        hosting.report(
            "steps", self.mode, epoch=epoch, step=done, steps=self.total,
            logs=dict(logs), steps_per_s=self.pace.steps_per_s,
        )  # fmt: skip

    def _warn_out_of_data(self, done: int) -> None:
        if self.steps is None:
            return
        argument = _STEPS_ARGUMENTS.get(self.mode, "steps")
        needed = f"`{argument} * epochs`" if self.mode == "fit" else f"`{argument}`"
        warnings.warn(
            f"the data ended after {done} of {self.steps} steps, and the pass with it. Give at "
            f"least {needed} batches, or repeat the data set.",
            stacklevel=5,
        )


def _in_words(reason: Reason) -> dict[str, Any]:
    """A reason by its code, since a host tells it in its own language."""
    return {"code": reason.code, "values": dict(reason.values)}


def concatenated(parts: list[Any]) -> Any:
    """The outputs of several batches as those of one."""
    if len(parts) == 1:
        return parts[0]
    return tree.map_structure(lambda *rows: np.concatenate(rows), *parts)
