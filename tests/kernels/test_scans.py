"""Scans on the kernels: random bodies, recurrent layers, and a whole step in one call."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import pykeras_core as keras
from pykeras_core import ops
from pykeras_core.engine import GradientTape, Spec, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.kernels import SIMD
from pykeras_core.engine.backends.wasm.scans import ScanUnit
from pykeras_core.engine.plan import Plan
from pykeras_core.training import steps
from tests.backends import always
from tests.core.program_strategies import Recipe, recipes
from tests.core.test_scan import recipe_step
from tests.kernels.running import assert_as_defined, guarded_arenas, run, without_kernel
from tests.kernels.test_models import assert_alike

layers = keras.layers

SEQUENCES = np.random.default_rng(0).normal(size=(96, 7, 5)).astype(np.float32)
WORDS = np.random.default_rng(1).integers(0, 20, (96, 9))
LABELS = np.random.default_rng(2).integers(0, 3, 96)


def with_gradients(recipe: Recipe) -> Any:
    """A scan of a recipe, and its gradients: the carry comes first."""

    def function(*tensors: Any) -> Any:
        count = len(recipe.variable_shapes)
        with GradientTape() as tape:
            tape.watch(tensors)
            carry, rows = ops.scan(
                recipe_step(recipe), list(tensors[:count]), list(tensors[count:]), reverse=True
            )
            value = ops.sum(ops.sin(rows)) + sum(ops.sum(ops.tanh(c)) for c in carry)
        gradients = tape.gradient(value, tensors, unconnected_gradients="zero")
        return [*carry, rows, *gradients]

    return function


@given(recipes())
def test_random_bodies_run_as_defined(backend: WasmBackend, recipe: Recipe) -> None:
    generator = np.random.default_rng(0)
    shapes = (*recipe.variable_shapes, *((3, *shape) for shape in recipe.input_shapes))
    arrays = [np.asarray(generator.uniform(-1, 1, shape), np.float32) for shape in shapes]
    with np.errstate(all="ignore"):
        assert_as_defined(backend, with_gradients(recipe), *arrays, rtol=1e-3, atol=1e-4)


def test_a_scan_in_a_scan_in_a_scan_writes_only_where_it_should(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sums(x: Any) -> Any:
        """Running sums over all elements, in row-major order."""

        def step(total: Any, row: Any) -> Any:
            return ops.scan(step, total, row) if row.ndim else (total + row, total + row)

        return ops.scan(step, 0.0, x)

    x = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    with guarded_arenas(monkeypatch) as arenas:
        total, rows = run(backend, sums, x)
    assert all(arena.is_whole() for arena in arenas)
    assert total == x.sum()
    np.testing.assert_array_equal(rows, np.cumsum(x).reshape(x.shape))


def test_a_body_without_a_kernel_runs_its_definition(backend: WasmBackend) -> None:
    def powers(x: Any) -> Any:
        return ops.scan(lambda c, row: (without_kernel(c + row), c), ops.zeros((5,)), x)

    plan = Plan(trace(powers, Spec((7, 5))))
    assert backend.compile(plan).kernels == [None]
    assert_as_defined(backend, powers, SEQUENCES[0])


def test_a_scan_runs_again_as_it_ran_before(backend: WasmBackend) -> None:
    total = keras.Variable(0.0)

    def step(x: Any) -> Any:
        last, _ = ops.scan(lambda c, row: (c + row, None), total.value, x)
        total.assign(last)
        return last

    executable = backend.compile(Plan(trace(step, Spec((4,)))))
    executable.run([np.ones(4, np.float32)], 3)
    executable.profile([np.ones(4, np.float32)])
    (last,) = executable.run([np.full(4, 2, np.float32)], 2)
    assert (float(last), float(total.numpy())) == (28.0, 28.0)


@pytest.mark.parametrize("columns", [6, 40, 300])
def test_weights_are_packed_once_a_scan(backend: WasmBackend, columns: int) -> None:
    generator = np.random.default_rng(0)
    weights = keras.Variable(generator.normal(size=(columns, columns)) / columns)

    def there_and_back(carry: Any, row: Any) -> Any:
        there = ops.tanh(p.matmul(carry, weights) + row)
        return p.matmul(there, weights, transpose_y=True), there

    def step(x: Any) -> Any:
        _, rows = ops.scan(there_and_back, x[0], x)
        weights.assign(weights * 1.5)
        return rows

    plan = Plan(trace(step, Spec((4, 5, columns))))
    (scan,) = [unit for unit in units_of(plan, SIMD) if isinstance(unit, ScanUnit)]
    assert len(scan._packed) == 2
    x = generator.normal(size=(4, 5, columns)).astype(np.float32)
    before, found = weights.numpy(), []
    for one in (backend, NumpyBackend()):
        weights.assign(before)
        executable = one.compile(plan)
        found.append([executable.run([x], 2)[0], executable.run([x], 1)[0]])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_is_not_finite_in_packed_weights_meets_zeros(backend: WasmBackend, odd: float) -> None:
    def sums(x: Any, weights: Any) -> Any:
        return ops.scan(lambda c, row: (p.matmul(row, weights), c), x[0], x)

    x, weights = np.zeros((3, 8, 40), np.float32), np.ones((40, 40), np.float32)
    weights[7, 3] = odd
    found = run(backend, sums, x, weights)
    assert np.isnan(found[0][:, 3]).all()
    assert not found[0][:, 4].any()


def classifier(recurrent: Any, masked: bool = False) -> Any:
    first = [keras.Input((None,)), layers.Embedding(20, 6, mask_zero=True)]
    model = keras.Sequential(
        [*(first if masked else [keras.Input((7, 5))]), recurrent, layers.Dense(3, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize(
    "recurrent",
    [
        lambda: layers.SimpleRNN(9),
        lambda: layers.LSTM(9, dropout=0.2, recurrent_dropout=0.2, seed=1),
        lambda: layers.GRU(9, go_backwards=True),
        lambda: layers.GRU(9, reset_after=False),
        lambda: layers.RNN([layers.LSTMCell(5), layers.GRUCell(6)]),
        lambda: layers.Bidirectional(layers.LSTM(5)),
        lambda: layers.LSTM(140),
        lambda: layers.GRU(270),
    ],
    ids=[
        *("SimpleRNN", "LSTM", "GRU", "GRU, reset before", "stack", "both ways"),
        *("large LSTM", "large GRU"),
    ],
)
def test_recurrent_models_learn_as_on_numpy(backend: WasmBackend, recurrent: Any) -> None:
    assert_alike(backend, lambda: classifier(recurrent()), SEQUENCES, LABELS)


def test_masked_sequences_are_learnt_as_on_numpy(backend: WasmBackend) -> None:
    assert_alike(backend, lambda: classifier(layers.LSTM(9), masked=True), WORDS, LABELS)


@pytest.mark.parametrize("recurrent", [layers.LSTM, layers.GRU, layers.SimpleRNN])
def test_a_training_step_of_a_recurrent_network_is_one_call(
    backend: WasmBackend, recurrent: Any
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "choose", always(backend))
        model = classifier(recurrent(9))
        model.fit(SEQUENCES, LABELS, epochs=1, verbose=0)
        (executable,) = [e for f in model._step_functions.values() for _, e in f._compiled.values()]
    assert None not in executable.kernels
    assert sum(isinstance(unit, ScanUnit) for unit in executable._units) == 2


@pytest.mark.parametrize("one", [NumpyBackend(), None], ids=["NumPy", "kernels"])
def test_a_scan_of_no_steps_gives_its_first_carry(backend: WasmBackend, one: Backend) -> None:
    def nothing(c: Any, x: Any) -> Any:
        return ops.scan(lambda c, row: (c + row, c * row), c, x)

    start = np.ones(3, np.float32)
    last, rows = run(one or backend, nothing, start, np.zeros((0, 3), np.float32))
    assert (last.tolist(), rows.shape) == ([1.0, 1.0, 1.0], (0, 3))
