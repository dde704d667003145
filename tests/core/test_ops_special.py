"""Special functions, windows and integers' divisors against NumPy and the standard library."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, values

X = values((3, 4), -3, 3)
EDGES = np.float32([-np.inf, -2.5, -1.0, -0.0, 0.0, 0.5, 1.5, np.inf, np.nan])


@pytest.mark.parametrize(
    "name",
    [
        *("trunc", "cbrt", "sinc", "fabs", "deg2rad", "rad2deg", "isposinf", "isneginf"),
        *("signbit", "angle", "real", "imag", "conj", "conjugate", "isreal"),
    ],
)
def test_function_is_numpy_s_namesake(name: str) -> None:
    check(getattr(ops, name), getattr(np, name), X)
    if name != "sinc":
        check(getattr(ops, name), getattr(np, name), EDGES)


@pytest.mark.parametrize("name", ["fmod", "hypot", "fmax", "fmin", "heaviside", "logaddexp2"])
def test_function_of_two_is_numpy_s_namesake(name: str) -> None:
    check(getattr(ops, name), getattr(np, name), X, values((4,), seed=1))


def test_special_functions_keep_their_precision() -> None:
    x = np.linspace(-4, 9, 300, dtype=np.float32)
    check(ops.erfc, np.vectorize(math.erfc), x, rtol=1e-5, atol=0)
    check(ops.i0, np.i0, x, rtol=2e-6, atol=0)
    check(ops.cbrt, np.cbrt, np.float32([1e-30, -27, 8e30]), rtol=3e-7, atol=0)
    check(ops.hypot, np.hypot, np.float32([3e30, 0, np.inf]), np.float32([4e30, 0, 1]))
    assert ops.sinc([0.0]).tolist() == [1]
    assert ops.fmax([np.nan, 1.0], [2.0, np.nan]).tolist() == [2, 1]
    assert ops.fmin(np.int32([1, 5]), 3).tolist() == [1, 3]


def test_gradients_are_right() -> None:
    for name in ("cbrt", "sinc", "i0", "deg2rad"):
        check_gradient(getattr(ops, name), getattr(np, name), X)
    check_gradient(ops.erfc, np.vectorize(math.erfc), X)
    check_gradient(ops.hypot, np.hypot, X, X + 5)
    check_gradient(ops.fmod, np.fmod, X, X + 10)
    check_gradient(ops.ldexp, lambda x, y: x * 2**y, X, X)


def test_integers_have_divisors() -> None:
    a, b = np.int32([[12], [-7], [0]]), np.int32([18, 21, 0, 5])
    check(ops.gcd, np.gcd, a, b)
    check(ops.lcm, np.lcm, a, b)
    assert ops.gcd(1836311903, 1134903170) == 1  # neighbours of Fibonacci's row: the most steps
    with pytest.raises(TypeError, match="`gcd` expected integers, received float32"):
        ops.gcd(1.5, 2)


def test_bits_and_ranges() -> None:
    assert ops.nextafter(1.0, 2.0).item() == float(np.nextafter(np.float32(1), np.float32(2)))
    assert ops.view(np.float32([1.0]), "int32").tolist() == [0x3F800000]
    assert ops.view(np.uint8([0, 0, 128, 63]), "float32").tolist() == [1]
    with pytest.raises(ValueError, match="`view` cannot read uint8"):
        ops.view(np.uint8([1, 2, 3]), "int32")
    floats = [-1e20, -5.5, 300.7, 1e20]
    assert ops.saturate_cast(floats, "uint8").tolist() == [0, 0, 255, 255]
    assert ops.saturate_cast(floats, "int8").tolist() == [-128, -5, 127, 127]
    assert ops.saturate_cast(floats, "int32").tolist()[::3] == [-(2**31), 2**31 - 1]
    assert ops.saturate_cast(np.int32([-5, 500]), "uint8").tolist() == [0, 255]
    assert ops.saturate_cast(np.uint32([2**32 - 1]), "int32").tolist() == [2**31 - 1]


@pytest.mark.parametrize("name", ["bartlett", "blackman", "hamming", "hanning"])
def test_window_is_numpy_s(name: str) -> None:
    np.testing.assert_allclose(getattr(ops, name)(7), getattr(np, name)(7), atol=1e-7)
    np.testing.assert_allclose(ops.kaiser(ops.array(7), 14.0), np.kaiser(7, 14.0), rtol=1e-6)
    with pytest.raises(TypeError, match=f"`{name}` expected a number of points"):
        getattr(ops, name)([1, 2])


def test_allclose_is_one_answer() -> None:
    x: Any = np.float32([1, np.nan])
    assert not ops.allclose(x, x)
    assert ops.allclose(x, x, equal_nan=True)
