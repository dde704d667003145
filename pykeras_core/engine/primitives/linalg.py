"""Solving and factoring of matrices, each over any leading batch axes.

A matrix for which there is no answer (a singular one to solve with, one that is not positive
definite for Cholesky) gives NaN, in its own place of a batch. `cholesky` and `eigh` take the
symmetric part of what they are given, so that their gradients are symmetric.

Source of the gradients: M. Giles, "An extended collection of matrix derivative results for
forward and reverse mode algorithmic differentiation", Oxford, 2008 (Cholesky, eigenvalues,
singular values); M. Seeger et al., "Auto-Differentiating Linear Algebra", 2017 (QR).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import one_dtype, require
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import op

__all__ = ["cholesky", "eigh", "lu_factor", "qr", "slogdet", "solve", "svd"]


def _matrices(name: str, x: Spec, square: bool) -> None:
    require(name, x, "float32")
    if len(x.shape) < 2 or (square and x.shape[-1] != x.shape[-2]):
        kind = "square matrices" if square else "matrices"
        raise ValueError(f"`{name}` expected {kind}, received shape {x.shape}")


def _each(function: Callable[..., Any], *stacks: Array) -> Any:
    """`function` of stacks of matrices; NaN for those that it refuses."""
    try:
        return function(*stacks)
    except np.linalg.LinAlgError:
        if stacks[0].ndim == 2:
            return _nan(function, *stacks)
        parts = [_each(function, *matrices) for matrices in zip(*stacks, strict=True)]
        if isinstance(parts[0], tuple):
            return tuple(np.stack(column) for column in zip(*parts, strict=True))
        return np.stack(parts)


def _nan(function: Callable[..., Any], *matrices: Array) -> Any:
    """NaN in the shape of the result, which the identity has too."""
    x = matrices[0]
    result = function(np.eye(*x.shape, dtype=x.dtype), *matrices[1:])
    if isinstance(result, tuple):
        return tuple(np.full_like(part, np.nan) for part in result)
    return np.full_like(result, np.nan)


def _swap(x: Tensor) -> Tensor:
    axes = (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2)
    return p.transpose(x, axes=axes)


def _symmetric_part(x: Tensor) -> Tensor:
    return (x + _swap(x)) * 0.5


def _product(*matrices: Tensor) -> Tensor:
    first, *rest = matrices
    for matrix in rest:
        first = p.matmul(first, matrix)
    return first


def _lower(x: Tensor, diagonal: float) -> Tensor:
    """The part below the diagonal, and the diagonal times `diagonal`."""
    rows, columns = x.shape[-2:]
    below = np.tri(rows, columns, -1) + np.eye(rows, columns) * diagonal
    return x * below.astype(np.float32)


def _scaled(x: Tensor, by: Tensor) -> Tensor:
    """`x @ diag(by)`."""
    return x * p.reshape(by, shape=(*by.shape[:-1], 1, by.shape[-1]))


def _inverse_gaps(x: Tensor) -> Tensor:
    """1 / (x_j - x_i), and 0 where the two are equal."""
    columns = p.reshape(x, shape=(*x.shape[:-1], 1, x.shape[-1]))
    rows = p.reshape(x, shape=(*x.shape, 1))
    gaps = columns - rows
    equal = p.equal(gaps, 0.0)
    return p.where(equal, 0.0, 1.0 / p.where(equal, 1.0, gaps))


def _infer_solve(a: Spec, b: Spec) -> Spec:
    _matrices("solve", a, square=True)
    one_dtype("solve", a, b)
    if b.shape[:-1] != a.shape[:-1]:
        raise ValueError(
            f"`solve` expected a right side of shape {(*a.shape[:-1], 'n')} for matrices of shape "
            f"{a.shape}, received {b.shape}"
        )
    return b


def _solve_rule_a(ct: Tensor, out: Tensor, a: Tensor, b: Tensor) -> Any:
    return -p.matmul(p.solve(_swap(a), ct), out, transpose_y=True)


def _solve_rule_b(ct: Tensor, out: Tensor, a: Tensor, b: Tensor) -> Any:
    return p.solve(_swap(a), ct)


solve = op(
    Primitive(
        "solve",
        lambda a, b: _each(np.linalg.solve, a, b),
        _infer_solve,
        (_solve_rule_a, _solve_rule_b),
    )
)


def _infer_cholesky(x: Spec) -> Spec:
    _matrices("cholesky", x, square=True)
    return x


def _cholesky(x: Array) -> Any:
    return _each(np.linalg.cholesky, (x + np.swapaxes(x, -1, -2)) / 2)


def _cholesky_rule(ct: Tensor, out: Tensor, x: Tensor) -> Any:
    inner = _lower(p.matmul(out, ct, transpose_x=True), 0.5)
    left = p.solve(_swap(out), inner)
    return _symmetric_part(_swap(p.solve(_swap(out), _swap(left))))


cholesky = op(Primitive("cholesky", _cholesky, _infer_cholesky, (_cholesky_rule,)))


def _infer_slogdet(x: Spec) -> tuple[Spec, Spec]:
    _matrices("slogdet", x, square=True)
    return Spec(x.shape[:-2]), Spec(x.shape[:-2])


def _slogdet_rule(cts: Any, outs: Any, x: Tensor) -> Any:
    size = x.shape[-1]
    ones = p.broadcast_to(p.constant(np.eye(size), "float32"), shape=x.shape)
    logarithm = p.reshape(cts[1], shape=(*x.shape[:-2], 1, 1))
    return p.solve(_swap(x), ones) * logarithm


slogdet = op(
    Primitive("slogdet", lambda x: tuple(np.linalg.slogdet(x)), _infer_slogdet, (_slogdet_rule,))
)


def _infer_eigh(x: Spec) -> tuple[Spec, Spec]:
    _matrices("eigh", x, square=True)
    return Spec(x.shape[:-1]), x


def _eigh(x: Array) -> Any:
    return tuple(_each(np.linalg.eigh, (x + np.swapaxes(x, -1, -2)) / 2))


def _eigh_rule(cts: Any, outs: Any, x: Tensor) -> Any:
    (ct_values, ct_vectors), (values, vectors) = cts, outs
    eye = np.eye(x.shape[-1], dtype=np.float32)
    turned = p.matmul(vectors, ct_vectors, transpose_x=True)
    inner = _inverse_gaps(values) * turned + _scaled(p.constant(eye, "float32"), ct_values)
    return _symmetric_part(_product(vectors, inner, _swap(vectors)))


eigh = op(Primitive("eigh", _eigh, _infer_eigh, (_eigh_rule,)))


def _infer_qr(x: Spec, *, complete: bool) -> tuple[Spec, Spec]:
    _matrices("qr", x, square=False)
    *batch, rows, columns = x.shape
    inner = rows if complete else min(rows, columns)
    return Spec((*batch, rows, inner)), Spec((*batch, inner, columns))


def _qr(x: Array, *, complete: bool) -> Any:
    return tuple(np.linalg.qr(x, "complete" if complete else "reduced"))


def _qr_rule(cts: Any, outs: Any, x: Tensor, *, complete: bool) -> Any:
    (ct_q, ct_r), (q, r) = cts, outs
    if r.shape[-1] != r.shape[-2]:
        raise ValueError(
            f"`qr` of shape {x.shape} in this mode has no gradient. Use mode='reduced' and "
            "matrices with at least as many rows as columns."
        )
    inner = p.matmul(r, ct_r, transpose_y=True) - p.matmul(ct_q, q, transpose_x=True)
    symmetric = _lower(inner, 1.0) + _swap(_lower(inner, 0.0))
    return _swap(p.solve(r, _swap(ct_q + p.matmul(q, symmetric))))


qr = op(Primitive("qr", _qr, _infer_qr, (_qr_rule,)))


def _infer_svd(x: Spec, *, full_matrices: bool) -> tuple[Spec, Spec, Spec]:
    _matrices("svd", x, square=False)
    *batch, rows, columns = x.shape
    count = min(rows, columns)
    left, right = (rows, columns) if full_matrices else (count, count)
    return Spec((*batch, rows, left)), Spec((*batch, count)), Spec((*batch, right, columns))


def _svd(x: Array, *, full_matrices: bool) -> Any:
    return tuple(_each(lambda a: tuple(np.linalg.svd(a, full_matrices)), x))


def _svd_rule(cts: Any, outs: Any, x: Tensor, *, full_matrices: bool) -> Any:
    (ct_u, ct_s, ct_vt), (u, s, vt) = cts, outs
    if u.shape[-1] != s.shape[-1] or vt.shape[-2] != s.shape[-1]:
        raise ValueError(
            f"`svd` of shape {x.shape} has no gradient with full_matrices=True. Pass "
            "full_matrices=False."
        )
    gaps = _inverse_gaps(s * s)
    turned_u, turned_v = (
        p.matmul(u, ct_u, transpose_x=True),
        p.matmul(vt, ct_vt, transpose_y=True),
    )
    eye = p.constant(np.eye(s.shape[-1]), "float32")
    core = _scaled(gaps * (turned_u - _swap(turned_u)), s) + _scaled(eye, ct_s)
    core = core + _swap(_scaled(_swap(gaps * (turned_v - _swap(turned_v))), s))
    outside_u = _scaled(ct_u - p.matmul(u, turned_u), 1.0 / s)
    outside_v = _scaled(_swap(ct_vt) - p.matmul(vt, turned_v, transpose_x=True), 1.0 / s)
    return (
        _product(u, core, vt) + p.matmul(outside_u, vt) + p.matmul(u, outside_v, transpose_y=True)
    )


svd = op(Primitive("svd", _svd, _infer_svd, (_svd_rule,)))


def _infer_lu(x: Spec) -> tuple[Spec, Spec]:
    _matrices("lu_factor", x, square=False)
    return x, Spec((*x.shape[:-2], min(x.shape[-2:])), "int32")


def _lu_factor(x: Array) -> tuple[Array, Array]:
    """Gauss elimination with the largest pivot of each column, on all matrices at once."""
    *batch, rows, columns = x.shape
    lu = x.reshape(-1, rows, columns).copy()
    pivots = np.zeros((len(lu), min(rows, columns)), np.int32)
    every = np.arange(len(lu))
    for k in range(pivots.shape[1]):
        chosen = k + np.argmax(np.abs(lu[:, k:, k]), axis=1)
        pivots[:, k] = chosen
        lu[every, k], lu[every, chosen] = lu[every, chosen], lu[every, k]
        pivot = lu[:, k, k, None]
        lu[:, k + 1 :, k] /= np.where(pivot == 0, 1, pivot)
        lu[:, k + 1 :, k + 1 :] -= lu[:, k + 1 :, k, None] * lu[:, k, None, k + 1 :]
    return lu.reshape(x.shape), pivots.reshape(*batch, pivots.shape[1])


lu_factor = op(Primitive("lu_factor", _lu_factor, _infer_lu))
