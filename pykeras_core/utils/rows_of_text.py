"""Owns reading lines of comma-separated text as columns of numbers and of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pykeras_core.symbolic.strings import StringTensor, is_text

__all__ = ["columns_of", "kind_of", "kinds_in", "rows_in"]


def rows_in(lines: Iterable[str], field_delim: str = ",", quotes: bool = True) -> list[list[str]]:
    """The fields of each line."""
    if quotes:
        return [row for row in csv.reader(lines, delimiter=field_delim) if row]
    return [line.split(field_delim) for line in lines if line]


def kind_of(default: Any) -> tuple[str, Any]:
    """The dtype of a column and what stands for an empty field: None where there must be one."""
    if isinstance(default, str) and default in ("float32", "int32", "string"):
        return str(default), None
    value = default.numpy() if hasattr(default, "numpy") else default
    array = np.asarray(value, dtype=object if is_text(value) else None)
    if not array.size:
        return "float32", None
    first = array.reshape(-1)[0]
    if isinstance(first, str | bytes):
        return "string", first
    return ("int32" if array.dtype.kind in "iu" else "float32"), first


def columns_of(
    lines: Sequence[str],
    defaults: Sequence[Any],
    field_delim: str = ",",
    quotes: bool = True,
    na_value: str = "",
    select: Sequence[int] | None = None,
) -> list[Any]:
    """Lines as columns, each of the dtype of its default.

    Args:
        lines: A row each.
        defaults: For each column, a value for empty fields, or a dtype where none may be empty.
        field_delim: What stands between fields.
        quotes: Whether fields may stand in quotes.
        na_value: What else counts as empty.
        select: Numbers of the columns; default all.

    Returns:
        A list of arrays; text as an array of bytes.

    Raises:
        ValueError: If a line has another number of fields, or a field is not of its kind.
    """
    rows = rows_in(lines, field_delim, quotes)
    chosen = list(range(len(defaults))) if select is None else [int(one) for one in select]
    found = []
    for number, (dtype, empty) in zip(chosen, map(kind_of, defaults), strict=True):
        fields = []
        for line, row in enumerate(rows):
            short = len(row) <= number or (select is None and len(row) != len(defaults))
            if short:
                raise ValueError(
                    f"expected {len(defaults)} fields, received {len(row)} in line {line + 1}: "
                    f"{row}"
                )
            fields.append(_field(row[number], dtype, empty, na_value, line, number))
        found.append(_column(fields, dtype))
    return found


def _field(text: str, dtype: str, empty: Any, na_value: str, line: int, number: int) -> Any:
    if text in ("", na_value):
        if empty is not None:
            return empty
        if dtype == "string":
            return text
        raise ValueError(f"field {number + 1} of line {line + 1} is empty, and has no default")
    try:
        return text if dtype == "string" else int(text) if dtype == "int32" else float(text)
    except ValueError:
        raise ValueError(
            f"expected a number in field {number + 1} of line {line + 1}, received {text!r}"
        ) from None


def _column(fields: list[Any], dtype: str) -> Any:
    if dtype == "string":
        return StringTensor(fields).__array__()
    return np.asarray(fields, dtype)


def kinds_in(rows: Sequence[Sequence[str]], na_value: str = "") -> list[Any]:
    """For each column of rows a default of the narrowest kind that reads all of its fields."""
    return [_narrowest(column, na_value) for column in zip(*rows, strict=False)]


def _narrowest(fields: Sequence[str], na_value: str) -> Any:
    kept = [field for field in fields if field not in ("", na_value)]
    for read, default in ((int, 0), (float, 0.0)):
        try:
            for field in kept:
                read(field)
        except ValueError:
            continue
        return default
    return ""
