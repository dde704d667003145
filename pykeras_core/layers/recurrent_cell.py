"""Owns `RecurrentCell`, what the cells of `SimpleRNN`, `LSTM` and `GRU` have in common.

A cell's step has two halves. `project` multiplies the inputs with the kernel; it does not need
the state, so a layer does it for all steps at once. `step` does the rest, step by step.
"""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, random, regularizers
from pykeras_core.checks import Fraction, PositiveInt, Seed, checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.resolved import resolved

__all__ = ["RecurrentCell"]


def _share(layer: str, argument: str, value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < 1:
        raise ValueError(
            f"`{layer}` expected `{argument}` as a number from 0 to below 1, received {value!r}."
        )
    return float(value)


class RecurrentCell(Layer):
    """Base class of the built-in cells: weights, dropout masks, configuration."""

    _gates = 1

    activation = resolved("activation", activations.get)

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = "tanh",
        use_bias: bool = True,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        recurrent_initializer: initializers.InitializerLike = "orthogonal",
        bias_initializer: initializers.InitializerLike = "zeros",
        kernel_regularizer: regularizers.RegularizerLike = None,
        recurrent_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        kernel_constraint: constraints.ConstraintLike = None,
        recurrent_constraint: constraints.ConstraintLike = None,
        bias_constraint: constraints.ConstraintLike = None,
        dropout: Fraction = 0.0,
        recurrent_dropout: Fraction = 0.0,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # chose among equivalent formulas in Keras
        super().__init__(**kwargs)
        name = type(self).__name__
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = _share(name, "dropout", dropout)
        self.recurrent_dropout = _share(name, "recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)
        self.state_size: Any = self.units
        self.output_size = self.units
        self._input_masks: tuple[Any, ...] = ()
        self._recurrent_masks: tuple[Any, ...] = ()

    def build(self, input_shape: Any) -> None:
        """Creates `kernel` `(inputs, gates * units)`, `recurrent_kernel` and `bias`.

        Args:
            input_shape: Shape of one step's inputs, `(batch, inputs)`.
        """
        width = self._gates * self.units
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], width),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.units, width),
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=self._bias_shape(),
                initializer=self._first_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _bias_shape(self) -> tuple[int, ...]:
        return (self._gates * self.units,)

    def _first_bias(self, shape: Any, dtype: Any = None) -> Any:
        return self.bias_initializer(shape, dtype=dtype)

    def _input_bias(self) -> Any:
        return self.bias

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        """Returns the outputs of one step, and the new states.

        Args:
            inputs: Tensor, shape `(batch, inputs)`.
            states: List of state tensors, shape `(batch, units)` each.
            training: Whether to apply dropout.

        Returns:
            `(outputs, states)`.
        """
        drawn = training and not (self._input_masks or self._recurrent_masks)
        if drawn:
            self.draw_masks(inputs.shape[0])
        try:
            states = states if isinstance(states, (list, tuple)) else [states]
            return self.step(self.project(inputs), states)
        finally:
            if drawn:
                self.forget_masks()

    def draw_masks(self, batch_size: int) -> None:
        """Draws the dropout masks that all steps of a sequence share.

        Args:
            batch_size: Number of sequences.
        """
        # As in Keras: recurrent dropout treats each gate by itself, plain dropout all alike.
        count = self._gates if self.recurrent_dropout else 1

        def masks(rate: float, width: int) -> tuple[Any, ...]:
            ones = ops.ones((batch_size, width))
            generator = self.seed_generator
            return tuple(
                random.dropout(ones, rate, seed=generator) for _ in range(count if rate else 0)
            )

        self._input_masks = masks(self.dropout, self.kernel.shape[0])
        self._recurrent_masks = masks(self.recurrent_dropout, self.units)

    def forget_masks(self) -> None:
        """Forgets the dropout masks: the next sequence gets new ones."""
        self._input_masks = self._recurrent_masks = ()

    def project(self, inputs: Any) -> Any:
        """Returns `inputs @ kernel + bias`, with dropout if masks are drawn.

        Args:
            inputs: Tensor, shape `(batch, inputs)` or `(steps, batch, inputs)`.

        Returns:
            Tensor, the last size replaced by `gates * units`.
        """
        outputs = self._masked_matmul(inputs, self._input_masks, self.kernel)
        bias = self._input_bias()
        return outputs if bias is None else ops.add(outputs, bias)

    def _masked_matmul(self, inputs: Any, masks: tuple[Any, ...], kernel: Any) -> Any:
        if not masks:
            return ops.matmul(inputs, kernel)
        if len(masks) == 1:
            return ops.matmul(inputs * masks[0], kernel)
        parts = zip(masks, ops.split(kernel, self._gates, axis=1), strict=True)
        return ops.concatenate([ops.matmul(inputs * mask, part) for mask, part in parts], axis=-1)

    def step(self, projected: Any, states: Any) -> tuple[Any, list[Any]]:
        """Returns the outputs of one step, and the new states.

        Args:
            projected: One step of what `project` returned.
            states: List of state tensors.

        Returns:
            `(outputs, states)`.
        """
        raise NotImplementedError(f"`{type(self).__name__}` has no `step(projected, states)`.")

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Returns states of zeros.

        Args:
            batch_size: Number of sequences.

        Returns:
            List of tensors, shape `(batch_size, units)`.
        """
        sizes = self.state_size if isinstance(self.state_size, list) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=self.compute_dtype) for size in sizes]

    def cell_config(self) -> dict[str, Any]:
        """Returns the cell's own arguments, which a layer made of it has too."""
        return {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": initializers.serialize(self.recurrent_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "recurrent_regularizer": regularizers.serialize(self.recurrent_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "recurrent_constraint": constraints.serialize(self.recurrent_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), **self.cell_config()}
