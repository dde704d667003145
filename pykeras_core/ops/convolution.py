"""Convolutions: plain, depthwise, separable and transposed."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core.checks import ArrayLike, PositiveInts, Sizes
from pykeras_core.engine import Tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.spatial import images, like_images, padding_name, padding_widths, per_axis
from pykeras_core.settings import standardize_data_format
from pykeras_core.symbolic.op_call import operation

__all__ = ["conv", "conv_transpose", "depthwise_conv", "separable_conv"]


def _kernel(name: str, kernel: Any, x: Tensor) -> Tensor:
    (weights,) = promote(kernel, at_least="float32")
    if weights.ndim != x.ndim:
        raise ValueError(
            f"`{name}` expected a kernel with {x.ndim - 2} window axes, input channels and "
            f"filters for inputs of rank {x.ndim}, received kernel shape {weights.shape}"
        )
    return weights


def _check_channels(name: str, x: Tensor, channels: int, kernel: Tensor) -> None:
    if x.shape[-1] != channels:
        raise ValueError(
            f"`{name}` expected inputs with {channels} channels for a kernel of shape "
            f"{kernel.shape}, received {x.shape[-1]} channels. Check `data_format` too."
        )


def _slide(
    name: str, x: Tensor, kernel: Tensor, groups: int, strides: Any, padding: Any, dilation: Any
) -> Tensor:
    """Convolve channels-last inputs."""
    size, rank = kernel.shape[:-2], x.ndim - 2
    steps = per_axis(name, "strides", strides, rank)
    gaps = per_axis(name, "dilation_rate", dilation, rank)
    widths = padding_widths(padding_name(name, padding), x.shape[1:-1], size, steps, gaps)
    result: Tensor = p.conv(x, kernel, strides=steps, padding=widths, dilation=gaps, groups=groups)
    return result


@operation
def conv(
    inputs: ArrayLike,
    kernel: ArrayLike,
    strides: PositiveInts = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PositiveInts = 1,
) -> Tensor:
    """Convolution over 1 to 3 spatial axes: at each place, the sum of `window * kernel`.

    A kernel with fewer input channels than the inputs have makes a grouped convolution: the
    channels and the filters fall into equal parts, and each part of the filters sees one part
    of the channels.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        kernel: float32, shape (*window, channels / groups, filters).
        strides: Distance between windows: an int, or one for each spatial axis.
        padding: 'valid' for windows that fit, 'same' for `ceil(size / stride)` windows.
        data_format: 'channels_last' or 'channels_first'; default the configured one.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis.

    Returns:
        float32, shape (batch, *positions, filters), channels placed like the inputs'.

    Raises:
        ValueError: If the shapes do not fit or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> conv(np.ones((1, 4, 1)), np.ones((3, 1, 1)), padding="same").numpy().ravel().tolist()
        [2.0, 3.0, 3.0, 2.0]
    """
    data_format = standardize_data_format(data_format)
    x = images("conv", inputs, data_format)
    weights = _kernel("conv", kernel, x)
    groups = max(x.shape[-1] // max(weights.shape[-2], 1), 1)
    _check_channels("conv", x, weights.shape[-2] * groups, weights)
    if weights.shape[-1] % groups:
        raise ValueError(
            f"`conv` expected filters in {groups} equal groups, for inputs with {x.shape[-1]} "
            f"channels and a kernel with {weights.shape[-2]}, received kernel shape {weights.shape}"
        )
    result = _slide("conv", x, weights, groups, strides, padding, dilation_rate)
    return like_images(result, data_format)


@operation
def depthwise_conv(
    inputs: ArrayLike,
    kernel: ArrayLike,
    strides: PositiveInts = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PositiveInts = 1,
) -> Tensor:
    """Convolution of each channel by itself, with `multiplier` filters a channel.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        kernel: float32, shape (*window, channels, multiplier).
        strides: Distance between windows: an int, or one for each spatial axis.
        padding: 'valid' or 'same'.
        data_format: 'channels_last' or 'channels_first'; default the configured one.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis.

    Returns:
        float32, shape (batch, *positions, channels * multiplier), the filters of a channel side
        by side.

    Raises:
        ValueError: If the shapes do not fit or no window fits into the inputs.
    """
    data_format = standardize_data_format(data_format)
    x = images("depthwise_conv", inputs, data_format)
    result = _depthwise("depthwise_conv", x, kernel, strides, padding, dilation_rate)
    return like_images(result, data_format)


def _depthwise(
    name: str, x: Tensor, kernel: Any, strides: Any, padding: Any, dilation: Any
) -> Tensor:
    weights = _kernel(name, kernel, x)
    *size, channels, multiplier = weights.shape
    _check_channels(name, x, channels, weights)
    weights = p.reshape(weights, shape=(*size, 1, channels * multiplier))
    return _slide(name, x, weights, channels, strides, padding, dilation)


@operation
def separable_conv(
    inputs: ArrayLike,
    depthwise_kernel: ArrayLike,
    pointwise_kernel: ArrayLike,
    strides: PositiveInts = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PositiveInts = 1,
) -> Tensor:
    """A depthwise convolution, whose channels a convolution with a window of 1 then mixes.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        depthwise_kernel: float32, shape (*window, channels, multiplier).
        pointwise_kernel: float32, shape (*ones, channels * multiplier, filters).
        strides: Distance between windows: an int, or one for each spatial axis.
        padding: 'valid' or 'same'.
        data_format: 'channels_last' or 'channels_first'; default the configured one.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis.

    Returns:
        float32, shape (batch, *positions, filters).

    Raises:
        ValueError: If the shapes do not fit or no window fits into the inputs.
    """
    name = "separable_conv"
    data_format = standardize_data_format(data_format)
    x = images(name, inputs, data_format)
    middle = _depthwise(name, x, depthwise_kernel, strides, padding, dilation_rate)
    weights = _kernel(name, pointwise_kernel, x)
    _check_channels(name, middle, weights.shape[-2], weights)
    if math.prod(weights.shape[:-2]) != 1:
        raise ValueError(
            f"`{name}` expected a pointwise kernel with a window of 1, received shape "
            f"{weights.shape}"
        )
    return like_images(_slide(name, middle, weights, 1, 1, "valid", 1), data_format)


@operation
def conv_transpose(
    inputs: ArrayLike,
    kernel: ArrayLike,
    strides: PositiveInts = 1,
    padding: str = "valid",
    output_padding: Sizes | int | None = None,
    data_format: str | None = None,
    dilation_rate: PositiveInts = 1,
) -> Tensor:
    """The gradient of a convolution by its inputs, used as a layer of its own: it enlarges.

    Args:
        inputs: float32, shape (batch, *spatial, channels), or (batch, channels, *spatial).
        kernel: float32, shape (*window, filters, channels).
        strides: How many times larger the outputs are: an int, or one for each spatial axis.
        padding: 'valid', for `(size - 1) * stride + max(window, stride)` outputs, or 'same', for
            `size * stride`; `window` counts the gaps of dilation.
        output_padding: Elements added at the end of each axis instead: `(size - 1) * stride +
            window + output_padding` outputs for 'valid', with `window % 2` for 'same'.
        data_format: 'channels_last' or 'channels_first'; default the configured one.
        dilation_rate: Distance between neighbours in a window: an int, or one an axis.

    Returns:
        float32, shape (batch, *enlarged, filters).

    Raises:
        ValueError: If the shapes do not fit, or for an output padding of the stride or more.

    Example:
        >>> import numpy as np
        >>> conv_transpose(np.ones((1, 2, 1)), np.ones((2, 1, 1)), 2).numpy().ravel().tolist()
        [1.0, 1.0, 1.0, 1.0]
    """
    name = "conv_transpose"
    data_format = standardize_data_format(data_format)
    x = images(name, inputs, data_format)
    weights = _kernel(name, kernel, x)
    _check_channels(name, x, weights.shape[-1], weights)
    rank = x.ndim - 2
    steps = per_axis(name, "strides", strides, rank)
    gaps = per_axis(name, "dilation_rate", dilation_rate, rank)
    mode = padding_name(name, padding)
    lengths, widths = [], []
    for axis, extra in enumerate(_extras(output_padding, rank)):
        size, window, step, gap = x.shape[axis + 1], weights.shape[axis], steps[axis], gaps[axis]
        lengths.append(transposed_size(size, window, step, mode, extra, gap))
        cut = max((size - 1) * step + (window - 1) * gap + 1 - lengths[-1], 0)
        widths.append((cut // 2, cut - cut // 2))
    result: Tensor = p.conv_input_grad(
        x,
        weights,
        spatial=tuple(lengths),
        strides=steps,
        padding=tuple(widths),
        dilation=gaps,
        groups=1,
    )
    return like_images(result, data_format)


def _extras(output_padding: Any, rank: int) -> tuple[int | None, ...]:
    """One output padding an axis."""
    if output_padding is None or isinstance(output_padding, int):
        return (output_padding,) * rank
    if len(output_padding) != rank:
        raise ValueError(
            f"`conv_transpose` expected `output_padding` as an int or {rank} of them, received "
            f"{output_padding!r}"
        )
    return tuple(output_padding)


def transposed_size(
    size: int, window: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> int:
    """How long an axis gets in a transposed convolution.

    Args:
        size: Length of the inputs.
        window: Length of the kernel.
        stride: How many times larger the outputs are.
        padding: 'valid' or 'same'.
        output_padding: Elements at the end, or None for the default.
        dilation: Distance between neighbours in the window.

    Returns:
        Length of the outputs.

    Raises:
        ValueError: If `output_padding` is not from 0 to `stride - 1`.
    """
    span = (window - 1) * dilation + 1
    if output_padding is None:
        return size * stride if padding == "same" else (size - 1) * stride + max(span, stride)
    if not 0 <= output_padding < stride:
        raise ValueError(
            f"`conv_transpose` expected `output_padding` from 0 to the stride less 1, received "
            f"{output_padding} for stride {stride}"
        )
    return (size - 1) * stride + (span if padding == "valid" else span % 2) + output_padding
