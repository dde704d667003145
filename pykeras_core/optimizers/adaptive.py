"""Owns the rules that divide by the size of past gradients: RMSprop, Adagrad, Adadelta, Ftrl."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from pykeras_core import engine, initializers, ops
from pykeras_core.checks import Fraction, NonNegative, checked, in_order
from pykeras_core.optimizers.base import Optimizer
from pykeras_core.optimizers.options import OPTIONS, OptimizerOptions

__all__ = ["Adadelta", "Adagrad", "Ftrl", "RMSprop"]


@in_order(*OPTIONS)
class RMSprop(Optimizer):
    """`w -= learning_rate * g / sqrt(v + epsilon)`, `v` the moving mean of `g ** 2`.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        rho: Share of the moving mean kept. Default 0.9.
        momentum: Share of the last step kept. Default 0.
        epsilon: Keeps the divisor away from 0. Default 1e-7.
        centered: Whether to use the variance of gradients, not their mean square.
        **kwargs: As in `Optimizer`.

    Source:
        Hinton, Neural Networks for Machine Learning, lecture 6e, 2012.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Fraction = 0.9,
        momentum: Fraction = 0.0,
        epsilon: NonNegative = 1e-7,
        centered: bool = False,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the slots: velocity, and momentum and average gradient where they are used."""
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        self._momentums: list[engine.Variable] = []
        self._complete_slots()
        if self.centered:
            self._averages_of_gradients = self.add_optimizer_variables(
                variables, "average_gradient"
            )

    def _complete_slots(self) -> None:
        if self.momentum > 0 and not self._momentums:
            self._momentums = self.add_optimizer_variables(self._trainable_variables, "momentum")

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        index = self._get_variable_index(variable)
        spread = self._towards(self._velocities[index], ops.square(gradient))
        if self.centered:
            average = self._towards(self._averages_of_gradients[index], gradient)
            spread = spread - ops.square(average)
        step = learning_rate * gradient / ops.sqrt(spread + self.epsilon)
        if self.momentum > 0:
            step = self.momentum * self._momentums[index] + step
            self.assign(self._momentums[index], step)
        self.assign_sub(variable, step)

    def _towards(self, mean: engine.Variable, value: Any) -> Any:
        """Moves a moving mean and returns it."""
        moved = self.rho * mean + (1 - self.rho) * value
        self.assign(mean, moved)
        return moved

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }


@in_order(*OPTIONS)
class Adagrad(Optimizer):
    """`w -= learning_rate * g / sqrt(a + epsilon)`, `a` the sum of all `g ** 2` so far.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001; larger ones are usual.
        initial_accumulator_value: The sum at the start. Default 0.1.
        epsilon: Keeps the divisor away from 0. Default 1e-7.
        **kwargs: As in `Optimizer`.

    Source:
        Duchi et al., Adaptive Subgradient Methods for Online Learning and Stochastic
        Optimization, 2011.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: NonNegative = 0.1,
        epsilon: NonNegative = 1e-7,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes an accumulator per variable."""
        if self.built:
            return
        super().build(variables)
        self._accumulated = self.add_optimizer_variables(
            variables, "accumulator", initializers.Constant(self.initial_accumulator_value)
        )

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        accumulator = self._accumulated[self._get_variable_index(variable)]
        total = accumulator + ops.square(gradient)
        self.assign(accumulator, total)
        self.assign_sub(variable, learning_rate * gradient / ops.sqrt(total + self.epsilon))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }


@in_order(*OPTIONS)
class Adadelta(Optimizer):
    """`w -= learning_rate * g * rms(past steps) / rms(past gradients)`, over moving means.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001; 1.0 is the paper's.
        rho: Share of the moving means kept. Default 0.95.
        epsilon: Added under the roots. Default 1e-7.
        **kwargs: As in `Optimizer`.

    Source:
        Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012, algorithm 1.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Fraction = 0.95,
        epsilon: NonNegative = 1e-7,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the two moving means per variable."""
        if self.built:
            return
        super().build(variables)
        self._accumulated_grads, self._accumulated_delta_vars = self.add_optimizer_variables(
            variables, ["accumulated_grad", "accumulated_delta_var"]
        )

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        index = self._get_variable_index(variable)
        of_grads, of_steps = self._accumulated_grads[index], self._accumulated_delta_vars[index]
        squares = self.rho * of_grads + (1 - self.rho) * ops.square(gradient)
        self.assign(of_grads, squares)
        step = gradient * ops.sqrt(of_steps + self.epsilon) / ops.sqrt(squares + self.epsilon)
        self.assign(of_steps, self.rho * of_steps + (1 - self.rho) * ops.square(step))
        self.assign_sub(variable, learning_rate * step)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}


@in_order(*OPTIONS)
class Ftrl(Optimizer):
    """Follow the regularized leader: adaptive steps that keep unneeded weights at exactly 0.

    With `n` the sum of squared gradients and `p = -learning_rate_power`, each step adds
    `g - (n_new ** p - n ** p) / learning_rate * w` to `z` and sets
    `w = (clip(z, -l1, l1) - z) / (n_new ** p / learning_rate + 2 * l2 + beta / learning_rate)`.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        learning_rate_power: How steps shrink with `n`, at most 0. Default -0.5.
        initial_accumulator_value: `n` at the start, at least 0. Default 0.1.
        l1_regularization_strength: `l1`, at least 0.
        l2_regularization_strength: `l2`, at least 0.
        l2_shrinkage_regularization_strength: Adds twice this times `w` to the gradient in `z`.
        beta: Smooths the first steps.
        **kwargs: As in `Optimizer`.

    Raises:
        ValueError: If an argument is out of range or unknown.

    Source:
        McMahan et al., Ad Click Prediction: a View from the Trenches, 2013, algorithm 1.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: NonNegative = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if learning_rate_power > 0.0:
            raise ValueError(
                f"`learning_rate_power` expected at most 0, received {learning_rate_power}."
            )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        for argument in (
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
        ):
            if getattr(self, argument) < 0.0:
                value = getattr(self, argument)
                raise ValueError(f"`{argument}` expected at least 0, received {value}.")

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the sum of squares and the linear part per variable."""
        if self.built:
            return
        super().build(variables)
        start = initializers.Constant(self.initial_accumulator_value)
        self._squares, self._linears = self.add_optimizer_variables(
            variables, ["accumulator", "linear"], [start, "zeros"]
        )

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        index = self._get_variable_index(variable)
        squares, linear = self._squares[index], self._linears[index]
        power, l1 = -self.learning_rate_power, self.l1_regularization_strength
        new_squares = squares + ops.square(gradient)
        shrunk = gradient + 2.0 * self.l2_shrinkage_regularization_strength * variable
        new_power = ops.power(new_squares, power)
        growth = (new_power - ops.power(squares, power)) / learning_rate
        z = linear + shrunk - growth * variable
        self.assign(linear, z)
        l2 = self.l2_regularization_strength + self.beta / (2.0 * learning_rate)
        curvature = new_power / learning_rate + 2.0 * l2
        self.assign(variable, (ops.clip(z, -l1, l1) - z) / curvature)
        self.assign(squares, new_squares)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
