"""Reads files from the network: whole ones, and single members of remote zip archives."""

import io
import re
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from http.client import HTTPException
from typing import IO

from tasks.console import ByteProgress, TaskError
from tasks.paths import venv_python

TIMEOUT_S = 60
ATTEMPTS = 3
NETWORK_ERRORS = (OSError, HTTPException)
_CHUNK_BYTES = 256 * 1024


class RangesRefusedError(OSError):
    """The server does not serve parts of a file."""


class RemoteFile(io.RawIOBase):
    """A remote file that `zipfile` can read: every read asks the server for just those bytes.

    Args:
        url: An address whose server honours HTTP range requests.

    Raises:
        RangesRefusedError: The server answers with the whole file.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._position = 0
        with _open(url, "bytes=0-0") as response:
            if response.status != 206:
                raise RangesRefusedError(f"{url} does not serve byte ranges")
            self.size_bytes = int(response.headers["Content-Range"].rpartition("/")[2])

    def seekable(self) -> bool:
        """A remote file can be read anywhere."""
        return True

    def readable(self) -> bool:
        """A remote file can be read."""
        return True

    def tell(self) -> int:
        """Return the position of the next read, in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to `offset` bytes from the start, the current position or the end."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}
        self._position = origin[whence] + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # RawIOBase declares the private WriteableBuffer
        """Fill `buffer` with what one range request returns; 0 at the end of the file."""
        last = min(self._position + len(buffer), self.size_bytes) - 1
        if last < self._position:
            return 0
        contents = _retry(lambda: _read_range(self._url, self._position, last))
        buffer[: len(contents)] = contents
        self._position += len(contents)
        return len(contents)


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one member of an archive, showing progress under its base name."""
    member = archive.getinfo(name)
    with archive.open(member) as stream:
        return _read_all(stream, ByteProgress(name.rpartition("/")[2], member.file_size))


def read_url(url: str, name: str) -> bytes:
    """Download a whole file, showing progress as `name`."""
    return _retry(lambda: _read_whole(url, name))


def distribution_url(requirement: str) -> str:
    """Ask pip, with whatever index it is configured for, where a wheel lies.

    Args:
        requirement: A pinned one, such as `six==1.17.0`.

    Raises:
        TaskError: pip's index does not offer such a wheel.
    """
    name, _, version = requirement.partition("==")
    command = [str(venv_python()), "-m", "pip", "index", "versions", name, "-vv"]
    command += ["--ignore-requires-python", "--disable-pip-version-check"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    wheel = re.escape(f"{name.replace('-', '_')}-{version}-py3-none-any.whl")
    found = re.search(rf"Found link (\S+/{wheel})", answer.stdout + answer.stderr)
    if found is None:
        raise TaskError(
            f"pip's package index does not offer a wheel of {requirement}.",
            f"See what `python -m pip index versions {name} -vv` says about the network.",
        )
    return found[1]


def _open(url: str, byte_range: str | None = None):  # type: ignore[no-untyped-def] # urllib's own annotation is a private alias
    headers = {"Range": byte_range} if byte_range else {}
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT_S)


def _read_range(url: str, first: int, last: int) -> bytes:
    with _open(url, f"bytes={first}-{last}") as response:
        contents: bytes = response.read()
    return contents


def _read_whole(url: str, name: str) -> bytes:
    with _open(url) as response:
        length = response.headers["Content-Length"]
        return _read_all(response, ByteProgress(name, int(length) if length else None))


def _read_all(stream: IO[bytes], progress: ByteProgress) -> bytes:
    parts = []
    while part := stream.read(_CHUNK_BYTES):
        parts.append(part)
        progress.add(len(part))
    progress.finish()
    return b"".join(parts)


def _retry(read: Callable[[], bytes]) -> bytes:
    for _ in range(ATTEMPTS - 1):
        try:
            return read()
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise
        except NETWORK_ERRORS:
            continue
    return read()
