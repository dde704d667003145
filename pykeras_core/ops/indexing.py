"""Reading and adding at places: indexing, take, one-hot, segments.

Indices count from the end where they are negative. `x[...]` refuses an index that is known to be
out of range; an index out of range in a trace, and any in `take`, reads the nearest element.

Example:
    >>> from pykeras_core import ops
    >>> ops.take([10, 20, 30], [0, -1]).tolist()
    [10, 30]
    >>> ops.one_hot([1, 0], 2).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
"""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any, NamedTuple

import numpy as np

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, convert_to_tensor, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.manipulation import expand_dims, ravel, transpose
from pykeras_core.ops.math import where
from pykeras_core.ops.operation import canonical_axis, operation, whole

__all__ = ["get_item", "one_hot", "segment_sum", "slice", "take", "take_along_axis"]


def _integers(name: str, indices: Any) -> Tensor:
    """Indices as int32.

    Raises:
        TypeError: If they are no integers.
    """
    places = convert_to_tensor(indices)
    if places.dtype in ("float32", "bool") and places.size:
        raise TypeError(f"`{name}` expected integer indices, received dtype {places.dtype}")
    return convert_to_tensor(places, "int32")


def _wrapped(places: Tensor, length: int) -> Tensor:
    """Indices with negative ones counted from the end."""
    if places.array is not None and places.array.min(initial=0) >= 0:
        return places
    return where(places < 0, places + length, places)


@operation
def take(x: ArrayLike, indices: ArrayLike, axis: int | None = None) -> Tensor:
    """Elements at the given indices along an axis, or of the flat input for None.

    Negative indices count from the end; one out of range takes the nearest element.
    """
    tensor = convert_to_tensor(x) if axis is not None else ravel(x)
    at = canonical_axis("take", 0 if axis is None else axis, tensor.ndim)
    return p.take(tensor, _wrapped(_integers("take", indices), tensor.shape[at]), axis=at)


@operation
def take_along_axis(x: ArrayLike, indices: ArrayLike, axis: int | None = None) -> Tensor:
    """Elements at indices that differ from row to row; see NumPy's `take_along_axis`."""
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
        rest = np.broadcast_shapes(*map(tuple, shapes))
    except ValueError:
        raise ValueError(
            f"`take_along_axis` expected indices that fit shape {tensor.shape} on all axes but "
            f"{axis}, received shape {places.shape}"
        ) from None
    source, target = ((*rest[:at], length, *rest[at:]) for length in lengths)
    return p.take_along_axis(
        p.broadcast_to(tensor, shape=source),
        p.broadcast_to(_wrapped(places, tensor.shape[at]), shape=target),
        axis=at,
    )


@operation
def slice(inputs: ArrayLike, start_indices: Any, shape: Any) -> Tensor:
    """A block of the given shape that begins at `start_indices`.

    Args:
        inputs: Tensor.
        start_indices: One int an axis.
        shape: One int an axis; -1 reaches to the end.

    Returns:
        Tensor of that shape.

    Raises:
        ValueError: If the block does not lie inside of `inputs`.
    """
    tensor = convert_to_tensor(inputs)
    start = [whole("slice", "every start index", i) for i in start_indices]
    sizes = [whole("slice", "every axis of the shape", n) for n in shape]
    if not len(start) == len(sizes) == tensor.ndim:
        raise ValueError(
            f"`slice` expected one start index and one length for each axis of shape "
            f"{tensor.shape}, received {start_indices} and {shape}"
        )
    axes = list(zip(start, sizes, tensor.shape, strict=True))
    stop = [n if size == -1 else first + size for first, size, n in axes]
    inside = (0 <= a <= b <= n for a, b, n in zip(start, stop, tensor.shape, strict=True))
    if not all(inside):
        raise ValueError(
            f"`slice` expected a block inside of shape {tensor.shape}, received shape {shape} "
            f"from {start_indices}"
        )
    return p.slice_(tensor, start=tuple(start), stop=tuple(stop), step=(1,) * tensor.ndim)


