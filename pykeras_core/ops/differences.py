"""Differences of neighbours, distances, correlations, and areas under points.

Example:
    >>> from pykeras_core import ops
    >>> ops.diff([1, 4, 9]).tolist(), ops.trapezoid([1, 2, 3]).item()
    ([3, 5], 4.0)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import (
    ArrayLike,
    NonNegativeInt,
)
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, whole
from pykeras_core.engine.promotion import promote
from pykeras_core.ops import reduction
from pykeras_core.ops.linalg import matmul
from pykeras_core.ops.manipulation import moveaxis, reshape, transpose
from pykeras_core.ops.math import square
from pykeras_core.symbolic.op_call import operation

__all__ = ["cdist", "corrcoef", "correlate", "diff", "trapezoid"]


@operation
def diff(a: ArrayLike, n: NonNegativeInt = 1, axis: int = -1) -> Tensor:
    """The differences of neighbours along `axis`, taken n times; of bools, where they differ."""
    tensor = convert_to_tensor(a)
    difference = p.not_equal if tensor.dtype == "bool" else p.subtract
    at = canonical_axis("diff", axis, tensor.ndim)
    times = whole("diff", "n", n)
    if times < 0:
        raise ValueError(f"`diff` expected n of 0 or more, received {n}")
    moved = moveaxis(tensor, at, 0)
    for _ in range(times):
        moved = difference(moved[1:], moved[:-1])
    return moveaxis(moved, 0, at)


@operation
def trapezoid(y: ArrayLike, x: ArrayLike = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """The area under points along `axis`, by trapezoids.

    Args:
        y: Heights.
        x: Their places: a vector, or the shape of `y`. Default: `dx` apart.
        dx: Their distance.
        axis: The axis.

    Returns:
        float32, without that axis.
    """
    (heights,) = promote(y, at_least="float32")
    moved = moveaxis(heights, axis, -1)
    if x is None:
        widths: Any = dx
    else:
        (places,) = promote(x, at_least="float32")
        widths = diff(places) if places.ndim == 1 else diff(moveaxis(places, axis, -1))
    return reduction.sum((moved[..., 1:] + moved[..., :-1]) * 0.5 * widths, -1)


@operation
def corrcoef(x: ArrayLike) -> Tensor:
    """Pearson's correlation of each pair of rows: shape (n, n) for rows of shape (n, k)."""
    (rows,) = promote(x, at_least="float32")
    vector = rows.ndim == 1
    rows = reshape(rows, (1, -1)) if vector else rows
    centred = rows - reduction.mean(rows, -1, keepdims=True)
    products = matmul(centred, transpose(centred))
    sizes = p.sqrt(reduction.sum(square(centred), -1))
    result = products / reshape(sizes, (-1, 1)) / sizes
    result = p.maximum(p.minimum(result, 1.0), -1.0)
    return reshape(result, ()) if vector else result


@operation
def correlate(x1: ArrayLike, x2: ArrayLike, mode: str = "valid") -> Tensor:
    """The sum products of two vectors at all shifts, as NumPy's `correlate`.

    Args:
        x1: Vector.
        x2: Vector.
        mode: "valid" (shifts at which they overlap fully), "same" or "full".

    Returns:
        Vector.

    Raises:
        ValueError: For another mode, or operands that are no vectors with elements.
    """
    x, y = promote(x1, x2, at_least="int32")
    if x.ndim != 1 or y.ndim != 1 or not x.size or not y.size:
        raise ValueError(
            f"`correlate` expected two vectors, received shapes {x.shape} and {y.shape}"
        )
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"`correlate` expected mode 'valid', 'same' or 'full', received {mode!r}")
    if x.size < y.size:  # the shorter one slides; the shifts then come in reverse
        turned = correlate(y, x, mode)
        result: Tensor = p.flip(turned, axis=(0,))
        return result
    total, short = x.size, y.size
    padded = p.pad(x, before=(short - 1,), after=(short - 1,), between=(0,), value=0)
    places = np.add.outer(np.arange(total + short - 1), np.arange(short)).astype(np.int32)
    full = matmul(p.take(padded, convert_to_tensor(places), axis=0), y)
    if mode == "full":
        return full
    if mode == "valid":
        return full[short - 1 : total]
    begin = (short - 1) // 2
    return full[begin : begin + total]


@operation
def cdist(x: ArrayLike, y: ArrayLike) -> Tensor:
    """Euclidean distances of all pairs of rows.

    Args:
        x: float32, shape (..., m, k).
        y: float32, shape (..., n, k).

    Returns:
        float32, shape (..., m, n). The gradient at a distance of 0 is 0.
    """
    a, b = promote(x, y, at_least="float32")
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"`cdist` expected rows of one length, received shapes {a.shape} and {b.shape}"
        )
    left = reshape(a, (*a.shape[:-1], 1, a.shape[-1]))
    right = reshape(b, (*b.shape[:-2], 1, *b.shape[-2:]))
    total = reduction.sum(square(left - right), -1)
    zero = p.equal(total, 0.0)
    return p.where(zero, 0.0, p.sqrt(p.where(zero, 1.0, total)))
