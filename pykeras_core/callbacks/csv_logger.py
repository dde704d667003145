"""Owns `CSVLogger`, which writes every epoch's logs to a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import IO, Annotated, Any

from pykeras_core.callbacks.base import Callback
from pykeras_core.checks import Kind, PathLike, checked
from pykeras_core.checks.refusal import REFUSED

__all__ = ["CSVLogger"]

_Separator = Annotated[
    str, Kind("a single character", lambda text: text if _is_character(text) else REFUSED)
]


def _is_character(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 1 and text not in "\r\n"


class CSVLogger(Callback):
    """Writes a row of metrics after every epoch, below a header with their names.

    Args:
        filename: Path of the file.
        separator: What stands between two values.
        append: Whether to add to an existing file instead of replacing it.
    """

    @checked
    def __init__(
        self, filename: PathLike, separator: _Separator = ",", append: bool = False
    ) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self.csv_file: IO[str] | None = None
        self._header_is_there = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Opens the file."""
        self._close()
        filled = os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        self._header_is_there = self.append and filled
        mode = "a" if self.append else "w"
        self.csv_file = open(self.filename, mode, newline="", encoding="utf-8")
        self.keys = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the epoch's row; the first epoch decides on the columns."""
        logs = logs or {}
        if self.csv_file is None:
            return
        writer = csv.writer(self.csv_file, delimiter=self.sep)
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(name.startswith("val_") for name in self.keys):
                self.keys += [f"val_{name}" for name in self.keys]
            if not self._header_is_there:
                writer.writerow(["epoch", *self.keys])
        writer.writerow([epoch, *(_cell(logs.get(name, "NA")) for name in self.keys)])
        self.csv_file.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Closes the file."""
        self._close()

    def _kept_file(self) -> str | None:
        """The rows of this `fit` and of what was there before."""
        if self.csv_file is None:
            return None
        with open(self.filename, newline="", encoding="utf-8") as file:
            return file.read()

    def _put_file(self, text: str | None) -> None:
        """Begins the file anew with these rows."""
        if text is not None and self.csv_file is not None:
            self._close()
            self.csv_file = open(self.filename, "w", newline="", encoding="utf-8")
            self.csv_file.write(text)
            self.csv_file.flush()

    def _close(self) -> None:
        if self.csv_file is not None:
            self.csv_file.close()
        self.csv_file = None


def _cell(value: Any) -> Any:
    """A value as it stands in the file: lists of numbers in brackets and quotes."""
    if isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "shape", True):
        return f'"[{", ".join(map(str, value))}]"'
    return value
