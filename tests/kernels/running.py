"""Running a function on two backends, and memory that notices who writes beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import Spec, trace
from pykeras_core.engine.backends import memory
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm import addresses
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array

GUARD = 0xA5
GUARD_BYTES = 64


def specs_of(arrays: Sequence[Array]) -> list[Spec]:
    return [Spec(array.shape, array.dtype.name) for array in arrays]


def run(backend: Backend, function: Callable[..., Any], *arrays: Array) -> list[Array]:
    """Trace a function for arrays and run it once."""
    program = trace(function, *specs_of(arrays))
    program.check()
    return backend.compile(Plan(program)).run(arrays)


def assert_as_defined(
    backend: WasmBackend, function: Callable[..., Any], *arrays: Array, **tolerance: float
) -> None:
    """The kernels give what the NumPy definitions give."""
    found = run(backend, function, *arrays)
    for got, wanted in zip(found, run(NumpyBackend(), function, *arrays), strict=True):
        assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
        np.testing.assert_allclose(got, wanted, **{"rtol": 2e-6, "atol": 1e-6, **tolerance})


def without_kernel(x: Any) -> Any:
    """A function with an equation that runs its definition: an integer to an unknown power.

    The definition refuses exponents below 0 when it meets them, which no kernel can.
    """
    whole = ops.cast(ops.clip(ops.abs(x), 0, 3), "int32")
    return x + ops.cast(ops.power(whole, whole), "float32")


@dataclasses.dataclass
class GuardedBytes:
    """Memory between two guards.

    Args:
        size: Bytes.
        shift: How far its start is from a multiple of `ALIGNMENT_BYTES`.
    """

    size: int
    shift: int = 0

    def __post_init__(self) -> None:
        total = self.size + 2 * GUARD_BYTES + memory.ALIGNMENT_BYTES
        self._room = np.full(total, GUARD, np.uint8)
        first = -(memory.address_of(self._room) + GUARD_BYTES) % memory.ALIGNMENT_BYTES
        self._start = first + GUARD_BYTES + self.shift

    @property
    def inside(self) -> Array:
        """The memory itself."""
        return self._room[self._start : self._start + self.size]

    def is_whole(self) -> bool:
        """Whether nobody has written beside it."""
        before, after = self._room[: self._start], self._room[self._start + self.size :]
        return bool((before == GUARD).all() and (after == GUARD).all())


def guarded_copy(array: Array, shift: int) -> tuple[Array, GuardedBytes]:
    """A copy of an array between guards, `shift` elements away from an aligned address."""
    guarded = GuardedBytes(array.nbytes, shift * array.itemsize)
    copied = guarded.inside.view(array.dtype).reshape(array.shape)
    copied[...] = array
    return copied, guarded


@contextmanager
def guarded_arenas(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[GuardedBytes]]:
    """A context in which arenas and scratch lie between guards, which it lists."""
    made: list[GuardedBytes] = []

    def aligned_bytes(size: int) -> Array:
        made.append(GuardedBytes(size))
        return made[-1].inside

    with monkeypatch.context() as patch:
        patch.setattr(memory, "aligned_bytes", aligned_bytes)
        patch.setattr(addresses, "aligned_bytes", aligned_bytes)
        yield made
