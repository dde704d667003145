"""Comparing an op with NumPy: at once and traced, in value, shape and gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.engine import DTYPES, GradientTape, Tensor, convert_to_tensor
from pykeras_core.engine.primitive import Array
from tests.core.traced import run_traced


def values(shape: tuple[int, ...], low: float = -2.0, high: float = 2.0, seed: int = 0) -> Array:
    """Random float32 numbers, the same at every call."""
    generator = np.random.default_rng(seed)
    return np.asarray(generator.uniform(low, high, shape), np.float32)


def check(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    *arrays: Any,
    rtol: float = 2e-6,
    atol: float = 1e-6,
) -> None:
    """Compare an op with NumPy, eagerly and traced, in value and shape."""
    wanted = tree.flatten(reference(*arrays))
    eager = tree.flatten(function(*map(convert_to_tensor, arrays)))
    for found in (eager, tree.flatten(run_traced(function, *arrays))):
        assert len(found) == len(wanted)
        for got, expected in zip(found, wanted, strict=True):
            assert got.shape == np.shape(expected)
            assert str(got.dtype) in DTYPES
            np.testing.assert_allclose(np.asarray(got), expected, rtol=rtol, atol=atol)


def gradient(function: Callable[..., Any], *arrays: Any) -> list[Any]:
    """Gradients of the sum of a result with respect to float32 operands, as arrays."""
    tensors = [convert_to_tensor(np.asarray(array, np.float32)) for array in arrays]
    with GradientTape() as tape:
        tape.watch(tensors)
        result = function(*tensors)
    found = tape.gradient(result, tensors)
    return [g.numpy() if isinstance(g, Tensor) else g for g in found]


def check_gradient(function: Callable[..., Any], reference: Any, *arrays: Any) -> None:
    """Compare gradients with central differences of a float64 NumPy reference."""
    found = gradient(function, *arrays)
    exact = [np.asarray(array, np.float64) for array in arrays]
    for position, got in enumerate(found):
        numeric = np.empty(exact[position].shape)
        for place in np.ndindex(numeric.shape):
            sums = []
            for step in (1e-5, -1e-5):
                moved = [array.copy() for array in exact]
                moved[position][place] += step
                sums.append(np.sum(reference(*moved)))
            numeric[place] = (sums[0] - sums[1]) / 2e-5
        np.testing.assert_allclose(got, numeric, rtol=1e-4, atol=1e-5)
