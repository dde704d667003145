"""Plans: which equations of a program run, and where every value lives while they do.

This module owns `Plan`: it drops equations that nothing needs, merges equal ones, and says
what only the last step of a run needs. `Plan.place` then gives each value an offset in one
arena, so that a step allocates nothing; backends call it with the units they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pykeras_core.engine.primitive import PRIMITIVES, Array, Spec
from pykeras_core.engine.program import Equation, Program, Value, VariableLike, needed

__all__ = ["ALIGNMENT_BYTES", "Location", "Placement", "Plan", "Unit"]

ALIGNMENT_BYTES = 64
"""Every arena offset is a multiple of this: a cache line, and more than any SIMD load needs."""

_SMALL_BYTES = 64
"""Constants up to this size are compared by content."""


@dataclass(frozen=True)
class Location:
    """Where a value lives.

    Args:
        kind: 'arena', 'input', 'variable' or 'constant'; a backend adds kinds of its own.
        index: Offset in bytes for the arena, else position in the list of that kind.
    """

    kind: str
    index: int


class Unit:
    """Equations that run as one; values that only they use live nowhere.

    A backend that runs several equations at once makes its own kind of unit.
    """

    def __init__(self, equations: Iterable[Equation]) -> None:
        self.equations = tuple(equations)

    @property
    def inputs(self) -> Iterable[Value]:
        """Values the unit reads, those it makes itself among them."""
        return (value for equation in self.equations for value in equation.inputs)

    @property
    def outputs(self) -> Iterable[Value]:
        """Values the unit makes."""
        return (value for equation in self.equations for value in equation.outputs)

    @property
    def primitives(self) -> tuple[str, ...]:
        """Names of the equations' primitives."""
        return tuple(equation.primitive.name for equation in self.equations)

    @property
    def has_effect(self) -> bool:
        """Whether it does something besides computing; then it must not run just to be timed."""
        return any(equation.primitive.effect for equation in self.equations)

    def always_writes(self, value: Value) -> bool:
        """Whether it writes a value even if nobody else reads it: one equation does."""
        return len(self.equations) == 1

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """Whether `new`, made here, may take the memory of `old`, read here and never again."""
        return False


@dataclass(frozen=True)
class Placement:
    """Where the values of a plan live for a certain order of units.

    Args:
        locations: By id of the value.
        arena_bytes: Size of the arena.
        copies: (position in `variables`, value) pairs to copy when a step's units have run. An
            update that is not among them is written in place.
    """

    locations: dict[int, Location]
    arena_bytes: int
    copies: tuple[tuple[int, Value], ...]


