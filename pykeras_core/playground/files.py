"""The files of the page: what programs leave in their folder, listed, handed out, kept."""

import contextlib
import io
import itertools
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import Any

from pykeras_core.datasets.sources import data_set_in
from pykeras_core.playground.control import Handler

MAX_LISTED = 200
MAX_REMOVED = 3
"""So many deleted entries can be brought back; the page offers no more at a time."""

# What a model saved as a folder has in it.
MODEL_FILES = {"config.json", "model.weights.h5"}


class Workspace:
    """The folder that programs run in.

    Args:
        folder: Where it is; made if missing.

    Example:
        >>> import tempfile
        >>> workspace = Workspace(tempfile.mkdtemp())
        >>> workspace.write("notes.txt", b"hello")
        >>> workspace.entries()
        [{'name': 'notes.txt', 'size': 5, 'folder': False}]
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, tuple[int, int]] = {}
        self._removed: dict[str, Path] = {}

    def enter(self) -> None:
        """Makes it the folder that relative paths mean; a program may have left it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chdir(self.folder)

    def entries(self) -> list[dict[str, Any]]:
        """The entries at the top: `name`, `size` in bytes (a folder's in all) and `folder`.

        What a program has made that is neither (a link that leads nowhere, say) is left out.
        """
        found = []
        for path in _inside(self.folder):
            if path.is_dir() and not path.is_symlink():
                size = sum(_about(inner)[0] for inner in _files_below(path))
            elif path.is_file():
                size = _about(path)[0]
            else:
                continue
            found.append({"name": path.name, "size": size, "folder": path.is_dir()})
        return found[:MAX_LISTED]

    def read(self, name: str) -> tuple[str, bytes]:
        """An entry as a file to download: its name, `.zip` added to a folder's, and contents.

        Args:
            name: Name of an entry of `entries`.

        Raises:
            FileNotFoundError: If it is gone.
        """
        path = self._place(name)
        if not path.is_dir():
            return path.name, path.read_bytes()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for inner in _files_below(path):
                archive.write(inner, inner.relative_to(path.parent).as_posix())
        return f"{path.name}.zip", buffer.getvalue()

    def write(self, name: str, data: bytes) -> None:
        """Puts a file there, in place of one of that name.

        Args:
            name: A path below the folder; folders on the way are made.
            data: The contents.
        """
        path = self._place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def upload(self, name: str, data: bytes) -> tuple[str, bool]:
        """Puts in what the reader brings: a model's folder that comes as a zip, or just a file.

        Args:
            name: The file's name; a zip such as `read` makes of a model's folder becomes that
                folder again, in place of one of that name.
            data: The contents.

        Returns:
            The name of the entry, and whether another was there, which `undelete` brings back.
        """
        folder = self._unpack_model(data)
        if folder is None:
            replaced = not self._place(name).is_dir() and self._remove(name)
            self.write(name, data)
            return name, replaced
        replaced = self._remove(folder.name)
        shutil.move(folder, self.folder / folder.name)
        folder.parent.rmdir()
        return folder.name, replaced

    def delete(self, name: str) -> None:
        """Removes a file, or a folder with all that is in it; one that is gone is no error.

        The last few can be brought back.
        """
        self._remove(name)

    def undelete(self, name: str) -> None:
        """Brings back what was deleted or replaced last under this name; what is there now goes.

        Raises:
            FileNotFoundError: If nothing of this name was deleted, or too many have been since.
        """
        kept = self._removed.pop(name, None)
        if kept is None or not os.path.lexists(kept):
            raise FileNotFoundError(f"'{name}' was deleted for good")
        self._remove(name)
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        kept.rename(place)

    def _remove(self, name: str) -> bool:
        """Puts an entry aside; tells whether there was one."""
        path = self._place(name)
        if not os.path.lexists(path):
            return False
        aside = Path(mkdtemp()) / path.name
        shutil.move(path, aside)
        self._forget(self._removed.pop(name, None))
        self._removed[name] = aside
        while len(self._removed) > MAX_REMOVED:
            self._forget(self._removed.pop(next(iter(self._removed))))
        return True

    @staticmethod
    def _forget(aside: Path | None) -> None:
        if aside is not None:
            shutil.rmtree(aside.parent, ignore_errors=True)

    def changes(self) -> tuple[list[tuple[str, bytes]], list[str]]:
        """What to keep and what to forget since the last call: changed files, and names gone."""
        now = {}
        changed = []
        for path in _files_below(self.folder):
            name, about = path.relative_to(self.folder).as_posix(), _about(path)
            if self._known.get(name) != about:
                try:
                    changed.append((name, path.read_bytes()))
                except (OSError, MemoryError):  # locked, or too large for what memory is left
                    about = self._known.get(name, (-1, -1))
            now[name] = about
        gone = [name for name in self._known if name not in now]
        self._known = now
        return changed, gone

    def restore(self, kept: Iterable[tuple[str, bytes]]) -> tuple[list[tuple[str, str]], list[str]]:
        """Puts back what was kept, each file under its name where that is free.

        Args:
            kept: Names and contents, as `changes` gave them.

        Returns:
            Those that have another name now, since one file's name was another's folder (two tabs
            may keep both), and the names of those that cannot be put back.
        """
        moved, lost = [], []
        for name, data in sorted(kept, key=lambda entry: str(entry[0])):
            try:
                self.write(name, data)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                other = self._free_name(name)
                self.write(other, data)
                moved.append((name, other))
            except Exception:  # whatever a program has put among the files that are kept
                lost.append(str(name))
        self.changes()
        for name, other in moved:
            # Kept under the new name from now on, and no more under the old one.
            self._known[name] = self._known.pop(other)
        return moved, lost

    def _free_name(self, name: str) -> str:
        path = PurePosixPath(name.replace("/", "_"))
        names = (f"{path.stem} ({number}){path.suffix}" for number in itertools.count(2))
        return next(other for other in names if not os.path.lexists(self.folder / other))

    def _unpack_model(self, data: bytes) -> Path | None:
        """Makes a zip of one folder with a model in it that folder; None for anything else."""
        temporary = Path(mkdtemp())
        with contextlib.suppress(Exception):  # damaged, encrypted, too large: just a file
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if {name.partition("/")[2] for name in archive.namelist()} >= MODEL_FILES:
                    archive.extractall(temporary)
            folder, *others = temporary.iterdir()
            if not others and all((folder / name).is_file() for name in MODEL_FILES):
                return folder
        shutil.rmtree(temporary, ignore_errors=True)
        return None

    def _place(self, name: str) -> Path:
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or PurePosixPath(name).is_absolute():
            raise ValueError(f"expected a name in the page's folder, received {name!r}")
        return self.folder.joinpath(*parts)


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder, by name; nothing where a program has removed or locked it."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file():
                yield path


