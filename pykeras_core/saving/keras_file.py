"""Owns Keras 3's model files: the `.keras` archive, and the same three files in a folder.

They are `metadata.json`, `config.json` and `model.weights.h5`. Reading one never runs code of
the file: its configuration names classes, which must be known here or to the caller.
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from pykeras_core.engine.variable import variable_size_limit
from pykeras_core.saving.archive import Archive
from pykeras_core.saving.assets import FOLDER, Assets
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.keras2_words import WrittenBy, read_json
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.saving.sharing import SharingScope
from pykeras_core.saving.state import load_state, save_state
from pykeras_core.saving.writing import write_whole
from pykeras_core.version import KERAS_VERSION

__all__ = [
    "load_archive",
    "load_folder",
    "save_archive",
    "save_folder",
    "weights_in_folder",
    "weights_of",
]

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_EXPECTED = f"no `.keras` file: expected a zip archive with {CONFIG} and {WEIGHTS}"


def _files_of(model: Any) -> dict[str, bytes]:
    root, assets = Group(), Assets()
    save_state(model, root, assets)
    with SharingScope() as scope:
        described = scope.finish(serialize_keras_object(model))
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    metadata = {"keras_version": KERAS_VERSION, "date_saved": now}
    return {
        METADATA: json.dumps(metadata).encode(),
        CONFIG: json.dumps(described).encode(),
        WEIGHTS: write_h5(root),
        **{f"{FOLDER}/{name}": data for name, data in assets.files.items()},
    }


def save_archive(model: Any, path: Path) -> None:
    """Write a `.keras` file; an existing one is replaced only when the new one is whole."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in _files_of(model).items():
            archive.writestr(name, data)
    write_whole(path, buffer.getvalue())


def save_folder(model: Any, path: Path) -> None:
    """Write the files into a folder."""
    files = _files_of(model)
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(path / name, data)


def weights_of(path: Path) -> bytes:
    """The weights file inside a `.keras` archive."""
    with Archive(path, _EXPECTED) as archive:
        return archive.read(WEIGHTS)


def load_archive(path: Path, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """Read a `.keras` file.

    Raises:
        ValueError: If it is no such file, is damaged, or refers to unknown classes.
    """
    with Archive(path, _EXPECTED) as archive:
        config, weights = archive.read(CONFIG), archive.read(WEIGHTS)
        beside = [n for n in archive.names if n.startswith(f"{FOLDER}/") and not n.endswith("/")]
        assets = {name.removeprefix(f"{FOLDER}/"): archive.read(name) for name in beside}
        metadata = archive.read(METADATA) if METADATA in archive.names else b"{}"
    with WrittenBy(_version(metadata)):
        return _model_of(config, weights, assets, str(path), custom_objects, compile, safe_mode)


def weights_in_folder(path: Path) -> bytes:
    """The weights file of the folder that `save_folder` wrote."""
    return _read(path, WEIGHTS)[0]


def _read(path: Path, *names: str) -> list[bytes]:
    missing = [name for name in names if not (path / name).is_file()]
    if missing:
        raise ValueError(
            f"the folder '{path}' holds no Keras 3 model: {' and '.join(missing)} missing. A "
            "TensorFlow SavedModel cannot be read here; save it as `.keras` or `.h5`."
        )
    return [(path / name).read_bytes() for name in names]


def load_folder(path: Path, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """Read the folder that `save_folder` wrote."""
    config, weights = _read(path, CONFIG, WEIGHTS)
    beside = [file for file in (path / FOLDER).rglob("*") if file.is_file()]
    assets = {file.relative_to(path / FOLDER).as_posix(): file.read_bytes() for file in beside}
    metadata = (path / METADATA).read_bytes() if (path / METADATA).is_file() else b"{}"
    with WrittenBy(_version(metadata)):
        return _model_of(config, weights, assets, str(path), custom_objects, compile, safe_mode)


def _version(metadata: bytes) -> Any:
    """The version of Keras that wrote a file; None where it does not tell."""
    try:
        found = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    return found.get("keras_version") if isinstance(found, dict) else None


def _model_of(
    config: bytes,
    weights: bytes,
    assets: dict[str, bytes],
    origin: str,
    custom_objects: Any,
    compile: bool,
    safe_mode: bool,
) -> Any:
    try:
        described = read_json(config)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the configuration in '{origin}' is damaged: {error}") from None
    if not isinstance(described, dict) or "class_name" not in described:
        raise ValueError(f"the configuration in '{origin}' does not describe a model")
    if not compile:
        described.pop("compile_config", None)
    root = read_h5(weights)
    with variable_size_limit(root.largest_variable()), SharingScope():
        model = deserialize_keras_object(described, custom_objects, safe_mode)
    load_state(model, root, assets=Assets(assets))
    return model
