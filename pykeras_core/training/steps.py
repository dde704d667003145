"""Steps: a model's train, test or predict step, traced once and run many times.

This module owns `StepFunction`, the way from a Keras step to an executable of the engine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from pykeras_core.engine import Program, Spec, Tensor, Variable, trace
from pykeras_core.engine.backends.base import Executable, Timing, choose_backend
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from pykeras_core.training.batching import ArrayBatches, Run, StreamBatches
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
        self._position.storage()[...] = run.first
        return program.pack(executable.run(batches.inputs, run.n_steps))

    def prepare(self, batches: Batches, run: Run) -> None:
        """Trace and compile what `run` needs, unless that is done."""
        if not self._eager:
            self._executable(batches, run.batch_size)

    def prepare_first(self, batches: Batches) -> None:
        """Trace and compile what the first step of a pass needs, unless that is done."""
        self._executable(batches, batches.batch_size)

    def profile(self) -> list[Timing]:
        """Time each part of the step traced first, on its first batch; variables stay as they are.

        Raises:
            ValueError: If no step has been traced.
        """
        if not self._compiled:
            raise ValueError("no step has been traced yet: call `fit` first, not eagerly")
        (_, batch_size), (program, executable) = next(iter(self._compiled.items()))
        inputs = [np.zeros(value.spec.shape, value.spec.dtype) for value in program.inputs]
        for array, rows in zip(inputs, self._sample, strict=True):
            array[:batch_size] = np.resize(rows, (batch_size, *rows.shape[1:]))
        self._position.assign(0)
        return executable.profile(inputs)

    def _run_eagerly(self, batches: Batches, run: Run) -> Any:
        outputs = None
        inputs = [Tensor(Spec(array.shape, array.dtype.name), array) for array in batches.inputs]
        for step in range(run.first, run.first + run.n_steps):
            outputs = self._function(batches.batch(inputs, step, run.batch_size))
        return outputs

    def _executable(self, batches: Batches, batch_size: int) -> tuple[Program, Executable]:
        key = (batches.signature, batch_size)
        if key not in self._compiled:
            program = self._trace(batches, batch_size)
            plan = Plan(program)
            self._compiled[key] = (program, choose_backend(plan).compile(plan))
            self._sample = self._sample or batches.sample(batch_size)
        return self._compiled[key]

    def _trace(self, batches: Batches, batch_size: int) -> Program:
        def step(inputs: list[Any]) -> Any:
            batch = batches.batch(inputs, self._position, batch_size)
            self._position.assign_add(1)
            return self._function(batch)

        with self._tracing():
            return trace(step, [_spec(array) for array in batches.inputs])


def _spec(array: Array) -> Spec:
    return Spec(array.shape, np.dtype(array.dtype).name)
