"""`tf.math`, and the functions of it that TensorFlow has at its top level too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pykeras_core import ops
from pykeras_core.compat.tensorflow.arrays import argmax, argmin
from pykeras_core.engine import Tensor
from pykeras_core.ops import (
    abs,
    add,
    ceil,
    cos,
    cosh,
    divide,
    divide_no_nan,
    equal,
    erf,
    exp,
    expm1,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    log,
    log1p,
    log_sigmoid,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    mod,
    multiply,
    negative,
    not_equal,
    power,
    reciprocal,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    softsign,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    top_k,
)

__all__ = [
    "abs",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "ceil",
    "clip_by_value",
    "cos",
    "cosh",
    "cumsum",
    "divide",
    "divide_no_nan",
    "equal",
    "erf",
    "exp",
    "expm1",
    "floor",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log_sigmoid",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "negative",
    "not_equal",
    "pow",
    "power",
    "reciprocal",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_std",
    "reduce_sum",
    "reduce_variance",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "squared_difference",
    "subtract",
    "tan",
    "tanh",
    "top_k",
]

pow = power


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """Returns the sum of tensors of one shape."""
    return ops.sum(ops.stack(inputs), axis=0)


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """Returns the elements, none below or above the limits."""
    return ops.clip(t, clip_value_min, clip_value_max)


def cumsum(x: Any, axis: int = 0) -> Tensor:
    """Returns running sums."""
    return ops.cumsum(x, axis=axis)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Returns `(x - y)^2`."""
    return ops.square(ops.subtract(x, y))


def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns whether all elements hold, over axes."""
    return ops.all(input_tensor, axis=axis, keepdims=keepdims)


def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns whether any element holds, over axes."""
    return ops.any(input_tensor, axis=axis, keepdims=keepdims)


def reduce_max(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the largest element over axes."""
    return ops.max(input_tensor, axis=axis, keepdims=keepdims)


def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the mean over axes."""
    return ops.mean(input_tensor, axis=axis, keepdims=keepdims)


def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the smallest element over axes."""
    return ops.min(input_tensor, axis=axis, keepdims=keepdims)


def reduce_prod(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the product over axes."""
    return ops.prod(input_tensor, axis=axis, keepdims=keepdims)


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the standard deviation over axes."""
    return ops.std(input_tensor, axis=axis, keepdims=keepdims)


def reduce_sum(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the sum over axes."""
    return ops.sum(input_tensor, axis=axis, keepdims=keepdims)


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns the variance over axes."""
    return ops.var(input_tensor, axis=axis, keepdims=keepdims)


def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Returns `log(sum(exp(x)))` over axes."""
    return ops.logsumexp(input_tensor, axis=axis, keepdims=keepdims)
