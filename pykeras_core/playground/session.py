"""One open page: runs its programs one after the other and answers its questions in between."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from pykeras_core import hosting, utils
from pykeras_core.playground import figures, packages
from pykeras_core.playground.answers import SLICE
from pykeras_core.playground.beginning import Beginning, state_of
from pykeras_core.playground.checkpoint_file import Checkpoint
from pykeras_core.playground.checkpoints import Checkpoints
from pykeras_core.playground.checkpoints import read as read_checkpoints
from pykeras_core.playground.console import Console, redirected
from pykeras_core.playground.control import Mailbox, Message
from pykeras_core.playground.errors import EDITOR, LostCheckpointError, cell_name
from pykeras_core.playground.execution import Outcome, execute, fail, perform
from pykeras_core.playground.files import FileRequests, Workspace
from pykeras_core.playground.fits import Fit
from pykeras_core.playground.host import TrainingHost
from pykeras_core.playground.inspection import Inspection
from pykeras_core.playground.inspectors import Place, Subject
from pykeras_core.playground.messages import plain
from pykeras_core.playground.norms import Attention
from pykeras_core.playground.notebook_lines import Command
from pykeras_core.playground.pacing import Pacing
from pykeras_core.playground.settings import Settings
from pykeras_core.playground.showing import describe_built_in
from pykeras_core.playground.surroundings import scramble_random_numbers
from pykeras_core.playground.tables import Table
from pykeras_core.playground.trying import Moment, Trials
from pykeras_core.playground.values import describe_value
from pykeras_core.playground.view import View
from pykeras_core.playground.warming import warm_up
from pykeras_core.playground.world import World
from pykeras_core.utils import pictures

BREATH_INTERVAL_S = 0.03
"""How long a program runs at least before messages may arrive again."""

MAX_VALUE_CHARACTERS = 10_000
"""How much of the value of a program's last line is shown."""

MAX_COMMANDS = 200
MAX_COMMAND_CHARACTERS = 200
"""How much is told of commands of notebooks."""

Keep = Callable[[list[tuple[str, bytes]], list[str], list[dict[str, Any]]], None]
KeepCheckpoint = Callable[[str, bytes, dict[str, Any]], None]


