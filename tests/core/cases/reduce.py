"""Cases of reductions and of functions along one axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import EXACT, Case, Operand, Refusal, Tolerance

SUMS = Tolerance(1e-5, 1e-5, "float32 additions in an order that a kernel may choose")
PRODUCTS = Tolerance(1e-5, 1e-37, "one rounding per factor")
NORMALIZED = Tolerance(5e-6, 1e-6, "an exponential, a sum and a division in float32")

# Shape and axes: none, one, several, all; lengths 1 and 0; tails that no SIMD width divides.
SHAPES_AND_AXES = (
    ((), ()),
    ((1,), (0,)),
    ((7,), (0,)),
    ((3, 5), ()),
    ((3, 5), (0,)),
    ((3, 5), (1,)),
    ((3, 5), (0, 1)),
    ((2, 3, 4), (1,)),
    ((2, 3, 4), (0, 2)),
    ((2, 1, 3, 2), (0, 1, 2, 3)),
    ((0, 3), (1,)),
    ((1027,), (0,)),
    ((33, 65), (1,)),
    ((65, 33), (0,)),
)
ALONG = (((1,), 0), ((7,), 0), ((3, 5), 0), ((3, 5), 1), ((2, 3, 4), 1), ((0, 3), 1), ((4, 65), 1))


def folded(function: Callable[[list[Any]], Any]) -> Callable[..., Array]:
    """An oracle that calls `function` on the list of elements of each group."""

    def oracle(x: Array, *, axis: Sequence[int], keepdims: bool) -> Array:
        shape = [1 if a in axis else n for a, n in enumerate(x.shape)]
        groups: dict[tuple[int, ...], list[Any]] = {
            place: [] for place in itertools.product(*map(range, shape))
        }
        for place in np.ndindex(x.shape):
            groups[tuple(0 if a in axis else i for a, i in enumerate(place))].append(
                x[place].item()
            )
        values = [function(group) for group in groups.values()]
        integers = x.dtype.kind != "f"
        result = np.array(values, object if integers else None).reshape(shape)
        return (
            result
            if keepdims
            else result.reshape([n for a, n in enumerate(shape) if a not in axis])
        )

    return oracle


def along(function: Callable[..., Any]) -> Callable[..., Array]:
    """An oracle that calls `function` on the list of elements of each line along the axis."""

    def oracle(x: Array, *, axis: int, **params: Any) -> Array:
        lines = np.moveaxis(x, axis, -1)
        rows = [
            function(line.tolist(), **params) for line in lines.reshape(-1, lines.shape[-1] or 1)
        ]
        if not rows:
            return np.zeros(x.shape)
        result = np.array(rows)
        if result.ndim == 1:
            return result.reshape(lines.shape[:-1])
        return np.moveaxis(result.reshape(lines.shape), -1, axis)

    return oracle


def reduction(
    name: str,
    function: Callable[[list[Any]], Any],
    tolerance: Tolerance = EXACT,
    extremum: bool = False,
) -> Iterator[Case]:
    """Cases of a reduction."""
    oracle = folded(function)
    for shape, axis in SHAPES_AND_AXES:
        operand = Operand(shape, low=0.3, high=1.5)
        if extremum:  # neighbours stay further apart than a difference steps
            operand = Operand(shape, low=-99, high=99, distinct=True)
        for keepdims in (False, True):
            yield Case(name, (operand,), oracle, {"axis": axis, "keepdims": keepdims}, tolerance)
    for dtype in ("int32", "uint32", "uint8"):
        params = {"axis": (1,), "keepdims": False}
        yield Case(name, (Operand((4, 9), dtype, 0, 200),), oracle, params)
    nan = Operand((2, 2), values=(1.0, math.nan, math.inf, 2.0))
    params = {"axis": (1,), "keepdims": False}
    yield Case(name, (nan,), oracle, params, orders=0, note="NaN and inf")


def _first_nan(compare: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    """The extremum of a list, NaN if one is in it."""
    return lambda values: next((v for v in values if v != v), None) or compare(values)


def _position(better: Callable[[Any, Any], bool]) -> Callable[[list[Any]], int]:
    """Index of the first best element; a NaN is better than any number."""

    def find(values: list[Any]) -> int:
        best = 0
        for index, value in enumerate(values):
            if values[best] == values[best] and (value != value or better(value, values[best])):
                best = index
        return best

    return find


def positions(name: str, better: Callable[[Any, Any], bool]) -> Iterator[Case]:
    """Cases of argmax or argmin."""
    oracle = along(_position(better))
    for shape, axis in ALONG:
        if 0 not in shape:
            yield Case(name, (Operand(shape),), oracle, {"axis": axis})
    for dtype in ("int32", "uint32", "uint8"):
        yield Case(name, (Operand((5, 6), dtype, 0, 4),), oracle, {"axis": 1}, note="ties")
    edges = Operand((2, 4), values=(1.0, math.nan, math.nan, 2.0, -math.inf, math.inf, 0.0, -0.0))
    yield Case(name, (edges,), oracle, {"axis": 1}, note="NaN")


def _argsort(values: list[Any]) -> list[int]:
    """Stable, NaN last."""
    return sorted(range(len(values)), key=lambda i: (values[i] != values[i], values[i]))


def _cumsum(values: list[Any], reverse: bool) -> list[Any]:
    if reverse:
        return _cumsum(values[::-1], False)[::-1]
    return list(itertools.accumulate(values))


def _softmax(values: list[float]) -> list[float]:
    top = max(values, default=0.0)
    weights = [math.exp(value - top) for value in values]
    return [weight / math.fsum(weights) for weight in weights]


def _log_softmax(values: list[float]) -> list[float]:
    top = max(values, default=0.0)
    total = math.log(math.fsum(math.exp(value - top) for value in values)) if values else 0.0
    return [value - top - total for value in values]


def scans() -> Iterator[Case]:
    """Cases of argsort, cumsum, softmax and log_softmax."""
    for shape, axis in (*ALONG, ((3, 0), 1)):
        yield Case("argsort", (Operand(shape),), along(_argsort), {"axis": axis})
        for reverse in (False, True):
            params = {"axis": axis, "reverse": reverse}
            yield Case("cumsum", (Operand(shape),), along(_cumsum), params, SUMS)
        wide = Operand(shape, low=-20, high=20)
        yield Case("softmax", (wide,), along(_softmax), {"axis": axis}, NORMALIZED)
        yield Case("log_softmax", (wide,), along(_log_softmax), {"axis": axis}, NORMALIZED)
    for dtype in ("int32", "uint32"):
        ties = Operand((5, 9), dtype, 0, 4)
        yield Case("argsort", (ties,), along(_argsort), {"axis": 1}, note="ties")
        yield Case("cumsum", (ties,), along(_cumsum), {"axis": 1, "reverse": False})
    huge = Operand((2, 3), values=(1e4, -1e4, 9990.0, -1e38, -2e38, -3e38))
    yield Case("softmax", (huge,), along(_softmax), {"axis": 1}, NORMALIZED, 0, "huge")
    yield Case("log_softmax", (huge,), along(_log_softmax), {"axis": 1}, NORMALIZED, 0, "huge")


def ties() -> Iterator[Case]:
    """Products with zeros, whose gradient no division by an element can give."""
    for values in ((0.0, 2.0, 3.0, 0.5), (0.0, 2.0, 0.0, 0.5)):
        params = {"axis": (0,), "keepdims": False}
        yield Case(
            "prod",
            (Operand((4,), values=values),),
            folded(math.prod),
            params,
            PRODUCTS,
            1,
            f"{values}",
        )


CASES: tuple[Case, ...] = (
    *reduction("sum", lambda v: math.fsum(v) if v and isinstance(v[0], float) else sum(v), SUMS),
    *reduction("max", _first_nan(max), extremum=True),
    *reduction("min", _first_nan(min), extremum=True),
    *reduction("prod", math.prod, PRODUCTS),
    *ties(),
    *(
        Case(name, (Operand((0, 3)),), folded(empty), {"axis": (0,), "keepdims": False})
        for name, empty in (("sum", sum), ("prod", math.prod))
    ),
    *positions("argmax", lambda a, b: a > b),
    *positions("argmin", lambda a, b: a < b),
    *scans(),
)

REFUSALS: tuple[Refusal, ...] = (
    *(
        Refusal(name, (Spec((3, 5)),), f"`{name}` expected different axes", params)
        for name in ("sum", "max", "min", "prod")
        for params in (
            {"axis": (2,), "keepdims": False},
            {"axis": (-1,), "keepdims": False},
            {"axis": (1, 1), "keepdims": True},
        )
    ),
    *(
        Refusal(name, (Spec((0, 5)),), f"`{name}` over an axis of length 0", params)
        for name, params in (
            ("max", {"axis": (0,), "keepdims": False}),
            ("min", {"axis": (0,), "keepdims": False}),
            ("argmax", {"axis": 0}),
            ("argmin", {"axis": 0}),
        )
    ),
    *(
        Refusal(name, (Spec((3,), "bool"),), f"`{name}` expected dtype", params)
        for name, params in (
            *((name, {"axis": (0,), "keepdims": False}) for name in ("sum", "max", "min", "prod")),
            *((name, {"axis": 0}) for name in ("argmax", "argmin", "argsort", "softmax")),
            ("log_softmax", {"axis": 0}),
            ("cumsum", {"axis": 0, "reverse": False}),
        )
    ),
    *(
        Refusal(name, (Spec((3, 5)),), f"`{name}` expected different axes", {"axis": 2, **more})
        for name, more in (
            *((name, {}) for name in ("argmax", "argmin", "argsort", "softmax", "log_softmax")),
            ("cumsum", {"reverse": False}),
        )
    ),
)
