"""Quantiles, and reductions that leave out NaN.

`axis` is an int, a tuple of them, or None for all axes; with `keepdims` a reduced axis stays, with
length 1. Where there is nothing but NaN, sums are 0, products 1 and everything else NaN.

Example:
    >>> from pykeras_core import ops
    >>> nan = float("nan")
    >>> ops.nanmean([1.0, nan, 3.0]).item(), ops.quantile([1.0, 2.0, 4.0], 0.75).item()
    (2.0, 3.0)
"""

from __future__ import annotations

import math
from typing import Any

from pykeras_core.checks import ArrayLike, DType, Integers
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axes
from pykeras_core.engine.promotion import promote
from pykeras_core.ops import reduction
from pykeras_core.ops.control import cumprod
from pykeras_core.ops.logic import where
from pykeras_core.ops.math import square
from pykeras_core.symbolic.op_call import operation

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "percentile",
    "ptp",
    "quantile",
]


def _without_nan(x: Any, instead: float) -> tuple[Tensor, Any]:
    """The elements with a number in place of NaN, and where they were NaN (None: nowhere)."""
    tensor = convert_to_tensor(x)
    if tensor.dtype != "float32":
        return tensor, None
    missing = p.isnan(tensor)
    return p.where(missing, instead, tensor), missing


def _count(like: Tensor, missing: Any, axis: Any, keepdims: bool) -> Tensor:
    """The number of elements that are not NaN, as float32."""
    present = p.constant(1.0, "float32") if missing is None else where(missing, 0.0, 1.0)
    ones = p.broadcast_to(present, shape=like.shape)
    return reduction.sum(ones, axis, keepdims)


