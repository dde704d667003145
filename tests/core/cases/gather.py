"""Cases of reading and adding at computed places."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import Case, Operand, Refusal, Tolerance

SUMS = Tolerance(1e-6, 1e-6, "several float32 additions at one place")


def _nearest(index: Any, length: int) -> int:
    return min(max(int(index), 0), length - 1)


def _take(x: Array, indices: Array, *, axis: int) -> Array:
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    result = np.empty((*before, *indices.shape, *after), x.dtype)
    for a, i, b in itertools.product(
        np.ndindex(before), np.ndindex(indices.shape), np.ndindex(after)
    ):
        result[(*a, *i, *b)] = x[(*a, _nearest(indices[i], x.shape[axis]), *b)]
    return result


def _scatter_add(updates: Array, indices: Array, *, axis: int, size: int) -> Array:
    before, after = updates.shape[:axis], updates.shape[axis + indices.ndim :]
    result = np.zeros((*before, size, *after), updates.dtype)
    for a, i, b in itertools.product(
        np.ndindex(before), np.ndindex(indices.shape), np.ndindex(after)
    ):
        result[(*a, _nearest(indices[i], size), *b)] += updates[(*a, *i, *b)]
    return result


def _take_along_axis(x: Array, indices: Array, *, axis: int) -> Array:
    result = np.empty(indices.shape, x.dtype)
    for place in np.ndindex(indices.shape):
        source = list(place)
        source[axis] = _nearest(indices[place], x.shape[axis])
        result[place] = x[tuple(source)]
    return result


def _scatter_add_along_axis(updates: Array, indices: Array, *, axis: int, size: int) -> Array:
    shape = list(updates.shape)
    shape[axis] = size
    result = np.zeros(shape, updates.dtype)
    for place in np.ndindex(indices.shape):
        target = list(place)
        target[axis] = _nearest(indices[place], size)
        result[tuple(target)] += updates[place]
    return result


def _dynamic_slice(x: Array, start: Array, *, length: int) -> Array:
    first = min(max(int(start), 0), len(x) - length)
    return x[first : first + length]


def _indices(shape: tuple[int, ...], length: int) -> Operand:
    """Indices within an axis, and a little outside of it on both sides."""
    return Operand(shape, "int32", -2, length + 2)


# Shape, shape of the indices, axis.
PLACES = (
    ((5,), (), 0),
    ((5,), (3,), 0),
    ((5, 3), (7,), 0),
    ((5, 3), (2, 2), 0),
    ((2, 5, 3), (4,), 1),
    ((2, 5, 3), (2, 3), 2),
    ((5, 3), (0,), 0),
    ((1, 4), (6,), 0),
    ((33, 65), (40,), 0),
)


def gathers() -> Iterator[Case]:
    """Cases of `take` and `scatter_add`, each the other's gradient."""
    for shape, places, axis in PLACES:
        indices = _indices(places, shape[axis])
        yield Case("take", (Operand(shape), indices), _take, {"axis": axis})
        rows = (*shape[:axis], *places, *shape[axis + 1 :])
        params = {"axis": axis, "size": shape[axis]}
        yield Case("scatter_add", (Operand(rows), indices), _scatter_add, params, SUMS)
    for dtype in ("int32", "uint32", "uint8", "bool"):
        operands = (Operand((5, 3), dtype, 0, 2), _indices((4,), 5))
        yield Case("take", operands, _take, {"axis": 0})
    for dtype in ("int32", "uint32"):
        operands = (Operand((6, 2), dtype, 0, 9), _indices((6,), 3))
        yield Case("scatter_add", operands, _scatter_add, {"axis": 0, "size": 3})
    empty = (Operand((0, 2)), Operand((0,), "int32"))
    yield Case("take", empty, _take, {"axis": 0}, note="empty axis")
    yield Case("scatter_add", empty, _scatter_add, {"axis": 0, "size": 3})


# Shape, length of the indices along the axis, axis.
ALONG = (
    ((5,), 3, 0),
    ((5, 3), 7, 0),
    ((5, 3), 1, 1),
    ((2, 4, 3), 2, 1),
    ((3, 4), 0, 1),
    ((0, 4), 2, 1),
)


