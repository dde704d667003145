"""`tf.nn`: activations and crossentropies, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.compat.tensorflow.counting import in_top_k, zero_fraction
from pykeras_core.engine import Tensor
from pykeras_core.ops import (
    elu,
    gelu,
    log_softmax,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    swish,
    tanh,
    top_k,
)

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "batch_normalization",
    "bias_add",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "crelu",
    "depthwise_conv2d",
    "dropout",
    "elu",
    "embedding_lookup",
    "gelu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_softmax",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "moments",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "zero_fraction",
]


def _flat(value: Any) -> Any:
    """Window or strides as given for every axis, (1, h, w, 1), without those of batch, channels."""
    if isinstance(value, list | tuple) and len(value) > 2 and value[0] == 1 == value[-1]:
        return tuple(value[1:-1])
    return tuple(value) if isinstance(value, list) else value


def _format(data_format: str | None) -> str:
    first = data_format is not None and data_format.startswith("NC")
    return "channels_first" if first else "channels_last"


def avg_pool2d(
    input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: Any = None
) -> Tensor:
    """Returns the means of windows."""
    return ops.average_pool(
        input, _flat(ksize), _flat(strides), padding.lower(), _format(data_format)
    )


def max_pool2d(
    input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: Any = None
) -> Tensor:
    """Returns the largest elements of windows."""
    return ops.max_pool(input, _flat(ksize), _flat(strides), padding.lower(), _format(data_format))


avg_pool = avg_pool2d
max_pool = max_pool2d


def avg_pool1d(
    input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NWC", name: Any = None
) -> Tensor:
    """Returns the means of windows of a series."""
    return avg_pool2d(input, _first(ksize), _first(strides), padding, data_format)


def max_pool1d(
    input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NWC", name: Any = None
) -> Tensor:
    """Returns the largest elements of windows of a series."""
    return max_pool2d(input, _first(ksize), _first(strides), padding, data_format)


def _first(size: Any) -> Any:
    """A size as it is, or as the list that may stand for it."""
    return size[-2 if len(size) == 3 else 0] if isinstance(size, list | tuple) else size


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: str,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Returns the convolution of series with filters (width, inputs, outputs)."""
    size, dilation = _first(stride), _first(dilations or 1)
    return ops.conv(input, filters, size, padding.lower(), _format(data_format), dilation)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = 1,
    name: str | None = None,
) -> Tensor:
    """Returns the convolution of images with filters (height, width, inputs, outputs)."""
    return ops.conv(
        input, filters, _flat(strides), padding.lower(), _format(data_format), _flat(dilations or 1)
    )


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Returns the transpose of `conv2d`; `output_shape` must be the shape that follows.

    Raises:
        ValueError: If it is another one.
    """
    found = ops.conv_transpose(
        input, filters, _flat(strides), padding.lower(), data_format=_format(data_format)
    )
    wanted = tuple(int(size) for size in output_shape)
    if wanted != tuple(found.shape):
        raise ValueError(
            f"`conv2d_transpose` gives the shape {tuple(found.shape)} here, received "
            f"`output_shape={wanted}`. Other shapes of a transpose are not in PyKeras."
        )
    return found


def depthwise_conv2d(
    input: Any, filter: Any, strides: Any, padding: str, data_format: Any = None,
    dilations: Any = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Returns the convolution of each channel with filters of its own."""
    return ops.depthwise_conv(
        input, filter, _flat(strides), padding.lower(), _format(data_format), dilations or 1
    )


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: float,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Returns `(x - mean) / sqrt(variance + epsilon) * scale + offset`."""
    factor = ops.rsqrt(ops.add(variance, variance_epsilon))
    factor = factor if scale is None else ops.multiply(factor, scale)
    found = ops.multiply(ops.subtract(x, mean), factor)
    return found if offset is None else ops.add(found, offset)


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Returns the mean and the variance over axes."""
    axes = tuple(axes) if isinstance(axes, list | tuple) else axes
    return ops.mean(x, axes, keepdims), ops.var(x, axes, keepdims)


def embedding_lookup(
    params: Any, ids: Any, max_norm: Any = None, name: str | None = None
) -> Tensor:
    """Returns the rows of `params` by number."""
    return ops.take(params, ids, axis=0)


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Tensor:
    """Returns the binary crossentropy of each element, that of positive ones times a weight."""
    weight = ops.add(1.0, ops.multiply(ops.subtract(pos_weight, 1.0), labels))
    rest = ops.multiply(weight, ops.softplus(ops.negative(logits)))
    return ops.add(ops.multiply(ops.subtract(1.0, labels), logits), rest)


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """Returns the positive and, beside them, the negative parts."""
    return ops.relu(ops.concatenate([features, ops.negative(features)], axis=axis))


def bias_add(value: Any, bias: Any, data_format: Any = None, name: str | None = None) -> Tensor:
    """Returns `value + bias`, one number a channel of the last axis."""
    return ops.add(value, bias)


def dropout(
    x: Any, rate: float, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> Tensor:
    """Sets a share `rate` of the elements to zero and scales the others up."""
    return random.dropout(x, rate, noise_shape=noise_shape, seed=seed)


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Returns half the sum of squares."""
    return ops.sum(ops.square(t)) / 2.0


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None
) -> Tensor:
    """Returns `x / sqrt(max(sum(x^2), epsilon))`."""
    total = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(total, epsilon)))


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """Returns `max(alpha * x, x)`."""
    return ops.leaky_relu(features, negative_slope=alpha)


def sigmoid_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> Tensor:
    """Returns the binary crossentropy of each element."""
    return ops.binary_crossentropy(labels, logits, from_logits=True)


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Tensor:
    """Returns the crossentropy of each row with a row of probabilities."""
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Tensor:
    """Returns the crossentropy of each row with a class number."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)
