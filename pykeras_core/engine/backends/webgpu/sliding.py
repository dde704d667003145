"""What slides and is no product: convolution in groups, and pooling.

This module owns `SLIDING`. Every element of a result is made by one thread, which gathers what it
needs; nothing is added to from several sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from pykeras_core.engine.backends.access import strides_of
from pykeras_core.engine.backends.webgpu.convolution import Convolution
from pykeras_core.engine.backends.webgpu.shader import Shader
from pykeras_core.engine.backends.webgpu.windows import AXES, Windows
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["SLIDING"]


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
    operands = Convolution.of(equation)
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
