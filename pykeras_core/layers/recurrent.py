"""Owns `SimpleRNN`, `LSTM` and `GRU`: a recurrent layer and its cell in one."""

from __future__ import annotations

import inspect
from typing import Any

from pykeras_core import activations
from pykeras_core.checks import PositiveInt, checked, in_order
from pykeras_core.layers.cell_layer import CellLayer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.recurrent_cell import RecurrentCell
from pykeras_core.layers.recurrent_cells import GRUCell, LSTMCell, SimpleRNNCell

__all__ = ["GRU", "LSTM", "SimpleRNN"]


class _OwnCell(CellLayer):
    """A recurrent layer that makes a cell of its class."""

    _cell_class: type[RecurrentCell]

    def __init__(self, units: PositiveInt, **kwargs: Any) -> None:
        for choice in ("use_cudnn", "implementation"):  # of a kernel, in Keras
            kwargs.pop(choice, None)
        mine = inspect.signature(RecurrentCell).parameters.keys() - {"kwargs"}
        own = inspect.signature(self._cell_class).parameters.keys() - {"kwargs"}
        options = {name: kwargs.pop(name) for name in [*kwargs] if name in mine | own}
        shared = {name: kwargs[name] for name in ("dtype", "trainable") if name in kwargs}
        name = {SimpleRNNCell: "simple_rnn_cell", LSTMCell: "lstm_cell", GRUCell: "gru_cell"}
        cell = self._cell_class(units, **options, **shared, name=name[self._cell_class])
        super().__init__(cell, **kwargs)
        self.input_spec = InputSpec(ndim=3)


@in_order(
    *("kernel_initializer", "recurrent_initializer", "bias_initializer"),
    *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
    "activity_regularizer",
    *("kernel_constraint", "recurrent_constraint", "bias_constraint"),
    *("dropout", "recurrent_dropout"),
    *("return_sequences", "return_state", "go_backwards", "stateful", "unroll"),
    "seed",
)
class SimpleRNN(_OwnCell):
    """Fully connected recurrence: `h = activation(x @ kernel + h @ recurrent_kernel + bias)`.

    Args:
        units: Size of the state, positive.
        activation: Default `"tanh"`.
        use_bias: Whether to add a bias, default `True`.
        **kwargs: The other arguments of `SimpleRNNCell`; `return_sequences`, `return_state`,
            `go_backwards`, `stateful`, `unroll` of `RNN`; the arguments of every layer.

    Input shape:
        `(batch, steps, features)`.

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`.

    Example:
        >>> import numpy as np
        >>> SimpleRNN(4)(np.zeros((2, 3, 5))).shape
        (2, 4)
    """

    _cell_class = SimpleRNNCell

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = "tanh",
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, activation=activation, use_bias=use_bias, **kwargs)


@in_order(
    *("kernel_initializer", "recurrent_initializer", "bias_initializer"),
    "unit_forget_bias",
    *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
    "activity_regularizer",
    *("kernel_constraint", "recurrent_constraint", "bias_constraint"),
    *("dropout", "recurrent_dropout"),
    "seed",
    *("return_sequences", "return_state", "go_backwards", "stateful", "unroll"),
    "use_cudnn",
)
class LSTM(_OwnCell):
    """Long short-term memory; the formula stands at `LSTMCell`.

    Args:
        units: Size of each of the two states, positive.
        activation: Default `"tanh"`.
        recurrent_activation: Default `"sigmoid"`.
        use_bias: Whether to add a bias, default `True`.
        **kwargs: The other arguments of `LSTMCell`; `return_sequences`, `return_state`,
            `go_backwards`, `stateful`, `unroll` of `RNN`; the arguments of every layer.

    Input shape:
        `(batch, steps, features)`.

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`.

    Source:
        Hochreiter and Schmidhuber 1997.

    Example:
        >>> import numpy as np
        >>> output, hidden, carry = LSTM(4, return_state=True)(np.zeros((2, 3, 5)))
        >>> carry.shape
        (2, 4)
    """

    _cell_class = LSTMCell

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = "tanh",
        recurrent_activation: activations.ActivationLike = "sigmoid",
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            **kwargs,
        )


@in_order(
    *("kernel_initializer", "recurrent_initializer", "bias_initializer"),
    *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
    "activity_regularizer",
    *("kernel_constraint", "recurrent_constraint", "bias_constraint"),
    *("dropout", "recurrent_dropout"),
    "seed",
    *("return_sequences", "return_state", "go_backwards", "stateful", "unroll"),
    *("reset_after", "use_cudnn"),
)
class GRU(_OwnCell):
    """Gated recurrent unit; the formula stands at `GRUCell`.

    Args:
        units: Size of the state, positive.
        activation: Default `"tanh"`.
        recurrent_activation: Default `"sigmoid"`.
        use_bias: Whether to add a bias, default `True`.
        **kwargs: The other arguments of `GRUCell`; `return_sequences`, `return_state`,
            `go_backwards`, `stateful`, `unroll` of `RNN`; the arguments of every layer.

    Input shape:
        `(batch, steps, features)`.

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`.

    Source:
        Cho et al. 2014, arXiv:1406.1078.

    Example:
        >>> import numpy as np
        >>> GRU(4, return_sequences=True)(np.zeros((2, 3, 5))).shape
        (2, 3, 4)
    """

    _cell_class = GRUCell

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = "tanh",
        recurrent_activation: activations.ActivationLike = "sigmoid",
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            **kwargs,
        )
