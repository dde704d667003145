"""Owns `get_file`: a file from the network, kept in Keras's cache."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path
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
        archive_format: Accepted; the file's contents tell.
        cache_dir: Another cache; default `$KERAS_HOME` or `~/.keras`.
        force_download: Whether to download it though it is there.

    Returns:
        The file's path; with `extract`, that of the folder it is unpacked to: `x_extracted` for
        a name `x.tar`, `x` for a name without an ending, without a name that of the archive.

    Raises:
        ValueError: If there is no address, or the file is no archive.
        FileNotFoundError: If it is not there and cannot be downloaded.
    """
    if origin is None:
        raise ValueError("`get_file` expected an address, `origin='https://...'`, received None.")
    address = Path(urlsplit(origin).path).name
    home = Path(cache_dir or os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    cache = home / cache_subdir
    if not (extract or untar):
        name = Path(os.fspath(fname)).name if fname else address
        return str(_found(name, (name,), cache, origin, file_hash or md5_hash, hash_algorithm,
                          force_download))  # fmt: skip
    folder, kept, brought = _names_of_archive(os.fspath(fname) if fname else None, address)
    archive = _found(
        kept, brought, cache, origin, file_hash or md5_hash, hash_algorithm, force_download
    )
    return str(_unpacked(archive, archive.parent / folder))


def _names_of_archive(fname: str | None, address: str) -> tuple[str, str, tuple[str, ...]]:
    """Keras's names of the folder and of the archive, and those that a user may bring it by."""
    if fname and "." in Path(fname).name:
        name = Path(fname).name
        return f"{name.partition('.')[0]}_extracted", name, (name, address)
    name = Path(fname).name if fname else address
    return name, f"{name}_archive", (address, f"{name}.zip", f"{name}.tar.gz", f"{name}.tgz")


def _found(
    name: str, brought: tuple[str, ...], cache: Path, origin: str, digest: str | None,
    hash_algorithm: str, force_download: bool,
) -> Path:  # fmt: skip
    """A file of the working folder, or of the cache, downloaded if need be."""
    for one in brought:
        if one and Path(one).is_file():
            return Path(one)
    target = cache / name
    if force_download:
        target.unlink(missing_ok=True)
    if not target.exists():
        is_md5 = hash_algorithm == "md5" or (hash_algorithm == "auto" and len(digest or "") == 32)
        kind = "md5" if is_md5 else "sha256"
        try:
            fetch(name, [Download(origin, f"{kind}:{digest or ''}", name)], cache)
        except OSError as error:
            advice = "Add it in the Files panel" if sys.platform == "emscripten" else "Put it there"
            raise FileNotFoundError(
                f"`get_file` found no {brought[0]!r} in the working folder and no {name!r} in "
                f"{cache.as_posix()!r}, {error}. {advice}; then this line finds it."
            ) from error
    return target


def _unpacked(archive: Path, folder: Path) -> Path:
    """The folder that holds what is in an archive; what it holds is beside the archive too.

    Keras 2 unpacked archives beside themselves, and programs written for it look there.
    """
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
        try:
            if zipfile.is_zipfile(archive):
                with zipfile.ZipFile(archive) as zipped:
                    zipped.extractall(partial)
            elif tarfile.is_tarfile(archive):
                with tarfile.open(archive) as packed:
                    packed.extractall(partial, filter="data")
            else:
                raise ValueError(
                    f"`get_file` expected a tar or zip archive, received {str(archive)!r}, which "
                    "is neither. Leave out `extract=True`."
                )
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        partial.replace(folder)
    for inner in folder.iterdir():
        beside = archive.parent / inner.name
        if not beside.exists():
            beside.symlink_to(inner.resolve(), target_is_directory=inner.is_dir())
    return folder
