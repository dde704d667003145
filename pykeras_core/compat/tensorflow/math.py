"""`tf.math`, and the functions of it that TensorFlow has at its top level too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pykeras_core import ops
from pykeras_core.compat.tensorflow.arrays import argmax, argmin
from pykeras_core.compat.tensorflow.counting import (
    bincount,
    confusion_matrix,
    count_nonzero,
    cumprod,
    floordiv,
    floormod,
    in_top_k,
    invert_permutation,
    is_finite,
    is_inf,
    is_nan,
    is_non_decreasing,
    multiply_no_nan,
    reduce_euclidean_norm,
    segment_max,
    segment_mean,
    segment_sum,
    unsorted_segment_sum,
    xlogy,
    zero_fraction,
)
from pykeras_core.compat.tensorflow.nn import l2_normalize
from pykeras_core.engine import Tensor
from pykeras_core.ops import (
    abs,
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    ceil,
    cos,
    cosh,
    divide,
    divide_no_nan,
    erf,
    erfc,
    erfinv,
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
    true_divide,
)
from pykeras_core.symbolic.strings import as_text, holds_text

__all__ = [
    "abs",
    "acos",
    "acosh",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bincount",
    "ceil",
    "clip_by_value",
    "confusion_matrix",
    "cos",
    "cosh",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "divide",
    "divide_no_nan",
    "equal",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "expm1",
    "floor",
    "floordiv",
    "floormod",
    "greater",
    "greater_equal",
    "in_top_k",
    "invert_permutation",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_non_decreasing",
    "l2_normalize",
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
    "multiply_no_nan",
    "negative",
    "not_equal",
    "pow",
    "power",
    "reciprocal",
    "reduce_all",
    "reduce_any",
    "reduce_euclidean_norm",
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
    "segment_max",
    "segment_mean",
    "segment_sum",
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
    "truediv",
    "unsorted_segment_sum",
    "xlogy",
    "zero_fraction",
]

pow = power
acos, acosh = arccos, arccosh
asin, asinh = arcsin, arcsinh
atan, atan2, atanh = arctan, arctan2, arctanh
truediv = true_divide


def equal(x: Any, y: Any, name: str | None = None) -> Any:
    """Returns where elements are equal, numbers or text."""
    if holds_text(x) or holds_text(y):
        return as_text(x) == as_text(y)
    return ops.equal(x, y)


def not_equal(x: Any, y: Any, name: str | None = None) -> Any:
    """Returns where elements differ, numbers or text."""
    return ops.logical_not(equal(x, y))


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """Returns the sum of tensors of one shape."""
    return ops.sum(ops.stack(inputs), axis=0)


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """Returns the elements, none below or above the limits."""
    return ops.clip(t, clip_value_min, clip_value_max)


def cumsum(
    x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """Returns running sums, from the end with `reverse`; `exclusive`: without the element."""
    x = ops.convert_to_tensor(x)
    found = ops.cumsum(ops.flip(x, axis) if reverse else x, axis=axis)
    found = ops.flip(found, axis) if reverse else found
    return ops.subtract(found, x) if exclusive else found


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
