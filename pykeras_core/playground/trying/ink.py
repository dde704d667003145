"""Drawings and photographs as a data set would hold them: MNIST's procedure, and its neighbours.

MNIST's digits were scaled to a box of 20 x 20 pixels, keeping their aspect ratio, which made grey
levels of their edges; then moved so that their centre of mass is the centre of 28 x 28 pixels.
"""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]

BOX = 20 / 28
"""The share of the side that a digit of MNIST takes up."""

FAINT = 24
"""Ink of no more than this, of 255, is the paper's."""

_SMALLEST = 0.25
"""What takes up less of a side has no form that a drawing could be like."""

_SAME = 8
"""A photograph whose grey levels are closer together than this shows nothing."""


def resized(image: Pixels, height: int, width: int) -> Pixels:
    """An image of another size, anti-aliased.

    Args:
        image: Shape (h, w) or (h, w, channels).
        height: Of the result.
        width: Of the result.

    Example:
        >>> resized(np.array([[0.0, 0, 4, 4]]), 1, 2).round(1).tolist()
        [[0.6, 3.4]]
    """
    rows, columns = _filter(image.shape[0], height), _filter(image.shape[1], width)
    # BLAS wants matrices: an axis of channels is a part of the columns, and then of the rows.
    across = (rows @ image.reshape(len(image), -1)).reshape(height, *image.shape[1:])
    return np.asarray(np.moveaxis(np.moveaxis(across, 1, -1) @ columns.T, -1, 1))


def _filter(old: int, new: int) -> Pixels:
    """Weights (new, old) of a triangle around each new pixel's centre, as wide as it needs."""
    step = old / new
    centres = (np.arange(new) + 0.5) * step
    distances = np.abs(np.arange(old) + 0.5 - centres[:, None]) / max(step, 1.0)
    weights = np.clip(1 - distances, 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def bounds(ink: Pixels) -> tuple[slice, slice] | None:
    """The rows and columns in which there is ink; None on an empty sheet.

    Args:
        ink: Shape (h, w), 0 for paper to 255.
    """
    rows, columns = (np.flatnonzero((ink > FAINT).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    first, last = (rows[0], columns[0]), (rows[-1] + 1, columns[-1] + 1)
    return slice(int(first[0]), int(last[0])), slice(int(first[1]), int(last[1]))


def as_mnist(ink: Pixels, height: int = 28, width: int = 28, share: float = BOX) -> Pixels | None:
    """A drawing as MNIST would hold it; None of an empty sheet.

    Args:
        ink: Shape (h, w), 0 for paper to 255, of any size.
        height: Of the result.
        width: Of the result.
        share: The share of the shorter side that the longer side of what is drawn takes up.

    Returns:
        Ink of shape (height, width), 0 to 255.

    Example:
        >>> sheet = np.zeros((100, 60))
        >>> sheet[10:60, 50:55] = 255  # a line, far off the middle
        >>> [(part.start, part.stop) for part in bounds(as_mnist(sheet))]
        [(4, 24), (14, 16)]
    """
    found = bounds(ink)
    if found is None:
        return None
    inner = ink[found]
    scale = share * min(height, width) / max(inner.shape)
    rows, columns = (max(round(side * scale), 1) for side in inner.shape)
    small = resized(inner, rows, columns)
    sheet = np.zeros((height, width))
    top = _start(small.sum(axis=1), height)
    left = _start(small.sum(axis=0), width)
    sheet[top : top + rows, left : left + columns] = small
    return sheet


def _start(masses: Pixels, length: int) -> int:
    """Where lines begin that have these masses, so that their centre is in the middle one.

    That is the 15th of 28: the centres of MNIST's own digits lie between 14 and 15 from the edge.
    """
    centre = float(masses @ (np.arange(len(masses)) + 0.5) / masses.sum())
    return int(np.clip(round((length + 1) / 2 - centre), 0, length - len(masses)))


def share_of(images: Pixels) -> float:
    """The share of the shorter side that what images show takes up, in the middle one of them.

    Args:
        images: Ink of shape (n, h, w), 0 for paper to 255.

    Example:
        >>> share_of(np.pad(np.full((3, 20, 12), 255.0), ((0, 0), (4, 4), (8, 8)))) == BOX
        True
    """
    found = [bounds(image) for image in images]
    sides = [max(part.stop - part.start for part in box) for box in found if box is not None]
    share = float(np.median(sides)) / min(images.shape[1:]) if sides else BOX
    return float(np.clip(share, _SMALLEST, 1))


def ink_of_photograph(photograph: Pixels) -> Pixels:
    """What is written on the paper of a photograph, shape (h, w), 0 to 255.

    The paper is what most of its edge is like; what differs from it by less than a third of the
    most is shade. Of an even picture nothing is ink.

    Args:
        photograph: Shape (h, w, 3), 0 to 255.
    """
    grey = photograph @ np.array([0.299, 0.587, 0.114])
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    away = np.abs(grey - np.median(edge))
    most = float(np.quantile(away, 0.995))
    if most < _SAME:
        return np.zeros(grey.shape)
    return np.asarray(np.clip((away / most - 1 / 3) * 1.5, 0, 1) * 255)


def cropped(photograph: Pixels, height: int, width: int) -> Pixels:
    """The middle of a photograph in another size: what does not fit the aspect ratio is cut off.

    Args:
        photograph: Shape (h, w, channels).
        height: Of the result.
        width: Of the result.
    """
    rows, columns = photograph.shape[:2]
    scale = min(rows / height, columns / width)
    kept_rows, kept_columns = max(round(height * scale), 1), max(round(width * scale), 1)
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    inner = photograph[top : top + kept_rows, left : left + kept_columns]
    return resized(inner, height, width)
