"""Owns how a reader explains itself: every error that a file provokes names the file.

What is damaged, hostile or of another format raises a `ValueError`, or, as in Keras, a
`TypeError` where a class is not known or does not take an argument.
"""

from __future__ import annotations

import contextlib
import lzma
import struct
import zlib
from collections.abc import Iterator

__all__ = ["MissingFileError", "explained"]

# What a file can provoke in code that has not looked for it. Errors of the system stay as they
# are: a folder that may not be read is not damaged.
_PROVOKED = (
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


class MissingFileError(FileNotFoundError, ValueError):
    """There is no such file; Keras raises a `ValueError` for some formats."""


@contextlib.contextmanager
def explained(what: str) -> Iterator[None]:
    """Says of an error that a damaged or hostile file provokes that it is the file's.

    Args:
        what: The file, as the message should call it.

    Raises:
        ValueError: In place of whatever the file provoked.
        TypeError: In place of another.
    """
    try:
        yield
    except MissingFileError:
        raise
    except TypeError as error:
        raise TypeError(f"{what} cannot be loaded: {error}") from error
    except ValueError as error:
        if what in str(error):
            raise
        raise ValueError(f"{what} cannot be loaded: {error}") from error
    except RecursionError as error:
        raise ValueError(
            f"{what} cannot be loaded: it is nested too deeply, or holds itself"
        ) from error
    except _PROVOKED as error:
        raise ValueError(
            f"{what} cannot be loaded: it is damaged, or of another kind "
            f"({type(error).__name__}: {error})"
        ) from error
