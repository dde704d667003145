"""How the time of a step grows with the batch, the width and the depth of a dense model."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks import console
from tasks.bench.page import Page, program
from tasks.bench.report import Row, Target, ratio

SAMPLES = 4096
AT_MOST = 1.25
"""Growth of the time from one row to the next, over growth of the arithmetic."""


@dataclass(frozen=True)
class Shape:
    """A dense model, 784 inputs to 10 outputs, with equal hidden layers."""

    batch: int = 32
    width: int = 128
    depth: int = 1

    @property
    def operations(self) -> int:
        """Multiplications and additions of a step's products.

        Forward, the kernels' gradients, the inputs' gradients; the last not for the images.
        """
        first, inner, last = 784 * self.width, self.width**2, self.width * 10
        return 2 * self.batch * (2 * first + 3 * (self.depth - 1) * inner + 3 * last)


def sweeps() -> Iterator[tuple[str, list[Shape]]]:
    """Each axis with the shapes along it, everything else as in the tutorial's model."""
    lengths = {
        "batch": [2**n for n in range(3, 11)],
        "width": [2**n for n in range(5, 13)],
        "depth": [2**n for n in range(7)],
    }
    for axis, values in lengths.items():
        yield axis, [replace(Shape(), **{axis: value}) for value in values]


def measure(page: Page, runs: int) -> list[Row]:
    """A row for each shape, held to what the arithmetic grew since the row before.

    The shapes of an axis take turns, so that what disturbs the machine disturbs neighbours alike.
    """
    rows = []
    for axis, shapes in sweeps():
        console.say(f"Growth with the {axis}")
        constants = {"SHAPES": [(shape.batch, shape.width, shape.depth) for shape in shapes]}
        turns = page.run(program("programs/growth", SAMPLES=SAMPLES, RUNS=runs, **constants))
        points = []
        for shape, found in zip(shapes, zip(*turns, strict=True), strict=True):
            times = [one["msPerStep"] for one in found]
            python = statistics.median(one["pythonShare"] for one in found)
            points.append((getattr(shape, axis), times, shape.operations, python))
        rows += rows_of(axis, points)
    return rows


def rows_of(axis: str, points: Sequence[tuple[int, list[float], int, float]]) -> list[Row]:
    """Rows of one axis.

    Args:
        axis: What grows.
        points: For each shape, the smallest first: the length along the axis, milliseconds a
            step, operations a step, and Python's share of the time.
    """
    rows: list[Row] = []
    before: tuple[list[float], int] | None = None
    for length, times, operations, python in points:
        median = statistics.median(times)
        speed = operations / median / 1e6
        note = f"{operations / 1e6:.4g} MFLOP, {speed:.3g} GFLOP/s, Python {100 * python:.0f} %"
        row = Row(f"{axis} {length}", "ms/step", times, note=note)
        if before is not None:
            figure = ratio(times, before[0]) / (operations / before[1])
            target = Target(AT_MOST)
            row = replace(row, figure=figure, figure_unit="x its arithmetic", target=target)
        rows.append(row)
        before = times, operations
    return rows
