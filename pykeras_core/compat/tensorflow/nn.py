"""`tf.nn`: activations and crossentropies, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
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
    "bias_add",
    "dropout",
    "elu",
    "gelu",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_softmax",
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
]


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
