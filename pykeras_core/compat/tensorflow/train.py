"""`tf.train`: checkpoints, in files of NumPy's; older names of optimizers are `spellings`'s."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import numpy as np

from pykeras_core.engine import Variable

__all__ = ["Checkpoint", "CheckpointManager", "get_checkpoint_state", "latest_checkpoint"]

_INDEX = "checkpoint"
_ENDING = ".npz"
_WEIGHTS = ".weights.h5"  # what `model.save_weights` adds to a name without an ending


class _Status:
    """What `restore` returns: everything was read, so that there is nothing left to assert."""

    def assert_consumed(self) -> _Status:
        """Returns itself."""
        return self

    assert_existing_objects_matched = assert_nontrivial_match = expect_partial = assert_consumed


class Checkpoint:
    """Saves the variables of models, optimizers, modules and variables in one file.

    Args:
        root: An object whose variables are saved too.
        **kwargs: Objects by name, which become attributes.

    Example:
        >>> import tempfile
        >>> step = Variable(3, dtype="int32")
        >>> checkpoint = Checkpoint(step=step)
        >>> path = checkpoint.save(tempfile.mkdtemp() + "/ckpt")
        >>> _ = step.assign(7)
        >>> _ = checkpoint.restore(path).assert_consumed()
        >>> int(step)
        3
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._objects = dict(kwargs) if root is None else {"root": root, **kwargs}
        self.save_counter = Variable(0, dtype="int32", trainable=False, name="save_counter")
        for name, value in kwargs.items():
            setattr(self, name, value)

    def _variables(self) -> dict[str, Any]:
        """Every variable under the name and number by which it is kept."""
        found = {"save_counter/0": self.save_counter}
        for name, held in self._objects.items():
            parts = [held] if isinstance(held, Variable) else getattr(held, "variables", [])
            found.update((f"{name}/{number}", part) for number, part in enumerate(parts))
        return found

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Writes the next numbered file, and notes it as the latest.

        Args:
            file_prefix: Its path, without number and ending.
            options: Accepted as in TensorFlow.

        Returns:
            The path to `restore` from.
        """
        self.save_counter.assign(self.save_counter + 1)
        prefix = f"{os.fspath(file_prefix)}-{int(self.save_counter)}"
        self.write(prefix)
        _note(prefix, [prefix])
        return prefix

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Writes a file without a number; returns its path."""
        target = pathlib.Path(f"{os.fspath(file_prefix)}{_ENDING}")
        target.parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {name: one.numpy() for name, one in self._variables().items()}
        with target.open("wb") as file:
            np.savez(file, **arrays)
        return str(os.fspath(file_prefix))

    def restore(self, save_path: Any, options: Any = None) -> _Status:
        """Reads variables back; nothing for `None`, as when there is no checkpoint yet.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If an object has other variables than the file, or none yet.
        """
        if save_path is None:
            return _Status()
        path = pathlib.Path(f"{os.fspath(save_path)}{_ENDING}")
        if not path.exists():
            raise FileNotFoundError(
                f"there is no checkpoint {os.fspath(save_path)!r} ({path.name} was looked for in "
                f"{path.parent.resolve()})"
            )
        with np.load(path, allow_pickle=False) as kept:
            arrays = dict(kept)
        self._build_optimizers(arrays)
        own = self._variables()
        for name, array in arrays.items():
            if name.partition("/")[0] not in {"save_counter", *self._objects}:
                continue
            if name not in own or own[name].shape != array.shape:
                shape = f" of shape {tuple(own[name].shape)}" if name in own else "out one"
                raise ValueError(
                    f"the checkpoint has the variable '{name}' of shape {array.shape}, received an "
                    f"object with{shape}. Build the model first: call it on data, then restore."
                )
        for name, array in arrays.items():
            if name in own:
                own[name].assign(array)
        return _Status()

    read = restore

    def _build_optimizers(self, arrays: dict[str, Any]) -> None:
        """Gives optimizers that have not run yet the slots that the file has values for."""
        for name, held in self._objects.items():
            wanted = sum(key.startswith(f"{name}/") for key in arrays)
            if not hasattr(held, "apply_gradients") or held.built or wanted <= len(held.variables):
                continue
            weights = [
                weight
                for other in self._objects.values()
                if other is not held and not isinstance(other, Variable)
                for weight in getattr(other, "trainable_variables", ())
            ]
            if weights:
                held.build(weights)


