"""Normalization: batch, layer and root mean square."""

from __future__ import annotations

from typing import Any

from pykeras_core import settings
from pykeras_core.checks import ArrayLike, Integers
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine.axes import canonical_axes, canonical_axis
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.manipulation import reshape
from pykeras_core.ops.math import rsqrt, square
from pykeras_core.ops.reduction import mean as mean_over
from pykeras_core.symbolic.op_call import operation

__all__ = ["batch_normalization", "layer_normalization", "rms_normalization"]


def _scaled(x: Any, mean: Any, variance: Any, offset: Any, scale: Any, epsilon: float) -> Tensor:
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`, in the fewest passes over `x`."""
    factor = rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor
    if offset is not None:
        shift = shift + offset
    result: Tensor = x * factor + shift
    return result


@operation
def batch_normalization(
    x: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    axis: int,
    offset: ArrayLike = None,
    scale: ArrayLike = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`, with one value per channel.

    Args:
        x: float32, any shape.
        mean: float32, shape (channels,).
        variance: float32, shape (channels,).
        axis: The axis of the channels.
        offset: float32, shape (channels,), or None.
        scale: float32, shape (channels,), or None.
        epsilon: Added to the variance.

    Returns:
        Tensor like `x`.
    """
    (tensor,) = promote(x, at_least="float32")
    shape = [1] * tensor.ndim
    at = canonical_axis("batch_normalization", axis, tensor.ndim)
    shape[at] = tensor.shape[at]

    def broadcast(value: Any) -> Any:
        return None if value is None else reshape(value, tuple(shape))

    return _scaled(
        tensor, broadcast(mean), broadcast(variance), broadcast(offset), broadcast(scale), epsilon
    )


@operation
def layer_normalization(
    x: ArrayLike,
    gamma: ArrayLike = None,
    beta: ArrayLike = None,
    axis: Integers | None = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Tensor:
    """`(x - mean) / sqrt(variance + epsilon) * gamma + beta`, each sample by itself.

    Args:
        x: float32, any shape.
        gamma: Scale, of the shape of the normalized axes, or None.
        beta: Offset, of the shape of the normalized axes, or None.
        axis: Axis or axes over which mean and variance are taken.
        epsilon: Added to the variance; default `settings.epsilon()`.
        rms_scaling: Whether to leave out the mean and `beta`; deprecated in Keras.

    Returns:
        Tensor like `x`.
    """
    (tensor,) = promote(x, at_least="float32")
    axes = canonical_axes("layer_normalization", axis, tensor.ndim)
    small = settings.epsilon() if epsilon is None else epsilon
    mean = mean_over(tensor, axes, keepdims=True)
    variance = mean_over(square(tensor - mean), axes, keepdims=True)
    scale, offset = (_along(value, tensor, axes) for value in (gamma, beta))
    if rms_scaling:
        return _scaled(tensor, mean * 0.0, variance, None, scale, small)
    return _scaled(tensor, mean, variance, offset, scale, small)


@operation
def rms_normalization(
    x: ArrayLike, scale: ArrayLike = None, axis: Integers | None = -1, epsilon: float | None = None
) -> Tensor:
    """`x / sqrt(mean(x ** 2) + epsilon) * scale`.

    Args:
        x: float32, any shape.
        scale: Of the shape of the normalized axes, a number, or None.
        axis: Axis or axes over which the mean is taken.
        epsilon: Added to the mean square; default `settings.epsilon()`.

    Returns:
        Tensor like `x`.
    """
    (tensor,) = promote(x, at_least="float32")
    axes = canonical_axes("rms_normalization", axis, tensor.ndim)
    small = settings.epsilon() if epsilon is None else epsilon
    result: Tensor = tensor * rsqrt(mean_over(square(tensor), axes, keepdims=True) + small)
    return result if scale is None else result * _along(scale, tensor, axes)


def _along(value: Any, tensor: Tensor, axes: tuple[int, ...]) -> Any:
    """A weight of the normalized axes, shaped to broadcast to the whole tensor."""
    if value is None or not convert_to_tensor(value).ndim:
        return value
    shape = tuple(size if axis in axes else 1 for axis, size in enumerate(tensor.shape))
    return reshape(value, shape)
