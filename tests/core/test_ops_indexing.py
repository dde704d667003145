"""Indexing against NumPy: every mixture of ints, slices, None, Ellipsis, arrays and masks."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import basic_indices

from pykeras_core import ops
from pykeras_core.engine import Spec, convert_to_tensor, trace
from tests.core.op_checks import check, gradient, values
from tests.core.traced import run_traced

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)

KEYS: dict[str, Any] = {
    "int": 1,
    "negative int": -1,
    "ints": (1, -2, 0),
    "numpy int": np.int64(1),
    "slice": np.s_[:, 1:],
    "steps": np.s_[::-1, ::2, -1:0:-2],
    "empty slice": np.s_[:, 3:1],
    "None": np.s_[:, None, 1],
    "Ellipsis": np.s_[..., 0],
    "Ellipsis between": np.s_[0, ..., None, 1:3],
    "Ellipsis of nothing": np.s_[0, 1, 2, ...],
    "nothing": (),
    "list": [1, 0, 1],
    "empty list": [],
    "array": np.array([[0, 1], [1, -1]]),
    "bytes": np.array([1, 0], np.uint8),
    "array and slice": np.s_[:, [0, 2], 1:],
    "two arrays": np.s_[[0, 1], [2, 0]],
    "broadcast arrays": (np.array([[0], [1]]), slice(None), np.array([0, 2, 3])),
    "arrays apart": np.s_[[0, 1], :, [1, 2]],
    "arrays together at the end": np.s_[:, [0, 1], [1, 2]],
    "int beside an array": np.s_[0, [1, 2]],
    "int apart from an array": np.s_[0, :, [1, 2]],
    "array apart from an int": np.s_[[0, 1], :, 2],
    "None between arrays": np.s_[[0, 1], None, [1, 2]],
    "array and None": np.s_[[0, 1], None],
    "scalar array": np.array(1),
    "mask": X[:, :, 0] > 5,
    "mask of one axis": np.s_[:, [True, False, True]],
    "full mask": X % 5 == 0,
    "mask of nothing": np.zeros(2, bool),
    "range": range(2),
}


@pytest.mark.parametrize("name", KEYS)
def test_indexing_is_numpy_s(name: str) -> None:
    key = KEYS[name]
    reference = list(key) if isinstance(key, range) else key
    check(lambda t: t[key], lambda a: a[reference], X)


@pytest.mark.parametrize("name", [name for name in KEYS if name not in ("range", "empty list")])
def test_gradient_of_indexing_counts_the_reads(name: str) -> None:
    counts = np.zeros_like(X)
    np.add.at(counts, KEYS[name], 1)
    (found,) = gradient(lambda t: ops.sum(t[KEYS[name]]), X)
    np.testing.assert_array_equal(found, counts)


@given(basic_indices((2, 3, 4), allow_newaxis=True))
def test_any_basic_index_is_numpy_s(key: Any) -> None:
    got = convert_to_tensor(X)[key]
    assert got.shape == X[key].shape
    np.testing.assert_array_equal(got, X[key])


part = st.one_of(
    st.integers(-2, 1),
    st.just(np.s_[:]),
    st.just(np.s_[::-1]),
    st.none(),
    st.lists(st.integers(-2, 1), min_size=2, max_size=2),
    st.just([True, False]),
)


@given(st.lists(part, max_size=4), st.booleans())
def test_any_mixture_of_indices_is_numpy_s(keys: list[Any], ellipsis: bool) -> None:
    x = np.arange(16, dtype=np.float32).reshape(2, 2, 2, 2)
    key = (*keys, ...) if ellipsis else tuple(keys)
    got = convert_to_tensor(x)[key]
    assert got.shape == x[key].shape
    np.testing.assert_array_equal(got, x[key])


def test_symbolic_indices_count_from_the_end_and_stay_inside() -> None:
    x = np.arange(5, dtype=np.float32)
    places = np.array([0, -1, 4, 99, -99], np.int32)
    assert run_traced(lambda t, i: t[i], x, places).tolist() == [0, 4, 4, 4, 0]
    assert run_traced(lambda t, i: ops.take(t, i), x, places).tolist() == [0, 4, 4, 4, 0]


def test_symbolic_indices_out_of_range_stay_in_their_row() -> None:
    rows, columns = np.array([0, 1], np.int32), np.array([99, -99], np.int32)
    assert run_traced(lambda t, i, j: t[i, j, 0], X, rows, columns).tolist() == [8, 12]


def test_a_symbolic_number_reads_one_row() -> None:
    assert run_traced(lambda t, i: t[i], X, np.int32(1)).tolist() == X[1].tolist()


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (2, r"index 2 is out of range for an axis of length 2"),
        (-3, r"index -3 is out of range"),
        ((0, 5), r"index 5 is out of range for an axis of length 3"),
        ([0, 2], r"`get_item` expected integers from -2 to 1, received 2"),
        (np.s_[:, [-4]], r"`get_item` expected integers from -3 to 2, received -4"),
        ((0, 0, 0, 0), r"4 indices for a Tensor of shape \(2, 3, 4\)"),
        (np.s_[..., 0, ...], r"at most one Ellipsis"),
        (1.0, r"expected ints, slices, .* received 1\.0"),
        ("a", r"received 'a'"),
        ([0.5], r"received an array of dtype float32"),
        (True, r"received the single bool True"),
        (np.True_, r"received the single bool True"),
        ([True, False, True], r"boolean mask as long as the axis it masks, 2, received length 3"),
        (np.ones((2, 4), bool), r"boolean mask as long as the axis it masks, 3"),
        ({}, r"received \{\}"),
    ],
    ids=str,
)
def test_a_bad_index_is_refused_with_what_was_expected(key: Any, message: str) -> None:
    with pytest.raises(IndexError, match=message):
        convert_to_tensor(X)[key]


@pytest.mark.parametrize("key", [np.s_[0.5:], np.s_[:"a"], np.s_[::1.0]])
def test_slices_need_ints(key: Any) -> None:
    with pytest.raises(TypeError, match="`get_item` expected a bound to be an int"):
        convert_to_tensor(X)[key]


def test_a_mask_cannot_be_symbolic() -> None:
    with pytest.raises(TypeError, match="symbolic"):
        trace(lambda t: t[t > 0], Spec((3,)))


# --- take_along_axis, one_hot, segments -------------------------------------------------------


@given(st.integers(0, 2), st.data())
def test_take_along_axis_is_numpy_s(axis: int, data: st.DataObject) -> None:
    shape = list(X.shape)
    shape[axis] = data.draw(st.integers(0, 3))
    ones = data.draw(st.lists(st.booleans(), min_size=3, max_size=3))
    shape = [
        1 if one and a != axis else n for a, (one, n) in enumerate(zip(ones, shape, strict=True))
    ]
    n = X.shape[axis]
    generator = np.random.default_rng(data.draw(st.integers(0, 99)))
    places = generator.integers(-n, n, shape)
    check(
        lambda t: ops.take_along_axis(t, places, axis),
        lambda a: np.take_along_axis(a, places, axis),
        X,
    )


@given(st.integers(-3, 2), st.data())
def test_take_is_numpy_s_where_numpy_reads(axis: int, data: st.DataObject) -> None:
    n = X.shape[axis]
    shape = data.draw(st.lists(st.integers(0, 3), max_size=2))
    places = np.random.default_rng(data.draw(st.integers(0, 99))).integers(-n, n, shape)
    check(lambda t: ops.take(t, places, axis), lambda a: np.take(a, places, axis), X)


def test_take_along_no_axis_takes_from_the_flat_input() -> None:
    assert ops.take_along_axis(X, [[5], [-1]]).tolist() == [5, 23]


def test_one_hot_of_labels_out_of_range_is_zero() -> None:
    assert ops.one_hot([0, 2, -1, 3], 3).tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert ops.one_hot([[0, 1]], 2, axis=0).shape == (2, 1, 2)
    assert ops.one_hot([0, 1], 2, dtype="int32").dtype == "int32"
    assert ops.one_hot([1.0], 2).tolist() == [[0, 1]]


def test_segment_sum_adds_rows_of_one_id_and_drops_strangers() -> None:
    data = np.float32([[1, 2], [3, 4], [5, 6], [100, 100], [100, 100]])
    ids = np.int32([0, 2, 0, -1, 3])
    assert ops.segment_sum(data, ids, 3).tolist() == [[6, 8], [0, 0], [3, 4]]
    traced = run_traced(lambda d, i: ops.segment_sum(d, i, 3), data, ids)
    assert traced.tolist() == [[6, 8], [0, 0], [3, 4]]
    assert ops.segment_sum(data[:3], ids[:3]).shape == (3, 2)
    (found,) = gradient(lambda d: ops.segment_sum(d, ids, 3)[0], data)
    assert found[:, 0].tolist() == [1, 0, 1, 0, 0]


def test_slices_of_a_large_table_have_sparse_gradients() -> None:
    table = values((100, 3))
    (found,) = gradient(lambda t: ops.sum(ops.take(t, [3, 3, 7], axis=0)), table)
    assert np.flatnonzero(found[:, 0]).tolist() == [3, 7]
    assert found[3, 0] == 2
