"""Copies of weights in panels, which last through a run."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import Spec, Variable, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.kernels import SIMD
from pykeras_core.engine.backends.wasm.packing import packed_weights
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from tests.kernels.running import guarded_arenas

ROWS, DEPTH, BATCH = 301, 300, 7
"""Deeper than what is packed anew for every few rows."""


class Layer:
    """A layer with weights, and what an optimizer needs for them.

    Args:
        columns: How many units.
        seed: Of the first weights.
    """

    def __init__(self, columns: int, seed: int = 0) -> None:
        self.weights = Variable(
            np.random.default_rng(seed).normal(size=(DEPTH, columns)).astype(np.float32)
        )
        self.mean, self.square = (Variable(np.zeros((DEPTH, columns))) for _ in range(2))

    def forward(self, x: Any) -> Any:
        """The weighted sums."""
        return p.matmul(x, self.weights)

    def learn(self, x: Any, errors: Any) -> None:
        """A step of Adam."""
        gradient = p.matmul(x, errors, transpose_x=True)
        self.mean.assign(self.mean + (gradient - self.mean) * 0.1)
        self.square.assign(self.square + (gradient * gradient - self.square) * 0.001)
        step = self.mean * 0.01 / (ops.sqrt(self.square) + 1e-7)
        self.weights.assign(self.weights - step)


def plan_of(step: Callable[[Any], Any]) -> Plan:
    return Plan(trace(step, Spec((BATCH, DEPTH))))


def kept(plan: Plan) -> int:
    """How many copies a plan keeps."""
    units = units_of(plan, SIMD)
    _, sizes = packed_weights(plan, units, plan.place(units))
    return len(sizes)


def inputs(seed: int = 1, share: float = 1.0) -> Array:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(BATCH, DEPTH)) * (generator.random(DEPTH) < share)
    return x.astype(np.float32)


def learning(layer: Layer) -> Callable[[Any], Any]:
    def step(x: Any) -> Any:
        sums = layer.forward(x)
        layer.learn(x, sums - 1.0)
        return sums

    return step


def runs(one: Backend, columns: int, x: Array) -> list[Array]:
    """Two runs of several steps, between which somebody else sets the weights."""
    layer = Layer(columns)
    executable = one.compile(plan_of(learning(layer)))
    found = [executable.run([x], 3)[0]]
    layer.weights.assign(np.full((DEPTH, columns), 0.25, np.float32))
    return [*found, executable.run([x], 2)[0], layer.weights.numpy()]


@pytest.mark.parametrize("share", [0.1, 1.0])
@pytest.mark.parametrize("columns", [5, 8, 9, 128, 130])
def test_a_copy_changes_with_the_weights(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch, columns: int, share: float
) -> None:
    assert kept(plan_of(learning(Layer(columns)))) == 1
    x = inputs(share=share)
    with guarded_arenas(monkeypatch) as guarded:
        found = runs(backend, columns, x)
        assert all(memory.is_whole() for memory in guarded)
    for one, other in zip(found, runs(NumpyBackend(), columns, x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("columns", [9, 128])
def test_weights_that_nothing_changes_are_packed_once_a_run(
    backend: WasmBackend, columns: int
) -> None:
    layer = Layer(columns)
    plan = plan_of(layer.forward)
    assert kept(plan) == 1
    executable, x = backend.compile(plan), inputs()
    for _ in range(2):
        (found,) = executable.run([x], 3)
        np.testing.assert_allclose(found, x @ layer.weights.numpy(), rtol=1e-4, atol=1e-4)
        layer.weights.assign(np.ones((DEPTH, columns), np.float32))


@pytest.mark.parametrize("odd", [np.nan, np.inf])
@pytest.mark.parametrize("columns", [130, 128])
def test_weights_that_become_infinite_meet_zeros(
    backend: WasmBackend, columns: int, odd: float
) -> None:
    # In the first step all weights are finite, and columns of zeros are left out.
    x = inputs(share=0.1)
    zero = int(np.flatnonzero(~x.any(axis=0))[0])

    def step(layer: Layer) -> Callable[[Any], Any]:
        grown = np.zeros((DEPTH, columns), np.float32)
        grown[zero, columns - 1] = odd

        def made(given: Any) -> Any:
            sums = layer.forward(given)
            layer.learn(given + grown[:, -1], sums - 1.0)
            return sums

        return made

    found = []
    for one in (backend, NumpyBackend()):
        layer = Layer(columns)
        plan = plan_of(step(layer))
        assert kept(plan) == 1
        found.append(one.compile(plan).run([x], 3)[0])
    assert np.isnan(found[0]).any()
    np.testing.assert_array_equal(np.isnan(found[0]), np.isnan(found[1]))


def test_no_copy_where_something_else_changes_the_weights() -> None:
    layer = Layer(64)

    def descend(x: Any) -> None:
        errors = layer.forward(x) - 1.0
        layer.weights.assign(layer.weights - p.matmul(x, errors, transpose_x=True) * 0.01)

    def read_twice(x: Any) -> Any:
        learning(layer)(x)
        return layer.weights.value

    def means(x: Any) -> None:  # they are what Adam's step changes too, but no weights
        layer.learn(x, p.matmul(x, layer.mean) - 1.0)

    assert kept(plan_of(descend)) == 0
    assert kept(plan_of(means)) == 0
    assert kept(plan_of(read_twice)) <= 1


def test_no_copy_of_what_is_small_large_or_transposed() -> None:
    small, large = Variable(np.zeros((8, 8))), Variable(np.zeros((2048, 1024)))
    assert kept(Plan(trace(lambda x: p.matmul(x, small), Spec((BATCH, 8))))) == 0
    assert kept(Plan(trace(lambda x: p.matmul(x, large), Spec((BATCH, 2048))))) == 0
    layer = Layer(DEPTH)
    assert kept(plan_of(lambda x: p.matmul(x, layer.weights, transpose_y=True))) == 0


@pytest.mark.parametrize("columns", [DEPTH, 9])
def test_a_product_that_transposes_weights_does_not_read_their_copy(
    backend: WasmBackend, columns: int
) -> None:
    def step(layer: Layer) -> Callable[[Any], Any]:
        def made(x: Any) -> Any:
            errors = layer.forward(x) - 1.0
            back = p.matmul(errors, layer.weights, transpose_y=True)
            layer.learn(x, errors)
            return back

        return made

    found = []
    for one in (backend, NumpyBackend()):
        plan = plan_of(step(Layer(columns)))
        assert kept(plan) == 1
        found.append(one.compile(plan).run([inputs()], 3)[0])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-3)


def test_two_products_with_the_same_weights_share_a_copy(backend: WasmBackend) -> None:
    def step(layer: Layer) -> Callable[[Any], Any]:
        def made(x: Any) -> Any:
            sums = layer.forward(x) + layer.forward(x * 2.0)
            layer.learn(x, sums - 1.0)
            return sums

        return made

    found = []
    for one in (backend, NumpyBackend()):
        plan = plan_of(step(Layer(128)))
        assert kept(plan) == 1
        found.append(one.compile(plan).run([inputs()], 3)[0])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-4)
