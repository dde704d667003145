"""Matrix products that leave columns of zeros out, and loops that run while rows are made."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops
from pykeras_core.engine import Spec, Variable, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm import backend as wasm
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.kernels import SIMD
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from tests.kernels.running import assert_as_defined, guarded_arenas, run
from tests.trajectories import assert_trained_alike

ROWS = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 31, 400])
WIDE = st.sampled_from([31, 32, 33, 40, 130, 450])
"""Columns of a product: from 32 on zeros are looked for; 450 are packed in several turns."""
DEEP = st.sampled_from([0, 1, 3, 4, 5, 30, 64, 129, 300])
SHARES = st.sampled_from([0.0, 0.02, 0.2, 0.5, 0.95, 1.0])
seeds = st.integers(0, 2**32 - 1)


def with_zeros(seed: int, shape: tuple[int, int], share: float, run_length: int = 5) -> Array:
    """Random numbers, about `share` of them not zero, in runs along the last axis."""
    generator = np.random.default_rng(seed)
    array = generator.normal(size=shape)
    runs = generator.random((shape[0], shape[1] // run_length + 1)) < share
    zero = generator.choice([0.0, -0.0], shape)
    return np.where(np.repeat(runs, run_length, 1)[:, : shape[1]], array, zero).astype(np.float32)


def product(transpose: bool) -> Callable[[Any, Any], Any]:
    return lambda x, y: p.matmul(x, y, transpose_x=transpose)


@given(ROWS, WIDE, DEEP, SHARES, st.booleans(), seeds)
def test_a_product_of_many_zeros_is_numpy_s(
    backend: WasmBackend, rows: int, columns: int, depth: int, share: float, transpose: bool,
    seed: int,
) -> None:  # fmt: skip
    x = with_zeros(seed, (depth, rows) if transpose else (rows, depth), share)
    y = np.random.default_rng(seed).normal(size=(depth, columns)).astype(np.float32)
    assert_as_defined(backend, product(transpose), x, y, rtol=1e-5, atol=1e-6 * max(depth, 1))


@pytest.mark.parametrize("transpose", [False, True])
@pytest.mark.parametrize("depth", [40, 300])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_zero_times_what_is_not_finite_is_nan(
    backend: WasmBackend, transpose: bool, depth: int, odd: float
) -> None:
    x = with_zeros(1, (depth, 20) if transpose else (20, depth), 0.1)
    y = np.ones((depth, 50), np.float32)
    y[7, 41], y[depth - 1, 3] = odd, odd
    x[(7, slice(4)) if transpose else (slice(4), 7)] = 0
    (found,) = run(backend, product(transpose), x, y)
    assert np.isnan(found[:4, 41]).all()
    assert_as_defined(backend, product(transpose), x, y, rtol=1e-5)


@pytest.mark.parametrize("transpose", [False, True])
@pytest.mark.parametrize("odd", [np.nan, np.inf, 1e-45])
def test_what_is_almost_zero_is_not_left_out(
    backend: WasmBackend, transpose: bool, odd: float
) -> None:
    x = np.zeros((40, 20) if transpose else (20, 40), np.float32)
    x[3, 5] = odd
    y = np.full((40, 64), 2.0**100, np.float32)
    assert_as_defined(backend, product(transpose), x, y, rtol=1e-6, atol=0)


@given(ROWS, st.sampled_from([1, 3, 8, 32, 128]), st.sampled_from([1, 6, 32]), st.data())
def test_a_loop_inside_of_a_product_gives_what_it_gives_after_it(
    backend: WasmBackend, rows: int, columns: int, depth: int, data: st.DataObject
) -> None:
    outside = data.draw(st.booleans())
    transpose = data.draw(st.booleans())
    generator = np.random.default_rng(data.draw(seeds))
    shapes = (depth, rows) if transpose else (rows, depth), (depth, columns), (columns,)
    x, y, bias = (generator.normal(size=shape).astype(np.float32) for shape in shapes)
    other = generator.normal(size=(rows, columns)).astype(np.float32)

    def layer(a: Any, b: Any, c: Any, d: Any) -> Any:
        made = product(transpose)(a, b)
        result = ops.relu(made + c) * 0.5 + d
        return (result, ops.sum(made)) if outside else result

    assert_as_defined(backend, layer, x, y, bias, other, rtol=1e-5, atol=1e-5 * max(depth, 1))


Optimizer = Callable[[Variable, Variable, Variable], Callable[[Any, Any], None]]


def momentum(weights: Variable, speed: Variable, _: Variable) -> Callable[[Any, Any], None]:
    def step(x: Any, y: Any) -> None:
        gradient = p.matmul(x, y, transpose_x=True)
        speed.assign(speed * 0.9 + gradient)
        weights.assign(weights - speed * 0.1)

    return step


def test_a_gradient_that_only_its_optimizer_reads_has_no_memory(backend: WasmBackend) -> None:
    variables = [Variable(np.ones((50, 40))) for _ in range(3)]
    plan = Plan(trace(momentum(*variables), Spec((8, 50)), Spec((8, 40))))
    (unit,) = units_of(plan, SIMD)
    placement = plan.place([unit])
    assert unit.primitives[0] == "matmul"
    assert (placement.arena_bytes, placement.copies) == (0, ())
    assert backend.compile(plan).kernels[0] == "matmul"


def adam(weights: Variable, mean: Variable, square: Variable) -> Callable[[Any, Any], None]:
    def step(x: Any, y: Any) -> None:
        gradient = p.matmul(x, y, transpose_x=True)
        mean.assign(mean + (gradient - mean) * 0.1)
        square.assign(square + (gradient * gradient - square) * 0.001)
        weights.assign(weights - mean * 0.01 / (ops.sqrt(square) + 1e-7))

    return step


def assert_learns_as_numpy_s(
    backend: WasmBackend, optimizer: Optimizer, x: Array, y: Array, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four steps along a product's gradient, between guard bytes."""
    found = []
    with guarded_arenas(monkeypatch) as guarded:
        for one in (backend, NumpyBackend()):
            variables = [Variable(np.ones((x.shape[1], y.shape[1]))) for _ in range(3)]
            plan = Plan(trace(optimizer(*variables), Spec(x.shape), Spec(y.shape)))
            one.compile(plan).run([x, y], 4)
            found.append([variable.numpy() for variable in variables])
        assert guarded
        assert all(memory.is_whole() for memory in guarded)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("share", [0.05, 1.0])
