"""Checkpoints: what is kept of a `fit` every few seconds, so that a run that is cut off goes on.

A run that goes on is the same program once more, begun with the same random numbers. Where its
`fit` begins that a checkpoint was taken of, it goes on from there. An earlier `fit` of the run that
took long ends at once, with what it had left behind; one that did not trains again, which gives
the same. A loop that a program writes by hand has its state in the program's own variables: it
trains again.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from pykeras_core.engine.capacity import LARGE_BYTES, available_bytes
from pykeras_core.playground.checkpoint_file import (
    Checkpoint,
    fingerprint_of_arrays,
    fingerprint_of_source,
    pack,
    unpack,
)
from pykeras_core.playground.errors import LostCheckpointError
from pykeras_core.training.course import Course

__all__ = ["Checkpoints", "read"]

LEAST_INTERVAL_S = 4.0
"""Training that would be lost at most, where checkpoints are cheap."""

LARGEST_SHARE = 0.01
"""How much of the time of training checkpoints may take; the one at its end comes on top."""

MAX_BYTES = 2**27
"""A larger state is not kept: it would take long to write, and the browser's room."""

Keep = Callable[[str, bytes, dict[str, Any]], None]


def read(saved: Iterable[bytes], source: str) -> list[Checkpoint]:
    """Reads what was kept of a run that was cut off; what is damaged is left out.

    Args:
        saved: What was kept, the newest first.
        source: The text of the program.

    Returns:
        The checkpoints, at least one, in the same order.

    Raises:
        LostCheckpointError: If there is none, or none of this program.
    """
    found, problem = [], "this browser keeps none of this run any more"
    for data in saved:
        try:
            found.append(unpack(bytes(data)))
        except ValueError as error:
            problem = str(error)
    of_program = [one for one in found if one.source == fingerprint_of_source(source)]
    if not of_program:
        problem = "it is of another program" if found else problem
        raise LostCheckpointError(
            f"there is no checkpoint to go on from: {problem}. Run the program to begin anew."
        )
    return of_program


