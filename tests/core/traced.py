"""Running a function the way training runs a step: traced once, then by the NumPy backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core.engine import Spec, canonical_array, trace
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan


def run_traced(function: Callable[..., Any], *arrays: Any, n_steps: int = 1) -> Any:
    """What `function(*arrays)` returns after `n_steps` runs of its traced program."""
    arrays = tuple(canonical_array(array) for array in arrays)
    program = trace(function, *(Spec(array.shape, array.dtype.name) for array in arrays))
    program.check()
    outputs = NumpyBackend().compile(Plan(program)).run(arrays, n_steps)
    return program.pack(outputs)
