"""Variables: state that outlives a step, such as weights, optimizer slots and metric totals.

This module owns `Variable`. Outside of a trace, `assign` changes it at once; inside one,
`assign` records an update that takes effect when the traced program has run.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine.primitive import Array, Spec, canonical_dtype
from pykeras_core.engine.tensor import Operators, Tensor
from pykeras_core.engine.tracing import (
    active_recorders,
    convert_to_tensor,
    current_trace,
    suspend_trace,
)

__all__ = ["Variable", "variable_size_limit"]

_size_limits: list[int] = []


@contextlib.contextmanager
def variable_size_limit(elements: int) -> Iterator[None]:
    """Refuse, inside a `with` block, to make variables of more elements.

    A file that describes a model also holds its variables: one that announces a larger variable
    than it holds would only fill the memory.

    Args:
        elements: The most elements a variable may have.
    """
    _size_limits.append(elements)
    try:
        yield
    finally:
        _size_limits.pop()


class Variable(Operators):
    """A named, mutable array of fixed shape and dtype.

    Args:
        initializer: The first value, or a callable `f(shape, dtype=...)` that gives it.
        shape: Tuple of ints; needed when `initializer` is a callable.
        dtype: Default: float32 for a callable, else the value's own.
        trainable: Whether optimizers may change it.
        name: Last part of its path.
        regularizer: Callable from a Tensor to a scalar penalty, or None.
        constraint: Callable from a Tensor to the Tensor that replaces it after an update.

    Raises:
        ValueError: If a value does not have the given shape, or a callable comes without one.

    Example:
        >>> count = Variable(0, dtype="int32", name="count")
        >>> count.assign_add(2).numpy()
        array(2, dtype=int32)
    """

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        name: str = "variable",
        regularizer: Any = None,
        constraint: Any = None,
    ) -> None:
        self.name = name
        self.path = name
        self.trainable = trainable
        self.regularizer = regularizer
        self.constraint = constraint
        with suspend_trace():
            array = self._initial(initializer, shape, dtype)
        self.spec = Spec(array.shape, array.dtype.name)
        self._array: Array = array
        self._handed_out: Tensor | None = None

    def _initial(self, initializer: Any, shape: Any, dtype: Any) -> Array:
        if callable(initializer):
            if shape is None:
                raise ValueError(
                    f"variable {self.name!r} expected a `shape` beside its initializer function, "
                    "received None"
                )
            if _size_limits and math.prod(shape) > _size_limits[-1]:
                raise ValueError(
                    f"variable {self.name!r} would have shape {tuple(shape)}, more than "
                    f"{_size_limits[-1]} elements"
                )
            initializer = initializer(tuple(shape), dtype=canonical_dtype(dtype or "float32"))
        array = np.array(convert_to_tensor(initializer, dtype).numpy())
        if shape is not None and array.shape != tuple(shape):
            raise ValueError(
                f"variable {self.name!r} expected an initial value of shape {tuple(shape)}, "
                f"received shape {array.shape}"
            )
        return array

    @property
    def value(self) -> Tensor:
        """The value now, as a Tensor; inside a trace, the value at this point of it."""
        active = current_trace()
        if active is not None:
            tensor = active.read(self)
        else:
            if self._handed_out is None:
                self._handed_out = Tensor(self.spec, self._array)
            tensor = self._handed_out
        for recorder in active_recorders():
            recorder.read(self, tensor)
        return tensor

    def numpy(self) -> Array:
        """A copy of the value.

        Raises:
            TypeError: Inside a trace, where the value is not known.
        """
        active = current_trace()
        return np.array(self._array if active is None else active.read(self).numpy())

    def storage(self) -> Array:
        """The variable's own memory, for an executable to read and overwrite in place.

        A Tensor that was handed out keeps the old memory: its elements never change.
        """
        if self._handed_out is not None:
            self._array = self._array.copy()
            self._handed_out = None
        return self._array

    def assign(self, value: Any) -> Variable:
        """Set the value.

        Args:
            value: Anything array-like of the variable's shape; cast to its dtype.

        Returns:
            The variable.

        Raises:
            ValueError: If the shape differs.
        """
        tensor = convert_to_tensor(value, self.dtype)
        if tensor.shape != self.shape:
            raise ValueError(
                f"variable {self.path!r} expected a value of shape {self.shape}, "
                f"received shape {tensor.shape}"
            )
        active = current_trace()
        if active is not None:
            active.write(self, tensor)
        else:
            self._array = np.array(tensor.numpy())
            self._handed_out = None
        return self

    def assign_add(self, value: Any) -> Variable:
        """Add to the value; returns the variable."""
        return self.assign(self + value)

    def assign_sub(self, value: Any) -> Variable:
        """Subtract from the value; returns the variable."""
        return self.assign(self - value)

    def __repr__(self) -> str:
        about = f"path={self.path}, shape={self.shape}, dtype={self.dtype}"
        return f"<Variable {about}, value={self._array}>"