def _note(latest: str, all_of_them: list[str]) -> None:
    """Writes which checkpoint is the latest, as TensorFlow does."""
    lines = [f'model_checkpoint_path: "{pathlib.Path(latest).name}"']
    lines += [f'all_model_checkpoint_paths: "{pathlib.Path(one).name}"' for one in all_of_them]
    index = pathlib.Path(latest).parent / _INDEX
    index.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _noted(checkpoint_dir: Any) -> list[str]:
    """The checkpoints that a folder's index names, the latest first."""
    index = pathlib.Path(os.fspath(checkpoint_dir)) / _INDEX
    if not index.exists():
        return []
    names = [line.partition('"')[2].rstrip('"') for line in index.read_text("utf-8").splitlines()]
    return [str(index.parent / name) for name in names if name]


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """Returns the path of the latest checkpoint in a folder, `None` if there is none.

    Without a `Checkpoint`'s, it is that of the latest weights that a model has saved there.
    """
    found = _noted(checkpoint_dir)
    if found and pathlib.Path(found[0] + _ENDING).exists():
        return found[0]
    weights = pathlib.Path(os.fspath(checkpoint_dir)).glob(f"*{_WEIGHTS}")
    latest = max(weights, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)
    return None if latest is None else str(latest).removesuffix(_WEIGHTS)


class _State:
    def __init__(self, paths: list[str]) -> None:
        self.model_checkpoint_path = paths[0]
        self.all_model_checkpoint_paths = paths[1:]


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> Any:
    """Returns the paths of a folder's checkpoints, `None` if there are none."""
    found = _noted(checkpoint_dir)
    return _State(found) if found else None


class CheckpointManager:
    """Keeps the last checkpoints of a folder.

    Args:
        checkpoint: What to save.
        directory: The folder.
        max_to_keep: How many files to keep, `None` for all.
        keep_checkpoint_every_n_hours: Accepted as in TensorFlow.
        checkpoint_name: How files are called.
        **kwargs: Accepted as in TensorFlow.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: Any = None,
        checkpoint_name: str = "ckpt",
        **kwargs: Any,
    ) -> None:
        self._checkpoint = checkpoint
        self._prefix = pathlib.Path(os.fspath(directory)) / checkpoint_name
        self._keep = max_to_keep
        self.checkpoints = _noted(directory)[1:]

    @property
    def directory(self) -> str:
        """The folder."""
        return str(self._prefix.parent)

    @property
    def latest_checkpoint(self) -> str | None:
        """The path of the latest one, `None` before the first."""
        return self.checkpoints[-1] if self.checkpoints else None

    def save(self, checkpoint_number: Any = None, **kwargs: Any) -> str:
        """Writes the next file, and removes those that are too many; returns its path."""
        if checkpoint_number is not None:
            self._checkpoint.save_counter.assign(int(checkpoint_number) - 1)
        self.checkpoints.append(self._checkpoint.save(str(self._prefix)))
        while self._keep is not None and len(self.checkpoints) > self._keep:
            pathlib.Path(self.checkpoints.pop(0) + _ENDING).unlink(missing_ok=True)
        _note(self.checkpoints[-1], self.checkpoints)
        return self.checkpoints[-1]

    def restore_or_initialize(self) -> str | None:
        """Restores the latest one if there is one; returns its path."""
        self._checkpoint.restore(self.latest_checkpoint)
        return self.latest_checkpoint
