"""Loops: elementwise equations over one number of elements, which run as one.

This module owns `Loop`, what such a unit is on any backend, and `Operation`, a step of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pykeras_core.engine.backends.access import Access, access
from pykeras_core.engine.backends.operations import operations
from pykeras_core.engine.plan import Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["Loop", "Operation"]


@dataclass(frozen=True)
class Operation:
    """One operation of a loop.

    Args:
        name: As `operations` gives it.
        results: Keys of what it makes.
        operands: Keys of what it takes: of results, or of memory read.
    """

    name: str
    results: tuple[object, ...]
    operands: tuple[object, ...]


class Loop(Unit):
    """Elementwise equations over one number of elements.

    Args:
        equations: In order; each operand from inside is read at the element at hand.
        root: Gives the value whose memory a value shares.
    """

    def __init__(self, equations: Iterable[Equation], root: Callable[[Value], Value]) -> None:
        super().__init__(equations)
        self.root = root

    @property
    def elements(self) -> int:
        """How many elements each result has."""
        return self.equations[0].outputs[0].spec.size

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """If `old` is read element by element, and not after `new` is made."""
        for equation in self.equations:
            for position, value in enumerate(equation.inputs):
                if self.root(value) is old and not _is_flat(equation, position):
                    return False
        return not any(self.root(value) is old for value in self._read_after(new))

    def _read_after(self, new: Value) -> Iterable[Value]:
        """What equations after the one that makes `new` read."""
        made = False
        for equation in self.equations:
            if made:
                yield from equation.inputs
            made = made or equation.outputs[0] is new

    def reads_in_order(self, value: Value) -> bool:
        """Whether each equation that reads a value reads the element at hand."""
        return all(
            _is_flat(equation, position)
            for equation in self.equations
            for position, operand in enumerate(equation.inputs)
            if self.root(operand) is value
        )

    def operations(self) -> tuple[list[Operation], dict[object, tuple[Value, Access]]]:
        """Operations before fusing, and what the keys of memory read stand for."""
        made = {id(equation.outputs[0]) for equation in self.equations}
        reads: dict[object, tuple[Value, Access]] = {}
        found = []
        for equation in self.equations:
            keys = [self._operand(equation, n, made, reads) for n in range(len(equation.inputs))]
            chain = operations(equation)
            assert chain is not None
            for number, (name, takes) in enumerate(chain):
                last = number == len(chain) - 1
                result = id(equation.outputs[0]) if last else (id(equation), number)
                before = (id(equation), number - 1)
                operands = tuple(before if n < 0 else keys[n] for n in takes)
                found.append(Operation(name, (result,), operands))
        return found, reads

    def _operand(
        self,
        equation: Equation,
        position: int,
        made: set[int],
        reads: dict[object, tuple[Value, Access]],
    ) -> object:
        root = self.root(equation.inputs[position])
        if id(root) in made:
            return id(root)
        walk = access(equation, position)
        key = (id(root), walk)
        reads[key] = (root, walk)
        return key


def _is_flat(equation: Equation, position: int) -> bool:
    if equation.primitive.name == "random_bits":
        return False
    value = equation.inputs[position]
    return value.spec.size == equation.outputs[0].spec.size and access(equation, position).is_flat
