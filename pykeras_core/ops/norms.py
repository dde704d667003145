"""Norms of vectors and of matrices.

Example:
    >>> from pykeras_core import ops
    >>> x = [[3.0, 0.0], [0.0, 4.0]]
    >>> [round(ops.norm(x, ord).item(), 4) for ord in ("fro", "nuc", 1, 2, -2)]
    [5.0, 7.0, 4.0, 4.0, 3.0]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, Integers
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axes
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.decomposition import svd
from pykeras_core.ops.math import absolute, square
from pykeras_core.ops.reduction import max, min, sum
from pykeras_core.symbolic.op_call import operation

__all__ = ["norm"]


@operation
def norm(
    x: ArrayLike,
    ord: float | str | None = None,
    axis: Integers | None = None,
    keepdims: bool = False,
) -> Tensor:
    """Norm of vectors or matrices, as NumPy's `linalg.norm`.

    Args:
        x: Tensor.
        ord: For a vector 2 (the default), 1, inf, -inf, 0 or another power; for a matrix 'fro'
            (the default: the root of the sum of squares), 'nuc' (the sum of the singular
            values), 2 or -2 (the largest and the smallest of them), 1 or -1 (of the sums of the
            columns), inf or -inf (of the sums of the rows).
        axis: An int for vectors, a pair for matrices; None takes the whole of `x`, as a matrix
            if it has two axes and an `ord` is given.
        keepdims: Whether the axes stay, with length 1.

    Returns:
        float32, the shape of `x` without `axis`.

    Raises:
        ValueError: For an `ord` or a number of axes that no norm here has.
    """
    (tensor,) = promote(x, at_least="float32")
    axes = canonical_axes("norm", axis, tensor.ndim, ordered=False)
    if ord is None or (ord == "fro" and len(axes) == 2) or (ord == 2 and len(axes) == 1):
        return p.sqrt(sum(square(tensor), axes, keepdims))
    if len(axes) == 1 and not isinstance(ord, str):
        return _vector_norm(absolute(tensor), ord, axes, keepdims)
    if len(axes) == 2 and ord in ("nuc", 1, -1, 2, -2, np.inf, -np.inf):
        found = _matrix_norm(tensor, ord, *axes)
        kept = tuple(1 if a in axes else n for a, n in enumerate(tensor.shape))
        return p.reshape(found, shape=kept) if keepdims else found
    raise ValueError(
        "`norm` expected ord to be a number for one axis, or 'fro', 'nuc', 1, -1, 2, -2, inf or "
        f"-inf for two, received ord={ord!r} for {len(axes)} axes of shape {tensor.shape}"
    )


def _vector_norm(size: Tensor, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    if ord == np.inf:
        return max(size, axes, keepdims)
    if ord == -np.inf:
        return min(size, axes, keepdims)
    if ord == 0:
        return sum(convert_to_tensor(size > 0.0, "float32"), axes, keepdims)
    if ord == 1:
        return sum(size, axes, keepdims)
    return p.power(sum(p.power(size, float(ord)), axes, keepdims), 1 / ord)


def _matrix_norm(x: Tensor, ord: Any, rows: int, columns: int) -> Tensor:
    """The norm of the matrices along two axes, without those axes."""
    rest = tuple(a for a in range(x.ndim) if a not in (rows, columns))
    matrices = p.transpose(x, axes=(*rest, rows, columns))
    if ord in ("nuc", 2, -2):
        singular = svd(matrices, full_matrices=False)[1]
        return sum(singular, -1) if ord == "nuc" else (max if ord > 0 else min)(singular, -1)
    summed = -2 if ord in (1, -1) else -1
    return (max if ord > 0 else min)(sum(absolute(matrices), summed), -1)
