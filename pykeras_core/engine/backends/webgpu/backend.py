"""The WebGPU backend: plans as lists of dispatches.

This module owns `WebgpuBackend` and `WebgpuExecutable`. Weights, slots and data stay on the device;
a run of many steps is a few submits, and nothing comes back but the outputs of the last step.
"""

from __future__ import annotations

import math
import time
import weakref
from collections.abc import Sequence

import numpy as np

from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.memory import check_inputs
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.timing import Timing
from pykeras_core.engine.backends.webgpu.device import DISPATCH_WORDS, STEP_BYTES, Device, Part
from pykeras_core.engine.backends.webgpu.dispatches import Encoding, encode
from pykeras_core.engine.backends.webgpu.kernels import Wgsl
from pykeras_core.engine.backends.webgpu.residence import (
    WORD_BYTES,
    Layout,
    Residence,
    array_of,
    words_from,
)
from pykeras_core.engine.backends.webgpu.scans import ScanWork, products_of
from pykeras_core.engine.backends.webgpu.tuning import Tiles, Trials, seconds_of
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Value

__all__ = ["WebgpuBackend", "WebgpuExecutable"]

_SUBMIT_S = 0.1
"""What one submit takes at most, about: a browser takes a device away that is busy for long."""
_FIRST_STEPS = 4
"""Steps of a submit while it is not known how long one takes."""


class WebgpuBackend:
    """Runs plans on a graphics processor.

    Args:
        device: Which.
    """

    name = "webgpu"

    def __init__(self, device: Device) -> None:
        self.device = device
        self._residence = Residence(device)
        self._tiles = Tiles(device)
        self._kernels = Wgsl(self._tiles.tile_of)

    def give_up(self) -> float:
        """Take what the host has of the weights for the newest, since the device is lost.

        Returns:
            How many seconds old they are.
        """
        return self._residence.give_up()

    def refusal(self, plan: Plan) -> Reason | None:
        """Why a plan cannot run here; None if it can."""
        return _refusal(plan, units_of(plan, self._kernels), self.device)

    def compile(self, plan: Plan) -> WebgpuExecutable:
        """Group, place and write the plan's equations as WGSL.

        Raises:
            NotImplementedError: If the plan cannot run here; the message says why.
        """
        units = units_of(plan, self._kernels)
        reason = _refusal(plan, units, self.device)
        if reason is not None:
            raise NotImplementedError(str(reason))
        trials = self._tiles.trials(products_of(units))
        return WebgpuExecutable(plan, units, self.device, self._residence, trials)


def _refusal(plan: Plan, units: Sequence[Unit], device: Device) -> Reason | None:
    missing = sorted(
        {
            name
            for unit in units
            if not isinstance(unit, Work | ScanWork)
            for name in unit.primitives
        }
    )
    if missing:
        return Reason("primitives", {"names": ", ".join(missing)})
    most = device.most_binding_bytes
    if len(Layout.of([value.spec for value in plan.inputs], most).sizes) > device.most_inputs:
        megabytes = sum(value.spec.size_bytes for value in plan.inputs) / 2**20
        return Reason("inputs", {"megabytes": f"{megabytes:.0f}"})
    return None


