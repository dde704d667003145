"""Courses: where a `fit` is, and all that its next step depends on, to be kept and put back.

This module owns `Course`. A host takes the state of a course between two steps
(`hosting.Host.rest`); another `fit` of the same program, in another process perhaps, goes on from
it as if nothing had happened: the weights, the optimizer, the metrics of the epoch so far, the
order of the samples, what random numbers are drawn next, and what callbacks remember.
"""

from __future__ import annotations

import random as python_random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pykeras_core import random
from pykeras_core.callbacks import Callback
from pykeras_core.callbacks.progbar_logger import ProgbarLogger
from pykeras_core.engine import Variable
from pykeras_core.engine.primitive import Array
from pykeras_core.optimizers import Optimizer
from pykeras_core.random import seeds
from pykeras_core.training.batching import ArrayBatches, Run
from pykeras_core.training.plain_state import large_arrays, plain_state, put_plain_state

if TYPE_CHECKING:
    from pykeras_core.training.passes import Pass

__all__ = ["Course", "CourseState"]

_NO_STATE = {"_model", "params"}
"""What `fit` gives to callbacks anew."""


@dataclass(frozen=True)
class CourseState:
    """A moment of a course, made of plain values.

    Args:
        facts: What JSON can hold: `epoch` and `step` (both from 0: what comes next), `epochs`,
            `over`, and more that only this module reads.
        arrays: Copies.
    """

    facts: dict[str, Any]
    arrays: list[Array]

    @property
    def size_bytes(self) -> int:
        """Bytes of the arrays."""
        return sum(array.nbytes for array in self.arrays)


class Course:
    """A `fit` as it goes on.

    Args:
        model: The model.
        training: The pass over its data.
        validating: The pass of its validation, if there is one.
        epochs: Number of the last epoch.

    Attributes:
        epoch: Number of the epoch that goes on, or comes next.
        epochs: Number of the last epoch.
        is_over: Whether there is nothing left to do.
        order: Draws the order of the samples.
    """

    def __init__(self, model: Any, training: Pass, validating: Pass | None, epochs: int) -> None:
        self.model = model
        self.epochs = epochs
        self.epoch = self._first = 0
        self.is_over = False
        self._training = training
        self._passes = [training] if validating is None else [training, validating]
        seed = random.make_default_seed()
        self.order = np.random.default_rng(seed)
        self._order_seed = seed
        self._waiting: CourseState | None = None
        self._within = self._anew = False
        self._data = {id_ for one in self._callbacks for id_ in large_arrays(one)}

    @property
    def _callbacks(self) -> list[Any]:
        """Those that remember something; a progress bar begins where it is."""
        every = self._training.callbacks.callbacks
        return [one for one in every if not isinstance(one, ProgbarLogger)]

    @property
    def step(self) -> int:
        """Steps that are done in this epoch."""
        return self._training.done if self._within else 0

    @property
    def steps(self) -> int | None:
        """Steps of an epoch, where that is known."""
        return self._training.total

    @property
    def data(self) -> list[Array]:
        """The arrays that it trains on; those of the first batch where batches are handed over."""
        batches = self._training.batches
        return batches.arrays if isinstance(batches, ArrayBatches) else batches.inputs

    # Forward

    def begin(self, initial_epoch: int) -> None:
        """The first epoch comes next, or the one that `go_to` has named."""
        self._first = self.epoch = initial_epoch
        if self._waiting is not None:
            self.epoch, self._first = self._waiting.facts["epoch"], self._waiting.facts["first"]

    def begin_epoch(self, epoch: int) -> None:
        """Begins the metrics of an epoch and tells callbacks; goes to where `go_to` has said."""
        self.epoch = epoch
        state, self._waiting = self._waiting, None
        within = state is not None and state.facts["step"] > 0 and not self._anew
        if state is not None and not within:
            self._put_back(state)
        self.model.reset_metrics()
        self._training.callbacks.on_epoch_begin(epoch)
        self._training.done = 0
        if state is not None and within:
            self._put_back(state)
            self._training.done = state.facts["step"]
        self._within = True

    def end_epoch(self) -> None:
        """The epoch is over, validation and callbacks included."""
        self._within = False
        self.epoch += 1

    @property
    def goes_on_in_data(self) -> bool:
        """Whether the epoch takes up the data where the one before has left it."""
        return self._training.steps is not None and self.epoch > self._first

    # State

    def variables(self) -> list[Variable]:
        """All that a step reads or changes, in an order that is the same in the same program."""
        model = self.model
        found = [*model.variables, *model.metrics_variables]
        for optimizer in vars(model).values():
            if isinstance(optimizer, Optimizer):
                found += optimizer.variables
        found += self._training.function.variables
        return list({id(variable): variable for variable in found}.values())

    def size_bytes(self) -> int:
        """About how many bytes a state takes."""
        return sum(variable.spec.size_bytes for variable in self.variables())

    def state(self, over: bool = False) -> CourseState:
        """The state of this moment.

        Args:
            over: Whether the course has come to its end.
        """
        variables = self.variables()
        arrays = [np.array(variable.numpy()) for variable in variables]
        facts: dict[str, Any] = {
            "epoch": self.epoch, "step": self.step, "steps": self.steps, "epochs": self.epochs,
            "first": self._first, "over": over, "variables": _described(variables),
            "stop": bool(self.model.stop_training), "random": _random_state(arrays),
            "order": self.order.bit_generator.state, "seed": self._order_seed,
        }  # fmt: skip
        facts["passes"] = [one.batches.position(arrays) for one in self._passes]
        facts["callbacks"] = [
            {
                "name": type(one).__name__,
                "state": plain_state(one, arrays, self._data, _NO_STATE),
                "file": one._kept_file() if isinstance(one, Callback) else None,
            }
            for one in self._callbacks
        ]
        return CourseState(facts, arrays)

    def go_to(self, state: CourseState, anew: bool = False) -> None:
        """Goes on from a state, once the first epoch begins; from one that is over, at once.

        Args:
            state: What `state` has returned, for a course of the same program.
            anew: Whether to begin the epoch of that moment anew, in an order of its own: the data
                is not the same.

        Raises:
            ValueError: If the model is not the same.
        """
        batches, function = self._training.batches, self._training.function
        if self.model.run_eagerly:  # its first step makes what it needs; then all is put back
            function.run(batches, Run(0, 1, batches.batch_size))
        else:
            function.prepare_first(batches)
        names = _described(self.variables())
        if names != state.facts["variables"]:
            raise ValueError(_difference(state.facts["variables"], names))
        if state.facts["over"]:
            self._put_back(state)
            self.epoch, self.is_over = state.facts["epoch"], True
        else:
            self._waiting, self._anew = state, anew
            self.epochs = max(self.epochs, state.facts["epochs"])

    def _put_back(self, state: CourseState) -> None:
        facts, arrays = state.facts, state.arrays
        for variable, value in zip(self.variables(), arrays, strict=False):
            variable.assign(value)
        if not self._anew:
            self._find_place(state)
        kept = {(one["name"], number): one for number, one in enumerate(facts["callbacks"])}
        for number, one in enumerate(self._callbacks):
            found = kept.get((type(one).__name__, number))
            if found is not None:
                put_plain_state(one, found["state"], arrays)
                if isinstance(one, Callback):
                    one._put_file(found["file"])
        self.model.stop_training = facts["stop"]
        _set_random_state(facts["random"], arrays)

    def _find_place(self, state: CourseState) -> None:
        """In the data, and in what draws its order."""
        for one, place in zip(self._passes, state.facts["passes"], strict=False):
            trains = one is self._training
            order = np.random.default_rng(state.facts["seed"] if trains else 0)
            one.batches.go_to(place, state.arrays, order, trains and one.steps is not None)
        self.order.bit_generator.state = state.facts["order"]


