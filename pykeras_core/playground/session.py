"""One open page: runs its programs one after the other and answers its questions in between."""

import contextlib
import gc
import io
import math
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from pykeras_core import Sequential, layers, utils
from pykeras_core.datasets import mnist
from pykeras_core.engine import current_trace
from pykeras_core.playground import figures
from pykeras_core.playground.console import Console, NoInput
from pykeras_core.playground.control import Mailbox, Message
from pykeras_core.playground.errors import show_warning
from pykeras_core.playground.execution import Outcome, execute, fail
from pykeras_core.playground.files import FileRequests, Workspace
from pykeras_core.playground.host import TrainingHost
from pykeras_core.playground.messages import plain
from pykeras_core.playground.predictions import (
    SLICE,
    describe_predictions,
    find_unseen,
    loss_name,
    predict_in_slices,
    unchanged,
)
from pykeras_core.playground.samples import describe_samples
from pykeras_core.training import progress
from pykeras_core.utils import pictures

FINAL_PREDICTIONS_LIMIT_S = 5.0
"""How long the page may look at unseen samples after a run before the rest is left out."""

BREATH_INTERVAL_S = 0.03
"""How long a program runs at least before messages may arrive again."""

REST = 4
"""So many times as long as predictions took, none are made: a slow model is there to train."""

_TRAINING_NAMES = (("x_train", "y_train"), ("X_train", "y_train"), ("train_images", "train_labels"))

Keep = Callable[[list[tuple[str, bytes]], list[str], list[dict[str, Any]]], None]


