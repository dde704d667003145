"""Owns `save_model`, `load_model` and weights files: which format a path means."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pykeras_core.saving import h5_layers, keras_file, legacy_h5
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.state import load_state, save_state

__all__ = ["load_model", "load_weights", "save_model", "save_weights"]


def save_model(
    model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Save a model: architecture, weights, how it is compiled, optimizer state.

    Args:
        model: The model, built.
        filepath: `*.keras` for Keras 3's archive, `*.h5` or `*.hdf5` for one HDF5 file, a path
            without ending for a folder.
        overwrite: Whether to replace what is there.
        zipped: False for a folder whatever the ending.
        **kwargs: `include_optimizer` (default True) for `.h5`; `save_format` is accepted.

    Raises:
        ValueError: If the ending is unknown or the model is not built.
        FileExistsError: If something is there that must not be replaced.
    """
    path = Path(filepath)
    _check_target(path, overwrite)
    if not model.built:
        raise ValueError(
            f"the model '{model.name}' is not built, so it has no weights to save. Call it on "
            "data, or call `fit` or `build` first."
        )
    if kwargs.get("save_format") == "tf":
        raise ValueError("TensorFlow's SavedModel cannot be written; save as `.keras` or `.h5`")
    if path.suffix in (".h5", ".hdf5"):
        path.write_bytes(legacy_h5.dump_model(model, kwargs.get("include_optimizer", True)))
    elif path.suffix == ".keras" and zipped is not False:
        keras_file.save_archive(model, path)
    elif path.suffix in ("", ".keras"):
        keras_file.save_folder(model, path)
    else:
        raise ValueError(
            f"a model is saved as `.keras`, `.h5` or a folder without ending, received '{filepath}'"
        )


def load_model(
    filepath: Any, custom_objects: Any = None, compile: bool = True, safe_mode: bool = True
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
    with _explained(path):
        if path.is_dir():
            return keras_file.load_folder(path, custom_objects, compile, safe_mode)
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(b"\x89HDF"):
            return legacy_h5.load_model(path.read_bytes(), custom_objects, compile, safe_mode)
        return keras_file.load_archive(path, custom_objects, compile, safe_mode)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say of an error that a damaged or hostile file provokes that it is the file's."""
    try:
        yield
    except TypeError as error:  # as Keras raises for a class that is not known
        raise TypeError(f"'{path}' cannot be loaded: {error}") from error
    except (LookupError, AttributeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"'{path}' is damaged, or no file of this kind: {type(error).__name__}: {error}"
        ) from error


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Save a model's weights alone.

    Args:
        model: The model, built.
        filepath: `*.weights.h5`, as in Keras 3; a plain `*.h5` is written in the same form.
        overwrite: Whether to replace what is there.

    Raises:
        ValueError: If the ending is unknown.
        FileExistsError: If something is there that must not be replaced.
    """
    path = Path(filepath)
    if not path.name.endswith((".weights.h5", ".h5")):
        raise ValueError(f"weights are saved in a file named `*.weights.h5`, received '{filepath}'")
    _check_target(path, overwrite)
    root = Group()
    save_state(model, root)
    path.write_bytes(write_h5(root))


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Load weights from a weights file, or from the file of a whole model.

    Args:
        model: The model, built, with the layers of the one that was saved.
        filepath: `*.weights.h5`, `*.h5` or `*.keras`.
        skip_mismatch: Whether to leave layers alone whose weights do not fit.
        by_name: Whether to match layers by name (`.h5` files that hold weights by layer only).

    Raises:
        FileNotFoundError: If there is nothing.
        ValueError: If the file is damaged or does not fit the model, or `by_name` is asked of a
            file that keeps weights by their place in the model.
    """
    path = _existing(filepath)
    with _explained(path):
        if path.suffix == ".keras":
            root = read_h5(keras_file.weights_of(path))
        else:
            root = read_h5(path.read_bytes())
            if h5_layers.holds_layers(root):
                h5_layers.read_layers(model, root, by_name, skip_mismatch)
                return
        if by_name:
            raise ValueError(
                f"`by_name=True` is for `.h5` files of whole models and of Keras 2, '{path}' keeps "
                "weights by their place in the model. Leave it out, or use `skip_mismatch=True`."
            )
        load_state(model, root, skip_mismatch)


def _existing(filepath: Any) -> Path:
    path = Path(filepath)
    if not path.exists():
        folder = path.parent if path.parent.is_dir() else Path()
        there = sorted(p.name for p in folder.iterdir() if p.suffix in (".keras", ".h5"))
        raise FileNotFoundError(
            f"there is no file '{filepath}'"
            + (f"; in that folder are {', '.join(there[:8])}" if there else "")
        )
    return path


def _check_target(path: Path, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise FileExistsError(f"'{path}' exists and `overwrite=False` was given")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder '{path.parent}' to save into")
