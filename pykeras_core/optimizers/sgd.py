"""Owns the rules that step along the gradient or its sign: SGD and Lion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from pykeras_core import engine, ops
from pykeras_core.checks import Fraction, Rate, checked, in_order
from pykeras_core.optimizers.base import Optimizer
from pykeras_core.optimizers.options import OPTIONS, OptimizerOptions

__all__ = ["SGD", "Lion"]


@in_order(*OPTIONS)
class SGD(Optimizer):
    """Gradient descent: `w -= learning_rate * g`, with momentum `w += v`.

    With momentum, `v = momentum * v - learning_rate * g`; Nesterov's form looks ahead and adds
    `momentum * v - learning_rate * g` to the weight.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.01.
        momentum: Share of the last step kept, in [0, 1]. Default 0.
        nesterov: Whether to use Nesterov's form.
        **kwargs: As in `Optimizer`.

    Raises:
        ValueError: If `momentum` is not a float in [0, 1], or an argument is unknown.

    Example:
        >>> import pykeras_core as keras
        >>> weight = keras.Variable([1.0])
        >>> keras.optimizers.SGD(0.1).apply([keras.ops.array([1.0])], [weight])
        >>> float(weight[0])
        0.8999999761581421
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: Fraction = 0.0,
        nesterov: bool = False,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.momentum = momentum
        self.nesterov = nesterov

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes a momentum slot per variable, where there is momentum."""
        if self.built:
            return
        super().build(variables)
        self.momentums: list[engine.Variable] = []
        self._complete_slots()

    def _complete_slots(self) -> None:
        if self.momentum != 0 and not self.momentums:
            self.momentums = self.add_optimizer_variables(self._trainable_variables, "momentum")

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        step = gradient * learning_rate
        if self.momentum == 0:
            self.assign_sub(variable, step)
            return
        slot = self.momentums[self._get_variable_index(variable)]
        velocity = slot * self.momentum - step
        self.assign(slot, velocity)
        if self.nesterov:
            velocity = velocity * self.momentum - step
        self.assign_add(variable, velocity)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}


@in_order(*OPTIONS)
class Lion(Optimizer):
    """`w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g)`: every weight moves as far.

    Afterwards `m = beta_2 * m + (1 - beta_2) * g`.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001; a tenth of Adam's works
            about as fast.
        beta_1: Share of the average in the step, above 0 and at most 1. Default 0.9.
        beta_2: Share of the average kept. Default 0.99.
        **kwargs: As in `Optimizer`.

    Raises:
        ValueError: If `beta_1` is out of range, or an argument is unknown.

    Source:
        Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, algorithm 2.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.99,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if not 0 < beta_1 <= 1:
            raise ValueError(
                f"`beta_1` expected a number above 0 and at most 1, received {beta_1}."
            )
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes a momentum slot per variable."""
        if self.built:
            return
        super().build(variables)
        self._momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        m = self._momentums[self._get_variable_index(variable)]
        direction = ops.sign(m * self.beta_1 + gradient * (1.0 - self.beta_1))
        self.assign_sub(variable, learning_rate * direction)
        self.assign(m, m * self.beta_2 + gradient * (1.0 - self.beta_2))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
