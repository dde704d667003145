"""Owns TensorFlow's functions that make, cut and join tensors, with TensorFlow's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.compat.tensorflow.text import also_of_text
from pykeras_core.engine import Tensor
from pykeras_core.engine.properties import DTYPE_OF, TensorShape
from pykeras_core.symbolic.strings import StringTensor, as_text, holds_text, is_text

__all__ = [
    "argmax",
    "argmin",
    "cast",
    "concat",
    "constant",
    "convert_to_tensor",
    "expand_dims",
    "eye",
    "fill",
    "gather",
    "identity",
    "linspace",
    "matmul",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "range",
    "rank",
    "repeat",
    "reshape",
    "reverse",
    "shape",
    "size",
    "split",
    "squeeze",
    "stack",
    "tile",
    "transpose",
    "unstack",
    "where",
    "zeros",
    "zeros_like",
]


def argmax(
    input: Any, axis: int | None = None, output_type: Any = "int32", name: str | None = None
) -> Tensor:
    """Returns where the largest element is; along the first axis unless told otherwise."""
    return ops.cast(ops.argmax(input, axis=axis or 0), output_type)


def argmin(
    input: Any, axis: int | None = None, output_type: Any = "int32", name: str | None = None
) -> Tensor:
    """Returns where the smallest element is; along the first axis unless told otherwise."""
    return ops.cast(ops.argmin(input, axis=axis or 0), output_type)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """Returns the elements in another dtype."""
    if is_text(x) and dtype == "string":
        return as_text(x)
    return ops.cast(x, dtype)


@also_of_text(lambda values, axis: np.concatenate(values, axis))
def concat(values: Sequence[Any], axis: int, name: str | None = None) -> Tensor:
    """Joins tensors along an axis."""
    return ops.concatenate(values, axis=axis)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """Returns a tensor of a value; a single one is repeated to fill `shape`."""
    if holds_text(value):
        return _text(value, shape)
    tensor = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return tensor
    return ops.reshape(tensor, shape) if tensor.size > 1 else ops.broadcast_to(tensor, shape)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Any:
    """Returns a tensor of a value."""
    if holds_text(value):
        return as_text(value)
    return ops.convert_to_tensor(value, dtype)


@also_of_text(np.expand_dims)
def expand_dims(input: Any, axis: int, name: str | None = None) -> Tensor:
    """Returns the elements with one more axis."""
    return ops.expand_dims(input, axis)


def eye(
    num_rows: int,
    num_columns: int | None = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """Returns the identity matrix, repeated over the axes of `batch_shape`."""
    matrix = ops.eye(num_rows, num_columns, dtype=dtype)
    return ops.broadcast_to(matrix, (*(batch_shape or ()), *matrix.shape))


def fill(dims: Any, value: Any, name: str | None = None) -> Any:
    """Returns a tensor of one value."""
    if is_text(value):
        return _text(value, tuple(int(size) for size in dims))
    return ops.full(dims, value, dtype=ops.convert_to_tensor(value).dtype)


@also_of_text(
    lambda a, indices, validate_indices=None, axis=0: np.take(a, np.asarray(indices), axis)
)
def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: int = 0,
    name: str | None = None,
) -> Tensor:
    """Returns slices of `params` by number."""
    return ops.take(params, indices, axis=axis)


@also_of_text(lambda a: a)
def identity(input: Any, name: str | None = None) -> Tensor:
    """Returns the tensor itself."""
    return ops.convert_to_tensor(input)


def linspace(start: float, stop: float, num: int, name: str | None = None) -> Tensor:
    """Returns `num` numbers spread evenly from `start` to `stop`."""
    numbers: Tensor = ops.linspace(start, stop, num)
    return numbers


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """Returns the matrix product, of transposed operands if told so."""
    left = ops.swapaxes(a, -1, -2) if transpose_a else a
    right = ops.swapaxes(b, -1, -2) if transpose_b else b
    return ops.matmul(left, right)


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = 1,
    off_value: Any = 0,
    axis: int | None = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """Returns class numbers as rows of `off_value` with a single `on_value`."""
    rows = ops.one_hot(indices, depth, axis=-1 if axis is None else axis, dtype="bool")
    return ops.cast(ops.where(rows, on_value, off_value), dtype)


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Returns a tensor of ones."""
    return ops.ones(shape, dtype=dtype)


