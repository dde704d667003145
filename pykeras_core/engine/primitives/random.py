"""Random bits from a counter: the one source of randomness of the engine.

`random_bits` is Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random
numbers: as easy as 1, 2, 3", SC 2011). It needs only 32-bit additions, rotations and xors, so
NumPy, C and WGSL give identical bits.
"""

from __future__ import annotations

import math

import numpy as np

from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.tracing import op

__all__ = ["random_bits"]

_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_PARITY = np.uint32(0x1BD11BDA)
ROUNDS = 20


def threefry_2x32(key: Array, x0: Array, x1: Array) -> tuple[Array, Array]:
    """Encrypt the counters (x0, x1) under a key of two words.

    Args:
        key: uint32, shape (2,).
        x0: uint32, any shape.
        x1: uint32, the shape of `x0`.

    Returns:
        Two uint32 arrays of that shape.
    """
    words = (key[0], key[1], key[0] ^ key[1] ^ _PARITY)
    x0, x1 = x0 + words[0], x1 + words[1]
    for number in range(ROUNDS):
        left = np.uint32(_ROTATIONS[number % 8])
        x0 = x0 + x1
        x1 = ((x1 << left) | (x1 >> (np.uint32(32) - left))) ^ x0
        if number % 4 == 3:
            group = number // 4 + 1
            x0 = x0 + words[group % 3]
            x1 = x1 + words[(group + 1) % 3] + np.uint32(group)
    return x0, x1


def _infer(state: Spec, *, shape: tuple[int, ...]) -> Spec:
    if state != Spec((2,), "uint32"):
        raise ValueError(f"`random_bits` expected a state uint32[2], received {state}")
    return Spec(shape, "uint32")


def _random_bits(state: Array, *, shape: tuple[int, ...]) -> Array:
    """Words 2i and 2i+1 of the result are the encryption of counter (i, 0)."""
    size = math.prod(shape)
    counters = np.arange((size + 1) // 2, dtype=np.uint32)
    words = threefry_2x32(state, counters, np.zeros_like(counters))
    return np.stack(words, axis=-1).reshape(-1)[:size].reshape(shape)


random_bits = op(Primitive("random_bits", _random_bits, _infer))
