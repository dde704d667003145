"""From paper and ink to the numbers that a model was trained on."""

from dataclasses import dataclass

import numpy as np

from pykeras_core.playground.structures import Array

_NEAR = 0.9
"""Data that comes so near to 1, or to 255, has that as its end."""

_FLAT = 1e-6


@dataclass(frozen=True, eq=False)
class Range:
    """The numbers that stand for paper and for full ink (of colours: for none and all of it).

    Args:
        paper: One number, or one for each pixel or channel.
        full: Likewise.
        known: Whether there were samples to read it from; else it is 0 to 1.
    """

    paper: Array
    full: Array
    known: bool = True

    def of(self, shares: Array) -> Array:
        """The numbers of an image, shape (h, w) or (h, w, channels), from 0 to 1."""
        return np.asarray(self.paper + shares * (self.full - self.paper))


UNKNOWN = Range(np.zeros(()), np.ones(()), known=False)


def range_of(images: Array) -> Range:
    """Reads the range of a model's images.

    Data from 0 to 1, or to 255, has that range though it may not reach its ends. Other data was
    moved and scaled: with one number for all pixels (or one a channel), or with one for each,
    which shows in that the pixels' smallest values differ. Where most of the edge is bright, paper
    is what is bright.

    Args:
        images: Shape (n, h, w, channels).

    Example:
        >>> known = range_of(np.linspace(0, 0.98, 128).reshape(2, 8, 8, 1))
        >>> float(known.paper), float(known.full)
        (0.0, 1.0)
    """
    x = np.nan_to_num(images.astype("float64"))
    low, high = float(x.min()), float(x.max())
    if high - low < _FLAT:
        return UNKNOWN
    if low >= 0:
        low, high = 0.0, _end(high)
        lows, highs = np.array(low), np.array(high)
    elif images.shape[3] > 1:
        lows, highs = x.min(axis=(0, 1, 2)), x.max(axis=(0, 1, 2))
    else:
        least, most = x.min(axis=0)[..., 0], x.max(axis=0)[..., 0]
        each = float(np.ptp(least)) > 0.05 * (high - low)
        lows, highs = (least, most) if each else (np.array(low), np.array(high))
    edge = np.concatenate([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], axis=1)
    bright = images.shape[3] == 1 and lows.ndim == 0 and np.median(edge) > (low + high) / 2
    return Range(highs, lows) if bright else Range(lows, highs)


def _end(high: float) -> float:
    for end in (1.0, 255.0):
        if _NEAR * end <= high <= end:
            return end
    return high


def ink_in(images: Array, values: Range) -> Array:
    """Images with one channel as ink from 0 to 255: what `Range.of` undoes.

    Args:
        images: Shape (n, h, w).
        values: Their range.
    """
    span = np.asarray(values.full - values.paper)
    shares = (images - values.paper) / np.where(np.abs(span) < _FLAT, np.inf, span)
    return np.asarray(255 * np.clip(np.nan_to_num(shares), 0, 1))
