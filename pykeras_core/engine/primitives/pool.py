"""Pooling over 1 to 3 spatial axes, channels last: maxima and sums of windows.

Padding takes part in no maximum and adds 0 to a sum. The first of equal maxima, in row-major
order of the window, takes the whole gradient, as in TensorFlow.

`max_pool_grad` sends values to the places of maxima and `max_pool_pick` reads them there: each
is the gradient of the other, so derivatives of any order stay inside the family.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import require
from pykeras_core.engine.primitives.windows import (
    Padding,
    Sizes,
    check_rank,
    output_sizes,
    padded,
    taps,
    unpadded,
)
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import Op, op

__all__ = ["max_pool", "max_pool_grad", "max_pool_pick", "sum_pool", "sum_pool_grad"]


def _positions(name: str, spatial: Sizes, size: Sizes, strides: Sizes, padding: Padding) -> Sizes:
    out = output_sizes(name, spatial, size, strides, padding, (1,) * len(size))
    if any(max(pair) >= length for pair, length in zip(padding, size, strict=True)):
        raise ValueError(
            f"`{name}` expected padding smaller than the window, received padding {padding} and "
            f"window {size}: some windows would hold nothing but padding"
        )
    return out


def _pooled(name: str, x: Spec, size: Sizes, strides: Sizes, padding: Padding) -> Spec:
    require(name, x, "float32")
    check_rank(name, "inputs", x)
    out = _positions(name, x.shape[1:-1], size, strides, padding)
    return Spec((x.shape[0], *out, x.shape[-1]))


def _pooling(name: str) -> Any:
    """Shape rule of a reduction of windows."""

    def infer(x: Spec, *, size: Sizes, strides: Sizes, padding: Padding) -> Spec:
        return _pooled(name, x, size, strides, padding)

    return infer


def _infer_max_grad(ct: Spec, x: Spec, *, size: Sizes, strides: Sizes, padding: Padding) -> Spec:
    expected = _pooled("max_pool_grad", x, size, strides, padding)
    if ct != expected:
        raise ValueError(
            f"`max_pool_grad` expected a cotangent {expected} for inputs of shape {x.shape}, "
            f"received {ct}"
        )
    return x


def _infer_pick(values: Spec, x: Spec, *, size: Sizes, strides: Sizes, padding: Padding) -> Spec:
    if values != x:
        raise ValueError(
            f"`max_pool_pick` expected two operands of one shape, received {values} and {x}"
        )
    return _pooled("max_pool_pick", x, size, strides, padding)


def _infer_sum_grad(
    ct: Spec, *, spatial: Sizes, size: Sizes, strides: Sizes, padding: Padding
) -> Spec:
    require("sum_pool_grad", ct, "float32")
    check_rank("sum_pool_grad", "a cotangent", ct)
    out = _positions("sum_pool_grad", spatial, size, strides, padding)
    if ct.shape[1:-1] != out:
        raise ValueError(
            f"`sum_pool_grad` expected a cotangent of shape (batch, *{out}, channels) for inputs "
            f"of spatial sizes {spatial}, received shape {ct.shape}"
        )
    return Spec((ct.shape[0], *spatial, ct.shape[-1]))


def _taps(x: Array, out: Sizes, size: Sizes, strides: Sizes) -> Any:
    return taps(x, out, size, strides, (1,) * len(size))


def _out(x: Array, size: Sizes, strides: Sizes, padding: Padding) -> Sizes:
    return _positions("pool", x.shape[1:-1], size, strides, padding)


def _hits(x: Array, size: Sizes, strides: Sizes, padding: Padding) -> Iterator[Array]:
    """For each place in the window, which windows have their first maximum there."""
    best = _max_pool(x, size=size, strides=strides, padding=padding)
    free = np.ones(best.shape, bool)
    for tap in _taps(padded(x, padding, -np.inf), best.shape[1:-1], size, strides):
        hit = free & ~(tap < best)  # of a window with a nan, the first place
        free &= ~hit
        yield hit


def _max_pool(x: Array, *, size: Sizes, strides: Sizes, padding: Padding) -> Array:
    out = _out(x, size, strides, padding)
    places = _taps(padded(x, padding, -np.inf), out, size, strides)
    best: Array = next(places).copy()
    for tap in places:
        np.maximum(best, tap, out=best)
    return best


def _max_pool_pick(
    values: Array, x: Array, *, size: Sizes, strides: Sizes, padding: Padding
) -> Array:
    out = _out(x, size, strides, padding)
    result = np.zeros((x.shape[0], *out, x.shape[-1]), np.float32)
    places = _taps(padded(values, padding), out, size, strides)
    for hit, tap in zip(_hits(x, size, strides, padding), places, strict=True):
        np.copyto(result, tap, where=hit)
    return result


def _max_pool_grad(ct: Array, x: Array, *, size: Sizes, strides: Sizes, padding: Padding) -> Array:
    result = _zeros(ct, x.shape[1:-1], padding)
    places = _taps(result, ct.shape[1:-1], size, strides)
    for hit, tap in zip(_hits(x, size, strides, padding), places, strict=True):
        tap += np.where(hit, ct, np.float32(0))
    return unpadded(result, padding)


def _zeros(ct: Array, spatial: Sizes, padding: Padding) -> Array:
    lengths = (n + low + high for n, (low, high) in zip(spatial, padding, strict=True))
    return np.zeros((ct.shape[0], *lengths, ct.shape[-1]), np.float32)


def _sum_pool(x: Array, *, size: Sizes, strides: Sizes, padding: Padding) -> Array:
    out = _out(x, size, strides, padding)
    places = _taps(padded(x, padding), out, size, strides)
    total: Array = next(places).copy()
    for tap in places:
        total += tap
    return total


def _sum_pool_grad(
    ct: Array, *, spatial: Sizes, size: Sizes, strides: Sizes, padding: Padding
) -> Array:
    result = _zeros(ct, spatial, padding)
    for tap in _taps(result, ct.shape[1:-1], size, strides):
        tap += ct
    return unpadded(result, padding)


def _sum_grad_rule(ct: Tensor, out: Tensor, outer: Tensor, *, spatial: Sizes, **pool: Any) -> Any:
    return p.sum_pool(ct, **pool)


max_pool: Op = op(
    Primitive(
        "max_pool",
        _max_pool,
        _pooling("max_pool"),
        (lambda ct, out, x, **pool: p.max_pool_grad(ct, x, **pool),),
    )
)
max_pool_grad: Op = op(
    Primitive(
        "max_pool_grad",
        _max_pool_grad,
        _infer_max_grad,
        (lambda ct, out, outer, x, **pool: p.max_pool_pick(ct, x, **pool), None),
    )
)
max_pool_pick: Op = op(
    Primitive(
        "max_pool_pick",
        _max_pool_pick,
        _infer_pick,
        (lambda ct, out, values, x, **pool: p.max_pool_grad(ct, x, **pool), None),
    )
)
sum_pool: Op = op(
    Primitive(
        "sum_pool",
        _sum_pool,
        _pooling("sum_pool"),
        (lambda ct, out, x, **pool: p.sum_pool_grad(ct, spatial=x.shape[1:-1], **pool),),
    )
)
sum_pool_grad: Op = op(
    Primitive("sum_pool_grad", _sum_pool_grad, _infer_sum_grad, (_sum_grad_rule,))
)
