"""Convolution and pooling: windows that slide over samples.

This module owns `convolution`, which makes products of the three convolutions, and `SLIDING`, the
units of what is none: depthwise and grouped convolution, and pooling. Every element of a result is
made by one thread, which gathers what it needs; nothing is added to from several sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pykeras_core.engine.backends.access import strides_of
from pykeras_core.engine.backends.webgpu.products import (
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
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["SLIDING", "convolution"]

AXES = 3


@dataclass(frozen=True)
class Windows:
    """How windows slide over samples of three spatial axes.

    Args:
        batch: Number of samples.
        sizes: Of the samples.
        positions: How many windows lie along each axis.
        window: Sizes of a window.
        strides: Distances between windows.
        low: Padding before each axis.
        dilation: Distances between neighbours in a window.
    """

    batch: int
    sizes: tuple[int, ...]
    positions: tuple[int, ...]
    window: tuple[int, ...]
    strides: tuple[int, ...]
    low: tuple[int, ...]
    dilation: tuple[int, ...]

    @classmethod
    def of(
        cls, samples: Value, results: Value, window: Sequence[int], equation: Equation
    ) -> Windows:
        """Those of an equation whose operands or result are `samples` and `results`."""
        params = equation.params
        dilation = params.get("dilation", (1,) * len(window))
        low = [pair[0] for pair in params["padding"]]
        return cls(
            samples.spec.shape[0],
            _three(samples.spec.shape[1:-1], 1),
            _three(results.spec.shape[1:-1], 1),
            _three(window, 1),
            _three(params["strides"], 1),
            _three(low, 0),
            _three(dilation, 1),
        )

    @property
    def taps(self) -> int:
        """Places of a window."""
        return math.prod(self.window)

    def position(self, name: str, index: str) -> list[str]:
        """Statements that take the number of a window apart: sample and places, as i32."""
        return _apart(name, index, self.positions)

    def place(self, name: str, index: str) -> list[str]:
        """The same for the number of an element's place in the samples."""
        return _apart(name, index, self.sizes)

    def each_tap(self, inside: Sequence[str]) -> list[str]:
        """A loop over the places of a window, `tap0` to `tap2`, numbered `tap`."""
        loops = [axis for axis in range(AXES) if self.window[axis] > 1]
        return [
            "var tap = 0u;",
            *(f"const tap{a} = 0;" for a in range(AXES) if a not in loops),
            *(f"for (var tap{a} = 0; tap{a} < {self.window[a]}; tap{a}++) {{" for a in loops),
            *(f"  {line}" for line in inside),
            *(["  tap++;"] if loops else []),
            "}" * len(loops),
        ]

    def seen(self, name: str, at: str, inside: str) -> list[str]:
        """Where the window at `name` sees its place `tap`: `at`, a place's number, if `inside`."""
        along, tests = [], []
        for a in range(AXES):
            far = (self.positions[a] - 1) * self.strides[a] - self.low[a]
            far += (self.window[a] - 1) * self.dilation[a]
            along.append(
                _combined(
                    (f"{name}{a}", self.strides[a]), (f"tap{a}", self.dilation[a]), self.low[a]
                )
            )
            tests += [f"{at}a{a} >= 0"] if self.low[a] else []
            tests += [f"{at}a{a} < {self.sizes[a]}"] if far >= self.sizes[a] else []
        return _joined(along, self.sizes, f"{name}b", at, inside, tests)

    def seeing(self, name: str, at: str, inside: str) -> list[str]:
        """Which window sees the place `name` at its place `tap`: `at`, its number, if `inside`."""
        lines, along, tests = [], [], []
        for a in range(AXES):
            if self.window[a] == self.strides[a] == self.sizes[a] == 1:
                along.append("0")
                continue
            start = f"{at}s{a}"
            lines.append(f"let {start} = {name}{a} + {self.low[a]} - tap{a} * {self.dilation[a]};")
            along.append(start)
            tests += [f"{start} >= 0", f"{at}a{a} < {self.positions[a]}"]
            if self.strides[a] > 1:
                along[-1] = f"{start} / {self.strides[a]}"
                tests.append(f"{start} % {self.strides[a]} == 0")
        return [*lines, *_joined(along, self.positions, f"{name}b", at, inside, tests)]

    def next_position(self, name: str) -> list[str]:
        """Statements that go on to the next window; see `position`, here with `var`."""
        lines = [f"{name}{AXES - 1}++;"]
        for axis in range(AXES - 1, -1, -1):
            above = f"{name}{axis - 1}++;" if axis else f"{name}b++;"
            full = f"{name}{axis} == {self.positions[axis]}"
            lines.append(f"if ({full}) {{ {name}{axis} = 0; {above} }}")
        return lines


