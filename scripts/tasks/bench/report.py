"""What the benchmark says: rows, the targets they are held to, the table and the JSON."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Target:
    """A bound that a row's figure is to keep."""

    bound: float
    at_least: bool = False

    def is_met_by(self, figure: float) -> bool:
        """Whether the figure keeps the bound."""
        return figure >= self.bound if self.at_least else figure <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:.3g}"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        work: What was measured.
        runner: Who did it: "ours", or a peer's name.
        unit: The unit of `samples`.
        samples: The measurements; none where the runner cannot do the work.
        figure: The number that is judged, with what it is in `figure_unit`.
        figure_unit: Such as "x ours" or "% of the ceiling".
        target: What the figure is held to, if anything.
        note: What else is to be known.
    """

    work: str
    unit: str
    samples: Sequence[float]
    runner: str = "ours"
    figure: float | None = None
    figure_unit: str = ""
    target: Target | None = None
    note: str = ""

    @property
    def median(self) -> float | None:
        """The median measurement; None where there is none."""
        return statistics.median(self.samples) if self.samples else None

    @property
    def passed(self) -> bool | None:
        """Whether the figure keeps its target; None where there is nothing to judge."""
        if self.target is None or self.figure is None:
            return None
        return self.target.is_met_by(self.figure)

    def to_dict(self) -> dict[str, Any]:
        """The row for JSON."""
        return asdict(self) | {"median": self.median, "passed": self.passed}


def ratio(measured: Sequence[float], base: Sequence[float]) -> float:
    """The median of ratios, turn by turn: other work on the machine meets both sides of a turn."""
    return statistics.median([one / other for one, other in zip(measured, base, strict=True)])


def compared(ours: Row, peer: Row, at_least: float | None) -> Row:
    """The peer's row as a multiple of ours, held to a target if one is given."""
    return replace(
        peer,
        figure=ratio(peer.samples, ours.samples),
        figure_unit="x ours",
        target=None if at_least is None else Target(at_least, at_least=True),
    )


def table(sections: Mapping[str, Sequence[Row]]) -> str:
    """Write sections of rows as text; the last line counts the targets that were met."""
    rows = [row for section in sections.values() for row in section]
    lines = []
    for name, section in sections.items():
        lines += ["", name, *map(_line, section)]
    judged = [row.passed for row in rows if row.passed is not None]
    lines += ["", f"{sum(judged)} of {len(judged)} targets met"]
    return "\n".join(lines)


def _line(row: Row) -> str:
    median = "-" if row.median is None else f"{row.median:.4g}"
    figure = "" if row.figure is None else f"{row.figure:.3g} {row.figure_unit}"
    verdict = {True: "pass", False: "MISS", None: ""}[row.passed]
    target = "" if row.target is None else str(row.target)
    columns = f"  {row.work:<32} {row.runner:<10} {median:>9} {row.unit:<8} {figure:<20}"
    return f"{columns} {target:<8} {verdict:<5} {row.note}".rstrip()
