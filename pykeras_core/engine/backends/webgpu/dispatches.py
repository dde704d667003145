"""Dispatches: the schedule of a plan as shaders, and where its values lie on the device.

This module owns `encode`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pykeras_core.engine.backends.webgpu.device import Device
from pykeras_core.engine.backends.webgpu.residence import WORD_BYTES, Layout, Residence
from pykeras_core.engine.backends.webgpu.scans import stage_lines, words_of
from pykeras_core.engine.backends.webgpu.schedule import Dispatch, Stage, schedule
from pykeras_core.engine.backends.webgpu.shader import (
    SMALL_THREADS,
    TYPES,
    WIDE_THREADS,
    Place,
    Shader,
    typed,
)
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import ALIGNMENT_BYTES, Location, Placement, Plan, Unit
from pykeras_core.engine.program import Value

__all__ = ["Encoded", "Encoding", "encode"]

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
class Encoding:
    """A plan's dispatches.

    Args:
        dispatches: In order.
        placement: Where values live.
        constants: The first word of each constant in the arena.
        arena_words: Size of the arena with its constants.
    """

    dispatches: tuple[Encoded, ...]
    placement: Placement
    constants: tuple[int, ...]
    arena_words: int

    def arena_offset(self, index: int) -> int:
        """The word at which a location of the arena begins."""
        return self.arena_words - self._values_words + index // WORD_BYTES

    @property
    def _values_words(self) -> int:
        return self.placement.arena_bytes // WORD_BYTES


class _Copy(Work):
    """What brings a new value to its variable, where it could not be made there.

    Args:
        value: The new value.
        target: Where the variable is.
    """

    def __init__(self, value: Value, target: Place) -> None:
        super().__init__([], value.spec.size, 2)
        self._value, self._target = value, target

    def lines(self, shader: Shader) -> list[str]:
        """Copy element `i`."""
        word = typed(shader.load(self._value, "i"), TYPES[self._value.spec.dtype], "u32")
        return [f"{self._target.buffer}[{self._target.offset} + i] = {word};"]


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
        part, offset = layout.places[location.index]
        packed = plan.inputs[location.index].spec.dtype in _BYTE_DTYPES
        return Place(f"input{part}", f"{offset if packed else offset // WORD_BYTES}u", packed)

    def locate(value: Value) -> Place | None:
        location = placement.locations.get(id(value))
        return None if location is None else place(location)

    copies = [_Copy(value, place(Location("variable", n))) for n, value in placement.copies]
    for wide in (False, True):
        some = [copy for copy in copies if copy.items and (copy.items > WIDE_THREADS * 64) == wide]
        if some:
            dispatches.append(Dispatch([Stage(some, plan.root)], is_wide=wide))
    inputs = len(layout.sizes)
    encoded = [_encoded(one, Shader(locate, inputs), device) for one in dispatches]
    return Encoding(
        tuple(one for one in encoded if one is not None), placement, tuple(constants), words
    )


def _encoded(dispatch: Dispatch, shader: Shader, device: Device) -> Encoded | None:
    """A dispatch as a shader; None if there is nothing to do."""
    names = tuple(name for stage in dispatch.stages for name in stage.primitives)
    if dispatch.is_wide:
        lines, count = _wide(shader, dispatch.stages[0], device.most_workgroups)
        threads = WIDE_THREADS
    else:
        lines, count, threads = [], 1, SMALL_THREADS
        for stage in dispatch.stages:
            found = stage_lines(shader, stage)
            if found:
                lines += [*(["storageBarrier();"] if lines else []), *found]
    if not lines:
        return None
    pipeline = device.pipeline(shader.text(threads, lines))
    return Encoded(pipeline, count, dispatch.last_step_only, names)


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
