"""Looking at the integers that a traced step looks things up with, before it runs on them.

A kernel cannot raise: an index out of range would read the nearest row, and training would go on
with wrong numbers. This module owns `LookupChecks`, which finds out for each lookup of a traced
step where its integers come from. What follows from the data is computed on the host, before the
step runs; what depends on weights or chance is watched by a variable while it runs.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pykeras_core import ops
from pykeras_core.engine import Program, Variable, current_trace
from pykeras_core.engine.bounds import Lookup
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Equation, Value, needed
from pykeras_core.training.batching import ArrayBatches

__all__ = ["LookupChecks", "Watch", "sorted_by_origin"]

# They give elements of their first operand, all or some of them, and nothing else.
_CHOOSING = frozenset(["dynamic_slice", "slice", "take", "take_along_axis"])
_PASSING_ON = _CHOOSING | {"broadcast_to", "flip", "reshape", "stop_gradient", "transpose"}
_CASTS = {("float32", "int32"), ("uint8", "int32"), ("bool", "int32"), ("uint8", "float32")}
_CASTS |= {("int32", "float32"), ("uint32", "float32"), ("bool", "float32")}


class _Source(NamedTuple):
    """Which input a lookup's integers are taken from, and whether all of its elements are."""

    number: int
    whole: bool


class Watch:
    """The smallest and largest integer of a lookup that only the step itself knows.

    Args:
        lookup: Whose integers depend on weights or on chance.
    """

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._lowest = self._variable("lowest")
        self._highest = self._variable("highest")

    def _variable(self, which: str) -> Variable:
        name = f"{which}_index"
        return Variable(self.lookup.low, dtype="int32", trainable=False, name=name)

    def note(self) -> None:
        """Take the integers of this step into account; part of what is traced."""
        self._lowest.assign(ops.minimum(self._lowest, ops.min(self.lookup.indices)))
        self._highest.assign(ops.maximum(self._highest, ops.max(self.lookup.indices)))

    def check(self) -> None:
        """Raise if an integer was out of range; the next check begins anew."""
        found = np.array([self._lowest.numpy(), self._highest.numpy()])
        self._lowest.assign(self.lookup.low)
        self._highest.assign(self.lookup.low)
        self.lookup.check(found, " in a step that has run (it read the nearest one instead)")


class LookupChecks:
    """What is to be looked at before a traced step runs on data.

    Args:
        program: The step.
        lookups: Those whose integers follow from the data alone.
        position: The variable that counts the batches.
    """

    def __init__(self, program: Program, lookups: Sequence[Lookup], position: Variable) -> None:
        self._program = program
        self._position = position
        self._checked: Callable[[], Any] = lambda: None
        self._made = _makers(program.equations)
        self._lookups = lookups
        self._sources = [self._source(lookup.indices) for lookup in lookups]

    def check(self, batches: Any) -> None:
        """Look at all the data, or at the batch that a stream has handed over.

        Raises:
            Exception: Of the class that the lookup names, if an integer is out of range.
        """
        if self._checked() is batches:
            return
        for lookup, source in zip(self._lookups, self._sources, strict=True):
            if source is None or not _all_allowed(lookup, batches.inputs[source.number]):
                for indices in self._evaluated(lookup.indices, batches):
                    lookup.check(indices, " in the data")
        if isinstance(batches, ArrayBatches):
            self._checked = weakref.ref(batches)

    def check_validation(self, training: ArrayBatches, validation: Any) -> None:
        """Look at arrays that another step will read, so that no epoch is lost to an error then.

        Only what is certain to be read is refused: arrays of which this step takes all elements.

        Args:
            training: The data of this step.
            validation: That of the other step.
        """
        if not isinstance(validation, ArrayBatches):
            return
        mine, others = training.paths, validation.paths
        for lookup, source in zip(self._lookups, self._sources, strict=True):
            if source is None or not source.whole or source.number >= len(mine):
                continue
            if mine[source.number] in others:
                array = validation.arrays[others.index(mine[source.number])]
                if not _all_allowed(lookup, array):
                    lookup.check(array.astype(np.int64), " in the validation data")

    def _source(self, value: Value) -> _Source | None:
        """The input whose elements, and nothing else, the integers are."""
        whole = True
        while id(value) in self._made:
            equation = self._made[id(value)]
            name = equation.primitive.name
            operand = equation.inputs[0]
            cast = name == "cast" and (operand.spec.dtype, value.spec.dtype) in _CASTS
            if not cast and name not in _PASSING_ON:
                return None
            cuts_batch = any(operand is one for one in self._program.inputs)
            whole = whole and (cuts_batch or name not in _CHOOSING)
            value = operand
        for number, one in enumerate(self._program.inputs):
            if one is value:
                return _Source(number, whole)
        return None

    def _evaluated(self, wanted: Value, batches: Any) -> Any:
        """The integers of each batch; together the batches hold every row."""
        equations = needed(self._program.equations, [wanted])
        values: dict[int, Any] = {id(v): v.array for v in self._program.constants()}
        inputs = list(batches.inputs)
        if batches.shuffle:
            inputs[-1] = np.arange(batches.samples, dtype=np.int32)
        values.update({id(v): a for v, a in zip(self._program.inputs, inputs, strict=True)})
        place = next((v for o, v in self._program.variables if o is self._position), None)
        steps = 1
        if isinstance(batches, ArrayBatches):
            # A last batch that is not full is cut further to the front: rows that were seen.
            steps = math.ceil(batches.samples / batches.batch_size)
        for step in range(steps):
            if place is not None:
                values[id(place)] = np.array(step, np.int32)
            yield _run(equations, wanted, values)


def sorted_by_origin(
    lookups: Sequence[Lookup], position: Variable
) -> tuple[list[Lookup], list[Watch]]:
    """Tell lookups of the step being traced whose integers follow from the data from the others.

    Those in the body of a loop belong to neither: their integers are values of the body.

    Args:
        lookups: What was noted.
        position: The variable that counts the batches, the one that the data depends on.

    Returns:
        Lookups to check before the step runs, and watches over those that must be checked after.
    """
    trace = current_trace()
    if trace is None:
        return [], []
    made = _makers(trace.equations)
    inputs = {id(value) for value in trace.inputs}
    read = [value for variable, value in trace.initial.values() if variable is not position]
    of_data, watched = [], []
    for lookup in lookups:
        if id(lookup.indices) not in made and id(lookup.indices) not in inputs:
            continue
        chain = needed(trace.equations, [lookup.indices])
        used = {id(value) for equation in chain for value in equation.inputs}
        if any(id(value) in used for value in read):
            watched.append(Watch(lookup))
        else:
            of_data.append(lookup)
    return of_data, watched


def _makers(equations: Sequence[Equation]) -> dict[int, Equation]:
    return {id(value): equation for equation in equations for value in equation.outputs}


def _all_allowed(lookup: Lookup, array: Array) -> bool:
    if not array.size:
        return True
    lowest, highest = float(array.min()), float(array.max())
    if not math.isfinite(lowest) or not math.isfinite(highest):
        return False
    return lookup.allows(math.trunc(lowest), math.trunc(highest))


def _run(equations: Sequence[Equation], wanted: Value, values: dict[int, Any]) -> Array:
    """Compute one value with the NumPy definitions."""
    found = dict(values)
    with np.errstate(all="ignore"):
        for equation in equations:
            operands = [found[id(value)] for value in equation.inputs]
            results = equation.primitive.evaluate(*operands, **equation.params)
            for value, result in zip(equation.outputs, results, strict=True):
                found[id(value)] = np.asarray(result, value.spec.dtype)
    array: Array = found[id(wanted)]
    return array
