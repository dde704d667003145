"""Owns the formulas of one step of `SimpleRNN`, `LSTM` and `GRU`."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, initializers, ops
from pykeras_core.checks import PositiveInt, checked, in_order
from pykeras_core.layers.recurrent_cell import RecurrentCell
from pykeras_core.layers.resolved import resolved

__all__ = ["GRUCell", "LSTMCell", "SimpleRNNCell"]


class SimpleRNNCell(RecurrentCell):
    """One step of `SimpleRNN`: `h = activation(x @ kernel + h @ recurrent_kernel + bias)`.

    Args:
        units: Size of the state, positive.
        activation: Default `"tanh"`.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        recurrent_initializer: Default `"orthogonal"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on `kernel`, or `None`.
        recurrent_regularizer: Penalty on `recurrent_kernel`, or `None`.
        bias_regularizer: Penalty on `bias`, or `None`.
        kernel_constraint: Projection of `kernel`, or `None`.
        recurrent_constraint: Projection of `recurrent_kernel`, or `None`.
        bias_constraint: Projection of `bias`, or `None`.
        dropout: Share of the inputs dropped in training, default 0.
        recurrent_dropout: Share of the state dropped in training, default 0.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.
    """

    def step(self, projected: Any, states: Any) -> tuple[Any, list[Any]]:
        """Returns the new state, as output and as state."""
        recurrent = self._masked_matmul(states[0], self._recurrent_masks, self.recurrent_kernel)
        output = self.activation(ops.add(projected, recurrent))
        return output, [output]


@in_order(
    *("kernel_initializer", "recurrent_initializer", "bias_initializer"),
    "unit_forget_bias",
    *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
    *("kernel_constraint", "recurrent_constraint", "bias_constraint"),
    *("dropout", "recurrent_dropout"),
    "seed",
    after="bias_initializer",
)
class LSTMCell(RecurrentCell):
    """One step of `LSTM`.

    With `i, f, g, o` the four parts of `x @ kernel + h @ recurrent_kernel + bias`, `s` the
    recurrent activation and `a` the activation: `c = s(f) * c + s(i) * a(g)`,
    `h = s(o) * a(c)`.

    Args:
        units: Size of each of the two states, positive.
        activation: Default `"tanh"`.
        recurrent_activation: Default `"sigmoid"`.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        recurrent_initializer: Default `"orthogonal"`.
        bias_initializer: Default `"zeros"`.
        unit_forget_bias: Whether the forget gate's bias starts at 1, default `True`.
        **kwargs: Regularizers, constraints and dropout as in `SimpleRNNCell`, and the arguments
            of every layer.

    Source:
        Hochreiter and Schmidhuber 1997, "Long short-term memory"; the forget bias from
        Jozefowicz et al. 2015.
    """

    _gates = 4

    recurrent_activation = resolved("recurrent_activation", activations.get)

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = "tanh",
        recurrent_activation: activations.ActivationLike = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        recurrent_initializer: initializers.InitializerLike = "orthogonal",
        bias_initializer: initializers.InitializerLike = "zeros",
        unit_forget_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            **kwargs,
        )
        self.recurrent_activation = recurrent_activation
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def _first_bias(self, shape: Any, dtype: Any = None) -> Any:
        if not self.unit_forget_bias:
            return self.bias_initializer(shape, dtype=dtype)
        one, two = (self.units,), (2 * self.units,)
        parts = [
            self.bias_initializer(one, dtype=dtype),
            ops.ones(one, dtype=dtype),
            self.bias_initializer(two, dtype=dtype),
        ]
        return ops.concatenate(parts)

    def step(self, projected: Any, states: Any) -> tuple[Any, list[Any]]:
        """Returns the new hidden state, and both states."""
        hidden, carry = states
        recurrent = self._masked_matmul(hidden, self._recurrent_masks, self.recurrent_kernel)
        i, f, g, o = ops.split(ops.add(projected, recurrent), 4, axis=-1)
        gate = self.recurrent_activation
        carry = gate(f) * carry + gate(i) * self.activation(g)
        hidden = gate(o) * self.activation(carry)
        return hidden, [hidden, carry]

    def cell_config(self) -> dict[str, Any]:
        """Returns the cell's own arguments."""
        return {
            **super().cell_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "unit_forget_bias": self.unit_forget_bias,
        }


@in_order(
    *("kernel_initializer", "recurrent_initializer", "bias_initializer"),
    *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
    *("kernel_constraint", "recurrent_constraint", "bias_constraint"),
    *("dropout", "recurrent_dropout"),
    *("reset_after", "seed"),
    after="bias_initializer",
)
class GRUCell(RecurrentCell):
    """One step of `GRU`: `h = z * h + (1 - z) * candidate`.

    `z` and `r` are gates of inputs and state; the candidate is
    `a(x @ kernel + r * (h @ recurrent_kernel + recurrent bias))`, or with `reset_after=False`
    `a(x @ kernel + (r * h) @ recurrent_kernel)`.

    Args:
        units: Size of the state, positive.
        activation: Default `"tanh"`.
        recurrent_activation: Default `"sigmoid"`.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        recurrent_initializer: Default `"orthogonal"`.
        bias_initializer: Default `"zeros"`.
        reset_after: Whether the reset gate acts after the matrix product, default `True`.
        **kwargs: Regularizers, constraints and dropout as in `SimpleRNNCell`, and the arguments
            of every layer.

    Source:
        Cho et al. 2014, arXiv:1406.1078.
    """

    _gates = 3

    recurrent_activation = resolved("recurrent_activation", activations.get)

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = "tanh",
        recurrent_activation: activations.ActivationLike = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        recurrent_initializer: initializers.InitializerLike = "orthogonal",
        bias_initializer: initializers.InitializerLike = "zeros",
        reset_after: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            **kwargs,
        )
        self.recurrent_activation = recurrent_activation
        self.reset_after = reset_after

    def _bias_shape(self) -> tuple[int, ...]:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def _input_bias(self) -> Any:
        return self.bias[0] if self.reset_after and self.bias is not None else self.bias

    def step(self, projected: Any, states: Any) -> tuple[Any, list[Any]]:
        """Returns the new state, as output and as state."""
        hidden = states[0]
        gate = self.recurrent_activation
        x_z, x_r, x_h = ops.split(projected, 3, axis=-1)
        if self.reset_after:
            inner = self._masked_matmul(hidden, self._recurrent_masks, self.recurrent_kernel)
            if self.bias is not None:
                inner = ops.add(inner, self.bias[1])
            h_z, h_r, h_h = ops.split(inner, 3, axis=-1)
            z, r = gate(x_z + h_z), gate(x_r + h_r)
            candidate = self.activation(x_h + r * h_h)
        else:
            k_z, k_r, k_h = ops.split(self.recurrent_kernel, 3, axis=1)
            h_z, h_r, h_h = (hidden * mask for mask in self._recurrent_masks or (1.0,) * 3)
            z = gate(x_z + ops.matmul(h_z, k_z))
            r = gate(x_r + ops.matmul(h_r, k_r))
            candidate = self.activation(x_h + ops.matmul(r * h_h, k_h))
        hidden = z * hidden + (1.0 - z) * candidate
        return hidden, [hidden]

    def cell_config(self) -> dict[str, Any]:
        """Returns the cell's own arguments."""
        return {
            **super().cell_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "reset_after": self.reset_after,
        }
