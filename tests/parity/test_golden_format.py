"""The golden format keeps float32 values, and the comparison finds what differs."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parity import golden


def found(ours, expected, rtol=1e-5):
    return list(golden.differences(golden.plain(ours), golden.plain(expected), rtol))


@given(st.floats(width=32, allow_nan=False))
def test_a_float32_survives_text(number):
    text = json.dumps(golden.plain(np.float32(number)), allow_nan=False)
    assert np.float32(float(json.loads(text))) == np.float32(number)


def test_equal_results_have_no_differences():
    results = {"a": np.ones((2, 3)), "b": [1, {"c": None}], "d": "text", "e": float("nan")}
    assert not found(results, results)


@pytest.mark.parametrize(
    ("ours", "expected", "message"),
    [
        ([1.0, 2.0], [1.0, 2.001], "differs by 0.0005 relative"),
        ([0.0, 1e-9], [0.0, 0.0], "differs by 1e-09 where all are zero"),
        ([1.0, 2.0], [[1.0, 2.0]], r"expected shape \(1, 2\), got \(2,\)"),
        ([1.0, float("nan")], [1.0, 2.0], "nan or inf in other places"),
        ([1.0, float("inf")], [1.0, float("-inf")], "nan or inf in other places"),
        ({"a": 1}, {"b": 1}, r"expected the names \['b'\], got \['a'\]"),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, "^/a/b: expected 'y', got 'x'"),
        (True, 1, "expected 1, got True"),
        (None, 0.0, "expected 0.0, got None"),
    ],
)
def test_a_difference_is_named(ours, expected, message):
    (line,) = found(ours, expected)
    assert re.search(message, line)


def test_a_small_element_beside_a_large_one_may_carry_its_rounding_error():
    assert not found([1000.0, 1e-4], [1000.0, 2e-4], rtol=1e-5)


def test_inputs_depend_on_their_name_alone():
    np.testing.assert_array_equal(golden.values("a", (3,)), golden.values("a", (3,)))
    assert not np.array_equal(golden.values("a", (3,)), golden.values("b", (3,)))
    assert golden.values("a", (3,)).dtype == np.float32


def test_a_family_without_goldens_says_how_to_make_them():
    with pytest.raises(FileNotFoundError, match=r"python -m tests.parity.make_goldens"):
        golden.load("nothing")
