"""What is too large for one workgroup, or for one buffer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pykeras_core.engine import Spec, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.webgpu import products, scans, schedule
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from pykeras_core.engine.backends.webgpu.device import Device
from pykeras_core.engine.backends.webgpu.residence import Layout, Span
from pykeras_core.engine.plan import Plan
from tests.core.cases import CASES, Case, executable
from tests.webgpu.counted import Counted


@pytest.fixture
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_MOST_WORK", 1)
    for module in (products, schedule):
        monkeypatch.setattr(module, "SMALL_WORK", 64)


@pytest.mark.usefixtures("_everything_is_large")
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.primitive == "scan"], ids=lambda case: case.name
)
def test_the_steps_of_a_large_scan_have_dispatches_of_their_own(
    case: Case, backend: WebgpuBackend
) -> None:
    arrays = case.arrays()
    case.compare(executable(case, backend).run(arrays), arrays)


@pytest.mark.usefixtures("_everything_is_large")
@pytest.mark.parametrize("primitive", ["matmul", "conv", "sum"])
def test_what_is_small_elsewhere_can_be_wide(primitive: str, backend: WebgpuBackend) -> None:
    for case in [case for case in CASES if case.primitive == primitive][:4]:
        arrays = case.arrays()
        case.compare(executable(case, backend).run(arrays), arrays)


def rows(x: Any, pixels: Any, flags: Any, indices: Any) -> Any:
    return [p.take(array, indices, axis=0) for array in (x, pixels, flags)]


def test_data_larger_than_a_buffer_goes_up_in_parts(device: Device) -> None:
    small = Counted(device)
    small.most_binding_bytes = 512
    generator = np.random.default_rng(0)
    arrays = [
        generator.normal(size=(100, 3)).astype(np.float32),
        generator.integers(0, 256, (150, 5), np.uint8),
        generator.random(333) < 0.5,
        np.array([0, 42, 43, 84, 99, 60], np.int32),
    ]
    specs = [Spec(array.shape, array.dtype.name) for array in arrays]
    plan = Plan(trace(lambda *given: rows(*given), *specs))
    backend = WebgpuBackend(small)
    assert backend.refusal(plan) is None
    found = backend.compile(plan).run(arrays)
    for got, array in zip(found, arrays, strict=False):
        np.testing.assert_array_equal(got, array[arrays[-1]])


def test_data_for_which_there_are_too_few_buffers_are_refused(device: Device) -> None:
    small = Counted(device)
    small.most_binding_bytes = 512
    plan = Plan(trace(lambda x: x * 2.0, Spec((4000,))))
    reason = WebgpuBackend(small).refusal(plan)
    assert reason is not None
    assert reason.code == "inputs"


def test_arrays_share_a_buffer_as_long_as_they_fit() -> None:
    layout = Layout.of([Spec((10,)), Spec((300,), "uint8"), Spec((200,))], 512)
    assert layout.sizes == (64 + 320, 512, 320)
    first, second, third = layout.places
    assert first == (Span(0, 0, 0, 64),)
    assert second == (Span(0, 64, 0, 320),)
    assert third == (Span(1, 0, 0, 512), Span(2, 0, 512, 320))
