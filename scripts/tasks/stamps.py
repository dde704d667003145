"""Stamps: a step is skipped when what it depends on has the digest it had last time."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

IGNORED_FOLDERS = {"__pycache__", "node_modules"}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_under(folder: Path) -> list[Path]:
    """List the files below a folder in a fixed order, without caches and `node_modules`."""
    files = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
        files += [Path(parent, name) for name in names]
    return sorted(files)


def digest(paths: Iterable[Path], *extra: object) -> str:
    """Return one digest of files (names and contents), folders, and plain values.

    Args:
        paths: Files and folders; a missing one counts as absent, not as an error.
        *extra: Values with a stable `repr`, such as versions.
    """
    total = hashlib.sha256(repr(extra).encode())
    for path in paths:
        for file in files_under(path) if path.is_dir() else [path]:
            total.update(file.relative_to(path.parent).as_posix().encode())
            total.update(sha256(file).encode() if file.is_file() else b"absent")
    return total.hexdigest()


def is_fresh(stamp: Path, key: str) -> bool:
    """Say whether `stamp` records `key`."""
    return stamp.is_file() and json.loads(stamp.read_text())["key"] == key


def record(stamp: Path, key: str) -> None:
    """Write `key` into `stamp`."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps({"key": key}) + "\n")