@operation
def one_hot(
    x: ArrayLike, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
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
    data: Any, segment_ids: ArrayLike, num_segments: int | None = None, sorted: bool = False
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
    if num_segments is None:
        num_segments = int(ids.numpy().max(initial=-1)) + 1
    count = whole("segment_sum", "num_segments", num_segments)
    known = p.bitwise_and(ids >= 0, ids < count)
    kept = where(p.reshape(known, shape=(ids.size, *(1,) * (rows.ndim - 1))), rows, 0)
    # One more segment takes the rows that count nowhere, so that none is empty.
    sums = p.scatter_add(kept, ids, axis=0, size=count + 1)
    return sums[:count]


class _Places(NamedTuple):
    """An index array, and the length of the axis it is meant for if it came from a mask."""

    indices: Tensor
    mask_length: int | None = None


_EXPECTED = "expected ints, slices, None, Ellipsis, integer or boolean arrays as indices, received"


@operation
def get_item(x: ArrayLike, key: Any) -> Tensor:
    """`x[key]`: ints, slices, None, Ellipsis and integer arrays; boolean masks when eager.

    Raises:
        IndexError: If an index is of another kind or known to be out of range, if a mask has
            another shape than what it masks, or if there are more indices than axes.
    """
    tensor = convert_to_tensor(x)
    given = key if isinstance(key, tuple) else (key,)
    keys = [part for one in given for part in _parsed(one)]
    used = sum(one is not None and one is not Ellipsis for one in keys)
    if used > tensor.ndim:
        raise IndexError(f"{used} indices for a Tensor of shape {tensor.shape}")
    ellipses = [place for place, one in enumerate(keys) if one is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("expected at most one Ellipsis among the indices")
    at = ellipses[0] if ellipses else len(keys)
    keys[at : at + 1] = [builtins.slice(None)] * (tensor.ndim - used)
    advanced = [place for place, one in enumerate(keys) if isinstance(one, int | _Places)]
    together = advanced == list(range(advanced[0], advanced[-1] + 1)) if advanced else True
    tensor, arrays = _basic(tensor, keys)
    return _advanced(tensor, arrays, together) if arrays else tensor


def _parsed(key: Any) -> list[Any]:
    """A key as None, Ellipsis, slice, int or `_Places`; a mask gives one a masked axis."""
    if key is None or key is Ellipsis:
        return [key]
    if isinstance(key, builtins.slice):
        bounds = (key.start, key.stop, key.step)
        return [
            builtins.slice(*(b if b is None else whole("get_item", "a bound", b) for b in bounds))
        ]
    if isinstance(key, bool | np.bool_):
        raise IndexError(f"{_EXPECTED} the single bool {key}")
    try:
        return [operator.index(key)]
    except TypeError:
        pass  # no int: an array, or nothing that indexes
    if not (is_tensor(key) or isinstance(key, list | range) or hasattr(key, "__array__")):
        raise IndexError(f"{_EXPECTED} {key!r}")
    places = convert_to_tensor(key)
    if places.dtype == "bool" and places.ndim:
        found = zip(np.nonzero(places.numpy()), places.shape, strict=True)
        return [_Places(convert_to_tensor(index), length) for index, length in found]
    if places.dtype in ("float32", "bool") and places.size:
        raise IndexError(f"{_EXPECTED} an array of dtype {places.dtype}")
    return [_Places(convert_to_tensor(places, "int32"))]


def _basic(tensor: Tensor, keys: list[Any]) -> tuple[Tensor, list[tuple[int, Tensor]]]:
    """Apply ints, slices and None; return what is left: (axis of the result, index array)."""
    start, stop, step = [], [], []
    shape: list[int] = []
    flips: list[int] = []
    arrays: list[tuple[int, Tensor]] = []
    sizes = iter(tensor.shape)
    for key in keys:
        if key is None:
            shape.append(1)
            continue
        size = next(sizes)
        places = range(size)
        if isinstance(key, builtins.slice):
            places = places[key]
            if places.step < 0:
                flips.append(len(shape))
                places = places[::-1]
        elif isinstance(key, int):
            if not -size <= key < size:
                raise IndexError(f"index {key} is out of range for an axis of length {size}")
            places = range(key % size, key % size + 1)
        else:
            arrays.append((len(shape), _in_range(key, size)))
        begin, stride = (places.start, places.step) if places else (0, 1)
        start.append(begin)
        stop.append(places[-1] + 1 if places else 0)
        step.append(stride)
        if not isinstance(key, int):
            shape.append(len(places))
    if (start, stop) != ([0] * tensor.ndim, list(tensor.shape)) or any(s != 1 for s in step):
        tensor = p.slice_(tensor, start=tuple(start), stop=tuple(stop), step=tuple(step))
    tensor = p.reshape(tensor, shape=tuple(shape))
    return (p.flip(tensor, axis=tuple(flips)) if flips else tensor), arrays


def _in_range(places: _Places, length: int) -> Tensor:
    """Indices of an axis: wrapped, and checked where they are known."""
    if places.mask_length not in (None, length):
        raise IndexError(
            f"expected a boolean mask as long as the axis it masks, {length}, received length "
            f"{places.mask_length}"
        )
    known = places.indices.array
    if known is not None and known.size:
        worst = int(known.max() if known.max() >= length else known.min())
        if not -length <= worst < length:
            raise IndexError(f"index {worst} is out of range for an axis of length {length}")
    return _wrapped(places.indices, length)


def _advanced(tensor: Tensor, arrays: list[tuple[int, Tensor]], together: bool) -> Tensor:
    """Apply index arrays, which broadcast together.

    Their axes stand where the first of them stood, or first of all if `together` is false: if
    something else stood between them.
    """
    axes = [axis for axis, _ in arrays]
    lengths = [tensor.shape[axis] for axis in axes]
    index: Any = arrays[0][1]
    if len(axes) > 1:
        index = 0
        for length, (_, places) in zip(lengths, arrays, strict=True):
            if places.array is None:  # out of range, it must not reach into another row
                places = p.maximum(p.minimum(places, length - 1), 0)
            index = index * length + places
    first = axes[0] if together else 0
    rest = [axis for axis in range(tensor.ndim) if axis not in axes]
    moved = transpose(tensor, [*rest[:first], *axes, *rest[first:]])
    shape = [tensor.shape[axis] for axis in rest]
    flat = p.reshape(moved, shape=(*shape[:first], math.prod(lengths), *shape[first:]))
    return p.take(flat, index, axis=first)
