"""Convolutions as products whose matrix of windows is never made.

This module owns `convolution`, the factors of such a product, and `Convolution`, which operand has
which role.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pykeras_core.engine.backends.access import strides_of
from pykeras_core.engine.backends.webgpu.factors import (
    Add,
    Factors,
    Span,
    Tile,
    dot_products,
    fours,
    named,
    outer_products,
    row_products,
    scaled_products,
)
from pykeras_core.engine.backends.webgpu.shader import Shader
from pykeras_core.engine.backends.webgpu.windows import AXES, Windows, joined
from pykeras_core.engine.program import Equation, Value

__all__ = ["Convolution", "convolution"]


@dataclass(frozen=True)
class Convolution:
    """The operands of a convolution or a gradient of it.

    Args:
        equation: Which.
        samples: What slides under the window.
        kernel: The kernel.
        results: What holds an element for each window.
    """

    equation: Equation
    samples: Value
    kernel: Value
    results: Value

    @classmethod
    def of(cls, equation: Equation) -> Convolution:
        """By the roles that operands and result have in each of the three."""
        first, second = equation.inputs
        (out,) = equation.outputs
        roles = {
            "conv": (first, second, out),
            "conv_input_grad": (out, second, first),
            "conv_kernel_grad": (first, out, second),
        }[equation.primitive.name]
        return cls(equation, *roles)

    @property
    def windows(self) -> Windows:
        """How they slide."""
        return Windows.of(self.samples, self.results, self.kernel.spec.shape[:-2], self.equation)

    @property
    def channels(self) -> int:
        """Of the samples, in a group."""
        return self.kernel.spec.shape[-2]

    @property
    def filters(self) -> int:
        """Of all groups."""
        return self.kernel.spec.shape[-1]


def convolution(equation: Equation) -> Factors | None:
    """A convolution as a product; None where it has groups."""
    if equation.params["groups"] > 1:
        return None
    kinds: dict[str, Callable[[Convolution], Factors]] = {
        "conv": _Forward,
        "conv_input_grad": _InputGradient,
        "conv_kernel_grad": _KernelGradient,
    }
    return kinds[equation.primitive.name](Convolution.of(equation))


class _Sliding:
    """What the factors of the three convolutions share."""

    count = 1

    def __init__(self, operands: Convolution) -> None:
        self._operands = operands
        self._windows = operands.windows
        self.rows, self.columns, self.depth = self._sizes()

    def _sizes(self) -> tuple[int, int, int]:
        raise NotImplementedError


class _Forward(_Sliding):
    """A row is a window, a column a filter; the sums run over places and channels."""

    def _sizes(self) -> tuple[int, int, int]:
        windows, operands = self._windows, self._operands
        rows = windows.batch * math.prod(windows.positions)
        return rows, operands.filters, windows.taps * operands.channels

    def begin(self, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
        """Where the windows are."""
        found = [
            line for n, row in enumerate(rows) for line in self._windows.position(f"w{n}", row)
        ]
        return [*found, *(f"let c{n} = {column};" for n, column in enumerate(columns))]

    def sum(self, shader: Shader, span: Span, tile: Tile, add: Add) -> list[str]:
        """Place by place, channel by channel; what lies outside counts as 0."""
        operands, channels = self._operands, self._operands.channels
        seen = [
            line for n in range(tile[0]) for line in self._windows.seen(f"w{n}", f"at{n}", f"in{n}")
        ]
        xs = [
            f"select(0.0, {shader.load(operands.samples, f'base{n} + channel')}, in{n})"
            for n in range(tile[0])
        ]
        bases = [f"let base{n} = select(0u, at{n} * {channels}u, in{n});" for n in range(tile[0])]
        ys = [shader.load(operands.kernel, f"k * {self.columns}u + c{n}") for n in range(tile[1])]
        return _share_of_taps(self._windows, channels, span, seen + bases, add(xs, ys))

    @property
    def takes_fours(self) -> bool:
        """Where filters come in fours; channels need not."""
        return self.columns % 4 == 0

    def sum_fours(self, shader: Shader, span: Span, tile: Tile) -> list[str]:
        """Place by place; along the channels in fours, where they come in fours."""
        operands, channels = self._operands, self._operands.channels
        begin, before = [], []
        for n in range(tile[0]):
            begin += self._windows.position(f"w{n}", f"min(row + {n}u, {self.rows - 1}u)")
            before += self._windows.seen(f"w{n}", f"at{n}", f"in{n}")
            before.append(f"let base{n} = select(0u, at{n} * {channels}u, in{n});")
        step = 4 if channels % 4 == 0 else 1
        load = shader.load_four if step == 4 else shader.load
        zero = "vec4<f32>()" if step == 4 else "0.0"
        inside = []
        for n in range(tile[0]):
            found = load(operands.samples, f"base{n} + channel")
            inside.append(f"let a{n} = select({zero}, {found}, in{n});")
        starts = fours("column", self.columns, tile[1])
        for k in range(step):
            at = [f"(k + {k}u) * {self.columns}u + {start}" for start in starts]
            loads = (shader.load_four(operands.kernel, place) for place in at)
            inside += named(f"b{k}x" if step == 4 else "b", loads)
        inside += row_products(tile) if step == 4 else scaled_products(tile)
        return [*begin, *_share_of_taps(self._windows, channels, span, before, inside, step)]


class _InputGradient(_Sliding):
    """A row is a place of the samples, a column a channel; the sums run over places and filters."""

    def _sizes(self) -> tuple[int, int, int]:
        windows, operands = self._windows, self._operands
        rows = windows.batch * math.prod(windows.sizes)
        return rows, operands.channels, windows.taps * operands.filters

    def begin(self, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
        """Where the places are."""
        found = []
        for n, row in enumerate(rows):
            found += self._windows.place(f"p{n}", row)
        return [*found, *(f"let c{n} = {column};" for n, column in enumerate(columns))]

    def sum(self, shader: Shader, span: Span, tile: Tile, add: Add) -> list[str]:
        """Place by place of the window that sees it, filter by filter."""
        operands, filters = self._operands, self._operands.filters
        seeing = [
            line
            for n in range(tile[0])
            for line in self._windows.seeing(f"p{n}", f"at{n}", f"in{n}")
        ]
        xs = [
            f"select(0.0, {shader.load(operands.results, f'base{n} + channel')}, in{n})"
            for n in range(tile[0])
        ]
        bases = [f"let base{n} = select(0u, at{n} * {filters}u, in{n});" for n in range(tile[0])]
        ys = [
            shader.load(operands.kernel, f"(tap * {self.columns}u + c{n}) * {filters}u + channel")
            for n in range(tile[1])
        ]
        return _share_of_taps(self._windows, filters, span, seeing + bases, add(xs, ys))

    @property
    def takes_fours(self) -> bool:
        """Where channels and filters come in fours."""
        return self.columns % 4 == 0 and self._operands.filters % 4 == 0

    def sum_fours(self, shader: Shader, span: Span, tile: Tile) -> list[str]:
        """Place by place, along the filters in fours."""
        operands, filters = self._operands, self._operands.filters
        begin, before, inside = [], [], []
        for n in range(tile[0]):
            begin += self._windows.place(f"p{n}", f"min(row + {n}u, {self.rows - 1}u)")
            before += self._windows.seeing(f"p{n}", f"at{n}", f"in{n}")
            before.append(f"let base{n} = select(0u, at{n} * {filters}u, in{n});")
            found = shader.load_four(operands.results, f"base{n} + channel")
            inside.append(f"let a{n} = select(vec4<f32>(), {found}, in{n});")
        ends = [f"min(column + {m}u, {self.columns - 1}u)" for m in range(tile[1])]
        at = [f"(tap * {self.columns}u + {end}) * {filters}u + channel" for end in ends]
        inside += named("b", (shader.load_four(operands.kernel, place) for place in at))
        inside += dot_products(tile)
        return [*begin, *_share_of_taps(self._windows, filters, span, before, inside, 4)]


class _KernelGradient(_Sliding):
    """A row is a place of a window and a channel, a column a filter; the sums run over windows."""

    def _sizes(self) -> tuple[int, int, int]:
        windows, operands = self._windows, self._operands
        depth = windows.batch * math.prod(windows.positions)
        return windows.taps * operands.channels, operands.filters, depth

    def begin(self, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
        """Which places of the window."""
        channels, window = self._operands.channels, self._windows.window
        found = []
        for n, row in enumerate(rows):
            found += [f"let r{n} = {row};", f"let channel{n} = r{n} % {channels}u;"]
            for a, inner in enumerate(strides_of(window)):
                found.append(
                    f"let tap{n}x{a} = i32(r{n} / {inner * channels}u % {window[a]}u) * "
                    f"{self._windows.dilation[a]} - {self._windows.low[a]};"
                )
        return [*found, *(f"let c{n} = {column};" for n, column in enumerate(columns))]

    def sum(self, shader: Shader, span: Span, tile: Tile, add: Add) -> list[str]:
        """Window by window."""
        operands = self._operands
        lines, xs = [], []
        for n in range(tile[0]):
            lines += self._seen(n)
            at = f"select(0u, at{n} * {operands.channels}u + channel{n}, in{n})"
            xs.append(f"select(0.0, {shader.load(operands.samples, at)}, in{n})")
        ys = [shader.load(operands.results, f"k * {self.columns}u + c{n}") for n in range(tile[1])]
        return self._each_window(span, [*lines, *add(xs, ys)])

    def _seen(self, n: int) -> list[str]:
        """Where the window sees the place of row `n`."""
        windows = self._windows
        along, tests = [], []
        for a in range(AXES):
            along.append(f"w{a} * {windows.strides[a]} + tap{n}x{a}")
            far = (windows.positions[a] - 1) * windows.strides[a] - windows.low[a]
            far += (windows.window[a] - 1) * windows.dilation[a]
            tests += [f"at{n}a{a} >= 0"] if windows.low[a] else []
            tests += [f"at{n}a{a} < {windows.sizes[a]}"] if far >= windows.sizes[a] else []
        return joined(along, windows.sizes, "wb", f"at{n}", f"in{n}", tests)

    def _each_window(self, span: Span, inside: Sequence[str]) -> list[str]:
        return [
            *self._windows.position("w", span[0]),
            f"for (var k = {span[0]}; k < {span[1]}; k++) {{",
            *(f"  {line}" for line in (*inside, *self._windows.next_position("w"))),
            "}",
        ]

    @property
    def takes_fours(self) -> bool:
        """Where filters come in fours."""
        return self.columns % 4 == 0

    def sum_fours(self, shader: Shader, span: Span, tile: Tile) -> list[str]:
        """Window by window; four channels of one place at once, where they come in fours."""
        operands, channels = self._operands, self._operands.channels
        together = channels % 4 == 0
        rows = [f"min(row + {n}u, {self.rows - 1}u)" for n in range(tile[0])]
        if together:
            rows = fours("row", self.rows, tile[0])
        begin = self.begin(rows, [])
        load = shader.load_four if together else shader.load
        zero = "vec4<f32>()" if together else "0.0"
        lines = []
        for n in range(len(rows)):
            lines += self._seen(n)
            at = f"select(0u, at{n} * {channels}u + channel{n}, in{n})"
            lines.append(f"let a{n} = select({zero}, {load(operands.samples, at)}, in{n});")
        starts = fours("column", self.columns, tile[1])
        at_columns = (f"k * {self.columns}u + {start}" for start in starts)
        lines += named("b", (shader.load_four(operands.results, at) for at in at_columns))
        lines += outer_products(tile) if together else scaled_products(tile)
        return [*begin, *self._each_window(span, lines)]


def _share_of_taps(
    windows: Windows,
    channels: int,
    span: Span,
    before: Sequence[str],
    add: Sequence[str],
    step: int = 1,
) -> list[str]:
    """A loop over places and channels, over a part of all of them."""
    return windows.each_tap(
        [
            f"let start = max({span[0]}, tap * {channels}u);",
            f"let stop = min({span[1]}, (tap + 1u) * {channels}u);",
            "if (start < stop) {",
            *(f"  {line}" for line in before),
            f"  for (var k = start; k < stop; k += {step}u) {{",
            f"    let channel = k - tap * {channels}u;",
            *(f"    {line}" for line in add),
            "  }",
            "}",
        ]
    )
