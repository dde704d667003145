"""Owns TensorFlow's functions that choose, order and place elements."""

from __future__ import annotations

import builtins
from typing import Any, Literal, NamedTuple

import numpy as np

from pykeras_core import ops
from pykeras_core.compat.tensorflow.text import also_of_text
from pykeras_core.engine import Tensor
from pykeras_core.symbolic.strings import StringTensor, is_text

__all__ = [
    "argsort",
    "boolean_mask",
    "broadcast_to",
    "ensure_shape",
    "gather_nd",
    "meshgrid",
    "roll",
    "scatter_nd",
    "searchsorted",
    "sequence_mask",
    "slice",
    "sort",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_update",
    "unique",
    "unique_with_counts",
]


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """Returns the numbers of the elements in their order."""
    given = ops.convert_to_tensor(values)
    if direction == "DESCENDING":
        given = ops.logical_not(given) if given.dtype == "bool" else ops.negative(given)
    return ops.argsort(given, axis=axis)


def boolean_mask(tensor: Any, mask: Any, axis: int | None = None, name: str = "mask") -> Any:
    """Returns the elements, or rows, for which a known mask holds."""
    key = np.asarray(mask, bool)
    if is_text(tensor):
        return StringTensor._of(StringTensor(tensor).__array__()[key])
    start = axis or 0
    chosen = np.flatnonzero(key)
    shape = ops.shape(tensor)
    flat = (*shape[:start], key.size, *shape[start + key.ndim :])
    return ops.take(ops.reshape(tensor, flat), chosen, axis=start)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """Returns the elements repeated to fill a shape."""
    return ops.broadcast_to(input, tuple(int(size) for size in shape))


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """Returns a tensor whose shape has been looked at.

    Raises:
        ValueError: If it is another one.
    """
    wanted = tuple(shape)
    fits = len(wanted) == len(x.shape) and all(
        size is None or size == found for size, found in zip(wanted, x.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"`ensure_shape` expected the shape {wanted}, received {tuple(x.shape)}")
    return x


def gather_nd(params: Any, indices: Any, batch_dims: int = 0, name: str | None = None) -> Any:
    """Returns slices of `params`, each by a row of numbers, one number an axis."""
    places = ops.convert_to_tensor(indices, "int32")
    if batch_dims:
        lead = np.indices(places.shape[:-1])[:batch_dims]
        places = ops.concatenate([np.stack([*lead], -1).astype("int32"), places], axis=-1)
    key = tuple(places[..., axis] for axis in builtins.range(places.shape[-1]))
    return params[key] if is_text(params) else ops.convert_to_tensor(params)[key]


def meshgrid(
    *args: Any, indexing: Literal["xy", "ij"] = "xy", name: str | None = None
) -> list[Tensor]:
    """Returns the coordinates of a grid, a tensor an axis."""
    return list(ops.meshgrid(*args, indexing=indexing))


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """Returns the elements moved along axes, the last ones to the front."""
    if isinstance(shift, list | tuple):
        for one, along in zip(shift, axis, strict=True):
            input = ops.roll(input, int(one), axis=int(along))
        return ops.convert_to_tensor(input)
    return ops.roll(input, int(shift), axis=axis if isinstance(axis, int) else int(axis[0]))


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Returns zeros with values added at places."""
    return ops.scatter(indices, updates, tuple(int(size) for size in shape))


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """Returns where values would stand in a sorted sequence."""
    return ops.searchsorted(sorted_sequence, values, side=side)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None
) -> Tensor:
    """Returns rows that hold as far as each length, `maxlen` long or as the longest."""
    lengths = ops.convert_to_tensor(lengths, "int32")
    width = int(np.asarray(lengths).max()) if maxlen is None else int(maxlen)
    mask = ops.less(ops.arange(width, dtype="int32"), ops.expand_dims(lengths, -1))
    return ops.cast(mask, dtype)


@also_of_text(
    lambda a, begin, size: a[
        tuple(
            builtins.slice(b, None if s == -1 else b + s) for b, s in zip(begin, size, strict=True)
        )
    ]
)
def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """Returns a box of the elements: from where, and how many along each axis, -1 for the rest."""
    tensor = ops.convert_to_tensor(input_)
    starts = [int(start) for start in begin]
    sizes = [
        tensor.shape[axis] - starts[axis] if int(count) == -1 else int(count)
        for axis, count in enumerate(size)
    ]
    return ops.slice(tensor, starts, sizes)


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None) -> Any:
    """Returns the elements in order along an axis."""
    if is_text(values):
        ordered = np.sort(StringTensor(values).__array__(), axis)
        return StringTensor._of(np.flip(ordered, axis) if direction == "DESCENDING" else ordered)
    found = ops.sort(values, axis=axis)
    return ops.flip(found, axis) if direction == "DESCENDING" else found


def tensor_scatter_nd_add(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """Returns a tensor with values added at places."""
    tensor = ops.convert_to_tensor(tensor)
    return ops.add(tensor, ops.scatter(indices, updates, tensor.shape))


def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """Returns a tensor with other values at places."""
    return ops.scatter_update(tensor, indices, updates)


class Unique(NamedTuple):
    """What `unique` finds: the different values, and the number of each element's."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """What `unique_with_counts` finds: values, each element's number, how often each occurs."""

    y: Any
    idx: Any
    count: Any


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Unique:
    """Returns the different known values in the order in which they come."""
    return Unique(*unique_with_counts(x)[:2])


def unique_with_counts(x: Any, out_idx: Any = "int32", name: str | None = None) -> UniqueWithCounts:
    """Returns the different known values in the order in which they come, and their counts."""
    text = is_text(x)
    array = StringTensor(x).__array__() if text else np.asarray(ops.convert_to_tensor(x))
    values, first, inverse, counts = np.unique(
        array, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    rank = np.argsort(order)
    found = values[order]
    return UniqueWithCounts(
        StringTensor._of(found) if text else ops.convert_to_tensor(found),
        ops.convert_to_tensor(rank[inverse.reshape(-1)], "int32"),
        ops.convert_to_tensor(counts[order], "int32"),
    )