def gathers_along_axis() -> Iterator[Case]:
    """Cases of `take_along_axis` and `scatter_add_along_axis`."""
    for shape, length, axis in ALONG:
        places = (*shape[:axis], length, *shape[axis + 1 :])
        indices = _indices(places, shape[axis])
        yield Case("take_along_axis", (Operand(shape), indices), _take_along_axis, {"axis": axis})
        yield Case(
            "scatter_add_along_axis",
            (Operand(places), indices),
            _scatter_add_along_axis,
            {"axis": axis, "size": shape[axis]},
            SUMS,
        )
    for dtype in ("int32", "uint32", "uint8", "bool"):
        operands = (Operand((3, 4), dtype, 0, 2), _indices((3, 2), 4))
        yield Case("take_along_axis", operands, _take_along_axis, {"axis": 1})
    for dtype in ("int32", "uint32"):
        operands = (Operand((3, 4), dtype, 0, 9), _indices((3, 4), 2))
        params = {"axis": 1, "size": 2}
        yield Case("scatter_add_along_axis", operands, _scatter_add_along_axis, params)


def dynamic_slices() -> Iterator[Case]:
    """Cases of `dynamic_slice`, with starts inside and outside of the axis."""
    for first in (0, 2, 3, 9, -4):
        start = Operand((), "int32", values=(first,))
        operands = (Operand((5, 2)), start)
        yield Case("dynamic_slice", operands, _dynamic_slice, {"length": 2}, note=f"start {first}")
    start = Operand((), "int32", values=(1,))
    for dtype in ("int32", "uint32", "uint8", "bool"):
        operands = (Operand((5, 2), dtype, 0, 2), start)
        yield Case("dynamic_slice", operands, _dynamic_slice, {"length": 3})
    for length in (0, 5):
        yield Case("dynamic_slice", (Operand((5,)), start), _dynamic_slice, {"length": length})


CASES: tuple[Case, ...] = (*gathers(), *gathers_along_axis(), *dynamic_slices())

X, PLACE = Spec((3, 5)), Spec((3, 5), "int32")
REFUSALS: tuple[Refusal, ...] = (
    *(
        Refusal(name, (X, Spec((3, 5))), f"`{name}` expected dtype int32", params)
        for name, params in (
            ("take", {"axis": 0}),
            ("take_along_axis", {"axis": 0}),
            ("scatter_add", {"axis": 0, "size": 3}),
            ("scatter_add_along_axis", {"axis": 0, "size": 3}),
        )
    ),
    *(
        Refusal(name, (X, PLACE), f"`{name}` expected an axis", params)
        for name, params in (
            ("take", {"axis": 2}),
            ("take", {"axis": -1}),
            ("take_along_axis", {"axis": 2}),
            ("scatter_add", {"axis": -1, "size": 3}),
            ("scatter_add_along_axis", {"axis": 3, "size": 3}),
        )
    ),
    Refusal("take", (Spec((0, 5)), Spec((2,), "int32")), "`take` cannot read", {"axis": 0}),
    Refusal(
        "take_along_axis", (X, Spec((2, 4), "int32")), "`take_along_axis` expected", {"axis": 0}
    ),
    Refusal("take_along_axis", (X, Spec((3,), "int32")), "`take_along_axis` expected", {"axis": 0}),
    Refusal(
        "scatter_add",
        (X, Spec((4,), "int32")),
        "`scatter_add` at axis 0 expected updates",
        {"axis": 0, "size": 3},
    ),
    *(
        Refusal("scatter_add", (X, PLACE), "`scatter_add` expected a size", {"axis": 0, "size": n})
        for n in (-1, 0)
    ),
    Refusal(
        "scatter_add_along_axis",
        (X, Spec((3, 4), "int32")),
        "`scatter_add_along_axis` expected updates and indices of one shape",
        {"axis": 0, "size": 3},
    ),
    Refusal(
        "scatter_add_along_axis",
        (X, PLACE),
        "`scatter_add_along_axis` expected a size",
        {"axis": 0, "size": -1},
    ),
    Refusal(
        "scatter_add",
        (Spec((3,), "uint8"), Spec((3,), "int32")),
        "`scatter_add` expected dtype",
        {"axis": 0, "size": 3},
    ),
    Refusal(
        "dynamic_slice", (X, Spec((), "uint32")), "`dynamic_slice` expected dtype", {"length": 1}
    ),
    *(
        Refusal("dynamic_slice", (x, start), "`dynamic_slice` of", {"length": length})
        for x, start, length in (
            (X, Spec((), "int32"), 4),
            (X, Spec((1,), "int32"), 1),
            (Spec(()), Spec((), "int32"), 0),
        )
    ),
)
