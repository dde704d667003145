"""Reading at places: `x[key]` for the keys that NumPy knows.

Indices count from the end where they are negative. One out of range is an `IndexError`: at once
where its value is known, and before a traced step runs on the data that it comes from.
"""

from __future__ import annotations

import math
import operator
from typing import Any, NamedTuple

import numpy as np

from pykeras_core.engine.arithmetic import transpose, with_shape
from pykeras_core.engine.axes import whole
from pykeras_core.engine.bounds import check_indices
from pykeras_core.engine.sizes import Conflict, with_conflicts
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import apply, convert_to_tensor, is_tensor

__all__ = ["get_item", "in_bounds", "wrapped"]


def wrapped(places: Tensor, length: int) -> Tensor:
    """Indices with negative ones counted from the end."""
    if places.array is not None and places.array.min(initial=0) >= 0:
        return places
    return apply("where", places < 0, places + length, places)


def in_bounds(name: str, places: Tensor, length: int, argument: str = "indices") -> Tensor:
    """Indices of an axis, checked, with negative ones counted from the end.

    Args:
        name: Name of the op.
        places: int32 Tensor.
        length: Of the axis.
        argument: What the op calls the indices.

    Returns:
        int32 Tensor from 0 to below `length`.

    Raises:
        IndexError: If one is known to be out of range.
    """
    if length:
        advice = (
            f"The axis of `x` has {length} elements, which `{argument}` -{length} to -1 count "
            "from its end."
        )
        try:
            check_indices(f"`{name}`", places, -length, length, advice=advice)
        except IndexError as error:
            found = np.asarray(places.array)
            least = max(int(found.max()) + 1, -int(found.min()))
            with_conflicts(error, [Conflict((name, 0), length, least, "more")])
            raise
    return wrapped(places, length)


class _Places(NamedTuple):
    """An index array, and the length of the axis it is meant for if it came from a mask."""

    indices: Tensor
    mask_length: int | None = None


_EXPECTED = "expected ints, slices, None, Ellipsis, integer or boolean arrays as indices, received"


def get_item(x: Any, key: Any) -> Tensor:
    """`x[key]`: ints, slices, None, Ellipsis and integer arrays; boolean masks when eager.

    Raises:
        IndexError: If an index is of another kind or out of range, if a mask has another shape
            than what it masks, or if there are more indices than axes.
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
    keys[at : at + 1] = [slice(None)] * (tensor.ndim - used)
    advanced = [place for place, one in enumerate(keys) if isinstance(one, int | _Places)]
    together = advanced == list(range(advanced[0], advanced[-1] + 1)) if advanced else True
    tensor, arrays = _basic(tensor, keys)
    return _advanced(tensor, arrays, together) if arrays else tensor


def _parsed(key: Any) -> list[Any]:
    """A key as None, Ellipsis, slice, int or `_Places`; a mask gives one a masked axis."""
    if key is None or key is Ellipsis:
        return [key]
    if isinstance(key, slice):
        bounds = (key.start, key.stop, key.step)
        return [slice(*(b if b is None else whole("get_item", "a bound", b) for b in bounds))]
    if isinstance(key, bool | np.bool_):
        raise IndexError(f"{_EXPECTED} the single bool {key}")
    if not (is_tensor(key) and key.ndim):  # an array of one index keeps its axis
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
        if isinstance(key, slice):
            places = places[key]
            if places.step < 0:
                flips.append(len(shape))
                places = places[::-1]
        elif isinstance(key, int):
            if not -size <= key < size:
                raise _out_of_range(key, size)
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
        tensor = apply("slice", tensor, start=tuple(start), stop=tuple(stop), step=tuple(step))
    tensor = with_shape(tensor, tuple(shape))
    return (apply("flip", tensor, axis=tuple(flips)) if flips else tensor), arrays


def _out_of_range(index: int, length: int) -> IndexError:
    return with_conflicts(
        IndexError(f"index {index} is out of range for an axis of length {length}"),
        [Conflict(("get_item", 0), length, index + 1 if index >= 0 else -index, "more")],
    )


def _in_range(places: _Places, length: int) -> Tensor:
    """Indices of an axis: wrapped, and checked where they are known."""
    if places.mask_length not in (None, length):
        raise IndexError(
            f"expected a boolean mask as long as the axis it masks, {length}, received length "
            f"{places.mask_length}"
        )
    return in_bounds("get_item", places.indices, length, "key")


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
                places = apply("maximum", apply("minimum", places, length - 1), 0)
            index = index * length + places
    first = axes[0] if together else 0
    rest = [axis for axis in range(tensor.ndim) if axis not in axes]
    moved = transpose(tensor, [*rest[:first], *axes, *rest[first:]])
    shape = [tensor.shape[axis] for axis in rest]
    flat = with_shape(moved, (*shape[:first], math.prod(lengths), *shape[first:]))
    return apply("take", flat, index, axis=first)
