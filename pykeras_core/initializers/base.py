"""Owns the base classes of initializers."""

from __future__ import annotations

from typing import Any

from pykeras_core import random
from pykeras_core.checks import Seed, checked
from pykeras_core.saving import serialization

__all__ = ["Initializer", "RandomInitializer"]


class Initializer:
    """Base class: a callable that gives the first value of a weight.

    Subclasses write `__call__(shape, dtype=None)` and, if they have arguments, `get_config`.

    Example:
        >>> import pykeras_core as keras
        >>> class Halves(keras.initializers.Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return 0.5 * keras.ops.ones(shape, dtype=dtype)
        >>> keras.layers.Dense(2, kernel_initializer=Halves())(keras.ops.ones((1, 3))).tolist()
        [[1.5, 1.5]]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns the value.

        Args:
            shape: Tuple of ints.
            dtype: Dtype of the result; default float32.

        Returns:
            Tensor of shape `shape`.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(f"{type(self).__name__} has no `__call__(shape, dtype=None)`.")

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Makes an initializer from `get_config()`'s dict."""
        return cls(**config)

    def clone(self) -> Initializer:
        """Returns a new initializer of the same configuration."""
        return self.from_config(self.get_config())


class RandomInitializer(Initializer):
    """Base class of initializers that draw numbers.

    Args:
        seed: An int, or `None` (default) for one drawn now: either way the same initializer
            gives the same numbers at every call. A `SeedGenerator` gives new ones each time.

    Raises:
        ValueError: If `seed` is of another type.
    """

    @checked
    def __init__(self, seed: Seed = None) -> None:
        self._init_seed = seed
        if seed is None:
            seed = random.make_default_seed()
        elif isinstance(seed, dict):
            seed = serialization.deserialize_keras_object(seed)
        self.seed = seed

    def get_config(self) -> dict[str, Any]:
        """Returns `{"seed": seed}`, the seed as it was given."""
        return {"seed": serialization.serialize_keras_object(self._init_seed)}
