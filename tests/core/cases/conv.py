"""Cases of convolution and its gradients."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import Case, Operand, Refusal, Tolerance
from tests.core.cases.sliding import Padding, Sizes, links, positions

SUMS = Tolerance(1e-5, 5e-5, "sums of up to 800 products, added in another order in float32")


@dataclasses.dataclass(frozen=True)
class Sliding:
    """One convolution: the inputs, the kernel and how it slides.

    Args:
        batch: Number of samples.
        spatial: Sizes of the inputs.
        channels: Channels of the inputs.
        size: Sizes of the kernel's window.
        filters: Channels of the outputs.
        strides: Distances between windows; default 1.
        padding: (low, high) an axis; default none.
        dilation: Distances between neighbours in a window; default 1.
        groups: Parts of the channels that do not mix.
    """

    batch: int
    spatial: Sizes
    channels: int
    size: Sizes
    filters: int
    strides: Sizes = ()
    padding: Padding = ()
    dilation: Sizes = ()
    groups: int = 1

    @property
    def params(self) -> dict[str, Any]:
        """What the three primitives have in common."""
        ones = (1,) * len(self.spatial)
        return {
            "strides": self.strides or ones,
            "padding": self.padding or ((0, 0),) * len(self.spatial),
            "dilation": self.dilation or ones,
            "groups": self.groups,
        }

    @property
    def out(self) -> Sizes:
        """Numbers of windows."""
        params = {key: value for key, value in self.params.items() if key != "groups"}
        return positions(self.spatial, self.size, **params)

    @property
    def inputs(self) -> Operand:
        """Operand of the inputs' shape."""
        return Operand((self.batch, *self.spatial, self.channels))

    @property
    def kernel(self) -> Operand:
        """Operand of the kernel's shape."""
        return Operand((*self.size, self.channels // self.groups, self.filters))

    @property
    def outputs(self) -> Operand:
        """Operand of the outputs' shape."""
        return Operand((self.batch, *self.out, self.filters))


SLIDING = (
    Sliding(2, (7,), 3, (3,), 4),
    Sliding(2, (8,), 2, (3,), 4, strides=(2,), padding=((1, 0),)),
    Sliding(1, (9,), 1, (3,), 2, padding=((4, 0),), dilation=(2,)),
    Sliding(2, (5,), 4, (5,), 6, padding=((2, 2),), groups=2),
    Sliding(3, (6, 5), 2, (3, 2), 4),
    Sliding(2, (5, 5), 1, (3, 3), 8, padding=((1, 1), (1, 1))),
    Sliding(1, (7, 6), 3, (3, 3), 2, strides=(2, 3), padding=((1, 1), (0, 1))),
    Sliding(2, (7, 7), 2, (2, 3), 3, padding=((1, 0), (2, 2)), dilation=(3, 2)),
    Sliding(2, (6, 6), 4, (3, 3), 4, padding=((1, 1), (1, 1)), groups=4),
    Sliding(2, (5, 4), 6, (2, 2), 9, strides=(2, 1), padding=((0, 1), (1, 0)), groups=3),
    Sliding(2, (5, 7), 3, (1, 1), 5),
    Sliding(1, (6, 6), 2, (1, 1), 3, strides=(2, 2)),
    Sliding(1, (5, 5), 2, (1, 2), 3, strides=(3, 4)),
    Sliding(2, (9, 9), 17, (3, 3), 33, padding=((1, 1), (1, 1))),
    Sliding(1, (12, 12), 32, (5, 5), 16),
    Sliding(0, (4, 4), 2, (2, 2), 3),
    Sliding(2, (4, 3, 5), 2, (2, 3, 2), 3),
    Sliding(
        1, (5, 5, 4), 2, (2, 2, 3), 4,
        strides=(2, 1, 2), padding=((0, 1), (1, 0), (1, 1)), groups=2,
    ),
    Sliding(1, (5, 4, 6), 1, (2, 2, 2), 2, dilation=(2, 1, 3)),
)  # fmt: skip


def _parts(channels: int, filters: int, groups: int) -> Iterator[tuple[slice, slice]]:
    """Which channels and which filters each group connects."""
    for group in range(groups):
        yield (
            slice(group * channels // groups, (group + 1) * channels // groups),
            slice(group * filters // groups, (group + 1) * filters // groups),
        )


def _conv(x: Array, kernel: Array, *, groups: int, **sliding: Any) -> Array:
    spatial, size = x.shape[1:-1], kernel.shape[:-2]
    result = np.zeros((x.shape[0], *positions(spatial, size, **sliding), kernel.shape[-1]))
    for c, f in _parts(x.shape[-1], kernel.shape[-1], groups):
        for window, place, element in links(spatial, size, **sliding):
            result[(slice(None), *window, f)] += x[(slice(None), *element, c)] @ kernel[place][:, f]
    return result


def _input_grad(ct: Array, kernel: Array, *, spatial: Sizes, groups: int, **sliding: Any) -> Array:
    size = kernel.shape[:-2]
    result = np.zeros((ct.shape[0], *spatial, kernel.shape[-2] * groups))
    for c, f in _parts(result.shape[-1], kernel.shape[-1], groups):
        for window, place, element in links(spatial, size, **sliding):
            share = ct[(slice(None), *window, f)] @ kernel[place][:, f].T
            result[(slice(None), *element, c)] += share
    return result


def _kernel_grad(x: Array, ct: Array, *, size: Sizes, groups: int, **sliding: Any) -> Array:
    result = np.zeros((*size, x.shape[-1] // groups, ct.shape[-1]))
    for c, f in _parts(x.shape[-1], ct.shape[-1], groups):
        for window, place, element in links(x.shape[1:-1], size, **sliding):
            result[place][:, f] += x[(slice(None), *element, c)].T @ ct[(slice(None), *window, f)]
    return result


def _cases(s: Sliding) -> Iterator[Case]:
    yield Case("conv", (s.inputs, s.kernel), _conv, s.params, SUMS)
    params = {"spatial": s.spatial, **s.params}
    yield Case("conv_input_grad", (s.outputs, s.kernel), _input_grad, params, SUMS)
    params = {"size": s.size, **s.params}
    yield Case("conv_kernel_grad", (s.inputs, s.outputs), _kernel_grad, params, SUMS)


CASES = tuple(case for sliding in SLIDING for case in _cases(sliding))

_FLAT = {"strides": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1), "groups": 1}
_IMAGE, _KERNEL = Spec((1, 5, 5, 4)), Spec((3, 3, 4, 6))

REFUSALS = (
    Refusal("conv", (Spec((1, 5, 5, 4), "int32"), _KERNEL), "`conv` expected dtype float32", _FLAT),
    Refusal("conv", (Spec((5, 4)), Spec((4, 6))), "`conv` expected inputs of shape", _FLAT),
    Refusal("conv", (Spec((1, 5, 4)), _KERNEL), "`conv` expected inputs and a kernel of", _FLAT),
    Refusal("conv", (Spec((1, 5, 5, 3)), _KERNEL), "`conv` expected inputs with 4 channels", _FLAT),
    Refusal(
        "conv", (_IMAGE, _KERNEL), "`conv` expected groups that divide", {**_FLAT, "groups": 3}
    ),
    Refusal("conv", (Spec((1, 5, 2, 4)), _KERNEL), "`conv`: a window of (3, 3)", _FLAT),
    Refusal("conv", (_IMAGE, _KERNEL), "`conv`: a window of", {**_FLAT, "dilation": (1, 3)}),
    Refusal(
        "conv", (_IMAGE, _KERNEL), "`conv` expected window sizes", {**_FLAT, "strides": (0, 1)}
    ),
    Refusal(
        "conv",
        (_IMAGE, _KERNEL),
        "`conv` expected window sizes",
        {**_FLAT, "padding": ((-1, 0), (0, 0))},
    ),
    Refusal("conv", (_IMAGE, _KERNEL), "`conv` expected 1 to 3", {**_FLAT, "strides": (1,)}),
    Refusal(
        "conv_input_grad",
        (Spec((1, 4, 3, 6)), _KERNEL),
        "`conv_input_grad` expected a cotangent of shape (batch, *(3, 3), 6)",
        {**_FLAT, "spatial": (5, 5)},
    ),
    Refusal(
        "conv_kernel_grad",
        (_IMAGE, Spec((2, 3, 3, 6))),
        "`conv_kernel_grad` expected a cotangent of shape (1, *(3, 3), filters)",
        {**_FLAT, "size": (3, 3)},
    ),
)
