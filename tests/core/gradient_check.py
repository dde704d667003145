"""Gradients of a case against differences of its oracle, along one random direction.

The differences are taken of the oracle in float64, so the step can be small and the definition's
float32 rounding does not drown them. One direction is enough: a wrong element of a gradient is
orthogonal to a random direction with probability zero.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.autodiff import backward
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.tracing import Recorder, bind, recording
from tests.core.cases.record import Case

STEP = 1e-4
SECOND_STEP = 2e-3
RTOL = 3e-5
"""Of the sum of magnitudes: a float32 gradient errs by a few units in the last place."""


class Direction:
    """Where to step from a case's operands, and the cotangents of its results."""

    def __init__(self, case: Case) -> None:
        generator = np.random.default_rng(zlib.crc32(case.name.encode()) + 1)
        self.case = case
        self.arrays = case.arrays()
        self.positions = case.differentiable()
        self.steps = {
            position: generator.uniform(-1, 1, self.arrays[position].shape).astype(np.float32)
            for position in self.positions
        }
        self.cotangents = [
            generator.uniform(-1, 1, output.shape).astype(np.float32)
            for output in case.record.output_specs(*case.specs, **case.params)
        ]

    def value(self, distance: float) -> float:
        """The oracle's results against the cotangents, `distance` along the direction."""
        moved = [
            array.astype(np.float64) if array.dtype.kind == "f" else array for array in self.arrays
        ]
        for position, step in self.steps.items():
            moved[position] = moved[position] + distance * step
        pairs = zip(self.case.expected(moved), self.cotangents, strict=True)
        return sum(float(np.sum(result * ct.astype(np.float64))) for result, ct in pairs)

    def along(self, gradients: Sequence[Any]) -> Tensor:
        """Sum over the operands of gradient times step."""
        total = convert_to_tensor(0.0)
        for position, gradient in zip(self.positions, gradients, strict=True):
            part = p.multiply(gradient, self.steps[position])
            total = p.add(total, p.sum_(part, axis=tuple(range(part.ndim)), keepdims=False))
        return total


def gradients(case: Case, arrays: Sequence[Any], cotangents: Any) -> list[Tensor | None]:
    """VJP of a case's primitive for each differentiable operand."""
    inputs = [convert_to_tensor(array) for array in arrays]
    with recording(Recorder()) as recorder:
        outputs = bind(case.record, *inputs, **case.params)
        several = outputs if isinstance(outputs, tuple) else (outputs,)
        total = convert_to_tensor(0.0)
        for output, ct in zip(several, cotangents, strict=True):
            axes = tuple(range(output.ndim))
            total = p.add(total, p.sum_(p.multiply(output, ct), axis=axes, keepdims=False))
    sources = [inputs[position] for position in case.differentiable()]
    return backward(recorder.equations, total, sources)


def _scale(direction: Direction, found: Sequence[Any]) -> float:
    """Sum of the magnitudes that a directional derivative adds up."""
    pairs = zip(direction.positions, found, strict=True)
    return sum(float(np.abs(g.numpy() * direction.steps[at]).sum()) for at, g in pairs)


def check_first(case: Case) -> None:
    """Compare the gradient with a central difference."""
    direction = Direction(case)
    found = gradients(case, direction.arrays, direction.cotangents)
    shapes = [gradient.shape for gradient in found if gradient is not None]
    assert shapes == [case.operands[position].shape for position in direction.positions]
    numeric = (direction.value(STEP) - direction.value(-STEP)) / (2 * STEP)
    scale = _scale(direction, found)
    assert abs(float(direction.along(found)) - numeric) <= RTOL * scale + 1e-6, case.name


def check_second(case: Case) -> None:
    """Compare the gradient of the gradient with a second difference."""
    direction = Direction(case)
    inputs: list[Array | Tensor] = [convert_to_tensor(array) for array in direction.arrays]
    with recording(Recorder()) as recorder:
        slope = direction.along(gradients(case, inputs, direction.cotangents))
    sources = [inputs[position] for position in direction.positions]
    found = backward(recorder.equations, slope, sources)
    curvature: list[Any] = [
        convert_to_tensor(np.zeros(source.shape, np.float32)) if gradient is None else gradient
        for source, gradient in zip(sources, found, strict=True)
    ]
    ahead, here, behind = (direction.value(h) for h in (SECOND_STEP, 0.0, -SECOND_STEP))
    numeric = (ahead - 2 * here + behind) / SECOND_STEP**2
    scale = _scale(direction, curvature)
    assert abs(float(direction.along(curvature)) - numeric) <= 1e-3 * scale + 1e-4, case.name
