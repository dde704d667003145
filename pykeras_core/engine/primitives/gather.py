"""Reading and adding at computed places: rows of a data set, embeddings, labels.

An index outside of an axis is moved to its nearest end, on every backend: no kernel reads or
writes outside of its buffers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import require
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import op

__all__ = ["dynamic_slice", "scatter_add", "scatter_add_along_axis", "take", "take_along_axis"]


def _check(name: str, x: Spec, indices: Spec, axis: int) -> None:
    require(name, indices, "int32")
    if not 0 <= axis < len(x.shape):
        raise ValueError(f"`{name}` expected an axis of shape {x.shape}, received {axis}")
    if x.shape[axis] == 0 and indices.size:
        raise ValueError(f"`{name}` cannot read from axis {axis} of shape {x.shape}: it is empty")


def _infer_take(x: Spec, indices: Spec, *, axis: int) -> Spec:
    _check("take", x, indices, axis)
    return Spec((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)


def _take_rule(ct: Tensor, out: Tensor, x: Tensor, indices: Tensor, *, axis: int) -> Any:
    return p.scatter_add(ct, indices, axis=axis, size=x.shape[axis])


take = op(
    Primitive(
        "take",
        lambda x, indices, *, axis: np.take(x, indices, axis, mode="clip"),
        _infer_take,
        (_take_rule, None),
    )
)


def _check_scatter(name: str, updates: Spec, indices: Spec, axis: int, size: int) -> None:
    require(name, indices, "int32")
    require(name, updates, "float32", "int32", "uint32")
    if not 0 <= axis <= len(updates.shape):
        raise ValueError(f"`{name}` expected an axis of shape {updates.shape}, received {axis}")
    if size < 0 or (size == 0 and indices.size):
        raise ValueError(f"`{name}` expected a size that holds every index, received {size}")


def _infer_scatter_add(updates: Spec, indices: Spec, *, axis: int, size: int) -> Spec:
    _check_scatter("scatter_add", updates, indices, axis, size)
    rank = len(indices.shape)
    if updates.shape[axis : axis + rank] != indices.shape:
        raise ValueError(
            f"`scatter_add` at axis {axis} expected updates of shape "
            f"(..., {indices.shape}, ...), received {updates.shape}"
        )
    return Spec((*updates.shape[:axis], size, *updates.shape[axis + rank :]), updates.dtype)


def _scatter_add(updates: Array, indices: Array, *, axis: int, size: int) -> Array:
    """Zeros of length `size` along `axis`, with every update added at its index."""
    rank = indices.ndim
    outer, inner = updates.shape[:axis], updates.shape[axis + rank :]
    result = np.zeros((*outer, size, *inner), updates.dtype)
    if size and updates.size:
        rows = np.moveaxis(updates.reshape(*outer, indices.size, *inner), axis, 0)
        np.add.at(np.moveaxis(result, axis, 0), np.clip(indices.ravel(), 0, size - 1), rows)
    return result


def _scatter_add_rule(
    ct: Tensor, out: Tensor, updates: Tensor, indices: Tensor, *, axis: int, size: int
) -> Any:
    return p.take(ct, indices, axis=axis)


scatter_add = op(
    Primitive("scatter_add", _scatter_add, _infer_scatter_add, (_scatter_add_rule, None))
)


def _infer_take_along(x: Spec, indices: Spec, *, axis: int) -> Spec:
    _check("take_along_axis", x, indices, axis)
    rest = (*indices.shape[:axis], x.shape[axis], *indices.shape[axis + 1 :])
    if rest != x.shape:
        raise ValueError(
            f"`take_along_axis` expected indices that agree with shape {x.shape} on all axes but "
            f"{axis}, received shape {indices.shape}"
        )
    return Spec(indices.shape, x.dtype)


def _take_along_axis(x: Array, indices: Array, *, axis: int) -> Array:
    return np.take_along_axis(x, np.clip(indices, 0, x.shape[axis] - 1), axis)


def _take_along_rule(ct: Tensor, out: Tensor, x: Tensor, indices: Tensor, *, axis: int) -> Any:
    return p.scatter_add_along_axis(ct, indices, axis=axis, size=x.shape[axis])


take_along_axis = op(
    Primitive("take_along_axis", _take_along_axis, _infer_take_along, (_take_along_rule, None))
)


def _infer_scatter_along(updates: Spec, indices: Spec, *, axis: int, size: int) -> Spec:
    _check_scatter("scatter_add_along_axis", updates, indices, axis, size)
    if updates.shape != indices.shape or axis == len(updates.shape):
        raise ValueError(
            f"`scatter_add_along_axis` expected updates and indices of one shape with an axis "
            f"{axis}, received {updates.shape} and {indices.shape}"
        )
    return Spec((*updates.shape[:axis], size, *updates.shape[axis + 1 :]), updates.dtype)


def _scatter_along(updates: Array, indices: Array, *, axis: int, size: int) -> Array:
    result = np.zeros((*updates.shape[:axis], size, *updates.shape[axis + 1 :]), updates.dtype)
    if size and updates.size:
        place: list[Array] = list(np.indices(indices.shape, sparse=True))
        place[axis] = np.clip(indices, 0, size - 1)
        np.add.at(result, tuple(place), updates)
    return result


def _scatter_along_rule(
    ct: Tensor, out: Tensor, updates: Tensor, indices: Tensor, *, axis: int, size: int
) -> Any:
    return p.take_along_axis(ct, indices, axis=axis)


scatter_add_along_axis = op(
    Primitive(
        "scatter_add_along_axis",
        _scatter_along,
        _infer_scatter_along,
        (_scatter_along_rule, None),
    )
)


def _infer_dynamic_slice(x: Spec, start: Spec, *, length: int) -> Spec:
    require("dynamic_slice", start, "int32")
    if start.shape != () or not x.shape or not 0 <= length <= x.shape[0]:
        raise ValueError(
            f"`dynamic_slice` of {length} rows expected a scalar start and at least that many "
            f"rows, received start shape {start.shape} and shape {x.shape}"
        )
    return Spec((length, *x.shape[1:]), x.dtype)


def _dynamic_slice(x: Array, start: Array, *, length: int) -> Array:
    first = min(max(int(start), 0), x.shape[0] - length)
    return x[first : first + length]


dynamic_slice = op(Primitive("dynamic_slice", _dynamic_slice, _infer_dynamic_slice))
