"""Programs: a traced computation as a flat list of equations.

This module owns `Value`, `Equation` and `Program`: the whole intermediate representation.
A program can be printed, checked and serialised; running it is a backend's work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from pykeras_core.engine.primitive import Array, Primitive, Spec

__all__ = ["Equation", "Program", "Value", "VariableLike", "dependent", "needed"]


class Value:
    """One node of a computation; compared by identity.

    Args:
        spec: Shape and dtype.
        array: The value itself when it is known (a constant), else None.
    """

    __slots__ = ("__weakref__", "array", "spec")

    def __init__(self, spec: Spec, array: Array | None = None) -> None:
        self.spec = spec
        self.array = array


class VariableLike(Protocol):
    """What a program needs to know of a variable."""

    @property
    def path(self) -> str:
        """Readable name."""

    @property
    def spec(self) -> Spec:
        """Shape and dtype."""

    @property
    def trainable(self) -> bool:
        """Whether it is a weight that training changes."""

    @property
    def missing_bytes(self) -> int:
        """Bytes that `storage` is still to take."""

    @property
    def version(self) -> int:
        """Rises whenever the elements change."""

    def storage(self) -> Array:
        """The variable's own memory, which an executable reads and overwrites."""

    def elements(self) -> Array:
        """The same, to be read alone."""

    def lend(self, holder: Any) -> None:
        """Let a device have the newest elements, until somebody wants them here."""

    def receive(self, elements: Array, keeps_lent: bool) -> None:
        """Take elements that the device has brought back."""


@dataclass(eq=False)
class Equation:
    """`outputs = primitive(*inputs, **params)`."""

    primitive: Primitive
    inputs: tuple[Value, ...]
    params: dict[str, Any]
    outputs: tuple[Value, ...]


