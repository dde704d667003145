"""Scatter, slice updates and segments against loops in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pykeras_core import ops
from pykeras_core.engine import Spec, trace
from tests.core.op_checks import check, check_gradient, gradient, values
from tests.core.traced import run_traced

X = values((4, 3))
ROWS = np.int32([[2], [0], [2]])


@given(hnp.arrays(np.int32, (6, 2), elements=st.integers(-3, 2)), st.data())
def test_scatter_update_is_a_loop_of_assignments(places: Any, data: Any) -> None:
    reduction = data.draw(st.sampled_from([None, "add", "max", "min", "mul"]))
    inputs, updates = values((3, 4)), values((6,), seed=1)
    wanted = inputs.astype(np.float64)
    join = {
        None: lambda _, new: new,
        "add": lambda old, new: old + new,
        "max": max,
        "min": min,
        "mul": lambda old, new: old * new,
    }[reduction]
    for (row, column), new in zip(places, updates, strict=True):
        wanted[row, column] = join(wanted[row, column], new)
    found = ops.scatter_update(inputs, places, updates, reduction)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_scatter_adds_up_rows() -> None:
    def loop(updates: Any) -> Any:
        total = np.zeros((4, 3), updates.dtype)
        np.add.at(total, ROWS[:, 0], updates)
        return total

    updates = values((3, 3), seed=2)
    check(lambda u: ops.scatter(ROWS, u, (4, 3)), loop, updates)
    check_gradient(lambda u: ops.scatter(ROWS, u, (4, 3)) ** 2, lambda u: loop(u) ** 2, updates)
    assert ops.scatter([[[0, 1]], [[1, 0]]], [[5], [6]], (2, 2)).tolist() == [[0, 5], [6, 0]]


def test_gradients_of_an_update_go_where_values_come_from() -> None:
    inputs, updates = gradient(
        lambda x, u: ops.scatter_update(x, ROWS, u), X, values((3, 3), seed=3)
    )
    assert inputs.tolist() == [[0] * 3, [1] * 3, [0] * 3, [1] * 3]
    assert updates.tolist() == [[0] * 3, [1] * 3, [1] * 3]  # the last of two for a row counts


def test_slice_update_replaces_a_block() -> None:
    block = np.ones((2, 2), np.float32)

    def loop(x: Any, block: Any) -> Any:
        result = x.copy()
        result[1:3, 1:3] = block
        return result

    check(lambda x, b: ops.slice_update(x, (1, 1), b), loop, X, block)
    check_gradient(
        lambda x, b: ops.slice_update(x, (1, 1), b) ** 2, lambda x, b: loop(x, b) ** 2, X, block
    )
    traced = run_traced(lambda x, i: ops.slice_update(x, (i, 0), block), X, np.int32(9))
    assert traced[2:, :2].tolist() == [[1, 1], [1, 1]]  # moved inside
    assert ops.slice_update(np.zeros(3, np.int32), (1,), [7.9]).tolist() == [0, 7, 0]


@pytest.mark.parametrize(
    ("name", "reduce", "empty"),
    [("max", np.max, -np.inf), ("min", np.min, np.inf), ("prod", np.prod, 1)],
)
def test_segment_reduction_is_a_loop(name: str, reduce: Any, empty: float) -> None:
    ids = np.int32([3, 0, 3, 9, -1, 0, 0])
    data = values((7, 2), seed=4)
    op = getattr(ops, f"segment_{name}")

    def loop(data: Any) -> Any:
        result = np.full((5, 2), empty, data.dtype)
        for i in (0, 3):
            result[i] = reduce(data[ids == i], axis=0)
        return result

    check(lambda x: op(x, ids, 5), loop, data)
    check_gradient(
        lambda x: ops.take(op(x, ids, 5), [0, 3], axis=0), lambda x: loop(x)[[0, 3]], data
    )
    assert op(data[:3], ids[:3]).shape == (4, 2)
    assert op(np.int32([4, 5]), [0, 0]).dtype == "int32"
    assert op(np.zeros((0, 2), np.float32), np.zeros(0, np.int32), 1).tolist() == [[empty] * 2]


def test_select_takes_the_first_that_holds() -> None:
    check(
        lambda x: ops.select([x > 1, x > 0], [x * 10, x], default=-1),
        lambda x: np.select([x > 1, x > 0], [x * 10, x], default=-1),
        X,
    )
    with pytest.raises(ValueError, match="1 conditions and 2 choices"):
        ops.select([True], [1, 2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.scatter(ROWS, X, (4, 3)), r"expected values of shape \(3, 3\)"),
        (lambda: ops.scatter([0], X, ()), "expected indices of shape"),
        (lambda: ops.scatter_update(X, ROWS, X[:3], "mean"), "received 'mean'"),
        (lambda: ops.slice_update(X, (0,), X), "one start index for each axis"),
        (lambda: ops.slice_update(X, (0, 0), values((5, 3))), "a block that fits"),
        (lambda: ops.segment_max(X, [0, 1]), "one segment id for each row"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_number_of_segments_must_be_known_in_a_trace() -> None:
    with pytest.raises(TypeError, match="`segment_prod` needs the values of its arguments"):
        trace(lambda ids: ops.segment_prod(X, ids), Spec((4,), "int32"))
