"""The ways to try a model: what a reader's input has to be like, and the samples made of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from pykeras_core.playground.displays import table_of
from pykeras_core.playground.images import describe_images
from pykeras_core.playground.structures import Array, Structure, arrays_of, count, mapped, rows
from pykeras_core.playground.trying import ink
from pykeras_core.playground.trying.ranges import Range

Input = Mapping[str, Any]

MOST_FIELDS = 40
"""A table of more columns is nothing to type in."""

ROWS_OFFERED = 12
LARGEST_SIDE = 2048
"""The page scales photographs down to far less than this."""


@dataclass(frozen=True)
class Made:
    """What was made of an input.

    Args:
        x: The samples for the model: one.
        seen: Them as an image, as `describe_images` has it; None where they are none.
        words: Of a text its words, and whether the program knows them.
        cut: How many words of a text were too many.
    """

    x: Structure
    seen: dict[str, Any] | None = None
    words: list[dict[str, Any]] = field(default_factory=list)
    cut: int = 0


class Way(Protocol):
    """One way to try a model."""

    kind: str

    def describe(self) -> dict[str, Any]:
        """What the page is told, as `Way` of ``web/protocol.js`` says."""

    def make(self, given: Input) -> Made | None:
        """The sample that an input makes; None where it is empty."""


@dataclass(frozen=True, eq=False)
class ImageWay:
    """Images that are drawn, or come from a photograph.

    Args:
        shape: (height, width, channels).
        row: The shape of a sample of the model.
        values: The numbers that paper and ink are to the model.
        share: How much of the sheet a drawing takes up.
        dtype: Of the samples.
    """

    shape: tuple[int, int, int]
    row: tuple[int, ...]
    values: Range
    share: float
    dtype: Any

    kind = "image"

    def describe(self) -> dict[str, Any]:
        """As `Way` says."""
        height, width, channels = self.shape
        return {
            "kind": self.kind, "height": height, "width": width, "channels": channels,
            "share": self.share, "known": self.values.known,
        }  # fmt: skip

    def make(self, given: Input) -> Made | None:
        """As `Way` says, of ``{kind: "ink" | "photograph", height, width, pixels}``."""
        height, width, channels = self.shape
        pixels = _pixels(given, 1 if given["kind"] == "ink" else 3)
        if channels == 3:
            image: Array | None = ink.cropped(pixels, height, width)
        else:
            drawn = pixels[..., 0] if given["kind"] == "ink" else ink.ink_of_photograph(pixels)
            image = ink.as_mnist(drawn, height, width, self.share)
        if image is None:
            return None
        bytes_ = np.rint(np.clip(image, 0, 255)).astype(np.uint8)
        sample = self.values.of(bytes_ / 255).reshape(1, *self.row).astype(self.dtype)
        return Made(sample, describe_images(bytes_.reshape(1, height, width, channels)))


def _pixels(given: Input, channels: int) -> ink.Pixels:
    height, width = int(given["height"]), int(given["width"])
    flat = np.frombuffer(given["pixels"], np.uint8)
    if not 0 < min(height, width) <= max(height, width) <= LARGEST_SIDE:
        raise ValueError(
            f"expected a picture of at most {LARGEST_SIDE} pixels a side, received {height} x "
            f"{width}"
        )
    if flat.size != height * width * channels:
        raise ValueError(
            f"expected {height * width * channels} bytes for {height} x {width} pixels of "
            f"{channels} channels, received {flat.size}"
        )
    return flat.reshape(height, width, channels).astype("float64")


@dataclass(frozen=True, eq=False)
class NumbersWay:
    """Rows of a table.

    Args:
        like: Samples of the model, all numbers; some of them are offered to begin with.
        names: Of the columns, as far as they are known.
        known: Whether `like` are samples of the program's.
    """

    like: Structure
    names: tuple[str, ...] = ()
    known: bool = True

    kind = "numbers"

    def describe(self) -> dict[str, Any]:
        """As `Way` says."""
        table = np.concatenate([table_of(part) for part in arrays_of(self.like)], axis=1)
        table = np.nan_to_num(table.astype("float64"))
        fields = [
            {
                "name": self.names[at] if self.names else "",
                "low": float(column.min()),
                "high": float(column.max()),
                "start": float(_middle(column)),
                "whole": bool((column == np.rint(column)).all()) and self.known,
            }
            for at, column in enumerate(table.T)
        ]
        offered = table[:: max(len(table) // ROWS_OFFERED, 1)][:ROWS_OFFERED]
        return {
            "kind": self.kind, "fields": fields, "known": self.known,
            "rows": offered.tolist() if self.known else [],
        }  # fmt: skip

    def make(self, given: Input) -> Made | None:
        """As `Way` says, of ``{kind: "numbers", values}``."""
        values = np.array(given["values"], "float64")
        parts = [math.prod(part.shape[1:]) for part in arrays_of(self.like)]
        if values.shape != (sum(parts),) or not np.isfinite(values).all():
            raise ValueError(f"expected {sum(parts)} numbers, received {given['values']}")
        cut = iter(np.split(values, np.cumsum(parts)[:-1]))

        def part(like: Array) -> Array:
            return next(cut).reshape(1, *like.shape[1:]).astype(like.dtype)

        return Made(mapped(part, self.like))


def _middle(column: Array) -> float:
    """The middle one of the numbers, one of them, so that of whole numbers it is whole."""
    return float(np.sort(column)[len(column) // 2])


def widths(x: Structure) -> int:
    """How many numbers a sample has; more than `MOST_FIELDS` where some are texts."""
    parts = arrays_of(x)
    if any(part.dtype.kind not in "buif" for part in parts):
        return MOST_FIELDS + 1
    return sum(math.prod(part.shape[1:]) for part in parts)


def some(x: Structure, most: int) -> Structure:
    """At most so many samples, evenly from the whole of them."""
    return rows(x, slice(None, None, max(-(-count(x) // most), 1)))
