"""Scans: a body's stages, run for each step without a return to the host.

This module owns `ScanWork`. A body is planned like a program of its own whose variables are what
it carries and the rows it stacks. One workgroup runs all steps of it, with barriers between stages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pykeras_core.engine.backends.scan_body import body_as_step
from pykeras_core.engine.backends.webgpu.schedule import Stage, stages_of
from pykeras_core.engine.backends.webgpu.shader import SMALL_THREADS, Place, Shader
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import Location, Plan, Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["ScanWork", "scan_work", "stage_lines", "words_of"]

WORD_BYTES = 4


def words_of(spec: Spec) -> int:
    """Bytes that a value takes on the device: a word for each element, whatever its dtype."""
    return spec.size * WORD_BYTES


def scan_work(equation: Equation, units_of: Callable[[Plan], list[Unit]]) -> ScanWork | None:
    """A unit that runs a scan; None where an equation of the body has no WGSL.

    Args:
        equation: The scan.
        units_of: Groups the equations of a plan.
    """
    plan = Plan(body_as_step(equation))
    units = units_of(plan)
    if not all(isinstance(unit, Work | ScanWork) for unit in units):
        return None
    return ScanWork(equation, plan, stages_of(plan, units))


class ScanWork(Unit):
    """A scan.

    Args:
        equation: Which.
        plan: Of its body.
        stages: The plan's units.
    """

    def __init__(self, equation: Equation, plan: Plan, stages: Sequence[Stage]) -> None:
        super().__init__([equation])
        self._stages = stages
        self._placement = plan.place(stages, words_of)
        self._workspace = Value(Spec((self._placement.arena_bytes // WORD_BYTES,), "uint32"))

    @property
    def outputs(self) -> Iterable[Value]:
        """The scan's results, and the arena of its body."""
        return (*self.equations[0].outputs, self._workspace)

    def write(self, shader: Shader) -> list[str]:
        """Statements for the whole workgroup."""
        (equation,) = self.equations
        params, inputs, outputs = equation.params, equation.inputs, equation.outputs
        carries, rows, length = params["carries"], params["sequences"], params["length"]
        lines = []
        for value, slot in zip(inputs[:carries], outputs[:carries], strict=True):
            lines += _copy(shader, shader.place(slot), value)
        if not length:
            return lines
        lines.append("storageBarrier();")
        row = shader.variable("row")
        slots = [shader.place(value) for value in outputs[:carries]]
        slots += [_row(shader, value, row, length) for value in outputs[carries:]]
        given = [_row(shader, value, row, length) for value in inputs[carries : carries + rows]]
        given += [shader.place(value) for value in inputs[carries + rows :]]
        arena = shader.place(self._workspace)

        def place(location: Location) -> Place:
            if location.kind == "arena":
                return Place(arena.buffer, f"{arena.offset} + {location.index // WORD_BYTES}u")
            return (given if location.kind == "input" else slots)[location.index]

        def locate(value: Value) -> Place | None:
            inner = self._placement.locations.get(id(value))
            return None if inner is None else place(inner)

        outer, shader.locate = shader.locate, locate
        inside = [f"{row} = {f'{length - 1}u - at' if params['reverse'] else 'at'};"]
        for stage in self._stages:
            inside += [*stage_lines(shader, stage), "storageBarrier();"]
        for position, value in self._placement.copies:
            inside += _copy(shader, slots[position], value)
        if self._placement.copies:
            inside.append("storageBarrier();")
        shader.locate = outer
        return [
            *lines,
            f"for (var at = 0u; at < {length}u; at++) {{",
            *(f"  {line}" for line in inside),
            "}",
        ]


def stage_lines(shader: Shader, stage: Stage) -> list[str]:
    """Statements for the whole workgroup that run a stage."""
    lines = []
    for unit in stage.units:
        if isinstance(unit, ScanWork):
            lines += unit.write(shader)
            continue
        assert isinstance(unit, Work)
        if not unit.items:
            continue
        name = shader.name("unit")
        shader.function(name, "(i: u32)", unit.lines(shader))
        if unit.items <= SMALL_THREADS:
            lines.append(f"if (lane < {unit.items}u) {{ {name}(lane); }}")
        else:
            lines.append(
                f"for (var i = lane; i < {unit.items}u; i += {SMALL_THREADS}u) {{ {name}(i); }}"
            )
    return lines


def _row(shader: Shader, stack: Value, row: str, length: int) -> Place:
    """The row of a stack that belongs to the step at hand."""
    place = shader.place(stack)
    size = stack.spec.size // max(length, 1)
    return Place(place.buffer, f"{place.offset} + {row} * {size}u", place.packed)


def _copy(shader: Shader, target: Place, value: Value) -> list[str]:
    """Statements that copy a whole value."""
    size = value.spec.size
    word = f"bitcast<u32>({shader.load(value, 'i')})"
    return [
        f"for (var i = lane; i < {size}u; i += {SMALL_THREADS}u) "
        f"{{ {target.buffer}[{target.offset} + i] = {word}; }}"
    ]
