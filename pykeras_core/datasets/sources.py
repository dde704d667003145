"""Where the files of data sets come from, and the registry of data sets that come from files.

The first place that has a data set gives it: the folder in `$PYKERAS_DATA_DIR`; Keras's own
cache; in a page, what its reader has put among the files, then the site, where the build baked it
in; the public address, on a desktop that has a network. What is downloaded is checked by its
digest and kept in Keras's cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pykeras_core.checks import checked
from pykeras_core.datasets import folders, loose
from pykeras_core.datasets.folders import NPZ_KEYS, Arrays
from pykeras_core.utils.download import Download, fetch

__all__ = [
    "DATA_SETS",
    "DataSet",
    "NotCarriedError",
    "data_dir",
    "data_set_in",
    "keras_cache",
    "load",
    "register",
    "set_site",
]

DATA_SETS: dict[str, DataSet] = {}
"""Every data set that comes from files, by name."""

_site: Callable[[str], bytes | None] | None = None
_readers_folder: Path | None = None


class NotCarriedError(FileNotFoundError):
    """A page has a data set neither on its site nor among its reader's files.

    Args:
        data_set: The data set.

    Attributes:
        title: What messages call it.
        files: Names of the files, or of the one file, that the page would find it in.
        addresses: Where they are to be had.
    """

    __module__ = "builtins"  # a reader sees the name of an error, not where we keep it

    def __init__(self, data_set: DataSet):
        self.title = data_set.title
        self.files = [loose.file_name(download) for download in data_set.downloads]
        self.addresses = [download.url for download in data_set.downloads]
        super().__init__(
            f"This site does not carry {data_set.title}, and a page cannot fetch it from "
            f"elsewhere. Download {', '.join(self.addresses)} and drop it on this page: "
            f"load_data() finds {' and '.join(self.files)}, or a `{data_set.name}.npz`, among its "
            "files. Who builds the site can bake it in: `scripts/build --data-dir FOLDER`."
        )


@dataclass(frozen=True)
class DataSet:
    """A data set that comes from files.

    Attributes:
        name: Its module, and its file in a data folder: `<name>.npz`.
        title: What messages call it.
        downloads: Its files at their public addresses.
        mirrored: Files that hold it too and are handed around, as they would lie in a data folder.
        keys: The arrays in its `.npz`.
        check: Given the arrays and the name of their file, raises a ValueError unless they are
            what they should be.
        read_other: Reads it from a folder in another form than `.npz`; None if it is not there.
        ragged: Whether arrays hold lists of different lengths.
    """

    name: str
    title: str
    downloads: tuple[Download, ...]
    mirrored: tuple[Download, ...] = ()
    keys: tuple[str, ...] = NPZ_KEYS
    check: Callable[[Arrays, str], None] | None = None
    read_other: Callable[[Path], Arrays | None] | None = None
    ragged: bool = False

    def read(self, folder: Path, file: str | None = None) -> Arrays | None:
        """Read it from a folder.

        Args:
            folder: The folder.
            file: The `.npz` there; default: `<name>.npz`.

        Returns:
            The arrays; None where the folder has no such data set.

        Raises:
            ValueError: It is there, but damaged or something else.
        """
        path = folder / (file or f"{self.name}.npz")
        if path.is_file():
            return self.read_npz(path, str(path))
        arrays = self.read_other(folder) if self.read_other else None
        if arrays is not None and self.check:
            self.check(arrays, str(folder / self.name))
        return arrays

    def read_npz(self, source: Path | bytes, name: str) -> Arrays:
        """Read it from a `.npz` or its bytes; a message calls it `name`."""
        arrays = folders.load_npz(source, name, self.keys, self.ragged)
        if self.check:
            self.check(arrays, name)
        return arrays


@checked
def register(data_set: DataSet) -> DataSet:
    """Add a data set to the registry, for the build and for messages that list them."""
    DATA_SETS[data_set.name] = data_set
    return data_set


@checked
def set_site(read: Callable[[str], bytes | None] | None, folder: Path | None = None) -> None:
    """Name what gives the `.npz` of a data set's name; the page's worker calls this.

    Args:
        read: Returns the bytes of `<name>.npz`, or None for a data set that the site does not
            have. None: there is no site.
        folder: Where the page's reader puts files.
    """
    global _site, _readers_folder
    _site, _readers_folder = read, folder


@checked
def data_set_in(folder: Path, name: str) -> str | None:
    """What messages call the data set that an entry of a folder completes; None if it does none.

    Args:
        folder: Where the page's reader puts files.
        name: Name of the entry.
    """
    for data_set in DATA_SETS.values():
        if name == f"{data_set.name}.npz":
            return data_set.title
        for files in (data_set.downloads, data_set.mirrored):
            names = [loose.file_name(download) for download in files]
            if name in names and loose.are_in(folder, files, _foreign(data_set)):
                return data_set.title
    return None


@checked
def keras_cache() -> Path:
    """The folder in which Keras keeps data sets, and downloads go."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


