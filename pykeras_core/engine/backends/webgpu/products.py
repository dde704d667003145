"""Products: matrices, and all that is one in disguise, in tiles that a thread holds in registers.

This module owns `ProductWork`. A thread makes a tile of the result; where there are few tiles and
long sums, several threads share a tile's sums and another unit adds them up. A loop that reads the
result element by element runs while it is still in registers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pykeras_core.engine.backends.loop import Loop
from pykeras_core.engine.backends.webgpu.shader import TYPES, Shader, typed
from pykeras_core.engine.backends.webgpu.work import (
    SMALL_WORK,
    LoopWork,
    Work,
    loop_lines,
    loop_results,
)
from pykeras_core.engine.plan import Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = [
    "Add",
    "Factors",
    "Matrices",
    "ProductWork",
    "SmallProduct",
    "Span",
    "Sums",
    "Tile",
    "dot_products",
    "outer_product",
    "product_units",
    "row_products",
]

TILE = 4
"""Rows and columns of a tile."""

_SIDE = 8
"""Tiles along a side of the square that neighbouring threads make."""
_FEW_TILES, _LEAST_DEPTH, _MOST_SHARES = 2048, 96, 64
"""Where there are fewer tiles than that, sums are shared, each as long as that at least."""


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

    def sum_fours(self, shader: Shader, span: Span) -> list[str]:
        """Statements that add up a tile whose first `row` and `column` are known, in fours.

        Args:
            shader: What it will be part of.
            span: Where the depth begins and ends, multiples of 4.
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

    def sum_fours(self, shader: Shader, span: Span) -> list[str]:
        """Along the depth by fours, or, where the first operand is transposed, one by one."""
        x, y = self.equation.inputs
        columns = self.columns
        begin = [
            f"let xs = part * {self.rows * self.depth}u;",
            f"let ys = part * {self.depth * columns}u;",
        ]
        if self.equation.params["transpose_x"]:
            return [
                *begin,
                f"for (var k = {span[0]}; k < {span[1]}; k++) {{",
                f"  let a = {shader.load_four(x, f'xs + k * {self.rows}u + row')};",
                f"  let b = {shader.load_four(y, f'ys + k * {columns}u + column')};",
                *outer_product("a", "b"),
                "}",
            ]
        last = self.rows - 1
        rows = [f"min(row + {n}u, {last}u) * {self.depth}u" for n in range(TILE)]
        xs = [f"let a{n} = {shader.load_four(x, f'x{n} + k')};" for n in range(TILE)]
        begin += [f"let x{n} = xs + {row};" for n, row in enumerate(rows)]
        if self.equation.params["transpose_y"]:
            at = [f"ys + (column + {m}u) * {self.depth}u + k" for m in range(TILE)]
            ys = [f"let b{m} = {shader.load_four(y, place)};" for m, place in enumerate(at)]
            inside = [*xs, *ys, *dot_products()]
        else:
            at = [f"ys + (k + {m}u) * {columns}u + column" for m in range(TILE)]
            ys = [f"let b{m} = {shader.load_four(y, place)};" for m, place in enumerate(at)]
            inside = [*xs, *ys, *row_products()]
        return [
            *begin,
            f"for (var k = {span[0]}; k < {span[1]}; k += 4u) {{",
            *(f"  {line}" for line in inside),
            "}",
        ]


def outer_product(a: str, b: str) -> list[str]:
    """Statements that add the products of four elements of rows and four of columns."""
    return [f"sum{n} = fma(vec4<f32>({a}[{n}]), {b}, sum{n});" for n in range(TILE)]


def row_products() -> list[str]:
    """Statements that add for `a0` to `a3` along the depth of rows, `b0` to `b3` rows of it."""
    return [
        f"sum{n} = fma(vec4<f32>(a{n}[{k}]), b{k}, sum{n});" for n in range(TILE) for k in range(4)
    ]


def dot_products() -> list[str]:
    """Statements that add for `a0` to `a3` and `b0` to `b3`, both along the depth."""
    return [
        f"sum{n} += vec4<f32>({', '.join(f'dot(a{n}, b{m})' for m in range(TILE))});"
        for n in range(TILE)
    ]