def _combined(window: tuple[str, int], tap: tuple[str, int], low: int) -> str:
    """Where a window sees a place, along an axis."""
    terms = [name if step == 1 else f"{name} * {step}" for name, step in (window, tap)]
    return " + ".join(terms) + (f" - {low}" if low else "")


def _apart(name: str, index: str, sizes: Sequence[int]) -> list[str]:
    inner = strides_of(sizes)
    total = math.prod(sizes)
    found = [f"let {name}n = {index};"]
    found.append(f"var {name}b = {name}n{f' / {total}u' if total > 1 else ''};")
    for axis, size in enumerate(sizes):
        along = f"{name}n" if inner[axis] == 1 else f"{name}n / {inner[axis]}u"
        found.append(f"var {name}{axis} = {f'i32({along} % {size}u)' if size > 1 else '0'};")
    return found


def _joined(
    along: Sequence[str],
    sizes: Sequence[int],
    sample: str,
    at: str,
    inside: str,
    tests: Sequence[str],
) -> list[str]:
    lines = [f"let {at}a{axis} = {text};" for axis, text in enumerate(along)]
    place = sample
    for axis, size in enumerate(sizes):
        if size > 1:
            place = f"({place} * {size}u + u32({at}a{axis}))"
    condition = " && ".join(tests) or "true"
    return [*lines, f"let {inside} = {condition};", f"let {at} = {place};"]


def _three(values: Sequence[int], one: int) -> tuple[int, ...]:
    """One value an axis, for three axes: `one` for those that are not there."""
    return (*values, *(one for _ in range(AXES - len(values))))


@dataclass(frozen=True)
class _Convolution:
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
    def of(cls, equation: Equation) -> _Convolution:
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
    kinds: dict[str, Callable[[_Convolution], Factors]] = {
        "conv": _Forward,
        "conv_input_grad": _InputGradient,
        "conv_kernel_grad": _KernelGradient,
    }
    return kinds[equation.primitive.name](_Convolution.of(equation))


class _Sliding:
    """What the factors of the three convolutions share."""

    count = 1

    def __init__(self, operands: _Convolution) -> None:
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
        return _joined(along, windows.sizes, "wb", f"at{n}", f"in{n}", tests)

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


class _Gathered(Work):
    """A unit that makes each element of a result by itself."""

    def __init__(self, equation: Equation, cost: int, lines: Callable[[Shader], list[str]]) -> None:
        super().__init__([equation], equation.outputs[0].spec.size, cost)
        self._lines = lines

    def lines(self, shader: Shader) -> list[str]:
        """What makes element `i`."""
        return self._lines(shader)


