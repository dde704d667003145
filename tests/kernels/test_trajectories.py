"""The comparison of trained numbers: it takes rounding's spread, and nothing beyond."""

from typing import Any

import numpy as np
import pytest

from pykeras_core.engine import Spec, Variable, trace
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.plan import Plan
from tests.trajectories import Nudged, assert_trained_alike


def logistic_map(backend: Backend, steps: int, off: float = 0.0) -> list[Any]:
    """A step that doubles whatever two runs differ by; `off` is what a wrong kernel adds."""
    state = Variable(np.float32(0.3))
    program = trace(lambda x: state.assign(state * (1.0 - state) * x), Spec(()))
    backend.compile(Plan(program)).run([np.float32(4 + off)], steps)
    return [state.numpy()]


def test_a_wrong_backend_is_seen_where_nothing_is_multiplied(backend: WasmBackend) -> None:
    def train(one: Backend) -> list[Any]:
        return logistic_map(one, 2, 1e-3 if one is backend else 0.0)

    with pytest.raises(AssertionError, match="tolerances apart, where last bits alone make"):
        assert_trained_alike(train, backend)


def test_what_last_bits_alone_make_is_allowed(backend: WasmBackend) -> None:
    def train(one: Backend) -> list[Any]:
        return logistic_map(Nudged(7) if one is backend else one, 16)

    (wanted,) = logistic_map(NumpyBackend(), 16)
    assert abs(train(backend)[0] - wanted) > 1e-4 * wanted
    assert_trained_alike(train, backend)


def test_shapes_and_infinities_must_be_the_same(backend: WasmBackend) -> None:
    for wrong in (np.ones(3), np.array([1.0, np.nan])):
        with pytest.raises(AssertionError):
            assert_trained_alike(
                lambda one, wrong=wrong: [wrong if one is backend else np.ones(2)], backend
            )