@operation
def nansum(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Sum over `axis` of what is not NaN."""
    return reduction.sum(_without_nan(x, 0.0)[0], axis, keepdims)


@operation
def nanprod(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Product over `axis` of what is not NaN."""
    return reduction.prod(_without_nan(x, 1.0)[0], axis, keepdims)


@operation
def nancumsum(x: ArrayLike, axis: Integers | None = None, dtype: DType = None) -> Tensor:
    """Running sum along `axis`, or of the flat input for None; a NaN counts as 0."""
    return reduction.cumsum(_without_nan(x, 0.0)[0], axis, dtype)


@operation
def nancumprod(x: ArrayLike, axis: Integers | None = None, dtype: DType = None) -> Tensor:
    """Running product along `axis`, or of the flat input for None; a NaN counts as 1."""
    return cumprod(_without_nan(x, 1.0)[0], axis, dtype)


@operation
def nanmean(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean over `axis` of what is not NaN, in float32."""
    (tensor,) = promote(x, at_least="float32")
    filled, missing = _without_nan(tensor, 0.0)
    total = reduction.sum(filled, axis, keepdims)
    return total / _count(filled, missing, axis, keepdims)


@operation
def nanvar(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Variance over `axis` of what is not NaN."""
    (tensor,) = promote(x, at_least="float32")
    distance = square(tensor - nanmean(tensor, axis, keepdims=True))
    return nanmean(distance, axis, keepdims)


@operation
def nanstd(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Standard deviation over `axis` of what is not NaN."""
    result: Tensor = p.sqrt(nanvar(x, axis, keepdims))
    return result


def _nan_extremum(reduce: Any, instead: float, x: Any, axis: Any, keepdims: bool) -> Tensor:
    filled, missing = _without_nan(x, instead)
    found: Tensor = reduce(filled, axis, keepdims)
    if missing is None:
        return found
    return where(p.equal(_count(filled, missing, axis, keepdims), 0.0), math.nan, found)


@operation
def nanmax(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Maximum over `axis` of what is not NaN."""
    return _nan_extremum(reduction.max, -math.inf, x, axis, keepdims)


@operation
def nanmin(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Minimum over `axis` of what is not NaN."""
    return _nan_extremum(reduction.min, math.inf, x, axis, keepdims)


def _nan_position(find: Any, instead: float, x: Any, axis: Any, keepdims: bool) -> Tensor:
    filled, missing = _without_nan(x, instead)
    found: Tensor = find(filled, axis, keepdims)
    if missing is None:
        return found
    return where(p.equal(_count(filled, missing, axis, keepdims), 0.0), -1, found)


@operation
def nanargmax(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Index of the first largest element along `axis`, int32; -1 where all are NaN."""
    return _nan_position(reduction.argmax, -math.inf, x, axis, keepdims)


@operation
def nanargmin(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Index of the first smallest element along `axis`, int32; -1 where all are NaN."""
    return _nan_position(reduction.argmin, math.inf, x, axis, keepdims)


@operation
def ptp(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """Maximum minus minimum over `axis`."""
    tensor = promote(x, at_least="uint8")[0]
    result: Tensor = p.subtract(
        reduction.max(tensor, axis, keepdims), reduction.min(tensor, axis, keepdims)
    )
    return result


_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(
    name: str, x: Any, q: Any, axis: Any, method: str, keepdims: bool, skip_nan: bool
) -> Tensor:
    """Quantiles between order statistics, at place `q (n - 1)` of n elements."""
    if method not in _METHODS:
        raise ValueError(f"`{name}` expected a method of {_METHODS}, received {method!r}")
    (tensor,), (shares,) = promote(x, at_least="float32"), promote(q, at_least="float32")
    known = shares.array
    if known is not None and known.size and not 0 <= known.min() <= known.max() <= 1:
        raise ValueError(f"`{name}` expected `q` as shares of the whole, received {q}")
    axes = canonical_axes(name, axis, tensor.ndim)
    rest = tuple(a for a in range(tensor.ndim) if a not in axes)
    count = math.prod(tensor.shape[a] for a in axes)
    kept = tuple(tensor.shape[a] for a in rest)
    if not count:
        raise ValueError(f"`{name}` of no elements has no value, shape {tensor.shape}")
    flat = p.reshape(p.transpose(tensor, axes=rest + axes), shape=(*kept, count))
    missing = p.isnan(flat)
    number = reduction.sum(where(missing, 0.0, 1.0), -1, keepdims=True)
    ordered = reduction.sort(flat, -1)  # NaN comes last
    every = p.reshape(shares, shape=(*(1,) * len(kept), shares.size))
    last = p.maximum(number - 1.0, 0.0) if skip_nan else float(count - 1)
    place = p.broadcast_to(every * last, shape=(*kept, shares.size))
    values = _between(ordered, place, method)
    absent = p.equal(number, 0.0) if skip_nan else number < float(count)
    values = p.where(absent, math.nan, values)
    values = p.transpose(values, axes=(len(kept), *range(len(kept))))
    ones = tuple(1 if a in axes else n for a, n in enumerate(tensor.shape))
    return p.reshape(values, shape=shares.shape + (ones if keepdims else kept))


def _between(ordered: Tensor, place: Tensor, method: str) -> Tensor:
    """Elements of the last axis at places that need not be whole."""
    below = p.floor(place)

    def at(index: Tensor) -> Tensor:
        return p.take_along_axis(ordered, p.cast(index, dtype="int32"), axis=ordered.ndim - 1)

    if method == "nearest":
        return at(p.round_(place))
    low, high = at(below), at(p.ceil(place))
    share = {"lower": 0.0, "higher": 1.0, "midpoint": 0.5}.get(method, place - below)
    return p.where(p.equal(low, high), low, low + (high - low) * share)


@operation
def quantile(
    x: ArrayLike,
    q: ArrayLike,
    axis: Integers | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """The values below which shares `q` of the elements lie.

    Args:
        x: Tensor.
        q: Shares from 0 to 1; a number or any shape.
        axis: Axes to reduce.
        method: Between two elements: "linear", "lower", "higher", "midpoint" or "nearest".
        keepdims: Whether reduced axes stay, with length 1.

    Returns:
        float32, the axes of `q` and then those of the reduced `x`; NaN where an element is NaN.

    Raises:
        ValueError: For another method, shares outside of 0 to 1, or no elements.
    """
    return _quantile("quantile", x, q, axis, method, keepdims, skip_nan=False)


@operation
def percentile(
    x: ArrayLike,
    q: ArrayLike,
    axis: Integers | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """`quantile` with shares in percent."""
    share = promote(q, at_least="float32")[0] / 100.0
    return _quantile("percentile", x, share, axis, method, keepdims, skip_nan=False)


@operation
def nanquantile(
    x: ArrayLike,
    q: ArrayLike,
    axis: Integers | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """`quantile` of what is not NaN."""
    return _quantile("nanquantile", x, q, axis, method, keepdims, skip_nan=True)


@operation
def nanpercentile(
    x: ArrayLike,
    q: ArrayLike,
    axis: Integers | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """`percentile` of what is not NaN."""
    share = promote(q, at_least="float32")[0] / 100.0
    return _quantile("nanpercentile", x, share, axis, method, keepdims, skip_nan=True)


@operation
def nanmedian(x: ArrayLike, axis: Integers | None = None, keepdims: bool = False) -> Tensor:
    """The middle of what is not NaN, in rising order."""
    return _quantile("nanmedian", x, 0.5, axis, "linear", keepdims, skip_nan=True)
