"""Reductions and scans over axes: sum, max, min, prod, argmax, argsort, cumsum, softmax.

`axis` is a tuple of non-negative ints for reductions and one such int for the rest. The
gradient of `max` and `min` is shared evenly among equal elements.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import require
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import Op, op

__all__ = [
    "argmax",
    "argmin",
    "argsort",
    "cumsum",
    "log_softmax",
    "max_",
    "min_",
    "prod",
    "softmax",
    "sum_",
]


def _check_axes(name: str, x: Spec, axes: tuple[int, ...]) -> None:
    if any(not 0 <= axis < len(x.shape) for axis in axes) or len(set(axes)) != len(axes):
        raise ValueError(
            f"`{name}` expected different axes from 0 to {len(x.shape) - 1} for shape {x.shape}, "
            f"received {axes}"
        )


def _reduction(name: str, empty: bool) -> Any:
    """Shape rule of a reduction; `empty` tells whether an axis of length 0 has a result."""

    def infer(x: Spec, *, axis: tuple[int, ...], keepdims: bool) -> Spec:
        require(name, x, "float32", "int32", "uint32", "uint8")
        _check_axes(name, x, axis)
        if not empty and any(x.shape[a] == 0 for a in axis):
            raise ValueError(f"`{name}` over an axis of length 0 has no value, shape {x.shape}")
        return Spec(reduced_shape(x.shape, axis, keepdims), x.dtype)

    return infer


def reduced_shape(shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """Shape after reducing `axis`."""
    if keepdims:
        return tuple(1 if a in axis else size for a, size in enumerate(shape))
    return tuple(size for a, size in enumerate(shape) if a not in axis)


def _stretch(reduced: Tensor, x: Tensor, axis: tuple[int, ...]) -> Tensor:
    """A reduced value with its axes back as length 1, so that it broadcasts against `x`."""
    result: Tensor = p.reshape(reduced, shape=reduced_shape(x.shape, axis, keepdims=True))
    return result


def _sum_rule(ct: Tensor, out: Tensor, x: Tensor, *, axis: Any, keepdims: bool) -> Any:
    return p.broadcast_to(_stretch(ct, x, axis), shape=x.shape)


def _extremum_rule(ct: Tensor, out: Tensor, x: Tensor, *, axis: Any, keepdims: bool) -> Any:
    hits = p.cast(p.equal(x, _stretch(out, x, axis)), dtype="float32")
    share = _stretch(ct, x, axis) / p.sum_(hits, axis=axis, keepdims=True)
    return hits * share


def _prod_rule(ct: Tensor, out: Tensor, x: Tensor, *, axis: Any, keepdims: bool) -> Any:
    """Product of the others: exact also where one element, or more, is zero.

    Its own gradient is not: where an element is zero, it misses the terms that the zero hides.
    """
    zero = p.equal(x, 0.0)
    zeros = p.sum_(p.cast(zero, dtype="float32"), axis=axis, keepdims=True)
    others = p.prod(p.where(zero, 1.0, x), axis=axis, keepdims=True)
    at_zero = p.where(p.equal(zeros, 1.0), others, 0.0)
    elsewhere = p.where(p.equal(zeros, 0.0), others, 0.0) / p.where(zero, 1.0, x)
    return _stretch(ct, x, axis) * p.where(zero, at_zero, elsewhere)


def _sum(x: Array, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


def _prod(x: Array, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    return np.prod(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


sum_ = op(Primitive("sum", _sum, _reduction("sum", True), (_sum_rule,)))
max_ = op(Primitive("max", np.max, _reduction("max", False), (_extremum_rule,)))
min_ = op(Primitive("min", np.min, _reduction("min", False), (_extremum_rule,)))
prod = op(Primitive("prod", _prod, _reduction("prod", True), (_prod_rule,)))


def _position(name: str) -> Any:
    """Shape rule of argmax and argmin."""

    def infer(x: Spec, *, axis: int) -> Spec:
        found: Spec = _reduction(name, False)(x, axis=(axis,), keepdims=False)
        return Spec(found.shape, "int32")

    return infer


argmax = op(Primitive("argmax", lambda x, *, axis: np.argmax(x, axis), _position("argmax")))
argmin = op(Primitive("argmin", lambda x, *, axis: np.argmin(x, axis), _position("argmin")))


def _along(name: str, *dtypes: str, gives: str | None = None) -> Any:
    """Shape rule of a function along one axis that keeps the shape."""

    def infer(x: Spec, *, axis: int, **_: Any) -> Spec:
        require(name, x, *dtypes)
        _check_axes(name, x, (axis,))
        return Spec(x.shape, gives or x.dtype)

    return infer


def _argsort(x: Array, *, axis: int) -> Array:
    return np.argsort(x, axis=axis, kind="stable")


argsort = op(
    Primitive("argsort", _argsort, _along("argsort", "float32", "int32", "uint32", gives="int32"))
)


def _cumsum(x: Array, *, axis: int, reverse: bool) -> Array:
    if reverse:
        x = np.flip(x, axis)
    total = np.cumsum(x, axis=axis, dtype=x.dtype)
    return np.flip(total, axis) if reverse else total


cumsum: Op = op(
    Primitive(
        "cumsum",
        _cumsum,
        _along("cumsum", "float32", "int32", "uint32"),
        (lambda ct, out, x, *, axis, reverse: p.cumsum(ct, axis=axis, reverse=not reverse),),
    )
)


def _softmax(x: Array, *, axis: int) -> Array:
    exponentials = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    result: Array = exponentials / np.sum(exponentials, axis=axis, keepdims=True)
    return result


def _log_softmax(x: Array, *, axis: int) -> Array:
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    result: Array = shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
    return result


def _softmax_rule(ct: Tensor, out: Tensor, x: Tensor, *, axis: int) -> Any:
    return out * (ct - p.sum_(ct * out, axis=(axis,), keepdims=True))


def _log_softmax_rule(ct: Tensor, out: Tensor, x: Tensor, *, axis: int) -> Any:
    return ct - p.exp(out) * p.sum_(ct, axis=(axis,), keepdims=True)


softmax = op(Primitive("softmax", _softmax, _along("softmax", "float32"), (_softmax_rule,)))
log_softmax = op(
    Primitive("log_softmax", _log_softmax, _along("log_softmax", "float32"), (_log_softmax_rule,))
)
