"""Moves: units that bring elements to other places and compute none.

This module owns `MOVES`. Where several updates go to one place, one thread adds them up in their
order, so that results repeat; there are no additions of floats by several threads at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from pykeras_core.engine.backends.access import strides_of, viewed
from pykeras_core.engine.backends.runs import around
from pykeras_core.engine.backends.webgpu.shader import TYPES, Shader, converted, walk
from pykeras_core.engine.backends.webgpu.work import Elements, Work
from pykeras_core.engine.program import Equation

__all__ = ["MOVES"]

_SCATTER_THREADS = 4096
"""Threads that a scatter is divided among, about: each looks at all indices."""


def _view(equation: Equation) -> Work | None:
    view = viewed(equation)
    if view is None:
        return None
    (x,), (out,) = equation.inputs, equation.outputs
    offset, strides = view
    return Elements(
        equation, lambda shader, i: shader.load(x, walk(offset, out.spec.shape, strides, i))
    )


def _pad(equation: Equation) -> Work:
    (x,), (out,) = equation.inputs, equation.outputs
    before, between = equation.params["before"], equation.params["between"]
    kind = TYPES[x.spec.dtype]
    outside = converted(equation.params["value"], kind)
    if x.spec.dtype == "bool":
        outside = "0xffffffffu" if equation.params["value"] else "0u"
    lengths, places = strides_of(x.spec.shape), strides_of(out.spec.shape)

    def lines(shader: Shader) -> list[str]:
        found = ["var at = 0u;", f"var inside = {str(x.spec.size > 0).lower()};"]
        for axis, size in enumerate(out.spec.shape):
            step = between[axis] + 1
            found += [
                f"let p{axis} = i / {places[axis]}u % {size}u - {before[axis] % 2**32}u;",
                f"inside = inside && p{axis} % {step}u == 0u && "
                f"p{axis} / {step}u < {x.spec.shape[axis]}u;",
                f"at += p{axis} / {step}u * {lengths[axis]}u;",
            ]
        found += [
            f"var found = {outside};",
            f"if (inside) {{ found = {shader.load(x, 'at')}; }}" if x.spec.size else "",
            shader.store(out, "i", "found"),
        ]
        return found

    return _Lines(equation, out.spec.size, 8, lines)


class _Lines(Work):
    """An equation whose statements are given."""

    def __init__(
        self, equation: Equation, items: int, cost: int, lines: Callable[[Shader], list[str]]
    ) -> None:
        super().__init__([equation], items, cost)
        self._lines = lines

    def lines(self, shader: Shader) -> list[str]:
        """Those given."""
        return self._lines(shader)


def _concatenate(equation: Equation) -> Work:
    (out,) = equation.outputs
    axis = equation.params["axis"]
    _, along, inner = around(out.spec.shape, axis)

    def lines(shader: Shader) -> list[str]:
        found = [
            f"let along = i / {inner}u % {along}u;",
            f"let outer = i / {along * inner}u;",
            f"let rest = i % {inner}u;",
        ]
        first = 0
        for x in equation.inputs:
            length = x.spec.shape[axis]
            if length:
                at = f"(outer * {length}u + along - {first}u) * {inner}u + rest"
                found.append(
                    f"if (along >= {first}u && along < {first + length}u) "
                    f"{{ {shader.store(out, 'i', shader.load(x, at))} }}"
                )
            first += length
        return found

    return _Lines(equation, out.spec.size, 4 * len(equation.inputs), lines)


def _index(shader: Shader, value: object, at: str, size: int) -> str:
    """An index, moved to the nearest end where it is outside."""
    return f"u32(clamp({shader.load(value, at)}, 0, {max(size - 1, 0)}))"  # type: ignore[arg-type]


def _take(equation: Equation) -> Work:
    x, indices = equation.inputs
    _, length, row = around(x.spec.shape, equation.params["axis"])
    count = indices.spec.size

    def element(shader: Shader, i: str) -> str:
        index = _index(shader, indices, f"{i} / {row}u % {count}u", length)
        return shader.load(
            x, f"({i} / {row * count}u * {length}u + {index}) * {row}u + {i} % {row}u"
        )

    return Elements(equation, element)


def _take_along_axis(equation: Equation) -> Work:
    x, indices = equation.inputs
    axis = equation.params["axis"]
    _, count, inner = around(indices.spec.shape, axis)
    length = x.spec.shape[axis]

    def element(shader: Shader, i: str) -> str:
        index = _index(shader, indices, i, length)
        return shader.load(
            x, f"({i} / {count * inner}u * {length}u + {index}) * {inner}u + {i} % {inner}u"
        )

    return Elements(equation, element)


def _dynamic_slice(equation: Equation) -> Work:
    x, start = equation.inputs
    row = math.prod(x.spec.shape[1:])
    last = x.spec.shape[0] - equation.params["length"]
    return Elements(
        equation,
        lambda shader, i: shader.load(x, f"{_index(shader, start, '0u', last + 1)} * {row}u + {i}"),
    )


def _scatter(
    equation: Equation, outer: int, size: int, count: int, row: int, *, along: bool
) -> Work:
    """Add updates into rows; a thread has some rows of one column, and looks at all indices."""
    updates, indices = equation.inputs
    (out,) = equation.outputs
    shares = max(min(_SCATTER_THREADS // max(outer * row, 1), size), 1)
    zero = "0.0" if updates.spec.dtype == "float32" else f"{TYPES[updates.spec.dtype]}(0)"

    def lines(shader: Shader) -> list[str]:
        place = f"(outer * {size}u + index) * {row}u + inner"
        source = f"(outer * {count}u + k) * {row}u + inner"
        index = _index(shader, indices, source if along else "k", size)
        added = f"{shader.load(out, place)} + {shader.load(updates, source)}"
        return [
            f"let inner = i % {row}u;",
            f"let share = i / {row}u % {shares}u;",
            f"let outer = i / {row * shares}u;",
            f"for (var index = share; index < {size}u; index += {shares}u) {{",
            f"  {shader.store(out, place, zero)}",
            "}",
            f"for (var k = 0u; k < {count}u; k++) {{",
            f"  let index = {index};",
            f"  if (index % {shares}u == share) {{ {shader.store(out, place, added)} }}",
            "}",
        ]

    return _Lines(equation, outer * row * shares, 2 * count + size // shares, lines)


def _scatter_add(equation: Equation) -> Work:
    updates, indices = equation.inputs
    rank = len(indices.spec.shape)
    outer, count, row = around(updates.spec.shape, equation.params["axis"], rank)
    return _scatter(equation, outer, equation.params["size"], count, row, along=False)


def _scatter_add_along_axis(equation: Equation) -> Work:
    outer, count, row = around(equation.inputs[1].spec.shape, equation.params["axis"])
    return _scatter(equation, outer, equation.params["size"], count, row, along=True)


MOVES: dict[str, Callable[[Equation], Work | None]] = {
    **dict.fromkeys(("transpose", "flip", "slice"), _view),
    "pad": _pad,
    "concatenate": _concatenate,
    "take": _take,
    "take_along_axis": _take_along_axis,
    "dynamic_slice": _dynamic_slice,
    "scatter_add": _scatter_add,
    "scatter_add_along_axis": _scatter_add_along_axis,
}
"""By primitive, what makes the unit of an equation."""
