"""Variables: state that outlives a step, such as weights, optimizer slots and metric totals.

This module owns `Variable`. Outside of a trace, `assign` changes it at once; inside one,
`assign` records an update that takes effect when the traced program has run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from pykeras_core.checks import AnyCallable, ArrayLike, Sizes, array, checked
from pykeras_core.engine.capacity import require_bytes
from pykeras_core.engine.primitive import Array, Spec, canonical_dtype
from pykeras_core.engine.stateless import innermost_scope, scoped_value
from pykeras_core.engine.tensor import Operators, Tensor
from pykeras_core.engine.tracing import (
    active_recorders,
    convert_to_tensor,
    current_trace,
    suspend_trace,
)
from pykeras_core.naming import auto_name, current_path

__all__ = ["Holder", "Variable", "finds_initializers", "made_when_used", "variable_size_limit"]

AGGREGATIONS = ("none", "mean", "sum", "only_first_replica")
SYNCHRONIZATIONS = ("none", "on_read", "on_write", "auto")

_initializers: list[Callable[[str], Any]] = []
_size_limits: list[int] = []
_made_when_used = False


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


def finds_initializers(find: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let variables take names of initializers, which `find` knows; a decorator."""
    _initializers.append(find)
    return find


def _one_of(argument: str, value: str | None, known: tuple[str, ...]) -> str:
    if value is None:
        return "none"
    if value not in known:
        raise ValueError(
            f"`Variable` expected `{argument}` to be one of {known} or None, received {value!r}"
        )
    return value


@contextlib.contextmanager
def made_when_used() -> Iterator[None]:
    """Let variables made inside a `with` block take memory when their value is first wanted.

    It concerns those that come with an initializer function. A program that has them can be
    planned, and its need of memory be known, before any of it is taken.
    """
    global _made_when_used
    outer, _made_when_used = _made_when_used, True
    try:
        yield
    finally:
        _made_when_used = outer


class Holder(Protocol):
    """The memory of a device, which may have the newest elements of variables."""

    def recall(self, variable: Any) -> Array | None:
        """Bring the elements of a variable back, as a fresh array.

        Returns:
            None if they are lost; then those that the host has are the newest.
        """


