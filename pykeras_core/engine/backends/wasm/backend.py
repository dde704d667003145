"""The WASM backend: plans as instructions that one C function runs, step after step.

This module owns `WasmBackend` and `WasmExecutable`. The kernels work on NumPy's own memory, by
address; in a page they are a WebAssembly side module, elsewhere a shared library of the same
sources. Equations without a kernel run their NumPy definition in between, on the same memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.memory import Memory, address_of
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.reference.backend import NumpyUnit, bound
from pykeras_core.engine.backends.timing import Timing, repeated, shortest
from pykeras_core.engine.backends.wasm.addresses import AddressTable
from pykeras_core.engine.backends.wasm.instructions import Code, KernelUnit, instruction_name
from pykeras_core.engine.backends.wasm.kernels import SIMD
from pykeras_core.engine.backends.wasm.library import Library, load
from pykeras_core.engine.backends.wasm.lowering import copy_value
from pykeras_core.engine.backends.wasm.packing import packed_weights
from pykeras_core.engine.plan import Location, Plan, Unit
from pykeras_core.engine.primitive import Array

__all__ = ["WasmBackend", "WasmExecutable"]

# A module with one function, which fills a vector: (func (result v128) i32.const 0 i8x16.splat).
_SIMD_MODULE = bytes.fromhex("0061736d0100000001050160 00017b 03020100 0a08010600 4100 fd0f 0b")

_FLUSH_STEPS = 100
"""After so many steps all that has become subnormal in a variable is made zero. A moving mean
takes hundreds to become so; looking for it reads all weights and their means."""


class WasmBackend:
    """Runs plans with the SIMD kernels.

    Args:
        library: The kernels; default: those for this machine.

    Raises:
        OSError: If there are no kernels for this machine.
    """

    name = "wasm"

    def __init__(self, library: Library | None = None) -> None:
        _require_simd()
        self._library = library or load()

    def refusal(self, plan: Plan) -> Reason | None:
        """None: what has no kernel runs its NumPy definition."""
        return None

    def compile(self, plan: Plan) -> WasmExecutable:
        """Group, place and encode the plan's equations."""
        return WasmExecutable(plan, self._library)


def _require_simd() -> None:
    """Say so in a page whose browser lacks what all kernels are made of.

    Raises:
        OSError: If it does.
    """
    if sys.platform != "emscripten":
        return
    import js
    from pyodide import ffi

    if not js.WebAssembly.validate(ffi.to_js(_SIMD_MODULE)):
        raise OSError("this browser has no WebAssembly SIMD")


@dataclass(frozen=True)
class _Segment:
    """What runs in one go: instructions, or one equation without a kernel.

    Args:
        code: Instructions; empty for an equation without a kernel.
        unit: What the instructions are for; None where they are for several units.
        last_step_only: Whether a run needs it in its last step alone.
    """

    code: Array
    unit: Unit | None = None
    last_step_only: bool = False

    @property
    def has_kernel(self) -> bool:
        """Whether instructions run it."""
        return self.unit is None or isinstance(self.unit, KernelUnit)

    @cached_property
    def address(self) -> int:
        """Where the instructions begin."""
        return address_of(self.code)