class WebgpuExecutable:
    """A plan written for a device, with an arena of its own there."""

    def __init__(
        self,
        plan: Plan,
        units: Sequence[Unit],
        device: Device,
        residence: Residence,
        trials: Trials,
    ) -> None:
        self._plan = plan
        self._device = device
        self._residence = residence
        self._layout = Layout.of([value.spec for value in plan.inputs], device.most_binding_bytes)
        self._encoding: Encoding = encode(plan, units, device, residence, self._layout)
        self._arena = device.buffer(self._encoding.arena_words * WORD_BYTES)
        weakref.finalize(self, device.release, self._arena)
        self._moments = self._steps_of_scans()
        weakref.finalize(self, device.release, self._moments)
        for offset, constant in zip(self._encoding.constants, plan.constants, strict=True):
            if constant.size:
                device.write(self._arena, offset * WORD_BYTES, words_from(constant))
        self._group: tuple[tuple[int, ...], int] = ((), -1)
        self._step_s = math.inf
        self._trials = trials

    @property
    def dispatches(self) -> int:
        """How many a step takes, its last one's own left out."""
        return len(self._words(0, False)) // DISPATCH_WORDS

    @property
    def is_ready(self) -> bool:
        """Whether all shaders are compiled."""
        own = [one.pipeline for one in self._encoding.dispatches]
        return not self._device.pending([*own, *self._trials.pipelines])

    def tune(self) -> bool:
        """Measure the tiles of its products, where that has not been done, once it is ready.

        Returns:
            Whether it pays to compile the plan anew.
        """
        return self._trials.measure()

    def run(
        self, inputs: Sequence[Array], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> list[Array]:
        """Run the program; see `Executable.run`."""
        self.start(inputs, n_steps, stamps)
        return self.read()

    def start(
        self, inputs: Sequence[Array], n_steps: int = 1, stamps: Sequence[int] | None = None
    ) -> None:
        """Begin to run; returns before it has."""
        if n_steps < 1:
            raise ValueError(f"the program runs 1 or more steps, received n_steps={n_steps}")
        check_inputs(inputs, self._plan.inputs)
        group = self._bring(inputs, stamps)
        self._began, self._steps = time.perf_counter(), n_steps
        every, last = self._words(group, False), self._words(group, True)
        known = self._step_s < math.inf
        together = max(int(_SUBMIT_S / self._step_s), 1) if known else _FIRST_STEPS
        left = n_steps - 1
        while left:
            steps = min(left, together)
            left -= steps
            self._device.submit(np.tile(every, steps))
        self._device.submit(last)
        self._residence.lend([self._plan.variables[n] for n, _ in self._plan.updates])

    def read(self) -> list[Array]:
        """Wait for the run, and bring the outputs of its last step back."""
        outputs = self._plan.outputs
        parts = [part for value in outputs if (part := self._part(value)) is not None]
        found = iter(self._device.read(parts or [Part(self._arena, 0, WORD_BYTES)]))
        self._step_s = min(self._step_s, (time.perf_counter() - self._began) / self._steps)
        self._residence.keep()
        return [
            self._here(value) if self._part(value) is None else array_of(next(found), value.spec)
            for value in outputs
        ]

    def profile(self, inputs: Sequence[Array]) -> list[Timing]:
        """Time each dispatch; see `Executable.profile`."""
        group = self._bring(inputs, None)
        kept = [(variable, variable.elements().copy()) for variable in self._plan.variables]
        self.run(inputs)
        nothing = Part(self._arena, 0, WORD_BYTES)
        timings = []
        for one in self._encoding.dispatches:
            words = np.array([one.pipeline, group, one.workgroups, 0], np.int32)
            seconds = seconds_of(self._device, words, nothing)
            timings.append(Timing(one.primitives, "wgsl", seconds, one.last_step_only))
        for variable, elements in kept:
            variable.storage()[...] = elements
        return timings

    def _bring(self, inputs: Sequence[Array], stamps: Sequence[int] | None) -> int:
        """Bring what has changed to the device; returns the group of bindings."""
        self._residence.bring(self._plan.variables)
        self._inputs = inputs
        data = self._residence.data(inputs, stamps, self._layout, self)
        buffers = (self._arena, self._residence.state, self._moments, *data)
        if self._group[0] != buffers:
            self._group = (buffers, self._device.group(buffers))
        return self._group[1]

    def _steps_of_scans(self) -> int:
        """A buffer with the numbers of the steps of the longest scan."""
        steps = np.zeros((self._encoding.longest_scan, STEP_BYTES // WORD_BYTES), np.uint32)
        steps[:, 0] = np.arange(len(steps))
        buffer = self._device.buffer(steps.nbytes)
        self._device.write(buffer, 0, steps)
        return buffer

    def _words(self, group: int, is_last: bool) -> Array:
        """The list of a step's dispatches."""
        found = [
            (one.pipeline, group, one.workgroups, step)
            for sequence in self._encoding.sequences
            for step in range(sequence.length)
            for one in sequence.dispatches
            if is_last or not one.last_step_only
        ]
        return np.array(found, np.int32).reshape(-1, DISPATCH_WORDS).ravel()

    def _part(self, value: Value) -> Part | None:
        """Where an output lies on the device; None if the host has it."""
        place = self._encoding.placement.locations[id(value)]
        size = value.spec.size * WORD_BYTES
        if place.kind == "arena":
            return Part(self._arena, self._encoding.arena_offset(place.index) * WORD_BYTES, size)
        if place.kind == "variable":
            offset = self._residence.offset(self._plan.variables[place.index])
            return Part(self._residence.state, offset * WORD_BYTES, size)
        return None

    def _here(self, value: Value) -> Array:
        """An output that is an input or a constant."""
        place = self._encoding.placement.locations[id(value)]
        arrays = self._inputs if place.kind == "input" else self._plan.constants
        return np.array(arrays[place.index].reshape(value.spec.shape))