class Session:
    """Holds the last program's model and variables between messages of the page.

    Args:
        post: Sends one message (a dictionary as listed in ``web/protocol.js``) to the page.
        receive: Lets the page's messages arrive and returns them, as `Mailbox` says.
        clock: Seconds, as `time.monotonic`.
        workspace: The folder that programs run in; by default they run where Python is, and the
            page has no files.
        keep: Keeps files, as `FileRequests` says.

    Attributes:
        mailbox: What the page asks for.
        files: Answers for the files of `workspace`, or None.

    Example:
        >>> messages = []
        >>> session = Session(messages.append, receive=list)
        >>> session.run("print('hello')", run_id=1)
        >>> messages[0]["type"], messages[-1]["type"]
        ('output', 'finished')
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        receive: Callable[[], Iterable[Message]],
        clock: Callable[[], float] = time.monotonic,
        workspace: Workspace | None = None,
        keep: Keep = lambda changed, gone, entries: None,
    ):
        self.workspace = workspace
        self._post_plain = post
        self._clock = clock
        self._last_breath = clock()
        self.files = None if workspace is None else FileRequests(workspace, self._post, keep)
        self.mailbox = Mailbox(
            receive,
            self._post,
            handlers=self.files.handlers if self.files else {},
            between_steps={"predict": self._predict},
        )
        self._console = Console(self._post, self._breathe, clock)
        self._host = self._new_host()
        self._main: dict[str, Any] = {}
        self._running = False
        self._no_predictions_before = -math.inf

    @property
    def interruptible(self) -> bool:
        """Whether a program runs, so that the signal of Stop may raise `KeyboardInterrupt`."""
        return self._running

    def run(self, source: str, run_id: int) -> None:
        """Runs a program and posts what happens; ends with ``finished`` and then predictions.

        Args:
            source: The text of the program.
            run_id: Repeated in every message about this run.
        """
        utils.clear_session()
        self.mailbox.run_id = self._console.run_id = run_id
        self._host = self._new_host()
        self._main = {}
        self._no_predictions_before = -math.inf
        start = self._clock()
        with contextlib.suppress(Exception):  # the last program may have broken its matplotlib
            figures.start_anew()
        if self.workspace is not None:
            self.workspace.enter()
        with self._redirected(), self._hosted():
            outcome = self._execute(source)
        self._main = outcome.namespace
        self._console.flush()
        self._post(
            {
                "type": "finished",
                "runId": run_id,
                "status": outcome.status,
                "seconds": self._clock() - start,
                "error": outcome.error,
            }
        )
        # Stop comes too late to stop the program; it cuts short what the page looks at afterwards.
        with contextlib.suppress(KeyboardInterrupt):
            self._show_results(run_id)
        if self.files is not None:
            keep = self.files.keep_changes
            self.mailbox.answer({"type": "keep-files"}, lambda _: keep())

    def attend(self) -> None:
        """Answers what the page asks for while no program runs."""
        with contextlib.suppress(KeyboardInterrupt):
            self.mailbox.attend(between_steps=True)

    def show_built_in_samples(self) -> None:
        """Posts samples of the built-in MNIST, for a page on which nothing has run yet."""
        with contextlib.redirect_stdout(io.StringIO()):  # it prints where data came from
            (x, y), _ = mnist.load_sample()
        samples = describe_samples(x, y)
        self._post({"type": "samples", "runId": None, "source": "mnist", "samples": samples})

    def warm_up(self) -> None:
        """Trains a tiny model, so that the first program finds the kernels loaded and code warm.

        Nothing of it is seen; what it would warn of, the first program does. What Python holds
        then stays until the page is closed, so the garbage collector need not look at it again:
        that took 10 ms each time, in the middle of training.
        """
        inputs, labels = np.zeros((4, 3), np.float32), np.zeros(4, np.int32)
        model = Sequential([layers.Dense(2, activation="relu"), layers.Dense(2, "softmax")])
        with warnings.catch_warnings(action="ignore"):
            model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
            model.fit(inputs, labels, batch_size=2, verbose=0)
        utils.clear_session()
        del model
        gc.collect()
        gc.freeze()

    def _execute(self, source: str) -> Outcome:
        try:
            self.mailbox.attend()  # Stop may have come while the page fetched what it imports
        except KeyboardInterrupt:
            return Outcome("stopped", {})
        outcome = execute(source, self._enter)
        try:
            figures.show_open_figures()
        except KeyboardInterrupt:
            return replace(outcome, status="stopped", error=None)
        except Exception as error:  # what it wrote into a figure cannot be drawn, a formula perhaps
            return outcome if outcome.error else fail(error, outcome.namespace)
        return outcome

    def _enter(self, main: dict[str, Any]) -> None:
        self._main = main

    def _predict(self, message: Message) -> None:
        """Posts predictions on unseen samples with the weights as they are at this moment.

        Only one slice of samples is used, so that training goes on at once. Posts nothing when
        there is no model or nothing unseen, nor after the program's end: the final predictions, of
        more samples, are there then.
        """
        start = self._clock()
        of_this_run = self._running and message["runId"] == self.mailbox.run_id
        if not of_this_run or start < self._no_predictions_before or current_trace() is not None:
            return
        try:
            self._post_predictions(message["runId"], lambda: False, final=False)
        finally:
            end = self._clock()
            self._no_predictions_before = end + REST * (end - start)

    def _show_results(self, run_id: int) -> None:
        if not self._host.samples_shown:
            self._show_samples_by_name()
        deadline = self._clock() + FINAL_PREDICTIONS_LIMIT_S

        def go_on() -> bool:
            try:
                self.mailbox.attend()
            except KeyboardInterrupt:
                return False
            return self._clock() < deadline

        self.mailbox.answer(
            {"type": "predict", "runId": run_id},
            lambda _: self._post_predictions(run_id, go_on, final=True),
        )

    def _show_samples_by_name(self) -> None:
        for x_name, y_name in _TRAINING_NAMES:
            samples = describe_samples(self._main.get(x_name), self._main.get(y_name))
            if samples is not None:
                self._post_event({"type": "samples", "source": "program", "samples": samples})
                return

    def _post_predictions(self, run_id: int, go_on: Callable[[], bool], *, final: bool) -> None:
        model = self._host.model
        if model is None:
            return
        report = self._look_at(model, go_on)
        if final or report["kind"] != "nothing":  # in the middle there may be something yet
            self._post({"type": "predictions", "runId": run_id, "final": final, "report": report})

    def _look_at(self, model: Any, go_on: Callable[[], bool]) -> dict[str, Any]:
        """What a model says about samples it has not seen, or why it says nothing."""
        unseen = find_unseen(model, self._host.unseen, self._main)
        if unseen is None:
            return {"kind": "nothing", "why": "samples"}
        x, y = unseen
        with unchanged(model):
            outputs = predict_in_slices(self._quiet_predict(model), x, go_on)
        report = (
            outputs if outputs is None else describe_predictions(x, y, outputs, loss_name(model))
        )
        return report or {"kind": "nothing", "why": "outputs"}

    def _quiet_predict(self, model: Any) -> Callable[[Any], Any]:
        """`model.predict` without events: it is the page that asks, not the program."""

        def predict(x: Any) -> Any:
            progress.set_host(None)
            try:
                return model.predict(x, batch_size=SLICE, verbose=0)
            finally:
                progress.set_host(self._host if self._running else None)

        return predict

    def _show_picture(self, picture: pictures.Picture) -> None:
        self._post_event(
            {
                "type": "picture",
                "format": picture.format,
                "data": picture.data,
                "width": picture.width,
                "height": picture.height,
                "labels": list(picture.labels),
                "name": picture.name,
            }
        )
        self._breathe()

    def _new_host(self) -> TrainingHost:
        return TrainingHost(self._post_event, partial(self._breathe, between_steps=True))

    def _post(self, message: dict[str, Any]) -> None:
        self._post_plain(plain(message))

    def _post_event(self, event: dict[str, Any]) -> None:
        self._console.flush()  # what was printed before an event is seen before it
        self._post({"runId": self._console.run_id, **event})

    def _breathe(self, *, between_steps: bool = False) -> None:
        """Let messages arrive; not each time, since that takes longer than a small epoch."""
        if self._clock() - self._last_breath < BREATH_INTERVAL_S:
            return
        try:
            self.mailbox.attend(between_steps=between_steps)
        finally:
            self._last_breath = self._clock()

    @contextlib.contextmanager
    def _hosted(self) -> Iterator[None]:
        self._running = True
        progress.set_host(self._host)
        pictures.set_screen(self._show_picture)
        try:
            yield
        finally:
            self._running = False
            progress.set_host(None)
            pictures.set_screen(None)

    @contextlib.contextmanager
    def _redirected(self) -> Iterator[None]:
        """Lets the console show what Python writes; each run's streams and warnings are new."""
        stdin = sys.stdin
        with (
            contextlib.redirect_stdout(self._console.stream("stdout")),
            contextlib.redirect_stderr(self._console.stream("stderr")),
            warnings.catch_warnings(),
        ):
            sys.stdin = NoInput()
            warnings.showwarning = show_warning
            try:
                yield
            finally:
                sys.stdin = stdin
