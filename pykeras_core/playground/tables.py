"""Tables of pandas, cell by cell: of the HTML that they make of themselves, only text is read."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

__all__ = ["Table", "table_of"]

MAX_CELLS = 5000
"""Of a larger table, the text is shown."""

MAX_CHARACTERS = 1000
"""How much of a cell is shown."""

Cell = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table to show.

    Attributes:
        rows: From above, each with its cells: ``text``, ``head`` (whether it is a heading), and
            over how many ``columns`` and ``rows`` it reaches.
        note: What stands below it.
        text: The table as text.
    """

    rows: list[list[Cell]]
    note: str
    text: str


def table_of(value: Any) -> Table | None:
    """The table that an object of pandas makes of itself for notebooks.

    Args:
        value: Anything.

    Returns:
        The table; None where it is none, or one that is too large.

    Raises:
        Exception: Whatever the object's own method raises.
    """
    kind = type(value)
    if kind.__module__.partition(".")[0] != "pandas" or not hasattr(kind, "_repr_html_"):
        return None
    html = value._repr_html_()
    return read_table(html, str(value)) if isinstance(html, str) else None


def read_table(html: str, text: str) -> Table | None:
    """The table in a piece of HTML.

    Args:
        html: As pandas writes it.
        text: The table as text.

    Returns:
        The table; None without rows, or with more than `MAX_CELLS` cells.

    Example:
        >>> table = read_table("<table><tr><th>a</th></tr><tr><td>1 &lt; 2</td></tr></table>", "")
        >>> [[cell["text"] for cell in row] for row in table.rows]
        [['a'], ['1 < 2']]
    """
    if html.count("<td") + html.count("<th") > MAX_CELLS:
        return None
    reader = _Reader()
    reader.feed(html)
    reader.close()
    rows = [row for row in reader.rows if row]
    return Table(rows, " ".join(reader.note.split()), text) if rows else None


@dataclass
class _Reader(HTMLParser):
    rows: list[list[Cell]] = field(default_factory=list)
    note: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._cell: Cell | None = None
        self._in_note = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            named = dict(attrs)
            self._cell = {
                "text": "",
                "head": tag == "th",
                "columns": _span(named.get("colspan")),
                "rows": _span(named.get("rowspan")),
            }
            self.rows[-1].append(self._cell)
        elif tag == "br" and self._cell is not None:
            self._cell["text"] += "\n"
        elif tag == "p":
            self._in_note = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = None
        elif tag == "p":
            self._in_note = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell["text"] = (self._cell["text"] + data)[:MAX_CHARACTERS]
        elif self._in_note:
            self.note += data


def _span(number: str | None) -> int:
    return min(max(int(number), 1), MAX_CELLS) if number and number.isdigit() else 1
