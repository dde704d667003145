"""Owns `ConvLSTM1D` to `ConvLSTM3D`: long short-term memory whose products are convolutions."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random, settings
from pykeras_core.checks import PositiveInt, PositiveInts, checked, in_order, per_axis
from pykeras_core.layers.cell_layer import CellLayer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.recurrent_cells import LSTMCell

__all__ = ["ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"]

_WINDOW = ("kernel_size", "strides", "padding", "data_format", "dilation_rate")
_LOOP = (
    *("return_sequences", "return_state", "go_backwards", "stateful"),
    *("unroll", "zero_output_for_mask"),
)


class ConvLSTMCell(LSTMCell):
    """One step: as `LSTMCell`, with convolutions in place of matrix products.

    Args:
        rank: Number of spatial axes.
        filters: Channels of the outputs and states.
        kernel_size: An int, or one for each spatial axis.
        strides: Of the inputs' convolution; the states' has strides of 1.
        padding: Of the inputs' convolution, "valid" or "same"; the states' has "same".
        data_format: Where the channels are.
        dilation_rate: Of the inputs' convolution.
        **kwargs: Arguments of `LSTMCell`.
    """

    @checked
    def __init__(
        self,
        rank: int,
        filters: PositiveInt,
        kernel_size: PositiveInts,
        strides: PositiveInts = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: PositiveInts = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, **kwargs)
        self.kernel_size = per_axis(f"ConvLSTM{rank}D", "kernel_size", kernel_size, rank)
        self.strides = per_axis(f"ConvLSTM{rank}D", "strides", strides, rank)
        self.dilation_rate = per_axis(f"ConvLSTM{rank}D", "dilation_rate", dilation_rate, rank)
        if padding not in ("valid", "same"):
            raise ValueError(
                f"`ConvLSTM{rank}D` expected `padding` 'valid' or 'same', received {padding!r}."
            )
        self.padding = padding
        self.data_format = settings.standardize_data_format(data_format)
        self.filters = self.units
        self._axis = 1 if self.data_format == "channels_first" else rank + 1
        self._input_shape: Any = None
        self._state_shape: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates `kernel`, `recurrent_kernel` and `bias`.

        Args:
            input_shape: Shape of one step's inputs; all but the batch size must be known.
        """
        if any(size is None for size in input_shape[1:]):
            raise ValueError(
                f"`ConvLSTM{len(self.kernel_size)}D` expected inputs whose size is known, received "
                f"steps of shape {tuple(input_shape)}. Give `Input` the whole shape."
            )
        width = self._gates * self.units
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, input_shape[self._axis], width),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(*self.kernel_size, self.units, width),
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
        self._input_shape = tuple(input_shape[1:])
        spatial = [size for axis, size in enumerate(input_shape) if axis not in (0, self._axis)]
        for axis, (size, k, s, d) in enumerate(
            zip(spatial, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        ):
            reach = 0 if self.padding == "same" else d * (k - 1)
            spatial[axis] = -(-(size - reach) // s)
        spatial.insert(self._axis - 1, self.units)
        self._state_shape = tuple(spatial)

    def draw_masks(self, batch_size: int) -> None:
        """Draws the dropout masks that all steps of a sequence share."""

        def mask(rate: float, shape: Any) -> tuple[Any, ...]:
            ones = ops.ones((batch_size, *shape))
            return (random.dropout(ones, rate, seed=self.seed_generator),) if rate else ()

        self._input_masks = mask(self.dropout, self._input_shape)
        self._recurrent_masks = mask(self.recurrent_dropout, self._state_shape)

    def project(self, inputs: Any) -> Any:
        """Returns the inputs' convolution, of one step or of a whole sequence at once."""
        sequence = len(inputs.shape) == len(self.kernel_size) + 3
        for mask in self._input_masks:
            inputs = inputs * mask
        steps = inputs.shape[:2]
        flat = ops.reshape(inputs, (-1, *inputs.shape[2:])) if sequence else inputs
        outputs = ops.conv(
            flat, self.kernel, self.strides, self.padding, self.data_format, self.dilation_rate
        )
        if self.bias is not None:
            ones = (1,) * (len(self.kernel_size) - self._axis + 1)
            outputs = ops.add(outputs, ops.reshape(self.bias, (-1, *ones)))
        return ops.reshape(outputs, (*steps, *outputs.shape[1:])) if sequence else outputs

    def step(self, projected: Any, states: Any) -> tuple[Any, list[Any]]:
        """Returns the new hidden state, and both states."""
        hidden, carry = states
        given = hidden
        for mask in self._recurrent_masks:
            given = given * mask
        recurrent = ops.conv(given, self.recurrent_kernel, 1, "same", self.data_format)
        i, f, g, o = ops.split(ops.add(projected, recurrent), 4, axis=self._axis)
        gate = self.recurrent_activation
        carry = gate(f) * carry + gate(i) * self.activation(g)
        hidden = gate(o) * self.activation(carry)
        return hidden, [hidden, carry]

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Returns two states of zeros."""
        shape = (batch_size, *self._state_shape)
        return [ops.zeros(shape, dtype=self.compute_dtype) for _ in range(2)]

    def cell_config(self) -> dict[str, Any]:
        """Returns the cell's own arguments."""
        config = super().cell_config()
        del config["units"]
        return {
            **config,
            "filters": self.filters,
            **{name: getattr(self, name) for name in _WINDOW},
        }


@in_order(
    *("activation", "recurrent_activation", "use_bias"),
    *("kernel_initializer", "recurrent_initializer", "bias_initializer"),
    "unit_forget_bias",
    *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
    "activity_regularizer",
    *("kernel_constraint", "recurrent_constraint", "bias_constraint"),
    *("dropout", "recurrent_dropout"),
    "seed",
    *("return_sequences", "return_state", "go_backwards", "stateful"),
)
class _ConvLSTM(CellLayer):
    """A layer that runs a `ConvLSTMCell`."""

    _rank: int
    cell: ConvLSTMCell

    @checked
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: PositiveInts,
        strides: PositiveInts = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: PositiveInts = 1,
        **kwargs: Any,
    ) -> None:
        penalty = kwargs.pop("activity_regularizer", None)
        loop = {name: kwargs.pop(name) for name in _LOOP if name in kwargs}
        outer = ("name", "trainable", "dtype", "input_shape", "batch_input_shape", "batch_size")
        mine = {name: kwargs.pop(name) for name in outer if name in kwargs}
        options: dict[str, Any] = {**kwargs, "name": "conv_lstm_cell"}
        options.update({name: mine[name] for name in ("dtype", "trainable") if name in mine})
        cell = ConvLSTMCell(
            self._rank,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            **options,
        )
        super().__init__(cell, **loop, **mine, activity_regularizer=penalty)
        self.input_spec = InputSpec(ndim=self._rank + 3)

    def _step_masks(self, mask: Any, steps: int) -> Any:
        masks = super()._step_masks(mask, steps)
        ones = (1,) * self._rank
        return None if masks is None else ops.reshape(masks, (*masks.shape, *ones))

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Returns the shape of the outputs, and those of the states with `return_state`."""
        if not self.cell.built:
            self.build(sequences_shape)
        batch, steps = sequences_shape[0], sequences_shape[1]
        state = (batch, *self.cell._state_shape)
        output = (batch, steps, *state[1:]) if self.return_sequences else state
        return (output, state, state) if self.return_state else output


class ConvLSTM1D(_ConvLSTM):
    """Long short-term memory over sequences of rows; see `ConvLSTM2D`.

    Args:
        filters: Channels of the outputs.
        kernel_size: An int.
        **kwargs: As in `ConvLSTM2D`.

    Input shape:
        `(batch, steps, length, channels)`.
    """

    _rank = 1


class ConvLSTM2D(_ConvLSTM):
    """Long short-term memory over sequences of images: its products are convolutions.

    Args:
        filters: Channels of the outputs.
        kernel_size: An int or a pair.
        **kwargs: `strides`, `padding` ("valid" by default), `data_format` and `dilation_rate` of
            the inputs' convolution; the other arguments of `LSTMCell` (`activation`,
            `recurrent_activation`, `dropout`, ...); `return_sequences`, `return_state`,
            `go_backwards`, `stateful` of `RNN`; the arguments of every layer.

    Input shape:
        `(batch, steps, rows, columns, channels)`.

    Output shape:
        `(batch, rows, columns, filters)`, or with steps after the batch for `return_sequences`.

    Raises:
        ValueError: If an argument is out of range.

    Source:
        Shi et al. 2015, arXiv:1506.04214, without the peephole weights.

    Example:
        >>> import numpy as np
        >>> ConvLSTM2D(4, 3, padding="same")(np.zeros((2, 3, 8, 8, 1))).shape
        (2, 8, 8, 4)
    """

    _rank = 2


class ConvLSTM3D(_ConvLSTM):
    """Long short-term memory over sequences of volumes; see `ConvLSTM2D`.

    Args:
        filters: Channels of the outputs.
        kernel_size: An int or three.
        **kwargs: As in `ConvLSTM2D`.

    Input shape:
        `(batch, steps, depth, rows, columns, channels)`.
    """

    _rank = 3
