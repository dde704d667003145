"""Convolutions and poolings for the kernels' tests: a few large ones, and random ones."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from pykeras_core.engine import primitives as p

Sizes = tuple[int, ...]
Run = tuple[Callable[..., Any], tuple[Sizes, ...]]
"""A function, and the shapes of its arguments."""


@dataclasses.dataclass(frozen=True)
class Sliding:
    """How a window slides over a batch; see `primitives/windows.py`.

    Args:
        batch: Number of samples.
        spatial: Sizes of a sample.
        size: Sizes of the window.
        strides: Distances between windows.
        padding: (low, high) an axis.
        dilation: Distances between neighbours in a window; 1 for pooling.
    """

    batch: int
    spatial: Sizes
    size: Sizes
    strides: Sizes
    padding: tuple[tuple[int, int], ...]
    dilation: Sizes

    @property
    def positions(self) -> Sizes:
        """How many windows lie along each axis."""
        axes = zip(*dataclasses.astuple(self)[1:], strict=True)
        return tuple((n + sum(pad) - (k - 1) * d - 1) // s + 1 for n, k, s, pad, d in axes)

    @property
    def _params(self) -> dict[str, Any]:
        return {"strides": self.strides, "padding": self.padding}

    def convolutions(self, groups: int, channels: int, filters: int) -> Iterator[Run]:
        """A convolution and its gradients; channels and filters are those of a group."""
        params = {**self._params, "dilation": self.dilation, "groups": groups}
        x = (self.batch, *self.spatial, groups * channels)
        kernel = (*self.size, channels, groups * filters)
        y = (self.batch, *self.positions, groups * filters)
        yield lambda a, b: p.conv(a, b, **params), (x, kernel)
        yield lambda a, b: p.conv_input_grad(a, b, spatial=self.spatial, **params), (y, kernel)
        yield lambda a, b: p.conv_kernel_grad(a, b, size=self.size, **params), (x, y)

    def poolings(self, channels: int) -> Iterator[Run]:
        """Every pooling and its gradients; the window is not dilated."""
        params = {**self._params, "size": self.size}
        x, y = (self.batch, *self.spatial, channels), (self.batch, *self.positions, channels)
        yield lambda a: p.max_pool(a, **params), (x,)
        yield lambda a: p.sum_pool(a, **params), (x,)
        yield lambda a, b: p.max_pool_grad(a, b, **params), (y, x)
        yield lambda a, b: p.max_pool_pick(a, b, **params), (x, x)
        yield lambda a: p.sum_pool_grad(a, spatial=self.spatial, **params), (y,)

    @property
    def terms(self) -> int:
        """How many products a sum has at most, for one channel and one filter."""
        return max(math.prod(self.size), self.batch * math.prod(self.positions))


def _square(
    batch: int, side: int, size: int, stride: int = 1, pad: int = 0, gap: int = 1
) -> Sliding:
    pads = ((pad, pad),) * 2
    return Sliding(batch, (side,) * 2, (size,) * 2, (stride,) * 2, pads, (gap,) * 2)


BLOCKS: tuple[tuple[Sliding, int, int, int], ...] = (
    (_square(9, 9, 3, pad=1), 1, 17, 13),  # blocks of several samples with padding
    (_square(2, 30, 3, pad=1), 1, 16, 9),  # blocks that begin within a sample
    (_square(2, 33, 3, 2, pad=1), 1, 1, 32),  # gathered, in several blocks
    (_square(2, 8, 3), 1, 131, 5),  # segments longer than a panel is deep
    (_square(2, 5, 3, pad=1, gap=2), 1, 70, 400),  # segments in several panels, many filters
    (Sliding(1, (3, 500), (2, 3), (1, 1), ((0, 1), (1, 1)), (1, 1)), 1, 8, 6),  # a long unit
    (Sliding(3, (700,), (4,), (1,), ((3, 0),), (1,)), 1, 3, 10),  # one axis, short units
    (_square(5, 10, 3, pad=1), 21, 1, 1),  # depthwise
    (_square(5, 10, 3, 2, pad=1), 6, 1, 3),  # depthwise, three filters a channel
    (_square(5, 10, 3, pad=1), 4, 4, 5),  # groups, gathered
)
"""Sliding, groups, channels and filters of a group: enough windows for several blocks."""

_axes = st.integers(1, 3)
_widths = st.sampled_from((1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17))


@st.composite
def slidings(draw: st.DrawFn, *, dilated: bool) -> Sliding:
    """Small windows that fit; padding is smaller than the window unless they are dilated."""
    rank = draw(_axes)
    most = (20, 8, 5)[rank - 1]

    def each(strategy: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(strategy) for _ in range(rank))

    size = each(st.integers(1, 4 if rank < 3 else 3))
    dilation = each(st.integers(1, 3)) if dilated else (1,) * rank
    padding = tuple(
        (draw(st.integers(0, n if dilated else n - 1)), draw(st.integers(0, n - 1))) for n in size
    )
    spatial = tuple(
        draw(st.integers(max((n - 1) * gap + 1 - sum(pad), 1), most + (n - 1) * gap))
        for n, gap, pad in zip(size, dilation, padding, strict=True)
    )
    return Sliding(
        draw(st.integers(0, 3)), spatial, size, each(st.integers(1, 3)), padding, dilation
    )


groupings = st.one_of(
    st.tuples(st.just(1), _widths | st.just(0), _widths),
    st.tuples(st.integers(2, 3), st.integers(1, 5), st.integers(1, 9)),
    st.tuples(_widths, st.just(1), st.integers(1, 3)),
)
"""Groups, channels and filters of a group."""

channel_counts = _widths
