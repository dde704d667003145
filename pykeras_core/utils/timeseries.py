"""Owns `timeseries_dataset_from_array`: windows of a series of measurements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.checks import NonNegativeInt, PositiveInt, Seed, Vector, checked
from pykeras_core.engine import canonical_array
from pykeras_core.utils.pipeline import Dataset

__all__ = ["timeseries_dataset_from_array"]


@checked
def timeseries_dataset_from_array(
    data: Vector,
    targets: Vector | None,
    sequence_length: PositiveInt,
    sequence_stride: PositiveInt = 1,
    sampling_rate: PositiveInt = 1,
    batch_size: PositiveInt | None = 128,
    shuffle: bool = False,
    seed: Seed = None,
    start_index: NonNegativeInt | None = None,
    end_index: NonNegativeInt | None = None,
    format: str = "tf",
) -> Dataset:
    """A data set of windows of a series, with a target each.

    Args:
        data: Array with a row for each time.
        targets: Array; `targets[i]` goes with the window that begins at row i. `None` for none.
        sequence_length: Rows of a window.
        sequence_stride: Distance of the beginnings of windows.
        sampling_rate: Distance of a window's rows.
        batch_size: Windows a batch; `None` for single windows.
        shuffle: Whether windows come in a random order.
        seed: Int that repeats the order.
        start_index: First row used.
        end_index: The row after the last one used.
        format: Only "tf".

    Returns:
        A `tf.data.Dataset` of windows, or of (windows, targets).

    Raises:
        ValueError: If an argument is out of range, or no window fits.

    Example:
        >>> windows = timeseries_dataset_from_array([[0], [1], [2], [3]], [7, 8, 9], 2)
        >>> for x, y in windows:
        ...     print(x[:, :, 0].tolist(), y.tolist())
        [[0, 1], [1, 2], [2, 3]] [7, 8, 9]
    """
    rows = canonical_array(data)
    labels = None if targets is None else canonical_array(targets)
    first, end = start_index or 0, len(rows) if end_index is None else end_index
    for name, value, least, most in (
        ("sequence_length", sequence_length, 1, len(rows)),
        ("sequence_stride", sequence_stride, 1, len(rows) - 1),
        ("sampling_rate", sampling_rate, 1, len(rows) - 1),
        ("start_index", first, 0, len(rows) - 1),
        ("end_index", end, first + 1, len(rows)),
    ):
        if not least <= value <= most:
            raise ValueError(
                f"`timeseries_dataset_from_array` expected `{name}` from {least} to {most} for "
                f"`data` of {len(rows)} rows, received {value}."
            )
    if format != "tf":
        raise ValueError(f"`format` expected 'tf', received {format!r}.")
    count = end - first - (sequence_length - 1) * sampling_rate
    count = count if labels is None else min(count, len(labels))
    if count < 1:
        raise ValueError(
            f"No window of {sequence_length} rows fits into the {end - first} rows chosen."
        )
    starts = np.arange(0, count, sequence_stride)
    if shuffle:
        order = np.random.randint(10**6) if seed is None else seed
        np.random.RandomState(order).shuffle(starts)
    size = batch_size or 1
    within = np.arange(sequence_length) * sampling_rate

    def batches() -> Iterator[Any]:
        for place in range(0, len(starts), size):
            chosen = starts[place : place + size]
            windows = rows[first + chosen[:, None] + within]
            batch = windows if labels is None else (windows, labels[chosen])
            if batch_size is None:
                batch = windows[0] if labels is None else (windows[0], labels[chosen][0])
            yield batch

    return Dataset(batches, -(-len(starts) // size))
