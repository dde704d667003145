"""Shapes and order: reshape, transpose, concatenate, split, pad, repeat.

In all of them `x` is a Tensor or anything array-like, whose dtype stays. An axis is an int,
counted from the end if negative; one that `x` does not have raises ValueError.

Example:
    >>> from pykeras_core import ops
    >>> ops.concatenate([[1, 2], [3]]).tolist(), ops.expand_dims([1, 2], -1).shape
    ([1, 2, 3], (2, 1))
"""

from __future__ import annotations

import itertools
from typing import Any, Literal

import numpy as np

from pykeras_core.checks import (
    ArrayLike,
    Arrays,
    Integers,
    IntTuple,
    NonNegativeInt,
    NonNegativeInts,
)
from pykeras_core.engine import Tensor, arithmetic, convert_to_tensor, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axes, canonical_axis, canonical_shape, whole
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.promotion import promote
from pykeras_core.engine.sizes import Conflict, different_sizes, with_conflicts
from pykeras_core.symbolic.op_call import operation
from pykeras_core.symbolic.shape_inference import note_clipping

__all__ = [
    "append",
    "broadcast_to",
    "concatenate",
    "expand_dims",
    "flip",
    "hstack",
    "meshgrid",
    "moveaxis",
    "pad",
    "ravel",
    "repeat",
    "reshape",
    "roll",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "tile",
    "transpose",
    "unstack",
    "vstack",
]


@operation
def reshape(x: ArrayLike, newshape: Any) -> Tensor:
    """The same elements under another shape, of which one axis may be -1.

    Raises:
        ValueError: If the numbers of elements differ.
    """
    return arithmetic.reshape(x, newshape)


@operation
def ravel(x: ArrayLike) -> Tensor:
    """The elements in one axis."""
    return reshape(x, (-1,))


@operation
def expand_dims(x: ArrayLike, axis: Integers | None) -> Tensor:
    """Insert axes of length 1 at the positions `axis` of the result."""
    tensor = convert_to_tensor(x)
    new = axis if isinstance(axis, list | tuple) else (axis,)
    places = canonical_axes("expand_dims", tuple(new), tensor.ndim + len(new))
    rest = iter(tensor.shape)
    rank = tensor.ndim + len(new)
    return p.reshape(tensor, shape=tuple(1 if a in places else next(rest) for a in range(rank)))


@operation
def squeeze(x: ArrayLike, axis: Integers | None = None) -> Tensor:
    """Remove axes of length 1: those given, or all.

    Raises:
        ValueError: If an axis given is longer than 1.
    """
    tensor = convert_to_tensor(x)
    ones = tuple(a for a, n in enumerate(tensor.shape) if n == 1)
    places = ones if axis is None else canonical_axes("squeeze", axis, tensor.ndim)
    if any(a not in ones for a in places):
        raise with_conflicts(
            ValueError(
                f"`squeeze` expected axes of length 1, received axis={axis} for shape "
                f"{tensor.shape}"
            ),
            [Conflict(("squeeze", a), tensor.shape[a], 1) for a in places if a not in ones],
        )
    return p.reshape(tensor, shape=tuple(n for a, n in enumerate(tensor.shape) if a not in places))


@operation
def transpose(x: ArrayLike, axes: IntTuple | None = None) -> Tensor:
    """Reorder the axes; reversed by default."""
    return arithmetic.transpose(x, axes)


