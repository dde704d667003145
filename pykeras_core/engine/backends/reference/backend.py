"""The NumPy backend: the definition of every primitive, equation by equation.

The other backends are checked against this one. Values live in one arena; a primitive that is
a ufunc writes straight into it, any other is computed and copied there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pykeras_core.engine.backends.base import Executable
from pykeras_core.engine.backends.memory import Memory
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.timing import Timing, repeated, shortest
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Equation, Value

__all__ = ["NumpyBackend", "NumpyExecutable", "NumpyUnit", "bound"]


class NumpyBackend:
    """Runs plans with NumPy."""

    name = "numpy"

    def refusal(self, plan: Plan) -> Reason | None:
        """None: what has no kernel runs its NumPy definition."""
        return None

    def compile(self, plan: Plan) -> Executable:
        """Allocate the arena and bind every equation to its slices of it."""
        return NumpyExecutable(plan)


class NumpyUnit(Unit):
    """One equation, evaluated before anything is written."""

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """Yes: NumPy finishes reading first, or keeps a copy where memory overlaps."""
        return True


class NumpyExecutable:
    """A plan bound to an arena of its own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._units = [NumpyUnit([equation]) for equation in plan.equations]
        self._placement = plan.place(self._units)
        self._memory = Memory(plan, self._placement)

    def run(
        self, inputs: Sequence[Array], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> list[Array]:
        """Run the program; see `Executable.run`."""
        storages = self._memory.bring(inputs, n_steps)
        view = self._memory.view
        calls = [
            (bound(unit.equations[0], view), self._plan.last_step_only(unit))
            for unit in self._units
        ]
        every = [call for call, last_only in calls if not last_only]
        copies = [(storages[index], view(value)) for index, value in self._placement.copies]
        with np.errstate(all="ignore"):
            for step in range(n_steps):
                for call in every if step < n_steps - 1 else (call for call, _ in calls):
                    call()
                for storage, value in copies:
                    np.copyto(storage, value)
        return [view(value).copy() for value in self._plan.outputs]

    def profile(self, inputs: Sequence[Array]) -> list[Timing]:
        """Time each equation; see `Executable.profile`."""
        self._memory.bring(inputs, 1)
        with self._memory.restored(), np.errstate(all="ignore"):
            self.run(inputs)
            return [
                Timing(
                    unit.primitives,
                    None,
                    0.0
                    if unit.has_effect
                    else shortest(repeated(bound(unit.equations[0], self._memory.view))),
                    self._plan.last_step_only(unit),
                    tuple(unit.outputs),
                )
                for unit in self._units
            ]


def bound(equation: Equation, view: Callable[[Value], Array]) -> Callable[[], None]:
    """A call without arguments that evaluates one equation into its slots."""
    definition, params = equation.primitive.numpy, equation.params
    inputs = [view(value) for value in equation.inputs]
    outputs = [view(value) for value in equation.outputs]
    if isinstance(definition, np.ufunc) and outputs[0].dtype == inputs[0].dtype:

        def call() -> None:
            definition(*inputs, out=outputs[0])
    else:

        def call() -> None:
            results = equation.primitive.evaluate(*inputs, **params)
            for output, result in zip(outputs, results, strict=True):
                _store(equation, output, result)

    return call


def _store(equation: Equation, output: Array, result: Array) -> None:
    """Copy a result into its slot; a dtype wider than traced is a bug of the definition."""
    result = np.asarray(result)
    if result.dtype != output.dtype and not (output.dtype == np.int32 and result.dtype == np.int64):
        raise TypeError(
            f"the NumPy definition of {equation.primitive.name!r} gave {result.dtype} where "
            f"{output.dtype} was traced"
        )
    np.copyto(output, result, casting="same_kind")
