"""Owns reading a zip archive that may be damaged or hostile: no member grows without a bound.

What an archive says about its sizes may be untrue, so no more is unpacked than it says, and it
may not say more than its own size allows.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path
from types import TracebackType

__all__ = ["Archive"]

_LARGEST_GROWTH = 200
"""How many times its packed size a member may have unpacked; JSON shrinks less than this."""

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that unpack piece by piece within a bound; Keras stores, and most zip tools deflate."""

# What a damaged or odd archive makes zipfile raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    OSError,
    UnicodeError,
    OverflowError,
)


class Archive:
    """A zip archive, open for reading.

    Args:
        path: The file.
        expected: What is expected of it, for the message.

    Raises:
        ValueError: If it is no zip archive.
    """

    def __init__(self, path: Path, expected: str) -> None:
        self.path = path
        self.expected = expected
        # Members may share bytes: all together they may not grow more than one alone.
        self._budget = _LARGEST_GROWTH * path.stat().st_size
        try:
            self._zip = zipfile.ZipFile(path)
        except (*_DAMAGE, ValueError, LookupError):
            raise self._damaged() from None

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._zip.close()

    def _damaged(self) -> ValueError:
        return ValueError(
            f"'{self.path}' is {self.expected}. It may be truncated, or of another format with "
            "this ending."
        )

    @property
    def names(self) -> list[str]:
        """The members' names."""
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """A member's bytes.

        Raises:
            ValueError: If there is none of that name, or it is damaged, packed in an unusual way
                or said to grow too much.
        """
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            raise ValueError(
                f"'{self.path}' is no Keras 3 model: the archive has {self.names[:6]}, but no "
                f"{name}"
            ) from None
        if info.compress_type not in _PACKINGS:
            raise ValueError(
                f"'{self.path}' packs {name} in a way that is not read here. Unpack the archive "
                "and pack it again with an ordinary zip tool."
            )
        self._budget -= info.file_size
        if info.file_size > _LARGEST_GROWTH * max(info.compress_size, 1) or self._budget < 0:
            raise ValueError(
                f"'{self.path}' says that {name} grows from {info.compress_size} to "
                f"{info.file_size} bytes when it is unpacked, which is refused"
            )
        try:
            with self._zip.open(info) as member:
                data = member.read(info.file_size)
                whole = len(data) == info.file_size
        except _DAMAGE:
            raise self._damaged() from None
        if not whole:
            raise self._damaged()
        return data
