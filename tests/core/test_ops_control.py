"""Loops and branches, at once and traced; gradients through them and of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import GradientTape, Spec, trace
from tests.core.op_checks import check, check_gradient, gradient, values
from tests.core.traced import run_traced

X = values((3, 4))


def _choose(x: Any) -> Any:
    return ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x - 1)


def test_cond_takes_a_branch_and_in_a_trace_chooses() -> None:
    for x in (np.abs(X), -np.abs(X)):
        check(_choose, lambda x: x * 2 if x.sum() > 0 else x - 1, x)
    check_gradient(_choose, lambda x: x * 2, np.abs(X))
    assert ops.cond(True, lambda: {"a": 1}, lambda: {"a": 2}) == {"a": 1}
    with pytest.raises(ValueError, match="`cond` expected branches with results of one form"):
        trace(lambda x: ops.cond(x > 0, lambda: (x, x), lambda: x), Spec(()))
    with pytest.raises(ValueError, match=r"single truth value, received shape \(3,\)"):
        trace(lambda x: ops.cond(x > 0, lambda: x, lambda: x), Spec((3,)))


def test_switch_takes_the_nearest_branch() -> None:
    branches = [lambda x: x, lambda x: x * 10, lambda x: x * 100]
    for index, wanted in ((-1, 1), (0, 1), (1, 10), (2, 100), (9, 100)):
        assert ops.switch(index, branches, 1) == wanted
        traced = run_traced(lambda i, x: ops.switch(i, branches, x), np.int32(index), np.float32(1))
        assert traced == wanted
    with pytest.raises(ValueError, match="at least one branch"):
        ops.switch(0, [])


def test_while_loop_runs_while_its_condition_holds() -> None:
    def collatz(n: Any) -> Any:
        return ops.while_loop(
            lambda n, _: n > 1,
            lambda n, steps: (ops.where(n % 2 == 0, n // 2, n * 3 + 1), steps + 1),
            (n, 0),
            maximum_iterations=20,
        )[1]

    assert collatz(ops.array(6)) == 8
    assert run_traced(collatz, np.int32(6)) == 8
    assert ops.while_loop(lambda x: x < 100, lambda x: x * 3, ops.array(1)) == 243
    with pytest.raises(TypeError, match="Pass `maximum_iterations`"):
        trace(lambda x: ops.while_loop(lambda x: x > 0, lambda x: x - 1, x), Spec(()))


def test_fori_loop_scan_and_map_go_along_the_first_axis() -> None:
    check(
        lambda x: ops.fori_loop(0, 3, lambda i, total: total + x[i], x[0]),
        lambda x: x.sum(0) + x[0],
        X,
    )

    def running(x: Any, reverse: bool) -> Any:
        return ops.scan(lambda c, row: (c + row, c * 2), ops.zeros(4), x, reverse=reverse)

    check(lambda x: running(x, False)[0], lambda x: x.sum(0), X)
    check(
        lambda x: running(x, True)[1],
        lambda x: 2 * (np.cumsum(x[::-1], 0)[::-1] - x),
        X,
        atol=1e-5,
    )
    both = {"a": X, "b": X[:, 0]}
    found = ops.map(lambda row: {"sum": ops.sum(row["a"]) + row["b"]}, both)
    np.testing.assert_allclose(found["sum"], X.sum(1) + X[:, 0], rtol=1e-5)
    check(lambda x: ops.vectorized_map(ops.max, x), lambda x: x.max(1), X)
    check_gradient(lambda x: ops.map(lambda row: row * row[0], x), lambda x: x * x[:, :1], X)


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`map` expected arrays with first axes of one length"):
        ops.map(lambda x: x, (X, X[0]))
    with pytest.raises(ValueError, match="`map` expected"):
        ops.map(lambda x: x, np.zeros((0, 2)))


def test_associative_scan_gives_running_results() -> None:
    check(lambda x: ops.associative_scan(ops.add, x), lambda x: np.cumsum(x, 0), X, rtol=1e-5)
    check(
        lambda x: ops.associative_scan(ops.maximum, x, reverse=True, axis=1),
        lambda x: np.maximum.accumulate(x[:, ::-1], 1)[:, ::-1],
        X,
    )
    # First-order recurrences h = a h + b combine as pairs.
    a, b = ops.associative_scan(
        lambda s, t: (s[0] * t[0], s[1] * t[0] + t[1]), (ops.array(X[0]), ops.array(X[1]))
    )
    h = 0.0
    for i in range(4):
        h = float(X[0, i]) * h + float(X[1, i])
        assert b[i].item() == pytest.approx(h, rel=1e-5)
    np.testing.assert_allclose(a, np.cumprod(X[0]), rtol=1e-5)


def test_vectorize_applies_to_each_element() -> None:
    @ops.vectorize
    def clipped(x: Any, limit: Any) -> Any:
        return ops.where(x > limit, limit, x)

    check(clipped, np.minimum, X, X[0])


def test_vectorize_applies_to_the_vectors_and_matrices_that_a_signature_names() -> None:
    total = ops.vectorize(lambda row: ops.sum(row), signature="(n)->()")
    check(total, lambda x: x.sum(-1), X)
    product = ops.vectorize(lambda a, b: ops.matmul(a, b), signature="(m, n),(n)->(m)")
    check(product, lambda a, b: a @ b, np.stack([X, 2 * X]), X[0])
    low, high = ops.vectorize(lambda x: (ops.min(x), ops.max(x)), signature="(n)->(),()")(X)
    np.testing.assert_array_equal(low, X.min(-1))
    np.testing.assert_array_equal(high, X.max(-1))
    scaled = ops.vectorize(lambda x, by: x * by, excluded=[1], signature="(n)->(n)")
    np.testing.assert_allclose(scaled(X, ops.array(3.0)), X * 3)


@pytest.mark.parametrize(
    ("signature", "function", "arguments", "words"),
    [
        ("(n)", ops.sum, (X,), "expected a signature such as"),
        ("(n)->()", ops.sum, (X, X), "names 1 arguments, received 2"),
        ("(n),(n)->()", lambda a, b: ops.sum(a * b), (X, X[:, :2]), r"known sizes: \{'n': 4\}"),
        ("(m,n)->()", ops.sum, (X[0],), r"ends in axes \('m', 'n'\)"),
        ("(n)->()", ops.flip, (X,), r"should return axes \(\).*returned shape \(4,\)"),
        ("(n)->(),()", ops.sum, (X,), "names 2 results, it returned 1"),
    ],
)
def test_vectorize_says_what_does_not_fit_its_signature(
    signature: str, function: Any, arguments: Any, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ops.vectorize(function, signature=signature)(*arguments)


def test_a_gradient_of_one_s_own_takes_the_place_of_the_real_one() -> None:
    @ops.custom_gradient
    def clipped(x: Any, y: Any) -> Any:
        return ops.exp(x) * y, lambda upstream: (upstream * 7, ops.zeros_like(y))

    check(clipped, lambda x, y: np.exp(x) * y, X, X)
    for_x, for_y = gradient(clipped, X, X)
    assert (for_x == 7).all()
    assert (for_y == 0).all()

    def step(x: Any) -> Any:
        with GradientTape() as tape:
            tape.watch(x)
            y = clipped(x, x * 2) * 3
        return tape.gradient(y, x)

    traced = run_traced(step, X)
    np.testing.assert_array_equal(traced, np.full_like(X, 21))
    program = trace(step, Spec((2,)))
    assert program.to_dict()["equations"]
    with pytest.raises(TypeError, match="expected its function to return a pair"):
        ops.custom_gradient(lambda x: x)(1.0)
    with pytest.raises(ValueError, match=r"expected to return 2 gradients.*returned 1"):
        gradient(ops.custom_gradient(lambda x, y: (x, lambda g: g)), X, X)


def test_jvp_is_the_derivative_along_a_direction() -> None:
    direction = values((3, 4), seed=5)

    def function(x: Any) -> Any:
        return ops.sum(ops.sin(x) * x, axis=1)

    value, derivative = ops.jvp(function, (X,), (direction,))
    np.testing.assert_allclose(value, (np.sin(X) * X).sum(1), rtol=1e-5)
    exact = ((np.cos(X) * X + np.sin(X)) * direction).sum(1)
    np.testing.assert_allclose(derivative, exact, rtol=1e-5)
    *_, more = ops.jvp(lambda x: (x, "more"), (X,), (X,), has_aux=True)
    assert more == "more"
    with pytest.raises(ValueError, match="`jvp` expected tangents"):
        ops.jvp(function, (X,), (X[0],))
