"""Owns Adam and its kin: moving means of gradients over moving means of their squares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from pykeras_core import engine, ops
from pykeras_core.checks import NonNegative, Rate, checked, in_order
from pykeras_core.optimizers.base import Optimizer
from pykeras_core.optimizers.options import OPTIONS, OptimizerOptions

__all__ = ["Adam", "AdamW", "Adamax", "Lamb", "Moments", "Nadam", "ScheduleFreeAdamW"]


def _float32_rest(beta: float) -> float:
    """`1 - beta` in float32, as Keras computes it in these rules."""
    return float(np.float32(1) - np.float32(beta))


class Moments(Optimizer):
    """Base of the rules with two moving means: `m` of gradients and `v` of their squares."""

    _slot_names = ("momentum", "velocity")

    @checked
    def __init__(
        self,
        learning_rate: Any,
        beta_1: Rate,
        beta_2: Rate,
        epsilon: NonNegative,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the two slots per variable."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(
            variables, list(self._slot_names)
        )

    def _moments(self, variable: engine.Variable) -> tuple[engine.Variable, engine.Variable]:
        index = self._get_variable_index(variable)
        return self._momentums[index], self._velocities[index]

    def _advance(self, gradient: Any, variable: engine.Variable) -> tuple[Any, Any]:
        """Moves both means towards this gradient and returns them."""
        m, v = self._moments(variable)
        new_m = m + (gradient - m) * self._rest(self.beta_1)
        new_v = v + (ops.square(gradient) - v) * self._rest(self.beta_2)
        self.assign(m, new_m)
        self.assign(v, new_v)
        return new_m, new_v

    def _rest(self, beta: float) -> float:
        """The share that is new; `1 - 0.999` differs by 1e-5 between float32 and float64."""
        return 1 - beta

    def _step_number(self, offset: int = 1) -> Any:
        """The number of this step, from 1, as a float."""
        return ops.cast(self.iterations + offset, "float32")

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


@in_order(*OPTIONS)
class Adam(Moments):
    """`w -= learning_rate * c * m / (sqrt(v) + epsilon)`.

    `m` and `v` are moving means of the gradient and of its square; `c` makes up for their start
    at 0: `c = sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)` in step `t`.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        beta_1: Share of `m` kept. Default 0.9.
        beta_2: Share of `v` kept. Default 0.999.
        epsilon: Keeps the divisor away from 0. Default 1e-7, the paper's "epsilon hat".
        amsgrad: Whether to divide by the largest `v` so far.
        **kwargs: As in `Optimizer`.

    Source:
        Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, section 2; Reddi et al.,
        On the Convergence of Adam and Beyond, 2018, for `amsgrad`.

    Example:
        >>> import pykeras_core as keras
        >>> weight = keras.Variable([1.0])
        >>> keras.optimizers.Adam(0.1).apply([keras.ops.array([5.0])], [weight])
        >>> round(float(weight[0]), 4)
        0.9
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: NonNegative = 1e-7,
        amsgrad: bool = False,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self.amsgrad = amsgrad

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the slots."""
        if self.built:
            return
        super().build(variables)
        if self.amsgrad:
            self._velocity_hats = self.add_optimizer_variables(variables, "velocity_hat")

    def _step_size(self, learning_rate: Any) -> Any:
        t = self._step_number()
        correction = ops.sqrt(1.0 - ops.power(self.beta_2, t)) / (1.0 - ops.power(self.beta_1, t))
        return learning_rate * correction

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient, at a rate corrected by `c`."""
        m, v = self._advance(gradient, variable)
        if self.amsgrad:
            largest = self._velocity_hats[self._get_variable_index(variable)]
            v = ops.maximum(largest, v)
            self.assign(largest, v)
        self.assign_sub(variable, m * learning_rate / (ops.sqrt(v) + self.epsilon))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**super().get_config(), "amsgrad": self.amsgrad}


@in_order(*OPTIONS)
class AdamW(Adam):
    """Adam with weight decay that does not pass through the moving means.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        weight_decay: Each step takes this share times the learning rate off every weight.
            Default 0.004.
        beta_1: As in `Adam`.
        beta_2: As in `Adam`.
        epsilon: As in `Adam`.
        amsgrad: As in `Adam`.
        **kwargs: As in `Optimizer`.

    Raises:
        ValueError: If `weight_decay` is `None`, or an argument is unknown.

    Source:
        Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2017, algorithm 2.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: NonNegative = 0.004,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: NonNegative = 1e-7,
        amsgrad: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **kwargs
        )


@in_order(*OPTIONS)
class Adamax(Moments):
    """`w -= learning_rate * m / ((1 - beta_1 ** t) * (u + epsilon))`, `u` a decaying maximum.

    `u = max(beta_2 * u, |g|)` takes the place of Adam's root of the mean square.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        beta_1: Share of `m` kept. Default 0.9.
        beta_2: How fast the maximum decays. Default 0.999.
        epsilon: Keeps the divisor away from 0. Default 1e-7.
        **kwargs: As in `Optimizer`.

    Source:
        Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, section 7.1.
    """

    _slot_names = ("momentum", "norm")

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: NonNegative = 1e-7,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)

    def _step_size(self, learning_rate: Any) -> Any:
        return learning_rate / (1.0 - ops.power(self.beta_1, self._step_number()))

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient, at a rate corrected by `1 - beta_1 ** t`."""
        m, u = self._moments(variable)
        new_m = m + (gradient - m) * (1 - self.beta_1)
        new_u = ops.maximum(self.beta_2 * u, ops.abs(gradient))
        self.assign(m, new_m)
        self.assign(u, new_u)
        self.assign_sub(variable, learning_rate * new_m / (new_u + self.epsilon))