def _grouped(equation: Equation) -> list[Unit]:
    """A convolution with groups, or a gradient of one: element by element."""
    operands = _Convolution.of(equation)
    windows, name = operands.windows, equation.primitive.name
    groups = equation.params["groups"]
    channels, filters = operands.channels, operands.filters
    share = filters // groups
    (out,) = equation.outputs

    def forward(shader: Shader) -> list[str]:
        x = shader.load(operands.samples, f"at * {channels * groups}u + group * {channels}u + c")
        y = shader.load(operands.kernel, f"(tap * {channels}u + c) * {filters}u + filt")
        return [
            f"let filt = i % {filters}u;",
            f"let group = filt / {share}u;",
            *windows.position("w", f"i / {filters}u"),
            "var total = 0.0;",
            *windows.each_tap(
                [
                    *windows.seen("w", "at", "inside"),
                    "if (inside) {",
                    f"  for (var c = 0u; c < {channels}u; c++) {{ total += {x} * {y}; }}",
                    "}",
                ]
            ),
            shader.store(out, "i", "total"),
        ]

    def input_gradient(shader: Shader) -> list[str]:
        x = shader.load(operands.results, f"at * {filters}u + filt")
        y = shader.load(operands.kernel, f"(tap * {channels}u + c) * {filters}u + filt")
        return [
            f"let channel = i % {channels * groups}u;",
            f"let c = channel % {channels}u;",
            f"let first = channel / {channels}u * {share}u;",
            *windows.place("p", f"i / {channels * groups}u"),
            "var total = 0.0;",
            *windows.each_tap(
                [
                    *windows.seeing("p", "at", "inside"),
                    "if (inside) {",
                    f"  for (var filt = first; filt < first + {share}u; filt++) "
                    f"{{ total += {x} * {y}; }}",
                    "}",
                ]
            ),
            shader.store(out, "i", "total"),
        ]

    def kernel_gradient(shader: Shader) -> list[str]:
        x = shader.load(operands.samples, f"at * {channels * groups}u + group * {channels}u + c")
        y = shader.load(operands.results, f"k * {filters}u + filt")
        count = windows.batch * math.prod(windows.positions)
        taps = strides_of(windows.window)
        return [
            f"let filt = i % {filters}u;",
            f"let group = filt / {share}u;",
            f"let c = i / {filters}u % {channels}u;",
            f"let tap = i / {filters * channels}u;",
            *(f"let tap{a} = i32(tap / {taps[a]}u % {windows.window[a]}u);" for a in range(AXES)),
            "var total = 0.0;",
            f"for (var k = 0u; k < {count}u; k++) {{",
            *(f"  {line}" for line in windows.position("w", "k")),
            *(f"  {line}" for line in windows.seen("w", "at", "inside")),
            f"  if (inside) {{ total += {x} * {y}; }}",
            "}",
            shader.store(out, "i", "total"),
        ]

    lines, cost = {
        "conv": (forward, windows.taps * channels),
        "conv_input_grad": (input_gradient, windows.taps * share),
        "conv_kernel_grad": (kernel_gradient, windows.batch * math.prod(windows.positions)),
    }[name]
    return [_Gathered(equation, 4 * cost, lines)]


def _pool_windows(equation: Equation, samples: Value, results: Value) -> Windows:
    return Windows.of(samples, results, equation.params["size"], equation)


def _pool(equation: Equation) -> list[Unit]:
    """Maxima or sums of windows."""
    (x,), (out,) = equation.inputs, equation.outputs
    windows, channels = _pool_windows(equation, x, out), x.spec.shape[-1]
    is_sum = equation.primitive.name == "sum_pool"

    def lines(shader: Shader) -> list[str]:
        found = shader.load(x, f"at * {channels}u + channel")
        total = f"total += {found};" if is_sum else f"total = maximum(total, {found});"
        return [
            f"let channel = i % {channels}u;",
            *windows.position("w", f"i / {channels}u"),
            f"var total = {'0.0' if is_sum else '-infinity()'};",
            *windows.each_tap([*windows.seen("w", "at", "inside"), f"if (inside) {{ {total} }}"]),
            shader.store(out, "i", "total"),
        ]

    return [_Gathered(equation, 4 * windows.taps, lines)]


class _Picked(Work):
    """For each window, at which place its first maximum is, in order of the places."""

    def __init__(self, equation: Equation, x: Value, windows: Windows, target: Value) -> None:
        super().__init__([equation], target.spec.size, 4 * windows.taps)
        self._x, self._windows, self._target = x, windows, target

    @property
    def inputs(self) -> list[Value]:
        """The samples."""
        return [self._x]

    @property
    def outputs(self) -> list[Value]:
        """The places."""
        return [self._target]

    def lines(self, shader: Shader) -> list[str]:
        """Find the maximum of window `i`; of one with a NaN, the first place counts."""
        channels = self._x.spec.shape[-1]
        load = shader.load(self._x, f"at * {channels}u + channel")
        return [
            f"let channel = i % {channels}u;",
            *self._windows.position("w", f"i / {channels}u"),
            "var best = -infinity();",
            "var place = 0u;",
            "var first = 0xffffffffu;",
            "var unknown = false;",
            *self._windows.each_tap(
                [
                    *self._windows.seen("w", "at", "inside"),
                    "if (inside) {",
                    f"  let found = {load};",
                    "  unknown = unknown || is_nan(found);",
                    "  if (first == 0xffffffffu || found > best) { place = tap; best = found; }",
                    "  first = 0u;",
                    "}",
                ]
            ),
            shader.store(self._target, "i", "select(place, 0u, unknown || best == -infinity())"),
        ]


