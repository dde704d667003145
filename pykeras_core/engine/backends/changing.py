"""Changing over from one backend to another in the middle of training.

This module owns `Changing`. A run begins on the processor, while shaders are compiled beside it.
Then the graphics processor takes some of the real steps, and whichever is faster keeps the rest.
Its first one is run on both, and has to give the same.
If the device is lost, training goes on on the processor.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.timing import Timing
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend, WebgpuExecutable
from pykeras_core.engine.backends.webgpu.device import DeviceLostError
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array

if TYPE_CHECKING:
    from pykeras_core.engine.backends.base import Executable
    from pykeras_core.engine.backends.choice import Choice

__all__ = ["Changing", "ChangingExecutable"]

_RTOL, _ATOL, _MOST_APART = 0.02, 1e-5, 0.02
"""How far results of one step may be apart, and which share of them may be further."""

_TRIALS = 3
"""Runs of each side that are measured; the fastest counts. The first ones take longer."""


@cache
def _known() -> dict[tuple[object, str], bool]:
    """By what a program computes and on which device: whether the device won.

    It is no name of the module, since these are put back after a program of the page.
    """
    return {}


class Changing:
    """A backend that begins on the processor and may change over.

    Args:
        own: What runs plans on the processor.
        other: The graphics processor.
        measures: Whether it has to be faster; else it is taken as soon as it is ready.
    """

    def __init__(self, own: Choice, other: WebgpuBackend, measures: bool) -> None:
        self.name = own.backend.name
        self._own, self._other, self._measures = own, other, measures

    def refusal(self, plan: Plan) -> Reason | None:
        """As the processor's."""
        return self._own.backend.refusal(plan)

    def compile(self, plan: Plan) -> ChangingExecutable:
        """Compile for the processor, and begin to for the device."""
        return ChangingExecutable(plan, self._own, self._other, self._measures)


