"""Owns the `K.*` functions of older tutorials that compute with tensors.

Only those that differ from `keras.ops` in name, arguments or defaults are written out.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from pykeras_core import ops, settings
from pykeras_core.checks import (
    ArrayLike,
    Arrays,
    DType,
    Integers,
    IntTuple,
    NonNegativeInt,
    Of1,
    checked,
)
from pykeras_core.engine import Tensor, canonical_dtype
from pykeras_core.symbolic.function import Function
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.tree import map_structure

__all__ = [
    "argmax",
    "argmin",
    "batch_flatten",
    "bias_add",
    "cast_to_floatx",
    "concatenate",
    "count_params",
    "cumsum",
    "dtype",
    "expand_dims",
    "eye",
    "flatten",
    "function",
    "gather",
    "hard_sigmoid",
    "in_top_k",
    "int_shape",
    "l2_normalize",
    "learning_phase",
    "map_fn",
    "ndim",
    "permute_dimensions",
    "pow",
    "relu",
    "repeat",
    "repeat_elements",
    "reverse",
    "set_learning_phase",
    "sqrt",
    "switch",
    "transpose",
]


@checked
def argmax(x: ArrayLike, axis: int = -1) -> Tensor:
    """Returns where the largest element is; along the last axis, unlike `ops.argmax`."""
    return ops.argmax(x, axis=axis)


@checked
def argmin(x: ArrayLike, axis: int = -1) -> Tensor:
    """Returns where the smallest element is; along the last axis, unlike `ops.argmin`."""
    return ops.argmin(x, axis=axis)


@checked
def batch_flatten(x: ArrayLike) -> Tensor:
    """Returns each sample as one row, as `Flatten` does."""
    return ops.reshape(x, (-1, math.prod(ops.shape(x)[1:])))


@checked
def bias_add(
    x: ArrayLike,
    bias: ArrayLike,
    data_format: Literal["channels_last", "channels_first"] | None = None,
) -> Tensor:
    """Returns `x + bias`, one number a channel.

    Args:
        x: Tensor with channels along its last axis, or its second for `"channels_first"`.
        bias: Shape (channels,).
        data_format: `"channels_last"` or `"channels_first"`; default the global setting.
    """
    if (data_format or settings.image_data_format()) == "channels_first" and len(x.shape) > 2:
        bias = ops.reshape(bias, (-1, *[1] * (len(x.shape) - 2)))
    return ops.add(x, bias)


@checked
def cast_to_floatx(x: ArrayLike) -> Any:
    """Returns the elements as float32, an array for an array."""
    return (
        x.astype(settings.floatx()) if isinstance(x, np.ndarray) else ops.cast(x, settings.floatx())
    )


@checked
def concatenate(tensors: Arrays, axis: int = -1) -> Tensor:
    """Joins tensors; along the last axis, unlike `ops.concatenate`."""
    return ops.concatenate(tensors, axis=axis)


@checked
def count_params(x: ArrayLike) -> int:
    """Returns the number of elements."""
    return math.prod(ops.shape(x))


@checked
def cumsum(x: ArrayLike, axis: int = 0) -> Tensor:
    """Returns running sums; along the first axis, unlike `ops.cumsum`."""
    return ops.cumsum(x, axis=axis)


@checked
def dtype(x: ArrayLike) -> str:
    """Returns the dtype's name."""
    return canonical_dtype(getattr(x, "dtype", None) or ops.convert_to_tensor(x).dtype)


@checked
def expand_dims(x: ArrayLike, axis: int = -1) -> Tensor:
    """Returns the elements with one more axis."""
    return ops.expand_dims(x, axis)


@checked
def eye(size: NonNegativeInt, dtype: DType = None, name: str | None = None) -> Tensor:
    """Returns the identity matrix."""
    return ops.eye(size, dtype=dtype)


@checked
def flatten(x: ArrayLike) -> Tensor:
    """Returns all elements in one axis, the samples' axis included."""
    return ops.reshape(x, (-1,))


def function(inputs: Any, outputs: Any, updates: None = None, name: str | None = None) -> Any:
    """A function from arrays to arrays, made of the placeholders of a model.

    Args:
        inputs: List of placeholders, such as `[model.input]`; `K.learning_phase()` among them
            is left out.
        outputs: Placeholder, or list of them.
        updates: Not offered; only None.
        name: Accepted as in Keras.

    Returns:
        A function of a list of arrays, which returns the outputs' arrays.

    """
    placed = [isinstance(one, KerasTensor) for one in inputs]
    graph = Function([one for one in inputs if isinstance(one, KerasTensor)], outputs)

    def run(values: Any) -> Any:
        given = [value for value, place in zip(values, placed, strict=False) if place]
        return map_structure(np.asarray, graph(given))

    return run


