"""Kernels against their NumPy definitions over random shapes, odd edges and odd numbers."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from pykeras_core import ops
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.primitive import Array
from tests.kernels.running import assert_as_defined, run

EDGES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 31, 33)
"""Around the 4 lanes of a vector, the 6 rows and 8 columns of a tile."""
ODD = (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e-40)
"""Nothing huge: a fused product and sum overflows less often than its parts."""

edge = st.sampled_from(EDGES)
shapes = st.lists(edge, min_size=1, max_size=4).map(tuple)
seeds = st.integers(0, 2**32 - 1)


def numbers(seed: int, shape: tuple[int, ...], odd: bool = False) -> Array:
    """Random float32 numbers, some of them odd ones if asked for."""
    generator = np.random.default_rng(seed)
    array = generator.normal(size=shape).astype(np.float32)
    if odd:
        array = np.where(generator.random(shape) < 0.2, generator.choice(ODD, shape), array)
    return np.asarray(array, np.float32)


@given(edge, edge, st.sampled_from((*EDGES, 255, 256, 257, 600)), st.data())
def test_matmul_in_all_transpositions(
    backend: WasmBackend, rows: int, columns: int, depth: int, data: st.DataObject
) -> None:
    transpose_x, transpose_y = data.draw(st.booleans()), data.draw(st.booleans())
    stack = data.draw(st.sampled_from([(), (0,), (3,), (2, 2)]))
    seed = data.draw(seeds)
    x = numbers(seed, (*stack, *((depth, rows) if transpose_x else (rows, depth))))
    y = numbers(seed + 1, (*stack, *((columns, depth) if transpose_y else (depth, columns))))

    def product(a: Any, b: Any) -> Any:
        return p.matmul(a, b, transpose_x=transpose_x, transpose_y=transpose_y)

    assert_as_defined(backend, product, x, y, atol=1e-6 * max(depth, 1))


@pytest.mark.parametrize("rows", [1, 5, 11, 400, 785])
@pytest.mark.parametrize("columns", [1, 4, 9, 130])
@pytest.mark.parametrize("transpose_x", [False, True])
def test_matmul_of_several_blocks(
    backend: WasmBackend, rows: int, columns: int, transpose_x: bool
) -> None:
    depth = 530
    x = numbers(1, (depth, rows) if transpose_x else (rows, depth))

    def product(a: Any, b: Any) -> Any:
        return p.matmul(a, b, transpose_x=transpose_x)

    assert_as_defined(backend, product, x, numbers(2, (depth, columns)), atol=3e-4)


def test_matmul_passes_on_nan_and_infinity(backend: WasmBackend) -> None:
    x, y = numbers(5, (9, 13)), numbers(6, (13, 11))
    x[2, 3], x[5, 12], x[8, 0], y[4, 10] = np.nan, np.inf, -np.inf, np.inf
    assert_as_defined(backend, lambda a, b: p.matmul(a, b), x, y, rtol=1e-5)


@given(shapes, st.data())
def test_reductions_over_any_axes(
    backend: WasmBackend, shape: tuple[int, ...], data: st.DataObject
) -> None:
    axes = tuple(data.draw(st.sets(st.integers(0, len(shape) - 1))))
    reduction = data.draw(st.sampled_from([p.sum_, p.prod, p.max_, p.min_]))
    if reduction in (p.max_, p.min_) and any(shape[axis] == 0 for axis in axes):
        return
    keepdims = data.draw(st.booleans())
    x = numbers(data.draw(seeds), shape, odd=reduction in (p.max_, p.min_))

    def reduced(a: Any) -> Any:
        return reduction(a, axis=axes, keepdims=keepdims)

    assert_as_defined(backend, reduced, x, rtol=1e-4, atol=1e-4)


def test_a_long_sum_is_as_exact_as_float32(backend: WasmBackend) -> None:
    x = numbers(3, (1_000_001,)) + np.float32(1)
    (total,) = run(backend, lambda a: p.sum_(a, axis=(0,), keepdims=False), x)
    np.testing.assert_allclose(total, x.astype(np.float64).sum(), rtol=1e-6)


@given(shapes, st.data())
def test_reductions_of_bytes_and_words(
    backend: WasmBackend, shape: tuple[int, ...], data: st.DataObject
) -> None:
    dtype = data.draw(st.sampled_from(["uint8", "int32", "uint32"]))
    bits = np.random.default_rng(data.draw(seeds)).integers(0, 2**32, shape, dtype=np.uint32)
    axes = tuple(data.draw(st.sets(st.integers(0, len(shape) - 1))))
    axis = data.draw(st.integers(0, len(shape) - 1))

    def reduced(a: Any) -> Any:
        found = [f(a, axis=axes, keepdims=False) for f in (p.sum_, p.prod)]
        if all(shape[n] for n in axes):
            found += [f(a, axis=axes, keepdims=False) for f in (p.max_, p.min_)]
        if shape[axis]:
            found += [p.argmax(a, axis=axis), p.argmin(a, axis=axis)]
        return found

    assert_as_defined(backend, reduced, bits.astype(dtype), rtol=0, atol=0)


@given(shapes, st.data())
def test_argsort_is_stable_and_puts_nan_last(
    backend: WasmBackend, shape: tuple[int, ...], data: st.DataObject
) -> None:
    axis = data.draw(st.integers(0, len(shape) - 1))
    x = numbers(data.draw(seeds), shape, odd=True)
    few = np.round(x)  # many ties, both zeros among them
    words = [x.view(dtype) for dtype in (np.int32, np.uint32)]

    def sorted_along(*operands: Any) -> Any:
        return [p.argsort(operand, axis=axis) for operand in operands]

    assert_as_defined(backend, sorted_along, x, few, -x, *words, rtol=0, atol=0)


def test_argsort_of_many(backend: WasmBackend) -> None:
    x = np.random.default_rng(1).integers(-500, 500, 70_001).astype(np.float32)
    assert_as_defined(backend, lambda a: p.argsort(a, axis=0), x, rtol=0, atol=0)


@given(shapes, st.data())
def test_softmax_argmax_and_cumsum_along_any_axis(
    backend: WasmBackend, shape: tuple[int, ...], data: st.DataObject
) -> None:
    axis = data.draw(st.integers(0, len(shape) - 1))
    x = numbers(data.draw(seeds), shape)

    def along(a: Any) -> Any:
        found = [p.softmax(a, axis=axis), p.log_softmax(a, axis=axis)]
        found += [p.cumsum(a, axis=axis, reverse=reverse) for reverse in (False, True)]
        if shape[axis]:
            found += [p.argmax(a, axis=axis), p.argmin(a, axis=axis)]
        return found

    assert_as_defined(backend, along, x, rtol=1e-5, atol=1e-5)


@given(seeds)
def test_argmax_and_maximum_find_the_first_nan(backend: WasmBackend, seed: int) -> None:
    x, y = numbers(seed, (5, 9), odd=True), numbers(seed + 1, (5, 9), odd=True)
    assert_as_defined(
        backend,
        lambda a, b: [p.argmax(a, axis=1), p.argmin(a, axis=0), p.maximum(a, b), p.minimum(a, b)],
        *(x, y),
    )


@given(mutually_broadcastable_shapes(num_shapes=3, max_dims=4, max_side=7), seeds)
def test_fused_chains_broadcast_as_numpy_does(backend: WasmBackend, found: Any, seed: int) -> None:
    x, y, z = (numbers(seed + n, shape, odd=True) for n, shape in enumerate(found.input_shapes))

    def chain(a: Any, b: Any, c: Any) -> Any:
        larger = a > b
        return ops.where(larger, a * b + c, ops.relu(c) - a), larger, (a + b) / c

    assert_as_defined(backend, chain, x, y, z)


@given(shapes, st.data())
def test_moving_elements(backend: WasmBackend, shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from([np.float32, np.uint8]))
    x = np.random.default_rng(data.draw(seeds)).integers(0, 255, shape).astype(dtype)
    order = data.draw(st.permutations(range(len(shape))))
    axes = tuple(data.draw(st.sets(st.integers(0, len(shape) - 1))))
    ends = [sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n)))) for n in shape]
    steps = tuple(data.draw(st.integers(1, 3)) for _ in shape)
    widths = tuple(data.draw(st.integers(0, 2)) for _ in shape)
    part = {"start": tuple(a for a, _ in ends), "stop": tuple(b for _, b in ends), "step": steps}

    def moved(a: Any) -> Any:
        return [
            p.transpose(a, axes=tuple(order)),
            p.flip(a, axis=axes),
            p.slice_(a, **part),
            p.pad(a, before=widths, after=steps, between=widths, value=7),
            p.concatenate(a, a, axis=data_axis),
            p.broadcast_to(a, shape=(3, *shape)),
        ]

    data_axis = data.draw(st.integers(0, len(shape) - 1))
    assert_as_defined(backend, moved, x, rtol=0, atol=0)


@given(shapes, st.data())
def test_reading_and_adding_at_indices_wherever_they_point(
    backend: WasmBackend, shape: tuple[int, ...], data: st.DataObject
) -> None:
    axis = data.draw(st.integers(0, len(shape) - 1))
    if shape[axis] == 0:
        return
    generator = np.random.default_rng(data.draw(seeds))
    x = numbers(data.draw(seeds), shape)
    rows = generator.integers(-3, shape[axis] + 3, data.draw(shapes)[:2]).astype(np.int32)
    along = generator.integers(-3, shape[axis] + 3, shape).astype(np.int32)

    def gathered(a: Any, i: Any, j: Any) -> Any:
        taken = p.take(a, i, axis=axis)
        return [
            taken,
            p.scatter_add(taken, i, axis=axis, size=shape[axis]),
            p.take_along_axis(a, j, axis=axis),
            p.scatter_add_along_axis(a, j, axis=axis, size=shape[axis] + 2),
            p.dynamic_slice(a, i[(0,) * i.ndim], length=shape[0] // 2) if i.size else a,
        ]

    assert_as_defined(backend, gathered, x, rows, along, rtol=1e-5, atol=1e-5)


@given(seeds, st.sampled_from([1, 2, 7, 511, 512, 513, 1030]))
def test_random_bits_are_those_of_the_definition(
    backend: WasmBackend, seed: int, size: int
) -> None:
    state = np.random.default_rng(seed).integers(0, 2**32, 2, dtype=np.uint32)

    def masked(key: Any) -> Any:
        bits = p.random_bits(key, shape=(size,))
        return bits, p.cast(p.right_shift(bits, 8), dtype="float32") * 2.0**-24 >= 0.5

    assert_as_defined(backend, masked, state, rtol=0, atol=0)
