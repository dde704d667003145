"""Factors: how the operands of a product are read, and how a tile's sums grow.

This module owns `Factors`, `Matrices`, and the statements that add products to the sums of a tile.
A tile's sums are `sum0x0` and so on: the row, and which four of the columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pykeras_core.engine.backends.webgpu.shader import Shader
from pykeras_core.engine.program import Equation

__all__ = [
    "Add",
    "Factors",
    "Matrices",
    "Span",
    "Tile",
    "dot_products",
    "fours",
    "named",
    "outer_products",
    "row_products",
    "scaled_products",
]

Add = Callable[[list[str], list[str]], list[str]]
"""Gives statements that add products, for elements of the rows and of the columns."""
Span = tuple[str, str]
"""Where a part of the depth begins, and where it ends."""
Tile = tuple[int, int]
"""Rows and columns."""


class Factors(Protocol):
    """How the two operands of a product are read."""

    @property
    def rows(self) -> int:
        """Of the result."""

    @property
    def columns(self) -> int:
        """Of the result."""

    @property
    def depth(self) -> int:
        """Of the sums."""

    @property
    def count(self) -> int:
        """Products that follow each other."""

    def begin(self, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
        """Statements before the sum, with the rows and columns of a tile, all inside."""

    def sum(self, shader: Shader, span: Span, tile: Tile, add: Add) -> list[str]:
        """A loop over a part of the depth.

        Args:
            shader: What it will be part of.
            span: Where it begins, and where it ends.
            tile: How many rows and columns.
            add: Gives statements that add, for elements of the rows and of the columns.
        """

    @property
    def takes_fours(self) -> bool:
        """Whether operands and result can be read and written four elements at a time."""

    def sum_fours(self, shader: Shader, span: Span, tile: Tile) -> list[str]:
        """Statements that add up a tile whose first `row` and `column` are known, in fours.

        Args:
            shader: What it will be part of.
            span: Where the depth begins and ends, multiples of 4.
            tile: How many rows and columns, multiples of 4. Those beyond the last one are read
                too, at the last four, and thrown away.
        """


@dataclass(frozen=True)
class Matrices:
    """The factors of a plain product.

    Args:
        equation: A `matmul`.
    """

    equation: Equation

    @property
    def rows(self) -> int:
        """Of the result."""
        return self.equation.outputs[0].spec.shape[-2]

    @property
    def columns(self) -> int:
        """Of the result."""
        return self.equation.outputs[0].spec.shape[-1]

    @property
    def count(self) -> int:
        """Products that follow each other."""
        return math.prod(self.equation.outputs[0].spec.shape[:-2])

    @property
    def depth(self) -> int:
        """Of the sums."""
        axis = -2 if self.equation.params["transpose_x"] else -1
        return self.equation.inputs[0].spec.shape[axis]

    def begin(self, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
        """Where the tile's rows and columns begin in the operands."""
        x_transposed = self.equation.params["transpose_x"]
        y_transposed = self.equation.params["transpose_y"]
        x_size, y_size = self.rows * self.depth, self.depth * self.columns
        found = []
        for n, row in enumerate(rows):
            step = "" if x_transposed else f" * {self.depth}u"
            found.append(f"let x{n} = part * {x_size}u + {row}{step};")
        for n, column in enumerate(columns):
            step = f" * {self.depth}u" if y_transposed else ""
            found.append(f"let y{n} = part * {y_size}u + {column}{step};")
        return found

    def sum(self, shader: Shader, span: Span, tile: Tile, add: Add) -> list[str]:
        """One loop."""
        x, y = self.equation.inputs
        x_step = f" * {self.rows}u" if self.equation.params["transpose_x"] else ""
        y_step = "" if self.equation.params["transpose_y"] else f" * {self.columns}u"
        xs = [shader.load(x, f"x{n} + k{x_step}") for n in range(tile[0])]
        ys = [shader.load(y, f"y{n} + k{y_step}") for n in range(tile[1])]
        return [
            f"for (var k = {span[0]}; k < {span[1]}; k++) {{",
            *(f"  {line}" for line in add(xs, ys)),
            "}",
        ]

    @property
    def takes_fours(self) -> bool:
        """Where what lies together in an operand comes in fours."""
        (out,), params = self.equation.outputs, self.equation.params
        x_run = self.rows if params["transpose_x"] else self.depth
        sizes = (x_run, self.columns, self.depth if params["transpose_y"] else 4)
        both = params["transpose_x"] and params["transpose_y"]
        return out.spec.dtype == "float32" and not both and not any(n % 4 for n in sizes)

    def sum_fours(self, shader: Shader, span: Span, tile: Tile) -> list[str]:
        """Along the depth by fours, or, where the first operand is transposed, one by one."""
        x, y = self.equation.inputs
        columns = self.columns
        begin = [
            f"let xs = part * {self.rows * self.depth}u;",
            f"let ys = part * {self.depth * columns}u;",
        ]
        starts = [f"ys + k * {columns}u + {at}" for at in fours("column", columns, tile[1])]
        if self.equation.params["transpose_x"]:
            rows = fours("row", self.rows, tile[0])
            xs = [shader.load_four(x, f"xs + k * {self.rows}u + {row}") for row in rows]
            inside = [*named("a", xs), *named("b", (shader.load_four(y, at) for at in starts))]
            step, inside = 1, [*inside, *outer_products(tile)]
        else:
            rows = [f"min(row + {n}u, {self.rows - 1}u) * {self.depth}u" for n in range(tile[0])]
            begin += [f"let x{n} = xs + {row};" for n, row in enumerate(rows)]
            inside = named("a", (shader.load_four(x, f"x{n} + k") for n in range(tile[0])))
            if self.equation.params["transpose_y"]:
                ends = [f"min(column + {m}u, {columns - 1}u)" for m in range(tile[1])]
                at = [f"ys + {end} * {self.depth}u + k" for end in ends]
                inside += [*named("b", (shader.load_four(y, a) for a in at)), *dot_products(tile)]
            else:
                for k in range(4):
                    found = (shader.load_four(y, f"{at} + {k * columns}u") for at in starts)
                    inside += named(f"b{k}x", found)
                inside += row_products(tile)
            step = 4
        return [
            *begin,
            f"for (var k = {span[0]}; k < {span[1]}; k += {step}u) {{",
            *(f"  {line}" for line in inside),
            "}",
        ]


