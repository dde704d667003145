"""`tf.random`: random tensors, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

from pykeras_core import random as keras_random
from pykeras_core.engine import Tensor
from pykeras_core.random import categorical
from pykeras_core.utils.session import set_random_seed

__all__ = ["categorical", "normal", "set_seed", "shuffle", "truncated_normal", "uniform"]


def normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Returns numbers of a normal distribution."""
    return keras_random.normal(shape, mean, stddev, dtype, seed)


def set_seed(seed: int) -> None:
    """Makes random tensors, and NumPy's and Python's numbers, repeat themselves."""
    set_random_seed(seed)


def shuffle(value: Any, seed: Any = None, name: str | None = None) -> Tensor:
    """Returns the rows in random order."""
    return keras_random.shuffle(value, seed=seed)


def truncated_normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Returns numbers of a normal distribution, none beyond two standard deviations."""
    return keras_random.truncated_normal(shape, mean, stddev, dtype, seed)


def uniform(
    shape: Any,
    minval: float = 0,
    maxval: float | None = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Returns numbers spread evenly over [minval, maxval); `maxval` is 1 for floats."""
    return keras_random.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed)
