"""Owns where random numbers begin: seeds, the generators that advance them, and the bits drawn."""

from __future__ import annotations

import random as _python_random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from pykeras_core.checks import WordSeed, checked
from pykeras_core.engine import Tensor, Variable, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_shape

__all__ = ["SeedGenerator", "make_default_seed"]


class SeedGenerator:
    """A seed that advances: each use gives numbers independent of the last.

    Its state is a variable, so a traced step advances it at every run.

    Args:
        seed: Int from 0 to 2^32 - 1, or None for one from Python's `random`.
        name: Name of the state variable.

    Raises:
        ValueError: If the seed is not such an int.

    Example:
        >>> from pykeras_core.random import uniform
        >>> generator = SeedGenerator(7)
        >>> a, b = uniform((2,), seed=generator), uniform((2,), seed=generator)
        >>> bool((a == b).numpy().any())
        False
    """

    @checked
    def __init__(
        self, seed: WordSeed | None = None, name: str | None = None, **kwargs: Any
    ) -> None:
        if seed is None:
            seed = make_default_seed()
        self.name = name or "seed_generator"
        self._initial_seed = seed
        self.state = Variable(
            np.array([seed, 0], np.uint32), trainable=False, name=f"{self.name}_state"
        )

    def next(self, ordered: bool = True) -> Tensor:
        """The state to draw from, uint32 of shape (2,); the generator moves on."""
        state = self.state.value
        self.state.assign(p.add(state, np.array([0, 1], np.uint32)))
        return state

    def get_config(self) -> dict[str, Any]:
        """The initial seed."""
        return {"seed": self._initial_seed}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """A generator at its beginning."""
        return cls(**config)


_global: SeedGenerator | None = None


@checked
def make_default_seed() -> int:
    """A seed drawn from Python's `random`, from 1 to 10^9."""
    return _python_random.randint(1, int(1e9))


def reset_global_generator() -> None:
    """Forget the generator behind `seed=None`; the next use makes it anew."""
    global _global
    _global = None


def global_state() -> list[int] | None:
    """The initial seed and the state of the generator behind `seed=None`; None before its use."""
    if _global is None:
        return None
    return [_global._initial_seed, *map(int, _global.state.numpy())]


def set_global_state(state: list[int] | None) -> None:
    """Puts the generator behind `seed=None` where `global_state` has found it.

    Args:
        state: What it returned.
    """
    global _global
    if state is None:
        _global = None
        return
    seed, *words = state
    if _global is None:
        _global = SeedGenerator(seed, name="global_seed_generator")
    _global._initial_seed = seed
    _global.state.assign(np.array(words, np.uint32))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within it, what is drawn moves neither the global generator nor Python's `random` on.

    Example:
        >>> from pykeras_core.random import uniform
        >>> first = uniform((2,), seed=None)
        >>> with undisturbed():
        ...     aside = uniform((2,)).numpy()
        >>> bool((uniform((2,)).numpy() == aside).all())
        True
    """
    python_state = _python_random.getstate()
    state = None if _global is None else _global.state.numpy()
    try:
        yield
    finally:
        _python_random.setstate(python_state)
        if _global is not None:  # one that was made in between stays, and begins anew
            initial = np.array([_global._initial_seed, 0], np.uint32)
            _global.state.assign(initial if state is None else state)


def _state(seed: Any) -> Tensor:
    """The two words to draw from."""
    global _global
    if seed is None:
        if _global is None:
            _global = SeedGenerator(name="global_seed_generator")
        seed = _global
    if isinstance(seed, SeedGenerator):
        return seed.next()
    return convert_to_tensor(np.array([int(seed) % 2**32, 0], np.uint32))


def random_words(shape: Any, seed: Any) -> Tensor:
    """A random uint32 an element."""
    return p.random_bits(_state(seed), shape=canonical_shape("random", shape))


def random_fractions(shape: Any, seed: Any) -> Tensor:
    """Uniform float32 in [0, 1): the upper 24 bits of each word."""
    bits = random_words(shape, seed)
    high = p.cast(p.right_shift(bits, 8), dtype="float32")
    result: Tensor = p.multiply(high, 2.0**-24)
    return result
