"""Calls: equations whose operands are known, run on the kernels at once.

This module owns `KernelCalls`. An equation is encoded once for its shapes, dtypes and
parameters; from then on a call needs nothing but the addresses of its arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from pykeras_core.engine.backends.memory import address_of, aligned_bytes
from pykeras_core.engine.backends.wasm.instructions import Code, KernelUnit
from pykeras_core.engine.backends.wasm.library import Library
from pykeras_core.engine.backends.wasm.lowering import kernel_unit, may_have_kernel
from pykeras_core.engine.plan import Location
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["KernelCalls"]

_MAX_ENCODED = 256
"""Equations kept encoded, those called last: some hundred bytes each."""


class KernelCalls:
    """Runs single equations on the kernels; keeps no memory but their instructions.

    Args:
        library: The kernels.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self, equation: Equation, arrays: Sequence[Array]) -> list[Array] | None:
        """Compute an equation.

        Args:
            equation: What to compute.
            arrays: Its operands, which are read where they are, never written.

        Returns:
            A fresh array for each output; None if the equation has no kernel of its own, or the
            kernels cannot read an array where it is.
        """
        if not may_have_kernel(equation.primitive.name):
            return None  # nothing is kept of it, nor of the program in a scan's parameters
        call = _encoded(
            equation.primitive,
            tuple(value.spec for value in equation.inputs),
            tuple(equation.params.items()),
            tuple(value.spec for value in equation.outputs),
        )
        if call is None or not all(a.flags.c_contiguous and a.flags.aligned for a in arrays):
            return None
        outputs = [np.empty(value.spec.shape, value.spec.dtype) for value in equation.outputs]
        parts = [aligned_bytes(size) for size in call.scratch_bytes]
        table = call.table({"input": arrays, "output": outputs, "scratch": parts})
        self._library.run(address_of(call.words), len(call.words), address_of(table), 1, 1)
        return outputs


@dataclass(frozen=True)
class _Call:
    """An equation encoded.

    Args:
        words: Its instructions.
        places: What each operand of the instructions refers to.
        scratch_bytes: Size of each part of the scratch.
    """

    words: Array
    places: tuple[Location, ...]
    scratch_bytes: tuple[int, ...]

    def table(self, memory: Mapping[str, Sequence[Array]]) -> Array:
        """The addresses of the operands."""
        return np.array([address_of(memory[p.kind][p.index]) for p in self.places], np.uintp)


@lru_cache(_MAX_ENCODED)
def _encoded(
    primitive: Primitive,
    inputs: tuple[Spec, ...],
    params: tuple[tuple[str, Any], ...],
    outputs: tuple[Spec, ...],
) -> _Call | None:
    """The call that computes an equation; None if it has no kernel of its own."""
    operands, results = tuple(map(Value, inputs)), tuple(map(Value, outputs))
    unit = kernel_unit(Equation(primitive, operands, dict(params), results))
    if not isinstance(unit, KernelUnit):
        return None
    places = {id(value): Location("input", n) for n, value in enumerate(operands)}
    places |= {id(value): Location("output", n) for n, value in enumerate(results)}
    code = Code(lambda value: places[id(value)])
    unit.encode(code)
    return _Call(code.take(), tuple(code.locations), tuple(code.scratch_bytes))