def _about(path: Path) -> tuple[int, int]:
    """A file's size in bytes and when it was changed."""
    about = path.stat()
    return about.st_size, about.st_mtime_ns


class FileRequests:
    """Answers the page's requests for files, and keeps what has changed.

    Args:
        workspace: The folder that programs run in.
        post: Sends one message to the page.
        keep: Told what to keep and what to forget, as `Workspace.changes` says, and what there is
            now, as `Workspace.entries` does; it tells the page.

    Attributes:
        handlers: What answers each type of request.
    """

    def __init__(
        self,
        workspace: Workspace,
        post: Callable[[dict[str, Any]], None],
        keep: Callable[[list[tuple[str, bytes]], list[str], list[dict[str, Any]]], None],
    ):
        self._workspace = workspace
        self._post = post
        self._keep = keep
        self._shown = workspace.entries()
        self.handlers: dict[str, Handler] = {
            "read-file": self._hand_out,
            "write-file": self._take_in,
            "delete-file": self._delete,
            "undelete-file": self._undelete,
        }

    def restore(self, kept: Iterable[tuple[str, bytes]], unreadable: Iterable[str]) -> None:
        """Puts back what an earlier visit left, and tells the page what there is.

        Args:
            kept: Names and contents.
            unreadable: Names of files whose contents could not be had.
        """
        moved, lost = self._workspace.restore(kept)
        self._shown = self._workspace.entries()
        self._keep(*self._workspace.changes(), self._shown)
        if moved or lost or unreadable:
            self._post(
                {
                    "type": "not-restored",
                    "moved": [{"name": name, "now": now} for name, now in moved],
                    "lost": [*lost, *unreadable],
                }
            )

    def keep_changes(self) -> None:
        """Keeps what programs have left, and tells the page."""
        changed, gone = self._workspace.changes()
        entries = self._workspace.entries()
        if changed or gone or entries != self._shown:
            self._keep(changed, gone, entries)
            self._shown = entries

    def _hand_out(self, message: Mapping[str, Any]) -> None:
        try:
            name, data = self._workspace.read(message["name"])
            self._post({"type": "file", "name": name, "data": data})
        finally:  # one that a program has removed meanwhile leaves the list
            self.keep_changes()

    def _take_in(self, message: Mapping[str, Any]) -> None:
        name, replaced = self._workspace.upload(message["name"], bytes(message["data"]))
        self.keep_changes()
        data_set = data_set_in(self._workspace.folder, name)
        self._post({"type": "written", "name": name, "replaced": replaced, "dataSet": data_set})

    def _delete(self, message: Mapping[str, Any]) -> None:
        self._workspace.delete(message["name"])
        self.keep_changes()

    def _undelete(self, message: Mapping[str, Any]) -> None:
        try:
            self._workspace.undelete(message["name"])
        finally:
            self.keep_changes()
