"""Reductions, and what goes along one axis: sums, maxima, softmax, sorting.

This module owns `REDUCTIONS`. Long sums are taken in parts, for speed and for exactness.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from pykeras_core.engine.backends.runs import Around, around, runs
from pykeras_core.engine.backends.webgpu.shader import TYPES, Shader, typed
from pykeras_core.engine.backends.webgpu.work import Work
from pykeras_core.engine.plan import Unit
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value

__all__ = ["REDUCTIONS", "Reduce"]

_FEW_RESULTS, _LONG, _MOST_PARTS = 4096, 64, 256


class Reduce(Work):
    """A reduction along one run of axes, or a part of one.

    Args:
        equation: What it is for.
        source: What is reduced.
        target: What it gives, a value of the equation or one between two parts of it.
        run: Elements before, along and after the axes of `source`.
        parts: Into how many results what is along the axes is reduced.
    """

    def __init__(
        self, equation: Equation, source: Value, target: Value, run: Around, parts: int = 1
    ) -> None:
        outer, length, inner = run
        super().__init__([equation], outer * inner * parts, max(length // parts, 1) * 2)
        self._source, self._target, self._run, self._parts = source, target, run, parts

    @property
    def inputs(self) -> list[Value]:
        """The source."""
        return [self._source]

    @property
    def outputs(self) -> list[Value]:
        """The target."""
        return [self._target]

    def lines(self, shader: Shader) -> list[str]:
        """Reduce what belongs to result `i`."""
        _, length, inner = self._run
        parts, dtype = self._parts, self._source.spec.dtype
        name = self.equations[0].primitive.name
        load = shader.load(self._source, f"base + k * {inner}u")
        store = shader.store(
            self._target,
            "i",
            "& 255u".join(["result ", ""])
            if dtype == "uint8" and name in ("sum", "prod")
            else "result",
        )
        first, combine = _COMBINING[name](TYPES[dtype])
        start = f"i / {inner}u % {parts}u" if parts > 1 else "0u"
        begin = [
            f"let base = i / {inner * parts}u * {length * inner}u + i % {inner}u;",
            f"var k = {start};",
        ]
        if first is None:
            begin += [f"var result = {load};", f"k += {parts}u;"]
        else:
            begin += [f"var result = {first};"]
        return [
            *begin,
            f"for (; k < {length}u; k += {parts}u) {{",
            f"  result = {combine.format('result', load)};",
            "}",
            store,
        ]


_COMBINING: dict[str, Callable[[str], tuple[str | None, str]]] = {
    "sum": lambda kind: (f"{kind}(0)", "{} + {}"),
    "prod": lambda kind: (f"{kind}(1)", "{} * {}"),
    "max": lambda kind: (None, "maximum({}, {})" if kind == "f32" else "max({}, {})"),
    "min": lambda kind: (None, "minimum({}, {})" if kind == "f32" else "min({}, {})"),
}


def _reduce(equation: Equation) -> list[Unit]:
    (x,), (out,) = equation.inputs, equation.outputs
    units: list[Unit] = []
    found = runs(x.spec.shape, equation.params["axis"])
    source = x
    for number, (outer, length, inner) in enumerate(found):
        is_last = number == len(found) - 1
        target = out if is_last else Value(Spec((outer, inner), x.spec.dtype))
        parts = 1
        if length >= _LONG and outer * inner < _FEW_RESULTS:
            parts = min(2 ** round(math.log2(length) / 2), _MOST_PARTS)
        if parts > 1:
            partial = Value(Spec((outer, parts, inner), x.spec.dtype))
            units.append(Reduce(equation, source, partial, (outer, length, inner), parts))
            source, length = partial, parts
        units.append(Reduce(equation, source, target, (outer, length, inner)))
        source = target
    return units


class _Along(Work):
    """An equation whose items are lines along an axis."""

    def __init__(
        self,
        equation: Equation,
        passes: int,
        lines: Callable[[Shader, Around], list[str]],
    ) -> None:
        run = around(equation.inputs[0].spec.shape, equation.params["axis"])
        super().__init__([equation], run[0] * run[2], passes * run[1])
        self._run, self._lines = run, lines

    def lines(self, shader: Shader) -> list[str]:
        """What is done with line `i`, whose first element is at `base`."""
        _, length, inner = self._run
        base = f"let base = i / {inner}u * {length * inner}u + i % {inner}u;"
        return [base, *self._lines(shader, self._run)]


def _arg_reduce(equation: Equation) -> list[Unit]:
    (x,), (out,) = equation.inputs, equation.outputs
    order = ">" if equation.primitive.name == "argmax" else "<"
    is_float = x.spec.dtype == "float32"

    def lines(shader: Shader, run: Around) -> list[str]:
        _, length, inner = run
        better = f"found {order} best"
        if is_float:
            better = f"!is_nan(best) && ({better} || is_nan(found))"
        return [
            f"var best = {shader.load(x, 'base')};",
            "var place = 0u;",
            f"for (var k = 1u; k < {length}u; k++) {{",
            f"  let found = {shader.load(x, f'base + k * {inner}u')};",
            f"  if ({better}) {{ best = found; place = k; }}",
            "}",
            shader.store(out, "i", "i32(place)"),
        ]

    return [_Along(equation, 2, lines)]


def _cumsum(equation: Equation) -> list[Unit]:
    (x,), (out,) = equation.inputs, equation.outputs
    reverse = equation.params["reverse"]

    def lines(shader: Shader, run: Around) -> list[str]:
        _, length, inner = run
        at = f"base + {f'({length - 1}u - k)' if reverse else 'k'} * {inner}u"
        return [
            f"var total = {TYPES[x.spec.dtype]}(0);",
            f"for (var k = 0u; k < {length}u; k++) {{",
            f"  total += {shader.load(x, at)};",
            f"  {shader.store(out, at, 'total')}",
            "}",
        ]

    return [_Along(equation, 2, lines)]


def _softmax(equation: Equation) -> list[Unit]:
    (x,), (out,) = equation.inputs, equation.outputs
    is_log = equation.primitive.name == "log_softmax"

    def lines(shader: Shader, run: Around) -> list[str]:
        _, length, inner = run
        at = f"base + k * {inner}u"
        each = f"for (var k = 0u; k < {length}u; k++) {{"
        shifted = f"{shader.load(x, at)} - top"
        if is_log:
            total = ["let scale = logarithm(total);"]
            result = f"{shifted} - scale"
        else:
            total = []
            result = f"exponential({shifted}) / total"
        return [
            "var top = -infinity();",
            each,
            f"  top = maximum(top, {shader.load(x, at)});",
            "}",
            "if (top == -infinity() || top == infinity()) { top = not_a_number(); }",
            "var total = 0.0;",
            each,
            f"  total += exponential({shifted});",
            "}",
            *total,
            each,
            f"  {shader.store(out, at, result)}",
            "}",
        ]

    return [_Along(equation, 24, lines)]


class _Rank(Work):
    """A stable sort: each element looks at all of its line to find its place."""

    def __init__(self, equation: Equation) -> None:
        run = around(equation.inputs[0].spec.shape, equation.params["axis"])
        super().__init__([equation], equation.inputs[0].spec.size, 2 * run[1])
        self._run = run

    def lines(self, shader: Shader) -> list[str]:
        """Count what comes before element `i`."""
        (x,), (out,) = self.equations[0].inputs, self.equations[0].outputs
        _, length, inner = self._run
        kind = TYPES[x.spec.dtype]

        def word(index: str) -> str:
            found = shader.load(x, index)
            if kind == "f32":
                return f"sorting_word({found})"
            return f"({typed(found, kind, 'u32')} ^ {'0x80000000u' if kind == 'i32' else '0u'})"

        return [
            f"let base = i / {length * inner}u * {length * inner}u + i % {inner}u;",
            f"let place = i / {inner}u % {length}u;",
            f"let own = {word('i')};",
            "var rank = 0u;",
            f"for (var k = 0u; k < {length}u; k++) {{",
            f"  let other = {word(f'base + k * {inner}u')};",
            "  if (other < own || (other == own && k < place)) { rank++; }",
            "}",
            shader.store(out, f"base + rank * {inner}u", "i32(place)"),
        ]


REDUCTIONS: dict[str, Callable[[Equation], list[Unit]]] = {
    **dict.fromkeys(("sum", "max", "min", "prod"), _reduce),
    **dict.fromkeys(("argmax", "argmin"), _arg_reduce),
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    "cumsum": _cumsum,
    "argsort": lambda equation: [_Rank(equation)],
}
"""By primitive, what makes the units of an equation."""
