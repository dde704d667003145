"""Elementwise ops and reductions against NumPy; types, special values, gradients."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops
from pykeras_core.engine import convert_to_tensor
from tests.core.op_checks import check, check_gradient, gradient, values

X = values((3, 4))
POSITIVE = values((3, 4), 0.1, 3.0)
UNIT = values((3, 4), -0.95, 0.95)
FAR = np.array([-1e30, -100.0, -1e-4, 1e-6, 0.3, 1.0, 100.0, 1e30], np.float32)

NAMESAKES: dict[str, Any] = {
    **dict.fromkeys(
        [
            *("exp", "expm1", "exp2", "sin", "cos", "tan", "tanh", "sinh", "cosh"),
            *("arctan", "arcsinh", "floor", "ceil", "isnan", "isfinite", "isinf"),
            *("negative", "abs", "absolute", "sign", "square", "round", "logical_not"),
        ],
        X,
    ),
    **dict.fromkeys(["log", "log1p", "log2", "log10", "sqrt", "reciprocal"], POSITIVE),
    **dict.fromkeys(["arcsin", "arccos", "arctanh"], UNIT),
    "arccosh": 1 + POSITIVE,
}
SMOOTH = [
    *("exp", "expm1", "exp2", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "arcsinh"),
    *("square", "log", "log1p", "log2", "log10", "sqrt", "reciprocal", "arcsin", "arccos"),
    *("arctanh", "arccosh"),
]


@pytest.mark.parametrize("name", NAMESAKES)
def test_function_is_numpy_s_namesake(name: str) -> None:
    check(getattr(ops, name), getattr(np, name), NAMESAKES[name])


@pytest.mark.parametrize("name", SMOOTH)
def test_gradient_of_function_is_right(name: str) -> None:
    check_gradient(getattr(ops, name), getattr(np, name), NAMESAKES[name])


@pytest.mark.parametrize(
    "name",
    [
        *("add", "subtract", "multiply", "divide", "true_divide", "floor_divide", "mod"),
        *("remainder", "maximum", "minimum", "arctan2", "logaddexp"),
        *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
        *("logical_and", "logical_or", "logical_xor"),
    ],
)
def test_function_of_two_is_numpy_s_namesake(name: str) -> None:
    check(getattr(ops, name), getattr(np, name), X, values((4,), seed=1))


def test_special_functions_agree_with_their_definitions() -> None:
    check(ops.erf, np.vectorize(math.erf), X)
    check(lambda x: ops.erfinv(ops.erf(x)), lambda x: x, X, rtol=1e-4, atol=1e-5)
    check(ops.rsqrt, lambda x: 1 / np.sqrt(x), POSITIVE)
    check(ops.power, np.power, POSITIVE, X)
    assert ops.erfinv([1.0, -1.0, 0.0]).tolist() == [np.inf, -np.inf, 0]
    assert np.isnan(ops.erfinv([1.5, np.nan]).numpy()).all()


def test_arc_functions_keep_their_precision_everywhere() -> None:
    check(ops.arcsinh, np.arcsinh, FAR, rtol=1e-6, atol=0)
    check(ops.arccosh, np.arccosh, np.float32([1, 1.0001, 2, 1e30]), rtol=1e-6, atol=0)
    check(ops.arcsin, np.arcsin, np.float32([1, 0.999999, -1e-6]), rtol=1e-6, atol=0)
    check_gradient(ops.arcsinh, np.arcsinh, np.float32([0, 0.5, -0.999, 1.001, -30]))


def test_logaddexp_bears_infinities_and_splits_its_gradient_at_ties() -> None:
    inf = float("inf")
    x, y = np.float32([-inf, inf, 0, 1000]), np.float32([-inf, 0, -inf, 1000])
    check(ops.logaddexp, np.logaddexp, x, y)
    assert [g.tolist() for g in gradient(ops.logaddexp, [1.0], [1.0])] == [[0.5], [0.5]]


def test_a_square_is_a_product_with_the_exponent_s_own_gradient_elsewhere() -> None:
    assert ops.power(-3, 2) == 9
    assert (convert_to_tensor([-2.0]) ** 2).tolist() == [4]
    assert (convert_to_tensor([3]) ** 2.0).dtype == "float32"
    (base, exponent) = gradient(ops.power, 3.0, 2.0)
    assert base == 6
    assert exponent == pytest.approx(9 * math.log(3))


def test_isclose_and_nan_to_num_treat_special_values_like_numpy() -> None:
    a = np.float32([1, 1, np.nan, np.inf, np.inf, 1])
    b = np.float32([1.000001, 2, np.nan, np.inf, 1, np.inf])
    for equal_nan in (False, True):
        wanted = np.isclose(a, b, equal_nan=equal_nan)
        assert ops.isclose(a, b, equal_nan=equal_nan).tolist() == wanted.tolist()
    check(ops.nan_to_num, np.nan_to_num, a)
    assert ops.nan_to_num(a, nan=7, posinf=8, neginf=9).tolist()[2:4] == [7, 8]


def test_divide_no_nan_is_zero_where_the_divisor_is() -> None:
    assert ops.divide_no_nan([1.0, 2.0], [0.0, 4.0]).tolist() == [0, 0.5]
    assert [g.tolist() for g in gradient(ops.divide_no_nan, [1.0], [0.0])] == [[0], [0]]


def test_clip_leaves_an_end_open_for_none() -> None:
    x = [-5.0, 0.5, 5.0]
    assert ops.clip(x, -1, 1).tolist() == [-1, 0.5, 1]
    assert ops.clip(x, None, 1).tolist() == [-5, 0.5, 1]
    assert ops.clip(x, -1, None).tolist() == [-1, 0.5, 5]


def test_round_keeps_decimals_and_halves_go_to_even() -> None:
    assert ops.round([0.5, 1.5, 2.5, -0.5]).tolist() == [0, 2, 2, 0]
    np.testing.assert_allclose(ops.round([1.2345], 2).numpy(), [1.23], rtol=1e-6)
    assert ops.round(convert_to_tensor([5])).dtype == "int32"


@pytest.mark.parametrize(
    ("left", "right", "dtype"),
    [
        ("bool", "uint8", "uint8"),
        ("uint8", "int32", "int32"),
        ("uint8", "uint32", "uint32"),
        ("uint32", "int32", "int32"),
        ("int32", "float32", "float32"),
        ("bool", "float32", "float32"),
        ("bool", 2, "int32"),
        ("uint8", 2, "uint8"),
        ("int32", 2.5, "float32"),
        ("float32", 2, "float32"),
    ],
)
def test_operands_meet_in_one_dtype(left: str, right: Any, dtype: str) -> None:
    a = ops.ones((2,), left)
    b = ops.ones((2,), right) if isinstance(right, str) else right
    assert ops.add(a, b).dtype == ops.add(b, a).dtype == dtype
    if isinstance(right, str):
        assert ops.result_type(left, right) == dtype


def test_an_integer_that_does_not_fit_is_refused_rather_than_wrapped() -> None:
    with pytest.raises(ValueError, match="do not fit into uint8"):
        ops.add(ops.ones((2,), "uint8"), 300)


def test_integers_become_floats_where_the_function_needs_them() -> None:
    assert ops.exp([0, 1]).dtype == "float32"
    assert ops.mean([1, 2]).numpy() == 1.5
    assert ops.divide([1, 2], [2, 2]).tolist() == [0.5, 1]


# --- Reductions -------------------------------------------------------------------------------

REDUCTIONS = ["sum", "mean", "max", "min", "prod", "var", "std", "any", "all", "amax", "amin"]
AXES = [None, 0, -1, (0, 2), (1,), (-1, 0), ()]


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reduction_is_numpy_s_namesake(name: str, axis: Any) -> None:
    x = values((2, 3, 4))
    for keepdims in (False, True):
        check(
            lambda t, keepdims=keepdims: getattr(ops, name)(t, axis=axis, keepdims=keepdims),
            lambda a, keepdims=keepdims: getattr(np, name)(a, axis=axis, keepdims=keepdims),
            x,
        )


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "var", "std", "max", "median"])
def test_gradient_of_reduction_is_right(name: str) -> None:
    x = values((2, 3, 4))
    for axis in (None, 1):
        check_gradient(
            lambda t, axis=axis: getattr(ops, name)(t, axis=axis),
            lambda a, axis=axis: getattr(np, name)(a, axis=axis),
            x,
        )


@pytest.mark.parametrize("name", ["argmax", "argmin", "argsort", "sort", "cumsum", "median"])
def test_function_along_an_axis_is_numpy_s_namesake(name: str) -> None:
    x = values((2, 3, 4))
    for axis in (0, 1, -1, None):
        check(
            lambda t, axis=axis: getattr(ops, name)(t, axis=axis),
            lambda a, axis=axis: getattr(np, name)(a, axis=axis),
            x,
        )
    assert ops.argmax(x, axis=1, keepdims=True).shape == (2, 1, 4)
    assert ops.argmin(x, keepdims=True).shape == (1, 1, 1)


def test_sums_of_bools_and_bytes_count() -> None:
    assert ops.sum([True, True]).numpy() == 2
    assert ops.sum(np.full(300, 255, np.uint8)).numpy() == 300 * 255
    assert ops.count_nonzero([[0, 1], [2, 3]], axis=1).tolist() == [1, 2]
    assert ops.max([True, False]).dtype == "bool"


def test_empty_reductions_have_their_neutral_value() -> None:
    empty = np.zeros((0, 2), np.float32)
    assert ops.sum(empty, axis=0).tolist() == [0, 0]
    assert ops.prod(empty, axis=0).tolist() == [1, 1]
    assert ops.any(empty, axis=0).tolist() == [False, False]
    assert ops.all(empty, axis=0).tolist() == [True, True]
    assert ops.max(empty, axis=0, initial=-1.0).tolist() == [-1, -1]
    with pytest.raises(ValueError, match="`max` over an axis of length 0"):
        ops.max(empty, axis=0)


def test_initial_takes_part_in_the_extremum() -> None:
    assert ops.max([1.0, 2.0], initial=5.0) == 5
    assert ops.min([1.0, 2.0], initial=5.0) == 1


def test_average_weighs_an_axis_or_every_element() -> None:
    x, w = values((2, 3)), np.float32([1, 2, 3])
    check(
        lambda t: ops.average(t, axis=1, weights=w), lambda a: np.average(a, axis=1, weights=w), x
    )
    full = values((2, 3), 0.1, 1, seed=1)
    check(lambda t: ops.average(t, weights=full), lambda a: np.average(a, weights=full), x)


def test_logsumexp_does_not_overflow() -> None:
    x = np.float32([[1000, 1000], [-1000, -1001], [-np.inf, 0], [-np.inf, -np.inf]])

    def reference(a: Any) -> Any:
        return np.logaddexp.reduce(a.astype(np.float64), axis=1)

    check(lambda t: ops.logsumexp(t, axis=1), reference, x)
    assert ops.logsumexp(x, axis=1, keepdims=True).shape == (4, 1)
    check_gradient(lambda t: ops.logsumexp(t, axis=1), reference, values((2, 3)))


@pytest.mark.parametrize("ord", [None, 0, 1, 2, 3, 0.5, np.inf, -np.inf, -1])
def test_vector_norms_are_numpy_s(ord: Any) -> None:
    x = values((3, 4))
    for axis in (0, -1):
        check(
            lambda t, axis=axis: ops.norm(t, ord, axis),
            lambda a, axis=axis: np.linalg.norm(a, ord, axis),
            x,
        )


@pytest.mark.parametrize("ord", [None, "fro", 1, -1, np.inf, -np.inf])
def test_matrix_norms_are_numpy_s(ord: Any) -> None:
    x = values((2, 3, 4))
    for axis in ((0, 1), (2, 0), (-1, -2)):
        for keepdims in (False, True):
            check(
                lambda t, axis=axis, keepdims=keepdims: ops.norm(t, ord, axis, keepdims),
                lambda a, axis=axis, keepdims=keepdims: np.linalg.norm(a, ord, axis, keepdims),
                x,
            )
    check(ops.norm, np.linalg.norm, x)


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint32", "uint8"])
def test_top_k_gives_the_largest_first_and_ties_in_order(dtype: str) -> None:
    x = np.array([[3, 0, 3, 1], [0, 0, 2, 1]], dtype)
    found, places = ops.top_k(x, 3)
    assert found.tolist() == [[3, 3, 1], [2, 1, 0]]
    assert places.tolist() == [[0, 2, 3], [2, 3, 0]]
    assert found.dtype == dtype


def test_top_k_orders_the_extremes_of_integers() -> None:
    limits = np.iinfo(np.int32)
    assert ops.top_k([limits.min, 0, limits.max], 3)[1].tolist() == [2, 1, 0]
    assert ops.top_k(np.array([0, 2**32 - 1], np.uint32), 2)[1].tolist() == [1, 0]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.data())
def test_any_axis_of_any_shape_reduces_like_numpy(shape: list[int], data: st.DataObject) -> None:
    axis = data.draw(
        st.lists(st.integers(-len(shape), len(shape) - 1), unique_by=lambda a: a % len(shape))
    )
    x = 1 + np.arange(math.prod(shape), dtype=np.float32).reshape(shape) / 100
    for call in (ops.sum, ops.prod, ops.any):
        reference: Callable[..., Any] = getattr(np, call.__name__)
        found = call(x, axis=tuple(axis), keepdims=True)
        wanted = reference(x, axis=tuple(axis), keepdims=True)
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-5)


def test_what_is_true_or_false_is_bool():
    for result in (ops.any([1.0, 0.0]), ops.all([1, 0]), ops.isin([1, 2], [2]), ops.isclose(1, 1)):
        assert result.dtype == "bool"
