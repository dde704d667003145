"""Quantiles and reductions without NaN against NumPy."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, values

CUBE = values((2, 3, 5))
HOLES = np.where(values((2, 3, 5), seed=1) > 0.7, np.nan, CUBE).astype(np.float32)
EMPTY = np.float32([[np.nan, np.nan], [1.0, np.nan]])
AXES: list[Any] = [None, 1, -1, (0, 2)]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("method", ["linear", "lower", "higher", "midpoint", "nearest"])
def test_quantile_is_numpy_s(method: str, axis: Any) -> None:
    for q in (0.0, 0.3, [0.25, 1.0]):
        for keepdims in (False, True):
            check(
                lambda x, q=q, k=keepdims: ops.quantile(x, q, axis, method, k),
                lambda x, q=q, k=keepdims: np.quantile(
                    x, q, axis=axis, method=method, keepdims=k
                ).astype(np.float32),
                CUBE,
            )


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize(
    "name", ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanmedian"]
)
def test_reduction_leaves_nan_out_as_numpy(name: str, axis: Any) -> None:
    for array in (HOLES, CUBE):
        check(
            lambda x: getattr(ops, name)(x, axis=axis, keepdims=True),
            lambda x: getattr(np, name)(x, axis=axis, keepdims=True),
            array,
            rtol=1e-5,
        )


def test_shares_in_percent_and_shares_of_what_is_not_nan() -> None:
    check(lambda x: ops.percentile(x, 40, 1), lambda x: np.percentile(x, 40, 1), CUBE)
    check(lambda x: ops.nanquantile(x, 0.4, 2), lambda x: np.nanquantile(x, 0.4, 2), HOLES)
    check(lambda x: ops.nanpercentile(x, 40, 2), lambda x: np.nanpercentile(x, 40, 2), HOLES)
    check(lambda x: ops.quantile(x, 0.4, 2), lambda x: np.quantile(x, 0.4, 2), HOLES)


def test_nothing_but_nan_has_no_value() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for name in ("nanmean", "nanmax", "nanmin", "nanmedian"):
            check(
                lambda x, name=name: getattr(ops, name)(x, axis=1),
                lambda x, name=name: getattr(np, name)(x, axis=1),
                EMPTY,
            )
    assert ops.nansum(EMPTY, axis=1).tolist() == [0, 1]
    assert ops.nanargmax(EMPTY, axis=1).tolist() == [-1, 0]
    assert ops.nanargmin(HOLES, axis=2).tolist() == np.nanargmin(HOLES, axis=2).tolist()
    assert ops.nanmax([1, 2]).dtype == "int32"


def test_running_results_and_ranges() -> None:
    for name in ("nancumsum", "nancumprod"):
        for axis in (None, 1):
            check(
                lambda x, n=name, a=axis: getattr(ops, n)(x, a),
                lambda x, n=name, a=axis: getattr(np, n)(x, a),
                HOLES,
                rtol=1e-5,
            )
    check(lambda x: ops.cumprod(x, 2), lambda x: np.cumprod(x, 2), CUBE)
    check(lambda x: ops.ptp(x, 1), lambda x: np.ptp(x, 1), CUBE)
    check_gradient(lambda x: ops.cumprod(x, 0), lambda x: np.cumprod(x, 0), CUBE[0])
    check_gradient(lambda x: ops.quantile(x, 0.3, 1), lambda x: np.quantile(x, 0.3, 1), CUBE[0])


def test_shares_out_of_range_and_other_methods_are_refused() -> None:
    with pytest.raises(ValueError, match="`quantile` expected `q` as shares"):
        ops.quantile(CUBE, 1.5)
    with pytest.raises(ValueError, match="received 'cubic'"):
        ops.quantile(CUBE, 0.5, method="cubic")
    with pytest.raises(ValueError, match="of no elements has no value"):
        ops.quantile(np.zeros((0,), np.float32), 0.5)
