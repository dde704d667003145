"""Eager calls: which of them are worth a call of the kernels.

This module owns `evaluate`. It loads nothing before the first equation that is large enough.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Equation

if TYPE_CHECKING:
    from pykeras_core.engine.backends.wasm.calls import KernelCalls

__all__ = ["evaluate"]

_PRODUCTS = ("matmul", "conv", "conv_input_grad", "conv_kernel_grad")
_AS_FAST_IN_NUMPY = (
    *("transpose", "flip", "slice", "pad", "concatenate", "take", "dynamic_slice"),
    *("argmax", "argmin"),
)
"""They move or compare elements, each once."""

_MIN_ELEMENTS = 2**9
"""Fewer are not worth a look at what is done with them."""

_MIN_ARITHMETIC = 2**16
"""Where a kernel begins to pay in a page, measured: a call costs 30 us there, and NumPy sums
100,000 numbers in 170 us, multiplies 48 x 48 matrices in 340."""


def evaluate(equation: Equation, arrays: Sequence[Array]) -> list[Array] | None:
    """Compute an equation on the kernels if that is faster than its NumPy definition.

    Args:
        equation: What to compute.
        arrays: Its operands.

    Returns:
        A fresh array for each output; None where NumPy shall compute: the equation is small or
        has no kernel, or there are no kernels here.
    """
    elements = 0
    for array in arrays:
        elements += array.size
    if elements < _MIN_ELEMENTS or _arithmetic(equation, arrays) < _MIN_ARITHMETIC:
        return None
    calls = _calls()
    return None if calls is None else calls.run(equation, arrays)


def _arithmetic(equation: Equation, arrays: Sequence[Array]) -> float:
    """About how many multiplications, or other steps, an equation takes; 0 if kernels do not help.

    They do with floats, not with integers. Each index of a product runs along two of its three
    arrays: together these have as many elements as the square of the number of multiplications.
    """
    name = equation.primitive.name
    if name in _AS_FAST_IN_NUMPY or arrays[0].dtype != np.float32:
        return 0
    sizes = [array.size for array in arrays]
    if name in _PRODUCTS:
        return math.sqrt(math.prod(sizes) * equation.outputs[0].spec.size)
    return sum(sizes)


@cache
def _calls() -> KernelCalls | None:
    """The kernels of a page; elsewhere NumPy has a BLAS, which is as fast."""
    if sys.platform != "emscripten":
        return None
    from pykeras_core.engine.backends.wasm.calls import KernelCalls
    from pykeras_core.engine.backends.wasm.library import load

    try:
        return KernelCalls(load())
    except OSError:
        return None  # `choose` says so where a model is trained
