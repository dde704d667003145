"""Lowering of convolution and pooling: windows that slide over samples, as instructions.

This module owns `SLIDING`. Spatial axes become three, since the kernels know no other number;
`windows.h` names the words that describe how windows slide, `conv.c`, `depthwise.c` and `pool.c`
those of their instructions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pykeras_core.engine.backends.access import strides_of
from pykeras_core.engine.backends.wasm.instructions import Code
from pykeras_core.engine.program import Equation, Value

__all__ = ["SLIDING"]

_WORD_BYTES = 4
_PANEL, _SEGMENT = 8, 384
"""Columns and most rows of a packed panel, as in `conv.c`."""
_BLOCK = 384
"""Windows of a block, about: what they hold stays in the second-level cache."""
_GATHERED_WORDS = 1 << 16
"""Most words of gathered windows, about: 256 KB."""
_SHORT_SEGMENT = 16
"""Windows with segments shorter than this are gathered."""

Encode = Callable[[Code], None]
Lowering = Callable[[Equation], Encode]
T = TypeVar("T")


@dataclass(frozen=True)
class _Windows:
    """How windows slide over samples of three spatial axes.

    Args:
        batch: Number of samples.
        channels: Elements at a place of a sample.
        repeat: How often the band holds each channel.
        sizes: Of the samples.
        positions: How many windows lie along each axis.
        window: Sizes of a window.
        strides: Distances between windows.
        padding: (low, high) an axis.
        dilation: Distances between neighbours in a window.
    """

    batch: int
    channels: int
    repeat: int
    sizes: tuple[int, ...]
    positions: tuple[int, ...]
    window: tuple[int, ...]
    strides: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]

    @classmethod
    def of(
        cls, samples: Value, results: Value, window: Sequence[int], equation: Equation, repeat: int
    ) -> _Windows:
        """The windows over `samples` of an equation, one for each position in `results`."""
        params = equation.params
        batch, *sizes, channels = samples.spec.shape
        dilation = params.get("dilation", (1,) * len(sizes))
        return cls(
            batch,
            channels,
            repeat,
            _three(sizes, 1),
            _three(results.spec.shape[1:-1], 1),
            _three(window, 1),
            _three(params["strides"], 1),
            _three(params["padding"], (0, 0)),
            _three(dilation, 1),
        )

    @property
    def padded(self) -> tuple[int, ...]:
        """Sizes of the samples with their padding."""
        return tuple(n + sum(pair) for n, pair in zip(self.sizes, self.padding, strict=True))

    @property
    def span(self) -> int:
        """Rows of the first axis in a window."""
        return (self.window[0] - 1) * self.dilation[0] + 1

    @property
    def taps(self) -> list[int]:
        """Where each place of a window lies, from the window's beginning on, in words."""
        steps = strides_of((*self.padded, self.channels * self.repeat))[:-1]
        steps = tuple(step * gap for step, gap in zip(steps, self.dilation, strict=True))
        places = itertools.product(*map(range, self.window))
        return [sum(a * b for a, b in zip(place, steps, strict=True)) for place in places]

    def units(self, windows: int) -> int:
        """Units of a block of about so many windows."""
        wanted = windows // math.prod(self.positions[1:])
        return max(min(wanted, self.batch * self.positions[0]), 1)

    def band_words(self, units: int) -> int:
        """Room for the padded rows of any block; 0 if windows lie in the samples themselves."""
        if self.padded == self.sizes and self.repeat == 1:
            return 0
        runs = min(-(-(units - 1) // self.positions[0]) + 1, units)
        rows = units * self.strides[0] + runs * max(self.span - self.strides[0], 0)
        return rows * math.prod(self.padded[1:]) * self.channels * self.repeat

    def words(self, units: int) -> list[int]:
        """As `Windows` in `windows.h`."""
        low = [pair[0] for pair in self.padding]
        return [
            *(self.batch, self.channels, self.repeat),
            *(*self.sizes, *self.padded, *low, *self.positions, *self.strides),
            *(self.span, units, self.band_words(units)),
        ]

    def scratch_words(self, units: int, bands: int = 1) -> int:
        """Offsets of a block's windows, and bands."""
        return units * math.prod(self.positions[1:]) + bands * self.band_words(units)


def _three(values: Iterable[T], one: T) -> tuple[T, ...]:
    """One value an axis, for three axes: `one` for those that are not there."""
    first, *rest = values
    return (first, *(one for _ in range(2 - len(rest))), *rest)


def _convolution(samples: int | None, kernel: int | None, results: int | None) -> Lowering:
    """The lowering of a convolution or a gradient of it.

    Args:
        samples: Which operand slides under the window; None for the result.
        kernel: Which is the kernel.
        results: Which holds an element for each window.
    """

    def lower(equation: Equation) -> Encode:
        (out,) = equation.outputs

        x, k, y = (out if n is None else equation.inputs[n] for n in (samples, kernel, results))
        *window, channels, filters = k.spec.shape
        groups = equation.params["groups"]
        depthwise = channels == 1 < groups
        repeat = filters // groups if depthwise else 1
        windows = _Windows.of(x, y, window, equation, repeat)
        operands = (out, *equation.inputs)
        name = equation.primitive.name.upper()
        if depthwise:
            return _tapped(f"DEPTHWISE_{name}", operands, windows)
        return _grouped(name, operands, windows, groups, filters // groups)

    return lower


def _tapped(name: str, operands: Sequence[Value], windows: _Windows, bands: int = 1) -> Encode:
    """An instruction whose words are those of the windows, and taps."""
    units = windows.units(_BLOCK)
    taps = windows.taps
    scratch_bytes = windows.scratch_words(units, bands) * _WORD_BYTES
    return lambda code: code.add(
        name,
        [code.operand(value) for value in operands],
        code.scratch(scratch_bytes),
        windows.words(units),
        (len(taps), *taps),
    )


def _grouped(
    name: str, operands: Sequence[Value], windows: _Windows, groups: int, filters: int
) -> Encode:
    channels = windows.channels // groups
    depth = math.prod(windows.window) * channels
    pieces: list[tuple[int, int]] = []
    segments = _segments(windows.taps, channels)
    wanted = _BLOCK
    if len(segments) > 1 and min(length for _, length in segments) < _SHORT_SEGMENT:
        pieces, segments = segments, [(0, depth)]
        wanted = min(_BLOCK, _GATHERED_WORDS // depth)
    segments = [part for segment in segments for part in _parts(*segment)]
    units = windows.units(wanted)
    count = units * math.prod(windows.positions[1:])
    scratch = windows.scratch_words(units) + _PANEL * _SEGMENT + count
    scratch += count * depth if pieces else 0
    return lambda code: code.add(
        name,
        [code.operand(value) for value in operands],
        code.scratch(scratch * _WORD_BYTES),
        windows.words(units),
        (groups, channels, filters, depth),
        (len(pieces), *itertools.chain(*pieces)),
        (len(segments), *itertools.chain(*segments)),
    )


def _segments(taps: Iterable[int], channels: int) -> list[tuple[int, int]]:
    """(offset, length) of what lies together in a window; none where there is no channel."""
    found: list[tuple[int, int]] = []
    for tap in taps if channels else ():
        if found and sum(found[-1]) == tap:
            found[-1] = (found[-1][0], found[-1][1] + channels)
        else:
            found.append((tap, channels))
    return found


def _parts(offset: int, length: int) -> Iterable[tuple[int, int]]:
    """A segment in parts that fit into a panel, of nearly one length."""
    count = -(-length // _SEGMENT)
    ends = [length * n // count for n in range(count + 1)]
    return ((offset + a, b - a) for a, b in itertools.pairwise(ends))


def _pooling(samples: int | None, results: int | None, bands: int = 1) -> Lowering:
    """The lowering of a reduction of windows or a gradient of it; see `_convolution`."""

    def lower(equation: Equation) -> Encode:
        (out,) = equation.outputs
        x, y = (out if n is None else equation.inputs[n] for n in (samples, results))
        windows = _Windows.of(x, y, equation.params["size"], equation, 1)
        operands = (out, *equation.inputs)
        return _tapped(equation.primitive.name.upper(), operands, windows, bands)

    return lower


SLIDING: dict[str, Lowering] = {
    "conv": _convolution(samples=0, kernel=1, results=None),
    "conv_input_grad": _convolution(samples=None, kernel=1, results=0),
    "conv_kernel_grad": _convolution(samples=0, kernel=None, results=1),
    "max_pool": _pooling(samples=0, results=None),
    "max_pool_grad": _pooling(samples=1, results=0, bands=2),
    "max_pool_pick": _pooling(samples=1, results=None, bands=2),
    "sum_pool": _pooling(samples=0, results=None),
    "sum_pool_grad": _pooling(samples=None, results=0),
}
"""By primitive, what makes the encoding of an equation."""
