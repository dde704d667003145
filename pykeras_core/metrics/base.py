"""Owns `Metric`: named state that is updated batch by batch and gives a result."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, Self

from pykeras_core import dtype_policies, engine, initializers, ops, settings
from pykeras_core.checks import DType, NonNegativeInts, checked
from pykeras_core.naming import auto_name, current_path, name_scope

__all__ = ["Metric"]


class Metric:
    """Base class: state in variables, updated with every batch.

    Subclasses make variables in `__init__` with `add_weight`, change them in `update_state` and
    compute `result` from them, all with `keras.ops`, so that a traced training step can hold
    the metric.

    Args:
        dtype: Dtype of results and, by default, of variables. Default: `keras.config.floatx()`.
        name: Name in logs. Default: the class name in snake case, made unique.

    Example:
        >>> import pykeras_core as keras
        >>> class Largest(keras.metrics.Metric):
        ...     def __init__(self, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.largest = self.add_weight(name="largest", initializer="zeros")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         error = keras.ops.max(keras.ops.abs(y_true - y_pred))
        ...         self.largest.assign(keras.ops.maximum(self.largest, error))
        ...     def result(self):
        ...         return self.largest
        >>> import numpy as np
        >>> float(Largest()(np.array([1.0, 2.0]), np.array([1.5, 5.0])))
        3.0
    """

    @checked
    def __init__(self, dtype: DType = None, name: str | None = None) -> None:
        self._variables: list[engine.Variable] = []
        self._metrics: list[Metric] = []
        self.name = name or auto_name(type(self).__name__)
        self._dtype_policy = dtype_policies.get(dtype or settings.floatx())
        self._dtype: str = self._dtype_policy.compute_dtype

    def __copy__(self) -> Any:
        """A metric of its own, as a deep copy: two must not add up in the same variables."""
        return copy.deepcopy(self)

    @property
    def dtype(self) -> str:
        """The dtype the metric computes in."""
        return self._dtype

    @property
    def variables(self) -> list[engine.Variable]:
        """The metric's variables, then those of metrics it holds."""
        return [*self._variables, *(v for metric in self._metrics for v in metric.variables)]

    @checked
    def add_variable(
        self,
        shape: NonNegativeInts | None,
        initializer: Any,
        dtype: DType = None,
        aggregation: Literal["none", "mean", "sum", "only_first_replica"] | None = None,
        name: str | None = None,
    ) -> engine.Variable:
        """Makes a variable that belongs to the metric.

        Args:
            shape: Tuple of ints.
            initializer: Name, `Initializer` or function `f(shape, dtype)`.
            dtype: Default: float32.
            aggregation: Accepted as in Keras; there is one replica.
            name: Name of the variable.

        Returns:
            The variable, not trainable.

        Raises:
            RuntimeError: If the subclass did not call `super().__init__()` first.
        """
        self._check_super_called()
        variable = engine.Variable(
            initializers.get(initializer or "zeros"),
            shape=(shape,) if isinstance(shape, int) else tuple(shape or ()),
            dtype=dtype or settings.floatx(),
            trainable=False,
            name=name or auto_name("variable"),
        )
        with name_scope(self.name.replace("/", ">"), caller=self):
            variable.path = f"{current_path()}/{variable.name}"
        self._variables.append(variable)
        return variable

    @checked
    def add_weight(
        self,
        shape: NonNegativeInts | None = (),
        initializer: Any = None,
        dtype: DType = None,
        name: str | None = None,
    ) -> engine.Variable:
        """Makes a variable that belongs to the metric; see `add_variable`.

        Args:
            shape: Tuple of ints. Default: a scalar.
            initializer: Name, `Initializer` or function. Default: zeros.
            dtype: Default: float32.
            name: Name of the variable.
        """
        return self.add_variable(shape, initializer, dtype=dtype, name=name)

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a batch to the state; subclasses write it.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `update_state(self, y_true, y_pred, "
            "sample_weight=None)`. Change the metric's variables in it."
        )

    def result(self) -> Any:
        """Returns the metric's value from its state; subclasses write it.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `result(self)`. Compute the value from the metric's "
            "variables in it."
        )

    def reset_state(self) -> None:
        """Sets all variables to zero, as at the start of an epoch."""
        for variable in self.variables:
            variable.assign(_zeros(variable.shape, variable.dtype))

    def reset_states(self) -> None:
        """Does what `reset_state` does, under its older name."""
        self.reset_state()

    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[Any]:
        """Adds a batch to a state that is passed in; the metric itself stays as it is.

        Args:
            metric_variables: The state: one value for each of `variables`.
            *args: As `update_state` takes them.
            **kwargs: As `update_state` takes them.

        Returns:
            The new state: one Tensor for each of `variables`.

        Raises:
            ValueError: If their number differs.
        """
        with self._standing_in("stateless_update_state", metric_variables):
            self.update_state(*args, **kwargs)
            return [variable.value for variable in self.variables]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """Returns the metric's value from a state that is passed in.

        Args:
            metric_variables: The state: one value for each of `variables`.

        Raises:
            ValueError: If their number differs.
        """
        with self._standing_in("stateless_result", metric_variables):
            return self.result()

    def stateless_reset_state(self) -> list[Any]:
        """Returns the state at the start of an epoch; the metric itself stays as it is."""
        with engine.StatelessScope():
            self.reset_state()
            return [variable.value for variable in self.variables]

    def _standing_in(self, method: str, values: Sequence[Any]) -> engine.StatelessScope:
        """A scope in which the metric's variables read as `values`."""
        if len(values) != len(self.variables):
            raise ValueError(
                f"`{method}` of metric {self.name!r} expected one value for each of its "
                f"{len(self.variables)} variables {[v.name for v in self.variables]}, received "
                f"{len(values)}. Start from `stateless_reset_state()`."
            )
        return engine.StatelessScope(zip(self.variables, values, strict=True))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Updates the state and returns the result."""
        self._check_super_called()
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a metric from `get_config()`'s dict."""
        return cls(**config)

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute; metrics and variables put there belong to this metric."""
        if not name.startswith("__") and "_variables" in self.__dict__:
            for item in value if isinstance(value, list | tuple) else (value,):
                self._track(item)
        super().__setattr__(name, value)

    def _track(self, item: Any) -> None:
        if isinstance(item, Metric) and not any(item is known for known in self._metrics):
            self._metrics.append(item)
        if isinstance(item, engine.Variable) and not any(
            item is known for known in self._variables
        ):
            self._variables.append(item)

    def _check_super_called(self) -> None:
        if "_variables" not in self.__dict__:
            raise RuntimeError(
                f"`{type(self).__name__}.__init__()` must call `super().__init__()` before it "
                "makes variables."
            )

    def __repr__(self) -> str:
        """Returns the class and the name."""
        return f"<{type(self).__name__} name={self.name}>"


@lru_cache(maxsize=64)
def _zeros(shape: tuple[int, ...], dtype: str) -> Any:
    """Made once: every epoch begins with them, and Tensors never change."""
    return ops.zeros(shape, dtype=dtype)
