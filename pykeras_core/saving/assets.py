"""Owns the files that lie beside the weights in a `.keras` archive, such as vocabularies.

A layer writes them into a folder with `save_assets(dir_path)` and reads them back with
`load_assets(dir_path)`; here the folders are temporary, and the files are kept as bytes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

__all__ = ["FOLDER", "Assets"]

FOLDER = "assets"


class Assets:
    """The files beside the weights, by their path.

    Args:
        files: Bytes by path below `assets/`, for reading.
    """

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = files or {}

    def save(self, path: str, saveable: Any) -> None:
        """Keep what an object writes into its folder."""
        with tempfile.TemporaryDirectory() as folder:
            saveable.save_assets(folder)
            for file in sorted(Path(folder).rglob("*")):
                if file.is_file():
                    name = file.relative_to(folder).as_posix()
                    self.files[f"{path}/{name}" if path else name] = file.read_bytes()

    def load(self, path: str, saveable: Any) -> None:
        """Let an object read its folder; nothing happens if it has no file.

        Raises:
            ValueError: If a file's name leads out of the folder.
        """
        prefix = f"{path}/" if path else ""
        own = {
            name.removeprefix(prefix): data
            for name, data in self.files.items()
            if name.startswith(prefix)
        }
        if not own:
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, data in own.items():
                parts = PurePosixPath(name).parts
                if not parts or ".." in parts or "\\" in name or ":" in name or name[:1] == "/":
                    raise ValueError(f"the file's '{FOLDER}/{name}' leads out of its folder")
                target = Path(folder, *parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            saveable.load_assets(folder)
