"""Reductions over axes, and functions along one axis.

In all of them `x` is a Tensor or anything array-like. `axis` is an int, counted from the end if
negative; reductions also take a tuple of them, and None for all axes. With `keepdims` a reduced
axis stays, with length 1. An axis that `x` does not have raises ValueError.

Example:
    >>> from pykeras_core import ops
    >>> x = [[1.0, 2.0], [3.0, 5.0]]
    >>> ops.mean(x, axis=0).tolist(), ops.max(x, axis=-1, keepdims=True).tolist()
    ([2.0, 3.5], [[2.0], [5.0]])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, DType, Integers
from pykeras_core.engine import Tensor, arithmetic, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axes, canonical_axis, whole
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.logic import bitwise_not, where
from pykeras_core.ops.math import square
from pykeras_core.symbolic.op_call import alias, operation

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "average",
    "count_nonzero",
    "cumsum",
    "logsumexp",
    "max",
    "mean",
    "median",
    "min",
    "prod",
    "sort",
    "std",
    "sum",
    "top_k",
    "var",
]


@operation
def sum(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Sum over `axis` (an int, a tuple, or None for all axes); bools and uint8 count in int32."""
    return arithmetic.sum_(x, axis, keepdims)


@operation
def mean(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean over `axis`, in float32."""
    return arithmetic.mean(x, axis, keepdims)


@operation
def average(x: ArrayLike, axis: Integers | None = None, weights: ArrayLike = None) -> Tensor:
    """Weighted mean over `axis`; weights of the axis's length or of the shape of `x`."""
    if weights is None:
        return mean(x, axis)
    tensor, scale = promote(x, weights, at_least="float32")
    if scale.ndim == 1 and tensor.ndim != 1 and axis is not None:
        at = canonical_axis("average", axis, tensor.ndim)
        scale = p.reshape(scale, shape=(scale.size, *(1,) * (tensor.ndim - at - 1)))
    scale = p.broadcast_to(scale, shape=tensor.shape)
    return sum(tensor * scale, axis) / sum(scale, axis)


@operation
def max(
    x: ArrayLike, axis: Integers | None = None, keepdims: bool = False, initial: ArrayLike = None
) -> Tensor:
    """Maximum over `axis`, and `initial` if given."""
    return arithmetic.max_(x, axis, keepdims, initial)


@operation
def min(
    x: ArrayLike, axis: Integers | None = None, keepdims: bool = False, initial: ArrayLike = None
) -> Tensor:
    """Minimum over `axis`, and `initial` if given."""
    return arithmetic.min_(x, axis, keepdims, initial)


amax = alias("amax", max)
amin = alias("amin", min)


@operation
def prod(
    x: ArrayLike, axis: Integers | None = None, keepdims: bool = False, dtype: DType = None
) -> Tensor:
    """Product over `axis`."""
    tensor = convert_to_tensor(x, dtype)
    if tensor.dtype in ("bool", "uint8"):
        tensor = convert_to_tensor(tensor, "int32")
    axes = canonical_axes("prod", axis, tensor.ndim)
    result: Tensor = p.prod(tensor, axis=axes, keepdims=keepdims)
    return result


@operation
def var(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Variance over `axis`: the mean squared distance from the mean."""
    (tensor,) = promote(x, at_least="float32")
    return mean(square(tensor - mean(tensor, axis, keepdims=True)), axis, keepdims)


@operation
def std(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Standard deviation over `axis`."""
    result: Tensor = p.sqrt(var(x, axis, keepdims))
    return result


@operation
def any(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Whether any element along `axis` is true; false where there is none."""
    return arithmetic.extremum("any", "max", convert_to_tensor(x, "bool"), axis, keepdims, False)


@operation
def all(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Whether all elements along `axis` are true; true where there is none."""
    return arithmetic.extremum("all", "min", convert_to_tensor(x, "bool"), axis, keepdims, True)


@operation
def count_nonzero(x: ArrayLike, axis: Integers | None = None) -> Tensor:
    """The number of elements that are not zero, int32."""
    return sum(convert_to_tensor(x, "bool"), axis)


def _sortable(x: Any) -> Tensor:
    tensor = convert_to_tensor(x)
    return convert_to_tensor(tensor, "int32") if tensor.dtype in ("bool", "uint8") else tensor


def _along(name: str, x: Any, axis: Any) -> tuple[Tensor, int]:
    """The Tensor and axis to work along; None flattens."""
    tensor = _sortable(x)
    if axis is None:
        return p.reshape(tensor, shape=(tensor.size,)), 0
    return tensor, canonical_axis(name, axis, tensor.ndim)


@operation
def argmax(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Index of the first largest element along `axis`, int32; of the flat input for None."""
    return _arg(p.argmax, "argmax", x, axis, keepdims)


@operation
def argmin(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Index of the first smallest element along `axis`, int32; of the flat input for None."""
    return _arg(p.argmin, "argmin", x, axis, keepdims)


def _arg(reduce: Any, name: str, x: Any, axis: Any, keepdims: bool) -> Tensor:
    tensor, at = _along(name, x, axis)
    result: Tensor = reduce(tensor, axis=at)
    if keepdims:
        shape = convert_to_tensor(x).shape
        ones = tuple(1 if axis is None or a == at else n for a, n in enumerate(shape))
        result = p.reshape(result, shape=ones)
    return result


@operation
def argsort(x: ArrayLike, axis: Integers | None = -1) -> Tensor:
    """Indices that sort `x` along `axis`, equal elements in their order, int32."""
    tensor, at = _along("argsort", x, axis)
    result: Tensor = p.argsort(tensor, axis=at)
    return result


@operation
def sort(x: ArrayLike, axis: Integers | None = -1) -> Tensor:
    """The elements in rising order along `axis`."""
    tensor, at = _along("sort", x, axis)
    result: Tensor = p.take_along_axis(tensor, p.argsort(tensor, axis=at), axis=at)
    return convert_to_tensor(result, convert_to_tensor(x).dtype)


@operation
def top_k(x: ArrayLike, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """The `k` largest elements along the last axis, in falling order, and their indices."""
    tensor = convert_to_tensor(x)
    last = tensor.ndim - 1
    k = whole("top_k", "k", k)
    if not tensor.ndim or not 0 <= k <= tensor.shape[last]:
        raise ValueError(
            f"`top_k` expected k from 0 to the length of the last axis, received k={k} for shape "
            f"{tensor.shape}"
        )
    # Flipping the bits of integers reverses their order, without the overflow of a minus sign.
    falling = p.negative(tensor) if tensor.dtype == "float32" else bitwise_not(_sortable(tensor))
    order = p.argsort(falling, axis=last)
    start, stop = (0,) * tensor.ndim, (*tensor.shape[:last], k)
    indices = p.slice_(order, start=start, stop=stop, step=(1,) * tensor.ndim)
    return p.take_along_axis(tensor, indices, axis=last), indices


@operation
def median(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """The middle element in rising order, or the mean of the two middle ones; NaN beside a NaN."""
    (tensor,) = promote(x, at_least="float32")
    axes = canonical_axes("median", axis, tensor.ndim)
    rest = tuple(a for a in range(tensor.ndim) if a not in axes)
    moved = p.transpose(tensor, axes=rest + axes)
    count = int(np.prod([tensor.shape[a] for a in axes]))
    flat = p.reshape(moved, shape=(*(tensor.shape[a] for a in rest), count))
    ordered = sort(flat, axis=-1)
    middle = mean(ordered[..., (count - 1) // 2 : count // 2 + 1], axis=-1)
    if count:  # a NaN stands last
        middle = where(p.isnan(ordered[..., -1]), float("nan"), middle)
    kept = tuple(1 if a in axes else n for a, n in enumerate(tensor.shape))
    result: Tensor = p.reshape(middle, shape=kept) if keepdims else middle
    return result


@operation
def cumsum(x: ArrayLike, axis: Integers | None = None, dtype: DType = None) -> Tensor:
    """Running sum along `axis`, or of the flat input for None."""
    tensor, at = _along("cumsum", convert_to_tensor(x, dtype), axis)
    result: Tensor = p.cumsum(tensor, axis=at, reverse=False)
    return result


@operation
def logsumexp(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """log(sum(e^x)) over `axis`, without overflow."""
    (tensor,) = promote(x, at_least="float32")
    axes = canonical_axes("logsumexp", axis, tensor.ndim)
    start = float("-inf") if 0 in [tensor.shape[a] for a in axes] else None
    peak = p.stop_gradient(max(tensor, axes, keepdims=True, initial=start))
    peak = where(p.isfinite(peak), peak, 0.0)
    total = p.log(sum(p.exp(tensor - peak), axes, keepdims=True)) + peak
    if keepdims:
        return total
    shape = tuple(n for a, n in enumerate(tensor.shape) if a not in axes)
    result: Tensor = p.reshape(total, shape=shape)
    return result
