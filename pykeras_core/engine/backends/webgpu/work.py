"""Work: units that a device runs in parallel over items.

This module owns `Work`, a unit whose items do not need each other, and what is written once for
each element of a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pykeras_core.engine.backends.loop import Loop
from pykeras_core.engine.backends.webgpu.operations import OPERATIONS
from pykeras_core.engine.backends.webgpu.shader import TYPES, Shader, typed, walk
from pykeras_core.engine.plan import Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["SMALL_WORK", "Elements", "LoopWork", "Work", "loop_lines", "loop_results"]

_LOOP_COST = 4

SMALL_WORK = 2**18
"""Operations that one workgroup may do in a dispatch rather than many workgroups in another."""


class Work(Unit):
    """Equations computed for many items, each of which can run at any time.

    Args:
        equations: What they compute.
        items: How many there are.
        cost: Operations of an item, about.
    """

    def __init__(self, equations: Iterable[Equation], items: int, cost: int = 4) -> None:
        super().__init__(equations)
        self.items = items
        self.cost = cost

    @property
    def in_fours(self) -> bool:
        """Whether it would rather read and write four elements at once."""
        return False

    def lines(self, shader: Shader) -> list[str]:
        """Statements for the item `i`, of type u32."""
        raise NotImplementedError


Element = Callable[[Shader, str], str]
"""Gives WGSL of a result's element for the WGSL of its number."""


class Elements(Work):
    """An equation of which each element of the result is an expression.

    Args:
        equation: With one result.
        element: What the element at `i` is.
        cost: Operations of an element, about.
    """

    def __init__(self, equation: Equation, element: Element, cost: int = 4) -> None:
        super().__init__([equation], equation.outputs[0].spec.size, cost)
        self._element = element

    def lines(self, shader: Shader) -> list[str]:
        """One statement."""
        return [shader.store(self.equations[0].outputs[0], "i", self._element(shader, "i"))]


class LoopWork(Loop, Work):
    """Elementwise equations.

    Args:
        equations: In order; each operand from inside is read at the element at hand.
        root: Gives the value whose memory a value shares.
    """

    def __init__(self, equations: Iterable[Equation], root: Callable[[Value], Value]) -> None:
        equations = tuple(equations)
        size = equations[0].outputs[0].spec.size
        Work.__init__(self, equations, size, _LOOP_COST * len(equations))
        self.root = root

    def lines(self, shader: Shader) -> list[str]:
        """What is computed at element `i`."""
        return loop_lines(shader, self, {})


def loop_lines(shader: Shader, loop: Loop, given: Mapping[int, str]) -> list[str]:
    """Statements of a loop at element `i`: all reads come before all writes.

    Args:
        shader: What they will be part of.
        loop: The loop.
        given: By id of a value, the expression of its element, where another unit has just made it.
    """
    lines, results = loop_results(shader, loop, given)
    return [*lines, *(shader.store(value, "i", text) for value, text in results)]


def loop_results(
    shader: Shader, loop: Loop, given: Mapping[int, str]
) -> tuple[list[str], list[tuple[Value, str]]]:
    """Statements that compute a loop at element `i`, and what is to be written of it.

    Args:
        shader: What they will be part of.
        loop: The loop.
        given: As for `loop_lines`.

    Returns:
        The statements; each value that lives somewhere, with its element.
    """
    operations, reads = loop.operations()
    lines: list[str] = []
    made: dict[object, tuple[str, str]] = {}

    def operand(key: object) -> tuple[str, str]:
        if key not in made:
            value, access = reads[key]
            kind = TYPES[value.spec.dtype]
            text = given.get(id(value))
            if text is None:
                at = "i" if access.is_flat and access.sizes else _where(access, "i")
                text = shader.load(value, at)
            made[key] = (_kept(shader, lines, text), kind)
        return made[key]

    for operation in operations:
        if operation.name == "RANDOM_BITS":
            value, _ = reads[operation.operands[0]]
            key0, key1 = (shader.load(value, f"{n}u") for n in range(2))
            text, kind = f"random_word({key0}, {key1}, i)", "u32"
        elif operation.name in ("COPY", "SELECT"):
            text, kind = _unchanged(operation.name, [operand(key) for key in operation.operands])
        else:
            takes, kind, form = OPERATIONS[operation.name]
            operands = [operand(key) for key in operation.operands]
            text = form.format(
                *(typed(name, has, want) for (name, has), want in zip(operands, takes, strict=True))
            )
        made[operation.results[0]] = (_kept(shader, lines, text), kind)
    results = []
    for value in loop.outputs:
        if shader.locate(value) is not None:
            name, kind = made[id(value)]
            results.append((value, typed(name, kind, TYPES[value.spec.dtype])))
    return lines, results


def _where(access: object, index: str) -> str:
    return walk(access.offset, access.sizes, access.strides, index)  # type: ignore[attr-defined]


def _kept(shader: Shader, lines: list[str], text: str) -> str:
    name = shader.name("v")
    lines.append(f"let {name} = {text};")
    return name


def _unchanged(name: str, operands: list[tuple[str, str]]) -> tuple[str, str]:
    """A copy, or a choice between two operands."""
    if name == "COPY":
        return operands[0]
    (condition, has), (x, kind), (y, other) = operands
    return (
        f"select({typed(y, other, kind)}, {x}, {typed(condition, has, 'u32')} != 0u)",
        kind,
    )
