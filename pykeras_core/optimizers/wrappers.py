"""Owns the optimizers made of others: automatic loss scaling, and several rules for one model."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, Self

from pykeras_core import engine, initializers, ops
from pykeras_core.checks import Positive, PositiveInt, checked, refuse
from pykeras_core.engine.variable_table import VariableTable
from pykeras_core.optimizers.base import Optimizer, assign_where
from pykeras_core.saving import serialization

__all__ = ["LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"]


class LossScaleOptimizer(Optimizer):
    """Scales the loss before gradients are taken and leaves out steps whose gradients overflow.

    The scale doubles after `dynamic_growth_steps` good steps in a row and halves after a bad one.

    Args:
        inner_optimizer: The optimizer that changes the weights.
        initial_scale: The scale at the start. Default 2 ** 15.
        dynamic_growth_steps: Good steps after which the scale doubles. Default 2000.
        name: Default: the class name in snake case, made unique.
    """

    @checked
    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: Positive = 2.0**15,
        dynamic_growth_steps: PositiveInt = 2000,
        name: str | None = None,
    ) -> None:
        super().__init__(0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the scale and its counter, and builds the inner optimizer."""
        if self.built:
            return
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable(
            (), initializers.Constant(self.initial_scale), name="dynamic_scale"
        )
        self.inner_optimizer.build(variables)
        super().build(variables)

    @property
    def variables(self) -> list[engine.Variable]:
        """The state, then the inner optimizer's."""
        return [*self._variables, *self.inner_optimizer.variables]

    @property
    def iterations(self) -> Any:
        """How often the weights were changed."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self) -> Any:
        """The inner optimizer's learning rate."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self.inner_optimizer.learning_rate = learning_rate

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[engine.Variable] | None = None
    ) -> None:
        """Takes the scale off the gradients and applies them if all are finite.

        Args:
            grads: One gradient of the scaled loss per variable; `None` leaves a variable out.
            trainable_variables: The variables. Default: those the optimizer was built with.
        """
        variables = self._variables_for(grads, trainable_variables)
        checks = [ops.all(ops.isfinite(gradient)) for gradient in grads if gradient is not None]
        finite = ops.all(ops.stack(checks))
        scale = self.dynamic_scale.value
        unscaled = [None if gradient is None else gradient / scale for gradient in grads]
        state = [*variables, *self.inner_optimizer.variables]
        assign_where(finite, state, lambda: self.inner_optimizer.apply(unscaled, variables))
        grows = ops.equal(self.step_counter, self.dynamic_growth_steps - 1)
        counts = ops.logical_and(finite, ops.logical_not(grows))
        self.step_counter.assign(ops.where(counts, self.step_counter + 1, 0))
        factor = ops.where(finite, ops.where(grows, 2.0, 1.0), 0.5)
        self.dynamic_scale.assign(scale * factor)

    def scale_loss(self, loss: Any) -> Any:
        """Returns the loss times the scale, for the gradients to be taken of."""
        return loss * (self.dynamic_scale if self.built else self.initial_scale)

    def finalize_variable_values(self, var_list: Sequence[engine.Variable]) -> None:
        """Replaces variables by the inner optimizer's moving averages."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "name": self.name,
            "inner_optimizer": serialization.serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    @checked
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Makes an optimizer from `get_config()`'s dict."""
        inner = serialization.deserialize_keras_object(
            config["inner_optimizer"], custom_objects=custom_objects
        )
        return cls(**{**config, "inner_optimizer": inner})


class OptimizerMap(MutableMapping[str, Optimizer]):
    """Which optimizer trains which variables: patterns of paths, and a default.

    Args:
        default_optimizer: Trains the variables that no pattern matches.
        optimizer_map: Dict of pattern to optimizer; a pattern must match a whole path.

    Raises:
        TypeError: If an argument is of another kind.

    Example:
        >>> import pykeras_core as keras
        >>> table = keras.optimizers.OptimizerMap(keras.optimizers.SGD())
        >>> table[".*bias"] = keras.optimizers.Adam()
        >>> type(table["dense/bias"]).__name__, type(table["dense/kernel"]).__name__
        ('Adam', 'SGD')
    """

    @checked
    def __init__(
        self, default_optimizer: Optimizer, optimizer_map: dict[str, Optimizer] | None = None
    ) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(
                f"Expected a `keras.optimizers.Optimizer`, received {default_optimizer}."
            )
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise TypeError(f"`optimizer_map` expected a dict, received {optimizer_map}.")
        self._default_optimizer = default_optimizer
        self._optimizer_map = optimizer_map or {}

    @property
    def default_optimizer(self) -> Optimizer:
        """Trains the variables that no pattern matches."""
        return self._default_optimizer

    def __getitem__(self, key: str) -> Optimizer:
        """Returns the optimizer of a path."""
        if key in self._optimizer_map:
            return self._optimizer_map[key]
        matching = [pattern for pattern in self._optimizer_map if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ValueError(f"Variable {key!r} matches several patterns: {matching}.")
        return self._optimizer_map[matching[0]] if matching else self._default_optimizer

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        """Gives paths that match a pattern to an optimizer."""
        if not isinstance(key, str):
            raise ValueError(f"Expected a pattern of variable paths, received {key!r}.")
        if key in self._optimizer_map:
            raise ValueError(f"Pattern {key!r} has an optimizer already; delete it first.")
        _check_inner(optimizer)
        self._optimizer_map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        """Removes a pattern."""
        del self._optimizer_map[key]

    def __iter__(self) -> Iterator[str]:
        """Goes over the patterns."""
        return iter(self._optimizer_map)

    def __len__(self) -> int:
        """Returns the number of patterns."""
        return len(self._optimizer_map)

    def __call__(self, variable: engine.Variable) -> Optimizer:
        """Returns the optimizer of a variable, by its path."""
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "default_optimizer": serialization.serialize_keras_object(self._default_optimizer),
            "optimizer_map": serialization.serialize_keras_object(self._optimizer_map),
        }

    @classmethod
    @checked
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Makes a map from `get_config()`'s dict."""
        return cls(
            **{
                name: serialization.deserialize_keras_object(value, custom_objects=custom_objects)
                for name, value in config.items()
            }
        )


