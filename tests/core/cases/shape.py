"""Cases of primitives that move elements and compute none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import Case, Operand, Refusal

DTYPES = ("int32", "uint32", "uint8", "bool")


def every_dtype(
    name: str, shape: tuple[int, ...], oracle: Any, params: dict[str, Any]
) -> Iterator[Case]:
    """One case in each dtype, since elements are moved in words of several sizes."""
    yield Case(name, (Operand(shape),), oracle, params)
    for dtype in DTYPES:
        yield Case(name, (Operand(shape, dtype, 0, 2),), oracle, params)


def _reshape(x: Array, *, shape: tuple[int, ...]) -> Array:
    result = np.empty(shape, x.dtype)
    result.flat = list(x.flat)
    return result


def reshapes() -> Iterator[Case]:
    """Cases of `reshape`."""
    for before, after in (
        ((), (1, 1)),
        ((1,), ()),
        ((6,), (2, 3)),
        ((2, 3, 4), (4, 6)),
        ((0, 3), (3, 0, 2)),
        ((4, 5), (20,)),
    ):
        yield Case("reshape", (Operand(before),), _reshape, {"shape": after})
    yield from every_dtype("reshape", (4, 3), _reshape, {"shape": (3, 4)})


def _transpose(x: Array, *, axes: tuple[int, ...]) -> Array:
    result = np.empty([x.shape[a] for a in axes], x.dtype)
    for place in np.ndindex(x.shape):
        result[tuple(place[a] for a in axes)] = x[place]
    return result


def transposes() -> Iterator[Case]:
    """Cases of `transpose`."""
    for shape, axes in (
        ((), ()),
        ((3,), (0,)),
        ((0, 3), (1, 0)),
        ((1, 5), (1, 0)),
        ((17, 9), (1, 0)),
        ((2, 3, 4, 5), (3, 1, 0, 2)),
    ):
        yield Case("transpose", (Operand(shape),), _transpose, {"axes": axes})
    for axes in itertools.permutations(range(3)):
        yield Case("transpose", (Operand((2, 3, 4)),), _transpose, {"axes": axes})
    yield from every_dtype("transpose", (4, 3), _transpose, {"axes": (1, 0)})


def _broadcast_to(x: Array, *, shape: tuple[int, ...]) -> Array:
    result = np.empty(shape, x.dtype)
    skipped = len(shape) - x.ndim
    for place in np.ndindex(shape):
        pairs = zip(place[skipped:], x.shape, strict=True)
        result[place] = x[tuple(0 if n == 1 else i for i, n in pairs)]
    return result


def broadcasts() -> Iterator[Case]:
    """Cases of `broadcast_to`."""
    for before, after in (
        ((), ()),
        ((), (3, 2)),
        ((1,), (5,)),
        ((3, 1), (3, 4)),
        ((1, 3, 1), (2, 4, 3, 5)),
        ((1, 3), (0, 3)),
        ((4,), (4,)),
        ((65,), (33, 65)),
    ):
        yield Case("broadcast_to", (Operand(before),), _broadcast_to, {"shape": after})
    yield from every_dtype("broadcast_to", (3, 1), _broadcast_to, {"shape": (2, 3, 4)})


def _slice(x: Array, *, start: Any, stop: Any, step: Any) -> Array:
    places = [list(range(a, b, s)) for a, b, s in zip(start, stop, step, strict=True)]
    return np.array([x[p] for p in itertools.product(*places)], x.dtype).reshape(
        [len(p) for p in places]
    )


def slices() -> Iterator[Case]:
    """Cases of `slice`."""
    for shape, start, stop, step in (
        ((), (), (), ()),
        ((7,), (2,), (6,), (1,)),
        ((7,), (1,), (7,), (3,)),
        ((7,), (3,), (3,), (1,)),
        ((7,), (0,), (7,), (9,)),
        ((0, 3), (0, 1), (0, 3), (1, 1)),
        ((5, 6), (1, 0), (5, 6), (2, 5)),
        ((4, 3, 5), (1, 0, 2), (3, 3, 5), (1, 1, 1)),
        ((4, 3, 5), (0, 1, 0), (4, 2, 5), (3, 1, 2)),
    ):
        params = {"start": start, "stop": stop, "step": step}
        yield Case("slice", (Operand(shape),), _slice, params)
    params = {"start": (1, 0), "stop": (4, 3), "step": (1, 2)}
    yield from every_dtype("slice", (4, 3), _slice, params)


def _pad(x: Array, *, before: Any, after: Any, between: Any, value: Any) -> Array:
    lengths = [
        b + n + max(n - 1, 0) * g + a
        for b, n, g, a in zip(before, x.shape, between, after, strict=True)
    ]
    result = np.full(lengths, value, x.dtype)
    for place in np.ndindex(x.shape):
        moved = zip(before, place, between, strict=True)
        result[tuple(b + i * (g + 1) for b, i, g in moved)] = x[place]
    return result


def pads() -> Iterator[Case]:
    """Cases of `pad`."""
    for shape, before, after, between, value in (
        ((), (), (), (), 0.0),
        ((4,), (0,), (0,), (0,), 0.0),
        ((4,), (2,), (3,), (0,), 1.5),
        ((4,), (0,), (1,), (2,), 0.0),
        ((1,), (1,), (1,), (3,), 0.0),
        ((0,), (2,), (1,), (3,), -1.0),
        ((2, 3), (1, 0), (0, 2), (1, 0), 0.0),
        ((2, 3, 4), (0, 1, 2), (1, 0, 1), (0, 2, 1), 0.5),
        ((2, 3), (1, 1), (1, 1), (0, 0), float("-inf")),
    ):
        params = {"before": before, "after": after, "between": between, "value": value}
        finite = value != float("-inf")
        yield Case("pad", (Operand(shape),), _pad, params, orders=2 * finite)
    params = {"before": (1, 0), "after": (0, 2), "between": (0, 1), "value": 1}
    yield from every_dtype("pad", (2, 3), _pad, params)


def _concatenate(*xs: Array, axis: int) -> Array:
    lines = [np.moveaxis(x, axis, 0) for x in xs]
    rows = [row for line in lines for row in line]
    result = np.array(rows, xs[0].dtype).reshape(len(rows), *lines[0].shape[1:])
    return np.moveaxis(result, 0, axis)


def concatenations() -> Iterator[Case]:
    """Cases of `concatenate`."""
    for shapes, axis in (
        (((3,),), 0),
        (((3,), (1,), (0,), (5,)), 0),
        (((2, 3), (2, 1)), 1),
        (((2, 3), (4, 3)), 0),
        (((2, 1, 4), (2, 5, 4), (2, 2, 4)), 1),
        (((0, 3), (0, 2)), 1),
    ):
        yield Case("concatenate", tuple(map(Operand, shapes)), _concatenate, {"axis": axis})
    for dtype in DTYPES:
        operands = (Operand((2, 3), dtype, 0, 2), Operand((2, 2), dtype, 0, 2))
        yield Case("concatenate", operands, _concatenate, {"axis": 1})


def _flip(x: Array, *, axis: tuple[int, ...]) -> Array:
    result = np.empty_like(x)
    for place in np.ndindex(x.shape):
        pairs = enumerate(zip(place, x.shape, strict=True))
        result[tuple(n - 1 - i if a in axis else i for a, (i, n) in pairs)] = x[place]
    return result


def flips() -> Iterator[Case]:
    """Cases of `flip`."""
    for shape, axis in (
        ((), ()),
        ((5,), (0,)),
        ((5,), ()),
        ((1, 0), (1,)),
        ((3, 4), (0,)),
        ((2, 3, 4), (0, 2)),
        ((2, 3, 4), (0, 1, 2)),
    ):
        yield Case("flip", (Operand(shape),), _flip, {"axis": axis})
    yield from every_dtype("flip", (2, 3), _flip, {"axis": (1,)})


class _Own:
    """A gradient for operands beside a value: the cotangent for one, twice that for the other."""

    def __repr__(self) -> str:
        return "once and twice"

    def __call__(self, upstream: Any) -> tuple[Any, Any]:
        return upstream, upstream * 2.0


def own_gradients() -> Iterator[Case]:
    """A value handed on, with operands beside it that are zero: it is `value + a + 2 b`."""
    for shape in ((), (0,), (3, 5)):
        zeros = Operand(shape, values=(0.0,) * math.prod(shape))
        operands = (Operand(shape), zeros, zeros)
        params = {"gradient": _Own()}
        yield Case("custom_gradient", operands, lambda x, a, b, gradient: x + a + 2 * b, params)


CASES: tuple[Case, ...] = (
    *reshapes(),
    *own_gradients(),
    *(Case("stop_gradient", (Operand(s),), lambda x: x) for s in ((), (0,), (3, 5))),
    *every_dtype("stop_gradient", (2, 3), lambda x: x, {}),
    *transposes(),
    *broadcasts(),
    *slices(),
    *pads(),
    *concatenations(),
    *flips(),
)

MATRIX = (Spec((3, 5)),)
REFUSALS: tuple[Refusal, ...] = (
    Refusal("custom_gradient", MATRIX, "`custom_gradient` expected", {"gradient": _Own()}),
    Refusal("reshape", MATRIX, "`reshape` cannot turn shape (3, 5)", {"shape": (4, 4)}),
    Refusal("reshape", MATRIX, "`reshape` cannot turn shape", {"shape": (-3, -5)}),
    Refusal("transpose", MATRIX, "`transpose` expected a permutation", {"axes": (0,)}),
    Refusal("transpose", MATRIX, "`transpose` expected a permutation", {"axes": (0, 0)}),
    Refusal("broadcast_to", MATRIX, "`broadcast_to` cannot stretch", {"shape": (5,)}),
    Refusal("broadcast_to", MATRIX, "`broadcast_to` cannot stretch", {"shape": (6, 5)}),
    *(
        Refusal("slice", MATRIX, "`slice`", {"start": start, "stop": stop, "step": step})
        for start, stop, step in (
            ((0,), (3,), (1,)),
            ((-1, 0), (3, 5), (1, 1)),
            ((0, 0), (4, 5), (1, 1)),
            ((2, 0), (1, 5), (1, 1)),
            ((0, 0), (3, 5), (1, 0)),
        )
    ),
    *(
        Refusal(
            "pad",
            MATRIX,
            "`pad` expected",
            {"before": before, "after": (0, 0), "between": (0, 0), "value": 0.0},
        )
        for before in ((0,), (-1, 0))
    ),
    Refusal("concatenate", MATRIX, "`concatenate` expected an axis", {"axis": 2}),
    Refusal("concatenate", (), "`concatenate` expected at least one", {"axis": 0}),
    Refusal(
        "concatenate",
        (*MATRIX, Spec((3, 5), "int32")),
        "`concatenate` expected operands of one dtype",
        {"axis": 0},
    ),
    *(
        Refusal("concatenate", (*MATRIX, other), "`concatenate` along axis 0", {"axis": 0})
        for other in (Spec((3, 4)), Spec((5,)))
    ),
    Refusal("flip", MATRIX, "`flip` expected", {"axis": (2,)}),
    Refusal("flip", MATRIX, "`flip` expected", {"axis": (0, 0)}),
)