class _FromPlaces(Work):
    """What reads the places that `_Picked` found.

    Args:
        equation: A gradient of a maximum, or its gradient.
        places: What was found.
        values: The operand that is moved.
        cost: Operations of an element.
        lines: What makes element `i`.
    """

    def __init__(
        self,
        equation: Equation,
        places: Value,
        values: Value,
        cost: int,
        lines: Callable[[Shader], list[str]],
    ) -> None:
        super().__init__([equation], equation.outputs[0].spec.size, cost)
        self._places, self._values, self._lines = places, values, lines

    @property
    def inputs(self) -> list[Value]:
        """The places and the values."""
        return [self._places, self._values]

    def lines(self, shader: Shader) -> list[str]:
        """What makes element `i`."""
        return self._lines(shader)


def _max_pool_grad(equation: Equation) -> list[Unit]:
    ct, x = equation.inputs
    (out,) = equation.outputs
    windows, channels = _pool_windows(equation, x, ct), x.spec.shape[-1]
    places = Value(Spec(ct.spec.shape, "uint32"))

    def lines(shader: Shader) -> list[str]:
        place = shader.load(places, f"at * {channels}u + channel")
        found = shader.load(ct, f"at * {channels}u + channel")
        return [
            f"let channel = i % {channels}u;",
            *windows.place("p", f"i / {channels}u"),
            "var total = 0.0;",
            *windows.each_tap(
                [
                    *windows.seeing("p", "at", "inside"),
                    "if (inside) {",
                    f"  if ({place} == tap) {{ total += {found}; }}",
                    "}",
                ]
            ),
            shader.store(out, "i", "total"),
        ]

    return [
        _Picked(equation, x, windows, places),
        _FromPlaces(equation, places, ct, 4 * windows.taps, lines),
    ]


def _max_pool_pick(equation: Equation) -> list[Unit]:
    values, x = equation.inputs
    (out,) = equation.outputs
    windows, channels = _pool_windows(equation, x, out), x.spec.shape[-1]
    places = Value(Spec(out.spec.shape, "uint32"))

    def lines(shader: Shader) -> list[str]:
        taps = strides_of(windows.window)
        found = shader.load(values, f"at * {channels}u + channel")
        return [
            f"let channel = i % {channels}u;",
            f"let tap = {shader.load(places, 'i')};",
            *(f"let tap{a} = i32(tap / {taps[a]}u % {windows.window[a]}u);" for a in range(AXES)),
            *windows.position("w", f"i / {channels}u"),
            *windows.seen("w", "at", "inside"),
            "var result = 0.0;",
            f"if (inside) {{ result = {found}; }}",
            shader.store(out, "i", "result"),
        ]

    return [
        _Picked(equation, x, windows, places),
        _FromPlaces(equation, places, values, 16, lines),
    ]


def _sum_pool_grad(equation: Equation) -> list[Unit]:
    (ct,), (out,) = equation.inputs, equation.outputs
    windows, channels = _pool_windows(equation, out, ct), ct.spec.shape[-1]

    def lines(shader: Shader) -> list[str]:
        found = shader.load(ct, f"at * {channels}u + channel")
        return [
            f"let channel = i % {channels}u;",
            *windows.place("p", f"i / {channels}u"),
            "var total = 0.0;",
            *windows.each_tap(
                [*windows.seeing("p", "at", "inside"), f"if (inside) {{ total += {found}; }}"]
            ),
            shader.store(out, "i", "total"),
        ]

    return [_Gathered(equation, 4 * windows.taps, lines)]


SLIDING: dict[str, Callable[[Equation], list[Unit]]] = {
    **dict.fromkeys(("conv", "conv_input_grad", "conv_kernel_grad"), _grouped),
    **dict.fromkeys(("max_pool", "sum_pool"), _pool),
    "max_pool_grad": _max_pool_grad,
    "max_pool_pick": _max_pool_pick,
    "sum_pool_grad": _sum_pool_grad,
}
"""By primitive, what makes the units of an equation."""