@in_order(*OPTIONS)
class Nadam(Moments):
    """Adam with Nesterov momentum: the step looks ahead along `m`.

    In step `t`, `u_t = beta_1 * (1 - 0.5 * 0.96 ** t)` is the momentum and `p_t` the product of
    all so far; the step is along `u_t+1 * m / (1 - p_t+1) + (1 - u_t) * g / (1 - p_t)`.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        beta_1: As in `Adam`.
        beta_2: As in `Adam`.
        epsilon: As in `Adam`.
        **kwargs: As in `Optimizer`.

    Source:
        Dozat, Incorporating Nesterov Momentum into Adam, 2015.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: NonNegative = 1e-7,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the slots, and the product of momentums for all variables together."""
        if self.built:
            return
        super().build(variables)
        self._u_product = self.add_variable((), "ones")

    def _rest(self, beta: float) -> float:
        return _float32_rest(beta)

    def _momentum_at(self, offset: int) -> Any:
        return self.beta_1 * (1.0 - 0.5 * ops.power(0.96, self._step_number(offset)))

    def _backend_update_step(
        self, grads: Sequence[Any], variables: Sequence[engine.Variable], learning_rate: Any
    ) -> None:
        self.assign(self._u_product, self._u_product * self._momentum_at(1))
        super()._backend_update_step(grads, variables, learning_rate)

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        now, ahead = self._momentum_at(1), self._momentum_at(2)
        product = self._u_product
        m, v = self._advance(gradient, variable)
        m_hat = ahead * m / (1.0 - product * ahead) + (1.0 - now) * gradient / (1.0 - product)
        v_hat = v / (1.0 - ops.power(self.beta_2, self._step_number()))
        self.assign_sub(variable, m_hat * learning_rate / (ops.sqrt(v_hat) + self.epsilon))


@in_order(*OPTIONS)
class Lamb(Moments):
    """Adam's step, scaled per variable so that it is `learning_rate` times the weights' norm.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        beta_1: As in `Adam`.
        beta_2: As in `Adam`.
        epsilon: As in `Adam`.
        **kwargs: As in `Optimizer`.

    Source:
        You et al., Large Batch Optimization for Deep Learning, 2019, algorithm 2.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: NonNegative = 1e-7,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        t = self._step_number()
        m, v = self._advance(gradient, variable)
        m_hat = m / (1.0 - ops.power(self.beta_1, t))
        v_hat = v / (1.0 - ops.power(self.beta_2, t))
        step = m_hat / (ops.sqrt(v_hat) + self.epsilon)
        weight_norm = ops.sqrt(ops.sum(ops.square(variable)))
        step_norm = ops.sqrt(ops.sum(ops.square(step)))
        both = ops.logical_and(weight_norm > 0.0, step_norm > 0.0)
        ratio = ops.where(both, weight_norm / ops.where(both, step_norm, 1.0), 1.0)
        self.assign_sub(variable, ratio * learning_rate * step)


@in_order(*OPTIONS)
class ScheduleFreeAdamW(Moments):
    """Adam that averages its path instead of following a learning-rate schedule.

    `z` follows Adam's steps, `x` is the mean of all `z`, and the weights are kept at
    `y = (1 - beta_1) * z + beta_1 * x`, where the gradients are taken.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.0025.
        beta_1: Share of the mean in the weights. Default 0.9.
        beta_2: Share of the mean square of gradients kept. Default 0.999.
        epsilon: Keeps the divisor away from 0. Default 1e-8.
        warmup_steps: Steps in which the learning rate rises in a straight line. Default 0.
        **kwargs: As in `Optimizer`.

    Source:
        Defazio et al., The Road Less Scheduled, 2024, algorithm 1.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: Rate = 0.9,
        beta_2: Rate = 0.999,
        epsilon: NonNegative = 1e-8,
        warmup_steps: int = 0,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self.warmup_steps = warmup_steps

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the slots; `z`, in Keras called momentum, starts at the weights."""
        if self.built:
            return
        super().build(variables)
        for z, variable in zip(self._momentums, variables, strict=True):
            z.assign(variable)

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        t = self._step_number()
        if self.warmup_steps > 0:
            learning_rate = learning_rate * ops.minimum(t / float(self.warmup_steps), 1.0)
        z, v = self._moments(variable)
        new_v = v + (ops.square(gradient) - v) * _float32_rest(self.beta_2)
        spread = ops.sqrt(new_v / (1.0 - ops.power(self.beta_2, t))) + self.epsilon
        new_z = z - learning_rate * gradient / spread
        x = (variable - (1.0 - self.beta_1) * z) / self.beta_1
        new_x = (1.0 - 1.0 / t) * x + new_z / t
        self.assign(v, new_v)
        self.assign(z, new_z)
        self.assign(variable, (1.0 - self.beta_1) * new_z + self.beta_1 * new_x)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {**super().get_config(), "warmup_steps": self.warmup_steps}