class ChangingExecutable:
    """A plan that runs on one of two backends.

    Attributes:
        choice: On which it runs now, and why.
    """

    def __init__(self, plan: Plan, own: Choice, other: WebgpuBackend, measures: bool) -> None:
        from pykeras_core.engine.backends.choice import Choice

        self._choice_of = Choice
        self._own_choice, self._other_backend = own, other
        self._own: Executable | None = None
        self._plan = plan
        self._key = (_key(plan), other.device.description)
        self._own_s: list[float] = []
        self._other_s: list[float] = []
        self._other: WebgpuExecutable | None = None
        self._measures = measures
        self._is_decided = self._is_checked = False
        known = _known().get(self._key) if measures else None
        if known is False:
            self._stay(Reason("known"))
            return
        self._measures = measures and known is None
        try:
            self._other = other.compile(plan)
            self.choice = self._with(("webgpu", Reason("compiling")))
        except MemoryError as error:
            self._stay(Reason("no-room", {"detail": str(error)}))

    def run(
        self, inputs: Sequence[Array], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> list[Array]:
        """Run the program; see `Executable.run`."""
        if self._begins_here():
            began = time.perf_counter()
            outputs = self._here().run(inputs, n_steps, stamps)
            self._own_s.append((time.perf_counter() - began) / n_steps)
            return outputs
        try:
            if not self._is_checked:
                return self._run_checked(inputs, n_steps, stamps)
            return self._run_there(inputs, n_steps, stamps)
        except MemoryError as error:  # of the data: no step has begun
            self._stay(Reason("no-room", {"detail": str(error)}))
            return self._here().run(inputs, n_steps, stamps)
        except DeviceLostError:
            self._lose()
            return self._here().run(inputs, n_steps, stamps)

    def profile(self, inputs: Sequence[Array]) -> list[Timing]:
        """Time each part; see `Executable.profile`."""
        if self._other is not None and self.choice.backend is self._other_backend:
            return self._other.profile(inputs)
        return self._here().profile(inputs)

    def _here(self) -> Executable:
        if self._own is None:
            self._own = self._own_choice.backend.compile(self._plan)
        return self._own

    def _begins_here(self) -> bool:
        """Whether the processor runs the next steps: shaders are compiled, or it is measured."""
        if self._other is None or self._is_decided:
            return self._other is None
        try:
            is_ready = self._other.is_ready
            if is_ready and not self._is_checked and self._other.tune():
                self._other = self._other_backend.compile(self._plan)
                is_ready = self._other.is_ready
        except ValueError as error:
            self._stay(Reason("shader", {"detail": str(error)}))
            return True
        except MemoryError as error:
            self._stay(Reason("no-room", {"detail": str(error)}))
            return True
        except DeviceLostError:
            self._lose()
            return True
        return not is_ready or (self._measures and len(self._own_s) < _TRIALS)

    def _run_checked(
        self, inputs: Sequence[Array], n_steps: int, stamps: Sequence[int] | None
    ) -> list[Array]:
        """Run the first step on both: a driver that is at fault must not train anybody's model."""
        assert self._other is not None
        self._is_checked = True
        variables = self._plan.variables
        before = [variable.elements().copy() for variable in variables]
        found = self._other.run(inputs, 1, stamps)
        found += [variable.elements().copy() for variable in variables]
        for variable, elements in zip(variables, before, strict=True):
            variable.storage()[...] = elements
        outputs = self._here().run(inputs, 1, stamps)
        if not _agree(found, [*outputs, *(variable.elements() for variable in variables)]):
            self._stay(Reason("wrong"))
        return outputs if n_steps == 1 else self.run(inputs, n_steps - 1, stamps)

    def _run_there(
        self, inputs: Sequence[Array], n_steps: int, stamps: Sequence[int] | None
    ) -> list[Array]:
        assert self._other is not None
        began = time.perf_counter()
        outputs = self._other.run(inputs, n_steps, stamps)
        self._other_s.append((time.perf_counter() - began) / n_steps)
        if not self._is_decided and (not self._measures or len(self._other_s) >= _TRIALS):
            self._decide()
        return outputs

    def _decide(self) -> None:
        self._is_decided = True
        if not self._measures:
            reason = Reason("known" if self._key in _known() else "asked")
            self._go(reason)
            return
        own, other = min(self._own_s[-2 * _TRIALS :]), min(self._other_s)
        _known()[self._key] = other < own
        reason = Reason(
            "measured",
            {
                "own_ms": f"{other * 1e3:.2f}",
                "other_ms": f"{own * 1e3:.2f}",
                "other": self._own_choice.backend.name,
            },
        )
        if other < own:
            self._go(reason)
        else:
            self._stay(reason)

    def _lose(self) -> None:
        """The device is gone; what the host has of the weights is the newest."""
        from pykeras_core.engine.backends.choice import forget_device

        reason = Reason("lost", {"seconds": f"{self._other_backend.give_up():.0f}"})
        forget_device(self._other_backend, reason)
        self._stay(reason)

    def _go(self, why: Reason) -> None:
        device = self._other_backend.device.description
        self.choice = self._choice_of(self._other_backend, why, self._own_choice.refused, device)

    def _stay(self, reason: Reason) -> None:
        self._other = None
        self.choice = self._with(("webgpu", reason))

    def _with(self, refused: tuple[str, Reason]) -> Choice:
        own = self._own_choice
        return self._choice_of(own.backend, own.why, (*own.refused, refused))


def _agree(found: Sequence[Array], wanted: Sequence[Array]) -> bool:
    """Whether two backends have computed the same, as far as that is determined.

    An optimizer that divides by the size of gradients makes much of those that are nearly 0, so a
    few numbers may differ.
    """
    apart, total = 0, 0
    for ours, theirs in zip(found, wanted, strict=True):
        exact = theirs.astype(np.float64)
        finite = np.isfinite(exact)
        largest = np.abs(exact[finite]).max(initial=0.0)
        close = np.isclose(ours, exact, _RTOL, _RTOL * largest + _ATOL, equal_nan=True)
        apart += close.size - int(close.sum())
        total += close.size
    return apart <= _MOST_APART * total


def _key(plan: Plan) -> object:
    """What a plan computes, as far as its speed goes."""
    return hash(
        tuple(
            (equation.primitive.name, *(value.spec for value in equation.outputs))
            for equation in plan.equations
        )
    )
