"""Diagonals, triangles, flips and other arrangements of elements.

In all of them `x` is a Tensor or anything array-like, whose dtype stays.

Example:
    >>> from pykeras_core import ops
    >>> ops.diag([1, 2]).tolist(), ops.fliplr([[1, 2], [3, 4]]).tolist()
    ([[1, 0], [0, 2]], [[2, 1], [4, 3]])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, Arrays, Integers, IntTuple, NonNegativeInt
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, whole
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.logic import where
from pykeras_core.ops.manipulation import (
    concatenate,
    expand_dims,
    flip,
    moveaxis,
    ravel,
    reshape,
    split,
    stack,
    swapaxes,
)
from pykeras_core.symbolic.op_call import operation

__all__ = [
    "array_split",
    "cross",
    "diag",
    "diagflat",
    "diagonal",
    "dsplit",
    "dstack",
    "fliplr",
    "flipud",
    "hsplit",
    "kron",
    "rot90",
    "tril",
    "triu",
    "vander",
    "vsplit",
]


def _at_least(name: str, x: Any, rank: int) -> Tensor:
    tensor = convert_to_tensor(x)
    if tensor.ndim < rank:
        raise ValueError(
            f"`{name}` expected at least {rank} axes, received an input of shape {tensor.shape}"
        )
    return tensor


def _kept(tensor: Tensor, mask: Array) -> Tensor:
    """The elements where the mask holds, 0 (or False) elsewhere."""
    return where(mask, tensor, convert_to_tensor(0, tensor.dtype))


def _below(tensor: Tensor, k: int) -> Array:
    """Whether each place of the last two axes lies on or below the k-th diagonal."""
    rows, columns = tensor.shape[-2:]
    return np.tri(rows, columns, k, dtype=bool)


@operation
def tril(x: ArrayLike, k: int = 0) -> Tensor:
    """The elements on and below the k-th diagonal of the last two axes; 0 above it."""
    tensor = _at_least("tril", x, 2)
    return _kept(tensor, _below(tensor, whole("tril", "k", k)))


@operation
def triu(x: ArrayLike, k: int = 0) -> Tensor:
    """The elements on and above the k-th diagonal of the last two axes; 0 below it."""
    tensor = _at_least("triu", x, 2)
    return _kept(tensor, ~_below(tensor, whole("triu", "k", k) - 1))


@operation
def diagonal(x: ArrayLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """A diagonal of two axes, as a new last axis."""
    tensor = moveaxis(_at_least("diagonal", x, 2), (axis1, axis2), (-2, -1))
    rows, columns = tensor.shape[-2:]
    k = whole("diagonal", "offset", offset)
    length = max(min(rows + min(k, 0), columns - max(k, 0)), 0)
    places = np.arange(length, dtype=np.int32) * (columns + 1) + (k if k >= 0 else -k * columns)
    flat = p.reshape(tensor, shape=(*tensor.shape[:-2], rows * columns))
    result: Tensor = p.take(flat, convert_to_tensor(places, "int32"), axis=flat.ndim - 1)
    return result


@operation
def diag(x: ArrayLike, k: int = 0) -> Tensor:
    """The k-th diagonal of a matrix, or a matrix that has the vector `x` on it.

    Raises:
        ValueError: If `x` has neither one axis nor two.
    """
    tensor = convert_to_tensor(x)
    if tensor.ndim == 2:
        return diagonal(tensor, k)
    if tensor.ndim != 1:
        raise ValueError(f"`diag` expected a vector or a matrix, received shape {tensor.shape}")
    k = whole("diag", "k", k)
    size = tensor.size + abs(k)
    before, after = max(-k, 0), max(k, 0)  # the vector's rows begin at `before`
    column = p.pad(
        tensor, before=(before,), after=(after,), between=(0,), value=0
    )  # a row of the result holds one element of it
    return _kept(p.broadcast_to(expand_dims(column, 1), shape=(size, size)), np.eye(size, k=k) > 0)


@operation
def diagflat(x: ArrayLike, k: int = 0) -> Tensor:
    """A matrix with the elements of `x`, taken flat, on its k-th diagonal."""
    return diag(ravel(x), k)


@operation
def rot90(array: ArrayLike, k: int = 1, axes: IntTuple = (0, 1)) -> Tensor:
    """Turn by k times 90 degrees in the plane of two axes, from the first to the second."""
    tensor = _at_least("rot90", array, 2)
    first, second = (canonical_axis("rot90", axis, tensor.ndim) for axis in axes)
    if first == second:
        raise ValueError(f"`rot90` expected two different axes, received {axes}")
    turns = whole("rot90", "k", k) % 4
    if turns == 2:
        return flip(tensor, (first, second))
    if turns == 1:
        return swapaxes(flip(tensor, second), first, second)
    return flip(swapaxes(tensor, first, second), second) if turns == 3 else tensor


@operation
def fliplr(x: ArrayLike) -> Tensor:
    """Reverse the second axis."""
    return flip(_at_least("fliplr", x, 2), 1)


@operation
def flipud(x: ArrayLike) -> Tensor:
    """Reverse the first axis."""
    return flip(_at_least("flipud", x, 1), 0)


@operation
def dstack(xs: Arrays) -> Tensor:
    """Join arrays along a third axis, which those with fewer axes get."""
    tensors = [convert_to_tensor(x) for x in xs]
    rows = [reshape(x, (1, -1)) if x.ndim < 2 else x for x in tensors]
    return concatenate([expand_dims(x, 2) if x.ndim == 2 else x for x in rows], 2)


@operation
def hsplit(x: ArrayLike, indices_or_sections: Integers) -> list[Tensor]:
    """Cut along the second axis, or the only one; see `split`."""
    tensor = _at_least("hsplit", x, 1)
    return split(tensor, indices_or_sections, 0 if tensor.ndim == 1 else 1)


@operation
def vsplit(x: ArrayLike, indices_or_sections: Integers) -> list[Tensor]:
    """Cut along the first axis; see `split`."""
    return split(_at_least("vsplit", x, 2), indices_or_sections, 0)


@operation
def dsplit(x: ArrayLike, indices_or_sections: Integers) -> list[Tensor]:
    """Cut along the third axis; see `split`."""
    return split(_at_least("dsplit", x, 3), indices_or_sections, 2)


@operation
def array_split(x: ArrayLike, indices_or_sections: Integers, axis: int = 0) -> list[Tensor]:
    """Cut along an axis as `split`, into parts that may differ in length by one."""
    tensor = convert_to_tensor(x)
    if np.ndim(indices_or_sections):
        return split(tensor, indices_or_sections, axis)
    parts = whole("array_split", "indices_or_sections", indices_or_sections)
    if parts < 1:
        raise ValueError(
            f"`array_split` expected `indices_or_sections` as 1 part or more, received {parts}"
        )
    size, longer = divmod(tensor.shape[canonical_axis("array_split", axis, tensor.ndim)], parts)
    cuts = [part * size + min(part, longer) for part in range(1, parts)]
    return split(tensor, cuts, axis)


@operation
def vander(x: ArrayLike, N: NonNegativeInt | None = None, increasing: bool = False) -> Tensor:
    """The powers of a vector's elements, as columns: of falling exponent by default.

    Args:
        x: Vector of n elements.
        N: Number of columns. Default: n.
        increasing: Whether the exponents rise.

    Returns:
        Matrix of shape (n, N).
    """
    (tensor,) = promote(x, at_least="int32")
    if tensor.ndim != 1:
        raise ValueError(f"`vander` expected a vector, received shape {tensor.shape}")
    count = tensor.size if N is None else whole("vander", "N", N)
    powers = [p.broadcast_to(convert_to_tensor(1, tensor.dtype), shape=tensor.shape)]
    while len(powers) < count:
        powers.append(p.multiply(powers[-1], tensor))
    table = stack(powers, 1)[:, :count]
    return table if increasing else flip(table, 1)


@operation
def kron(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """The Kronecker product: a copy of `x2` for each element of `x1`, times it."""
    x, y = promote(x1, x2, at_least="int32")
    rank = max(x.ndim, y.ndim)
    outer = (1,) * (rank - x.ndim) + x.shape
    inner = (1,) * (rank - y.ndim) + y.shape
    left = p.reshape(x, shape=tuple(n for size in outer for n in (size, 1)))
    right = p.reshape(y, shape=tuple(n for size in inner for n in (1, size)))
    product = p.multiply(left, right)
    return p.reshape(product, shape=tuple(a * b for a, b in zip(outer, inner, strict=True)))


@operation
def cross(
    x1: ArrayLike,
    x2: ArrayLike,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """The cross product of vectors of 3 elements, or of 2 (whose third one is 0).

    Args:
        x1: Vectors along `axisa`.
        x2: Vectors along `axisb`; the other axes broadcast.
        axisa: Axis of `x1`.
        axisb: Axis of `x2`.
        axisc: Axis of the result.
        axis: Sets all three.

    Returns:
        Vectors of 3 elements; of two vectors of 2, their only component that is not 0.
    """
    a, b, c = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    x, y = promote(x1, x2, at_least="int32")
    x, y = moveaxis(x, a, -1), moveaxis(y, b, -1)
    if x.shape[-1] not in (2, 3) or y.shape[-1] not in (2, 3):
        raise ValueError(
            f"`cross` expected vectors of 2 or 3 elements, received shapes {x.shape} and {y.shape}"
        )
    flat = x.shape[-1] == y.shape[-1] == 2
    first, second = ([v[..., i] for i in range(v.shape[-1])] for v in (x, y))
    third = first[0] * second[1] - first[1] * second[0]
    if flat:
        return third
    zero = convert_to_tensor(0, x.dtype)
    (x0, x1_, x2_), (y0, y1, y2) = ((*v, zero)[:3] for v in (first, second))
    parts = [x1_ * y2 - x2_ * y1, x2_ * y0 - x0 * y2, third]
    parts = [p.broadcast_to(part, shape=third.shape) for part in parts]
    return moveaxis(stack(parts, -1), -1, c)
