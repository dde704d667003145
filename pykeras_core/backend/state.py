"""Owns the `K.*` functions of older tutorials that make variables and random tensors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pykeras_core import ops, random, settings
from pykeras_core.checks import (
    ArrayLike,
    Arrays,
    DType,
    NonNegativeInts,
    Rate,
    Sizes,
    checked,
    refuse,
)
from pykeras_core.engine import Tensor, Variable
from pykeras_core.engine.primitive import Array

__all__ = [
    "batch_get_value",
    "batch_set_value",
    "constant",
    "dropout",
    "eval",
    "get_value",
    "moving_average_update",
    "ones",
    "random_bernoulli",
    "random_normal",
    "random_uniform",
    "set_value",
    "truncated_normal",
    "update",
    "update_add",
    "update_sub",
    "variable",
    "zeros",
]


@checked
def batch_get_value(tensors: Arrays) -> list[Array]:
    """Returns the values of variables as arrays."""
    return [get_value(tensor) for tensor in tensors]


@checked
def batch_set_value(tuples: Iterable[tuple[Variable, Any]]) -> None:
    """Sets variables from pairs of a variable and its new value."""
    pairs = list(tuples)
    for pair in pairs:
        if not isinstance(pair, tuple | list) or not isinstance(pair[0], Variable):
            raise refuse("batch_set_value", "tuples", "pairs of a variable and a value", pair)
    for target, value in pairs:
        target.assign(value)


@checked
def constant(
    value: ArrayLike, dtype: DType = None, shape: NonNegativeInts = None, name: str | None = None
) -> Tensor:
    """Returns a tensor of a value, repeated to fill `shape`."""
    tensor = ops.convert_to_tensor(value, dtype or settings.floatx())
    return tensor if shape is None else ops.broadcast_to(tensor, shape)


@checked
def dropout(
    x: ArrayLike, level: Rate, noise_shape: Sizes | None = None, seed: Any = None
) -> Tensor:
    """Sets a share `level` of the elements to zero and scales the others up."""
    return random.dropout(x, level, noise_shape=noise_shape, seed=seed)


@checked
def eval(x: ArrayLike) -> Array:
    """Returns the value as an array."""
    return get_value(x)


@checked
def get_value(x: ArrayLike) -> Array:
    """Returns the value of a variable or Tensor as an array."""
    array: Array = ops.convert_to_numpy(x)
    return array


@checked
def moving_average_update(x: Variable, value: ArrayLike, momentum: float) -> Variable:
    """Sets a variable to `momentum * x + (1 - momentum) * value`."""
    return x.assign_sub((x - value) * (1.0 - momentum))


@checked
def ones(shape: NonNegativeInts, dtype: DType = None, name: str | None = None) -> Variable:
    """Returns a variable of ones."""
    return variable(ops.ones(shape), dtype, name)


@checked
def random_bernoulli(
    shape: NonNegativeInts, p: float = 0.0, dtype: DType = None, seed: Any = None
) -> Tensor:
    """Returns ones with probability `p` and zeros otherwise."""
    return ops.cast(random.uniform(shape, seed=seed) < p, dtype or settings.floatx())


@checked
def random_normal(
    shape: NonNegativeInts,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DType = None,
    seed: Any = None,
) -> Tensor:
    """Returns numbers of a normal distribution."""
    return random.normal(shape, mean, stddev, dtype, seed)


@checked
def random_uniform(
    shape: NonNegativeInts,
    minval: float = 0.0,
    maxval: float = 1.0,
    dtype: DType = None,
    seed: Any = None,
) -> Tensor:
    """Returns numbers spread evenly over [minval, maxval)."""
    return random.uniform(shape, minval, maxval, dtype, seed)


@checked
def set_value(x: Variable, value: ArrayLike) -> None:
    """Sets a variable."""
    x.assign(value)


@checked
def truncated_normal(
    shape: NonNegativeInts,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DType = None,
    seed: Any = None,
) -> Tensor:
    """Returns numbers of a normal distribution, none beyond two standard deviations."""
    return random.truncated_normal(shape, mean, stddev, dtype, seed)


@checked
def update(x: Variable, new_x: ArrayLike) -> Variable:
    """Sets a variable and returns it."""
    return x.assign(new_x)


@checked
def update_add(x: Variable, increment: ArrayLike) -> Variable:
    """Adds to a variable and returns it."""
    return x.assign_add(increment)


@checked
def update_sub(x: Variable, decrement: ArrayLike) -> Variable:
    """Subtracts from a variable and returns it."""
    return x.assign_sub(decrement)


@checked
def variable(
    value: ArrayLike, dtype: DType = None, name: str | None = None, constraint: Any = None
) -> Variable:
    """Returns a variable.

    Args:
        value: Its first value.
        dtype: Default float32.
        name: Its name.
        constraint: Function from a Tensor to the Tensor that replaces it, or `None`.
    """
    return Variable(
        value, dtype=dtype or settings.floatx(), name=name or "variable", constraint=constraint
    )


@checked
def zeros(shape: NonNegativeInts, dtype: DType = None, name: str | None = None) -> Variable:
    """Returns a variable of zeros."""
    return variable(ops.zeros(shape), dtype, name)
