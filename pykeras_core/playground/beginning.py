"""The beginning of a training: the weights and state before its first step, to go back to."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core import engine
from pykeras_core.engine.capacity import LARGE_BYTES, available_bytes, readable_size
from pykeras_core.optimizers import Optimizer

__all__ = ["Beginning", "state_of"]

_Kept = tuple[engine.Variable, npt.NDArray[Any] | None]


class Beginning:
    """Keeps one copy of what a training began with, for the model that was trained last.

    A model that is fitted several times goes back to before its first fit of the run. A variable
    that is made later, such as an optimizer's slot, goes back to what its initializer gives.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Another program begins."""
        self._kept: dict[int, _Kept] = {}
        self._earlier: dict[int, _Kept] = {}
        self._too_large = 0

    def begin(self, variables: Iterable[engine.Variable]) -> None:
        """A training begins, of other variables than before perhaps, which then are let go.

        Args:
            variables: What it may change.
        """
        self._earlier, self._kept, self._too_large = self._kept, {}, 0
        self.add(variables)
        self._earlier = {}

    def add(self, variables: Iterable[engine.Variable]) -> None:
        """The training goes on to change more variables, which now are as they were before it.

        Args:
            variables: The variables; those that are kept already stay as they are kept.
        """
        new = [one for one in variables if id(one) not in self._kept]
        size = sum(variable.spec.size_bytes for variable in new)
        available = available_bytes() if size > LARGE_BYTES else None
        if available is not None and size > available // 2:  # training needs it more
            self._too_large = size
            return
        for variable in new:
            self._kept[id(variable)] = self._earlier.get(id(variable)) or _copied(variable)

    def restore(self, later: Iterable[engine.Variable]) -> None:
        """Gives all variables the values that they had.

        Args:
            later: The variables that the model has now, of which some may have been made later.

        Raises:
            LookupError: If nothing has been trained.
            MemoryError: If there was not enough memory to keep the values.
        """
        if self._too_large:
            raise MemoryError(
                "the weights of before the training were not kept, since a copy of "
                f"{readable_size(self._too_large)} would have taken the memory that training "
                "needs. Run the program again to begin anew."
            )
        if not self._kept:
            raise LookupError("no model has been trained whose weights could be reset")
        for variable, value in self._kept.values():
            variable.assign(np.zeros(variable.shape, variable.dtype) if value is None else value)
        for variable in later:
            if id(variable) not in self._kept:
                variable.restart()

    def has_moved(self, variables: Iterable[engine.Variable]) -> bool:
        """Whether any of them has another value by now than it began its training with.

        Args:
            variables: Those that are not kept here have not moved, as far as is known.
        """
        for variable in sorted(variables, key=lambda one: one.spec.size_bytes):
            if id(variable) in self._kept:
                _, before = self._kept[id(variable)]
                now = variable.numpy()
                if now.any() if before is None else not np.array_equal(now, before):
                    return True
        return False


def _copied(variable: engine.Variable) -> _Kept:
    """A copy of the value, or None for zeros, of which most of an optimizer's state is made."""
    value = variable.numpy()
    return variable, value if value.any() else None


def state_of(model: Any) -> list[engine.Variable]:
    """What training changes: weights, other state, and that of the optimizers.

    The learning rate is no part of it: it is a setting, and stays as it was set last.

    Args:
        model: The model.
    """
    found = list(model.variables)
    for optimizer in {id(one): one for one in vars(model).values()}.values():
        if isinstance(optimizer, Optimizer):
            found += state_of_optimizer(optimizer)
    return list({id(variable): variable for variable in found}.values())


def state_of_optimizer(optimizer: Any) -> list[engine.Variable]:
    """The variables of an optimizer, the learning rate apart.

    Args:
        optimizer: An optimizer.
    """
    return [one for one in optimizer.variables if one.name != "learning_rate"]
