"""Many small pictures of numbers, in the form in which the page draws them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core.playground.structures import Array

__all__ = ["MOST_MAPS", "describe_maps", "histogram", "thinned"]

MOST_MAPS = 32
"""So many maps are drawn of a layer; the page says how many more there are."""

LARGEST_SIDE = 64
"""Larger maps are drawn with some of their rows and columns."""

MOST_NUMBERS = 2**16
"""So many weights of a large layer are looked at, evenly spread."""

BINS = 30


def describe_maps(maps: Array, names: Sequence[str] = (), *, hidden: int = 0) -> dict[str, Any]:
    """Numbers as bytes, all on one scale: the same colour is the same number.

    Args:
        maps: Shape (n, height, width).
        names: What they are called.
        hidden: How many more there are.

    Returns:
        As `Maps` of ``web/protocol.js`` says. The scale is symmetric around 0 where a number is
        below it. What is not finite is drawn as the end of the scale that it is nearest to.
    """
    numbers = maps.astype("float64")
    step = -(-max(numbers.shape[1:], default=1) // LARGEST_SIDE)
    drawn = numbers[:, ::step, ::step]
    finite = numbers[np.isfinite(numbers) & (np.abs(numbers) < 1e150)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if low < 0:
        high = max(-low, high)
        low = -high
    span = high - low or 1.0
    shares = np.nan_to_num((drawn - low) / span, nan=0.5 if low < 0 else 0.0, posinf=1, neginf=0)
    return {
        "height": drawn.shape[1],
        "width": drawn.shape[2],
        "low": low,
        "high": high,
        "values": np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8).tobytes(),
        "of": [
            {
                "name": names[at] if at < len(names) else str(at),
                "low": _or_nan(one.min),
                "high": _or_nan(one.max),
                "mean": _or_nan(one.mean),
            }
            for at, one in enumerate(numbers)
        ],
        "hidden": hidden,
    }


def _or_nan(statistic: Any) -> float:
    try:
        return float(statistic())
    except ValueError:  # of no numbers
        return float("nan")


def thinned(array: Array, most: int = MOST_NUMBERS) -> Array:
    """At most so many of an array's elements, evenly spread, as a flat array.

    Example:
        >>> thinned(np.arange(10), 4).tolist()
        [0, 3, 6, 9]
    """
    flat = array.reshape(-1)
    return flat[:: max(-(-flat.size // most), 1)]


def histogram(numbers: Array) -> tuple[list[int], list[float], int]:
    """Counts and edges of the finite ones, and how many are none.

    Args:
        numbers: A flat array.
    """
    values = numbers.astype("float64")
    finite = values[np.isfinite(values) & (np.abs(values) < 1e150)]
    lost = int(values.size - finite.size)
    if not finite.size:
        return [], [], lost
    low, high = float(finite.min()), float(finite.max())
    if high - low <= 1e-12 * max(abs(low), abs(high)):  # one number, over and over
        return [int(finite.size)], [low, high], lost
    counts, edges = np.histogram(finite, bins=BINS)
    return counts.tolist(), edges.tolist(), lost
