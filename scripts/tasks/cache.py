"""The download cache: files named by their SHA-256, shared by every clone on this machine."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tasks import stamps
from tasks.console import TaskError
from tasks.paths import cache_dir


def cached_path(sha256: str, name: str) -> Path:
    """Return where the cache keeps a file."""
    return cache_dir() / "files" / f"{sha256}-{name}"


def has(sha256: str, name: str) -> bool:
    """Say whether the cache holds a file, unharmed; a damaged copy is removed."""
    path = cached_path(sha256, name)
    if not path.is_file():
        return False
    if stamps.sha256(path) == sha256:
        return True
    path.unlink()
    return False


def fetch(sha256: str, name: str, download: Callable[[], bytes]) -> Path:
    """Return a file from the cache, downloading it first where it is missing.

    Args:
        sha256: What the file's SHA-256 must be, in hex.
        name: Its name, for messages and for whoever looks into the cache.
        download: Gives its contents; called only when the cache lacks them.

    Raises:
        TaskError: The downloaded contents are not the expected ones.
    """
    path = cached_path(sha256, name)
    if not has(sha256, name):
        contents = download()
        verify(contents, sha256, name)
        _write_atomically(path, contents)
    return path


def verify(contents: bytes, sha256: str, name: str) -> None:
    """Raise `TaskError` unless `contents` have this SHA-256."""
    found = hashlib.sha256(contents).hexdigest()
    if found != sha256:
        raise TaskError(
            f"{name} has SHA-256 {found}, expected {sha256}.",
            "The download was damaged or changed at its source. Try again; if it stays so, "
            "look at the file before you change the pinned value.",
        )


def _write_atomically(path: Path, contents: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(contents)
    Path(temporary).replace(path)
