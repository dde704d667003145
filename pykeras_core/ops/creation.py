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

from pykeras_core import settings
from pykeras_core.checks import ArrayLike, DType, NonNegativeInt, checked, refuse
from pykeras_core.engine import Tensor, arithmetic, canonical_dtype, is_tensor
from pykeras_core.engine import convert_to_tensor as as_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, canonical_shape
from pykeras_core.engine.numpy_calls import answers_numpy
from pykeras_core.engine.promotion import promote
from pykeras_core.engine.promotion import result_type as _result_type
from pykeras_core.engine.sizes import broadcast_shapes
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.op_call import operation

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


@operation
def convert_to_tensor(
    x: ArrayLike, dtype: DType = None, sparse: bool | None = None, ragged: bool | None = None
) -> Tensor:
    """A Tensor of anything array-like; Tensors pass through.

    Args:
        x: Array, number, nested lists of numbers or Tensors, Tensor or Variable.
        dtype: Default: that of `x`, made canonical (float64 becomes float32).
        sparse: Not offered; only None or False.
        ragged: Not offered; only None or False.

    Returns:
        A Tensor.

    Raises:
        ValueError: If `x` is ragged, an integer does not fit into the dtype, or `sparse` or
            `ragged` is True.
        TypeError: If `x` holds something other than numbers or bools.
    """
    if sparse or ragged:
        raise ValueError(
            "`convert_to_tensor` has neither sparse nor ragged Tensors, received "
            f"sparse={sparse}, ragged={ragged}; leave both out"
        )
    return as_tensor(x, dtype)


@operation
def array(x: ArrayLike, dtype: DType = None) -> Tensor:
    """A Tensor of anything array-like; `convert_to_tensor` under NumPy's name."""
    return as_tensor(x, dtype)


@operation
def cast(x: ArrayLike, dtype: DType) -> Tensor:
    """The elements in another dtype; floats are truncated towards zero for integers."""
    return arithmetic.cast(x, dtype)


@checked
def convert_to_numpy(x: ArrayLike) -> Any:
    """The value of a Tensor or variable as an array.

    Raises:
        TypeError: If it is symbolic.
    """
    return np.array(x.numpy()) if is_tensor(x) else np.asarray(x)


@operation
def copy(x: ArrayLike) -> Tensor:
    """The same elements as a new value."""
    result: Tensor = p.copy(as_tensor(x))
    return result


@operation
def stop_gradient(variable: ArrayLike) -> Tensor:
    """The same elements, through which no gradient flows."""
    result: Tensor = p.stop_gradient(as_tensor(variable))
    return result


@answers_numpy
@checked
def shape(x: ArrayLike) -> tuple[Any, ...]:
    """The shape as a tuple of ints; None where a placeholder's is not known."""
    if isinstance(x, KerasTensor):
        return x.shape
    return as_tensor(x).shape


@checked
def dtype(x: ArrayLike) -> str:
    """The name of the dtype."""
    return x.dtype if isinstance(x, KerasTensor) else as_tensor(x).dtype


@operation
def ndim(x: ArrayLike) -> int:
    """The number of axes."""
    return as_tensor(x).ndim


@operation
def size(x: ArrayLike) -> int:
    """The number of elements."""
    return as_tensor(x).size


@checked
def result_type(*dtypes: Any) -> str:
    """The dtype in which values of these dtypes meet."""
    return _result_type(*(as_tensor(0, canonical_dtype(dtype)) for dtype in dtypes))


@operation
def full(shape: Any, fill_value: ArrayLike, dtype: DType = None) -> Tensor:
    """A Tensor of one value.

    Args:
        shape: Tuple of ints.
        fill_value: A number, or anything that broadcasts to `shape`.
        dtype: Default: `settings.floatx()`.

    Returns:
        Tensor of that shape.
    """
    value = as_tensor(fill_value, dtype or settings.floatx())
    result: Tensor = p.broadcast_to(value, shape=canonical_shape("full", shape))
    return result


@checked
def zeros(shape: Any, dtype: DType = None) -> Tensor:
    """A Tensor of zeros; dtype `settings.floatx()` by default."""
    return full(shape, 0, dtype)


@checked
def ones(shape: Any, dtype: DType = None) -> Tensor:
    """A Tensor of ones; dtype `settings.floatx()` by default."""
    return full(shape, 1, dtype)


@checked
def empty(shape: Any, dtype: DType = None) -> Tensor:
    """A Tensor whose elements do not matter; they are zero here."""
    return zeros(shape, dtype)


@operation
def full_like(x: ArrayLike, fill_value: ArrayLike, dtype: DType = None) -> Tensor:
    """A Tensor of one value, with the shape and, by default, the dtype of `x`."""
    like = as_tensor(x)
    return full(like.shape, fill_value, dtype or like.dtype)


@operation
def zeros_like(x: ArrayLike, dtype: DType = None) -> Tensor:
    """Zeros with the shape and, by default, the dtype of `x`."""
    return full_like(x, 0, dtype)


@operation
def empty_like(x: ArrayLike, dtype: DType = None) -> Tensor:
    """A Tensor shaped like `x` whose elements do not matter; they are zero here."""
    return zeros_like(x, dtype)


