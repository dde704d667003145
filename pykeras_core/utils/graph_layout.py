"""Places the boxes of a graph in rows so that edges run down and cross little.

The classic steps for layered drawings, kept small: rank each box by its longest way from a source,
let long edges pass every row they cross, order the rows by the mean place of their neighbours, then
pull each box towards its neighbours as far as the others in its row let it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from pykeras_core.checks import checked

__all__ = ["Layout", "lay_out"]

GAP = 28.0
"""Room between two boxes of a row."""

ROW_GAP = 36.0
PASSAGE = 8.0
"""Width of an edge that passes a row."""

SWEEPS = 24


@dataclass
class Layout:
    """Where everything is.

    Args:
        centers: The middle of each box, (across, down).
        paths: For each edge, the points it passes: out of one box, through rows, into the other.
        width: Size of the whole, across the rows.
        height: Size of the whole, along the rows.
    """

    centers: list[tuple[float, float]]
    paths: list[list[tuple[float, float]]]
    width: float
    height: float


@dataclass
class _Place:
    """A box, or the passage of a long edge through a row."""

    width: float
    row: int
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    center: float = 0.0


@checked
def lay_out(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """Places boxes.

    Args:
        sizes: Width and height of each box.
        edges: Pairs of indices, from and to; without cycles.

    Returns:
        The `Layout`.

    Example:
        >>> lay_out([(10, 4), (10, 4)], [(0, 1)]).centers
        [(5.0, 2.0), (5.0, 42.0)]
    """
    ranks = _rank(len(sizes), edges)
    places = [_Place(width, rank) for (width, _), rank in zip(sizes, ranks, strict=True)]
    chains = [_connect(places, source, target) for source, target in edges]
    rows: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for index, place in enumerate(places):
        rows[place.row].append(index)
    _order(places, rows)
    _align(places, rows)
    left = min((place.center - place.width / 2 for place in places), default=0.0)
    right = max((place.center + place.width / 2 for place in places), default=0.0)
    heights = [max([sizes[i][1] for i in row if i < len(sizes)], default=0.0) for row in rows]
    tops = [sum(heights[:row]) + ROW_GAP * row for row in range(len(rows))]

    def middle(index: int) -> tuple[float, float]:
        row = places[index].row
        return places[index].center - left, tops[row] + heights[row] / 2

    def path(chain: list[int]) -> list[tuple[float, float]]:
        first, last = chain[0], chain[-1]
        (x0, y0), (x1, y1) = middle(first), middle(last)
        points = [(x0, y0 + sizes[first][1] / 2)]
        for index in chain[1:-1]:
            x, top = middle(index)[0], tops[places[index].row]
            points += [(x, top), (x, top + heights[places[index].row])]
        return [*points, (x1, y1 - sizes[last][1] / 2)]

    total = tops[-1] + heights[-1] if rows else 0.0
    centers = [middle(index) for index in range(len(sizes))]
    return Layout(centers, [path(chain) for chain in chains], right - left, total)


def _rank(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way to each box from one that nothing leads to.

    Boxes that nothing leads to (inputs) stand right above what they feed.
    """
    ranks = [0] * count
    for _ in range(count):
        changed = False
        for source, target in edges:
            if ranks[target] < ranks[source] + 1:
                ranks[target], changed = ranks[source] + 1, True
        if not changed:
            break
    fed = {target for _, target in edges}
    for index in range(count):
        targets = [ranks[target] for source, target in edges if source == index]
        if index not in fed and targets:
            ranks[index] = min(targets) - 1
    return ranks


def _connect(places: list[_Place], source: int, target: int) -> list[int]:
    """Adds the passages of an edge; returns all that it touches."""
    chain = [source]
    for row in range(places[source].row + 1, places[target].row):
        places.append(_Place(PASSAGE, row))
        chain.append(len(places) - 1)
    chain.append(target)
    for upper, lower in itertools.pairwise(chain):
        places[upper].below.append(lower)
        places[lower].above.append(upper)
    return chain


def _order(places: list[_Place], rows: list[list[int]]) -> None:
    """Sorts each row by the mean place of its neighbours, downwards and upwards in turn."""
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows if downwards else rows[::-1]:
            position = {i: at for other in rows for at, i in enumerate(other)}
            means = {}
            for index in row:
                near = places[index].above if downwards else places[index].below
                found = [position[i] for i in near] or [position[index]]
                means[index] = sum(found) / len(found)
            row.sort(key=lambda index, means=means: means[index])  # type: ignore[misc]


def _align(places: list[_Place], rows: list[list[int]]) -> None:
    """Gives every place its center."""
    for row in rows:
        _spread(places, row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wishes = []
            for index in row:
                near = places[index].above + places[index].below
                found = [places[i].center for i in near] or [places[index].center]
                wishes.append(sum(found) / len(found))
            _spread(places, row, wishes)


def _spread(places: list[_Place], row: list[int], wishes: list[float]) -> None:
    """Puts a row's places near their wishes, in order, without overlap.

    Neighbours that want the same room share what they lack: they become a block, which stands
    where the mean of its members' wishes is.
    """
    blocks: list[tuple[float, list[int]]] = []  # left edge wished for, members
    widths = [places[index].width + GAP for index in row]
    for at, wish in enumerate(wishes):
        blocks.append((wish - widths[at] / 2, [at]))
        while len(blocks) > 1:
            (left, first), (right, second) = blocks[-2:]
            room = sum(widths[i] for i in first)
            if left + room <= right:
                break
            mean = (left * len(first) + (right - room) * len(second)) / (len(first) + len(second))
            blocks[-2:] = [(mean, first + second)]
    for left, members in blocks:
        for at in members:
            places[row[at]].center = left + widths[at] / 2
            left += widths[at]
