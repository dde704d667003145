"""One open page: runs its programs one after the other and answers its questions in between."""

import contextlib
import gc
import io
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from pykeras_core import Sequential, layers, utils
from pykeras_core.datasets import mnist
from pykeras_core.playground import figures
from pykeras_core.playground.console import Console, NoInput
from pykeras_core.playground.errors import show_warning
from pykeras_core.playground.execution import execute
from pykeras_core.playground.files import Workspace
from pykeras_core.playground.host import TrainingHost
from pykeras_core.playground.predictions import (
    SLICE,
    describe_predictions,
    find_unseen,
    predict_in_slices,
)
from pykeras_core.playground.samples import describe_samples
from pykeras_core.training import progress
from pykeras_core.utils import pictures

FINAL_PREDICTIONS_LIMIT_S = 5.0
"""How long the page may look at unseen samples after a run before the rest is left out."""

BREATH_INTERVAL_S = 0.03
"""How long a program runs at least before messages may arrive again."""

_TRAINING_NAMES = (("x_train", "y_train"), ("X_train", "y_train"), ("train_images", "train_labels"))


class Session:
    """Holds the last program's model and variables between messages of the page.

    Args:
        post: Sends one message (a dictionary as listed in ``web/protocol.js``) to the page.
        pause: Lets the page's messages arrive and returns whether Stop was among them.
        clock: Seconds, as `time.monotonic`.
        workspace: The folder that programs run in; by default they run where Python is.

    Example:
        >>> messages = []
        >>> session = Session(messages.append, pause=lambda: False)
        >>> session.run("print('hello')", run_id=1)
        >>> messages[0]["type"], messages[-1]["type"]
        ('output', 'finished')
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        pause: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        workspace: Workspace | None = None,
    ):
        self.workspace = workspace
        self._post = post
        self._pause = pause
        self._clock = clock
        self._last_breath = clock()
        self._console = Console(post, self._breathe, clock)
        self._host: TrainingHost = TrainingHost(self._post_event, self._breathe)
        self._namespace: Mapping[str, Any] = {}
        self._running = False

    def run(self, source: str, run_id: int) -> None:
        """Runs a program and posts what happens; ends with ``finished`` and then predictions.

        Args:
            source: The text of the program.
            run_id: Repeated in every message about this run.
        """
        utils.clear_session()
        self._console.run_id = run_id
        self._host = TrainingHost(self._post_event, self._breathe)
        self._namespace = {}
        start = self._clock()
        figures.start_anew()
        if self.workspace is not None:
            self.workspace.enter()
        with self._redirected(), self._hosted():
            outcome = execute(source)
            figures.show_open_figures()
        self._namespace = outcome.namespace
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
        self._show_results(run_id)

    def predict(self, run_id: int) -> None:
        """Posts predictions on unseen samples with the weights as they are at this moment.

        Called while a program waits inside fit(): only one slice of samples is used, so that
        training goes on at once. Posts nothing when there is no model or nothing unseen, nor after
        the program's end: the final predictions, of more samples, are there then.

        Args:
            run_id: The run the page asks about.
        """
        if self._running:
            self._post_predictions(run_id, lambda: False, final=False)

    def show_built_in_samples(self) -> None:
        """Posts samples of the built-in MNIST, for a page on which nothing has run yet."""
        with contextlib.redirect_stdout(io.StringIO()):  # it prints where data came from
            (x, y), _ = mnist.load_sample()
        self._post({"type": "samples", "source": "mnist", "samples": describe_samples(x, y)})

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

    def _show_results(self, run_id: int) -> None:
        if not self._host.samples_shown:
            self._show_samples_by_name()
        deadline = self._clock() + FINAL_PREDICTIONS_LIMIT_S
        self._post_predictions(
            run_id, lambda: self._clock() < deadline and not self._pause(), final=True
        )

    def _show_samples_by_name(self) -> None:
        for x_name, y_name in _TRAINING_NAMES:
            samples = describe_samples(self._namespace.get(x_name), self._namespace.get(y_name))
            if samples is not None:
                self._post({"type": "samples", "source": "program", "samples": samples})
                return

    def _post_predictions(self, run_id: int, go_on: Callable[[], bool], *, final: bool) -> None:
        model = self._host.model
        namespace = self._namespace or vars(sys.modules["__main__"])
        unseen = find_unseen(model, self._host.unseen, namespace) if model is not None else None
        if unseen is None:
            return
        x, y = unseen
        try:
            outputs = predict_in_slices(self._quiet_predict(model), x, go_on)
        except Exception:
            # It is the page that asks, not the program: a model that cannot answer for these
            # samples (several inputs, a call of its own making) has nothing to show.
            return
        report = describe_predictions(x, y, outputs, _loss_name(model))
        if report is not None:
            self._post({"type": "predictions", "runId": run_id, "final": final, "report": report})

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

    def _post_event(self, event: dict[str, Any]) -> None:
        self._console.flush()  # what was printed before an event is seen before it
        self._post({"runId": self._console.run_id, **event})

    def _breathe(self) -> None:
        """Let messages arrive; not each time, since that takes longer than a small epoch."""
        now = self._clock()
        if now - self._last_breath < BREATH_INTERVAL_S:
            return
        stopped = self._pause()
        self._last_breath = self._clock()
        if stopped:
            raise KeyboardInterrupt

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


def _loss_name(model: Any) -> str:
    loss = getattr(model, "loss", None)
    name = loss if isinstance(loss, str) else getattr(loss, "name", None)
    return str(name or getattr(loss, "__name__", ""))