def learning_phase() -> int:
    """Returns 0: a layer is told whether it trains by its argument `training`."""
    return 0


@checked
def set_learning_phase(value: bool) -> None:
    """Does nothing: a layer is told whether it trains by its argument `training`."""


@checked
def gather(reference: ArrayLike, indices: ArrayLike) -> Tensor:
    """Returns rows of `reference` by number."""
    return ops.take(reference, indices, axis=0)


@checked
def hard_sigmoid(x: ArrayLike) -> Tensor:
    """Returns `clip(0.2 * x + 0.5, 0, 1)`; today's `ops.hard_sigmoid` has the slope 1/6."""
    return ops.clip(ops.multiply(x, 0.2) + 0.5, 0.0, 1.0)


@checked
def in_top_k(predictions: ArrayLike, targets: ArrayLike, k: int) -> Tensor:
    """Returns whether each target is among the k largest predictions."""
    return ops.in_top_k(targets, predictions, k)


@checked
def int_shape(x: ArrayLike) -> tuple[int | None, ...]:
    """Returns the shape as a tuple."""
    return tuple(ops.shape(x))


@checked
def l2_normalize(x: ArrayLike, axis: Any = None) -> Tensor:
    """Returns `x / sqrt(max(sum(x^2), 1e-12))`."""
    total = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(total, 1e-12)))


@checked
def map_fn(fn: Of1, elems: ArrayLike, name: str | None = None, dtype: DType = None) -> Tensor:
    """Returns `fn` of each row, stacked."""
    tensor = ops.convert_to_tensor(elems)
    stacked = ops.stack([fn(tensor[row]) for row in range(len(tensor))])
    return stacked if dtype is None else ops.cast(stacked, dtype)


@checked
def ndim(x: ArrayLike) -> int:
    """Returns the number of axes."""
    return len(ops.shape(x))


@checked
def permute_dimensions(x: ArrayLike, pattern: IntTuple) -> Tensor:
    """Returns the axes in another order."""
    return ops.transpose(x, pattern)


@checked
def pow(x: ArrayLike, a: ArrayLike) -> Tensor:
    """Returns `x ** a`."""
    return ops.power(x, a)


@checked
def relu(
    x: ArrayLike, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Tensor:
    """Returns `max(x, 0)`, in its general form.

    Args:
        x: Tensor.
        alpha: Slope below the threshold.
        max_value: Largest value, or `None`.
        threshold: Below it the slope is `alpha`.
    """
    tensor = ops.convert_to_tensor(x, settings.floatx())
    below = (tensor - threshold) * alpha
    above = tensor if max_value is None else ops.minimum(tensor, max_value)
    return ops.where(tensor >= threshold, above, below)


@checked
def repeat(x: ArrayLike, n: NonNegativeInt) -> Tensor:
    """Returns each row `n` times along a new second axis, as `RepeatVector` does."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


@checked
def repeat_elements(x: ArrayLike, rep: NonNegativeInt, axis: int) -> Tensor:
    """Returns each element `rep` times along an axis."""
    return ops.repeat(x, rep, axis=axis)


@checked
def reverse(x: ArrayLike, axes: Integers | None) -> Tensor:
    """Returns the elements in reverse order along axes."""
    return ops.flip(x, axes)


@checked
def sqrt(x: ArrayLike) -> Tensor:
    """Returns the square root, 0 for negative numbers."""
    return ops.sqrt(ops.maximum(x, 0.0))


@checked
def switch(condition: ArrayLike, then_expression: ArrayLike, else_expression: ArrayLike) -> Tensor:
    """Returns one of two tensors (or of what two functions return) by a condition.

    Args:
        condition: bool, a scalar or broadcastable to the results.
        then_expression: Tensor or function without arguments.
        else_expression: Tensor or function without arguments.
    """
    then = then_expression() if callable(then_expression) else then_expression
    otherwise = else_expression() if callable(else_expression) else else_expression
    missing = len(ops.shape(then)) - len(ops.shape(condition))
    if len(ops.shape(condition)) and missing > 0:
        condition = ops.reshape(condition, (*ops.shape(condition), *[1] * missing))
    return ops.where(condition, then, otherwise)


@checked
def transpose(x: ArrayLike) -> Tensor:
    """Returns the axes in reverse order."""
    return ops.transpose(x)
