"""Files of data sets as they are handed around: loose in one folder, archives still packed."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from pykeras_core.utils.download import Download


def file_name(download: Download) -> str:
    """What a download's file is called where it comes from."""
    return download.url.rpartition("/")[2]


def are_in(folder: Path, files: Sequence[Download], foreign: Iterable[str]) -> bool:
    """Whether all files of a data set are in a folder.

    Args:
        folder: The folder.
        files: The files. One of another digest passes: it may have been packed again.
        foreign: Digests of other data sets' files; one of those does not pass.
    """
    if not files:
        return False
    paths = [folder / file_name(download) for download in files]
    if not all(path.is_file() for path in paths):
        return False
    own = {download.digest for download in files}
    return not any(_digests(path, path.stat().st_mtime_ns) & (set(foreign) - own) for path in paths)


def lay_out(folder: Path, files: Sequence[Download], target: Path) -> None:
    """Put the files where a data folder has them, archives unpacked.

    Args:
        folder: Where they are.
        files: The files.
        target: Becomes such a data folder; it holds links to the files.

    Raises:
        ValueError: An archive is damaged.
    """
    for download in files:
        source, place = folder / file_name(download), target / download.path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not download.unpack:
            place.symlink_to(source)
            continue
        try:
            with tarfile.open(source) as archive:
                archive.extractall(place, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise ValueError(
                f"{source} is not a readable archive ({error}). "
                "Delete it or put a whole copy there."
            ) from error


@lru_cache(maxsize=32)
def _digests(path: Path, changed_ns: int) -> frozenset[str]:
    """The digests of a file, in the form of `Download.digest`; read again when it has changed."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, "md5").hexdigest()
    return frozenset({f"sha256:{sha256}", f"md5:{md5}"})