@pytest.mark.parametrize("columns", [1, 4, 8, 9, 130])
@pytest.mark.parametrize("rows", [1, 7, 13, 14, 20, 301])
@pytest.mark.parametrize("optimizer", [momentum, adam])
def test_an_optimizer_inside_of_a_product_learns_as_numpy_s(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch, optimizer: Optimizer,
    rows: int, columns: int, share: float,
) -> None:  # fmt: skip
    y = np.random.default_rng(1).normal(size=(8, columns)).astype(np.float32)
    assert_learns_as_numpy_s(backend, optimizer, with_zeros(0, (8, rows), share), y, monkeypatch)


@pytest.mark.parametrize(
    ("rows", "columns", "depth", "joined"),
    [
        (140, 1024, 8, True),  # rows of weights compete for the same lines of a cache
        (140, 1030, 33, True),  # more than 128 KB of errors in panels
        (70, 2048, 32, True),
        (10, 2048, 32, False),  # a gradient that has room in the second-level cache
        (40, 4104, 32, False),  # errors that have not
    ],
)
@pytest.mark.parametrize("optimizer", [momentum, adam])
def test_an_optimizer_along_wide_weights_learns_as_numpy_s(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch, optimizer: Optimizer,
    rows: int, columns: int, depth: int, joined: bool,
) -> None:  # fmt: skip
    variables = [Variable(np.ones((rows, columns))) for _ in range(3)]
    program = trace(optimizer(*variables), Spec((depth, rows)), Spec((depth, columns)))
    assert (len(units_of(Plan(program), SIMD)) == 1) == joined
    generator = np.random.default_rng(1)
    x, y = (generator.normal(size=(depth, n)).astype(np.float32) for n in (rows, columns))
    assert_learns_as_numpy_s(backend, optimizer, x, y, monkeypatch)


def test_an_optimizer_inside_of_a_product_passes_on_what_is_not_finite(
    backend: WasmBackend,
) -> None:
    x, y = np.ones((8, 20), np.float32), np.ones((8, 33), np.float32)
    x[2, 3], y[5, 17], x[:, 6:19], x[1, 19] = np.nan, np.inf, 0, -np.inf
    found = []
    for one in (backend, NumpyBackend()):
        variables = [Variable(np.ones((20, 33))) for _ in range(3)]
        one.compile(Plan(trace(adam(*variables), Spec((8, 20)), Spec((8, 33))))).run([x, y])
        found.append([variable.numpy() for variable in variables])
    assert 0 < np.isnan(found[0]).mean() < 1
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5, atol=1e-5)