class Checkpoints:
    """Takes checkpoints of the fits of a run, and leads a run that goes on to them.

    Args:
        keep: Keeps bytes under a name (`"now"`, or `"fit 2"` for what an earlier fit has left
            behind), and then posts a message with what became of it.
        post: Sends one message about the present run to the page.
        keep_files: Keeps the files that the program has written.
        clock: Seconds, as `time.monotonic`.
    """

    def __init__(
        self,
        keep: Keep,
        post: Callable[[dict[str, Any]], None],
        keep_files: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._keep = keep
        self._post = post
        self._keep_files = keep_files
        self._clock = clock
        self.begin_run("", wanted=False)

    def begin_run(
        self,
        source: str,
        *,
        wanted: bool,
        chance: int = 0,
        seed: int | None = None,
        saved: Iterable[Checkpoint] = (),
    ) -> None:
        """A program begins.

        Args:
            source: Its text.
            wanted: Whether to take checkpoints; a cell alone is no program that could be run again.
            chance: What it begins to draw random numbers from.
            seed: The seed that the reader has chosen.
            saved: The checkpoints that its fits go on from, the newest first.
        """
        self._whole = self._wanted = wanted
        self._source = fingerprint_of_source(source)
        self._chance, self._seed = chance, seed
        self._saved: dict[int, Checkpoint] = {}
        for one in saved:
            self._saved.setdefault(one.fit, one)
        self._fit = 0
        self._kept_bytes = 0
        self._refused = False

    def go_on(self, *, wanted: bool) -> None:
        """The last fit of the run goes on, as a run of its own that counts as part of that.

        Args:
            wanted: Whether to take checkpoints.
        """
        self._wanted = wanted and self._whole
        self._fit = max(self._fit - 1, 0)

    def begin(self) -> Checkpoint | None:
        """An outermost fit begins; the checkpoint that it is to be led to, if there is one."""
        self._fit += 1
        self._data = ""
        self._began = self._last = self._clock()
        self._interval_s = LEAST_INTERVAL_S
        self._place: tuple[int, int] | None = None
        return self._saved.pop(self._fit, None)

    def lead(self, course: Course, saved: Checkpoint) -> None:
        """Leads the fit that begins to a checkpoint, and tells the page.

        Args:
            course: Where it is.
            saved: The checkpoint.
        """
        other_data = self._fingerprint(course) != saved.data
        try:
            course.go_to(saved.state, anew=other_data)
        except ValueError as error:
            self._tell(saved, course, "model", str(error))
            return
        if not course.is_over:
            self._tell(saved, course, "data" if other_data else None)

    def _tell(self, saved: Checkpoint, course: Course, but: str | None, detail: str = "") -> None:
        facts = saved.state.facts
        self._post(
            {
                "type": "resumed",
                "epoch": facts["epoch"],
                "step": 0 if but else facts["step"],
                "steps": course.steps,
                "logs": saved.logs,
                "but": but,
                "detail": detail,
            }
        )

    def rest(self, course: Course, logs: dict[str, float], settings: dict[str, float]) -> None:
        """Takes a checkpoint if it is time.

        Args:
            course: Where the fit is.
            logs: What was reported last of the epoch.
            settings: The numbers of the optimizer that the reader has set.
        """
        if self._wanted and self._clock() - self._last >= self._interval_s:
            self.take(course, logs, settings)

    def take(self, course: Course, logs: dict[str, float], settings: dict[str, float]) -> None:
        """Takes a checkpoint, unless that was the last thing that happened.

        Args:
            course: As for `rest`.
            logs: As for `rest`.
            settings: As for `rest`.
        """
        if self._wanted and self._place != (course.epoch, course.step):
            self._place = course.epoch, course.step
            self._write("now", course, logs, settings)

    def end(self, course: Course, settings: dict[str, float]) -> None:
        """The outermost fit is over; one that took long need not train again.

        Args:
            course: Where it is.
            settings: The numbers of the optimizer that the reader has set.
        """
        took_long = self._clock() - self._began >= self._interval_s
        if self._wanted and took_long and not course.is_over:
            self._write(f"fit {self._fit}", course, {}, settings, over=True)

    def _write(
        self,
        name: str,
        course: Course,
        logs: dict[str, float],
        settings: dict[str, float],
        over: bool = False,
    ) -> None:
        began, size = self._clock(), 0
        try:
            size = course.size_bytes()
            if self._has_room(size, over):
                self._keep_state(name, course, size, logs, settings, over)
        except Exception as error:  # the program's own objects may answer anything
            self._refuse("size" if isinstance(error, MemoryError) else "failed", size)
        finally:
            self._last = self._clock()
            # The next one may take as long again.
            self._interval_s = max(LEAST_INTERVAL_S, (self._last - began) / LARGEST_SHARE)

    def _keep_state(
        self,
        name: str,
        course: Course,
        size: int,
        logs: dict[str, float],
        settings: dict[str, float],
        over: bool,
    ) -> None:
        checkpoint = Checkpoint(
            source=self._source,
            data=self._fingerprint(course),
            fit=self._fit,
            chance=self._chance,
            seed=self._seed,
            settings=dict(settings),
            logs=dict(logs),
            state=course.state(over),
        )
        self._keep(name, pack(checkpoint), self._message(course, size))
        self._keep_files()

    def _has_room(self, size: int, over: bool) -> bool:
        """Whether a state of this size is kept; what is not is said once."""
        available = available_bytes() if size > LARGE_BYTES else None
        if over:
            self._kept_bytes += size
        too_large = size > MAX_BYTES or (available is not None and available < 3 * size)
        if too_large:
            self._refuse("size", size)
        return not too_large and not (over and self._kept_bytes > MAX_BYTES)

    def _refuse(self, why: str, size: int) -> None:
        """Says once that the state is not kept."""
        if not self._refused:
            self._refused = True
            self._post({**self._message(None, size), "kept": False, "why": why})

    def _message(self, course: Course | None, size: int) -> dict[str, Any]:
        place = (course.epoch, course.step, course.steps, course.epochs) if course else (0, 0, 0, 0)
        return {
            "type": "checkpoint",
            "kept": True,
            "why": None,
            "sizeBytes": size,
            **dict(zip(("epoch", "step", "steps", "epochs"), place, strict=True)),
        }

    def _fingerprint(self, course: Course) -> str:
        self._data = self._data or fingerprint_of_arrays(course.data)
        return self._data
