"""Linear algebra: solving, inverting and factoring matrices, over any leading batch axes.

Everything is float32. A matrix for which there is no answer gives NaN: a singular one to `solve`
or `inv`, one that is not positive definite to `cholesky`.

Example:
    >>> from pykeras_core import ops
    >>> ops.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0]).tolist()
    [1.0, 0.5]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.arrangement import tril, triu
from pykeras_core.ops.linalg import matmul
from pykeras_core.ops.logic import where
from pykeras_core.ops.manipulation import expand_dims, squeeze, swapaxes
from pykeras_core.ops.reduction import max, sum
from pykeras_core.symbolic.op_call import operation

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eigh",
    "inv",
    "logdet",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
]

EPSILON = float(np.finfo(np.float32).eps)


def _matrices(name: str, x: Any, square: bool = False) -> Tensor:
    (tensor,) = promote(x, at_least="float32")
    if tensor.ndim < 2 or (square and tensor.shape[-1] != tensor.shape[-2]):
        kind = "square matrices (..., n, n)" if square else "matrices (..., m, n)"
        raise ValueError(f"`{name}` expected {kind}, received shape {tensor.shape}")
    return tensor


def _identity(like: Tensor) -> Tensor:
    eye = convert_to_tensor(np.eye(like.shape[-1]), "float32")
    return p.broadcast_to(eye, shape=(*like.shape[:-2], like.shape[-1], like.shape[-1]))


@operation
def solve(a: ArrayLike, b: ArrayLike) -> Tensor:
    """The x of `a @ x = b`.

    Args:
        a: float32, shape (..., n, n).
        b: float32, shape (..., n) or (..., n, k).

    Returns:
        float32, the shape of `b`; NaN where a matrix is singular.

    Raises:
        ValueError: If the shapes do not fit.
    """
    left, right = _matrices("solve", a, square=True), promote(b, at_least="float32")[0]
    vector = right.ndim == left.ndim - 1
    columns = expand_dims(right, -1) if vector else right
    if columns.ndim != left.ndim or columns.shape[:-1] != left.shape[:-1]:
        raise ValueError(
            f"`solve` expected a right side of shape {left.shape[:-1]} or "
            f"{(*left.shape[:-1], 'k')} for matrices of shape {left.shape}, received {right.shape}"
        )
    found: Tensor = p.solve(left, columns)
    return squeeze(found, -1) if vector else found


@operation
def solve_triangular(a: ArrayLike, b: ArrayLike, lower: bool = False) -> Tensor:
    """The x of `a @ x = b`, of `a` only the upper (or lower) triangle being used.

    Args:
        a: float32, shape (..., n, n).
        b: float32, shape (..., n) or (..., n, k).
        lower: Which triangle.

    Returns:
        float32, the shape of `b`.
    """
    matrix = _matrices("solve_triangular", a, square=True)
    return solve(tril(matrix) if lower else triu(matrix), b)


@operation
def inv(x: ArrayLike) -> Tensor:
    """The inverse of square matrices (..., n, n); NaN where there is none."""
    matrix = _matrices("inv", x, square=True)
    result: Tensor = p.solve(matrix, _identity(matrix))
    return result


@operation
def slogdet(x: ArrayLike) -> tuple[Tensor, Tensor]:
    """Sign and logarithm of the size of determinants, each of shape (...)."""
    sign, logarithm = p.slogdet(_matrices("slogdet", x, square=True))
    return sign, logarithm


@operation
def det(x: ArrayLike) -> Tensor:
    """Determinants of square matrices (..., n, n), shape (...)."""
    sign, logarithm = slogdet(x)
    result: Tensor = sign * p.exp(logarithm)
    return result


@operation
def cholesky(x: ArrayLike, upper: bool = False) -> Tensor:
    """The lower triangular L of `x = L @ L^T`, or its transpose.

    Args:
        x: float32, symmetric and positive definite, shape (..., n, n).
        upper: Whether to return `L^T`.

    Returns:
        float32, the shape of `x`; NaN where a matrix is not positive definite.
    """
    factor: Tensor = p.cholesky(_matrices("cholesky", x, square=True))
    return swapaxes(factor, -1, -2) if upper else factor


@operation
def cholesky_inverse(x: ArrayLike, upper: bool = False) -> Tensor:
    """The inverse of the matrices whose Cholesky factors are `x` (..., n, n)."""
    factor = _matrices("cholesky_inverse", x, square=True)
    inverse = solve_triangular(factor, _identity(factor), lower=not upper)
    turned = swapaxes(inverse, -1, -2)
    return matmul(inverse, turned) if upper else matmul(turned, inverse)


@operation
def logdet(x: ArrayLike) -> Tensor:
    """Logarithm of the determinant of positive definite matrices (..., n, n), shape (...)."""
    factor = cholesky(x)
    eye = np.eye(factor.shape[-1], dtype=bool)
    return sum(p.log(p.where(eye, factor, 1.0)), axis=(-2, -1)) * 2.0


@operation
def eigh(x: ArrayLike) -> tuple[Tensor, Tensor]:
    """Eigenvalues, in rising order, and eigenvectors of symmetric matrices.

    Args:
        x: float32, shape (..., n, n).

    Returns:
        Eigenvalues, shape (..., n), and matrices (..., n, n) whose columns are the vectors.
    """
    values, vectors = p.eigh(_matrices("eigh", x, square=True))
    return values, vectors


@operation
def qr(x: ArrayLike, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """Orthogonal and upper triangular factors of matrices (..., m, n).

    Args:
        x: float32, shape (..., m, n).
        mode: "reduced", with k = min(m, n), or "complete", with k = m.

    Returns:
        Q, shape (..., m, k), and R, shape (..., k, n).

    Raises:
        ValueError: For another mode.
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"`qr` expected mode 'reduced' or 'complete', received {mode!r}")
    q, r = p.qr(_matrices("qr", x), complete=mode == "complete")
    return q, r


