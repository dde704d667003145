"""Owns the activations with bounded outputs, probabilities among them, and `exponential`, `glu`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops

__all__ = [
    "exponential",
    "glu",
    "hard_sigmoid",
    "hard_sigmoid_of_keras2",
    "hard_tanh",
    "log_sigmoid",
    "log_softmax",
    "sigmoid",
    "softmax",
    "softsign",
    "sparse_sigmoid",
    "sparsemax",
    "tanh",
]


def exponential(x: Any) -> Any:
    """`exp(x)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.exp(x)


def glu(x: Any, axis: int = -1) -> Any:
    """Gated linear unit: the first half of an axis times the sigmoid of the second.

    Args:
        x: Tensor with an even number of entries along `axis`.
        axis: The axis that is halved, default the last.

    Returns:
        Tensor with half as many entries along `axis`.
    """
    return ops.glu(x, axis=axis)


def hard_sigmoid(x: Any) -> Any:
    """Piecewise linear sigmoid: `clip(x / 6 + 0.5, 0, 1)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.hard_sigmoid(x)


def hard_sigmoid_of_keras2(x: Any) -> Any:
    """What Keras 2 called `hard_sigmoid`: `clip(0.2 * x + 0.5, 0, 1)`.

    Models from files of Keras 2 compute with it; Keras 3 has nothing of the kind.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0.0, 1.0)


def hard_tanh(x: Any) -> Any:
    """`x` clipped to -1...1.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.hard_tanh(x)


def log_sigmoid(x: Any) -> Any:
    """`log(sigmoid(x))`, without overflow.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.log_sigmoid(x)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """`log(softmax(x))`, without overflow.

    Args:
        x: Logits, tensor of any shape.
        axis: Axis along which the probabilities sum to 1, default the last.

    Returns:
        Tensor like `x`.
    """
    return ops.log_softmax(x, axis=axis)


def sigmoid(x: Any) -> Any:
    """Logistic function: `1 / (1 + exp(-x))`.

    Args:
        x: Logits, tensor of any shape.

    Returns:
        Tensor like `x`. It carries its logits, so that a crossentropy can use them directly.
    """
    logits = ops.convert_to_tensor(x)
    probabilities: Any = ops.sigmoid(logits)
    probabilities._keras_logits = logits
    probabilities._keras_activation = "sigmoid"
    return probabilities


def softmax(x: Any, axis: int = -1) -> Any:
    """Probabilities from logits: `exp(x) / sum(exp(x))`.

    Args:
        x: Logits, tensor of any shape.
        axis: Axis along which the result sums to 1, default the last.

    Returns:
        Tensor like `x`. It carries its logits, so that a crossentropy can use them directly.
    """
    logits = ops.convert_to_tensor(x)
    probabilities: Any = ops.softmax(logits, axis=axis)
    if axis in (-1, len(logits.shape) - 1):
        probabilities._keras_logits = logits
        probabilities._keras_activation = "softmax"
    return probabilities


def softsign(x: Any) -> Any:
    """`x / (1 + |x|)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.softsign(x)


def sparse_sigmoid(x: Any) -> Any:
    """`clip((x + 1) / 2, 0, 1)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.sparse_sigmoid(x)


def sparsemax(x: Any, axis: int = -1) -> Any:
    """The point of the probability simplex nearest to `x`; unlike softmax, it reaches 0.

    Args:
        x: Tensor of any shape.
        axis: Axis along which the result sums to 1, default the last.

    Returns:
        Tensor like `x`.

    Source:
        Martins and Astudillo 2016, arXiv:1602.02068.
    """
    return ops.sparsemax(x, axis=axis)


def tanh(x: Any) -> Any:
    """Hyperbolic tangent.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.tanh(x)