def _check_inner(optimizer: Any) -> None:
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"Expected a `keras.optimizers.Optimizer`, received {optimizer!r}.")
    if isinstance(optimizer, LossScaleOptimizer | MultiOptimizer):
        raise ValueError(f"`{type(optimizer).__name__}` cannot be one of several optimizers.")


class MultiOptimizer(Optimizer):
    """Trains each variable with the optimizer that a function or map chooses for it.

    Args:
        optimizer_map: An `OptimizerMap`, or a function from a variable to its optimizer.
        loss_scale_factor: As in `Optimizer`, for all of them.
        name: Default: the class name in snake case, made unique.

    Raises:
        ValueError: In `build`, if something else than a plain optimizer is chosen.
    """

    @checked
    def __init__(
        self, optimizer_map: Any, loss_scale_factor: float | None = None, name: str | None = None
    ) -> None:
        self._inner_optimizers: list[Optimizer] = []
        if not callable(optimizer_map) and not isinstance(optimizer_map, OptimizerMap):
            what = "an `OptimizerMap` or a function from a variable to its optimizer"
            raise refuse("MultiOptimizer", "optimizer_map", what, optimizer_map)
        super().__init__(0.0, name=name)
        self._optimizer_map = optimizer_map
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in (*optimizer_map.values(), optimizer_map.default_optimizer):
                self._include(optimizer)
        self._set_loss_scale(loss_scale_factor)

    def _include(self, optimizer: Optimizer) -> None:
        if not any(optimizer is known for known in self._inner_optimizers):
            self._inner_optimizers.append(optimizer)

    def _set_loss_scale(self, loss_scale_factor: float | None) -> None:
        self.loss_scale_factor = loss_scale_factor
        for optimizer in self._inner_optimizers:
            optimizer.loss_scale_factor = loss_scale_factor

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers in use."""
        return self._inner_optimizers

    @property
    def variables(self) -> list[engine.Variable]:
        """The state, then that of each optimizer."""
        return [
            *self._variables,
            *(variable for inner in self._inner_optimizers for variable in inner.variables),
        ]

    @property
    def learning_rate(self) -> Any:
        """There is none: each optimizer has its own."""
        raise AttributeError("A MultiOptimizer has no `learning_rate`; see its `optimizers`.")

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        raise AttributeError("A MultiOptimizer has no `learning_rate`; see its `optimizers`.")

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Chooses an optimizer for each variable and builds it on all of its own."""
        if self.built:
            return
        self._optimizer_of: VariableTable[Optimizer] = VariableTable()
        for variable in variables:
            chosen = self._optimizer_map(variable)
            _check_inner(chosen)
            self._include(chosen)
            self._optimizer_of[variable] = chosen
        self._set_loss_scale(self.loss_scale_factor)
        for inner, own in self._shares(variables):
            inner.build(own)
        super().build(variables)

    def _shares(
        self, variables: Sequence[engine.Variable]
    ) -> list[tuple[Optimizer, list[engine.Variable]]]:
        shares = [
            (inner, [v for v in variables if self._optimizer_of[v] is inner])
            for inner in self._inner_optimizers
        ]
        return [(inner, own) for inner, own in shares if own]

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[engine.Variable] | None = None
    ) -> None:
        """Gives each optimizer the gradients of its variables.

        Args:
            grads: One gradient per variable.
            trainable_variables: The variables. Default: those the optimizer was built with.
        """
        if len(grads) == 0:
            return
        variables = self._variables_for(grads, trainable_variables)
        gradient_of = {id(v): gradient for v, gradient in zip(variables, grads, strict=True)}
        for inner, own in self._shares(variables):
            inner.apply([gradient_of[id(variable)] for variable in own], own)
        self._iterations.assign_add(1)

    def finalize_variable_values(self, var_list: Sequence[engine.Variable]) -> None:
        """Replaces variables by the moving averages of their optimizers."""
        for inner, own in self._shares(var_list):
            inner.finalize_variable_values(own)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            "optimizer_map": serialization.serialize_keras_object(self._optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    @checked
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Makes an optimizer from `get_config()`'s dict."""
        chosen = serialization.deserialize_keras_object(
            config["optimizer_map"], custom_objects=custom_objects
        )
        return cls(**{**config, "optimizer_map": chosen})