def test_a_weight_that_a_product_still_reads_is_not_overwritten(backend: WasmBackend) -> None:
    # The loop changes what the product's next rows are made of.
    def step(state: Variable, x: Any) -> None:
        state.assign(p.matmul(state, x, transpose_x=True) + state)

    found = []
    x = np.random.default_rng(1).normal(size=(40, 40)).astype(np.float32) / 40
    for one in (backend, NumpyBackend()):
        state = Variable(np.eye(40))
        program = trace(lambda a, state=state: step(state, a), Spec((40, 40)))
        one.compile(Plan(program)).run([x], 3)
        found.append(state.numpy())
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5, atol=1e-6)


def test_a_product_that_another_equation_reads_first_keeps_its_place(backend: WasmBackend) -> None:
    def between(x: Any, y: Any) -> Any:
        made = p.matmul(x, y)
        return made - ops.max(made)

    plan = Plan(trace(between, Spec((9, 5)), Spec((5, 8))))
    units = [unit.primitives for unit in units_of(plan, SIMD)]
    assert units == [("matmul",), ("max",), ("subtract",)]
    x, y = (np.random.default_rng(n).normal(size=(5, 5)).astype(np.float32) for n in range(2))
    assert_as_defined(backend, between, x, y)


def test_moving_means_of_zeros_end_at_zero(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wasm, "_FLUSH_STEPS", 2)
    tiny, normal = np.float32(1.3e-38), np.float32(1e-3)
    means = Variable(np.resize([tiny, normal, -tiny, np.nan], 11))
    squares, count = Variable(np.full((3, 3), tiny)), Variable(np.full(5, 3, np.int32))

    def step(g: Any) -> None:
        means.assign(means + (g - means) * 0.5)
        squares.assign(squares * 0.5)
        count.assign(count * 1)

    executable = backend.compile(Plan(trace(step, Spec((11,)))))
    executable.run([np.zeros(11, np.float32)])
    assert np.isin(tiny / 2, means.numpy()), "a run is not flushed before there are enough steps"
    executable.run([np.zeros(11, np.float32)])
    wanted = np.resize([0, normal / 4, 0, np.nan], 11)
    np.testing.assert_allclose(means.numpy(), wanted, rtol=1e-6, atol=0)
    np.testing.assert_array_equal(squares.numpy(), np.zeros((3, 3)))
    np.testing.assert_array_equal(count.numpy(), np.full(5, 3))
    assert [t.last_step_only for t in executable.profile([np.zeros(11, np.float32)])][-1]


def test_a_part_is_timed_without_what_its_repetition_makes_subnormal(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    means = Variable(np.ones(8, np.float32))
    program = trace(lambda g: means.assign(means + (g - means) * 0.5), Spec((8,)))
    found: list[Array] = []

    def once(call: Callable[[int], object]) -> float:
        call(140)  # 2**-140 is subnormal
        found.append(means.storage().copy())
        return 1e-6

    monkeypatch.setattr(wasm, "shortest", once)
    backend.compile(Plan(program)).profile([np.zeros(8, np.float32)])
    np.testing.assert_array_equal(found[0], np.zeros(8))
    np.testing.assert_array_equal(means.numpy(), np.ones(8))


def losses(one: Backend, x: Array, y: Array) -> list[float]:
    """Of a linear layer trained with Adam's rule, one a step."""
    kernel, means, squares = (Variable(np.zeros((x.shape[1], y.shape[1]))) for _ in range(3))

    def step(inputs: Any, wanted: Any) -> Any:
        errors = p.matmul(inputs, kernel) - wanted
        gradient = p.matmul(inputs, errors, transpose_x=True)
        means.assign(means + (gradient - means) * 0.1)
        squares.assign(squares + (gradient * gradient - squares) * 0.001)
        kernel.assign(kernel - means * 0.01 / (ops.sqrt(squares) + 1e-7))
        return ops.mean(errors * errors)

    executable = one.compile(Plan(trace(step, Spec(x.shape), Spec(y.shape))))
    return [float(executable.run([x, y])[0]) for _ in range(20)]


def test_a_layer_on_images_with_margins_learns_as_numpy_s(backend: WasmBackend) -> None:
    x = with_zeros(0, (32, 200), 0.2)
    x[:, :30] = 0
    y = np.random.default_rng(1).normal(size=(32, 64)).astype(np.float32)
    found = assert_trained_alike(lambda one: losses(one, x, y), backend)
    assert found[-1] < found[0]
