"""Owns the rules that treat a matrix of weights as a whole: Adafactor and Muon."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Unpack

from pykeras_core import engine, ops
from pykeras_core.checks import Fraction, NonNegative, PositiveInt, Words, checked, in_order
from pykeras_core.optimizers.base import Optimizer
from pykeras_core.optimizers.options import OPTIONS, OptimizerOptions

__all__ = ["Adafactor", "Muon"]


def _rms(x: Any) -> Any:
    return ops.sqrt(ops.mean(ops.square(x)))


@in_order(*OPTIONS)
class Adafactor(Optimizer):
    """Adam without momentum, the mean squares of a matrix kept as one row and one column.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        beta_2_decay: In step `t`, the share of the mean squares kept is `1 - t ** beta_2_decay`.
            Default -0.8.
        epsilon_1: Added to squared gradients. Default 1e-30.
        epsilon_2: The least size of weights that steps are in proportion to. Default 0.001.
        clip_threshold: The largest root mean square of a step before scaling. Default 1.
        relative_step: Whether the learning rate is limited to `1 / sqrt(t)`.
        **kwargs: As in `Optimizer`.

    Source:
        Shazeer and Stern, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, 2018,
        algorithms 4 and 5.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes a row, a column and the mean squares per variable."""
        if self.built:
            return
        super().build(variables)
        self._rows, self._columns, self._velocities = [], [], []
        for variable in variables:
            # Vectors have no rows: their two slots are unused scalars, as in Keras's files.
            matrix = len(variable.shape) >= 2
            row = variable.shape[:-1] if matrix else ()
            column = (*variable.shape[:-2], variable.shape[-1]) if matrix else ()
            self._rows.append(self.add_variable(row, name=variable.name))
            self._columns.append(self.add_variable(column, name=variable.name))
            self._velocities.append(self.add_variable_from_reference(variable, "velocity"))

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        t = ops.cast(self.iterations + 1, "float32")
        limit = 1.0 / ops.sqrt(t)
        scale = ops.maximum(_rms(variable), self.epsilon_2) * ops.minimum(learning_rate, limit)
        kept = 1.0 - ops.power(t, self.beta_2_decay)
        velocity = self._mean_squares(ops.square(gradient) + self.epsilon_1, variable, kept)
        step = gradient / ops.sqrt(velocity)
        step = step / ops.maximum(_rms(step) / self.clip_threshold, 1.0)
        self.assign_sub(variable, scale * step)

    def _mean_squares(self, squares: Any, variable: engine.Variable, kept: Any) -> Any:
        index = self._get_variable_index(variable)
        velocity = self._velocities[index]
        if len(variable.shape) < 2:
            means = kept * velocity + (1.0 - kept) * squares
            self.assign(velocity, means)
            return means
        row = kept * self._rows[index] + (1.0 - kept) * ops.mean(squares, axis=-1)
        column = kept * self._columns[index] + (1.0 - kept) * ops.mean(squares, axis=-2)
        share = row / ops.mean(row, axis=-1, keepdims=True)
        means = ops.expand_dims(share, -1) * ops.expand_dims(column, -2)
        self.assign(self._rows[index], row)
        self.assign(self._columns[index], column)
        self.assign(velocity, means)
        return means

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }


@in_order(
    *OPTIONS,
    *("exclude_layers", "exclude_embeddings", "muon_a", "muon_b", "muon_c", "adam_lr_ratio"),
    *("momentum", "ns_steps", "nesterov", "rms_rate"),
    after="weight_decay",
)
class Muon(Optimizer):
    """Momentum whose matrices are made orthogonal before the step; AdamW for everything else.

    Args:
        learning_rate: A float, a schedule or a function. Default 0.001.
        adam_beta_1: As `beta_1` of `Adam`.
        adam_beta_2: As `beta_2` of `Adam`.
        adam_weight_decay: Weight decay of what AdamW trains. Default 0.004.
        epsilon: As in `Adam`.
        weight_decay: Weight decay of matrices. Default 0.004.
        exclude_layers: Patterns; matrices whose path contains one are left to AdamW.
        exclude_embeddings: Whether embeddings are left to AdamW.
        muon_a: First coefficient of the Newton-Schulz iteration.
        muon_b: Second coefficient.
        muon_c: Third coefficient.
        adam_lr_ratio: AdamW's learning rate over Muon's. Default 1.
        momentum: Share of the momentum kept. Default 0.95.
        ns_steps: Newton-Schulz iterations. Default 5.
        nesterov: Whether the step looks ahead along the momentum.
        rms_rate: The step times this times the root of the longer side; `None` for the bare step.
            Default 0.2.
        **kwargs: As in `Optimizer`.

    Source:
        Jordan, Muon: An Optimizer for Hidden Layers in Neural Networks, 2024; Liu et al., Muon is
        Scalable for LLM Training, 2025, for `rms_rate`.
    """

    @checked
    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: Fraction = 0.9,
        adam_beta_2: Fraction = 0.999,
        adam_weight_decay: NonNegative | None = 0.004,
        epsilon: NonNegative = 1e-7,
        weight_decay: NonNegative | None = 0.004,
        exclude_layers: Words | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: Fraction = 0.95,
        ns_steps: PositiveInt = 5,
        nesterov: bool = True,
        rms_rate: NonNegative | None = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay, **kwargs)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def _should_use_adamw(self, variable: engine.Variable) -> bool:
        if len(variable.shape) != 2:
            return True
        if self.exclude_embeddings and "embedding" in variable.path.lower():
            return True
        return any(re.search(pattern, variable.path) for pattern in self.exclude_layers)

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes a momentum per variable, and a velocity for what AdamW trains."""
        if self.built:
            return
        super().build(variables)
        self.momentums: list[engine.Variable] = []
        self.adam_velocities: list[engine.Variable | None] = []
        for variable in variables:
            self.momentums.append(self.add_variable_from_reference(variable, "momentum"))
            adam = self._should_use_adamw(variable)
            self.adam_velocities.append(
                self.add_variable_from_reference(variable, "velocity") if adam else None
            )

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient."""
        index = self._get_variable_index(variable)
        m, v = self.momentums[index], self.adam_velocities[index]
        if v is not None:
            self._adam_step(gradient, variable, learning_rate * self.adam_lr_ratio, m, v)
            return
        new_m = self.momentum * m + gradient
        self.assign(m, new_m)
        direction = gradient + self.momentum * new_m if self.nesterov else new_m
        step = self._orthogonal(direction)
        if self.rms_rate is not None:
            step = step * (math.sqrt(max(variable.shape)) * self.rms_rate)
        self.assign_sub(variable, learning_rate * step)

    def _adam_step(
        self,
        gradient: Any,
        variable: engine.Variable,
        learning_rate: Any,
        m: engine.Variable,
        v: engine.Variable,
    ) -> None:
        t = ops.cast(self.iterations + 1, "float32")
        correction = ops.sqrt(1.0 - ops.power(self.adam_beta_2, t))
        correction = correction / (1.0 - ops.power(self.adam_beta_1, t))
        new_m = m + (gradient - m) * (1 - self.adam_beta_1)
        new_v = v + (ops.square(gradient) - v) * (1 - self.adam_beta_2)
        self.assign(m, new_m)
        self.assign(v, new_v)
        step = new_m * (learning_rate * correction) / (ops.sqrt(new_v) + self.epsilon)
        self.assign_sub(variable, step)

    def _orthogonal(self, matrix: Any) -> Any:
        """The nearest matrix with orthonormal rows or columns, by Newton-Schulz iteration."""
        tall = matrix.shape[0] > matrix.shape[1]
        x = ops.transpose(matrix) if tall else matrix
        x = x / (ops.sqrt(ops.sum(ops.square(x))) + 1e-7)
        for _ in range(self.ns_steps):
            gram = ops.matmul(x, ops.transpose(x))
            polynomial = self.muon_b * gram + self.muon_c * ops.matmul(gram, gram)
            x = self.muon_a * x + ops.matmul(polynomial, x)
        return ops.transpose(x) if tall else x

    def _apply_weight_decay(self, variables: Sequence[engine.Variable]) -> None:
        for variable in variables:
            adam = self._should_use_adamw(variable)
            share = self.adam_weight_decay if adam else self.weight_decay
            if share is not None and self._use_weight_decay(variable):
                variable.assign_sub(variable * share * self.learning_rate)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        names = (
            "adam_beta_1 adam_beta_2 adam_weight_decay epsilon exclude_layers exclude_embeddings "
            "muon_a muon_b muon_c adam_lr_ratio momentum ns_steps nesterov rms_rate"
        )
        return {**super().get_config(), **{name: getattr(self, name) for name in names.split()}}