class WasmExecutable:
    """A plan encoded for the kernels, with an arena of its own."""

    def __init__(self, plan: Plan, library: Library) -> None:
        self._plan = plan
        self._library = library
        self._units = [
            unit if isinstance(unit, KernelUnit) else NumpyUnit(unit.equations)
            for unit in units_of(plan, SIMD)
        ]
        self._placement = plan.place(self._units)
        code = Code(lambda value: self._placement.locations.get(id(value)))
        code.kept, kept_bytes = packed_weights(plan, self._units, self._placement)
        self._parts = self._encode(code)
        self._segments = _joined(self._parts)
        self._flush = self._encode_flush(code)
        self._unflushed_steps = 0
        self._memory = Memory(plan, self._placement)
        self._table = AddressTable(self._memory, code.locations, code.scratch_bytes, kept_bytes)

    def run(
        self, inputs: Sequence[Array], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> list[Array]:
        """Run the program; see `Executable.run`."""
        self._memory.bring(inputs, n_steps)
        table = self._table.refresh()
        if len(self._segments) == 1 and self._segments[0].has_kernel:
            self._run_segment(self._segments[0], table, n_steps, is_last=True)
        else:
            self._run_mixed(table, n_steps)
        self._unflushed_steps += n_steps
        if self._unflushed_steps >= _FLUSH_STEPS:
            self._run_flush(table)
        return [self._memory.view(value).copy() for value in self._plan.outputs]

    @property
    def kernels(self) -> list[str | None]:
        """For each part of a step, the instructions that run it; None for a NumPy definition."""
        parts = [*self._parts, *self._flush]
        return [instruction_name(p.code) if p.has_kernel else None for p in parts]

    def profile(self, inputs: Sequence[Array]) -> list[Timing]:
        """Time each unit; see `Executable.profile`."""
        self._memory.bring(inputs, 1)
        with self._memory.restored(), np.errstate(all="ignore"):
            self.run(inputs)
            table = self._table.refresh()
            return [self._timing(part, table) for part in (*self._parts, *self._flush)]

    def _timing(self, part: _Segment, table: int) -> Timing:
        name = instruction_name(part.code) if part.has_kernel else None
        primitives = part.unit.primitives if part.unit else (str(name).partition(" ")[0],)
        values = tuple(part.unit.outputs) if part.unit else ()
        if part.unit is not None and part.unit.has_effect:
            return Timing(primitives, None, 0.0, part.last_step_only, values)
        if not part.has_kernel:
            many = repeated(partial(self._call(part, table), True))
        elif part.last_step_only:  # a run of many steps would execute it just once
            many = repeated(partial(self._run_segment, part, table, 1, True))
        else:
            many = partial(self._run_and_flush, part, table)
        return Timing(primitives, name, shortest(many), part.last_step_only, values)

    def _run_and_flush(self, part: _Segment, table: int, times: int) -> None:
        """Execute a part so often that it may leave much subnormal, which no whole run does."""
        self._run_segment(part, table, times, True)
        self._run_flush(table)

    def _run_flush(self, table: int) -> None:
        for flush in self._flush:
            self._run_segment(flush, table, 1, True)
        self._unflushed_steps = 0

    def _run_segment(self, segment: _Segment, table: int, n_steps: int, is_last: bool) -> None:
        self._library.run(segment.address, len(segment.code), table, n_steps, int(is_last))

    def _run_mixed(self, table: int, n_steps: int) -> None:
        """Step by step, where some equations have no kernel."""
        calls = [(self._call(segment, table), segment.last_step_only) for segment in self._segments]
        with np.errstate(all="ignore"):
            for step in range(n_steps):
                is_last = step == n_steps - 1
                for call, last_only in calls:
                    if is_last or not last_only:
                        call(is_last)

    def _call(self, segment: _Segment, table: int) -> Callable[[bool], object]:
        if segment.has_kernel:
            return partial(self._run_segment, segment, table, 1)
        assert segment.unit is not None
        evaluate = bound(segment.unit.equations[0], self._memory.view)
        return lambda is_last: evaluate()

    def _encode(self, code: Code) -> list[_Segment]:
        """A part for each unit, and one that copies what could not be written in place."""
        parts = []
        for unit in self._units:
            last_only = self._plan.last_step_only(unit)
            if isinstance(unit, KernelUnit):
                unit.encode(code)
            parts.append(_Segment(code.take(last_only), unit, last_only))
        for position, value in self._placement.copies:
            copy_value(code, Location("variable", position), value)
        copies = _Segment(code.take())
        return [*parts, copies] if len(copies.code) else parts

    def _encode_flush(self, code: Code) -> list[_Segment]:
        """What makes zero what has become subnormal in variables, if any of them can."""
        for position, value in self._plan.updates:
            if value.spec.dtype == "float32" and value.spec.size:
                place = code.operand_at(Location("variable", position))
                code.add("FLUSH", place, value.spec.size)
        flush = _Segment(code.take(), last_step_only=True)
        return [flush] if len(flush.code) else []


def _joined(parts: Sequence[_Segment]) -> list[_Segment]:
    """Neighbouring instructions put together, so that they run in one call."""
    segments: list[_Segment] = []
    for part in parts:
        if not part.has_kernel:
            segments.append(part)
        elif segments and segments[-1].has_kernel:
            segments[-1] = _Segment(np.concatenate([segments[-1].code, part.code]))
        else:
            segments.append(_Segment(part.code))
    return segments
