"""Owns the plain convolutions: `Conv1D`, `Conv2D`, `Conv3D`."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, regularizers
from pykeras_core.checks import PositiveInt, PositiveInts, checked
from pykeras_core.layers.conv_base import BaseConv
from pykeras_core.layers.lora import LowRank, adapted_weight

__all__ = ["Conv1D", "Conv2D", "Conv3D"]


class _Conv(BaseConv, LowRank):
    """Convolution over as many spatial axes as `_rank` says."""

    _lora_weight = "kernel"
    kernel = adapted_weight("kernel")

    @checked
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: PositiveInts,
        strides: PositiveInts = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: PositiveInts = 1,
        groups: PositiveInt = 1,
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
            allow_causal=self._rank == 1,
            **kwargs,
        )
        self.filters = filters
        self.groups = groups
        self._keep("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._keep("bias", bias_initializer, bias_regularizer, bias_constraint)
        self._refuse_strides_with_dilation()
        if self.filters % self.groups:
            raise ValueError(
                f"`{type(self).__name__}` expected `groups` to divide `filters`, received "
                f"groups={groups} and filters={filters}."
            )

    def build(self, input_shape: Any) -> None:
        """Creates `kernel` `(*kernel_size, channels / groups, filters)` and `bias` `(filters,)`.

        Args:
            input_shape: Shape of the inputs; the number of channels must be known.
        """
        channels = self._fix_channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected a number of channels that "
                f"groups={self.groups} divides, received {channels} channels, in shape "
                f"{tuple(input_shape)}."
            )
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self.kernel = self._add("kernel", "kernel", shape)
        self._add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        """Returns `activation(conv(inputs, kernel) + bias)`."""
        outputs = ops.conv(
            inputs,
            self._adapted(),
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
        return {**super().get_config(), "filters": self.filters, "groups": self.groups}


class Conv1D(_Conv):
    """Convolution over the steps of sequences.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or a tuple of one.
        strides: Distance between windows, default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(steps / stride)` windows,
            `"causal"` for windows that end at their own step and see nothing later.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window, default 1.
        groups: Number of parts of the channels that do not mix, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: `lora_rank` and `lora_alpha` as in `enable_lora`; the arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, windows, filters)`.

    Raises:
        ValueError: If an argument is out of range, `strides` and `dilation_rate` are both above
            1, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> layer = Conv1D(1, 2, padding="causal", kernel_initializer="ones")
        >>> layer(np.array([[[1.0], [2.0], [3.0]]])).numpy().ravel().tolist()
        [1.0, 3.0, 5.0]
    """

    _rank = 1

    def call(self, inputs: Any) -> Any:
        """Returns `activation(conv(inputs, kernel) + bias)`."""
        if self.padding != "causal":
            return super().call(inputs)
        before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
        widths = [[0, 0], [0, 0], [0, 0]]
        widths[self._spatial_axes()[0]][0] = before
        outputs = ops.conv(
            ops.pad(inputs, widths),
            self._adapted(),
            strides=self.strides,
            padding="valid",
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finish(outputs)


class Conv2D(_Conv):
    """Convolution over the pixels of images.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or (height, width).
        strides: Distance between windows: an int, or one an axis; default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis; default 1.
        groups: Number of parts of the channels that do not mix, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: `lora_rank` and `lora_alpha` as in `enable_lora`; the arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, windows down, windows across, filters)`.

    Raises:
        ValueError: If an argument is out of range, `strides` and `dilation_rate` are both above
            1, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> Conv2D(32, 3, activation="relu")(np.zeros((2, 28, 28, 1))).shape
        (2, 26, 26, 32)
    """

    _rank = 2


class Conv3D(_Conv):
    """Convolution over the voxels of volumes, or over the frames of videos.

    Args:
        filters: Number of output channels, positive.
        kernel_size: Size of the window: an int, or (depth, height, width).
        strides: Distance between windows: an int, or one an axis; default 1.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis; default 1.
        groups: Number of parts of the channels that do not mix, default 1.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: `lora_rank` and `lora_alpha` as in `enable_lora`; the arguments of every layer.

    Input shape:
        `(batch, depth, height, width, channels)`.

    Output shape:
        `(batch, *windows, filters)`.

    Raises:
        ValueError: If an argument is out of range, `strides` and `dilation_rate` are both above
            1, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> Conv3D(4, 2)(np.zeros((2, 5, 6, 7, 1))).shape
        (2, 4, 5, 6, 4)
    """

    _rank = 3
