"""New Tensors, and conversion: zeros, arange, cast, convert_to_numpy.

Shapes are tuples of ints, or one int. A dtype is any spelling of float32, int32, uint32, uint8 or
bool; wider and narrower types become the nearest of these.

Example:
    >>> from pykeras_core import ops
    >>> ops.zeros((2, 3)).shape, ops.arange(3).tolist(), ops.cast([0.5, 2.7], "int64").tolist()
    ((2, 3), [0, 1, 2], [0, 2])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import config
from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, canonical_dtype, convert_to_tensor, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.operation import SymbolicOperand, canonical_shape, operation
from pykeras_core.ops.operation import result_type as _result_type

__all__ = [
    "arange",
    "array",
    "cast",
    "convert_to_numpy",
    "convert_to_tensor",
    "copy",
    "dtype",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "geomspace",
    "identity",
    "is_tensor",
    "linspace",
    "logspace",
    "ndim",
    "ones",
    "ones_like",
    "result_type",
    "shape",
    "size",
    "stop_gradient",
    "tri",
    "zeros",
    "zeros_like",
]


def array(x: Any, dtype: Any = None) -> Tensor:
    """A Tensor of anything array-like; `convert_to_tensor` under NumPy's name."""
    return convert_to_tensor(x, dtype)


@operation
def cast(x: ArrayLike, dtype: Any) -> Tensor:
    """The elements in another dtype; floats are truncated towards zero for integers."""
    return convert_to_tensor(convert_to_tensor(x), dtype)


def convert_to_numpy(x: Any) -> Any:
    """The value of a Tensor or variable as an array.

    Raises:
        TypeError: If it is symbolic.
    """
    return np.array(x.numpy()) if is_tensor(x) else np.asarray(x)


@operation
def copy(x: ArrayLike) -> Tensor:
    """The same elements as a new value."""
    result: Tensor = p.copy(convert_to_tensor(x))
    return result


@operation
def stop_gradient(variable: Any) -> Tensor:
    """The same elements, through which no gradient flows."""
    result: Tensor = p.stop_gradient(convert_to_tensor(variable))
    return result


def shape(x: Any) -> tuple[Any, ...]:
    """The shape as a tuple of ints; None where a placeholder's is not known."""
    if isinstance(x, SymbolicOperand):
        return x.shape
    return convert_to_tensor(x).shape


def dtype(x: Any) -> str:
    """The name of the dtype."""
    return x.dtype if hasattr(x, "record_operation") else convert_to_tensor(x).dtype


@operation
def ndim(x: ArrayLike) -> int:
    """The number of axes."""
    return convert_to_tensor(x).ndim


@operation
def size(x: ArrayLike) -> int:
    """The number of elements."""
    return convert_to_tensor(x).size


def result_type(*dtypes: Any) -> str:
    """The dtype in which values of these dtypes meet."""
    return _result_type(*(convert_to_tensor(0, canonical_dtype(dtype)) for dtype in dtypes))


@operation
def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A Tensor of one value.

    Args:
        shape: Tuple of ints.
        fill_value: A number, or anything that broadcasts to `shape`.
        dtype: Default: `config.floatx()`.

    Returns:
        Tensor of that shape.
    """
    value = convert_to_tensor(fill_value, dtype or config.floatx())
    result: Tensor = p.broadcast_to(value, shape=canonical_shape("full", shape))
    return result


def zeros(shape: Any, dtype: Any = None) -> Tensor:
    """A Tensor of zeros; dtype `config.floatx()` by default."""
    return full(shape, 0, dtype)


def ones(shape: Any, dtype: Any = None) -> Tensor:
    """A Tensor of ones; dtype `config.floatx()` by default."""
    return full(shape, 1, dtype)


def empty(shape: Any, dtype: Any = None) -> Tensor:
    """A Tensor whose elements do not matter; they are zero here."""
    return zeros(shape, dtype)


@operation
def full_like(x: ArrayLike, fill_value: Any, dtype: Any = None) -> Tensor:
    """A Tensor of one value, with the shape and, by default, the dtype of `x`."""
    like = convert_to_tensor(x)
    return full(like.shape, fill_value, dtype or like.dtype)


@operation
def zeros_like(x: ArrayLike, dtype: Any = None) -> Tensor:
    """Zeros with the shape and, by default, the dtype of `x`."""
    return full_like(x, 0, dtype)


def empty_like(x: Any, dtype: Any = None) -> Tensor:
    """A Tensor shaped like `x` whose elements do not matter; they are zero here."""
    return zeros_like(x, dtype)


@operation
def ones_like(x: ArrayLike, dtype: Any = None) -> Tensor:
    """Ones with the shape and, by default, the dtype of `x`."""
    return full_like(x, 1, dtype)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Tensor:
    """Evenly spaced numbers in [start, stop), or in [0, start) with one argument."""
    bounds = [x.numpy() if is_tensor(x) else x for x in (start, stop, step) if x is not None]
    values = np.arange(*((0, *bounds) if stop is None else bounds))
    return convert_to_tensor(values, dtype)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`; see NumPy's `linspace`."""
    values, step = np.linspace(
        np.asarray(start), np.asarray(stop), num, endpoint, retstep=True, axis=axis
    )
    tensor = convert_to_tensor(values, dtype)
    return (tensor, convert_to_tensor(step)) if retstep else tensor


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """`num` numbers from base^start to base^stop whose logarithms are evenly spaced."""
    values = np.logspace(np.asarray(start), np.asarray(stop), num, endpoint, base, axis=axis)
    return convert_to_tensor(values, dtype)


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Tensor:
    """`num` numbers from `start` to `stop` whose logarithms are evenly spaced."""
    values = np.geomspace(np.asarray(start), np.asarray(stop), num, endpoint, axis=axis)
    return convert_to_tensor(values, dtype)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Ones on the k-th diagonal of an (N, M) matrix, zeros elsewhere."""
    return convert_to_tensor(np.eye(N, M, k), dtype or config.floatx())


def identity(n: int, dtype: Any = None) -> Tensor:
    """The (n, n) identity matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Ones on and below the k-th diagonal of an (N, M) matrix, zeros elsewhere."""
    return convert_to_tensor(np.tri(N, M, k), dtype or config.floatx())
