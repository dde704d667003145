"""Owns `get_file`: a file from the network, kept in Keras's cache."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pykeras_core.checks import PathLike, checked
from pykeras_core.utils.download import Download, fetch

__all__ = ["get_file"]


@checked
def get_file(
    fname: PathLike | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str = "auto",
    cache_dir: PathLike | None = None,
    force_download: bool = False,
) -> str:
    """Returns the path of a file, downloaded once to Keras's cache.

    A file of that name in the working folder comes first. A page cannot download from other
    hosts: there it is the only way, and the Files panel takes such a file.

    Args:
        fname: Its name; default the address's last part.
        origin: Its address.
        untar: Whether to unpack it, an older spelling of `extract`.
        md5_hash: Its MD5 digest, an older spelling of `file_hash`.
        file_hash: Its digest in hexadecimal; `None` lets any file pass.
        cache_subdir: Folder in the cache.
        hash_algorithm: "sha256", "md5" or "auto" (by the digest's length).
        extract: Whether it is an archive (tar or zip) to unpack.
        archive_format: Accepted; the file's name tells.
        cache_dir: Another cache; default `$KERAS_HOME` or `~/.keras`.
        force_download: Whether to download it though it is there.

    Returns:
        The file's path; with `extract`, that of the folder it is unpacked to.

    Raises:
        ValueError: If there is no address.
        FileNotFoundError: If it is not there and cannot be downloaded.
    """
    if origin is None:
        raise ValueError("`get_file` expected an address, `origin='https://...'`, received None.")
    name = Path(os.fspath(fname) if fname else urlsplit(origin).path).name
    home = Path(cache_dir or os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    target = Path(name) if Path(name).exists() else home / cache_subdir / name
    if force_download and target.parent != Path():
        target.unlink(missing_ok=True)
    if not target.exists():
        digest = file_hash or md5_hash or ""
        is_md5 = hash_algorithm == "md5" or (hash_algorithm == "auto" and len(digest) == 32)
        kind = "md5" if is_md5 else "sha256"
        try:
            fetch(name, [Download(origin, f"{kind}:{digest}", name)], target.parent)
        except OSError as error:
            advice = "Add it in the Files panel" if sys.platform == "emscripten" else "Put it there"
            raise FileNotFoundError(
                f"`get_file` found no {name!r} in the working folder or in "
                f"{target.parent.as_posix()!r}, {error}. {advice}; then this line finds it."
            ) from error
    return str(_unpacked(target)) if extract or untar else str(target)


def _unpacked(archive: Path) -> Path:
    """The folder beside an archive that holds what is in it."""
    folder = archive.with_name(f"{archive.name}_extracted")
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
        tar = not archive.name.endswith(".zip")
        options: dict[str, Any] = {"filter": "data"} if tar else {}
        shutil.unpack_archive(archive, partial, **options)
        partial.replace(folder)
    return folder
