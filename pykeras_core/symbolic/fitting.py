"""Owns what may stand for sizes that are not known while a function is traced.

A size that is not known stands for every size that fits. Where a stand-in does not fit, the error
says which sizes disagreed; the stand-in that the disagreement depends on is moved until it fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from pykeras_core.engine.sizes import Conflict, conflicts_of

__all__ = ["Attempt", "Unknown", "distinct_sizes", "fit"]

_MOST_ATTEMPTS = 60
_FACTORS = (3, 5, 7, 11, 13, 17, 19, 23)


class Unknown(NamedTuple):
    """A size that is not known: which argument's, and on which axis."""

    leaf: int
    axis: int


class Attempt(NamedTuple):
    """What came of tracing a function.

    Attributes:
        sizes: What stood for the unknown sizes.
        specs: What the function returned; None if it raised.
        error: What it raised, or None.
        progress: How many equations it got to.
        clipped: Whether a size was smaller than what was asked of it.
    """

    sizes: tuple[int, ...]
    specs: Any
    error: Exception | None
    progress: int
    clipped: bool = False


Trial = Callable[[Sequence[int]], Attempt]


def distinct_sizes(unknowns: Sequence[Unknown], base: int) -> list[int]:
    """Returns a different multiple of `base` for each axis that has unknown sizes."""
    axes = sorted({unknown.axis for unknown in unknowns}, key=lambda axis: (axis == 0, axis))
    factors = {axis: _FACTORS[place % len(_FACTORS)] for place, axis in enumerate(axes)}
    return [base * factors[unknown.axis] for unknown in unknowns]


def fit(
    trial: Trial, unknowns: Sequence[Unknown], start: int, candidates: Sequence[int] = ()
) -> Attempt:
    """Looks for sizes that fit, near those where all unknown ones are `start`.

    Args:
        trial: Traces the function with sizes for the unknown ones.
        unknowns: The unknown sizes.
        start: The size to begin with.
        candidates: Sizes to try where an error does not say which sizes disagreed.

    Returns:
        The attempt that succeeded, or the first if none does.
    """
    remaining = iter(range(_MOST_ATTEMPTS))

    def limited(sizes: Sequence[int]) -> Attempt | None:
        return trial(sizes) if next(remaining, None) is not None else None

    first = attempt = trial([start] * len(unknowns))
    while attempt.error is not None:
        if conflicts_of(attempt.error):
            better = _resolved(limited, unknowns, attempt)
        else:
            better = _guessed(limited, unknowns, attempt, candidates)
        if better is None:
            return first
        attempt = better
    return attempt


def _guessed(
    trial: Callable[[Sequence[int]], Attempt | None],
    unknowns: Sequence[Unknown],
    failed: Attempt,
    candidates: Sequence[int],
) -> Attempt | None:
    """An attempt that gets further with one of the candidates."""
    for value in candidates:
        for group in _groups(unknowns, failed.sizes):
            attempt = trial(_with(failed.sizes, group, value))
            if attempt is not None and _is_better(attempt, failed, 0):
                return attempt
    return None


def _resolved(
    trial: Callable[[Sequence[int]], Attempt | None], unknowns: Sequence[Unknown], failed: Attempt
) -> Attempt | None:
    """An attempt that gets further, or leaves fewer conflicts at the same place."""
    conflicts = conflicts_of(failed.error)
    for conflict in conflicts:
        for group in _groups(unknowns, failed.sizes):
            size = failed.sizes[group[0]]
            moved = trial(_with(failed.sizes, group, 3 * size))
            if moved is not None and moved.error is None:
                return moved
            found = None if moved is None else _same(conflict, conflicts_of(moved.error))
            for value in () if found is None else _values(conflict, found, size):
                attempt = trial(_with(failed.sizes, group, value))
                if attempt is not None and _is_better(attempt, failed, len(conflicts)):
                    return attempt
    return None


def _is_better(attempt: Attempt, failed: Attempt, conflicts: int) -> bool:
    if attempt.error is None or attempt.progress > failed.progress:
        return True
    left = len(conflicts_of(attempt.error))
    return attempt.progress == failed.progress and 0 < left < conflicts


def _same(conflict: Conflict, others: Sequence[Conflict]) -> Conflict | None:
    """The conflict at the same place."""
    return next((other for other in others if other.place == conflict.place), None)


def _with(sizes: Sequence[int], group: Sequence[int], value: int) -> list[int]:
    return [value if place in group else size for place, size in enumerate(sizes)]


def _groups(unknowns: Sequence[Unknown], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Unknown sizes to move together: each alone, those of an axis, all that are equal."""
    places = range(len(unknowns))
    given: list[list[int]] = []
    for group in (
        *([place] for place in places),
        *([p for p in places if unknowns[p].axis == axis] for axis in {u.axis for u in unknowns}),
        *([p for p in places if sizes[p] == size] for size in dict.fromkeys(sizes)),
    ):
        if group not in given and len({sizes[place] for place in group}) == 1:
            given.append(group)
            yield group


def _values(conflict: Conflict, moved: Conflict, size: int) -> Iterator[int]:
    """Sizes that would end a conflict, judged by what became of it at three times the size."""
    change = (moved.size - conflict.size, moved.other - conflict.other)
    rates = [difference / (2 * size) for difference in change]
    sides = ((conflict.size, conflict.other), (conflict.other, conflict.size))
    for side, (now, fixed) in enumerate(sides):
        for target in _targets(conflict.wanted, now, fixed, is_size=side == 0):
            # Where both sides move, they meet where their difference is gone.
            rate = rates[side] - (rates[1 - side] if target == fixed else 0)
            if rates[side] and rate:
                exact = size + (target - now) / rate
                below, above = math.floor(exact), math.ceil(exact)
                nearest = dict.fromkeys((below, above, below - 1, above + 1))
                yield from (value for value in nearest if value > 0)


def _targets(wanted: str, now: int, fixed: int, is_size: bool) -> tuple[int, ...]:
    """What a size should become."""
    if wanted == "multiple":
        return (now * fixed, fixed) if is_size else (1,)
    if wanted == "more":
        return (now + fixed,) if is_size else (max(fixed - 1, 1), 1)
    return (fixed, 1) if wanted == "broadcast" else (fixed,)
