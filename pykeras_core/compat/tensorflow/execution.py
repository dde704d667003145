"""Owns what TensorFlow has around tensors: variables, functions, devices."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import engine, ops, tree

__all__ = [
    "GradientTape",
    "UnconnectedGradients",
    "Variable",
    "control_dependencies",
    "device",
    "executing_eagerly",
    "function",
    "get_logger",
    "init_scope",
]


class Variable(engine.Variable):
    """A variable, made with TensorFlow's arguments.

    Args:
        initial_value: Its first value, or a function without arguments that returns it.
        trainable: Whether optimizers may change it.
        name: Its name.
        dtype: Default: the value's own.
        shape: Tuple of ints, to check the value against.
        constraint: Function from a Tensor to the Tensor that replaces it after an update.

    Example:
        >>> w = Variable([1.0, 2.0], name="w")
        >>> w.assign_add([0.5, 0.5]).numpy()
        array([1.5, 2.5], dtype=float32)
    """

    def __init__(
        self,
        initial_value: Any,
        trainable: bool | None = True,
        name: str | None = None,
        dtype: Any = None,
        shape: Any = None,
        constraint: Callable[[Any], Any] | None = None,
    ) -> None:
        value = initial_value() if callable(initial_value) else initial_value
        super().__init__(
            value,
            shape=shape,
            dtype=dtype,
            trainable=trainable is not False,
            name=name or "Variable",
            constraint=constraint,
        )

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        for name in ("assign", "assign_add", "assign_sub"):
            setattr(part, name, functools.partial(self._assign_part, key, name))
        return part

    def _assign_part(self, key: Any, how: str, value: Any, **kwargs: Any) -> Any:
        """Changes the elements that a key chooses."""
        places = np.arange(self.size).reshape(self.shape)[key]
        chosen = ops.reshape(self, (-1,))
        old = ops.take(chosen, places)
        new = {"assign": value, "assign_add": old + value, "assign_sub": old - value}[how]
        rows = ops.reshape(ops.broadcast_to(ops.cast(new, self.dtype), places.shape), (-1,))
        changed = ops.scatter_update(chosen, places.reshape(-1, 1).astype("int32"), rows)
        self.assign(ops.reshape(changed, self.shape))
        return self


class GradientTape(engine.GradientTape):
    """A tape that also gives Jacobians; see `pykeras_core.engine.GradientTape`."""

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: str = "none",
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Returns the derivatives of each element of a Tensor.

        Args:
            target: Tensor.
            sources: Variables or watched Tensors, in any structure.
            unconnected_gradients: As in `gradient`.
            parallel_iterations: Accepted as in TensorFlow.
            experimental_use_pfor: Accepted as in TensorFlow.

        Returns:
            Tensors whose axes are those of `target`, then those of the source.
        """
        persistent, self._persistent = self._persistent, True
        try:
            seeds = np.eye(target.size, dtype="float32").reshape(-1, *target.shape)
            rows = [self.gradient(target, sources, one, unconnected_gradients) for one in seeds]
        finally:
            self._persistent = persistent
        if not persistent:
            self._recorder.equations.clear()

        def stacked(*parts: Any) -> Any:
            if parts[0] is None:
                return None
            return ops.reshape(ops.stack(parts), (*target.shape, *parts[0].shape))

        return tree.map_structure(stacked, *rows)

    def batch_jacobian(self, target: Any, source: Any, **kwargs: Any) -> Any:
        """Returns the Jacobian of each row of a Tensor by the same row of the source."""
        whole = self.jacobian(target, source)
        rows = [whole[row][(slice(None),) * (target.ndim - 1) + (row,)]
                for row in range(target.shape[0])]  # fmt: skip
        return ops.stack(rows)


def device(device_name: str) -> contextlib.AbstractContextManager[None]:
    """Returns a context that changes nothing: PyKeras chooses by itself where to compute."""
    return contextlib.nullcontext()


def control_dependencies(control_inputs: Any) -> contextlib.AbstractContextManager[None]:
    """Returns a context that changes nothing: what is called runs in its order."""
    return contextlib.nullcontext()


def init_scope() -> contextlib.AbstractContextManager[None]:
    """Returns a context that changes nothing."""
    return contextlib.nullcontext()


class UnconnectedGradients:
    """Names of what a tape gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


def executing_eagerly() -> bool:
    """Returns whether ops run at once: `False` while a training step is traced."""
    return engine.current_trace() is None


def function(func: Callable[..., Any] | None = None, **kwargs: Any) -> Any:
    """Returns the function itself, which runs op by op; `fit` traces its steps by itself.

    Args:
        func: The function; without one, a decorator is returned.
        **kwargs: TensorFlow's options, not used.

    Example:
        >>> @function
        ... def double(x):
        ...     return 2 * x
        >>> double(3)
        6
    """
    return func if func is not None else lambda decorated: decorated


def get_logger() -> logging.Logger:
    """Returns Python's logger `"tensorflow"`."""
    return logging.getLogger("tensorflow")