@operation
def svd(x: ArrayLike, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular value decomposition, `x = U @ diag(s) @ V^T`.

    Args:
        x: float32, shape (..., m, n).
        full_matrices: Whether U and V^T are square. Without it they have gradients.
        compute_uv: False returns the singular values alone.

    Returns:
        U, s in falling order, shape (..., min(m, n)), and V^T.
    """
    full = full_matrices and compute_uv
    u, s, vt = p.svd(_matrices("svd", x), full_matrices=full)
    return (u, s, vt) if compute_uv else s


@operation
def pinv(x: ArrayLike, rcond: float | None = None) -> Tensor:
    """The Moore-Penrose inverse of matrices (..., m, n), shape (..., n, m).

    Args:
        x: float32, shape (..., m, n).
        rcond: Singular values up to this share of the largest count as zero. Default:
            `10 * max(m, n)` times the distance of 1 to the next float32.
    """
    matrix = _matrices("pinv", x)
    share = 10 * EPSILON * sorted(matrix.shape[-2:])[-1] if rcond is None else rcond
    u, s, vt = svd(matrix, full_matrices=False)
    counts = s > max(s, axis=-1, keepdims=True) * share
    inverse = where(counts, 1.0 / where(counts, s, 1.0), 0.0)
    return matmul(swapaxes(vt, -1, -2) * expand_dims(inverse, -2), swapaxes(u, -1, -2))


@operation
def lstsq(a: ArrayLike, b: ArrayLike, rcond: float | None = None) -> Tensor:
    """The smallest x that brings `a @ x` nearest to `b`.

    Args:
        a: float32, shape (..., m, n).
        b: float32, shape (..., m) or (..., m, k).
        rcond: Singular values up to this share of the largest count as zero. Default:
            `max(m, n)` times the distance of 1 to the next float32.

    Returns:
        float32, shape (..., n) or (..., n, k).
    """
    matrix, right = _matrices("lstsq", a), promote(b, at_least="float32")[0]
    vector = right.ndim == matrix.ndim - 1
    columns = expand_dims(right, -1) if vector else right
    if columns.shape[-2:-1] != matrix.shape[-2:-1]:
        raise ValueError(
            f"`lstsq` expected as many rows in b as in a, received shapes {matrix.shape} and "
            f"{right.shape}"
        )
    share = EPSILON * sorted(matrix.shape[-2:])[-1] if rcond is None else rcond
    found = matmul(pinv(matrix, share), columns)
    return squeeze(found, -1) if vector else found


@operation
def matrix_rank(x: ArrayLike, tol: float | None = None) -> Tensor:
    """The number of singular values above a limit, int32, shape (...).

    Args:
        x: float32, shape (..., m, n).
        tol: The limit. Default: the largest singular value times `max(m, n)` times the distance
            of 1 to the next float32.
    """
    matrix = _matrices("matrix_rank", x)
    s = svd(matrix, compute_uv=False)
    share = EPSILON * sorted(matrix.shape[-2:])[-1]
    limit = max(s, axis=-1, keepdims=True) * share if tol is None else tol
    return sum(convert_to_tensor(s > limit, "int32"), axis=-1)


@operation
def lu_factor(x: ArrayLike) -> tuple[Tensor, Tensor]:
    """L (its diagonal of ones left out) and U in one matrix, and the rows exchanged.

    Args:
        x: float32, shape (..., m, n).

    Returns:
        float32 of the shape of `x`, and int32 of shape (..., min(m, n)): row i was exchanged with
        the row of that number. Neither has a gradient.
    """
    lu, pivots = p.lu_factor(_matrices("lu_factor", x))
    return lu, pivots
