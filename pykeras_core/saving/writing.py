"""Owns putting a file in its place: the old one stays until the new one is whole."""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file; one that is there is replaced only when the new one is whole.

    Args:
        path: Where it belongs.
        data: Its bytes.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
