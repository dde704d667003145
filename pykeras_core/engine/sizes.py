"""Sizes that have to fit each other, and what an error knows of those that do not.

Whoever infers the shape of something whose sizes are not all known asks `conflicts_of` which
sizes did not fit, and tries others.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

__all__ = ["Conflict", "broadcast_shapes", "conflicts_of", "different_sizes", "with_conflicts"]

Error = TypeVar("Error", bound=Exception)


class Conflict(NamedTuple):
    """A size that does not fit another one.

    Attributes:
        place: Where: the function and the axis, so that two errors can be compared.
        size: The size.
        other: The one it does not fit.
        wanted: What it should be: `"equal"` to the other, `"broadcast"` (equal, or one of
            them 1), a `"multiple"` of the other, or `"more"`: at least the other.
    """

    place: tuple[str, int]
    size: int
    other: int
    wanted: str = "equal"


def with_conflicts(error: Error, conflicts: Iterable[Conflict]) -> Error:
    """Note on an error which sizes did not fit; returns the error."""
    error.__dict__["conflicts"] = list(conflicts)
    return error


def conflicts_of(error: BaseException | None) -> list[Conflict]:
    """The sizes that did not fit, as noted on an error or on what it was raised for."""
    while error is not None:
        found: list[Conflict] = error.__dict__.get("conflicts", [])
        if found:
            return found
        error = error.__cause__ or error.__context__
    return []


def different_sizes(
    name: str, shape: Sequence[int], other: Sequence[int], wanted: str = "equal"
) -> list[Conflict]:
    """A conflict for each axis, counted from the last, on which two shapes differ."""
    pairs = zip(reversed(shape), reversed(other), strict=False)
    return [Conflict((name, -axis), a, b, wanted) for axis, (a, b) in enumerate(pairs, 1) if a != b]


def broadcast_shapes(name: str, *shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape to which shapes broadcast.

    Args:
        name: Of the function, for messages.
        *shapes: Tuples of ints.

    Returns:
        The shape.

    Raises:
        ValueError: If they do not broadcast: an axis is neither equal nor 1.
    """
    result: list[int] = []
    conflicts = []
    columns = itertools.zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1)
    for axis, sizes in enumerate(columns, 1):
        stretched = [size for size in sizes if size != 1]
        result.append(stretched[0] if stretched else 1)
        conflicts += [
            Conflict((name, -axis), stretched[0], size, "broadcast")
            for size in stretched
            if size != stretched[0]
        ]
    if conflicts:
        raise with_conflicts(
            ValueError(
                f"`{name}` cannot broadcast shapes {' and '.join(map(str, shapes))}: each axis, "
                "counted from the last, must be equal or 1."
            ),
            conflicts,
        )
    return tuple(reversed(result))