def named(name: str, found: Iterable[str]) -> list[str]:
    """Statements that give names to expressions: `name` and a number."""
    return [f"let {name}{n} = {text};" for n, text in enumerate(found)]


def fours(name: str, size: int, count: int) -> list[str]:
    """Where each four of a tile's rows or columns begin, the last ones at most.

    Args:
        name: The first one's name.
        size: Of the result; a multiple of 4.
        count: Of the tile; a multiple of 4.
    """
    return [name, *(f"min({name} + {n}u, {size - 4}u)" for n in range(4, count, 4))]


def outer_products(tile: Tile) -> list[str]:
    """Statements that add products of `a0`..., four rows each, and `b0`..., four columns each."""
    return [
        f"sum{n}x{c} += a{n // 4}[{n % 4}] * b{c};"
        for n in range(tile[0])
        for c in range(tile[1] // 4)
    ]


def scaled_products(tile: Tile) -> list[str]:
    """Statements that add products of `a0`..., numbers of a row, and `b0`..., four columns each."""
    return [f"sum{n}x{c} += a{n} * b{c};" for n in range(tile[0]) for c in range(tile[1] // 4)]


def row_products(tile: Tile) -> list[str]:
    """Statements that add products of `a0`..., four along the depth, and of `b0x0` and so on."""
    return [
        f"sum{n}x{c} += a{n}[{k}] * b{k}x{c};"
        for k in range(4)
        for n in range(tile[0])
        for c in range(tile[1] // 4)
    ]


def dot_products(tile: Tile) -> list[str]:
    """Statements that add products of `a0`... and `b0`..., both four along the depth."""
    found = []
    for n in range(tile[0]):
        for c in range(tile[1] // 4):
            dots = ", ".join(f"dot(a{n}, b{4 * c + m})" for m in range(4))
            found.append(f"sum{n}x{c} += vec4<f32>({dots});")
    return found