class Session:
    """Holds the last program's model and variables between messages of the page.

    Args:
        post: Sends one message (a dictionary as listed in ``web/protocol.js``) to the page.
        receive: Lets the page's messages arrive and returns them, as `Mailbox` says.
        clock: Seconds, as `time.monotonic`.
        workspace: The folder that programs run in; by default they run where Python is, and the
            page has no files.
        keep: Keeps files, as `FileRequests` says.
        next_message: Returns once a message has come; as `Mailbox` says.
        can_wait: Whether Python can wait for a message here and now; without, it is never paused.
        keep_checkpoint: Keeps the state of a fit, as `Checkpoints` says.

    Attributes:
        mailbox: What the page asks for.
        pacing: Whether training goes on, or is held.
        files: Answers for the files of `workspace`, or None.

    Example:
        >>> messages = []
        >>> session = Session(messages.append, receive=list)
        >>> session.run("print('hello')", run_id=1)
        >>> messages[0]["type"], "finished" in [message["type"] for message in messages]
        ('output', True)
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        receive: Callable[[], Iterable[Message]],
        clock: Callable[[], float] = time.monotonic,
        workspace: Workspace | None = None,
        keep: Keep = lambda changed, gone, entries: None,
        next_message: Callable[[], None] = lambda: None,
        can_wait: Callable[[], bool] = lambda: False,
        keep_checkpoint: KeepCheckpoint = lambda name, data, message: None,
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
            between_steps={
                "predict": self._predict,
                "try": self._try,
                "set": self._set,
                "reset-weights": self._reset_weights,
                "inspect": self._inspect,
            },
            next_message=next_message,
        )
        self.pacing = Pacing(self.mailbox, self._post_event, can_wait, clock)
        self.pacing.while_held = self._look_on
        self._attention = Attention()
        self.mailbox.add(
            {
                **self.pacing.handlers,
                "watch": self._watch,
                "prefer-backend": lambda message: hosting.prefer_backend(message["name"]),
            }
        )
        self._settings = Settings(self._post_event)
        self._checkpoints = Checkpoints(
            lambda name, data, message: keep_checkpoint(
                name, data, plain({"runId": self._console.run_id, **message})
            ),
            self._post_event,
            self._keep_files,
            clock,
        )
        self._beginning = Beginning()
        self._trials = Trials(self._quiet_predict)
        self._console = Console(self._post, self._breathe, clock)
        self._main = ModuleType("__main__")
        self._world = World()
        self._running = False
        self._inspection = Inspection(self._post_event, self._subject, self._unheard)
        self._view = self._new_view("")
        self._host = self._new_host()

    @property
    def interruptible(self) -> bool:
        """Whether a program runs, so that the signal of Stop may raise `KeyboardInterrupt`."""
        return self._running

    @property
    def model(self) -> Any:
        """The model that the present or last run trained last; None before that."""
        return self._host.model

    def run(
        self,
        source: str,
        run_id: int,
        first_line: int = 1,
        continues: bool = False,
        paused: bool = False,
        seed: int | None = None,
        checkpoints: bool = False,
        saved: Iterable[bytes] | None = None,
    ) -> None:
        """Runs a program and posts what happens; ends with ``finished`` and then predictions.

        Args:
            source: The text of the program, or of a cell.
            run_id: Repeated in every message about this run.
            first_line: The line of the editor, from 1, that `source` begins at.
            continues: Whether it goes on with the variables and models that the last run left.
            paused: Whether to hold it before the first step of training.
            seed: Seeds every source of random numbers first; None leaves them to chance.
            checkpoints: Whether to keep the state of its fits every few seconds.
            saved: What was kept of a run of this program that was cut off, the newest first: this
                run goes on from there. None for a run of its own.
        """
        self.mailbox.run_id = self._console.run_id = run_id
        lost, taken_up = _read(saved, source)
        if taken_up:
            chance, seed = taken_up[0].chance, taken_up[0].seed
        else:
            chance = None
        if not continues:
            chance = self._start_anew(chance)
        self._checkpoints.begin_run(
            source, wanted=checkpoints and not continues, chance=chance or 0, seed=seed,
            saved=taken_up,
        )  # fmt: skip
        if seed is not None:
            utils.set_random_seed(seed)
        self._view = self._new_view(source, self._view if continues else None)
        self._host = self._next_host(continues)
        if self.workspace is not None:
            self.workspace.enter()
        file_name = cell_name(run_id) if continues else EDITOR
        world = self._world.of_program(continues=continues)
        if lost is not None:
            self._perform(partial(perform, partial(_raise, lost), self._main, world=world), paused)
            return
        program = partial(
            execute,
            source,
            main=self._main,
            first_line=first_line,
            file_name=file_name,
            show=self._show_value,
            world=world,
            tell=self._tell_left_out,
            end_cell=figures.show_open_figures,
        )
        self._perform(program, paused)

    def train_more(
        self, epochs: int, run_id: int, paused: bool = False, checkpoints: bool = False
    ) -> None:
        """Goes on with the last fit of the run before, which is a run of its own.

        The fit has the same arguments, its callbacks included, and goes on counting its epochs;
        one that was stopped in the middle of an epoch begins with that epoch.

        Args:
            epochs: How many more.
            run_id: Repeated in every message about this run.
            paused: Whether to hold it before the first step.
            checkpoints: Whether to keep its state every few seconds.
        """
        self._checkpoints.go_on(wanted=checkpoints)
        self.mailbox.run_id = self._console.run_id = run_id
        self._view = self._new_view("", self._view)
        self._host = self._next_host(continues=True)
        fit = self._host.fits.last

        def go_on(namespace: dict[str, Any]) -> None:
            if fit is None:
                raise LookupError("there is no `fit` to go on with. Run a program that has one.")
            fit.go_on(epochs)

        world = self._world.of_program(continues=True)
        self._perform(partial(perform, go_on, self._main, world=world), paused)

    def _perform(self, execute_it: Callable[[], Outcome], paused: bool) -> None:
        """Does what a run consists of and says how it ended; then shows and keeps what it left."""
        run_id, start, held_before = self.mailbox.run_id, self._clock(), hosting.held_s()
        self.pacing.begin_run(paused=paused)
        with redirected(self._console), self._hosted():
            outcome = self._execute(execute_it)
            self._host.loops.end()
        self.pacing.begin_run(running=False)
        self._console.flush()
        self._post(
            {
                "type": "finished",
                "runId": run_id,
                "status": outcome.status,
                "seconds": self._clock() - start - (hosting.held_s() - held_before),
                "error": outcome.error,
                "canTrainMore": self._can_train_more(outcome.status),
            }
        )
        # Stop comes too late to stop the program; it cuts short what the page looks at afterwards.
        with contextlib.suppress(KeyboardInterrupt):
            self._show_results(run_id)
        self._keep_files()
        with contextlib.suppress(KeyboardInterrupt):
            self._inspection.renew()
            self._look_on()
        self.attend()  # what uses the model has waited since the last step, however long that took

    def _keep_files(self) -> None:
        if self.files is not None:
            keep = self.files.keep_changes
            self.mailbox.answer({"type": "keep-files"}, lambda _: keep())

    def _can_train_more(self, status: str) -> bool:
        """Whether there is a fit to go on with: one with data left that did not fail itself."""
        fits = self._host.fits
        failed = status == "failed" and fits.is_open
        return fits.last is not None and not failed and not fits.last.used_up()

    def attend(self) -> None:
        """Answers what the page asks for while no program runs."""
        with contextlib.suppress(KeyboardInterrupt):
            self.mailbox.attend(between_steps=True)
            self._look_on()

    def warm_up(self) -> None:
        """Does what the first program would wait for; until then, programs find the same world."""
        warm_up(self._world)

    def show_built_in_samples(self) -> None:
        """Posts samples of the built-in MNIST, for a page on which nothing has run yet."""
        self._post(describe_built_in())

    def _start_anew(self, chance: int | None) -> int:
        """Forgets the last program; what random numbers begin from, as `scramble_...` says."""
        utils.clear_session()
        chance = scramble_random_numbers(chance)
        self._forget_training()
        self._main = ModuleType("__main__")
        with contextlib.suppress(Exception):  # the last program may have broken its matplotlib
            figures.start_anew()
        packages.start_anew()
        return chance

    def _forget_training(self) -> None:
        self._settings.forget()
        self._beginning.forget()
        self._trials = Trials(self._quiet_predict)
        self._inspection.forget()
        self._host.fits.last = None

    def _execute(self, execute_it: Callable[[], Outcome]) -> Outcome:
        try:
            self.mailbox.attend()  # Stop may have come while the page fetched what it imports
        except KeyboardInterrupt:
            return Outcome("stopped", self._main)
        outcome = execute_it()
        if not outcome.namespace:  # it ended for lack of memory
            self._main = ModuleType("__main__")
            self._view = self._new_view("")  # what the program gave to its model goes too
            self._forget_training()
        try:
            figures.show_open_figures()
        except KeyboardInterrupt:
            return replace(outcome, status="stopped", error=None)
        except Exception as error:  # what it wrote into a figure cannot be drawn, a formula perhaps
            return outcome if outcome.error else fail(error, outcome.main)
        return outcome

    def _predict(self, message: Message) -> None:
        """Posts predictions of this moment; after a run, its final ones are there already."""
        if message["runId"] != self.mailbox.run_id:
            return
        if self._running:
            self._view.predict(self._host.model, message)
        else:
            self._view.show_cell(message)

    def _try(self, message: Message) -> None:
        """Posts what the model says, with the weights of this moment, of what the reader tries."""
        if message["runId"] == self.mailbox.run_id:
            moment = Moment(
                self._host.model, self._view.given, vars(self._main), self._view.source,
                self._beginning.has_moved,
            )  # fmt: skip
            self._post_event({"type": "trial", **self._trials.answer(message, moment)})

    def _watch(self, message: Message) -> None:
        self._attention.gradients = bool(message["gradients"])

    def _inspect(self, message: Message) -> None:
        self._inspection.open(message)

    def _look_on(self, rests: Callable[[], bool] = lambda: True) -> None:
        """Looks into the model for the open panels, to the end; what else is asked for comes first.

        Args:
            rests: Whether training still does.
        """
        while rests() and self._inspection.look_on():
            self.mailbox.attend(between_steps=True)

    def _subject(self) -> Subject | None:
        return self._view.subject(self._host.model, idle=not self._running)

    @contextlib.contextmanager
    def _unheard(self) -> Iterator[None]:
        """It is the page that asks the model, not the program: no event tells of it."""
        hosting.set_host(None)
        try:
            yield
        finally:
            hosting.set_host(self._host if self._running else None)

    def _set(self, message: Message) -> None:
        self._refuse_of_another_run(message)
        self._settings.set(message)

    def _reset_weights(self, message: Message) -> None:
        """Gives the model the weights of before its training; predictions follow after a run."""
        self._refuse_of_another_run(message)
        later = [] if self.model is None else state_of(self.model)
        self._beginning.restore([*later, *self._host.loops.state()])
        if self.model is not None:
            self.model.reset_metrics()
        self._post_event({"type": "weights-reset"})
        if not self._running:
            self._show_final_predictions()
        self._inspection.renew(Place())

    def _refuse_of_another_run(self, message: Message) -> None:
        if message["runId"] != self.mailbox.run_id:
            raise LookupError(
                "another program has been run since; its model is the one that counts"
            )

    def _show_results(self, run_id: int) -> None:
        self._view.show_data()
        self.mailbox.answer(
            {"type": "predict", "runId": run_id}, lambda _: self._show_final_predictions()
        )

    def _show_final_predictions(self) -> None:
        self._view.show_final_predictions(self._host.model, self.mailbox.attend)

    def _quiet_predict(self, model: Any) -> Callable[[Any], Any]:
        """`model.predict` without events: it is the page that asks, not the program."""

        def predict(x: Any) -> Any:
            with self._unheard():
                return model.predict(x, batch_size=SLICE, verbose=0)

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

    def _tell_left_out(self, commands: list[Command]) -> None:
        told = [{"line": one.line, "text": one.text[:MAX_COMMAND_CHARACTERS]} for one in commands]
        self._post_event({"type": "left-out", "commands": told[:MAX_COMMANDS]})

    def _show_value(self, value: Any) -> None:
        """Shows what the last line of a program gave; errors of its `repr` are the program's."""
        found = describe_value(value)
        if isinstance(found, str):
            text = found[:MAX_VALUE_CHARACTERS]
            self._post_event({"type": "value", "text": text, "dropped": len(found) - len(text)})
        elif isinstance(found, Table):
            text = found.text[:MAX_VALUE_CHARACTERS]
            table = {"rows": found.rows, "note": found.note, "text": text}
            self._post_event({"type": "table", **table})
        elif found is not None:
            self._show_picture(found)

    def _new_view(self, source: str, before: View | None = None) -> View:
        return View(
            self._post_event,
            self._quiet_predict,
            self._clock,
            source,
            lambda: vars(self._main),
            before,
        )

    def _new_host(self, last_fit: Fit | None = None) -> TrainingHost:
        breathe = partial(self._breathe, between_steps=True)
        return TrainingHost(
            self._post_event,
            breathe,
            self.pacing,
            self._settings,
            self._beginning,
            self._view,
            last_fit,
            self._attention,
            self._checkpoints,
            self._inspection,
        )

    def _next_host(self, continues: bool) -> TrainingHost:
        """What the next run tells its training to; a cell goes on with the model of the last."""
        last = self._host
        host = self._new_host(last.fits.last if continues else None)
        if continues:
            host.model = last.model
        return host

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
        hosting.set_host(self._host)
        pictures.set_screen(self._show_picture)
        try:
            yield
        finally:
            self._running = False
            hosting.set_host(None)
            pictures.set_screen(None)


def _read(
    saved: Iterable[bytes] | None, source: str
) -> tuple[LostCheckpointError | None, list[Checkpoint]]:
    """The checkpoints of a run that goes on, or why it cannot; neither for a run of its own."""
    try:
        return None, [] if saved is None else read_checkpoints(saved, source)
    except LostCheckpointError as error:
        return error, []


def _raise(error: Exception, namespace: dict[str, Any]) -> None:
    raise error
