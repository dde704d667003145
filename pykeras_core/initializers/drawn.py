"""Owns the initializers that draw from a fixed distribution, and the orthogonal one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core import ops, random
from pykeras_core.checks import NonNegative, Seed, checked
from pykeras_core.initializers.base import RandomInitializer

__all__ = ["Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal"]


class RandomNormal(RandomInitializer):
    """Normal numbers.

    Args:
        mean: Mean, default 0.
        stddev: Standard deviation, default 0.05.
        seed: An int, a `SeedGenerator`, or `None`.

    Example:
        >>> RandomNormal(stddev=1.0, seed=1)((2, 3)).shape
        (2, 3)
    """

    @checked
    def __init__(self, mean: float = 0.0, stddev: NonNegative = 0.05, seed: Seed = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        return random.normal(
            tuple(shape), mean=self.mean, stddev=self.stddev, dtype=dtype, seed=self.seed
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomInitializer):
    """Normal numbers, those further than two standard deviations from the mean redrawn.

    Args:
        mean: Mean, default 0.
        stddev: Standard deviation before truncation, default 0.05.
        seed: An int, a `SeedGenerator`, or `None`.
    """

    @checked
    def __init__(self, mean: float = 0.0, stddev: NonNegative = 0.05, seed: Seed = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        return random.truncated_normal(
            tuple(shape), mean=self.mean, stddev=self.stddev, dtype=dtype, seed=self.seed
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class RandomUniform(RandomInitializer):
    """Uniform numbers in `[minval, maxval)`.

    Args:
        minval: Lower end, default -0.05.
        maxval: Upper end, default 0.05.
        seed: An int, a `SeedGenerator`, or `None`.
    """

    @checked
    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None) -> None:
        self.minval = minval
        self.maxval = maxval
        super().__init__(seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        return random.uniform(
            tuple(shape), minval=self.minval, maxval=self.maxval, dtype=dtype, seed=self.seed
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal columns (rows, if there are fewer rows), times `gain`.

    All axes but the last are taken together as rows.

    Args:
        gain: Scale, default 1.
        seed: An int, a `SeedGenerator`, or `None`.

    Raises:
        ValueError: If the weight has fewer than two axes.

    Source:
        Saxe et al. 2014, arXiv:1312.6120.

    Example:
        >>> import pykeras_core as keras
        >>> q = Orthogonal(seed=1)((3, 3))
        >>> bool(keras.ops.all(keras.ops.isclose(q @ q.T, keras.ops.eye(3), atol=1e-5)))
        True
    """

    @checked
    def __init__(self, gain: float = 1.0, seed: Seed = None) -> None:
        self.gain = gain
        super().__init__(seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        shape = tuple(shape)
        if len(shape) < 2:
            raise ValueError(f"`Orthogonal` needs at least two axes, received shape {shape}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        drawn = random.normal(tall, dtype=dtype, seed=self.seed)
        # First values are always concrete, so NumPy's factorization serves; it is no op.
        q, r = np.linalg.qr(drawn.numpy())
        q = q * np.sign(np.diagonal(r))  # makes the distribution uniform over such matrices
        if rows < columns:
            q = q.T
        return ops.convert_to_tensor(np.float32(self.gain) * q.reshape(shape))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments."""
        return {**super().get_config(), "gain": self.gain}
