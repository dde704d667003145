"""Owns the convolutions of each channel by itself: `DepthwiseConv*` and `SeparableConv*`."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, regularizers
from pykeras_core.checks import PositiveInt, PositiveInts, checked
from pykeras_core.layers.conv_base import BaseConv

__all__ = ["DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"]


class _DepthwiseConv(BaseConv):
    """Depthwise convolution over as many spatial axes as `_rank` says."""

    _settings = ("depthwise", "bias")

    @checked
    def __init__(
        self,
        kernel_size: PositiveInts,
        strides: PositiveInts = 1,
        padding: str = "valid",
        depth_multiplier: PositiveInt = 1,
        data_format: str | None = None,
        dilation_rate: PositiveInts = 1,
        activation: activations.ActivationLike = None,
        use_bias: bool = True,
        depthwise_initializer: initializers.InitializerLike = "glorot_uniform",
        bias_initializer: initializers.InitializerLike = "zeros",
        depthwise_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        activity_regularizer: regularizers.RegularizerLike = None,
        depthwise_constraint: constraints.ConstraintLike = None,
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
        self.depth_multiplier = depth_multiplier
        self._keep("depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)
        self._keep("bias", bias_initializer, bias_regularizer, bias_constraint)

    def build(self, input_shape: Any) -> None:
        """Creates `kernel` `(*kernel_size, channels, depth_multiplier)` and `bias`.

        Args:
            input_shape: Shape of the inputs; the number of channels must be known.
        """
        channels = self._fix_channels(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self._add("kernel", "depthwise", shape)
        self._add_bias(channels * self.depth_multiplier)

    def call(self, inputs: Any) -> Any:
        """Returns `activation(depthwise_conv(inputs, kernel) + bias)`."""
        outputs = ops.depthwise_conv(
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finish(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with `depth_multiplier` times as many channels."""
        return self._output_shape(input_shape, self._channels(input_shape) * self.depth_multiplier)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "depth_multiplier": self.depth_multiplier}


class DepthwiseConv1D(_DepthwiseConv):
    """Convolution of each channel of a sequence by itself.

    Args:
        kernel_size: Size of the window: an int, or a tuple of one.
        strides: Distance between windows, default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(steps / stride)` windows.
        depth_multiplier: Number of filters for each channel, default 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        depthwise_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        depthwise_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        depthwise_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, windows, channels * depth_multiplier)`.

    Raises:
        ValueError: If an argument is out of range, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> DepthwiseConv1D(3, depth_multiplier=2)(np.zeros((2, 8, 3))).shape
        (2, 6, 6)
    """

    _rank = 1


class DepthwiseConv2D(_DepthwiseConv):
    """Convolution of each channel of an image by itself.

    Args:
        kernel_size: Size of the window: an int, or (height, width).
        strides: Distance between windows: an int, or one an axis; default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        depth_multiplier: Number of filters for each channel, default 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis; default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        depthwise_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        depthwise_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        depthwise_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, windows down, windows across, channels * depth_multiplier)`.

    Raises:
        ValueError: If an argument is out of range, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> DepthwiseConv2D(3, padding="same")(np.zeros((2, 8, 8, 3))).shape
        (2, 8, 8, 3)
    """

    _rank = 2


class _SeparableConv(BaseConv):
    """Separable convolution over as many spatial axes as `_rank` says."""

    _settings = ("depthwise", "pointwise", "bias")

    @checked
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: PositiveInts,
        strides: PositiveInts = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: PositiveInts = 1,
        depth_multiplier: PositiveInt = 1,
        activation: activations.ActivationLike = None,
        use_bias: bool = True,
        depthwise_initializer: initializers.InitializerLike = "glorot_uniform",
        pointwise_initializer: initializers.InitializerLike = "glorot_uniform",
        bias_initializer: initializers.InitializerLike = "zeros",
        depthwise_regularizer: regularizers.RegularizerLike = None,
        pointwise_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        activity_regularizer: regularizers.RegularizerLike = None,
        depthwise_constraint: constraints.ConstraintLike = None,
        pointwise_constraint: constraints.ConstraintLike = None,
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
        self.depth_multiplier = depth_multiplier
        self._keep("depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)
        self._keep("pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint)
        self._keep("bias", bias_initializer, bias_regularizer, bias_constraint)

    def build(self, input_shape: Any) -> None:
        """Creates `depthwise_kernel`, `pointwise_kernel` and `bias`.

        Args:
            input_shape: Shape of the inputs; the number of channels must be known.
        """
        channels = self._fix_channels(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = self._add("depthwise_kernel", "depthwise", shape)
        shape = (*(1,) * self._rank, channels * self.depth_multiplier, self.filters)
        self.pointwise_kernel = self._add("pointwise_kernel", "pointwise", shape)
        self._add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        """Returns `activation(separable_conv(inputs, kernels) + bias)`."""
        outputs = ops.separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finish(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with the counts of windows and `filters` channels."""
        return self._output_shape(input_shape, self.filters)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "depth_multiplier": self.depth_multiplier,
        }


class SeparableConv1D(_SeparableConv):
    """Depthwise convolution of sequences, whose channels a window of 1 then mixes.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or a tuple of one.
        strides: Distance between windows, default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(steps / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window, default 1.
        depth_multiplier: Number of depthwise filters for each channel, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        depthwise_initializer: Default `"glorot_uniform"`.
        pointwise_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        depthwise_regularizer: Penalty on the depthwise kernel, or `None`.
        pointwise_regularizer: Penalty on the pointwise kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        depthwise_constraint: Projection of the depthwise kernel, or `None`.
        pointwise_constraint: Projection of the pointwise kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, windows, filters)`.

    Raises:
        ValueError: If an argument is out of range, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> SeparableConv1D(4, 3)(np.zeros((2, 8, 3))).shape
        (2, 6, 4)
    """

    _rank = 1


class SeparableConv2D(_SeparableConv):
    """Depthwise convolution of images, whose channels a window of 1 then mixes.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or (height, width).
        strides: Distance between windows: an int, or one an axis; default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis; default 1.
        depth_multiplier: Number of depthwise filters for each channel, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        depthwise_initializer: Default `"glorot_uniform"`.
        pointwise_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        depthwise_regularizer: Penalty on the depthwise kernel, or `None`.
        pointwise_regularizer: Penalty on the pointwise kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        depthwise_constraint: Projection of the depthwise kernel, or `None`.
        pointwise_constraint: Projection of the pointwise kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, windows down, windows across, filters)`.

    Raises:
        ValueError: If an argument is out of range, or no window fits into the inputs.

    Source:
        Chollet 2017, arXiv:1610.02357.

    Example:
        >>> import numpy as np
        >>> SeparableConv2D(16, 3, padding="same")(np.zeros((2, 8, 8, 3))).shape
        (2, 8, 8, 16)
    """

    _rank = 2
