"""Writing at computed places: scatter, updates of slices, reductions of segments.

Example:
    >>> from pykeras_core import ops
    >>> ops.scatter_update([1, 2, 3], [[0], [2]], [9, 8]).tolist()
    [9, 2, 8]
    >>> ops.segment_max([3.0, 1.0, 2.0], [0, 0, 1]).tolist()
    [3.0, 2.0]
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, Arrays, NonNegativeInt, NonNegativeInts, Vector
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_shape, whole
from pykeras_core.engine.indexing import in_bounds
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.indexing import _integers
from pykeras_core.ops.logic import logical_and, where
from pykeras_core.ops.manipulation import concatenate, reshape
from pykeras_core.symbolic.op_call import operation
from pykeras_core.symbolic.shape_inference import known_by_values_alone

__all__ = [
    "scatter",
    "scatter_update",
    "segment_max",
    "segment_min",
    "segment_prod",
    "select",
    "slice_update",
]

Combine = Callable[[Tensor, Tensor], Tensor]


def _reduced(ids: Tensor, rows: Tensor, count: int, combine: Combine) -> tuple[Tensor, Tensor]:
    """What `combine` makes of the rows of each id below `count`, and which ids there are.

    Rows are brought into the order of their ids. Then each takes in, if their ids are the same,
    the row 1, 2, 4, ... before it, until the last row of each id holds all of them.
    """
    order = p.argsort(ids, axis=0)
    ids, rows = p.take(ids, order, axis=0), p.take(rows, order, axis=0)
    ones = (1,) * (rows.ndim - 1)
    step = 1
    while step < ids.size:
        same = p.reshape(p.equal(ids[step:], ids[:-step]), shape=(ids.size - step, *ones))
        joined = where(same, combine(rows[:-step], rows[step:]), rows[step:])
        rows = concatenate([rows[:step], joined])
        step *= 2
    last = concatenate([p.not_equal(ids[1:], ids[:-1]), convert_to_tensor([True])])
    counted = logical_and(last, logical_and(ids >= 0, ids < count))
    kept = where(p.reshape(counted, shape=(ids.size, *ones)), rows, 0)
    # One more place takes what counts nowhere, so that there always is one.
    target = p.where(counted, ids, count)
    found = p.scatter_add(kept, target, axis=0, size=count + 1)[:count]
    hits = p.scatter_add(p.cast(counted, dtype="int32"), target, axis=0, size=count + 1)[:count]
    return found, hits > 0


def _flat_targets(name: str, indices: Any, shape: tuple[int, ...]) -> tuple[Tensor, int]:
    """The row each index points at, of an array whose indexed axes are made one; their number."""
    places = _integers(name, indices)
    depth = places.shape[-1] if places.ndim else 0
    if not 1 <= depth <= len(shape):
        raise ValueError(
            f"`{name}` expected indices of shape (..., k) with k from 1 to {len(shape)} for shape "
            f"{shape}, received shape {places.shape}"
        )
    flat: Any = 0
    for axis, size in enumerate(shape[:depth]):
        flat = flat * size + in_bounds(name, places[..., axis], size)
    return p.reshape(flat, shape=(math.prod(places.shape[:-1]),)), depth


def _rows(name: str, values: Any, indices: Tensor, depth: int, shape: tuple[int, ...]) -> Tensor:
    wanted = (*convert_to_tensor(indices).shape[:-1], *shape[depth:])
    tensor = convert_to_tensor(values)
    if tensor.shape != wanted:
        raise ValueError(
            f"`{name}` expected values of shape {wanted} for these indices and shape {shape}, "
            f"received shape {tensor.shape}"
        )
    count = math.prod(wanted[: len(wanted) - len(shape[depth:])])
    return p.reshape(tensor, shape=(count, math.prod(shape[depth:])))


@operation
def scatter(indices: ArrayLike, values: ArrayLike, shape: NonNegativeInts) -> Tensor:
    """Zeros with values added at places.

    Args:
        indices: Integers, shape (..., k): an index for each of the first k axes.
        values: Shape (..., *shape[k:]). Those of one place add up.
        shape: Shape of the result.

    Returns:
        Tensor of that shape, of the dtype of `values`.

    Raises:
        ValueError: If the shapes do not fit.
        IndexError: If an index is out of range.
    """
    sizes = canonical_shape("scatter", shape)
    targets, depth = _flat_targets("scatter", indices, sizes)
    rows = _rows("scatter", promote(values, at_least="int32")[0], indices, depth, sizes)
    total = p.scatter_add(rows, targets, axis=0, size=math.prod(sizes[:depth]))
    return p.reshape(total, shape=sizes)


_REDUCTIONS: dict[str, Combine] = {
    "add": p.add,
    "max": p.maximum,
    "min": p.minimum,
    "mul": p.multiply,
}


@operation
def scatter_update(
    inputs: ArrayLike, indices: ArrayLike, updates: ArrayLike, reduction: str | None = None
) -> Tensor:
    """`inputs` with other values at places.

    Args:
        inputs: Tensor.
        indices: Integers, shape (..., k): an index for each of the first k axes.
        updates: Shape (..., *inputs.shape[k:]). Of several for one place the last counts.
        reduction: None replaces; "add", "max", "min" or "mul" joins with what is there.

    Returns:
        Tensor, the shape and dtype of `inputs`.

    Raises:
        ValueError: If the shapes do not fit, or for another reduction.
        IndexError: If an index is out of range.
    """
    if reduction is not None and reduction not in _REDUCTIONS:
        raise ValueError(
            f"`scatter_update` expected reduction None or one of {list(_REDUCTIONS)}, received "
            f"{reduction!r}"
        )
    given = convert_to_tensor(inputs)
    (tensor,) = promote(given, at_least="int32")
    targets, depth = _flat_targets("scatter_update", indices, tensor.shape)
    new = convert_to_tensor(convert_to_tensor(updates), tensor.dtype)
    rows = _rows("scatter_update", new, indices, depth, tensor.shape)
    count = math.prod(tensor.shape[:depth])
    old = p.reshape(tensor, shape=(count, math.prod(tensor.shape[depth:])))
    if targets.size:
        combine = _REDUCTIONS[reduction] if reduction else lambda first, second: second
        found, hit = _reduced(targets, rows, count, combine)
        changed = combine(old, found)
        old = where(p.reshape(hit, shape=(count, 1)), changed, old)
    return convert_to_tensor(p.reshape(old, shape=tensor.shape), given.dtype)


@operation
def slice_update(inputs: ArrayLike, start_indices: Vector, updates: ArrayLike) -> Tensor:
    """`inputs` with a block replaced.

    Args:
        inputs: Tensor.
        start_indices: Where the block begins: one int an axis, also of a step being traced. A
            block that would reach outside is moved inside.
        updates: The block, with as many axes as `inputs`.

    Returns:
        Tensor, the shape and dtype of `inputs`.

    Raises:
        ValueError: If the block has other axes than `inputs` or is larger.
    """
    tensor = convert_to_tensor(inputs)
    block = convert_to_tensor(convert_to_tensor(updates), tensor.dtype)
    starts = [convert_to_tensor(start, "int32") for start in start_indices]
    larger = len(block.shape) == tensor.ndim and any(
        m > n for m, n in zip(block.shape, tensor.shape, strict=True)
    )
    if not len(starts) == block.ndim == tensor.ndim or larger:
        raise ValueError(
            f"`slice_update` expected one start index for each axis of shape {tensor.shape} and a "
            f"block that fits, received {len(starts)} indices and shape {block.shape}"
        )
    inside: Any = convert_to_tensor(True)
    for axis, (start, length, size) in enumerate(
        zip(starts, block.shape, tensor.shape, strict=True)
    ):
        if not length:
            return tensor
        first = p.maximum(p.minimum(start, size - length), 0)
        place = convert_to_tensor(np.arange(size, dtype=np.int32)) - first
        block = p.take(block, place, axis=axis)  # places outside take the nearest row
        within = logical_and(place >= 0, place < length)
        inside = logical_and(inside, reshape(within, (size, *(1,) * (tensor.ndim - axis - 1))))
    return where(inside, block, tensor)


def _segments(
    name: str, combine: Combine, empty: Any, data: Any, segment_ids: Any, num_segments: Any
) -> Tensor:
    rows, ids = convert_to_tensor(data), _integers(name, segment_ids)
    if ids.ndim != 1 or rows.shape[:1] != ids.shape:
        raise ValueError(
            f"`{name}` expected one segment id for each row of shape {rows.shape}, received ids "
            f"of shape {ids.shape}"
        )
    if num_segments is None and ids.array is None:
        return known_by_values_alone(name, ((None, *rows.shape[1:]), rows.dtype))[0]
    if num_segments is None:
        num_segments = int(ids.numpy().max(initial=-1)) + 1
    count = whole(name, "num_segments", num_segments)
    (rows,) = promote(rows, at_least="int32")
    fill = convert_to_tensor(empty(rows.dtype), rows.dtype)
    if not ids.size:
        return p.broadcast_to(fill, shape=(count, *rows.shape[1:]))
    found, hit = _reduced(ids, rows, count, combine)
    return where(p.reshape(hit, shape=(count, *(1,) * (rows.ndim - 1))), found, fill)


@operation
def segment_max(
    data: ArrayLike,
    segment_ids: ArrayLike,
    num_segments: NonNegativeInt | None = None,
    sorted: bool = False,
) -> Tensor:
    """The largest of the rows of each segment, element by element.

    Args:
        data: Tensor, shape (n, ...).
        segment_ids: Integers, shape (n,); a row whose id is out of range counts nowhere.
        num_segments: Rows of the result; default the largest id + 1 (eager only).
        sorted: Ignored: order does not matter here.

    Returns:
        Tensor, shape (num_segments, ...); the dtype's lowest value where a segment is empty.

    Raises:
        ValueError: If there is not one id a row.
    """
    return _segments("segment_max", p.maximum, _lowest, data, segment_ids, num_segments)


@operation
def segment_min(
    data: ArrayLike,
    segment_ids: ArrayLike,
    num_segments: NonNegativeInt | None = None,
    sorted: bool = False,
) -> Tensor:
    """The smallest of the rows of each segment; the highest value where one is empty."""
    return _segments("segment_min", p.minimum, _highest, data, segment_ids, num_segments)


@operation
def segment_prod(
    data: ArrayLike,
    segment_ids: ArrayLike,
    num_segments: NonNegativeInt | None = None,
    sorted: bool = False,
) -> Tensor:
    """The product of the rows of each segment; 1 where one is empty."""
    return _segments("segment_prod", p.multiply, lambda _: 1, data, segment_ids, num_segments)


def _lowest(dtype: str) -> Any:
    return -math.inf if dtype == "float32" else np.iinfo(dtype).min


def _highest(dtype: str) -> Any:
    return math.inf if dtype == "float32" else np.iinfo(dtype).max


@operation
def select(condlist: Arrays, choicelist: Arrays, default: ArrayLike = 0) -> Tensor:
    """Elements of the first choice whose condition holds, else `default`.

    Args:
        condlist: Conditions, which broadcast.
        choicelist: As many choices.
        default: Where no condition holds.

    Raises:
        ValueError: If there are no conditions, or not as many choices.
    """
    if not len(condlist) or len(condlist) != len(choicelist):
        raise ValueError(
            "`select` expected `choicelist` as many choices as `condlist` has conditions, at least "
            f"one, received {len(condlist)} conditions and {len(choicelist)} choices"
        )
    *choices, result = promote(*choicelist, default)
    for test, choice in zip(reversed(condlist), reversed(choices), strict=True):
        result = where(test, choice, result)
    return result
