"""How an operand's memory is walked when a result is computed in row-major order.

This module owns `Access`: an offset, and sizes and strides with everything merged that can be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pykeras_core.engine.program import Equation

__all__ = ["Access", "access", "merged", "strides_of", "viewed"]


@dataclass(frozen=True)
class Access:
    """A walk through memory, counted in elements.

    Args:
        offset: Where it begins.
        sizes: Length of each axis, the last moving fastest.
        strides: Step along each axis.
    """

    offset: int
    sizes: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def is_flat(self) -> bool:
        """Whether it goes through neighbours from the beginning."""
        return self.offset == 0 and self.strides in ((), (1,))

    @property
    def is_scalar(self) -> bool:
        """Whether it stays at one element."""
        return not any(self.strides)


def strides_of(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of a contiguous array, in elements."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def merged(sizes: Sequence[int], *strides: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Sizes and strides with axes of length 1 gone and axes joined that all walks cross alike."""
    kept: list[tuple[int, list[int]]] = []
    for size, steps in zip(sizes, zip(*strides, strict=True), strict=True):
        if size == 1:
            continue
        if kept and all(
            outer == step * size for outer, step in zip(kept[-1][1], steps, strict=True)
        ):
            kept[-1] = (kept[-1][0] * size, list(steps))
        else:
            kept.append((size, list(steps)))
    return (
        tuple(size for size, _ in kept),
        *(tuple(steps[i] for _, steps in kept) for i in range(len(strides))),
    )


def viewed(equation: Equation) -> tuple[int, tuple[int, ...]] | None:
    """Offset and strides, for the output's axes, of a primitive that only looks elsewhere."""
    shape = equation.inputs[0].spec.shape
    strides, params = strides_of(shape), equation.params
    match equation.primitive.name:
        case "transpose":
            return 0, tuple(strides[axis] for axis in params["axes"])
        case "broadcast_to":
            return 0, _stretched(shape, params["shape"])
        case "flip":
            axes: Any = params["axis"]
            first = sum((shape[axis] - 1) * strides[axis] for axis in axes if shape[axis])
            return first, tuple(-s if a in axes else s for a, s in enumerate(strides))
        case "slice":
            first = sum(a * s for a, s in zip(params["start"], strides, strict=True))
            return first, tuple(a * s for a, s in zip(params["step"], strides, strict=True))
    return None


def access(equation: Equation, position: int) -> Access:
    """The walk through one operand of an elementwise or viewing equation."""
    if equation.primitive.name == "random_bits":
        return Access(0, (), ())  # its state is no operand of elements
    shape = equation.outputs[0].spec.shape
    view = viewed(equation)
    if view is None:
        return _stretched_walk(equation.inputs[position].spec.shape, shape)
    offset, strides = view
    return Access(offset, *merged(shape, strides))


@lru_cache(maxsize=1024)
def _stretched_walk(own: tuple[int, ...], shape: tuple[int, ...]) -> Access:
    """The walk through an array of shape `own` broadcast to `shape`; models repeat few pairs."""
    return Access(0, *merged(shape, _stretched(own, shape)))


def _stretched(own: Sequence[int], shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of an array of shape `own` broadcast to `shape`."""
    extra = len(shape) - len(own)
    kept = (0 if size == 1 else s for size, s in zip(own, strides_of(own), strict=True))
    return (0,) * extra + tuple(kept)