@dataclass(eq=False, repr=False)
class Program:
    """A traced function: inputs and variables in, outputs and variable updates out.

    A parameter of an equation may be a program too, the body of a loop for example.

    Args:
        inputs: Values fed at each run.
        variables: Each variable the program reads, with the value that stands for it.
        equations: In an order in which every operand is defined before it is used.
        outputs: Values returned.
        updates: Each variable the program changes, with its new value. All updates take
            effect together, after the last equation.
        pack: Puts a flat list of outputs back into the structure the traced function returned.
    """

    inputs: tuple[Value, ...]
    variables: tuple[tuple[VariableLike, Value], ...]
    equations: tuple[Equation, ...]
    outputs: tuple[Value, ...]
    updates: tuple[tuple[VariableLike, Value], ...]
    pack: Callable[[Sequence[Any]], Any] = field(default=list)

    @property
    def is_closed(self) -> bool:
        """Whether it computes from its inputs alone: no variables, no constants, no updates."""
        return not (self.variables or self.updates or self.constants())

    def evaluate(self, arrays: Sequence[Array]) -> list[Array]:
        """Run a closed program with the NumPy definitions of its primitives.

        Args:
            arrays: One for each input.

        Returns:
            One for each output.
        """
        values = {id(value): array for value, array in zip(self.inputs, arrays, strict=True)}
        for equation in self.equations:
            operands = [values[id(value)] for value in equation.inputs]
            results = equation.primitive.evaluate(*operands, **equation.params)
            for value, result in zip(equation.outputs, results, strict=True):
                values[id(value)] = np.asarray(result, value.spec.dtype)
        return [values[id(value)] for value in self.outputs]

    def operands(self) -> Iterator[Value]:
        """Every value that is used: by an equation, an update or as an output."""
        for equation in self.equations:
            yield from equation.inputs
        for _, value in self.updates:
            yield value
        yield from self.outputs

    def constants(self) -> tuple[Value, ...]:
        """Values captured by the trace, in order of first use."""
        seen = {id(value): value for value in self.operands() if value.array is not None}
        return tuple(seen.values())

    def check(self) -> None:
        """Verify the program again from nothing but its equations.

        Raises:
            ValueError: If a value is used before it is defined or defined twice, if a shape
                rule refuses its operands or disagrees with a recorded shape or dtype, if a
                constant or variable is not what it is recorded as, or if an update does not
                fit its variable.
        """
        defined = self._check_sources()
        for number, equation in enumerate(self.equations):
            place = f"equation {number} ({equation.primitive.name})"
            _check_equation(place, equation, defined)
            for value in equation.outputs:
                if id(value) in defined:
                    raise ValueError(f"{place} defines {self._names()[id(value)]} a second time")
                defined.add(id(value))
        for variable, value in self.updates:
            if id(value) not in defined:
                raise ValueError(f"the update of {variable.path!r} uses an undefined value")
            if value.spec != variable.spec:
                raise ValueError(
                    f"the update of {variable.path!r} is {value.spec}, not {variable.spec}"
                )
        if len({id(variable) for variable, _ in self.updates}) != len(self.updates):
            raise ValueError("a variable is updated twice")
        for value in self.outputs:
            if id(value) not in defined:
                raise ValueError("an output of the program is undefined")

    def _check_sources(self) -> set[int]:
        """Check what stands before the first equation; return the ids of its values."""
        names = self._names()
        for value in self.constants():
            data = np.asarray(value.array)
            found = Spec(data.shape, data.dtype.name)
            if found != value.spec:
                raise ValueError(f"constant {names[id(value)]} is {found}, not {value.spec}")
        for variable, value in self.variables:
            if value.spec != variable.spec:
                raise ValueError(f"variable {variable.path!r} is {variable.spec}, not {value.spec}")
        sources = [*self.inputs, *(value for _, value in self.variables), *self.constants()]
        defined = {id(value) for value in sources}
        if len(defined) != len(sources):
            raise ValueError("an input, variable or constant is defined a second time")
        return defined

    def _names(self) -> dict[int, str]:
        """A short name for each value: i inputs, v variables, c constants, t the rest."""
        names: dict[int, str] = {}
        for prefix, values in (
            ("i", self.inputs),
            ("v", [value for _, value in self.variables]),
            ("c", self.constants()),
            ("t", [value for equation in self.equations for value in equation.outputs]),
        ):
            for number, value in enumerate(values):
                names.setdefault(id(value), f"{prefix}{number}")
        return names

    def __str__(self) -> str:
        return "\n".join(self._lines("program"))

    def _lines(self, title: str) -> list[str]:
        names = self._names()

        def typed(value: Value) -> str:
            return f"{names[id(value)]}: {value.spec}"

        lines = [f"{title}({', '.join(typed(value) for value in self.inputs)})"]
        for variable, value in self.variables:
            lines.append(f"  variable {typed(value)}  {variable.path}")
        lines += [f"  constant {typed(value)}{_preview(value)}" for value in self.constants()]
        for equation in self.equations:
            outputs = ", ".join(typed(value) for value in equation.outputs)
            operands = " ".join(names[id(value)] for value in equation.inputs)
            inner = _programs(equation)
            params = ", ".join(f"{k}={v!r}" for k, v in equation.params.items() if k not in inner)
            call = f"{equation.primitive.name} {operands}" + (f" [{params}]" if params else "")
            lines.append(f"  {outputs} = {call}")
            for name, program in inner.items():
                lines += [f"    {line}" for line in program._lines(name)]
        for variable, value in self.updates:
            lines.append(f"  update {variable.path} <- {names[id(value)]}")
        lines.append(f"  return {', '.join(names[id(value)] for value in self.outputs)}")
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Describe the program in plain lists, strings and numbers, ready for JSON.

        Returns:
            Keys `inputs`, `variables`, `constants`, `equations`, `updates`, `outputs`; values
            are referred to by the names that `print(program)` shows. Numbers that JSON does not
            have are the strings 'nan', 'inf' and '-inf'; a program among an equation's params is
            a dict like this one.
        """
        names = self._names()
        read = {id(variable): names[id(value)] for variable, value in self.variables}

        def describe(value: Value) -> dict[str, Any]:
            return {
                "name": names[id(value)],
                "shape": list(value.spec.shape),
                "dtype": value.spec.dtype,
            }

        return {
            "inputs": [describe(value) for value in self.inputs],
            "variables": [
                {**describe(value), "path": variable.path} for variable, value in self.variables
            ],
            "constants": [
                {**describe(value), "data": _plain(np.asarray(value.array).tolist())}
                for value in self.constants()
            ],
            "equations": [
                {
                    "primitive": equation.primitive.name,
                    "inputs": [names[id(value)] for value in equation.inputs],
                    "params": _plain(equation.params),
                    "outputs": [describe(value) for value in equation.outputs],
                }
                for equation in self.equations
            ],
            "updates": [
                {
                    "path": variable.path,
                    "variable": read.get(id(variable)),
                    "value": names[id(value)],
                }
                for variable, value in self.updates
            ],
            "outputs": [names[id(value)] for value in self.outputs],
        }


def needed(
    equations: Sequence[Equation],
    values: Iterable[Value],
    root: Callable[[Value], Value] = lambda value: value,
) -> list[Equation]:
    """The equations on which some of the values depend, or that have an effect, in order.

    Args:
        equations: In an order in which operands come first.
        values: What is wanted.
        root: Gives the value that stands for another one.
    """
    wanted = {id(value) for value in values}
    kept = []
    for equation in reversed(equations):
        if equation.primitive.effect or any(id(value) in wanted for value in equation.outputs):
            kept.append(equation)
            wanted.update(id(root(value)) for value in equation.inputs)
    return kept[::-1]


def dependent(equations: Sequence[Equation], sources: Sequence[Value]) -> set[int]:
    """Ids of the float values through which a gradient reaches a source, sources among them."""
    found = {id(source) for source in sources if source.spec.dtype == "float32"}
    for equation in equations:
        if equation.primitive.is_differentiable and any(id(v) in found for v in equation.inputs):
            found.update(id(v) for v in equation.outputs if v.spec.dtype == "float32")
    return found


def _programs(equation: Equation) -> dict[str, Program]:
    """The programs among an equation's parameters."""
    return {key: value for key, value in equation.params.items() if isinstance(value, Program)}


def _check_equation(place: str, equation: Equation, defined: set[int]) -> None:
    """Check that operands are defined, fit, and give what is recorded."""
    for value in equation.inputs:
        if id(value) not in defined:
            raise ValueError(f"{place} uses a value that nothing defines before it")
    operands = [value.spec for value in equation.inputs]
    for name, program in _programs(equation).items():
        try:
            program.check()
        except ValueError as error:
            raise ValueError(f"the {name} of {place}: {error}") from error
    try:
        specs = equation.primitive.output_specs(*operands, **equation.params)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place} does not fit its operands: {error}") from error
    recorded = tuple(value.spec for value in equation.outputs)
    if specs != recorded:
        gives, records = (" and ".join(map(str, found)) for found in (specs, recorded))
        raise ValueError(f"{place} gives {gives}, but the program records {records}")


def _preview(value: Value) -> str:
    """The value of a small constant, for printing."""
    if value.array is None or value.spec.size > 4:
        return ""
    return f" = {value.array.tolist()}"


def _plain(data: Any) -> Any:
    """Tuples to lists, NumPy scalars to Python's; functions, `inf` and `nan` to strings."""
    if isinstance(data, Program):
        return data.to_dict()
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, np.generic):
        data = data.item()
    if callable(data):
        return repr(data)
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data
