"""Owns the `K.*` functions of older tutorials that make variables and random tensors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pykeras_core import ops, random, settings
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


def batch_get_value(tensors: Iterable[Any]) -> list[Array]:
    """Returns the values of variables as arrays."""
    return [get_value(tensor) for tensor in tensors]


def batch_set_value(tuples: Iterable[tuple[Variable, Any]]) -> None:
    """Sets variables from pairs of a variable and its new value."""
    for target, value in tuples:
        target.assign(value)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """Returns a tensor of a value, repeated to fill `shape`."""
    tensor = ops.convert_to_tensor(value, dtype or settings.floatx())
    return tensor if shape is None else ops.broadcast_to(tensor, shape)


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Tensor:
    """Sets a share `level` of the elements to zero and scales the others up."""
    return random.dropout(x, level, noise_shape=noise_shape, seed=seed)


def eval(x: Any) -> Array:
    """Returns the value as an array."""
    return get_value(x)


def get_value(x: Any) -> Array:
    """Returns the value of a variable or Tensor as an array."""
    array: Array = ops.convert_to_numpy(x)
    return array


def moving_average_update(x: Variable, value: Any, momentum: float) -> Variable:
    """Sets a variable to `momentum * x + (1 - momentum) * value`."""
    return x.assign_sub((x - value) * (1.0 - momentum))


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Variable:
    """Returns a variable of ones."""
    return variable(ops.ones(shape), dtype, name)


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Tensor:
    """Returns ones with probability `p` and zeros otherwise."""
    return ops.cast(random.uniform(shape, seed=seed) < p, dtype or settings.floatx())


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Returns numbers of a normal distribution."""
    return random.normal(shape, mean, stddev, dtype, seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Returns numbers spread evenly over [minval, maxval)."""
    return random.uniform(shape, minval, maxval, dtype, seed)


def set_value(x: Variable, value: Any) -> None:
    """Sets a variable."""
    x.assign(value)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Returns numbers of a normal distribution, none beyond two standard deviations."""
    return random.truncated_normal(shape, mean, stddev, dtype, seed)


def update(x: Variable, new_x: Any) -> Variable:
    """Sets a variable and returns it."""
    return x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Variable:
    """Adds to a variable and returns it."""
    return x.assign_add(increment)


def update_sub(x: Variable, decrement: Any) -> Variable:
    """Subtracts from a variable and returns it."""
    return x.assign_sub(decrement)


def variable(
    value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None
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


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Variable:
    """Returns a variable of zeros."""
    return variable(ops.zeros(shape), dtype, name)
