"""`tf.linalg`: matrices, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.compat.tensorflow.arrays import eye, matmul, transpose
from pykeras_core.compat.tensorflow.clipping import global_norm
from pykeras_core.compat.tensorflow.nn import l2_normalize
from pykeras_core.engine import Tensor
from pykeras_core.ops import cross, det, eigh, einsum, norm, slogdet, solve, tensordot, trace

__all__ = [
    "band_part",
    "cholesky",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "einsum",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "logdet",
    "lstsq",
    "matmul",
    "matrix_rank",
    "matrix_transpose",
    "matvec",
    "norm",
    "normalize",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "triangular_solve",
]


def band_part(input: Any, num_lower: int, num_upper: int, name: str | None = None) -> Tensor:
    """Returns a matrix with only its nearest diagonals: how many below and above, -1 for all."""
    found = ops.convert_to_tensor(input)
    found = found if num_upper < 0 else ops.tril(found, k=int(num_upper))
    return found if num_lower < 0 else ops.triu(found, k=-int(num_lower))


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """Returns the lower triangle L with `L @ L.T` the matrix."""
    return ops.cholesky(input)


def diag(diagonal: Any, name: str = "diag", k: int = 0) -> Tensor:
    """Returns matrices with the rows of `diagonal` on their diagonals."""
    rows = ops.convert_to_tensor(diagonal)
    if rows.ndim == 1:
        return ops.diag(rows, k=k)
    return ops.multiply(ops.expand_dims(rows, -1), ops.eye(rows.shape[-1], dtype=rows.dtype))


def diag_part(input: Any, name: str = "diag_part", k: int = 0) -> Tensor:
    """Returns the diagonals of matrices."""
    return ops.diagonal(input, offset=k, axis1=-2, axis2=-1)


tensor_diag = diag
tensor_diag_part = diag_part


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """Returns the inverse."""
    found = ops.inv(input)
    return ops.swapaxes(found, -1, -2) if adjoint else found


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """Returns the logarithm of the determinant of a positive definite matrix."""
    return ops.logdet(matrix)


def lstsq(
    matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: Any = None
) -> Tensor:
    """Returns what solves `matrix @ x = rhs` best, small solutions first."""
    turned = ops.swapaxes(matrix, -1, -2)
    square = ops.matmul(turned, matrix)
    square = square + l2_regularizer * ops.eye(square.shape[-1])
    return ops.solve(square, ops.matmul(turned, rhs))


def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: Any = None) -> Tensor:
    """Returns the rank."""
    return ops.matrix_rank(a) if tol is None else ops.matrix_rank(a, tol)


def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """Returns matrices with rows and columns exchanged."""
    return ops.swapaxes(a, -1, -2)


def matvec(a: Any, b: Any, transpose_a: bool = False, name: str | None = None) -> Tensor:
    """Returns the product of matrices and vectors."""
    left = ops.swapaxes(a, -1, -2) if transpose_a else a
    return ops.squeeze(ops.matmul(left, ops.expand_dims(b, -1)), -1)


def normalize(tensor: Any, ord: Any = "euclidean", axis: Any = None, name: Any = None) -> Any:
    """Returns a tensor divided by its norm along an axis, and the norm."""
    order = None if ord == "euclidean" else ord
    length = ops.norm(tensor, ord=order, axis=axis, keepdims=True)
    return ops.divide(tensor, length), length


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: Any = None) -> Tensor:
    """Returns the pseudo-inverse."""
    return ops.pinv(a) if rcond is None else ops.pinv(a, rcond)


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Any:
    """Returns an orthogonal and an upper triangular matrix whose product is the given one."""
    return ops.qr(input, mode="complete" if full_matrices else "reduced")


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """Returns the singular values, and u and v with `u @ diag(s) @ v.T` the matrix."""
    if not compute_uv:
        return ops.svd(tensor, full_matrices, compute_uv=False)
    u, s, vh = ops.svd(tensor, full_matrices)
    return s, u, ops.swapaxes(vh, -1, -2)


def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """Returns what solves `matrix @ x = rhs` for a triangle."""
    if adjoint:
        matrix, lower = transpose(matrix), not lower
    return ops.solve_triangular(matrix, rhs, lower=lower)
