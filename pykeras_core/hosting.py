"""Who hosts the training: the page's worker, which hears how it goes and may hold or stop it.

This module owns the hook through which every part of the house speaks to the host, and the time
for which the host has held training, which no measurement of speed may count. It stands at the
bottom, since a loop that a program writes by hand is heard of in the tape and in the progress bar.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

__all__ = [
    "Host",
    "allowance",
    "backend",
    "clock",
    "gradients",
    "held",
    "held_s",
    "loop",
    "passing",
    "prefer_backend",
    "preferred_backend",
    "report",
    "rest",
    "set_host",
    "wants_gradients",
]


Words = Mapping[str, Any]
"""What can be said in several languages."""


class Host(Protocol):
    """Who wants to know how training goes."""

    def report(self, event: dict[str, Any]) -> None:
        """Receives an event; may wait in it, for as long as training is to be held.

        Args:
            event: `type` is 'begin', 'steps', 'epoch' or 'end'. All carry `mode` ('fit',
                'validate', 'evaluate' or 'predict') and `depth`, the number of passes that are
                within one another, this one included.

        Raises:
            KeyboardInterrupt: To stop; weights stay as the last finished step left them.
        """

    def allowance(self, mode: str) -> int | None:
        """How many steps may run until the next report.

        Args:
            mode: What the steps are for, as in events.

        Returns:
            A number above 0; None where the host leaves it to the training.
        """
        return None

    def backend(
        self, name: str, why: Words, refused: Sequence[tuple[str, Words]], device: str | None
    ) -> None:
        """Hears on what training runs from now on.

        Args:
            name: 'wasm', 'webgpu' or 'numpy'.
            why: Why it is this one: a `code`, and the `values` that its words name.
            refused: Which others cannot run it, and why.
            device: What the graphics processor calls itself, if it is one.
        """

    def wants_gradients(self) -> bool:
        """Whether somebody looks at the gradients of what `fit` trains."""
        return False

    def gradients(self, find: Callable[[], list[tuple[Any, Any]]]) -> None:
        """May ask for the gradients of the last step of `fit`.

        Args:
            find: Computes them, each with its variable; changes nothing. Raises LookupError where
                a step has none, and MemoryError where there is too little memory for it.
        """

    def rest(self, course: Any) -> None:
        """Hears that a `fit` stands between two steps, where it can be left and taken up again.

        Args:
            course: Its `pykeras_core.training.course.Course`; the event 'begin' has carried it, and
                may be answered by leading it to where another one was left.
        """

    def loop(self, kind: str, **details: Any) -> None:
        """Hears of what a program does outside of `fit`, of which it may make a loop that trains.

        Args:
            kind: 'batch_begins' and 'batch_ends' (with `model`, and `logs`): `train_on_batch`;
                'tape': a tape begins to record; 'gradient' (`target`, `sources`): one is asked;
                'apply' (`optimizer`, `gradients`, `variables`) and 'applied': an optimizer
                changes weights; 'values' (`values`): what a progress bar is given.
            **details: What belongs to it.

        Raises:
            KeyboardInterrupt: To stop.
        """


class _State:
    """What changes; beside the module's names, which are put back after a program of the page."""

    host: Host | None = None
    held_s = 0.0
    depth = 0
    preferred_backend = "auto"


_state = _State()


def set_host(host: Host | None) -> None:
    """Names the host, or None for no host."""
    _state.host = host


def report(kind: str, mode: str, **details: Any) -> None:
    """Sends an event to the host, if there is one."""
    if _state.host is not None:
        _state.host.report({"type": kind, "mode": mode, "depth": _state.depth, **details})


def rest(course: Any) -> None:
    """Tells the host that the outermost `fit` stands between two steps.

    Args:
        course: As for `Host.rest`.
    """
    if _state.host is not None and _state.depth == 1:
        _state.host.rest(course)


def backend(
    name: str, why: Words, refused: Sequence[tuple[str, Words]] = (), device: str | None = None
) -> None:
    """Tells the host, if there is one, on what training runs from now on.

    Args:
        name: As for `Host.backend`.
        why: As for `Host.backend`.
        refused: As for `Host.backend`.
        device: As for `Host.backend`.
    """
    if _state.host is not None:
        _state.host.backend(name, why, refused, device)


def prefer_backend(name: str) -> None:
    """Names the backend that the reader of a page wants, where a program names none."""
    _state.preferred_backend = name


def preferred_backend() -> str:
    """The backend that the reader wants: 'auto', 'wasm', 'webgpu' or 'numpy'."""
    return _state.preferred_backend


def loop(kind: str, **details: Any) -> None:
    """Tells the host of a part of a loop by hand, if there is a host and this is no pass."""
    if _state.host is not None and _state.depth == 0:
        _state.host.loop(kind, **details)


@contextlib.contextmanager
def passing() -> Iterator[None]:
    """A pass over data, within another one perhaps: what it does inside is no loop by hand."""
    _state.depth += 1
    try:
        yield
    finally:
        _state.depth -= 1


def allowance(mode: str) -> int | None:
    """How many steps the host allows until the next report; None for as many as seems good."""
    return None if _state.host is None else _state.host.allowance(mode)


def wants_gradients() -> bool:
    """Whether the host looks at the gradients of what `fit` trains."""
    return _state.host is not None and _state.host.wants_gradients()


def gradients(find: Callable[[], list[tuple[Any, Any]]]) -> None:
    """Offers the gradients of the last step to the host, if it looks at them.

    Args:
        find: As for `Host.gradients`.
    """
    if _state.host is not None and _state.host.wants_gradients():
        _state.host.gradients(find)


def held(seconds: float) -> None:
    """Tells that the host has held training for so long."""
    _state.held_s += seconds


def held_s() -> float:
    """Seconds for which hosts have held training so far."""
    return _state.held_s


def clock() -> float:
    """Seconds, as `time.perf_counter`, of a clock that stands still while training is held."""
    return time.perf_counter() - _state.held_s
