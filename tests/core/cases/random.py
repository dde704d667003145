"""Cases of random bits."""

from __future__ import annotations

import math

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import Case, Operand, Refusal

WORD = 2**32


def threefry_2x32_20(key: tuple[int, int], counter: tuple[int, int]) -> tuple[int, int]:
    """Threefry-2x32 with 20 rounds, on Python's integers, as its paper's Figure 2 draws it."""
    keys = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    left, right = (counter[0] + keys[0]) % WORD, (counter[1] + keys[1]) % WORD
    for number in range(20):
        turn = ((13, 15, 26, 6), (17, 29, 16, 24))[number // 4 % 2][number % 4]
        left = (left + right) % WORD
        right = (right << turn | right >> 32 - turn) % WORD ^ left
        if number % 4 == 3:
            injected = number // 4 + 1
            left = (left + keys[injected % 3]) % WORD
            right = (right + keys[(injected + 1) % 3] + injected) % WORD
    return left, right


def _random_bits(state: Array, *, shape: tuple[int, ...]) -> Array:
    key = (int(state[0]), int(state[1]))
    size = math.prod(shape)
    words = [w for i in range(-(-size // 2)) for w in threefry_2x32_20(key, (i, 0))]
    return np.array(words[:size], np.uint32).reshape(shape)


CASES: tuple[Case, ...] = tuple(
    Case(
        "random_bits",
        (Operand((2,), "uint32", values=state),),
        _random_bits,
        {"shape": shape},
        note=f"state {state}",
    )
    for state in ((0, 0), (7, 3), (WORD - 1, WORD - 1), (123456789, 1))
    for shape in ((), (1,), (0,), (7,), (8,), (3, 5), (2, 3, 4), (1027,))
)

REFUSALS: tuple[Refusal, ...] = tuple(
    Refusal("random_bits", (spec,), "`random_bits` expected a state", {"shape": (3,)})
    for spec in (Spec((2,), "int32"), Spec((3,), "uint32"), Spec((), "uint32"))
)
