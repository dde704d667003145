"""Counting, searching and sets.

Where the size of a result depends on values, an op works on known values only (outside of a
training step), and says so.

Example:
    >>> from pykeras_core import ops
    >>> ops.bincount([1, 1, 3]).tolist(), ops.searchsorted([1, 3, 5], [3, 4]).tolist()
    ([0, 2, 0, 1], [1, 2])
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core.checks import (
    ArrayLike,
    NonNegativeInt,
    NonNegativeInts,
    PositiveInt,
    Vector,
    refuse,
)
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, canonical_shape, whole
from pykeras_core.engine.bounds import check_indices
from pykeras_core.engine.promotion import promote
from pykeras_core.ops import reduction
from pykeras_core.ops.logic import logical_and, logical_not, where
from pykeras_core.ops.manipulation import ravel, reshape
from pykeras_core.symbolic.op_call import operation
from pykeras_core.symbolic.shape_inference import known_by_values_alone

__all__ = [
    "argpartition",
    "bincount",
    "digitize",
    "histogram",
    "isin",
    "nonzero",
    "searchsorted",
    "unique",
    "unravel_index",
]


@operation
def nonzero(x: ArrayLike) -> tuple[Tensor, ...]:
    """Where the elements are not 0: one int32 array of indices an axis (eager only)."""
    tensor = convert_to_tensor(x)
    if tensor.array is None:
        return tuple(known_by_values_alone("nonzero", *[((None,), "int32")] * tensor.ndim))
    if not tensor.ndim:
        raise refuse("nonzero", "x", "an array of one axis or more", x)
    return tuple(convert_to_tensor(index, "int32") for index in np.nonzero(tensor.array))


@operation
def unique(
    x: ArrayLike,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: ArrayLike = None,
) -> Any:
    """The different elements, in rising order (eager only).

    Args:
        x: Tensor.
        sorted: Kept for its name: the result always is sorted.
        return_index: Also return where each was first.
        return_inverse: Also return the number that each element of `x` has in the result.
        return_counts: Also return how often each occurs.
        axis: Compares whole slices along an axis; None compares the elements of the flat input.
        size: The length wanted: what is over is cut off, what is missing filled.
        fill_value: What it is filled with; default the smallest element.

    Returns:
        A Tensor, or a tuple of those asked for.
    """
    tensor = convert_to_tensor(x)
    axis = None if axis is None else canonical_axis("unique", axis, tensor.ndim)
    if tensor.array is None:
        wanted = (True, return_index, return_inverse, return_counts)
        shapes = _shapes_of_unique(tensor.shape, axis, size)
        dtypes = (tensor.dtype, "int32", "int32", "int32")
        rows = zip(wanted, shapes, dtypes, strict=True)
        result = known_by_values_alone("unique", *[(s, d) for want, s, d in rows if want])
        return tuple(result) if len(result) > 1 else result[0]
    array = tensor.array
    values, index, inverse, counts = np.unique(array, True, True, True, axis=axis)
    if size is not None:
        along = 0 if axis is None else axis
        missing = max(size - values.shape[along], 0)
        values = np.take(values, range(min(size, values.shape[along])), along)
        if missing:
            filler = values.take([0], along) if fill_value is None else fill_value
            shape = list(values.shape)
            shape[along] = missing
            values = np.concatenate([values, np.broadcast_to(filler, shape)], along)
        index, counts = (np.pad(part[:size], (0, missing)) for part in (index, counts))
    asked = zip(
        (return_index, return_inverse, return_counts), (index, inverse, counts), strict=True
    )
    found = [values.astype(array.dtype), *(part.astype(np.int32) for want, part in asked if want)]
    tensors = tuple(convert_to_tensor(part) for part in found)
    return tensors if len(tensors) > 1 else tensors[0]


def _shapes_of_unique(
    shape: tuple[int, ...], axis: int | None, size: int | None
) -> list[tuple[int | None, ...]]:
    """Of the values, their first places, the inverse and the counts."""
    values: list[int | None] = [None] if axis is None else list(shape)
    values[axis or 0] = size
    inverse = np.unique(np.zeros(shape, np.bool_), return_inverse=True, axis=axis)[1].shape
    return [tuple(values), (size,), inverse, (size,)]


@operation
def bincount(
    x: ArrayLike, weights: ArrayLike = None, minlength: NonNegativeInt = 0, sparse: bool = False
) -> Tensor:
    """How often each integer from 0 on occurs, or the sum of its weights.

    Args:
        x: Integers of 0 or more, shape (n,) or (batch, n).
        weights: Of the shape of `x`; default: 1 each.
        minlength: The least length of the result. In a traced step it is the length, and larger
            integers count nowhere.
        sparse: Not offered; only False.

    Returns:
        int32, or float32 with float weights; shape (length,) or (batch, length).

    Raises:
        ValueError: If `sparse` is True, the shapes do not fit, or an integer is negative.
        TypeError: If `x` is traced and `minlength` is 0, or `x` is not of integers.
    """
    if sparse:
        raise ValueError("`bincount` has no sparse Tensors; call it with `sparse=False`")
    tensor = convert_to_tensor(x)
    if tensor.dtype == "float32" and tensor.size:
        raise TypeError("`bincount` expected integers, received float32")
    places = convert_to_tensor(tensor, "int32")
    scale = convert_to_tensor(1 if weights is None else weights)
    if places.ndim not in (1, 2) or (weights is not None and scale.shape != places.shape):
        raise ValueError(
            f"`bincount` expected integers of shape (n,) or (batch, n) and weights of the same, "
            f"received shapes {places.shape} and {scale.shape}"
        )
    check_indices("`bincount`", places, 0, None, ValueError)
    length = whole("bincount", "minlength", minlength)
    if places.array is not None or not length:
        if places.array is None:
            dtype = "int32" if weights is None else convert_to_tensor(weights).dtype
            return known_by_values_alone("bincount", ((*tensor.shape[:-1], None), dtype))[0]
        length = max(length, int(places.array.max(initial=-1)) + 1)
    if scale.dtype in ("bool", "uint8"):
        scale = convert_to_tensor(scale, "int32")
    counted = logical_and(places >= 0, places < length)
    amounts = p.where(counted, p.broadcast_to(scale, shape=places.shape), 0)
    last = places.ndim - 1
    if last:
        rows = p.scatter_add_along_axis(amounts, places, axis=1, size=length + 1)
        return rows[:, :length]
    # One more place, so that there is one to write to.
    return p.scatter_add(amounts, places, axis=0, size=length + 1)[:length]


@operation
def searchsorted(sorted_sequence: ArrayLike, values: ArrayLike, side: str = "left") -> Tensor:
    """Where values would be put into a rising sequence, by halving it.

    Args:
        sorted_sequence: Vector in rising order.
        values: Any shape.
        side: Before ("left") or after ("right") equal elements.

    Returns:
        int32, the shape of `values`.

    Raises:
        ValueError: If the sequence is no vector, or for another side.
    """
    sequence, wanted = promote(sorted_sequence, values, at_least="int32")
    if sequence.ndim != 1 or side not in ("left", "right"):
        raise ValueError(
            "`searchsorted` expected a vector and side 'left' or 'right', received shape "
            f"{sequence.shape} and {side!r}"
        )
    low = p.broadcast_to(convert_to_tensor(0), shape=wanted.shape)
    if not sequence.size:
        return low
    high = p.broadcast_to(convert_to_tensor(sequence.size), shape=wanted.shape)
    for _ in range(sequence.size.bit_length()):
        middle = p.floor_divide(low + high, 2)
        element = p.take(sequence, middle, axis=0)
        before = element < wanted if side == "left" else element <= wanted
        open_ = low < high
        low = p.where(logical_and(open_, before), middle + 1, low)
        high = p.where(logical_and(open_, logical_not(before)), middle, high)
    return low


@operation
def digitize(x: ArrayLike, bins: Vector) -> Tensor:
    """The number of the interval each element lies in, between the rising edges `bins`."""
    return searchsorted(bins, x, side="right")


@operation
def histogram(
    x: ArrayLike, bins: PositiveInt = 10, range: Vector | None = None
) -> tuple[Tensor, Tensor]:
    """How many elements lie in each of equal intervals.

    Args:
        x: Tensor, taken flat.
        bins: Number of intervals.
        range: Their two ends; default: the smallest and largest element.

    Returns:
        Counts, float32 of shape (bins,), and the edges, float32 of shape (bins + 1,).

    Raises:
        ValueError: If there is no interval, or the range is no pair in rising order.
    """
    values, count = ravel(promote(x, at_least="float32")[0]), whole("histogram", "bins", bins)
    if count < 1:
        raise refuse("histogram", "bins", "a positive int", bins)
    if range is not None and (np.shape(range) != (2,) or range[0] > range[1]):
        raise refuse("histogram", "range", "a pair of numbers, the smaller first", range)
    if range is None:
        low = reduction.min(values) if values.size else convert_to_tensor(0.0)
        high = reduction.max(values) if values.size else convert_to_tensor(1.0)
    else:
        low, high = (convert_to_tensor(end, "float32") for end in range)
    flat = p.equal(low, high)
    low, high = low - where(flat, 0.5, 0.0), high + where(flat, 0.5, 0.0)
    steps = np.arange(count + 1, dtype=np.float32) / np.float32(count)
    edges = low * (1.0 - steps) + high * steps
    place = p.minimum(searchsorted(edges, values, "right") - 1, count - 1)
    inside = logical_and(values >= low, values <= high)
    ones = p.cast(inside, dtype="float32")
    return p.scatter_add(ones, p.maximum(place, 0), axis=0, size=count), edges


@operation
def isin(x1: ArrayLike, x2: ArrayLike, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element of `x1` is one of `x2`'s (or, with `invert`, is none).

    Args:
        x1: Tensor.
        x2: Tensor, taken flat.
        assume_unique: Ignored: it changes no result.
        invert: Whether to turn the answer round.
    """
    x, y = promote(x1, x2)
    candidates = ravel(y)
    if not candidates.size:
        found: Tensor = p.broadcast_to(convert_to_tensor(False), shape=x.shape)
    else:
        found = reduction.any(p.equal(reshape(x, (*x.shape, 1)), candidates), -1)
    return logical_not(found) if invert else found


@operation
def argpartition(x: ArrayLike, kth: int, axis: int = -1) -> Tensor:
    """Indices that put the `kth` element in its place along `axis`: here, all of them sorted."""
    whole("argpartition", "kth", kth)
    return reduction.argsort(x, axis)


@operation
def unravel_index(indices: ArrayLike, shape: NonNegativeInts) -> tuple[Tensor, ...]:
    """The index along each axis of `shape` that a flat index stands for, int32."""
    rest = convert_to_tensor(convert_to_tensor(indices), "int32")
    found: list[Tensor] = []
    sizes = canonical_shape("unravel_index", shape)
    if math.prod(sizes) == 0:
        raise ValueError(f"`unravel_index` expected a shape with elements, received {shape}")
    rest = p.where(rest < 0, rest + math.prod(sizes), rest)
    for size in reversed(sizes):
        found.insert(0, p.remainder(rest, size))
        rest = p.floor_divide(rest, size)
    return tuple(found)