class Variable(Operators):
    """A named, mutable array of fixed shape and dtype.

    Args:
        initializer: The first value, or a callable `f(shape, dtype=...)` that gives it, or the
            name of an initializer.
        shape: Tuple of ints; needed when `initializer` is a callable or a name.
        dtype: Default: float32 for a callable or a name, else the value's own.
        trainable: Whether optimizers may change it.
        autocast: Accepted as in Keras; there is one width of floats.
        aggregation: Accepted as in Keras; there is one replica.
        synchronization: Accepted as in Keras; there is one replica.
        name: Last part of its path, after the open name scopes. Default: 'variable', made unique.
        layout: Only None: there is one device.
        regularizer: Callable from a Tensor to a scalar penalty, or None.
        constraint: Callable from a Tensor to the Tensor that replaces it after an update.

    Attributes:
        version: Rises whenever the elements change, or may have.

    Raises:
        ValueError: If a value does not have the given shape, a callable comes without one, or
            an argument has a value that Keras does not know.
        MemoryError: If there is not enough memory for it.

    Example:
        >>> count = Variable(0, dtype="int32", name="count")
        >>> count.assign_add(2).numpy()
        array(2, dtype=int32)
    """

    @checked
    def __init__(
        self,
        initializer: ArrayLike | AnyCallable | str,
        shape: Sizes | None = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name: str | None = None,
        layout: None = None,
        regularizer: AnyCallable | None = None,
        constraint: AnyCallable | None = None,
    ) -> None:
        self.name = auto_name("variable") if name is None else name
        self.path = "/".join(part for part in (current_path(), self.name) if part)
        self.trainable = trainable
        self.autocast = autocast
        self.aggregation = _one_of("aggregation", aggregation, AGGREGATIONS)
        self.synchronization = _one_of("synchronization", synchronization, SYNCHRONIZATIONS)
        self.overwrite_with_gradient = False
        self.regularizer = regularizer
        self.constraint = constraint
        self._handed_out: Tensor | None = None
        self._present: Array | None = None
        self._holder: Holder | None = None
        self.version = 0
        if isinstance(initializer, str):
            initializer = _initializers[-1](initializer)
        if callable(initializer):
            self.spec = self._announced(shape, dtype)
            self._initializer = initializer
            if not _made_when_used:
                self._present = self._made()
        else:
            with suspend_trace():
                self._present = self._checked(convert_to_tensor(initializer, dtype), shape)
            self.spec = Spec(self._present.shape, self._present.dtype.name)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds: the value, not what first made it."""
        state = {**vars(self), "_present": self._array, "_handed_out": None, "_holder": None}
        state.pop("_initializer", None)
        return state

    def _announced(self, shape: Any, dtype: Any) -> Spec:
        """Shape and dtype of what an initializer function will give."""
        if shape is None:
            raise ValueError(
                f"variable {self.name!r} expected a `shape` beside its initializer function, "
                "received None"
            )
        spec = Spec(tuple(int(axis) for axis in shape), canonical_dtype(dtype or "float32"))
        if _size_limits and spec.size > _size_limits[-1]:
            raise ValueError(
                f"variable {self.name!r} would have shape {spec.shape}, more than "
                f"{_size_limits[-1]} elements"
            )
        return spec

    def _made(self) -> Array:
        """The first value, from the initializer function."""
        require_bytes(
            f"variable {self.name!r} of shape {self.shape}",
            {"its elements": self.spec.size_bytes},
            "Use fewer units or filters, or smaller inputs.",
        )
        with suspend_trace():
            value = self._initializer(self.shape, dtype=self.dtype)
            return self._checked(convert_to_tensor(value, self.dtype), self.shape)

    def _checked(self, value: Tensor, shape: Any) -> Array:
        """A copy of a first value, which has to be of the announced shape if there is one."""
        if shape is not None and value.shape != tuple(shape):
            raise ValueError(
                f"variable {self.name!r} expected an initial value of shape {tuple(shape)}, "
                f"received shape {value.shape}"
            )
        return np.array(value.numpy())

    @property
    def missing_bytes(self) -> int:
        """Bytes the variable is still to take; 0 once it has its memory."""
        return self.spec.size_bytes if self._present is None else 0

    @property
    def _array(self) -> Array:
        if self._holder is not None:
            holder, self._holder = self._holder, None
            recalled = holder.recall(self)
            if recalled is not None:
                self._present = recalled
        if self._present is None:
            self._present = self._made()
        return self._present

    def elements(self) -> Array:
        """The variable's own memory, to be read and not to be kept."""
        return self._array

    def lend(self, holder: Holder) -> None:
        """Let a device have the newest elements; whoever wants them here recalls them.

        Args:
            holder: The memory of the device.
        """
        self._holder = holder
        self._handed_out = None  # a Tensor that was handed out keeps the old memory
        self.version += 1

    def receive(self, elements: Array, keeps_lent: bool) -> None:
        """Take elements that the device has brought back.

        Args:
            elements: A fresh array.
            keeps_lent: Whether the device goes on to change them.
        """
        self._present = elements
        if not keeps_lent:
            self._holder = None

    @property
    def value(self) -> Tensor:
        """The value now, as a Tensor; inside a trace or a stateless scope, the value there."""
        scoped = scoped_value(self)
        active = current_trace()
        if scoped is not None:
            tensor = scoped
        elif active is not None:
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
        active, scoped = current_trace(), scoped_value(self)
        if scoped is not None:
            return np.array(scoped.numpy())
        return np.array(self._array if active is None else active.read(self).numpy())

    def storage(self) -> Array:
        """The variable's own memory, for an executable to read and overwrite in place.

        A Tensor that was handed out keeps the old memory: its elements never change.
        """
        self.version += 1
        if self._handed_out is not None:
            self._present = self._array.copy()
            self._handed_out = None
        return self._present if self._holder is None and self._present is not None else self._array

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
        active, scope = current_trace(), innermost_scope()
        if scope is not None:
            scope.add_update((self, tensor))
        elif active is not None:
            active.write(self, tensor)
        else:
            self._set(tensor.numpy())
        return self

    def _set(self, elements: Array) -> None:
        if self._present is None or self._handed_out is not None or self._holder is not None:
            self._present = np.array(elements)
            self._handed_out = self._holder = None
        else:
            np.copyto(self._present, elements)
        self.version += 1

    def restart(self) -> None:
        """Set the value that the initializer gives; one made from a value stays as it is."""
        if self.missing_bytes == 0 and "_initializer" in vars(self):
            self.assign(self._made())

    def assign_add(self, value: Any) -> Variable:
        """Add to the value; returns the variable."""
        return self.assign(self + value)

    def assign_sub(self, value: Any) -> Variable:
        """Subtract from the value; returns the variable."""
        return self.assign(self - value)

    def __repr__(self) -> str:
        about = f"path={self.path}, shape={self.shape}, dtype={self.dtype}"
        return f"<Variable {about}, value={self._array}>"


array.always.add(Variable)
