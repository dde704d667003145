"""`keras.random`: random Tensors from a counter, the same on every backend.

Every function takes `seed`: an int gives the same numbers at each call; a `SeedGenerator`
gives new ones each time and remembers how far it is; None draws from one global generator
that `keras.utils.set_random_seed` resets.
"""

from __future__ import annotations

from pykeras_core.random.choices import categorical, dropout, shuffle
from pykeras_core.random.distributions import (
    beta,
    binomial,
    gamma,
    normal,
    randint,
    truncated_normal,
    uniform,
)
from pykeras_core.random.seeds import SeedGenerator, make_default_seed

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "make_default_seed",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]
