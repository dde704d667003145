"""The files of the page: what programs leave in their folder, listed, handed out, kept."""

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

MAX_LISTED = 200
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

    def enter(self) -> None:
        """Makes it the folder that relative paths mean; a program may have left it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chdir(self.folder)

    def entries(self) -> list[dict[str, Any]]:
        """The entries at the top: `name`, `size` in bytes (a folder's in all) and `folder`."""
        found = []
        for path in sorted(self.folder.iterdir()):
            if path.is_dir():
                size = sum(inner.stat().st_size for inner in _files_below(path))
            elif path.is_file():
                size = path.stat().st_size
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
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
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

    def upload(self, name: str, data: bytes) -> None:
        """Puts in what the reader brings: a model's folder that comes as a zip, or just a file.

        Args:
            name: The file's name; a zip such as `read` makes of a model's folder becomes that
                folder again, in place of one of that name.
            data: The contents.
        """
        if not self._unpack_model(data):
            self.write(name, data)

    def delete(self, name: str) -> None:
        """Removes a file, or a folder with all that is in it; one that is gone is no error."""
        path = self._place(name)
        if not path.is_dir():
            path.unlink(missing_ok=True)
            return
        for inner, folders, files in os.walk(path, topdown=False):
            for file in files:
                Path(inner, file).unlink()
            for folder in folders:
                Path(inner, folder).rmdir()
        path.rmdir()

    def changes(self) -> tuple[list[tuple[str, bytes]], list[str]]:
        """What to keep and what to forget since the last call: changed files, and names gone."""
        now = {}
        for path in _files_below(self.folder):
            about = path.stat()
            now[path.relative_to(self.folder).as_posix()] = (about.st_size, about.st_mtime_ns)
        changed = [
            (name, (self.folder / name).read_bytes())
            for name, about in now.items()
            if self._known.get(name) != about
        ]
        gone = [name for name in self._known if name not in now]
        self._known = now
        return changed, gone

    def _unpack_model(self, data: bytes) -> bool:
        """Makes a zip of one folder with a model in it that folder; tells whether it is such."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive, TemporaryDirectory() as temporary:
                if not {name.partition("/")[2] for name in archive.namelist()} >= MODEL_FILES:
                    return False
                archive.extractall(temporary)
                folder, *others = Path(temporary).iterdir()
                if others or not all((folder / name).is_file() for name in MODEL_FILES):
                    return False
                self.delete(folder.name)
                shutil.move(folder, self.folder / folder.name)
                return True
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
            return False  # damaged, encrypted or packed in a way of its own: just a file

    def _place(self, name: str) -> Path:
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or PurePosixPath(name).is_absolute():
            raise ValueError(f"expected a name in the page's folder, received {name!r}")
        return self.folder.joinpath(*parts)


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file():
                yield path