class ProductWork(Work):
    """A product, or the shares of one.

    Args:
        equation: What it computes.
        factors: How its operands are read.
        loop: Reads the product element by element; its equations are part of the unit.
        target: Where shares of sums go, an element of it for each share of each element.
        shares: How many threads share a tile's sums.
    """

    def __init__(
        self,
        equation: Equation,
        factors: Factors,
        loop: Loop | None = None,
        target: Value | None = None,
        shares: int = 1,
    ) -> None:
        self._grid = _Grid.of(factors.rows, factors.columns)
        items = factors.count * shares * self._grid.threads
        depth = -(-factors.depth // shares)
        cost = TILE * TILE * depth
        super().__init__([equation, *(loop.equations if loop else ())], items, cost)
        self.equation = equation
        self.factors = factors
        self._loop, self._target, self._shares = loop, target, shares

    @property
    def in_fours(self) -> bool:
        """Where its factors can."""
        return self.factors.takes_fours

    def fits_fours(self, shader: Shader) -> bool:
        """Whether all that it writes begins at a multiple of four words."""
        places = [shader.locate(value) for value in self.outputs]
        return self.in_fours and all(place is None or place.aligned for place in places)

    @property
    def outputs(self) -> Sequence[Value]:
        """The results, or the shares."""
        return [self._target] if self._target else list(super().outputs)

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """What the loop may overwrite, except what the product reads."""
        return _may_overwrite(self.equation, self._loop, old, new)

    def lines(self, shader: Shader) -> list[str]:
        """Make tile `i`."""
        factors, grid = self.factors, self._grid
        kind = TYPES[self.equation.outputs[0].spec.dtype]
        depth = -(-factors.depth // (4 * self._shares)) * 4
        lasts = (factors.rows - 1, factors.columns - 1)
        rows = [f"min(row + {n}u, {lasts[0]}u)" for n in range(TILE)]
        columns = [f"min(column + {n}u, {lasts[1]}u)" for n in range(TILE)]
        vector = f"vec{TILE}<{kind}>"
        begin, end = ("0u", f"{factors.depth}u")
        shared = []
        if self._shares > 1:
            shared = [
                f"let share = i / {grid.threads}u % {self._shares}u;",
                f"let begin = share * {depth}u;",
                f"let end = min(begin + {depth}u, {factors.depth}u);",
            ]
            begin, end = "begin", "end"
        head = [
            *grid.lines(),
            f"if (row >= {factors.rows}u || column >= {factors.columns}u) {{ return; }}",
            f"let part = i / {grid.threads * self._shares}u;",
            *shared,
        ]
        if shader.in_fours:
            return [
                *head,
                *(f"var sum{n} = {vector}();" for n in range(TILE)),
                *factors.sum_fours(shader, (begin, end)),
                *self._results_in_fours(shader),
            ]
        return [
            *head,
            *factors.begin(rows, columns),
            *(f"var sum{n} = {vector}();" for n in range(TILE)),
            *factors.sum(shader, (begin, end), (TILE, TILE), lambda xs, ys: _added(vector, xs, ys)),
            *self._results(shader),
        ]

    def _results(self, shader: Shader) -> list[str]:
        """What becomes of the tile's sums."""
        factors, (out,) = self.factors, self.equation.outputs
        size = factors.rows * factors.columns
        base = f"part * {size}u"
        if self._target is not None:
            base = f"(part * {self._shares}u + share) * {size}u"
        vector = f"vec{TILE}<{TYPES[out.spec.dtype]}>"
        sums = ", ".join(f"sum{n}" for n in range(TILE))
        at = f"{base} + (row + n) * {factors.columns}u + column + m"
        return [
            f"var sums = array<{vector}, {TILE}>({sums});",
            f"for (var n = 0u; n < min({TILE}u, {factors.rows}u - row); n++) {{",
            f"  for (var m = 0u; m < min({TILE}u, {factors.columns}u - column); m++) {{",
            f"    {self._give(shader, out)(at, 'sums[n][m]')}",
            "  }",
            "}",
        ]

    def _results_in_fours(self, shader: Shader) -> list[str]:
        """What becomes of the tile's sums, row by row."""
        factors, (out,) = self.factors, self.equation.outputs
        size = factors.rows * factors.columns
        base = f"part * {size}u"
        if self._target is not None:
            base = f"(part * {self._shares}u + share) * {size}u"
        sums = ", ".join(f"sum{n}" for n in range(TILE))
        begin = [
            f"var sums = array<vec4<f32>, {TILE}>({sums});",
            f"for (var n = 0u; n < min({TILE}u, {factors.rows}u - row); n++) {{",
            f"  let at = {base} + (row + n) * {factors.columns}u + column;",
        ]
        if self._target is not None or self._loop is None:
            words = [f"bitcast<u32>(sums[n][{m}])" for m in range(TILE)]
            return [*begin, f"  {shader.store_four(self._target or out, 'at', words)}", "}"]
        lines, results = loop_results(shader, self._loop, {id(out): "made"})
        if shader.locate(out) is not None:
            results.append((out, "made"))
        fields = [f"r{n}" for n in range(len(results))]
        structure, name = shader.structure(fields), shader.name("finish")
        words = [typed(text, TYPES[value.spec.dtype], "u32") for value, text in results]
        lines.append(f"return {structure}({', '.join(words)});")
        shader.function(name, f"(i: u32, made: f32) -> {structure}", lines)
        calls = [f"  let f{m} = {name}(at + {m}u, sums[n][{m}]);" for m in range(TILE)]
        stores = [
            f"  {shader.store_four(value, 'at', [f'f{m}.{field}' for m in range(TILE)])}"
            for field, (value, _) in zip(fields, results, strict=True)
        ]
        return [*begin, *calls, *stores, "}"]

    def _give(self, shader: Shader, out: Value) -> Callable[[str, str], str]:
        """What gives the statement for one element."""
        if self._target is not None:
            target = self._target
            return lambda at, text: shader.store(target, at, text)
        if self._loop is None:
            return lambda at, text: shader.store(out, at, text)
        name, kind = shader.name("finish"), TYPES[out.spec.dtype]
        lines = loop_lines(shader, self._loop, {id(out): "made"})
        if shader.locate(out) is not None:
            lines.append(shader.store(out, "i", "made"))
        shader.function(name, f"(i: u32, made: {kind})", lines)
        return lambda at, text: f"{name}({at}, {text});"


def _added(vector: str, xs: list[str], ys: list[str]) -> list[str]:
    """Statements that add the products of a column and a row of elements."""
    is_float = vector.endswith("<f32>")
    lines = [f"let y = {vector}({', '.join(ys)});"]
    for n, x in enumerate(xs):
        factor = f"{vector}({x})"
        lines.append(
            f"sum{n} = fma({factor}, y, sum{n});" if is_float else f"sum{n} += {factor} * y;"
        )
    return lines


@dataclass(frozen=True)
class _Grid:
    """How the threads of a product are laid over its tiles.

    Args:
        height: Squares of threads from top to bottom.
        width: From left to right.
        side: (rows, columns) of tiles of a square.
    """

    height: int
    width: int
    side: tuple[int, int]

    @classmethod
    def of(cls, rows: int, columns: int) -> _Grid:
        down, across = -(-rows // TILE), -(-columns // TILE)
        wide = min(_SIDE, 2 ** math.ceil(math.log2(max(across, 1))))
        high = min(_SIDE * _SIDE // wide, 2 ** math.ceil(math.log2(max(down, 1))))
        return cls(-(-down // high), -(-across // wide), (high, wide))

    @property
    def threads(self) -> int:
        """Of one product."""
        return self.height * self.width * self.side[0] * self.side[1]

    def lines(self) -> list[str]:
        """Where the tile of thread `i` begins."""
        high, wide = self.side
        square = high * wide
        return [
            f"let within = i % {square}u;",
            f"let square = i / {square}u % {self.height * self.width}u;",
            f"let row = (square / {self.width}u * {high}u + within / {wide}u) * {TILE}u;",
            f"let column = (square % {self.width}u * {wide}u + within % {wide}u) * {TILE}u;",
        ]


class Sums(Work):
    """What adds up the shares of a product's sums, and runs the loop that reads them.

    Args:
        equation: The product.
        source: The shares.
        shares: How many there are for each element.
        size: Elements of one product.
        loop: Reads the product element by element.
    """

    def __init__(
        self, equation: Equation, source: Value, shares: int, size: int, loop: Loop | None
    ) -> None:
        cost = 2 * shares + (4 * len(loop.equations) if loop else 0)
        super().__init__(
            [equation, *(loop.equations if loop else ())], equation.outputs[0].spec.size, cost
        )
        self._source, self._shares, self._size, self._loop = source, shares, size, loop

    @property
    def inputs(self) -> list[Value]:
        """The shares, and what the loop reads."""
        return [self._source, *(self._loop.inputs if self._loop else ())]

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """What the loop may."""
        return self._loop is not None and self._loop.may_overwrite(old, new)

    def lines(self, shader: Shader) -> list[str]:
        """Add up element `i`."""
        (out,) = self.equations[0].outputs
        kind = TYPES[out.spec.dtype]
        at = f"i / {self._size}u * {self._size * self._shares}u + i % {self._size}u"
        found = [
            f"let base = {at};",
            f"var made = {kind}(0);",
            f"for (var k = 0u; k < {self._shares}u; k++) {{",
            f"  made += {shader.load(self._source, f'base + k * {self._size}u')};",
            "}",
        ]
        if self._loop is not None:
            found += loop_lines(shader, self._loop, {id(out): "made"})
        if shader.locate(out) is not None:
            found.append(shader.store(out, "i", "made"))
        return found


class SmallProduct(Work):
    """A product with so little to do that each thread makes an element by itself.

    Args:
        equation: What it computes.
        factors: How its operands are read.
        loop: Reads the product element by element; its equations are part of the unit.
    """

    def __init__(self, equation: Equation, factors: Factors, loop: LoopWork | None) -> None:
        items = factors.count * factors.rows * factors.columns
        cost = 2 * factors.depth + (loop.cost if loop else 0)
        super().__init__([equation, *(loop.equations if loop else ())], items, cost)
        self._factors, self._loop = factors, loop

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """See `ProductWork.may_overwrite`."""
        return _may_overwrite(self.equations[0], self._loop, old, new)

    def lines(self, shader: Shader) -> list[str]:
        """Make element `i`."""
        factors, (out,) = self._factors, self.equations[0].outputs
        kind = TYPES[out.spec.dtype]
        form = "made = fma({}, {}, made);" if kind == "f32" else "made += {} * {};"
        found = [
            f"let part = i / {factors.rows * factors.columns}u;",
            f"let row = i / {factors.columns}u % {factors.rows}u;",
            f"let column = i % {factors.columns}u;",
            *factors.begin(["row"], ["column"]),
            f"var made = {kind}(0);",
            *factors.sum(
                shader,
                ("0u", f"{factors.depth}u"),
                (1, 1),
                lambda xs, ys: [form.format(xs[0], ys[0])],
            ),
        ]
        if self._loop is not None:
            found += loop_lines(shader, self._loop, {id(out): "made"})
        if shader.locate(out) is not None:
            found.append(shader.store(out, "i", "made"))
        return found


def _may_overwrite(product: Equation, loop: Loop | None, old: Value, new: Value) -> bool:
    """What the loop may overwrite, except what the product reads."""
    if loop is None or new is product.outputs[0]:
        return False
    if any(loop.root(value) is old for value in product.inputs):
        return False
    return loop.may_overwrite(old, new)


def product_units(equation: Equation, factors: Factors, loop: LoopWork | None) -> list[Unit]:
    """The units of a product, with the loop that reads it if there is one."""
    small = SmallProduct(equation, factors, loop)
    if small.items * small.cost <= SMALL_WORK:
        return [small]
    grid = _Grid.of(factors.rows, factors.columns)
    tiles = grid.threads * factors.count
    shares = 1
    if tiles < _FEW_TILES and factors.depth >= 2 * _LEAST_DEPTH:
        shares = min(_FEW_TILES // tiles, factors.depth // _LEAST_DEPTH, _MOST_SHARES)
    if shares <= 1:
        return [ProductWork(equation, factors, loop)]
    size = factors.rows * factors.columns
    (out,) = equation.outputs
    partial = Value(Spec((factors.count, shares, size), out.spec.dtype))
    return [
        ProductWork(equation, factors, None, partial, shares),
        Sums(equation, partial, shares, size, loop),
    ]