def _described(variables: list[Variable]) -> list[list[Any]]:
    return [[one.path, list(one.shape), str(one.dtype)] for one in variables]


def _difference(before: list[list[Any]], now: list[list[Any]]) -> str:
    """Says how the variables of a model differ from what they were."""
    for then, one in zip(before, now, strict=False):
        if then != one:
            return (
                f"the model has '{one[0]}' of shape {tuple(one[1])} and type {one[2]}, where it "
                f"had '{then[0]}' of shape {tuple(then[1])} and type {then[2]}"
            )
    return f"the model has {len(now)} variables, and had {len(before)}"


def _random_state(arrays: list[Array]) -> dict[str, Any]:
    """Of Python's, NumPy's and Keras's generators of random numbers."""
    version, words, gauss = python_random.getstate()
    arrays.append(np.array(words, np.uint64))
    state: dict[str, Any] = {
        "python": [version, len(arrays) - 1, gauss],
        "keras": seeds.global_state(),
    }
    legacy = np.random.get_state(legacy=False)
    if isinstance(legacy, dict) and legacy["bit_generator"] == "MT19937":
        arrays.append(legacy["state"]["key"])
        place = [len(arrays) - 1, legacy["state"]["pos"], legacy["has_gauss"], legacy["gauss"]]
        state["numpy"] = place
    return state


def _set_random_state(state: dict[str, Any], arrays: list[Array]) -> None:
    version, words, gauss = state["python"]
    python_random.setstate((version, tuple(map(int, arrays[words])), gauss))
    if "numpy" in state:
        key, *rest = state["numpy"]
        np.random.set_state(("MT19937", arrays[key], *rest))
    seeds.set_global_state(state["keras"])
