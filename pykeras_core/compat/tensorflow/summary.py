"""`tf.summary`: numbers for TensorBoard, in files that it opens."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from pykeras_core.callbacks.tensorboard import _EventFile

__all__ = [
    "create_file_writer",
    "experimental",
    "histogram",
    "image",
    "scalar",
    "text",
]

_open: list[FileWriter] = []


class FileWriter:
    """Writes to a folder while it is the default one.

    Args:
        logdir: The folder.
    """

    def __init__(self, logdir: Any) -> None:
        self._file = _EventFile(os.fspath(logdir))
        self.step = 0

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator[FileWriter]:
        """A context in which the functions of `tf.summary` write here."""
        if step is not None:
            self.step = int(step)
        _open.append(self)
        try:
            yield self
        finally:
            _open.remove(self)

    def set_as_default(self, step: Any = None) -> None:
        """Lets the functions of `tf.summary` write here from now on."""
        _open.append(self)

    def flush(self) -> None:
        """Does nothing: what was written is in the file."""

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def create_file_writer(logdir: Any, *args: Any, **kwargs: Any) -> FileWriter:
    """Returns a writer to a folder."""
    return FileWriter(logdir)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Writes a number; returns whether there is a writer."""
    if _open:
        _open[-1]._file.scalars({name: float(data)}, _step(step))
    return bool(_open)


def _step(step: Any) -> int:
    return _open[-1].step if step is None else int(step)


def histogram(name: str, data: Any, step: Any = None, **kwargs: Any) -> bool:
    """Writes nothing: the files hold numbers only. Returns `False`."""
    return False


def image(name: str, data: Any, step: Any = None, **kwargs: Any) -> bool:
    """Writes nothing: the files hold numbers only. Returns `False`."""
    return False


def text(name: str, data: Any, step: Any = None, **kwargs: Any) -> bool:
    """Writes nothing: the files hold numbers only. Returns `False`."""
    return False


class experimental:
    """`tf.summary.experimental`: the step that functions without one write under."""

    @staticmethod
    def set_step(step: Any) -> None:
        """Sets it."""
        if _open:
            _open[-1].step = int(step)

    @staticmethod
    def get_step() -> int | None:
        """Returns it, `None` without a writer."""
        return _open[-1].step if _open else None