@operation
def swapaxes(x: ArrayLike, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes."""
    tensor = convert_to_tensor(x)
    order = list(range(tensor.ndim))
    a, b = (canonical_axis("swapaxes", axis, tensor.ndim) for axis in (axis1, axis2))
    order[a], order[b] = order[b], order[a]
    return transpose(tensor, order)


@operation
def moveaxis(x: ArrayLike, source: Integers, destination: Integers) -> Tensor:
    """Move axes to new positions; the others keep their order."""
    tensor = convert_to_tensor(x)
    sources = canonical_axes("moveaxis", source, tensor.ndim, ordered=False)
    places = canonical_axes("moveaxis", destination, tensor.ndim, ordered=False)
    if len(sources) != len(places):
        raise ValueError(
            f"`moveaxis` expected as many destinations as sources, received {source} and "
            f"{destination}"
        )
    order = [axis for axis in range(tensor.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return transpose(tensor, order)


@operation
def broadcast_to(x: ArrayLike, shape: Any) -> Tensor:
    """Stretch axes of length 1, and add leading ones, to reach `shape`."""
    return p.broadcast_to(convert_to_tensor(x), shape=canonical_shape("broadcast_to", shape))


def _several(name: str, xs: Any) -> tuple[Tensor, ...]:
    """The arrays to join, in one dtype."""
    if not (is_tensor(xs) or isinstance(xs, list | tuple | np.ndarray)) or not len(xs):
        raise ValueError(f"`{name}` expected a list of at least one array, received {xs!r}")
    return promote(*xs)


@operation
def concatenate(xs: Arrays, axis: int = 0) -> Tensor:
    """Join arrays along an existing axis.

    Raises:
        ValueError: If there are none, or their other axes differ.
    """
    tensors = _several("concatenate", xs)
    at = canonical_axis("concatenate", axis, tensors[0].ndim)
    result: Tensor = p.concatenate(*tensors, axis=at) if len(tensors) > 1 else tensors[0]
    return result


@operation
def append(x1: ArrayLike, x2: ArrayLike, axis: int | None = None) -> Tensor:
    """Join two arrays along an axis, or flat for None."""
    return concatenate([ravel(x1), ravel(x2)]) if axis is None else concatenate([x1, x2], axis)


@operation
def stack(x: Arrays, axis: int = 0) -> Tensor:
    """Join arrays of one shape along a new axis."""
    tensors = _several("stack", x)
    if len({tensor.shape for tensor in tensors}) != 1:
        raise with_conflicts(
            ValueError(
                f"`stack` expected arrays of one shape, received {[t.shape for t in tensors]}"
            ),
            [one for t in tensors for one in different_sizes("stack", t.shape, tensors[0].shape)],
        )
    at = canonical_axis("stack", axis, tensors[0].ndim + 1)
    return concatenate([expand_dims(tensor, at) for tensor in tensors], at)


@operation
def vstack(xs: Arrays) -> Tensor:
    """Join arrays as rows."""
    rows = _several("vstack", xs)
    return concatenate([x if x.ndim > 1 else reshape(x, (1, -1)) for x in rows], 0)


@operation
def hstack(xs: Arrays) -> Tensor:
    """Join arrays as columns."""
    columns = [x if x.ndim else reshape(x, (1,)) for x in _several("hstack", xs)]
    return concatenate(columns, 0 if columns[0].ndim == 1 else 1)


@operation
def unstack(x: ArrayLike, num: NonNegativeInt | None = None, axis: int = 0) -> list[Tensor]:
    """The slices along an axis, each without it; `num`, if given, is their number."""
    tensor = convert_to_tensor(x)
    at = canonical_axis("unstack", axis, tensor.ndim)
    if num not in (None, tensor.shape[at]):
        raise with_conflicts(
            ValueError(f"`unstack` expected num={tensor.shape[at]} for its axis, received {num}"),
            different_sizes("unstack", (tensor.shape[at],), (num,)),
        )
    return [squeeze(part, at) for part in _unit_slices(tensor, at)]


def _unit_slices(tensor: Tensor, axis: int) -> list[Tensor]:
    """The slices of length 1 along an axis, cut in halves, quarters and so on.

    The gradient of a slice is as large as what it was cut from. Cutting all of n slices from the
    whole would make n gradients of its size; this way there are 2 log2(n).
    """
    length = tensor.shape[axis]
    if length <= 1:
        return [tensor] * length
    middle = length // 2
    first, second = _narrow(tensor, axis, 0, middle), _narrow(tensor, axis, middle, length)
    return _unit_slices(first, axis) + _unit_slices(second, axis)


@operation
def split(x: ArrayLike, indices_or_sections: Integers, axis: int = 0) -> list[Tensor]:
    """Cut along an axis, into equal parts or at the given indices.

    Raises:
        ValueError: If a number of parts does not divide the axis.
    """
    tensor = convert_to_tensor(x)
    at = canonical_axis("split", axis, tensor.ndim)
    length = tensor.shape[at]
    if not np.ndim(indices_or_sections):
        parts = whole("split", "indices_or_sections", indices_or_sections)
        if parts < 1 or length % parts:
            raise with_conflicts(
                ValueError(f"`split` cannot cut an axis of length {length} into {parts} parts"),
                [Conflict(("split", 0), length, parts, "multiple")] if parts > 0 else [],
            )
        cuts = [part * (length // parts) for part in range(1, parts)]
    else:
        given = [whole("split", "every index", i) for i in indices_or_sections]
        if any(not -length <= index <= length for index in given):
            note_clipping()
        cuts = [min(max(i + length * (i < 0), 0), length) for i in given]
    edges = itertools.pairwise([0, *cuts, length])
    return [_narrow(tensor, at, a, max(a, b)) for a, b in edges]


def _narrow(tensor: Tensor, axis: int, start: int, stop: int) -> Tensor:
    first, last = [0] * tensor.ndim, list(tensor.shape)
    first[axis], last[axis] = start, stop
    result: Tensor = p.slice_(tensor, start=tuple(first), stop=tuple(last), step=(1,) * tensor.ndim)
    return result


@operation
def flip(x: ArrayLike, axis: Integers | None = None) -> Tensor:
    """Reverse the order along axes; along all by default."""
    tensor = convert_to_tensor(x)
    result: Tensor = p.flip(tensor, axis=canonical_axes("flip", axis, tensor.ndim))
    return result


@operation
def roll(x: ArrayLike, shift: Integers, axis: Integers | None = None) -> Tensor:
    """Shift elements along an axis or several; those that leave at one end enter at the other.

    Args:
        x: Tensor.
        shift: An int, or one for each axis.
        axis: An int or a tuple of ints; None rolls the flat input.

    Returns:
        Tensor of the same shape.
    """
    tensor = convert_to_tensor(x)
    if axis is None:
        return reshape(roll(ravel(tensor), shift, 0), tensor.shape)
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    shifts = shift if isinstance(shift, list | tuple) else (shift,) * len(axes)
    if len(shifts) != len(axes):
        raise ValueError(f"`roll` expected one shift for each axis, received {shift} and {axis}")
    for one, by in zip(axes, shifts, strict=True):
        at = canonical_axis("roll", one, tensor.ndim)
        length = tensor.shape[at]
        cut = -whole("roll", "shift", by) % max(length, 1)
        tensor = concatenate([_narrow(tensor, at, cut, length), _narrow(tensor, at, 0, cut)], at)
    return tensor


@operation
def pad(
    x: ArrayLike, pad_width: Any, mode: str = "constant", constant_values: float | None = None
) -> Tensor:
    """Add elements before and after along each axis.

    Args:
        x: Tensor.
        pad_width: One int, one (before, after) pair, or one pair an axis.
        mode: 'constant', 'reflect' or 'symmetric'.
        constant_values: The value for 'constant', and only for it; default 0.

    Returns:
        Tensor of the grown shape and `x`'s dtype.

    Raises:
        ValueError: For another mode, or widths that do not fit.
    """
    tensor = convert_to_tensor(x)
    widths = _pad_widths(pad_width, tensor.shape)
    if mode != "constant" and constant_values is not None:
        raise ValueError(f"`pad` takes constant_values only in mode 'constant', not in {mode!r}")
    if mode == "constant":
        before, after = (tuple(int(n) for n in widths[:, side]) for side in (0, 1))
        result: Tensor = p.pad(
            tensor, before=before, after=after, between=(0,) * tensor.ndim,
            value=constant_values or 0,
        )  # fmt: skip
        return result
    if mode not in ("reflect", "symmetric"):
        raise ValueError(
            f"`pad` expected mode 'constant', 'reflect' or 'symmetric', received {mode!r}"
        )
    for axis, (first, last) in enumerate(widths):
        if (first or last) and not tensor.shape[axis]:
            raise ValueError(f"`pad` has nothing to {mode} along axis {axis} of {tensor.shape}")
        if first or last:
            order = np.pad(np.arange(tensor.shape[axis]), (int(first), int(last)), mode=mode)  # type: ignore[call-overload]  # mode is one of two literals
            tensor = p.take(tensor, convert_to_tensor(order, "int32"), axis=axis)
    return tensor


def _pad_widths(pad_width: Any, shape: tuple[int, ...]) -> Array:
    """A (before, after) pair for each axis."""
    try:
        widths = np.broadcast_to(np.asarray(pad_width), (len(shape), 2))
    except ValueError:
        widths = np.zeros(0)
    if widths.dtype.kind not in "iu" or widths.min(initial=0) < 0 or widths.ndim != 2:
        raise ValueError(
            f"`pad` expected pad_width to be an int of 0 or more, a pair of them, or a pair for "
            f"each axis of shape {shape}, received {pad_width!r}"
        )
    return widths


@operation
def tile(x: ArrayLike, repeats: NonNegativeInts) -> Tensor:
    """Repeat the whole along each axis."""
    tensor = convert_to_tensor(x)
    given = list(canonical_shape("tile", repeats))
    rank = max(len(given), tensor.ndim)
    counts = [1] * (rank - len(given)) + given
    shape = (1,) * (rank - tensor.ndim) + tensor.shape
    spread = p.reshape(tensor, shape=tuple(n for size in shape for n in (1, size)))
    full = tuple(n for pair in zip(counts, shape, strict=True) for n in pair)
    stretched = p.broadcast_to(spread, shape=full)
    return p.reshape(stretched, shape=tuple(n * c for n, c in zip(shape, counts, strict=True)))


@operation
def repeat(x: ArrayLike, repeats: NonNegativeInts, axis: int | None = None) -> Tensor:
    """Repeat each element along an axis, or of the flat input for None."""
    tensor = convert_to_tensor(x) if axis is not None else ravel(x)
    at = canonical_axis("repeat", 0 if axis is None else axis, tensor.ndim)
    counts = canonical_shape("repeat", repeats)
    if len(counts) not in (1, tensor.shape[at]):
        raise ValueError(
            f"`repeat` expected one count, or one for each of {tensor.shape[at]} elements, "
            f"received {len(counts)}"
        )
    order = np.repeat(np.arange(tensor.shape[at]), counts)
    result: Tensor = p.take(tensor, convert_to_tensor(order, "int32"), axis=at)
    return result


@operation
def meshgrid(*x: Any, indexing: Literal["xy", "ij"] = "xy") -> list[Tensor]:
    """Coordinate grids of coordinate vectors; see NumPy's `meshgrid`."""
    vectors = [ravel(v) for v in x]
    order = list(range(len(vectors)))
    if indexing == "xy" and len(order) > 1:
        order[0], order[1] = 1, 0
    shape = [0] * len(vectors)
    for vector, axis in zip(vectors, order, strict=True):
        shape[axis] = vector.size
    return [
        broadcast_to(
            reshape(vector, tuple(vector.size if a == axis else 1 for a in range(len(shape)))),
            shape,
        )
        for vector, axis in zip(vectors, order, strict=True)
    ]
