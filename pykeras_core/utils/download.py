"""Downloads the files of data sets: with a progress bar, checked by digest, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pykeras_core.checks import checked
from pykeras_core.utils.progbar import Progbar

__all__ = ["Download", "fetch"]

TIMEOUT_S = 10.0
"""How long a server may stay silent."""

_CHUNK_BYTES = 1 << 16

_silent_hosts: set[str] = set()
"""Hosts that did not answer: asked once, so that a program without a network waits once."""


@dataclass(frozen=True)
class Download:
    """A file at its public address.

    Attributes:
        url: The address.
        digest: `sha256:...` or `md5:...` of the whole file, in hexadecimal; nothing after the
            colon lets any file pass.
        path: Where it goes, below Keras's cache. For an archive: the folder it is unpacked to.
        unpack: Whether it is a tar archive to unpack.
    """

    url: str
    digest: str
    path: str
    unpack: bool = False


@checked
def fetch(
    title: str, downloads: Sequence[Download], folder: Path, rename: str | None = None
) -> None:
    """Download what a folder does not have yet.

    Args:
        title: What the data set is called.
        downloads: Its files.
        folder: Receives them.
        rename: Another name for the file, if there is only one.

    Raises:
        OSError: There is no network, or it must not be used, or what came is not the file;
            the message goes on after "Tried".
    """
    if sys.platform == "emscripten":
        raise OSError("and a page cannot download it")
    if os.environ.get("PYKERAS_OFFLINE"):
        raise OSError("and PYKERAS_OFFLINE forbids to download it")
    for download in downloads:
        target = folder / (rename if rename and len(downloads) == 1 else download.path)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _fetch_one(title, download, target)


def _fetch_one(title: str, download: Download, target: Path) -> None:
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        digest = _receive(title, download, partial)
        if download.digest.partition(":")[2] not in ("", digest):
            raise OSError(
                f"and downloading {download.url}, which gave a file of another digest ({digest})"
            )
        if download.unpack:
            _unpack(partial, target)
        else:
            partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _receive(title: str, download: Download, partial: Path) -> str:
    """Write the file at an address to `partial` and return its digest."""
    # A second's worth of imports, needed only here.
    import urllib.error
    import urllib.request
    from http.client import HTTPException

    host = urlsplit(download.url).netloc
    if host in _silent_hosts:
        raise OSError(f"and downloading it ({host} did not answer before)")
    hasher = hashlib.new(download.digest.partition(":")[0])
    try:
        with (
            urllib.request.urlopen(download.url, timeout=TIMEOUT_S) as response,
            partial.open("wb") as file,
        ):
            print(f"{title}: downloading {download.url}")
            total = int(response.headers.get("Content-Length") or 0) or None
            bar, received = Progbar(total, unit_name="byte"), 0
            while chunk := response.read(_CHUNK_BYTES):
                file.write(chunk)
                hasher.update(chunk)
                received += len(chunk)
                bar.update(received, finalize=received == total)
    except urllib.error.HTTPError as error:
        raise OSError(f"and downloading {download.url} (answer {error.code})") from error
    except (OSError, HTTPException) as error:
        if isinstance(error, urllib.error.URLError | TimeoutError):
            _silent_hosts.add(host)
        reason = getattr(error, "reason", None) or error
        raise OSError(f"and downloading {download.url} ({reason})") from error
    return hasher.hexdigest()


def _unpack(archive: Path, target: Path) -> None:
    unpacked = target.with_name(f"{target.name}.{os.getpid()}.unpacked")
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    unpacked.replace(target)
