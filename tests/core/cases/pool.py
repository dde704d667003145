"""Cases of pooling and its gradients."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import EXACT, Case, Operand, Refusal, Tolerance
from tests.core.cases.sliding import Padding, Sizes, links, positions

SUMS = Tolerance(2e-6, 1e-6, "sums of up to 27 numbers, added in another order in float32")

# shape of the inputs, window, strides, padding
POOLS: tuple[tuple[Sizes, Sizes, Sizes, Padding], ...] = (
    ((2, 8, 3), (2,), (2,), ((0, 0),)),
    ((2, 7, 2), (3,), (1,), ((1, 1),)),
    ((3, 6, 6, 2), (2, 2), (2, 2), ((0, 0), (0, 0))),
    ((2, 7, 5, 3), (3, 2), (2, 2), ((1, 1), (0, 1))),
    ((1, 5, 5, 4), (3, 3), (1, 1), ((1, 1), (1, 1))),
    ((1, 9, 8, 1), (2, 2), (3, 4), ((0, 0), (0, 0))),
    ((2, 13, 13, 33), (3, 3), (2, 2), ((0, 0), (0, 0))),
    ((0, 4, 4, 2), (2, 2), (2, 2), ((0, 0), (0, 0))),
    ((2, 4, 5, 4, 2), (2, 2, 2), (2, 2, 2), ((0, 0), (0, 1), (0, 0))),
    ((1, 4, 4, 4, 2), (3, 3, 3), (1, 2, 1), ((1, 1), (1, 0), (1, 1))),
)


def _links(x_shape: Sizes, size: Sizes, strides: Sizes, padding: Padding) -> Any:
    return links(x_shape[1:-1], size, strides, padding, (1,) * len(size))


def _pooled(shape: Sizes, size: Sizes, strides: Sizes, padding: Padding) -> Sizes:
    counts = positions(shape[1:-1], size, strides, padding, (1,) * len(size))
    return (shape[0], *counts, shape[-1])


def _maxima(x: Array, **pool: Any) -> dict[tuple[int, ...], tuple[int, ...]]:
    """For each element of the pooled result, the element of `x` that it is."""
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for window, _, element in _links(x.shape, **pool):
        for sample in range(x.shape[0]):
            for channel in range(x.shape[-1]):
                key, here = (sample, *window, channel), (sample, *element, channel)
                if key not in found or x[here] > x[found[key]]:
                    found[key] = here
    return found


def _max_pool(x: Array, **pool: Any) -> Array:
    result = np.zeros(_pooled(x.shape, **pool))
    for window, element in _maxima(x, **pool).items():
        result[window] = x[element]
    return result


def _max_pool_grad(ct: Array, x: Array, **pool: Any) -> Array:
    result = np.zeros(x.shape)
    for window, element in _maxima(x, **pool).items():
        result[element] += ct[window]
    return result


def _max_pool_pick(values: Array, x: Array, **pool: Any) -> Array:
    result = np.zeros(_pooled(x.shape, **pool))
    for window, element in _maxima(x, **pool).items():
        result[window] = values[element]
    return result


def _sum_pool(x: Array, **pool: Any) -> Array:
    result = np.zeros(_pooled(x.shape, **pool))
    for window, _, element in _links(x.shape, **pool):
        result[(slice(None), *window)] += x[(slice(None), *element)]
    return result


def _sum_pool_grad(ct: Array, *, spatial: Sizes, **pool: Any) -> Array:
    result = np.zeros((ct.shape[0], *spatial, ct.shape[-1]))
    for window, _, element in _links(result.shape, **pool):
        result[(slice(None), *element)] += ct[(slice(None), *window)]
    return result


def _cases(shape: Sizes, size: Sizes, strides: Sizes, padding: Padding) -> Iterator[Case]:
    pool = {"size": size, "strides": strides, "padding": padding}
    apart = 0.05 * math.prod(shape)  # neighbours on the ladder differ by 0.1: no step crosses a tie
    x = Operand(shape, low=-apart, high=apart, distinct=True)
    pooled = Operand(_pooled(shape, **pool))
    yield Case("max_pool", (x,), _max_pool, pool)
    yield Case("max_pool_grad", (pooled, x), _max_pool_grad, pool, SUMS)
    yield Case("max_pool_pick", (Operand(shape), x), _max_pool_pick, pool)
    yield Case("sum_pool", (Operand(shape),), _sum_pool, pool, SUMS)
    params = {"spatial": shape[1:-1], **pool}
    yield Case("sum_pool_grad", (pooled,), _sum_pool_grad, params, SUMS)


_HALVES = {"size": (2, 2), "strides": (2, 2), "padding": ((0, 0), (0, 0))}
_TIED = Operand((1, 2, 4, 1), values=(1.0, 1.0, 0.0, 2.0, 1.0, 1.0, 2.0, 2.0))
_ONES = Operand((1, 1, 2, 1), values=(1.0, 1.0))

CASES = (
    *(case for row in POOLS for case in _cases(*row)),
    Case("max_pool", (_TIED,), _max_pool, _HALVES, EXACT, orders=0, note="ties"),
    Case("max_pool_grad", (_ONES, _TIED), _max_pool_grad, _HALVES, EXACT, note="ties"),
)

_IMAGE = Spec((1, 4, 4, 2))

REFUSALS = (
    *(
        Refusal(name, (Spec((1, 4, 4, 2), "int32"),), f"`{name}` expected dtype float32", _HALVES)
        for name in ("max_pool", "sum_pool")
    ),
    Refusal("max_pool", (Spec((4, 4)),), "`max_pool` expected inputs of shape (batch,", _HALVES),
    Refusal(
        "max_pool", (_IMAGE,), "`max_pool`: a window of (5, 2) with", {**_HALVES, "size": (5, 2)}
    ),
    Refusal(
        "sum_pool",
        (_IMAGE,),
        "`sum_pool` expected padding smaller than the window",
        {**_HALVES, "padding": ((2, 0), (0, 0))},
    ),
    Refusal(
        "max_pool_grad",
        (Spec((1, 3, 2, 2)), _IMAGE),
        "`max_pool_grad` expected a cotangent float32[1,2,2,2]",
        _HALVES,
    ),
    Refusal(
        "max_pool_pick",
        (Spec((1, 4, 4, 1)), _IMAGE),
        "`max_pool_pick` expected two operands of one shape",
        _HALVES,
    ),
    Refusal(
        "sum_pool_grad",
        (Spec((1, 3, 2, 2)),),
        "`sum_pool_grad` expected a cotangent of shape (batch, *(2, 2), channels)",
        {**_HALVES, "spatial": (4, 4)},
    ),
)
