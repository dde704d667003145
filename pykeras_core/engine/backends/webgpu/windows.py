"""Windows that slide over samples: where they see what, in WGSL.

This module owns `Windows`. Samples have three spatial axes here; those that are not there have one
element, and take no loop and no test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pykeras_core.engine.backends.access import strides_of
from pykeras_core.engine.program import Equation, Value

__all__ = ["AXES", "Windows", "joined"]

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
        return joined(along, self.sizes, f"{name}b", at, inside, tests)

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
        return [*lines, *joined(along, self.positions, f"{name}b", at, inside, tests)]

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


def joined(
    along: Sequence[str],
    sizes: Sequence[int],
    sample: str,
    at: str,
    inside: str,
    tests: Sequence[str],
) -> list[str]:
    """Statements that make one number of places along axes.

    Args:
        along: WGSL of the place along each axis.
        sizes: Of the axes.
        sample: WGSL of the sample's number.
        at: What to name the number.
        inside: What to name whether all tests hold.
        tests: Conditions.
    """
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
