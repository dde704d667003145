"""Steps: a model's train, test or predict step, traced once and run many times.

This module owns `StepFunction`, the way from a Keras step to an executable of the engine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from pykeras_core import settings
from pykeras_core.engine import Program, Spec, Tensor, Variable, trace
from pykeras_core.engine.backends.base import Executable, Timing
from pykeras_core.engine.backends.choice import Choice, choose
from pykeras_core.engine.bounds import Lookup, noted_lookups
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from pykeras_core.optimizers.base import noted_gradients
from pykeras_core.training.batching import ArrayBatches, Run, StreamBatches
from pykeras_core.training.gradients import GradientProbe
from pykeras_core.training.lookups import LookupChecks, Watch, sorted_by_origin
from pykeras_core.training.progress import Pace

__all__ = ["Batches", "StepFunction"]

Batches = ArrayBatches | StreamBatches


class StepFunction:
    """Runs a step function over batches.

    The first time it meets data of some shapes it traces the step, batch cutting included, into
    a program; from then on a run of many steps is one call of the program's executable.

    Args:
        function: Takes a batch, returns a structure of scalars or arrays; changes variables.
        eager: Whether to call the function on values at every step instead.
        tracing: Makes what to be in while the function is traced, which may create variables.

    Attributes:
        validation: Data that another step will read; it is looked at before this one first runs.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        eager: bool = False,
        tracing: Callable[[], AbstractContextManager[Any]] = contextlib.nullcontext,
    ) -> None:
        self._function = function
        self._eager = eager
        self._tracing = tracing
        self._position = Variable(0, dtype="int32", trainable=False, name="batch_position")
        self._compiled: dict[Any, tuple[Program, Executable]] = {}
        self._choices: dict[Any, Choice] = {}
        self.validation: Batches | None = None
        self._lookups: dict[Any, tuple[LookupChecks, list[Watch]]] = {}
        self._gradients: dict[Any, list[tuple[Tensor, Variable]]] = {}
        self._probes: dict[Any, GradientProbe] = {}
        self._sample: list[Array] = []
        self._paces: dict[Any, Pace] = {}

    def begin_pass(self, batches: Batches, one_by_one: bool) -> Pace:
        """Begin a pass over data, at the pace that was learned from such data before.

        Args:
            batches: Where data comes from.
            one_by_one: Whether to run single steps because a callback wants every batch.
        """
        pace = self._paces.get(batches.signature)
        if pace is None:
            pace = self._paces[batches.signature] = Pace()
        pace.begin_pass(one_by_one)
        return pace

    @property
    def variables(self) -> list[Variable]:
        """The variables of the step that was traced first, its place in the data apart."""
        if not self._compiled:
            return []
        program, _ = next(iter(self._compiled.values()))
        used = [variable for variable, _ in (*program.variables, *program.updates)]
        return [one for one in used if isinstance(one, Variable) and one is not self._position]

    def retrace(self) -> None:
        """Forget what is traced: the function, run again, would do something else now."""
        self._compiled.clear()
        self._choices.clear()
        self._lookups.clear()
        self.forget_probes()

    def run(self, batches: Batches, run: Run) -> Any:
        """Run steps.

        Args:
            batches: Where data comes from.
            run: Which steps.

        Returns:
            What the function returned in the last step, arrays for Tensors.
        """
        if self._eager:
            return self._run_eagerly(batches, run)
        program, executable = self._executable(batches, run.batch_size)
        checks, watches = self._lookups[batches.signature, run.batch_size]
        checks.check(batches)
        if self.validation is not None and isinstance(batches, ArrayBatches):
            checks.check_validation(batches, self.validation)
            self.validation = None
        self._position.assign(run.first)
        outputs = program.pack(executable.run(batches.inputs, run.n_steps, batches.stamps))
        for watch in watches:
            watch.check()
        return outputs

    def gradients(self, batches: Batches, run: Run) -> list[tuple[Array, Variable]]:
        """The gradients for the last batch of a run that is over, at the weights of now.

        They are computed beside the training, which is the same with them and without.

        Args:
            batches: Where data comes from.
            run: The steps that have run last.

        Raises:
            LookupError: If the step is not traced, or gives no gradients to an optimizer.
            MemoryError: If there is too little memory for it.
        """
        key = (batches.signature, run.batch_size)
        if key not in self._compiled:
            raise LookupError("the step is not traced")
        if key not in self._probes:
            self._probes[key] = GradientProbe(self._compiled[key][0], self._gradients[key])
        before = self._position.value
        self._position.assign(run.first + run.n_steps - 1)
        try:
            return self._probes[key].run(batches.inputs)
        finally:
            self._position.assign(before)

    def choice(self, batches: Batches, run: Run) -> Choice | None:
        """What runs such steps now, and why; None where the function is called on values."""
        key = (batches.signature, run.batch_size)
        return self._choice(key) if key in self._compiled else None

    def _choice(self, key: Any) -> Choice:
        """What was chosen, or what an executable that changes over runs on now."""
        choice: Choice = getattr(self._compiled[key][1], "choice", self._choices[key])
        return choice

    def forget_probes(self) -> None:
        """Give back the memory that `gradients` takes."""
        self._probes.clear()

    def prepare(self, batches: Batches, run: Run) -> None:
        """Trace and compile what `run` needs, unless that is done."""
        if not self._eager:
            self._executable(batches, run.batch_size)

    def is_ready(self, batches: Batches) -> bool:
        """Whether what the first step of a pass needs is traced and compiled."""
        return (batches.signature, batches.batch_size) in self._compiled

    def prepare_first(self, batches: Batches) -> None:
        """Trace and compile what the first step of a pass needs, unless that is done."""
        self._executable(batches, batches.batch_size)

    def profile(self) -> tuple[list[Timing], Choice]:
        """Time each part of the step traced first, on its first batch; variables stay as they are.

        Returns:
            The times, and what runs the step.

        Raises:
            ValueError: If no step has been traced.
        """
        if not self._compiled:
            raise ValueError("no step has been traced yet: call `fit` first, not eagerly")
        key, (program, executable) = next(iter(self._compiled.items()))
        _, batch_size = key
        inputs = [np.zeros(value.spec.shape, value.spec.dtype) for value in program.inputs]
        for array, rows in zip(inputs, self._sample, strict=True):
            array[:batch_size] = np.resize(rows, (batch_size, *rows.shape[1:]))
        self._position.assign(0)
        return executable.profile(inputs), self._choice(key)

    def _run_eagerly(self, batches: Batches, run: Run) -> Any:
        outputs = None
        inputs = [Tensor(Spec(array.shape, array.dtype.name), array) for array in batches.inputs]
        for step in range(run.first, run.first + run.n_steps):
            outputs = self._function(batches.batch(inputs, step, run.batch_size))
        return outputs

    def _executable(self, batches: Batches, batch_size: int) -> tuple[Program, Executable]:
        key = (batches.signature, batch_size)
        if key not in self._compiled:
            with noted_gradients() as noted:
                program, self._lookups[key] = self._trace(batches, batch_size)
            self._gradients[key] = list(noted.values())
            plan = Plan(program)
            choice = choose(plan, settings.compute_backend())
            self._choices[key] = choice
            self._compiled[key] = (program, choice.backend.compile(plan))
            self._sample = self._sample or batches.sample(batch_size)
        return self._compiled[key]

    def _trace(
        self, batches: Batches, batch_size: int
    ) -> tuple[Program, tuple[LookupChecks, list[Watch]]]:
        of_data: list[Lookup] = []
        watches: list[Watch] = []

        def step(inputs: list[Any]) -> Any:
            batch = batches.batch(inputs, self._position, batch_size)
            with noted_lookups() as lookups:
                outputs = self._function(batch)
            found = sorted_by_origin(lookups, self._position)
            of_data.extend(found[0])
            watches.extend(found[1])
            for watch in watches:
                watch.note()
            self._position.assign_add(1)
            return outputs

        with self._tracing():
            program = trace(step, [_spec(array) for array in batches.inputs])
        return program, (LookupChecks(program, of_data, self._position), watches)


def _spec(array: Array) -> Spec:
    return Spec(array.shape, np.dtype(array.dtype).name)
