"""Dispatches: the schedule of a plan as shaders, and where its values lie on the device.

This module owns `encode`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pykeras_core.engine.backends.webgpu.device import Device
from pykeras_core.engine.backends.webgpu.products import ProductWork
from pykeras_core.engine.backends.webgpu.residence import WORD_BYTES, Layout, Residence, Span
from pykeras_core.engine.backends.webgpu.scans import Copy, ScanWork, stage_lines, words_of
from pykeras_core.engine.backends.webgpu.schedule import Dispatch, Stage, parted, schedule
from pykeras_core.engine.backends.webgpu.shader import (
    SMALL_THREADS,
    WIDE_THREADS,
    Place,
    Shader,
)
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import ALIGNMENT_BYTES, Location, Placement, Plan, Unit
from pykeras_core.engine.program import Value

__all__ = ["Encoded", "Encoding", "Run", "Shaders", "encode"]

_BYTE_DTYPES = ("uint8", "bool")


@dataclass(frozen=True)
class Encoded:
    """A dispatch.

    Args:
        pipeline: Its shader.
        workgroups: How many.
        last_step_only: Whether a run needs it in its last step alone.
        primitives: Names of the equations it computes.
    """

    pipeline: int
    workgroups: int
    last_step_only: bool
    primitives: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """Dispatches that run one after the other, once or for each step of a scan.

    Args:
        dispatches: In order.
        length: How often.
    """

    dispatches: tuple[Encoded, ...]
    length: int = 1


@dataclass(frozen=True)
class Encoding:
    """A plan's dispatches.

    Args:
        sequences: In order.
        placement: Where values live.
        constants: The first word of each constant in the arena.
        arena_words: Size of the arena with its constants.
    """

    sequences: tuple[Run, ...]
    placement: Placement
    constants: tuple[int, ...]
    arena_words: int

    @property
    def dispatches(self) -> list[Encoded]:
        """All of them, those of a scan once."""
        return [one for sequence in self.sequences for one in sequence.dispatches]

    @property
    def longest_scan(self) -> int:
        """Steps of the longest scan whose steps have dispatches of their own; at least 1."""
        return max((sequence.length for sequence in self.sequences), default=1)

    def arena_offset(self, index: int) -> int:
        """The word at which a location of the arena begins."""
        return self.arena_words - self._values_words + index // WORD_BYTES

    @property
    def _values_words(self) -> int:
        return self.placement.arena_bytes // WORD_BYTES


def encode(
    plan: Plan, units: Sequence[Unit], device: Device, residence: Residence, layout: Layout
) -> Encoding:
    """Write a plan's units as shaders.

    Args:
        plan: What to run.
        units: Its equations, grouped.
        device: Compiles the shaders.
        residence: Where the variables are.
        layout: Where the inputs are.
    """
    dispatches = schedule(plan, units)
    placement = plan.place([stage for one in dispatches for stage in one.stages], words_of)
    constants, first = [], 0
    for constant in plan.constants:
        constants.append(first)
        size_bytes = constant.size * WORD_BYTES
        first += -(-size_bytes // ALIGNMENT_BYTES) * ALIGNMENT_BYTES // WORD_BYTES
    words = max(first + placement.arena_bytes // WORD_BYTES, 1)
    encoding = Encoding((), placement, tuple(constants), words)

    def place(location: Location) -> Place:
        if location.kind == "arena":
            return Place("arena", f"{encoding.arena_offset(location.index)}u")
        if location.kind == "constant":
            return Place("arena", f"{constants[location.index]}u")
        if location.kind == "variable":
            return Place("state", f"{residence.offset(plan.variables[location.index])}u")
        spec = plan.inputs[location.index].spec
        return _input_place(layout.places[location.index], spec.dtype)

    def locate(value: Value) -> Place | None:
        location = placement.locations.get(id(value))
        return None if location is None else place(location)

    targets = [place(Location("variable", position)) for position, _ in placement.copies]
    copies = [
        Copy(value, partial(_fixed, place=target))
        for (_, value), target in zip(placement.copies, targets, strict=True)
    ]
    dispatches += parted(copies, plan)
    shaders = Shaders(locate, len(layout.sizes), device)
    runs = tuple(run for one in dispatches for run in shaders.runs(one) if run.dispatches)
    return Encoding(runs, placement, tuple(constants), words)


def _fixed(shader: Shader, place: Place) -> Place:
    """A place that is the same in every shader."""
    return place


def _input_place(spans: Sequence[Span], dtype: str) -> Place:
    """Where an input's elements are: bytes stay packed."""
    packed = dtype in _BYTE_DTYPES
    size = 1 if packed else WORD_BYTES
    first, *rest = spans
    parts = tuple((f"input{span.buffer}", span.first // size) for span in rest)
    return Place(f"input{first.buffer}", f"{first.offset // size}u", packed, parts)


class Shaders:
    """Writes dispatches as shaders.

    Args:
        locate: Where a value lives.
        inputs: How many buffers of inputs there are.
        device: Compiles the shaders.
    """

    def __init__(
        self, locate: Callable[[Value], Place | None], inputs: int, device: Device
    ) -> None:
        self._locate, self._inputs, self._device = locate, inputs, device

    def runs(self, dispatch: Dispatch) -> list[Run]:
        """A dispatch as it is, or a large scan as several."""
        scan = dispatch.stages[0].units[0]
        if dispatch.is_wide and isinstance(scan, ScanWork):
            return self._scan_runs(scan, dispatch.last_step_only)
        one = self.encoded(dispatch, dispatch.last_step_only)
        return [] if one is None else [Run((one,))]

    def _scan_runs(self, scan: ScanWork, last_step_only: bool) -> list[Run]:
        plan = scan.plan
        begin = [self.encoded(one, last_step_only) for one in parted(scan.begin, plan)]
        inside = [self.encoded(one, last_step_only, scan) for one in scan.step]
        runs = [(begin, 1), (inside, scan.length)]
        return [Run(tuple(one for one in some if one), length) for some, length in runs if length]

    def encoded(
        self, dispatch: Dispatch, last_step_only: bool, scan: ScanWork | None = None
    ) -> Encoded | None:
        """A dispatch as a shader; None if there is nothing to do."""
        shader = Shader(self._locate, self._inputs)
        before = [] if scan is None else scan.enter(shader, "moment.x")
        names = tuple(name for stage in dispatch.stages for name in stage.primitives)
        if dispatch.is_wide:
            units = dispatch.stages[0].units
            shader.in_fours = all(
                isinstance(unit, ProductWork) and unit.fits_fours(shader) for unit in units
            )
            lines, count = _wide(shader, dispatch.stages[0], self._device.most_workgroups)
            threads = WIDE_THREADS
        else:
            lines, count, threads = [], 1, SMALL_THREADS
            for stage in dispatch.stages:
                found = stage_lines(shader, stage)
                if found:
                    lines += [*(["storageBarrier();"] if lines else []), *found]
        if not lines:
            return None
        pipeline = self._device.pipeline(shader.text(threads, [*before, *lines]))
        return Encoded(pipeline, count, last_step_only, names or ("copy",))


def _wide(shader: Shader, stage: Stage, most: int) -> tuple[list[str], int]:
    """Statements of a stage whose units have workgroups of their own, and how many these are."""
    lines: list[str] = []
    first = 0
    share = most // len(stage.units)
    for unit in stage.units:
        assert isinstance(unit, Work)
        name = shader.name("unit")
        shader.function(name, "(i: u32)", unit.lines(shader))
        needed = -(-unit.items // WIDE_THREADS)
        count = min(needed, share)
        begin = (
            f"(group.x - {first}u) * {WIDE_THREADS}u + lane"
            if first
            else (f"group.x * {WIDE_THREADS}u + lane")
        )
        work = f"if (i < {unit.items}u) {{ {name}(i); }}"
        body = f"let i = {begin}; {work}"
        if needed > share:
            step = count * WIDE_THREADS
            body = f"for (var i = {begin}; i < {unit.items}u; i += {step}u) {{ {name}(i); }}"
        first += count
        lines.append(f"if (group.x < {first}u) {{ {body} return; }}")
    return lines, first
