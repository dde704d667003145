"""Owns the transposed convolutions: `Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, regularizers
from pykeras_core.checks import NonNegativeInts, PositiveInt, PositiveInts, checked, in_order
from pykeras_core.layers.conv_base import BaseConv
from pykeras_core.ops.convolution import transposed_size

__all__ = ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"]


class _ConvTranspose(BaseConv):
    """Transposed convolution over as many spatial axes as `_rank` says."""

    @checked
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: PositiveInts,
        strides: PositiveInts = 1,
        padding: str = "valid",
        output_padding: NonNegativeInts = None,
        data_format: str | None = None,
        dilation_rate: PositiveInts = 1,
        activation: activations.ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        bias_initializer: initializers.InitializerLike = "zeros",
        kernel_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        activity_regularizer: regularizers.RegularizerLike = None,
        kernel_constraint: constraints.ConstraintLike = None,
        bias_constraint: constraints.ConstraintLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            activity_regularizer,
            **kwargs,
        )
        self.filters = filters
        self.output_padding = None
        if output_padding is not None:
            self.output_padding = self._ints("output_padding", output_padding, allow_zero=True)
            if any(e >= s for e, s in zip(self.output_padding, self.strides, strict=True)):
                raise ValueError(
                    f"`{type(self).__name__}` expected `output_padding` below `strides` on every "
                    f"axis, received output_padding={self.output_padding} and "
                    f"strides={self.strides}."
                )
        self._keep("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._keep("bias", bias_initializer, bias_regularizer, bias_constraint)
        self._refuse_strides_with_dilation()

    def build(self, input_shape: Any) -> None:
        """Creates `kernel` `(*kernel_size, filters, channels)` and `bias` `(filters,)`.

        Args:
            input_shape: Shape of the inputs; the number of channels must be known.
        """
        channels = self._fix_channels(input_shape)
        shape = (*self.kernel_size, self.filters, channels)
        self.kernel = self._add("kernel", "kernel", shape)
        self._add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        """Returns `activation(conv_transpose(inputs, kernel) + bias)`."""
        outputs = ops.conv_transpose(
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finish(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the enlarged shape with `filters` channels."""
        extras = self.output_padding or (None,) * self._rank
        axes = zip(
            self._spatial(input_shape),
            self.kernel_size,
            self.strides,
            extras,
            self.dilation_rate,
            strict=True,
        )
        spatial = tuple(
            None if n is None else transposed_size(n, k, s, self.padding, extra, d)
            for n, k, s, extra, d in axes
        )
        return self._shape_of(input_shape[0], spatial, self.filters)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "output_padding": self.output_padding,
        }


class Conv1DTranspose(_ConvTranspose):
    """Transposed convolution over sequences: the gradient of `Conv1D`, which makes them longer.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or a tuple of one.
        strides: How many times longer the outputs are, default 1.
        padding: `"valid"` for all that windows reach, `"same"` for `steps * stride` outputs.
        output_padding: Elements added at the end, below `strides`; default what `padding` says.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, new steps, filters)`.

    Raises:
        ValueError: If an argument is out of range, or `strides` and `dilation_rate` are both
            above 1.

    Example:
        >>> import numpy as np
        >>> Conv1DTranspose(4, 3, strides=2, padding="same")(np.zeros((2, 5, 3))).shape
        (2, 10, 4)
    """

    _rank = 1


class Conv2DTranspose(_ConvTranspose):
    """Transposed convolution over images: the gradient of `Conv2D`, which enlarges them.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or (height, width).
        strides: How many times larger the outputs are: an int, or one an axis; default 1.
        padding: `"valid"` for all that windows reach, `"same"` for `size * stride` outputs.
        output_padding: Elements added at the end of an axis, below `strides`; default what
            `padding` says.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis; default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, new height, new width, filters)`.

    Raises:
        ValueError: If an argument is out of range, or `strides` and `dilation_rate` are both
            above 1.

    Example:
        >>> import numpy as np
        >>> Conv2DTranspose(8, 3, strides=2, padding="same")(np.zeros((2, 7, 7, 16))).shape
        (2, 14, 14, 8)
    """

    _rank = 2


@in_order(
    *("data_format", "output_padding", "dilation_rate", "activation", "use_bias"),
    *("kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer"),
    *("activity_regularizer", "kernel_constraint", "bias_constraint"),
    after="padding",
)
class Conv3DTranspose(_ConvTranspose):
    """Transposed convolution over volumes: the gradient of `Conv3D`, which enlarges them.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or (depth, height, width).
        strides: How many times larger the outputs are: an int, or one an axis; default 1.
        padding: `"valid"` for all that windows reach, `"same"` for `size * stride` outputs.
        output_padding: Elements added at the end of an axis, below `strides`; default what
            `padding` says.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis; default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, depth, height, width, channels)`.

    Output shape:
        `(batch, *new sizes, filters)`.

    Raises:
        ValueError: If an argument is out of range, or `strides` and `dilation_rate` are both
            above 1.

    Example:
        >>> import numpy as np
        >>> Conv3DTranspose(2, 2, strides=2)(np.zeros((1, 2, 3, 4, 1))).shape
        (1, 4, 6, 8, 2)
    """

    _rank = 3
