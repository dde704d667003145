"""How exact the elementary functions are: units in the last place, and what is no number."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import Spec, trace
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from tests.kernels.running import assert_as_defined, run

EVERYWHERE = np.array(
    [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 1e-38, -1e-38, 3.4e38, -3.4e38],
    np.float32,
)


def spread(low: float, high: float) -> Array:
    """Numbers from `low` to `high`, evenly spread, in no order that vectors could hide behind."""
    ladder = np.linspace(low, high, 200_003)
    return np.random.default_rng(0).permutation(ladder).astype(np.float32)


def scales(low: float, high: float) -> Array:
    """Positive numbers of all magnitudes from 10^low to 10^high."""
    return (10.0 ** spread(low, high).astype(np.float64)).astype(np.float32)


def ulps(found: Array, exact: Array) -> Array:
    """Distance in units in the last place of the exact result, subnormal ones included."""
    unit = np.spacing(np.maximum(np.abs(exact), 2.0**-126).astype(np.float32))
    return np.asarray(np.abs(found.astype(np.float64) - exact) / unit)


@pytest.mark.parametrize(
    ("function", "exact", "x", "limit"),
    [
        (ops.exp, np.exp, spread(-87.33, 88.7), 2),
        (ops.expm1, np.expm1, spread(-20, 88.7), 3),
        (ops.expm1, np.expm1, scales(-30, 0), 3),
        (ops.log, np.log, scales(-44, 38), 2),
        (ops.log, np.log, spread(0.5, 2), 2),
        (ops.log1p, np.log1p, spread(-0.999, 100), 3),
        (ops.log1p, np.log1p, scales(-30, 30), 3),
        (ops.sin, np.sin, spread(-10, 10), 2),
        (ops.sin, np.sin, scales(-38, 38.5), 2),
        (ops.cos, np.cos, spread(-10, 10), 2),
        (ops.cos, np.cos, -scales(-38, 38.5), 2),
        (ops.tan, np.tan, spread(-10, 10), 4),
        (ops.tan, np.tan, scales(-38, 38.5), 4),
        (ops.tanh, np.tanh, spread(-12, 12), 3),
        (ops.tanh, np.tanh, scales(-38, 0), 3),
        (ops.sqrt, np.sqrt, scales(-38, 38), 0.5),
        (ops.sigmoid, lambda x: 1 / (1 + np.exp(-x)), spread(-80, 80), 4),
        (ops.softplus, lambda x: np.logaddexp(x, 0), spread(-80, 80), 4),
    ],
)
def test_function_is_within_a_few_units_in_the_last_place(
    backend: WasmBackend,
    function: Callable[..., Any],
    exact: Callable[[Array], Array],
    x: Array,
    limit: float,
) -> None:
    (found,) = run(backend, function, x)
    worst = ulps(found, exact(x.astype(np.float64))).max()
    assert worst <= limit


def test_exp_is_zero_where_it_would_be_subnormal(backend: WasmBackend) -> None:
    (found,) = run(backend, ops.exp, spread(-110, -87.34))
    np.testing.assert_array_equal(found, np.zeros_like(found))


@pytest.mark.parametrize("exponent", [-3.7, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0, 7.3])
def test_power_is_rounded_almost_correctly(backend: WasmBackend, exponent: float) -> None:
    x = scales(-4, 4)
    (found,) = run(backend, lambda t: ops.power(t, exponent), x)
    exact = x.astype(np.float64) ** np.float64(np.float32(exponent))
    finite = np.abs(exact) < 3e38
    assert ulps(found[finite], exact[finite]).max() <= 0.51


def test_power_of_every_odd_pair_is_numpy_s(backend: WasmBackend) -> None:
    numbers = np.array(
        [*EVERYWHERE, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1.5, 16777216.0, 16777217.0, -33554432.0],
        np.float32,
    )
    x, y = (np.ascontiguousarray(a) for a in np.meshgrid(numbers, numbers))
    assert_as_defined(backend, ops.power, x, y, rtol=2e-7, atol=0)


@pytest.mark.parametrize(
    "function",
    [
        *(ops.exp, ops.expm1, ops.log, ops.log1p, ops.sqrt, ops.tanh, ops.sigmoid, ops.softplus),
        *(ops.sin, ops.cos, ops.tan, ops.relu, ops.erf, ops.floor, ops.ceil, ops.round, ops.sign),
        *(ops.abs, ops.isnan, ops.isfinite),
    ],
    ids=lambda function: function.__name__,
)
def test_zeros_infinities_nan_and_subnormals_go_where_numpy_sends_them(
    backend: WasmBackend, function: Callable[..., Any]
) -> None:
    assert_as_defined(backend, function, EVERYWHERE, rtol=3e-7, atol=0)


@pytest.mark.parametrize("near", [2.0**15, 2.0**16, 2.0**17, 2.0**40, 2.0**127])
@pytest.mark.parametrize(("function", "exact"), [(ops.sin, np.sin), (ops.cos, np.cos)])
def test_angles_on_both_sides_of_the_exact_reduction(
    backend: WasmBackend, function: Callable[..., Any], exact: Any, near: float
) -> None:
    """The floats around each size, and those that lie nearest to multiples of pi / 2."""
    bits = np.float32(near).view(np.int32) + np.arange(-20_000, 20_000, dtype=np.int32)
    odd = [16367173 * 2.0**72, 10_781_957 * 2.0**12, 710.0, 355.0, 103_993.0, 833_719.0]
    x = np.concatenate([bits.view(np.float32), np.array(odd, np.float32)])
    (found,) = run(backend, function, x)
    assert ulps(found, exact(x.astype(np.float64))).max() <= 2


@pytest.mark.parametrize(("low", "high"), [(-3, 3), (-38, 38)])
def test_arctan2_is_within_a_few_units_in_the_last_place(
    backend: WasmBackend, low: float, high: float
) -> None:
    y, x = scales(low, high), scales(low, high)[::-1].copy()
    y[::2] *= -1
    x[::3] *= -1
    (found,) = run(backend, ops.arctan2, y, x)
    assert ulps(found, np.arctan2(y.astype(np.float64), x.astype(np.float64))).max() <= 3


@pytest.mark.parametrize("function", [ops.arctan2, ops.floor_divide, ops.mod])
def test_zeros_infinities_and_nan_in_pairs_give_what_numpy_gives(
    backend: WasmBackend, function: Callable[..., Any]
) -> None:
    x, y = (np.ascontiguousarray(a) for a in np.meshgrid(EVERYWHERE, EVERYWHERE))
    assert_as_defined(backend, function, x, y, rtol=4e-7, atol=0)
    (found,), (wanted,) = (run(some, function, x, y) for some in (backend, NumpyBackend()))
    numbers = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(found)[numbers], np.signbit(wanted)[numbers])


@pytest.mark.parametrize("function", [ops.floor_divide, ops.mod])
def test_quotients_of_all_sizes_are_divided_as_numpy_divides_them(
    backend: WasmBackend, function: Callable[..., Any]
) -> None:
    x, y = scales(-30, 30), scales(-30, 30)[::-1].copy()
    y[:20_000] = x[:20_000] * np.float32(0.125)
    x[::2] *= -1
    y[::3] *= -1
    assert_as_defined(backend, function, x, y, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", ["int32", "uint32", "uint8"])
def test_powers_of_integers_wrap_as_numpy_s_do(backend: WasmBackend, dtype: str) -> None:
    x = np.random.default_rng(5).integers(0, 2**32, (40, 1), dtype=np.uint32).astype(dtype)
    exponents = np.array([0, 1, 2, 3, 31, 32, 33, 200], dtype)
    program = trace(lambda t: ops.power(t, exponents), Spec(x.shape, dtype))
    executable = backend.compile(Plan(program))
    assert None not in executable.kernels
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(executable.run([x])[0], np.power(x, exponents))


def test_a_power_below_0_of_an_integer_is_refused_when_it_runs(backend: WasmBackend) -> None:
    x, exponents = np.array([2, 3], np.int32), np.array([1, -1], np.int32)
    with pytest.raises(ValueError, match="negative integer powers"):
        run(backend, ops.power, x, exponents)


@pytest.mark.parametrize("dtype", ["int32", "uint32", "uint8", "bool"])
def test_casting_every_odd_number_is_defined(backend: WasmBackend, dtype: str) -> None:
    x = np.array([*EVERYWHERE, 0.9, -0.9, 255.9, 256.0, 2.0**31, -(2.0**31), 2.0**32], np.float32)
    assert_as_defined(backend, lambda t: ops.cast(t, dtype), x, rtol=0, atol=0)