class Plan:
    """A program made ready for a backend.

    Args:
        program: What to run.

    Attributes:
        equations: The equations that some output or update needs, in order. Equations that
            only rename memory (`Primitive.alias`) and repetitions are gone.
        inputs: The program's inputs.
        variables: Variables read or updated.
        constants: Arrays captured by the trace.
        updates: (position in `variables`, value) pairs, all taking effect after the last
            equation; none of the values lives in a variable when the step begins.
        outputs: Values to hand back; none of them lives in a variable when the step begins.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.inputs = program.inputs
        self.variables: list[VariableLike] = [variable for variable, _ in program.variables]
        self.constants: list[Array] = []
        self._fixed: dict[int, Location] = {}
        self._roots: dict[int, Value] = {}
        self._place_fixed(program)
        equations = self._one_scan_each(needed(program.equations, _results(program)))
        self.equations = self._distinct(equations)
        self.updates = self._stage_updates(program)
        self.outputs = tuple(self._stage(value) for value in program.outputs)
        updated = (value for _, value in self.updates)
        self._each_step = {
            id(e) for e in needed(self.equations, map(self.root, updated), self.root)
        }

    def root(self, value: Value) -> Value:
        """The value whose memory this one shares; itself if it has memory of its own."""
        return self._roots.get(id(value), value)

    def last_step_only(self, unit: Unit) -> bool:
        """Whether no variable or effect depends on the unit: a run needs it in its last step."""
        return not any(id(equation) in self._each_step for equation in unit.equations)

    def place(
        self, units: Sequence[Unit], size_of: Callable[[Spec], int] | None = None
    ) -> Placement:
        """Give every value that is used outside of its unit a place.

        Args:
            units: All of `equations`, grouped, in an order in which operands come first.
            size_of: Gives how many bytes a value takes in the arena; default: as many as in NumPy.

        Returns:
            The placement. No two values alive at the same time overlap; a value may take over
            the memory of one that its unit reads last, if the unit says so.
        """
        return _Placing(self, units, size_of or (lambda spec: spec.size_bytes)).placement()

    def _place_fixed(self, program: Program) -> None:
        for index, value in enumerate(program.inputs):
            self._fixed[id(value)] = Location("input", index)
        for index, (_, value) in enumerate(program.variables):
            self._fixed[id(value)] = Location("variable", index)
        same: dict[tuple[str, bytes], Value] = {}
        for value in program.constants():
            array = value.array
            assert array is not None
            key = (str(value.spec), array.tobytes() if array.nbytes <= _SMALL_BYTES else b"")
            first = same.setdefault(key, value) if array.nbytes <= _SMALL_BYTES else value
            if first is value:
                self._fixed[id(value)] = Location("constant", len(self.constants))
                self.constants.append(array)
            else:
                self._roots[id(value)] = first

    def _one_scan_each(self, equations: Sequence[Equation]) -> list[Equation]:
        """Make one of all scans that do the same and hand out different values of it.

        A gradient asks a scan of the forward pass for more values than the forward pass does.
        """
        alike: dict[object, list[Equation]] = {}
        for equation in equations:
            alike.setdefault(_scanned(equation), []).append(equation)
        kept = []
        for equation in equations:
            scans = alike[_scanned(equation)]
            if len(scans) == 1:
                kept.append(equation)
            elif scans[0] is equation:
                kept.append(self._united(scans))
        return kept

    def _united(self, scans: Sequence[Equation]) -> Equation:
        """One scan that hands out what any of these does."""
        body, carries = scans[0].params["body"], scans[0].params["carries"]
        made: dict[object, tuple[Value, Value]] = {}
        for scan in scans:
            for number, pair in enumerate(
                zip(scan.params["body"].outputs, scan.outputs, strict=True)
            ):
                key = number if number < carries else id(pair[0])
                _, output = made.setdefault(key, pair)
                if output is not pair[1]:
                    self._roots[id(pair[1])] = output
        body = replace(body, outputs=tuple(inner for inner, _ in made.values()))
        outputs = tuple(output for _, output in made.values())
        return Equation(
            scans[0].primitive, scans[0].inputs, {**scans[0].params, "body": body}, outputs
        )

    def _distinct(self, equations: Iterable[Equation]) -> list[Equation]:
        """Drop equations that rename memory, or compute again what one before has computed."""
        first: dict[object, Equation] = {}
        kept = []
        for equation in equations:
            if equation.primitive.alias:
                self._roots[id(equation.outputs[0])] = self.root(equation.inputs[0])
                continue
            if equation.primitive.effect:
                kept.append(equation)
                continue
            operands = tuple((id(self.root(v)), v.spec.shape) for v in equation.inputs)
            params = repr(sorted(equation.params.items()))
            twin = first.setdefault((equation.primitive.name, params, operands), equation)
            if twin is equation:
                kept.append(equation)
            for value, other in zip(equation.outputs, twin.outputs, strict=True):
                if value is not other:
                    self._roots[id(value)] = other
        return kept

    def _stage_updates(self, program: Program) -> list[tuple[int, Value]]:
        """Updates, with values that live in a variable copied first: all act together."""
        positions = {id(variable): index for index, variable in enumerate(self.variables)}
        updates = []
        for variable, value in program.updates:
            if id(variable) not in positions:
                positions[id(variable)] = len(self.variables)
                self.variables.append(variable)
            updates.append((positions[id(variable)], self._stage(value)))
        return updates

    def _stage(self, value: Value) -> Value:
        """The value, or a copy of it made by one more equation if a variable holds it."""
        location = self._fixed.get(id(self.root(value)))
        if location is None or location.kind != "variable":
            return value
        copied = Value(value.spec)
        self.equations.append(Equation(PRIMITIVES["copy"], (value,), {}, (copied,)))
        return copied


class _Placing:
    """One run of `Plan.place`."""

    def __init__(self, plan: Plan, units: Sequence[Unit], size_of: Callable[[Spec], int]) -> None:
        self._plan = plan
        self._size_of = size_of
        self._units = units
        self._locations = dict(plan._fixed)
        self._made = {id(v): n for n, unit in enumerate(units) for v in unit.outputs}
        self._last_use: dict[int, int] = {}
        self._outlives: set[int] = set()
        for number, unit in enumerate(units):
            for value in unit.inputs:
                self._use(value, number)
        for value in (*(value for _, value in plan.updates), *plan.outputs):
            self._use(value, len(units))

    def _use(self, value: Value, number: int) -> None:
        root = id(self._plan.root(value))
        self._last_use[root] = number
        if self._made.get(root) != number:
            self._outlives.add(root)

    def placement(self) -> Placement:
        """Place all values: updates in their variables where that is safe, others in the arena."""
        copies = tuple(update for update in self._plan.updates if not self._write_in_place(*update))
        size = self._fill_arena()
        for alias, root in self._plan._roots.items():
            if id(root) in self._locations:
                self._locations[alias] = self._locations[id(root)]
        return Placement(self._locations, size, copies)

    def _write_in_place(self, position: int, value: Value) -> bool:
        """Let the new value of a variable be made in its memory, if no one reads the old later."""
        new = self._plan.root(value)
        if id(new) in self._locations:
            return False
        made = self._made[id(new)]
        reads = self._plan.program.variables
        if position < len(reads):
            old = reads[position][1]
            last = self._last_use.get(id(old), -1)
            if last > made or (last == made and not self._units[made].may_overwrite(old, new)):
                return False
        self._locations[id(new)] = Location("variable", position)
        return True

    def _fill_arena(self) -> int:
        free = _FreeList()
        expiring: dict[int, list[Value]] = {}
        for number, unit in enumerate(self._units):
            dying = expiring.pop(number, [])
            for value in unit.outputs:
                if id(value) in self._locations or not self._lives(value, unit):
                    continue
                heir = self._inherited(value, unit, dying)
                if heir is None:
                    offset = free.take(self._bytes(value))
                else:
                    dying = [old for old in dying if old is not heir]
                    offset = self._locations[id(heir)].index
                self._locations[id(value)] = Location("arena", offset)
                expiring.setdefault(self._last_use.get(id(value), number), []).append(value)
            for value in (*dying, *expiring.pop(number, ())):
                free.give(self._locations[id(value)].index, self._bytes(value))
        return free.top

    def _bytes(self, value: Value) -> int:
        return _aligned(self._size_of(value.spec))

    def _lives(self, value: Value, unit: Unit) -> bool:
        """Whether a value needs memory: it is used elsewhere, or its unit writes it anyway."""
        return id(value) in self._outlives or unit.always_writes(value)

    def _inherited(self, value: Value, unit: Unit, dying: Sequence[Value]) -> Value | None:
        """A value that ends with this unit and whose memory the new one may take."""
        size = self._bytes(value)
        return next(
            (old for old in dying if self._bytes(old) == size and unit.may_overwrite(old, value)),
            None,
        )


def _scanned(equation: Equation) -> object:
    """What a scan computes, whatever it hands out of it; for any other equation, itself."""
    if equation.primitive.name != "scan":
        return equation
    params = {key: value for key, value in equation.params.items() if key != "body"}
    body = equation.params["body"]
    values = (*body.inputs, *body.outputs[: params["carries"]], *equation.inputs)
    return (id(body.equations), tuple(map(id, values)), tuple(sorted(params.items())))


def _results(program: Program) -> Iterable[Value]:
    """What a program is run for."""
    return (*(value for _, value in program.updates), *program.outputs)


def _aligned(size_bytes: int) -> int:
    return max(-(-size_bytes // ALIGNMENT_BYTES), 1) * ALIGNMENT_BYTES


class _FreeList:
    """Best-fit allocation of byte ranges above offset 0; `top` is the most ever needed."""

    def __init__(self) -> None:
        self.top = 0
        self._holes: list[tuple[int, int]] = []

    def take(self, size: int) -> int:
        """Offset of a free range; the arena grows when no hole is large enough."""
        fitting = [hole for hole in self._holes if hole[1] >= size]
        if fitting:
            offset, length = hole = min(fitting, key=lambda hole: hole[1])
            self._holes.remove(hole)
            if length > size:
                self._holes.append((offset + size, length - size))
            return offset
        last = next((hole for hole in self._holes if sum(hole) == self.top), None)
        offset = self.top
        if last is not None:
            self._holes.remove(last)
            offset = last[0]
        self.top = offset + size
        return offset

    def give(self, offset: int, size: int) -> None:
        """Free a range, joined with its free neighbours."""
        end = offset + size
        for hole in list(self._holes):
            if sum(hole) == offset:
                offset = hole[0]
                self._holes.remove(hole)
            elif hole[0] == end:
                end += hole[1]
                self._holes.remove(hole)
        self._holes.append((offset, end - offset))
