"""Scans: a body's stages, run for each step without a return to the host.

This module owns `ScanWork`. A body is planned like a program of its own whose variables are what
it carries and the rows it stacks. One workgroup runs all steps of a small one, with barriers
between stages; each step of a large one takes dispatches of its own, of the same shaders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from pykeras_core.engine.backends.scan_body import body_as_step
from pykeras_core.engine.backends.webgpu.products import ProductWork
from pykeras_core.engine.backends.webgpu.schedule import (
    Dispatch,
    Stage,
    is_wide,
    parted,
    schedule,
    stages_of,
)
from pykeras_core.engine.backends.webgpu.shader import SMALL_THREADS, TYPES, Place, Shader, typed
from pykeras_core.engine.backends.webgpu.work import SMALL_WORK, Work
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["Copy", "ScanWork", "products_of", "scan_work", "stage_lines", "words_of"]

WORD_BYTES = 4

_MOST_WORK = 2**27
"""Operations of all steps that one workgroup runs: more would keep a device busy for too long."""
_SMALL_WORK = 2 * SMALL_WORK
"""Operations of a unit that one workgroup may do: a step has few others to run beside it."""


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
    return ScanWork(equation, plan, units)


class ScanWork(Unit):
    """A scan.

    Args:
        equation: Which.
        plan: Of its body.
        units: The plan's equations, grouped.

    Attributes:
        length: How many steps it has.
        units: Its body's equations, grouped.
        is_wide: Whether its body has so much to do that each step takes dispatches of its own.
        body: The body's dispatches; where it is not wide, their stages run one after the other.
    """

    def __init__(self, equation: Equation, plan: Plan, units: Sequence[Unit]) -> None:
        super().__init__([equation])
        self.plan = plan
        self.length: int = equation.params["length"]
        self.units = units
        for unit in units:
            if isinstance(unit, ScanWork):
                unit.stay_within_a_workgroup()
        total = sum(unit.items * unit.cost for unit in units if isinstance(unit, Work))
        has_wide = any(is_wide(unit, _SMALL_WORK) for unit in units)
        self.is_wide = has_wide or total * self.length > _MOST_WORK
        self._place(schedule(plan, units, _SMALL_WORK) if self.is_wide else self._all_stages())

    def _all_stages(self) -> list[Dispatch]:
        return [Dispatch(stages_of(self.plan, self.units))]

    def stay_within_a_workgroup(self) -> None:
        """Run all steps in one workgroup, however much they have to do: a body's own scans do."""
        self.is_wide = False
        self._place(self._all_stages())

    def _place(self, body: list[Dispatch]) -> None:
        self.body = body
        stages = [stage for dispatch in body for stage in dispatch.stages]
        self._placement = self.plan.place(stages, words_of)
        self._workspace = Value(Spec((self._placement.arena_bytes // WORD_BYTES,), "uint32"))

    @property
    def outputs(self) -> Iterable[Value]:
        """The scan's results, and the arena of its body."""
        return (*self.equations[0].outputs, self._workspace)

    @property
    def begin(self) -> list[Work]:
        """What brings the first carries to where they change from step to step."""
        (equation,) = self.equations
        carries = equation.params["carries"]
        pairs = zip(equation.inputs[:carries], equation.outputs[:carries], strict=True)
        return [Copy(value, partial(Shader.place, value=slot)) for value, slot in pairs]

    @property
    def step(self) -> list[Dispatch]:
        """The dispatches of a step of a wide one, `end` among them."""
        *others, last = self.body
        end = parted(self.end, self.plan)
        if end and not end[0].is_wide and not last.is_wide:
            last = Dispatch([*last.stages, *end.pop(0).stages])
        return [*others, last, *end]

    @property
    def end(self) -> list[Work]:
        """What brings results of a step to their places, where they could not be made there.

        It is to be written where values are those of the body; see `enter`.
        """
        return [
            Copy(value, partial(Shader.slot, position=position))
            for position, value in self._placement.copies
        ]

    def enter(self, shader: Shader, step: str) -> list[str]:
        """Let a shader write what belongs to the body.

        Args:
            shader: From now on its values are those of the body.
            step: WGSL of the number of the step, of type u32.

        Returns:
            Statements to begin with.
        """
        (equation,) = self.equations
        carries, rows = equation.params["carries"], equation.params["sequences"]
        row = shader.variable("row")
        inputs, outputs = equation.inputs, equation.outputs
        slots = [shader.place(value) for value in outputs[:carries]]
        slots += [_row(shader, value, row, self.length) for value in outputs[carries:]]
        given = [_row(shader, value, row, self.length) for value in inputs[carries:][:rows]]
        given += [shader.place(value) for value in inputs[carries + rows :]]
        arena = shader.place(self._workspace)
        shader.slots = slots

        def locate(value: Value) -> Place | None:
            inner = self._placement.locations.get(id(value))
            if inner is None:
                return None
            if inner.kind == "arena":
                return Place(arena.buffer, f"{arena.offset} + {inner.index // WORD_BYTES}u")
            return (given if inner.kind == "input" else slots)[inner.index]

        shader.locate = locate
        return [
            f"{row} = {f'{self.length - 1}u - {step}' if equation.params['reverse'] else step};"
        ]

    def write(self, shader: Shader) -> list[str]:
        """Statements for the whole workgroup, where one runs all steps."""
        lines = _lines(shader, self.begin)
        if not self.length:
            return lines
        outer = shader.locate, shader.slots
        inside = self.enter(shader, "at")
        for stage in self.body[0].stages:
            inside += [*stage_lines(shader, stage), "storageBarrier();"]
        if self.end:
            inside += [*_lines(shader, self.end), "storageBarrier();"]
        shader.locate, shader.slots = outer
        return [
            *lines,
            "storageBarrier();",
            f"for (var at = 0u; at < {self.length}u; at++) {{",
            *(f"  {line}" for line in inside),
            "}",
        ]


def products_of(units: Iterable[Unit]) -> list[ProductWork]:
    """The products among units and in the bodies of scans."""
    found = []
    for unit in units:
        if isinstance(unit, ProductWork):
            found.append(unit)
        elif isinstance(unit, ScanWork):
            found += products_of(unit.units)
    return found


class Copy(Work):
    """What copies a value to another place.

    Args:
        value: The value.
        target: Gives the place, in a shader.
    """

    def __init__(self, value: Value, target: Callable[[Shader], Place]) -> None:
        super().__init__([], value.spec.size, 2)
        self._value, self._target = value, target

    def lines(self, shader: Shader) -> list[str]:
        """Copy element `i`."""
        target = self._target(shader)
        word = typed(shader.load(self._value, "i"), TYPES[self._value.spec.dtype], "u32")
        return [f"{target.buffer}[{target.offset} + i] = {word};"]


def stage_lines(shader: Shader, stage: Stage) -> list[str]:
    """Statements for the whole workgroup that run a stage."""
    return _lines(shader, stage.units)


def _lines(shader: Shader, units: Iterable[Unit]) -> list[str]:
    lines = []
    for unit in units:
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
    offset = f"{place.offset} + {row} * {size}u"
    return replace(place, offset=offset, aligned=place.aligned and size % 4 == 0)
