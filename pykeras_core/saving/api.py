"""Owns `save_model`, `load_model` and weights files: which format a path means."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from pykeras_core.checks import BuiltLike, PathLike, checked
from pykeras_core.saving import h5_layers, keras_file, legacy_h5
from pykeras_core.saving.explained import MissingFileError, explained
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.state import load_state, save_state
from pykeras_core.saving.writing import write_whole

__all__ = ["load_model", "load_weights", "save_model", "save_weights"]

_HDF5 = (".h5", ".hdf5")


@checked
def save_model(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Save a model: architecture, weights, how it is compiled, optimizer state.

    A model that is not built is saved too, with a warning: it has no weights yet.

    Args:
        model: The model.
        filepath: `*.keras` for Keras 3's archive, `*.h5` or `*.hdf5` for one HDF5 file, a path
            without ending for a folder.
        overwrite: Whether to replace what is there without asking.
        zipped: Whether it must be an archive (True) or a folder (False).
        **kwargs: `include_optimizer` (default True) for `.h5`; `save_format` of Keras 2 where
            the ending says it as well.

    Raises:
        ValueError: If the ending or an argument is unknown, or they contradict each other.
        FileExistsError: If something is there that must not be replaced, and nobody can be asked.
        FileNotFoundError: If there is no folder to save into.
    """
    path = _path(filepath)
    if not hasattr(model, "save_own_variables"):
        raise ValueError(f"`save_model` expected a model, received {model!r}")
    include_optimizer = kwargs.pop("include_optimizer", True)
    save_format = kwargs.pop("save_format", None)
    if kwargs:
        raise ValueError(
            f"`save` does not take {sorted(kwargs)}. It takes `filepath`, `overwrite`, `zipped` "
            "and `include_optimizer`."
        )
    save = _writer(path, zipped, save_format)
    if not _may_write(path, overwrite):
        return
    if not model.built:
        warnings.warn(
            f"the model '{model.name}' is saved without weights, for it is not built. Call it on "
            "data, or call `fit` or `build` first.",
            stacklevel=3,
        )
    if save is None:
        write_whole(path, legacy_h5.dump_model(model, include_optimizer))
    else:
        save(model, path)


def _writer(path: Path, zipped: bool | None, save_format: Any) -> Any:
    """What writes a model to such a path; None for an HDF5 file."""
    ending = path.suffix.lower()
    if save_format and ending not in (".keras", *_HDF5):
        raise ValueError(
            f"`save_format={save_format!r}` is of Keras 2: the ending of `filepath` says the "
            f"format now, `.keras` or `.h5`. Received '{path}'."
        )
    if zipped is False:
        if ending == ".keras":
            raise ValueError(
                f"`zipped=False` writes a folder, whose name must not end in `.keras`: '{path}'"
            )
        return keras_file.save_folder
    if ending == ".keras":
        return keras_file.save_archive
    if ending in _HDF5:
        return None
    if ending == "" and not zipped:
        return keras_file.save_folder
    raise ValueError(
        f"a model is saved as `.keras`, `.h5` or a folder without ending, received '{path}'. "
        "TensorFlow's SavedModel and other formats are not written here."
    )


