"""`tf.io.gfile`: files and folders, under TensorFlow's names."""

from __future__ import annotations

import glob as globbing
import os
import pathlib
import shutil
from typing import Any

__all__ = [
    "DeleteRecursively",
    "Exists",
    "GFile",
    "Glob",
    "IsDirectory",
    "ListDirectory",
    "MakeDirs",
    "Open",
    "Remove",
    "copy",
    "exists",
    "glob",
    "isdir",
    "join",
    "listdir",
    "makedirs",
    "mkdir",
    "remove",
    "rename",
    "rmtree",
]

join = os.path.join


def GFile(name: Any, mode: str = "r") -> Any:
    """Opens a file."""
    return open(name, mode, encoding=None if "b" in mode else "utf-8")


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file.

    Raises:
        FileExistsError: If there is one already, unless it is to be overwritten.
    """
    if os.path.exists(dst) and not overwrite:
        raise FileExistsError(f"{dst!r} exists; give `overwrite=True` to replace it")
    shutil.copyfile(src, dst)


def exists(path: Any) -> bool:
    """Returns whether a path is there."""
    return os.path.exists(path)


def glob(pattern: Any) -> list[str]:
    """Returns the paths that a pattern, or several, name."""
    patterns = pattern if isinstance(pattern, list | tuple) else [pattern]
    return sorted({path for one in patterns for path in globbing.glob(os.fspath(one))})


def isdir(path: Any) -> bool:
    """Returns whether a path is a folder."""
    return os.path.isdir(path)


def listdir(path: Any) -> list[str]:
    """Returns the names in a folder."""
    return sorted(os.listdir(path))


def makedirs(path: Any) -> None:
    """Makes a folder, and those it lies in."""
    os.makedirs(path, exist_ok=True)


def mkdir(path: Any) -> None:
    """Makes a folder."""
    pathlib.Path(path).mkdir(exist_ok=True)


def remove(path: Any) -> None:
    """Removes a file."""
    os.remove(path)


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Gives a file another name."""
    if os.path.exists(dst) and not overwrite:
        raise FileExistsError(f"{dst!r} exists; give `overwrite=True` to replace it")
    os.replace(src, dst)


def rmtree(path: Any) -> None:
    """Removes a folder and what is in it."""
    shutil.rmtree(path)


# The names of TensorFlow 1.
Exists, IsDirectory, ListDirectory, MakeDirs = exists, isdir, listdir, makedirs
DeleteRecursively, Glob, Open, Remove = rmtree, glob, GFile, remove
