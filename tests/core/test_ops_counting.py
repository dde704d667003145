"""Counting, searching, sets and differences against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pykeras_core import ops
from pykeras_core.engine import Spec, trace
from tests.core.op_checks import check, check_gradient, values
from tests.core.traced import run_traced

X = values((3, 4))
LABELS = np.int32([3, 1, 1, 7, 0, 3, 3])

small_ints = hnp.arrays(np.int32, st.integers(1, 12), elements=st.integers(-5, 5))


@given(small_ints, small_ints, st.sampled_from(["left", "right"]))
def test_searchsorted_is_numpy_s(sequence: Any, wanted: Any, side: Any) -> None:
    rising = np.sort(sequence)
    found = ops.searchsorted(rising, wanted, side=side)
    assert found.tolist() == np.searchsorted(rising, wanted, side=side).tolist()
    assert ops.digitize(wanted, rising).tolist() == np.digitize(wanted, rising).tolist()


def test_searchsorted_is_traced_and_bears_nothing_to_search() -> None:
    check(ops.searchsorted, np.searchsorted, np.sort(X[0]), X)
    assert ops.searchsorted(np.zeros(0, np.float32), [1.0]).tolist() == [0]


@given(small_ints)
def test_unique_is_numpy_s(x: Any) -> None:
    wanted = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    found = ops.unique(x, return_index=True, return_inverse=True, return_counts=True)
    assert [f.tolist() for f in found] == [w.tolist() for w in wanted]


def test_unique_of_rows_and_of_a_wanted_size() -> None:
    rows = np.int32([[1, 2], [0, 1], [1, 2]])
    assert ops.unique(rows, axis=0).tolist() == [[0, 1], [1, 2]]
    assert ops.unique(LABELS, size=6, fill_value=-1).tolist() == [0, 1, 3, 7, -1, -1]
    assert ops.unique(LABELS, size=2).tolist() == [0, 1]


def test_bincount_counts_and_adds_weights() -> None:
    assert ops.bincount(LABELS).tolist() == np.bincount(LABELS).tolist()
    assert ops.bincount(LABELS, minlength=10).shape == (10,)
    scale = values((7,))
    np.testing.assert_allclose(ops.bincount(LABELS, scale), np.bincount(LABELS, scale), rtol=1e-6)
    assert ops.bincount([[0, 1, 1], [2, 2, 2]]).tolist() == [[1, 2, 0], [0, 0, 3]]
    assert ops.bincount(np.zeros(0, np.int32)).tolist() == []
    traced = run_traced(lambda x: ops.bincount(x, minlength=4), LABELS)
    assert traced.tolist() == [1, 2, 0, 3]


def test_what_depends_on_values_says_so_in_a_trace() -> None:
    for call in (ops.nonzero, ops.unique, ops.bincount):
        with pytest.raises(TypeError, match=rf"`{call.__name__}` needs the values of its arg"):
            trace(call, Spec((3,), "int32"))
    assert [i.tolist() for i in ops.nonzero([[0, 5], [6, 0]])] == [[0, 1], [1, 0]]


@pytest.mark.parametrize("range_", [None, (-1.0, 1.0)])
@pytest.mark.parametrize("x", [X, np.float32([2, 2, 2]), np.int32([0, 1, 2, 3, 10])])
def test_histogram_is_numpy_s(x: Any, range_: Any) -> None:
    counts, edges = ops.histogram(x, 5, range_)
    wanted, wanted_edges = np.histogram(x, 5, range_)
    assert counts.tolist() == wanted.tolist()
    np.testing.assert_allclose(edges, wanted_edges, rtol=1e-6, atol=1e-6)


def test_sets_and_places() -> None:
    check(ops.isin, np.isin, LABELS, np.int32([1, 7]))
    assert (
        ops.isin(LABELS, [1, 7], invert=True).tolist()
        == np.isin(LABELS, [1, 7], invert=True).tolist()
    )
    assert not ops.isin([1], np.zeros(0)).numpy().any()
    found = ops.unravel_index([22, 41, -1], (7, 6))
    assert [f.tolist() for f in found] == [[3, 6, 6], [4, 5, 5]]
    part = X[0][ops.argpartition(X[0], 2).numpy()]
    assert part[2] == np.sort(X[0])[2]


def test_differences_areas_and_correlations() -> None:
    for n in (0, 1, 2):
        check(lambda x, n=n: ops.diff(x, n, 0), lambda x, n=n: np.diff(x, n, 0), X)
    check(lambda y: ops.trapezoid(y, dx=0.5, axis=0), lambda y: np.trapezoid(y, dx=0.5, axis=0), X)
    check(ops.trapezoid, np.trapezoid, X, np.sort(X[0]))
    check(ops.corrcoef, np.corrcoef, X, rtol=1e-5)
    assert ops.corrcoef(X[0]) == 1
    for mode in ("valid", "same", "full"):
        for a, b in ((X[0], X[1, :3]), (X[1, :2], X[0]), (X[0], X[2])):
            check(
                lambda a, b, m=mode: ops.correlate(a, b, m),
                lambda a, b, m=mode: np.correlate(a, b, m),
                a,
                b,
                rtol=1e-5,
            )


def test_cdist_is_distance_of_all_pairs() -> None:
    def pairs(x: Any, y: Any) -> Any:
        return np.linalg.norm(x[:, None] - y[None], axis=-1)

    check(ops.cdist, pairs, X, X + 1, rtol=1e-5)
    check_gradient(ops.cdist, pairs, X, X + 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.bincount([1], sparse=True), "no sparse Tensors"),
        (lambda: ops.bincount([1, 2], [1.0]), "weights of the same"),
        (lambda: ops.searchsorted(X, 1.0), "expected a vector"),
        (lambda: ops.histogram(X, 0), "`bins` as a positive int"),
        (lambda: ops.correlate(X[0], X[1], "best"), "received 'best'"),
        (lambda: ops.cdist(X, X[:, :2]), "rows of one length"),
        (lambda: ops.diff(X, -1), "`n` as an int of 0 or more"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
