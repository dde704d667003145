"""Owns Keras 3's model files: the `.keras` archive, and the same three files in a folder.

They are `metadata.json`, `config.json` and `model.weights.h5`. Reading one never runs code of
the file: its configuration names classes, which must be known here or to the caller.
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from pykeras_core.engine.variable import variable_size_limit
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.saving.state import load_state, save_state
from pykeras_core.version import KERAS_VERSION

__all__ = ["load_archive", "load_folder", "save_archive", "save_folder", "weights_of"]

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_LARGEST_GROWTH = 200
"""How many times its packed size a member may have unpacked; JSON shrinks less than this."""

# What a damaged or odd archive makes zipfile raise.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)


def _files_of(model: Any) -> dict[str, bytes]:
    root = Group()
    save_state(model, root)
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    metadata = {"keras_version": KERAS_VERSION, "date_saved": now}
    return {
        METADATA: json.dumps(metadata).encode(),
        CONFIG: json.dumps(serialize_keras_object(model)).encode(),
        WEIGHTS: write_h5(root),
    }


def save_archive(model: Any, path: Path) -> None:
    """Write a `.keras` file; an existing one is replaced only when the new one is whole."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in _files_of(model).items():
            archive.writestr(name, data)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(buffer.getvalue())
    partial.replace(path)


def save_folder(model: Any, path: Path) -> None:
    """Write the three files into a folder."""
    files = _files_of(model)
    path.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)


def weights_of(path: Path) -> bytes:
    """The weights file inside a `.keras` archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _member(archive, WEIGHTS, path)
    except _DAMAGE:
        raise _not_an_archive(path) from None


def _not_an_archive(path: Path) -> ValueError:
    return ValueError(
        f"'{path}' is no `.keras` file: expected a zip archive with {CONFIG} and {WEIGHTS}. It may "
        "be truncated, or of another format with this ending."
    )


def load_archive(path: Path, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """Read a `.keras` file.

    Raises:
        ValueError: If it is no such file, is damaged, or refers to unknown classes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            config = _member(archive, CONFIG, path)
            weights = _member(archive, WEIGHTS, path)
    except _DAMAGE:
        raise _not_an_archive(path) from None
    return _model_of(config, weights, str(path), custom_objects, compile, safe_mode)


def load_folder(path: Path, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """Read the folder that `save_folder` wrote."""
    missing = [name for name in (CONFIG, WEIGHTS) if not (path / name).is_file()]
    if missing:
        raise ValueError(
            f"the folder '{path}' holds no Keras 3 model: {' and '.join(missing)} missing. A "
            "TensorFlow SavedModel cannot be read here; save it as `.keras` or `.h5`."
        )
    config, weights = ((path / name).read_bytes() for name in (CONFIG, WEIGHTS))
    return _model_of(config, weights, str(path), custom_objects, compile, safe_mode)


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        info = archive.getinfo(name)
        if info.file_size > _LARGEST_GROWTH * max(info.compress_size, 1):
            raise ValueError(
                f"'{path}' says that {name} grows from {info.compress_size} to {info.file_size} "
                "bytes when it is unpacked, which is refused"
            )
        return archive.read(name)
    except KeyError:
        raise ValueError(
            f"'{path}' is no Keras 3 model: the archive has {archive.namelist()[:6]}, but no {name}"
        ) from None


def _model_of(
    config: bytes, weights: bytes, origin: str, custom_objects: Any, compile: bool, safe_mode: bool
) -> Any:
    try:
        described = json.loads(config)
    except ValueError as error:
        raise ValueError(f"the configuration in '{origin}' is damaged: {error}") from None
    if not isinstance(described, dict) or "class_name" not in described:
        raise ValueError(f"the configuration in '{origin}' does not describe a model")
    if not compile:
        described.pop("compile_config", None)
    root = read_h5(weights)
    with variable_size_limit(root.largest_variable()):
        model = deserialize_keras_object(described, custom_objects, safe_mode)
    load_state(model, root)
    return model
