"""Products: matrices, and all that is one in disguise, in tiles that a thread holds in registers.

This module owns `ProductWork`. A thread makes a tile of the result; where there are few tiles and
long sums, several threads share a tile's sums and another unit adds them up. A loop that reads the
result element by element runs while it is still in registers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pykeras_core.engine.backends.loop import Loop
from pykeras_core.engine.backends.webgpu.factors import Factors, Tile
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

__all__ = ["ProductWork", "SmallProduct", "Sums", "product_units"]

TILE = 4
"""Rows and columns of the smallest tile."""

_SIDE = 8
"""Tiles along a side of the square that neighbouring threads make."""
_FEW_TILES, _LEAST_DEPTH, _MOST_SHARES = 2048, 96, 64
"""Where there are fewer tiles than that, sums are shared, each as long as that at least."""


class ProductWork(Work):
    """A product, or the shares of one.

    Args:
        equation: What it computes.
        factors: How its operands are read.
        loop: Reads the product element by element; its equations are part of the unit.
        target: Where shares of sums go, an element of it for each share of each element.
        shares: How many threads share a tile's sums.
        tile: Rows and columns of a tile, multiples of `TILE`; more only where factors take fours.
    """

    def __init__(
        self,
        equation: Equation,
        factors: Factors,
        loop: Loop | None = None,
        target: Value | None = None,
        shares: int = 1,
        tile: Tile = (TILE, TILE),
    ) -> None:
        self.tile = tile
        self._grid = _Grid.of(factors.rows, factors.columns, tile)
        items = factors.count * shares * self._grid.threads
        depth = -(-factors.depth // shares)
        cost = tile[0] * tile[1] * depth
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
                *(
                    f"var sum{n}x{c} = {vector}();"
                    for n in range(self.tile[0])
                    for c in range(self.tile[1] // 4)
                ),
                *factors.sum_fours(shader, (begin, end), self.tile),
                *self._results_in_fours(shader),
            ]
        inside = [
            *factors.begin(rows, columns),
            *(f"var sum{n} = {vector}();" for n in range(TILE)),
            *factors.sum(shader, (begin, end), (TILE, TILE), lambda xs, ys: _added(vector, xs, ys)),
            *self._results(shader),
        ]
        down, across = (size // TILE for size in self.tile)
        if down * across == 1:
            return [*head, *inside]
        return [
            *head,
            f"for (var part_of_tile = 0u; part_of_tile < {down * across}u; part_of_tile++) {{",
            f"  let row = row + part_of_tile / {across}u * {TILE}u;",
            f"  let column = column + part_of_tile % {across}u * {TILE}u;",
            f"  if (row < {factors.rows}u && column < {factors.columns}u) {{",
            *(f"    {line}" for line in inside),
            "  }",
            "}",
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
        high, wide = self.tile
        sums = ", ".join(f"sum{n}x{c}" for n in range(high) for c in range(wide // 4))
        rows, columns = f"{factors.rows}u - row", f"{factors.columns}u - column"
        begin = [
            f"var sums = array<vec4<f32>, {high * wide // 4}>({sums});",
            f"for (var n = 0u; n < min({high}u, {rows}); n++) {{",
            f"for (var c = 0u; c < min({wide}u, {columns}) / 4u; c++) {{",
            f"  let at = {base} + (row + n) * {factors.columns}u + column + c * 4u;",
            f"  let sum = sums[n * {wide // 4}u + c];",
        ]
        if self._target is not None or self._loop is None:
            words = [f"bitcast<u32>(sum[{m}])" for m in range(4)]
            return [*begin, f"  {shader.store_four(self._target or out, 'at', words)}", "}}"]
        lines, results = loop_results(shader, self._loop, {id(out): "made"})
        if shader.locate(out) is not None:
            results.append((out, "made"))
        fields = [f"r{n}" for n in range(len(results))]
        structure, name = shader.structure(fields), shader.name("finish")
        words = [typed(text, TYPES[value.spec.dtype], "u32") for value, text in results]
        lines.append(f"return {structure}({', '.join(words)});")
        shader.function(name, f"(i: u32, made: f32) -> {structure}", lines)
        calls = [f"  let f{m} = {name}(at + {m}u, sum[{m}]);" for m in range(4)]
        stores = [
            f"  {shader.store_four(value, 'at', [f'f{m}.{field}' for m in range(4)])}"
            for field, (value, _) in zip(fields, results, strict=True)
        ]
        return [*begin, *calls, *stores, "}}"]

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
    lines = [f"let y = {vector}({', '.join(ys)});"]
    return [*lines, *(f"sum{n} += {x} * y;" for n, x in enumerate(xs))]


@dataclass(frozen=True)
class _Grid:
    """How the threads of a product are laid over its tiles.

    Args:
        height: Squares of threads from top to bottom.
        width: From left to right.
        side: (rows, columns) of tiles of a square.
        tile: Rows and columns of a tile.
    """

    height: int
    width: int
    side: tuple[int, int]
    tile: Tile

    @classmethod
    def of(cls, rows: int, columns: int, tile: Tile) -> _Grid:
        down, across = -(-rows // tile[0]), -(-columns // tile[1])
        wide = min(_SIDE, 2 ** math.ceil(math.log2(max(across, 1))))
        high = min(_SIDE * _SIDE // wide, 2 ** math.ceil(math.log2(max(down, 1))))
        return cls(-(-down // high), -(-across // wide), (high, wide), tile)

    @property
    def threads(self) -> int:
        """Of one product."""
        return self.height * self.width * self.side[0] * self.side[1]

    def lines(self) -> list[str]:
        """Where the tile of thread `i` begins."""
        high, wide = self.side
        square = high * wide
        down = f"square / {self.width}u * {high}u + within / {wide}u"
        across = f"square % {self.width}u * {wide}u + within % {wide}u"
        return [
            f"let within = i % {square}u;",
            f"let square = i / {square}u % {self.height * self.width}u;",
            f"let row = ({down}) * {self.tile[0]}u;",
            f"let column = ({across}) * {self.tile[1]}u;",
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
                lambda xs, ys: [f"made += {xs[0]} * {ys[0]};"],
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


def product_units(
    equation: Equation, factors: Factors, loop: LoopWork | None, tile: Tile
) -> list[Unit]:
    """The units of a product.

    Args:
        equation: What it computes.
        factors: How its operands are read.
        loop: The loop that reads it, if there is one.
        tile: Rows and columns of a tile.
    """
    small = SmallProduct(equation, factors, loop)
    if small.items * small.cost <= SMALL_WORK:
        return [small]
    size = factors.rows * factors.columns
    grid = _Grid.of(factors.rows, factors.columns, tile)
    tiles = grid.threads * factors.count
    shares = 1
    if tiles < _FEW_TILES and factors.depth >= 2 * _LEAST_DEPTH:
        shares = min(_FEW_TILES // tiles, factors.depth // _LEAST_DEPTH, _MOST_SHARES)
    if shares <= 1:
        return [ProductWork(equation, factors, loop, tile=tile)]
    (out,) = equation.outputs
    partial = Value(Spec((factors.count, shares, size), out.spec.dtype))
    return [
        ProductWork(equation, factors, None, partial, shares, tile),
        Sums(equation, partial, shares, size, loop),
    ]
