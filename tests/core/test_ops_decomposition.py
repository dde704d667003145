"""Linear algebra ops: what the factors make up, hard matrices, gradients, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, values

SQUARE = values((2, 3, 3)) + 3 * np.eye(3, dtype=np.float32)
LONG = values((4, 2), seed=1)
EVEN = SQUARE @ np.swapaxes(SQUARE, -1, -2)
SINGULAR = np.float32([[1, 2], [2, 4]])


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "pinv"])
def test_function_is_that_of_numpy_linalg(name: str) -> None:
    check(getattr(ops, name), getattr(np.linalg, name), SQUARE, rtol=1e-4, atol=1e-5)


def test_factors_make_up_the_matrix() -> None:
    for matrix in (SQUARE, LONG, LONG.T):
        q, r = ops.qr(matrix)
        u, s, vt = ops.svd(matrix, full_matrices=False)
        np.testing.assert_allclose(q @ r, matrix, atol=1e-5)
        np.testing.assert_allclose(u * s[..., None, :] @ vt, matrix, atol=1e-5)
    full, _, _ = ops.svd(LONG)
    assert full.shape == (4, 4)
    w, v = ops.eigh(EVEN)
    np.testing.assert_allclose(v * w[..., None, :] @ np.swapaxes(v, -1, -2), EVEN, rtol=1e-4)
    lower = ops.cholesky(EVEN)
    np.testing.assert_allclose(lower @ np.swapaxes(lower, -1, -2), EVEN, rtol=1e-4)
    upper = ops.cholesky(EVEN, upper=True)
    np.testing.assert_array_equal(upper, np.swapaxes(lower, -1, -2))
    for factor, is_upper in ((lower, False), (upper, True)):
        inverse = ops.cholesky_inverse(factor, upper=is_upper)
        np.testing.assert_allclose(inverse @ EVEN, np.eye(3)[None] * np.ones((2, 1, 1)), atol=1e-4)
    np.testing.assert_allclose(ops.logdet(EVEN), np.linalg.slogdet(EVEN)[1], rtol=1e-5)


def test_lu_factor_exchanges_rows_as_it_says() -> None:
    lu, pivots = ops.lu_factor(SQUARE)
    for matrix, packed, exchanged in zip(SQUARE, lu.numpy(), pivots.tolist(), strict=True):
        product = (np.tril(packed, -1) + np.eye(3)) @ np.triu(packed)
        for row, other in reversed(list(enumerate(exchanged))):
            product[[row, other]] = product[[other, row]]
        np.testing.assert_allclose(product, matrix, atol=1e-5)


def test_solve_takes_vectors_and_matrices() -> None:
    vector, matrix = values((2, 3), seed=2), values((2, 3, 2), seed=3)
    check(ops.solve, np.linalg.solve, SQUARE, matrix, rtol=1e-4, atol=1e-5)
    found = ops.solve(SQUARE, vector).numpy()
    np.testing.assert_allclose(np.einsum("bij,bj->bi", SQUARE, found), vector, atol=1e-5)
    for lower in (False, True):
        triangle = (np.tril if lower else np.triu)(SQUARE)
        x = ops.solve_triangular(SQUARE, vector, lower=lower).numpy()
        np.testing.assert_allclose(np.einsum("bij,bj->bi", triangle, x), vector, atol=1e-5)


def test_lstsq_pinv_and_rank_bear_missing_rank() -> None:
    b = values((4,), seed=4)
    np.testing.assert_allclose(ops.lstsq(LONG, b), np.linalg.lstsq(LONG, b)[0], rtol=1e-4)
    flat = np.outer([1.0, 2.0, 3.0], [1.0, -1.0]).astype(np.float32)
    np.testing.assert_allclose(ops.pinv(flat), np.linalg.pinv(flat), atol=1e-6)
    np.testing.assert_allclose(
        ops.lstsq(flat, b[:3]), np.linalg.lstsq(flat, b[:3])[0], rtol=1e-4, atol=1e-6
    )
    assert ops.matrix_rank(flat) == 1
    assert ops.matrix_rank(SQUARE).tolist() == [3, 3]
    assert ops.matrix_rank([[1e-3, 0.0], [0.0, 1.0]], tol=0.1) == 1


def test_no_answer_is_nan_in_its_own_place_of_a_batch() -> None:
    found = ops.inv(np.stack([SINGULAR, np.eye(2, dtype=np.float32)])).numpy()
    assert np.isnan(found[0]).all()
    np.testing.assert_array_equal(found[1], np.eye(2))
    factors = ops.cholesky(np.stack([-np.eye(2), np.eye(2)])).numpy()
    assert np.isnan(factors[0]).all()
    np.testing.assert_array_equal(factors[1], np.eye(2))
    assert ops.det(SINGULAR) == 0
    assert [x.item() for x in ops.slogdet(SINGULAR)] == [0, -np.inf]


def _rank_two(x: Any) -> Any:
    u, s, vt = ops.svd(x, full_matrices=False)
    return u[:, :1] * s[0] @ vt[:1]


def test_gradients_through_factors_are_right() -> None:
    check_gradient(ops.inv, np.linalg.inv, SQUARE[0])
    check_gradient(ops.det, np.linalg.det, SQUARE[0])
    check_gradient(ops.pinv, np.linalg.pinv, LONG)

    def nearest(x: Any) -> Any:
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        return u[:, :1] * s[0] @ vt[:1]

    check_gradient(_rank_two, nearest, LONG)
    check_gradient(lambda x: ops.svd(x, compute_uv=False), lambda x: np.linalg.svd(x)[1], LONG)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.inv([1.0, 2.0]), r"`inv` expected square matrices \(\.\.\., n, n\)"),
        (lambda: ops.det(LONG), r"received shape \(4, 2\)"),
        (lambda: ops.solve(SQUARE, values((2, 4))), "`solve` expected a right side of shape"),
        (lambda: ops.lstsq(LONG, values((3,))), "`lstsq` expected as many rows"),
        (lambda: ops.qr(LONG, mode="r"), "'reduced' or 'complete', received 'r'"),
    ],
)
def test_matrices_that_do_not_fit_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
