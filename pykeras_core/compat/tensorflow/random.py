"""`tf.random`: random tensors, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core import random as keras_random
from pykeras_core.engine import Tensor
from pykeras_core.random import categorical
from pykeras_core.utils.session import set_random_seed

__all__ = [
    "Generator",
    "categorical",
    "gamma",
    "get_global_generator",
    "normal",
    "poisson",
    "set_seed",
    "shuffle",
    "stateless_categorical",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
]


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
    """Returns numbers spread evenly over [minval, maxval); `maxval` is 1 for floats.

    Raises:
        ValueError: If integers are asked for without `maxval`.
    """
    if dtype in ("int32", "uint32", "uint8"):
        if maxval is None:
            raise ValueError("`uniform` expected `maxval` for integers, received None")
        return keras_random.randint(shape, int(minval), int(maxval), dtype, seed)
    return keras_random.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed)


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Returns numbers of gamma distributions, `shape` of them for each `alpha`."""
    alpha = ops.convert_to_tensor(alpha, "float32")
    drawn = keras_random.gamma((*_sizes(shape), *alpha.shape), alpha, dtype, seed)
    return drawn if beta is None else ops.divide(drawn, beta)


def poisson(
    shape: Any, lam: Any, dtype: Any = "float32", seed: Any = None, name: str | None = None
) -> Tensor:
    """Returns numbers of Poisson distributions, `shape` of them for each `lam`."""
    rates = np.asarray(ops.convert_to_tensor(lam))
    first = int(np.random.randint(2**31)) if seed is None else int(seed)
    drawn = np.random.default_rng(first).poisson(rates, (*_sizes(shape), *rates.shape))
    return ops.cast(drawn.astype("float32"), dtype)


def _sizes(shape: Any) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int) else tuple(int(size) for size in shape)


def _one_seed(seed: Any) -> int:
    """A seed of two numbers as one."""
    first, second = (int(part) for part in np.asarray(ops.convert_to_tensor(seed)).reshape(-1)[:2])
    return (first * 1_000_003 + second) % 2**31


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Tensor:
    """Returns numbers spread evenly, the same for the same seed of two numbers."""
    return uniform(shape, minval, maxval, dtype, _one_seed(seed))


def stateless_normal(
    shape: Any, seed: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32",
    name: str | None = None, alg: Any = None,
) -> Tensor:  # fmt: skip
    """Returns numbers of a normal distribution, the same for the same seed of two numbers."""
    return normal(shape, mean, stddev, dtype, _one_seed(seed))


def stateless_truncated_normal(
    shape: Any, seed: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32",
    name: str | None = None, alg: Any = None,
) -> Tensor:  # fmt: skip
    """Returns numbers of a cut normal distribution, the same for the same seed."""
    return truncated_normal(shape, mean, stddev, dtype, _one_seed(seed))


def stateless_categorical(
    logits: Any, num_samples: int, seed: Any, dtype: Any = "int32", name: str | None = None
) -> Tensor:
    """Returns classes drawn from rows of logits, the same for the same seed of two numbers."""
    return categorical(logits, num_samples, dtype, _one_seed(seed))


class Generator:
    """A source of random tensors of its own.

    Args:
        seed: Where it begins; default by chance.
    """

    def __init__(self, seed: Any = None) -> None:
        first = int(np.random.randint(2**31)) if seed is None else int(np.asarray(seed).sum())
        self._seeds = keras_random.SeedGenerator(first)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """Makes one that begins at a seed."""
        return cls(seed)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """Makes one that begins by chance."""
        return cls()

    def normal(
        self, shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32"
    ) -> Tensor:
        """Returns numbers of a normal distribution."""
        return keras_random.normal(shape, mean, stddev, dtype, self._seeds)

    def truncated_normal(
        self, shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32"
    ) -> Tensor:
        """Returns numbers of a normal distribution, none beyond two standard deviations."""
        return keras_random.truncated_normal(shape, mean, stddev, dtype, self._seeds)

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32"
    ) -> Tensor:
        """Returns numbers spread evenly over [minval, maxval)."""
        return uniform(shape, minval, maxval, dtype, self._seeds)

    def make_seeds(self, count: int = 1) -> Tensor:
        """Returns seeds of two numbers for the `stateless` functions, one a column."""
        return keras_random.randint((2, int(count)), 0, 2**31 - 1, "int32", self._seeds)

    def split(self, count: int = 1) -> list[Generator]:
        """Returns further sources that begin at different places."""
        seeds = np.asarray(self.make_seeds(count))
        return [Generator(int(seeds[0, at])) for at in range(int(count))]


_global: list[Generator] = []


def get_global_generator() -> Generator:
    """Returns the one that everybody shares."""
    if not _global:
        _global.append(Generator(keras_random.make_default_seed()))
    return _global[0]