def ones_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Returns ones in the shape of another tensor."""
    return ops.ones_like(input, dtype=dtype)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Tensor:
    """Returns a tensor with elements added at its edges."""
    widths = [tuple(int(width) for width in pair) for pair in paddings]
    if mode.upper() == "CONSTANT":
        return ops.pad(tensor, widths, constant_values=constant_values)
    return ops.pad(tensor, widths, mode=mode.lower())


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None
) -> Tensor:
    """Returns `start, start + delta, ...` up to below `limit`; with one argument, from 0."""
    return ops.arange(start, limit, delta, dtype=dtype)


def rank(input: Any, name: str | None = None) -> int:
    """Returns the number of axes."""
    return _Number(len(shape(input)))


@also_of_text(lambda a, repeats, axis=None: np.repeat(a, np.asarray(repeats), axis))
def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Returns each element `repeats` times."""
    return ops.repeat(input, repeats, axis=axis)


@also_of_text(lambda a, shape: np.reshape(a, tuple(np.atleast_1d(shape))))
def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """Returns the same elements under another shape."""
    return ops.reshape(tensor, tuple(int(size) for size in np.atleast_1d(shape)))


@also_of_text(lambda a, axis: np.flip(a, axis))
def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """Returns the elements in reverse order along axes."""
    return ops.flip(tensor, axis if isinstance(axis, int) else tuple(axis))


class _Number(int):
    """A number that is known at once, where TensorFlow gives a tensor."""

    dtype = DTYPE_OF["int32"]

    def numpy(self) -> Any:
        """The number as one of NumPy's."""
        return np.int32(self)


class _Sizes(TensorShape):
    """A shape as TensorFlow's `shape` gives it: known at once, so that it can be computed with."""

    def numpy(self) -> Any:
        """The sizes as an array."""
        return np.array(self, "int32")


def shape(input: Any, out_type: Any = None, name: str | None = None) -> TensorShape:
    """Returns the shape, a tuple of ints."""
    return _Sizes(input.shape if isinstance(input, StringTensor) else ops.shape(input))


def size(input: Any, out_type: Any = None, name: str | None = None) -> int:
    """Returns the number of elements."""
    return _Number(np.prod(shape(input), dtype=int))


@also_of_text(
    lambda a, n, axis=0: np.split(a, n if isinstance(n, int) else np.cumsum(n)[:-1], axis)
)
def split(
    value: Any, num_or_size_splits: Any, axis: int = 0, name: str | None = None
) -> list[Tensor]:
    """Cuts a tensor into a number of equal parts, or into parts of given sizes."""
    if isinstance(num_or_size_splits, int):
        return list(ops.split(value, num_or_size_splits, axis=axis))
    edges = [int(edge) for edge in accumulate(num_or_size_splits)]
    return list(ops.split(value, edges[:-1], axis=axis))


@also_of_text(lambda a, axis=None: np.squeeze(a, axis))
def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Returns the elements without axes of size 1."""
    return ops.squeeze(input, axis=tuple(axis) if isinstance(axis, list) else axis)


@also_of_text(lambda values, axis=0: np.stack(values, axis))
def stack(values: Sequence[Any], axis: int = 0, name: str | None = None) -> Tensor:
    """Joins tensors along a new axis."""
    return ops.stack(values, axis=axis)


@also_of_text(lambda a, multiples: np.tile(a, multiples))
def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """Returns a tensor repeated along each axis."""
    return ops.tile(input, tuple(int(multiple) for multiple in np.atleast_1d(multiples)))


@also_of_text(lambda a, perm=None: np.transpose(a, perm))
def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Tensor:
    """Returns the axes in another order, in reverse unless told otherwise."""
    return ops.transpose(a, perm)


@also_of_text(lambda a, num=None, axis=0: [*np.moveaxis(a, axis, 0)])
def unstack(
    value: Any, num: int | None = None, axis: int = 0, name: str | None = None
) -> list[Tensor]:
    """Cuts a tensor into its slices along an axis."""
    return list(ops.unstack(value, num, axis=axis))


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """Returns `x` where a condition holds and `y` elsewhere; alone, where it holds.

    Args:
        condition: bool.
        x: Tensor, or `None` together with `y`.
        y: Tensor, or `None`.
        name: Not used.
    """
    if x is None and y is None:
        return ops.convert_to_tensor(np.argwhere(np.asarray(condition)), "int32")
    return ops.where(condition, x, y)


def _text(value: Any, shape: Any) -> StringTensor:
    """Text, a single one repeated to fill a shape."""
    text = as_text(value)
    if shape is None:
        return text
    array = text.__array__()
    return StringTensor._of(
        array.reshape(shape) if array.size > 1 else np.broadcast_to(array, shape).copy()
    )


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Returns a tensor of zeros."""
    return ops.zeros(shape, dtype=dtype)


def zeros_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Returns zeros in the shape of another tensor."""
    return ops.zeros_like(input, dtype=dtype)