@checked
def load(data_set: DataSet, path: str | None = None) -> Arrays:
    """Load a data set from the first place that has it.

    Args:
        data_set: The data set.
        path: Name of its `.npz` in Keras's cache, or an absolute path; default: `<name>.npz`.

    Returns:
        Its arrays by name.

    Raises:
        ValueError: A file is there, but it is damaged or holds something else.
        FileNotFoundError: No place has it; the message names each one that was tried.
    """
    folder, cache = data_dir(), keras_cache()
    if folder is not None and (arrays := data_set.read(folder)) is not None:
        return arrays
    if (arrays := data_set.read(cache, path)) is not None:
        return arrays
    if (arrays := _read_loose(data_set, path)) is not None:
        return arrays
    if _site is not None:
        if (data := _site(data_set.name)) is not None:
            return data_set.read_npz(data, f"{data_set.name}.npz of this site")
        raise NotCarriedError(data_set)
    try:
        fetch(data_set.title, data_set.downloads, cache, rename=path)
    except OSError as error:
        tried = f"$PYKERAS_DATA_DIR ({folder or 'not set'}), Keras's cache ({cache}), {error}"
        raise FileNotFoundError(_not_found(data_set, tried)) from error
    if (arrays := data_set.read(cache, path)) is None:
        raise FileNotFoundError(f"{data_set.title} was fetched, but {cache} does not hold it now.")
    return arrays


@checked
def data_dir() -> Path | None:
    """The folder that `PYKERAS_DATA_DIR` names, or None.

    Raises:
        FileNotFoundError: It names no folder.
    """
    named = os.environ.get("PYKERAS_DATA_DIR")
    if named and not Path(named).is_dir():
        raise FileNotFoundError(
            f"PYKERAS_DATA_DIR names {named!r}, which is not a folder. "
            "Create it, or unset the variable."
        )
    return Path(named) if named else None


def _read_loose(data_set: DataSet, path: str | None) -> Arrays | None:
    """Read a data set from what the page's reader has put among the files, however it is packed."""
    folder = _readers_folder
    if folder is None or not folder.is_dir():
        return None
    if (arrays := data_set.read(folder, path)) is not None:
        return arrays
    for files in (data_set.downloads, data_set.mirrored):
        if files and loose.are_in(folder, files, _foreign(data_set)):
            with TemporaryDirectory() as laid_out:
                loose.lay_out(folder, files, Path(laid_out))
                return data_set.read(Path(laid_out))
    return None


def _foreign(data_set: DataSet) -> set[str]:
    """Digests of the files of all other data sets: some are called alike."""
    others = (other for other in DATA_SETS.values() if other is not data_set)
    return {download.digest for other in others for download in (*other.downloads, *other.mirrored)}


def _not_found(data_set: DataSet, tried: str) -> str:
    return (
        f"{data_set.title} was not found. Tried {tried}. Put `{data_set.name}.npz` (with the "
        f"arrays {', '.join(data_set.keys)}) into a folder and name that folder in "
        "PYKERAS_DATA_DIR, or connect this machine to the network once."
    )