@operation
def ones_like(x: ArrayLike, dtype: DType = None) -> Tensor:
    """Ones with the shape and, by default, the dtype of `x`."""
    return full_like(x, 1, dtype)


@operation
def arange(
    start: ArrayLike, stop: ArrayLike = None, step: ArrayLike = None, dtype: DType = None
) -> Tensor:
    """Numbers in [start, stop), or in [0, start) with one argument, `step` (default 1) apart."""
    for name, value in (("start", start), ("stop", stop), ("step", step)):
        if len(getattr(value, "shape", ())):
            raise refuse("arange", name, "a number", value)
    bounds = (0, start) if stop is None else (start, stop)
    steps = (*bounds, 1 if step is None else step)
    values = np.arange(*(x.numpy() if is_tensor(x) else x for x in steps))
    return as_tensor(values, dtype)


@operation
def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: NonNegativeInt = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DType = None,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`; see NumPy's `linspace`."""
    if _is_traced(start) or _is_traced(stop):
        return _traced_linspace(start, stop, num, endpoint, retstep, dtype, axis)
    first, last, at = _ends("linspace", start, stop, axis)
    values, step = np.linspace(first, last, num, endpoint, retstep=True, axis=at)
    tensor = as_tensor(values, dtype)
    return (tensor, as_tensor(step)) if retstep else tensor


def _is_traced(x: Any) -> bool:
    return is_tensor(x) and as_tensor(x).array is None


def _ends(name: str, start: Any, stop: Any, axis: int) -> tuple[Any, Any, int]:
    """The ends of a row of numbers as arrays, and the axis of the result along which it lies."""
    first, last = np.asarray(start), np.asarray(stop)
    shape = broadcast_shapes(name, first.shape, last.shape)
    return first, last, canonical_axis(name, axis, len(shape) + 1)


def _traced_linspace(
    start: Any, stop: Any, num: int, endpoint: bool, retstep: bool, dtype: Any, axis: int
) -> Any:
    """`linspace` between values of a traced step."""
    first, last = promote(start, stop, at_least="float32")
    shape = broadcast_shapes("linspace", first.shape, last.shape)
    first, last = (p.broadcast_to(end, shape=shape) for end in (first, last))
    at = canonical_axis("linspace", axis, len(shape) + 1)
    along = (num, *(1,) * (len(shape) - at))
    part = np.linspace(0, 1, num, endpoint).astype(np.float32).reshape(along)
    start_, stop_ = (p.reshape(end, shape=(*shape[:at], 1, *shape[at:])) for end in (first, last))
    tensor = as_tensor(start_ * (1 - part) + stop_ * part, dtype)
    steps = num - 1 if endpoint else num
    return (tensor, (last - first) / max(steps, 1)) if retstep else tensor


@operation
def logspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: NonNegativeInt = 50,
    endpoint: bool = True,
    base: ArrayLike = 10,
    dtype: DType = None,
    axis: int = 0,
) -> Tensor:
    """`num` numbers from base^start to base^stop whose logarithms are evenly spaced."""
    if _is_traced(start) or _is_traced(stop):
        exponents = _traced_linspace(start, stop, num, endpoint, False, None, axis)
        return as_tensor(p.power(float(base), exponents), dtype)
    low, high, at = _ends("logspace", start, stop, axis)
    values = np.logspace(low, high, num, endpoint, base, axis=at)
    return as_tensor(values, dtype)


@operation
def geomspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: NonNegativeInt = 50,
    endpoint: bool = True,
    dtype: DType = None,
    axis: int = 0,
) -> Tensor:
    """`num` numbers from `start` to `stop` whose logarithms are evenly spaced."""
    if _is_traced(start) or _is_traced(stop):
        first, last = promote(start, stop, at_least="float32")
        ends = (p.log(p.abs_(first)), p.log(p.abs_(last)))
        sizes = p.exp(_traced_linspace(ends[0], ends[1], num, endpoint, False, None, axis))
        sign = p.sign(_traced_linspace(first, first, num, endpoint, False, None, axis))
        return as_tensor(sign * sizes, dtype)
    low, high, at = _ends("geomspace", start, stop, axis)
    values = np.geomspace(low, high, num, endpoint, axis=at)
    return as_tensor(values, dtype)


@checked
def eye(
    N: NonNegativeInt, M: NonNegativeInt | None = None, k: int = 0, dtype: DType = None
) -> Tensor:
    """Ones on the k-th diagonal of an (N, M) matrix, zeros elsewhere."""
    return as_tensor(np.eye(N, M, k), dtype or settings.floatx())


@checked
def identity(n: NonNegativeInt, dtype: DType = None) -> Tensor:
    """The (n, n) identity matrix."""
    return eye(n, dtype=dtype)


@checked
def tri(
    N: NonNegativeInt, M: NonNegativeInt | None = None, k: int = 0, dtype: DType = None
) -> Tensor:
    """Ones on and below the k-th diagonal of an (N, M) matrix, zeros elsewhere."""
    return as_tensor(np.tri(N, M, k), dtype or settings.floatx())