@checked
def load_model(
    filepath: PathLike,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Load a model that `save_model`, Keras 3 or Keras 2 (`.h5`) saved.

    Args:
        filepath: The file or folder.
        custom_objects: Your own classes and functions by name.
        compile: Whether to compile it as it was, optimizer state included.
        safe_mode: Whether to refuse lambdas, whose bytecode could do anything.

    Returns:
        The model.

    Raises:
        FileNotFoundError: If there is nothing.
        ValueError: If it is damaged, of another format, or does not fit together.
    """
    path = _existing(filepath)
    with explained(f"'{path}'"):
        if path.is_dir():
            return keras_file.load_folder(path, custom_objects, compile, safe_mode)
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(b"\x89HDF"):
            return legacy_h5.load_model(path.read_bytes(), custom_objects, compile, safe_mode)
        return keras_file.load_archive(path, custom_objects, compile, safe_mode)


@checked
def save_weights(
    model: BuiltLike,
    filepath: PathLike,
    overwrite: bool = True,
    max_shard_size: float | None = None,
) -> None:
    """Save a model's weights alone.

    Args:
        model: The model, built.
        filepath: `*.weights.h5`, as in Keras 3; a plain `*.h5` is written in the same form, and
            another name gets the ending.
        overwrite: Whether to replace what is there without asking.
        max_shard_size: Not offered: weights are in one file.

    Raises:
        ValueError: If the ending is unknown, the model is not built or the weights should be
            split.
        FileExistsError: If something is there that must not be replaced, and nobody can be asked.
        FileNotFoundError: If there is no folder to save into.
    """
    path = _path(filepath)
    if max_shard_size is not None:
        raise ValueError("`max_shard_size` is not offered: weights are saved in one file")
    if path.suffix != ".h5":
        path = _weights_file(path)
        path.parent.mkdir(parents=True, exist_ok=True)  # as for the checkpoints of Keras 2
        warnings.warn(
            f"weights are saved in a file named `*.weights.h5`: it is '{path}'. `load_weights` "
            "finds it by either name.",
            stacklevel=4,
        )
    if not model.built:
        raise ValueError(
            f"the model '{model.name}' is not built, so it has no weights to save. Call it on "
            "data, or call `fit` or `build` first."
        )
    if not _may_write(path, overwrite):
        return
    root = Group()
    save_state(model, root)
    write_whole(path, write_h5(root))


@checked
def load_weights(
    model: BuiltLike, filepath: PathLike, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Load weights from a weights file, or from the file of a whole model.

    The model keeps its weights if not all of the file's can be loaded.

    Args:
        model: The model, built, with the layers of the one that was saved.
        filepath: `*.weights.h5`, `*.h5` or `*.keras`, or the folder of a model.
        skip_mismatch: Whether to leave layers alone whose weights do not fit, with a warning.
        by_name: Whether to match layers by name (`.h5` files that hold weights by layer only).

    Raises:
        FileNotFoundError: If there is nothing.
        ValueError: If the file is damaged or does not fit the model, the model is not built, or
            `by_name` is asked of a file that keeps weights by their place in the model.
    """
    named = _weights_file(_path(filepath))
    path = named if named.exists() and not _path(filepath).exists() else _existing(filepath)
    if not model.built:
        raise ValueError(
            f"the model '{model.name}' is not built, so it has no weights to load into. Call it on "
            "data, or call `build(input_shape)` first."
        )
    optimizer = getattr(model, "optimizer", None)
    state = [*model.variables, *(getattr(optimizer, "variables", None) or ())]
    before = [(variable, variable.numpy()) for variable in state]
    try:
        with explained(f"'{path}'"):
            _load_weights(model, path, skip_mismatch, by_name)
    except Exception:
        for variable, value in before:
            variable.assign(value)
        raise


def _weights_file(path: Path) -> Path:
    """The file of weights that are saved under a name without its ending."""
    return path.with_name(f"{path.name}.weights.h5")


def _load_weights(model: Any, path: Path, skip_mismatch: bool, by_name: bool) -> None:
    root = read_h5(_weights_in(path))
    if h5_layers.holds_layers(root):
        h5_layers.read_layers(model, root, by_name, skip_mismatch)
        return
    if by_name:
        raise ValueError(
            f"`by_name=True` is for `.h5` files of whole models and of Keras 2, '{path}' keeps "
            "weights by their place in the model. Leave it out, or use `skip_mismatch=True`."
        )
    load_state(model, root, skip_mismatch)


def _weights_in(path: Path) -> bytes:
    if path.is_dir():
        return keras_file.weights_in_folder(path)
    if path.suffix == ".keras":
        return keras_file.weights_of(path)
    return path.read_bytes()


def _path(filepath: Any) -> Path:
    """A path as the user gave it.

    Raises:
        TypeError: If it is none.
    """
    if not isinstance(filepath, str | os.PathLike) or not isinstance(os.fspath(filepath), str):
        raise TypeError(
            f"`filepath` expected a path, such as 'model.keras' or a `pathlib.Path`, received "
            f"{filepath!r}"
        )
    return Path(filepath)


def _existing(filepath: Any) -> Path:
    path = _path(filepath)
    if not path.exists():
        if path.with_name(f"{path.name}.index").exists():
            raise MissingFileError(
                f"'{filepath}' is a checkpoint of TensorFlow, which cannot be read here. Save the "
                "weights there as `.h5`: `model.save_weights('weights.h5')`."
            )
        folder = path.parent if path.parent.is_dir() else Path()
        there = sorted(p.name for p in folder.iterdir() if p.suffix in (".keras", ".h5"))
        raise MissingFileError(
            f"there is no file '{filepath}'"
            + (f"; in that folder are {', '.join(there[:8])}" if there else "")
        )
    return path


def _may_write(path: Path, overwrite: bool) -> bool:
    """Whether to write there: what is there stays if the user says so."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder '{path.parent}' to save into")
    if overwrite or not path.exists():
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise FileExistsError(f"'{path}' exists and `overwrite=False` was given")
    answer = ""
    while answer not in ("y", "n"):
        answer = input(f"'{path}' exists. Replace it? [y/n] ").strip().lower()
    return answer == "y"
