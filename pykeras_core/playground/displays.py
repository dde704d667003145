"""How one sample is shown beside a model's answer: an image, a text, a curve, or a few numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core.playground.images import describe_images, image_shape, side_by_side
from pykeras_core.playground.structures import (
    Array,
    Structure,
    arrays_of,
    count,
    names_of,
    rows,
)

FEATURES_SHOWN = 6
STEPS_SHOWN = 40
"""Steps of a series or of a sequence that a tile has room for."""

_TEXT_SHOWN = 120
_SHORTEST_SERIES = 8
_POINTS_OF_SERIES = 120


def table_of(array: Array) -> Array:
    """An array of shape (n, ...) with a row of numbers for each sample, also where n is 0.

    Example:
        >>> table_of(np.zeros((0, 2, 3))).shape, table_of(np.zeros(4)).shape
        ((0, 6), (4, 1))
    """
    return array.reshape(len(array), int(np.prod(array.shape[1:], dtype=np.int64)))


@dataclass(frozen=True)
class Display:
    """Samples in the form in which the page draws them.

    Args:
        x: The samples.
        features: What the columns of a table are called; empty where they have no names.
    """

    x: Structure
    features: tuple[str, ...] = ()

    def describe(self, indices: Any) -> dict[str, Any]:
        """Some of the samples, in one form; the others are None or empty.

        Args:
            indices: Which samples.

        Returns:
            ``images``, ``texts``, ``series`` (a list of values a sample), and ``features`` (the
            first numbers of each sample) with their ``names`` and the ``width`` they are of.
        """
        chosen = rows(self.x, indices)
        parts = arrays_of(chosen)
        found: dict[str, Any] = {
            "images": None, "texts": None, "series": None, "features": [], "names": [], "width": 0,
        }  # fmt: skip
        if any(part.dtype.kind not in "buif" for part in parts):
            texts = [part for part in parts if part.dtype.kind not in "buif"]
            return {**found, "texts": [str(text)[:_TEXT_SHOWN] for text in texts[0].tolist()]}
        images = _images(parts)
        if images is not None and count(chosen):
            return {**found, "images": describe_images(images)}
        if _is_series(parts):
            step = -(-parts[0].shape[1] // _POINTS_OF_SERIES)
            return {**found, "series": parts[0][:, ::step, 0].astype("float64").tolist()}
        table, names = self.table(chosen)
        shown = table[:, :FEATURES_SHOWN]
        return {
            **found,
            "features": shown.astype("float64").tolist(),
            "names": names,
            "width": table.shape[1],
        }

    def table(self, chosen: Structure) -> tuple[Array, list[str]]:
        """All numbers of some samples, a row a sample, and the names of the first columns.

        Args:
            chosen: Samples of the structure of `x`, all of them numbers.
        """
        parts = [table_of(part) for part in arrays_of(chosen)]
        names: list[str] = []
        for name, part in zip(names_of(chosen), parts, strict=True):
            width = part.shape[1]
            names += (
                [name] if width == 1 else [f"{name}[{at}]" if name else "" for at in range(width)]
            )
        table = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        if len(self.features) == table.shape[1]:
            names = list(self.features)
        known = names[:FEATURES_SHOWN] if any(names) else []
        return table, known

    @property
    def single(self) -> bool:
        """Whether a sample is one number, the position on an axis."""
        parts = arrays_of(self.x)
        return len(parts) == 1 and parts[0].dtype.kind in "buif" and _width(parts[0]) == 1


def _width(array: Array) -> int:
    return int(np.prod(array.shape[1:], dtype=np.int64))


def _images(parts: list[Array]) -> Array | None:
    images = [part for part in parts if image_shape(part.shape[1:]) is not None]
    if not images:
        return None
    joined = side_by_side(images)
    return images[0] if joined is None else joined


def _is_series(parts: list[Array]) -> bool:
    return (
        len(parts) == 1
        and parts[0].ndim == 3
        and parts[0].dtype.kind == "f"
        and parts[0].shape[1] >= _SHORTEST_SERIES
        and parts[0].shape[2] > 0
    )
