"""Reading and adding at places: indexing, take, one-hot, segments.

Indices count from the end where they are negative. One out of range is an `IndexError`: at once
where its value is known, and before a traced step runs on the data that it comes from.

Example:
    >>> from pykeras_core import ops
    >>> ops.take([10, 20, 30], [0, -1]).tolist()
    [10, 30]
    >>> ops.one_hot([1, 0], 2).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, DType, Integers, NonNegativeInt, Vector
from pykeras_core.engine import Tensor, convert_to_tensor, indexing, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, whole
from pykeras_core.engine.indexing import in_bounds
from pykeras_core.engine.sizes import Conflict, broadcast_shapes, with_conflicts
from pykeras_core.ops.logic import where
from pykeras_core.ops.manipulation import expand_dims, ravel
from pykeras_core.symbolic.op_call import operation
from pykeras_core.symbolic.shape_inference import known_by_values_alone

__all__ = ["get_item", "one_hot", "segment_sum", "slice", "take", "take_along_axis"]


def is_symbolic(x: Any) -> bool:
    """Whether `x` is a Tensor whose value is not known yet."""
    return is_tensor(x) and convert_to_tensor(x).array is None


def _integers(name: str, indices: Any) -> Tensor:
    """Indices as int32.

    Raises:
        TypeError: If they are no integers.
    """
    places = convert_to_tensor(indices)
    if places.dtype in ("float32", "bool") and places.size:
        raise TypeError(f"`{name}` expected integer indices, received dtype {places.dtype}")
    return convert_to_tensor(places, "int32")


def rows_at(x: Any, places: Any, axis: int = 0) -> Tensor:
    """Elements along an axis at int32 places that are known to lie in range.

    For places that were computed to be there, or were checked with a better message than
    `take` has. One that lies outside all the same reads the nearest element.
    """
    result: Tensor = p.take(convert_to_tensor(x), convert_to_tensor(places, "int32"), axis=axis)
    return result


@operation
def take(x: ArrayLike, indices: ArrayLike, axis: int | None = None) -> Tensor:
    """Elements at the given indices along an axis, or of the flat input for None.

    Args:
        x: Tensor.
        indices: Integers, any shape; negative ones count from the end.
        axis: The axis they count along; None for the flat input.

    Returns:
        Tensor, the shape of `indices` in place of the axis.

    Raises:
        IndexError: If an index is out of range.
    """
    tensor = convert_to_tensor(x) if axis is not None else ravel(x)
    at = canonical_axis("take", 0 if axis is None else axis, tensor.ndim)
    places = in_bounds("take", _integers("take", indices), tensor.shape[at])
    return p.take(tensor, places, axis=at)


@operation
def take_along_axis(x: ArrayLike, indices: ArrayLike, axis: int | None = None) -> Tensor:
    """Elements at indices that differ from row to row; see NumPy's `take_along_axis`.

    Raises:
        IndexError: If an index is out of range.
    """
    tensor = convert_to_tensor(x) if axis is not None else ravel(x)
    places = _integers("take_along_axis", indices if axis is not None else ravel(indices))
    at = canonical_axis("take_along_axis", 0 if axis is None else axis, tensor.ndim)
    shapes = [list(tensor.shape), list(places.shape)]
    if len(shapes[0]) != len(shapes[1]):
        raise ValueError(
            f"`take_along_axis` expected indices with as many axes as the input of shape "
            f"{tensor.shape}, received shape {places.shape}"
        )
    lengths = [shape.pop(at) for shape in shapes]
    try:
        rest = broadcast_shapes("take_along_axis", *shapes)
    except ValueError as error:
        raise ValueError(
            f"`take_along_axis` expected indices that fit shape {tensor.shape} on all axes but "
            f"{axis}, received shape {places.shape}"
        ) from error
    source, target = ((*rest[:at], length, *rest[at:]) for length in lengths)
    return p.take_along_axis(
        p.broadcast_to(tensor, shape=source),
        p.broadcast_to(in_bounds("take_along_axis", places, tensor.shape[at]), shape=target),
        axis=at,
    )


@operation
def slice(inputs: ArrayLike, start_indices: Vector, shape: Integers) -> Tensor:
    """A block of the given shape that begins at `start_indices`.

    Args:
        inputs: Tensor.
        start_indices: One int an axis, also of a step being traced: a block that would reach
            outside is then moved inside.
        shape: One int an axis; -1 reaches to the end.

    Returns:
        Tensor of that shape.

    Raises:
        ValueError: If the block does not lie inside of `inputs`.
    """
    tensor = convert_to_tensor(inputs)
    if any(is_symbolic(index) for index in start_indices):
        return _moving_slice(tensor, start_indices, shape)
    start = [whole("slice", "every start index", i) for i in start_indices]
    lengths = (shape,) if isinstance(shape, int) else shape
    sizes = [whole("slice", "every axis of the shape", n) for n in lengths]
    if not len(start) == len(sizes) == tensor.ndim:
        raise ValueError(
            f"`slice` expected one start index and one length for each axis of shape "
            f"{tensor.shape}, received {start_indices} and {shape}"
        )
    axes = list(zip(start, sizes, tensor.shape, strict=True))
    stop = [n if size == -1 else first + size for first, size, n in axes]
    inside = (0 <= a <= b <= n for a, b, n in zip(start, stop, tensor.shape, strict=True))
    if not all(inside):
        raise with_conflicts(
            ValueError(
                f"`slice` expected a block inside of shape {tensor.shape}, received shape {shape} "
                f"from {start_indices}"
            ),
            [
                Conflict(("slice", axis), n, b, "more")
                for axis, (n, b) in enumerate(zip(tensor.shape, stop, strict=True))
                if n < b
            ],
        )
    return p.slice_(tensor, start=tuple(start), stop=tuple(stop), step=(1,) * tensor.ndim)


def _moving_slice(tensor: Tensor, start_indices: Any, shape: Any) -> Tensor:
    """A block that begins where values of a traced step say, moved inside where it leaves."""
    lengths = (shape,) if isinstance(shape, int) else shape
    sizes = [whole("slice", "every axis of the shape", n) for n in lengths]
    starts = [convert_to_tensor(index, "int32") for index in start_indices]
    if not len(starts) == len(sizes) == tensor.ndim:
        raise ValueError(
            f"`slice` expected one start index and one length for each axis of shape "
            f"{tensor.shape}, received {len(starts)} and {shape}"
        )
    for axis, (start, length, size) in enumerate(zip(starts, sizes, tensor.shape, strict=True)):
        if not 0 <= length <= size:
            raise with_conflicts(
                ValueError(
                    f"`slice` expected lengths from 0 to the sizes of shape {tensor.shape} where "
                    f"a start index is a value of a traced step, received {shape}"
                ),
                [Conflict(("slice", axis), size, length, "more")] if length > size else [],
            )
        first = p.maximum(p.minimum(start, size - length), 0)
        tensor = p.take(tensor, np.arange(length, dtype=np.int32) + first, axis=axis)
    return tensor


@operation
def one_hot(
    x: ArrayLike,
    num_classes: NonNegativeInt,
    axis: int = -1,
    dtype: DType = None,
    sparse: bool = False,
) -> Tensor:
    """1 at each label's class and 0 elsewhere; labels out of range give only zeros.

    Args:
        x: Integer labels, any shape.
        num_classes: Length of the new axis.
        axis: Where the new axis goes.
        dtype: Default float32.
        sparse: Not offered; only False.

    Returns:
        Tensor with one more axis than `x`.

    Raises:
        ValueError: If `sparse` is True.
    """
    if sparse:
        raise ValueError("`one_hot` has no sparse Tensors; call it with `sparse=False`")
    labels = convert_to_tensor(convert_to_tensor(x), "int32")
    count = whole("one_hot", "num_classes", num_classes)
    at = canonical_axis("one_hot", axis, labels.ndim + 1)
    classes = np.arange(count, dtype=np.int32).reshape(-1, *(1,) * (labels.ndim - at))
    return convert_to_tensor(p.equal(expand_dims(labels, at), classes), dtype or "float32")


@operation
def segment_sum(
    data: ArrayLike,
    segment_ids: ArrayLike,
    num_segments: NonNegativeInt | None = None,
    sorted: bool = False,
) -> Tensor:
    """Sum the rows of each segment; a row whose id is out of range counts nowhere.

    Args:
        data: Tensor, shape (n, ...).
        segment_ids: Integers, shape (n,).
        num_segments: Rows of the result; default the largest id + 1 (eager only).
        sorted: Ignored: order does not matter here.

    Returns:
        Tensor, shape (num_segments, ...).

    Raises:
        ValueError: If there is not one id a row.
    """
    rows, ids = convert_to_tensor(data), _integers("segment_sum", segment_ids)
    if ids.ndim != 1 or rows.shape[:1] != ids.shape:
        raise ValueError(
            f"`segment_sum` expected one segment id for each row of shape {rows.shape}, received "
            f"ids of shape {ids.shape}"
        )
    if num_segments is None and ids.array is None:
        return known_by_values_alone("segment_sum", ((None, *rows.shape[1:]), rows.dtype))[0]
    if num_segments is None:
        num_segments = int(ids.numpy().max(initial=-1)) + 1
    count = whole("segment_sum", "num_segments", num_segments)
    known = p.bitwise_and(ids >= 0, ids < count)
    kept = where(p.reshape(known, shape=(ids.size, *(1,) * (rows.ndim - 1))), rows, 0)
    # One more segment takes the rows that count nowhere, so that none is empty.
    sums = p.scatter_add(kept, ids, axis=0, size=count + 1)
    return sums[:count]


@operation
def get_item(x: ArrayLike, key: Any) -> Tensor:
    """`x[key]`: ints, slices, None, Ellipsis and integer arrays; boolean masks when eager.

    Raises:
        IndexError: If an index is of another kind or out of range, if a mask has another shape
            than what it masks, or if there are more indices than axes.
    """
    try:
        return indexing.get_item(x, key)
    except (IndexError, TypeError) as error:  # `x[key]` in its own words; here the key has a name
        error.args = (f"`get_item` cannot read `key` of `x`: {error}",)
        raise
