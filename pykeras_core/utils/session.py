"""Owns what resets Keras's global state: random seeds and automatic names."""

from __future__ import annotations

import gc
import random as _python_random

import numpy as np

from pykeras_core.checks import WordSeed, checked
from pykeras_core.naming import reset_uids
from pykeras_core.random import seeds

__all__ = ["clear_session", "set_random_seed"]


@checked
def set_random_seed(seed: WordSeed) -> None:
    """Seeds Python's `random`, NumPy and `keras.random`, so that a program repeats itself.

    Args:
        seed: Int from 0 to 2^32 - 1.

    Raises:
        ValueError: If it is not such an int.

    Example:
        >>> import pykeras_core as keras
        >>> set_random_seed(7)
        >>> first = keras.random.normal((2,)).numpy()
        >>> set_random_seed(7)
        >>> bool((keras.random.normal((2,)).numpy() == first).all())
        True
    """
    _python_random.seed(seed)
    np.random.seed(seed)
    seeds.reset_global_generator()


@checked
def clear_session(free_memory: bool = True) -> None:
    """Makes automatic names start over (`dense`, `dense_1`, ...) and forgets the random state.

    Args:
        free_memory: Whether to free the memory of models no longer used at once.

    Example:
        >>> import pykeras_core as keras
        >>> clear_session()
        >>> keras.layers.Dense(4).name, keras.layers.Dense(4).name
        ('dense', 'dense_1')
    """
    reset_uids()
    seeds.reset_global_generator()
    if free_memory:
        gc.collect()
