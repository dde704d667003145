"""Products of all kinds of units: element by element, small or large tiles, shared sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core.engine import Spec, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from pykeras_core.engine.backends.webgpu.device import Device
from pykeras_core.engine.backends.webgpu.factors import Tile
from pykeras_core.engine.backends.webgpu.kernels import Wgsl
from pykeras_core.engine.backends.webgpu.products import ProductWork
from pykeras_core.engine.backends.webgpu.tuning import Trials
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from tests.webgpu.counted import Counted


def normal(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def assert_as_numpy(backend: WebgpuBackend, function: Callable[..., Any], *arrays: Array) -> None:
    plan = Plan(trace(function, *(Spec(array.shape) for array in arrays)))
    (found,) = backend.compile(plan).run(arrays)
    (wanted,) = NumpyBackend().compile(plan).run(arrays)
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=2e-5 * np.abs(wanted).max())


@pytest.fixture(params=[(4, 4), (8, 4), (8, 8)], ids="{0[0]} x {0[1]}".format)
def sized(request: pytest.FixtureRequest, device: Device) -> WebgpuBackend:
    backend = WebgpuBackend(device)
    backend._kernels = Wgsl(lambda equation, factors: request.param)
    return backend


@pytest.mark.parametrize(
    ("rows", "depth", "columns"), [(32, 196, 32), (33, 300, 36), (300, 40, 44), (64, 64, 66)]
)
@pytest.mark.parametrize("transposed", [(False, False), (True, False), (False, True)])
def test_a_product_and_the_loop_that_reads_it(
    rows: int, depth: int, columns: int, transposed: tuple[bool, bool], sized: WebgpuBackend
) -> None:
    x = normal(*((depth, rows) if transposed[0] else (rows, depth)))
    y = normal(*((columns, depth) if transposed[1] else (depth, columns)))

    def step(x: Any, y: Any, bias: Any) -> Any:
        product = p.matmul(x, y, transpose_x=transposed[0], transpose_y=transposed[1])
        return p.relu(product + bias) * 0.5

    assert_as_numpy(sized, step, x, y, normal(columns))


@pytest.mark.parametrize(("channels", "filters"), [(1, 32), (8, 16), (3, 20)])
def test_the_three_convolutions(channels: int, filters: int, sized: WebgpuBackend) -> None:
    sliding = {"strides": (1, 2), "padding": ((1, 1), (0, 1)), "dilation": (1, 1), "groups": 1}
    x, kernel = normal(6, 14, 15, channels), normal(3, 3, channels, filters)
    cotangent = normal(6, 14, 7, filters)
    assert_as_numpy(sized, lambda x, k: p.conv(x, k, **sliding), x, kernel)
    assert_as_numpy(
        sized,
        lambda ct, k: p.conv_input_grad(ct, k, spatial=(14, 15), **sliding),
        cotangent,
        kernel,
    )
    assert_as_numpy(
        sized, lambda x, ct: p.conv_kernel_grad(x, ct, size=(3, 3), **sliding), x, cotangent
    )


@pytest.mark.parametrize("fastest", [(4, 4), (8, 8)])
def test_the_tile_that_was_the_fastest_is_taken_from_then_on(
    fastest: Tile, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = WebgpuBackend(device)
    plan = Plan(trace(p.matmul, Spec((96, 128)), Spec((128, 96))))
    first = backend.compile(plan)
    monkeypatch.setattr(
        Trials, "_seconds", lambda trials, trial, *rest: 1.0 if trial.tile == fastest else 2.0
    )
    while not first.is_ready:
        pass
    assert first.tune() == (fastest != (4, 4))  # a result so small has small tiles at first
    assert not backend.compile(plan).tune(), "it was measured before"
    assert_as_numpy(backend, p.matmul, normal(96, 128), normal(128, 96))
    (product,) = units_of(plan, backend._kernels)
    assert isinstance(product, ProductWork)
    assert product.tile == fastest


def test_what_measures_products_is_given_back(device: Device) -> None:
    counted = Counted(device)
    plan = Plan(trace(p.matmul, Spec((96, 128)), Spec((128, 96))))
    executable = WebgpuBackend(counted).compile(plan)
    while not executable.is_ready:
        pass
    made = counted.counts["buffer"]
    executable.tune()
    assert counted.counts["buffer"] - made == counted.counts["release"] == 3
