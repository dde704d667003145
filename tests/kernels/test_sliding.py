"""Convolution and pooling against their NumPy definitions: any way a window can slide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core.engine import primitives as p
from pykeras_core.engine import trace
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.plan import Plan
from tests.kernels.running import assert_as_defined, guarded_arenas, guarded_copy, specs_of
from tests.kernels.sliding import BLOCKS, Run, Sliding, channel_counts, groupings, slidings
from tests.kernels.test_shapes import numbers, seeds

Grouping = tuple[int, int, int]


def check(backend: WasmBackend, call: Run, seed: int, odd: bool, terms: int) -> None:
    """A kernel gives what its definition gives, and writes nowhere else.

    Args:
        backend: The kernels.
        call: A function, and the shapes of its arguments, which begin at unaligned addresses.
        seed: Of the random arguments.
        odd: Whether some elements are NaN, infinite or as good as zero.
        terms: How many terms a sum has at most.
    """
    function, shapes = call
    copies = [guarded_copy(numbers(seed + n, s, odd), shift=1) for n, s in enumerate(shapes)]
    arrays = [array for array, _ in copies]
    assert None not in backend.compile(Plan(trace(function, *specs_of(arrays)))).kernels
    with guarded_arenas(pytest.MonkeyPatch()) as arenas:
        assert_as_defined(backend, function, *arrays, atol=1e-6 * terms)
    assert all(guard.is_whole() for guard in (*arenas, *(guard for _, guard in copies)))


@given(slidings(dilated=True), groupings, seeds, st.booleans())
def test_convolution_and_its_gradients(
    backend: WasmBackend, sliding: Sliding, grouping: Grouping, seed: int, odd: bool
) -> None:
    for call in sliding.convolutions(*grouping):
        check(backend, call, seed, odd, sliding.terms * max(grouping))


@pytest.mark.parametrize(("sliding", "groups", "channels", "filters"), BLOCKS)
def test_convolution_in_several_blocks(
    backend: WasmBackend, sliding: Sliding, groups: int, channels: int, filters: int
) -> None:
    for call in sliding.convolutions(groups, channels, filters):
        check(backend, call, 1, False, sliding.terms * max(channels, filters))


@given(slidings(dilated=False), channel_counts, seeds, st.booleans())
def test_pooling_and_its_gradients(
    backend: WasmBackend, sliding: Sliding, channels: int, seed: int, odd: bool
) -> None:
    for call in sliding.poolings(channels):
        check(backend, call, seed, odd, sliding.terms)


@pytest.mark.parametrize("sliding", [row[0] for row in BLOCKS if max(row[0].dilation) == 1])
def test_pooling_in_several_blocks(backend: WasmBackend, sliding: Sliding) -> None:
    for call in sliding.poolings(6):
        check(backend, call, 2, False, sliding.terms)


def test_a_tie_or_a_nan_sends_the_gradient_to_the_first_place(backend: WasmBackend) -> None:
    x = np.zeros((1, 4, 4, 5), np.float32)
    x[0, 1, 1, 1], x[0, 3, 2, 2], x[0, :, :, 3] = np.nan, 1, -np.inf
    pool = {"size": (2, 2), "strides": (2, 2), "padding": ((0, 0), (0, 0))}
    ct = np.arange(1, 21, dtype=np.float32).reshape(1, 2, 2, 5)
    program = trace(lambda a, b: p.max_pool_grad(a, b, **pool), *specs_of([ct, x]))
    (found,) = backend.compile(Plan(program)).run([ct, x])
    wanted = np.zeros_like(x)
    wanted[:, ::2, ::2] = ct
    wanted[0, 2, 2, 2], wanted[0, 3, 2, 2] = 0, ct[0, 1, 1, 2]
    np.testing.assert_array_equal(found, wanted)
