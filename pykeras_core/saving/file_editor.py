"""Owns `KerasFileEditor`, which looks into files of weights and changes what lies where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from pykeras_core.checks import PathLike, checked, refuse
from pykeras_core.saving.archive import Archive
from pykeras_core.saving.h5 import Group, read_h5, write_h5
from pykeras_core.saving.keras_file import weights_of
from pykeras_core.saving.state import save_state

__all__ = ["KerasFileEditor"]

Weights = dict[str, Any]
"""Arrays by name, and inner objects by theirs."""


class KerasFileEditor:
    """Looks into a file of weights, and changes what lies where, so that another model reads it.

    Args:
        filepath: A `.keras` or `.weights.h5` file.

    Raises:
        ValueError: If its name ends otherwise, or it is damaged.

    Example:
        >>> editor = KerasFileEditor("model.weights.h5")  # doctest: +SKIP
        >>> editor.rename_object("dense", "first")  # doctest: +SKIP
        >>> editor.save("renamed.weights.h5")  # doctest: +SKIP
    """

    @checked
    def __init__(self, filepath: PathLike) -> None:
        self.filepath = str(filepath)
        self.config: Any = None
        self.metadata: Any = None
        path = Path(self.filepath)
        if self.filepath.endswith(".keras"):
            with Archive(path, "a .keras file") as archive:
                self.config = json.loads(archive.read("config.json"))
                self.metadata = json.loads(archive.read("metadata.json"))
            data = weights_of(path)
        elif self.filepath.endswith(".weights.h5"):
            data = path.read_bytes()
        else:
            wanted = "a name that ends in .keras or .weights.h5"
            raise refuse("KerasFileEditor", "filepath", wanted, self.filepath)
        self.weights_dict = _weights_in(read_h5(data))
        print(f"Keras model file '{self.filepath}'")
        if self.metadata is not None:
            saved, version = self.metadata.get("date_saved"), self.metadata.get("keras_version")
            print(f"Saved with Keras {version} - date: {saved}")

    def summary(self) -> None:
        """Prints which objects and weights the file holds."""
        print("Weights structure")
        print("\n".join(_lines(self.weights_dict, "  ")))

    def compare(self, reference_model: Any) -> dict[str, Any]:
        """Prints in what a model differs from the file.

        Args:
            reference_model: A built model.

        Returns:
            Dict of `status` ("success" or "error"), `error_count` and `match_count`.
        """
        root = Group()
        save_state(reference_model, root)
        wanted, found = _flat(_weights_in(root)), _flat(self.weights_dict)
        errors = [
            f"Weight {path} is in the model, not in the file" for path in wanted.keys() - found
        ]
        errors += [
            f"Weight {path} is in the file, not in the model" for path in found.keys() - wanted
        ]
        same = sorted(wanted.keys() & found.keys())
        matching = [path for path in same if wanted[path].shape == found[path].shape]
        errors += [
            f"Weight {path} has shape {wanted[path].shape} in the model and {found[path].shape} in "
            "the file"
            for path in same
            if path not in matching
        ]
        print("\n".join(sorted(errors)) or f"The file fits the model: {len(matching)} weights.")
        return {
            "status": "error" if errors else "success",
            "error_count": len(errors),
            "match_count": len(matching),
        }

    @checked
    def rename_object(self, object_name: str, new_name: str) -> None:
        """Gives an object another name.

        Args:
            object_name: Its path such as "layers/dense", or its name if only one has it.
            new_name: The last part of its path from now on.

        Raises:
            ValueError: If there is no such object, or several, or the name is taken.
        """
        if "/" in new_name:
            raise refuse("rename_object", "new_name", "a name without '/'", new_name)
        parent, name = self._place_of(object_name)
        if new_name in parent and new_name != name:
            raise refuse("rename_object", "new_name", "a name that is free there", new_name)
        # The order stays: a copy in it replaces what the parent holds.
        renamed = {new_name if key == name else key: value for key, value in parent.items()}
        parent.clear()
        parent.update(renamed)

    @checked
    def delete_object(self, object_name: str) -> None:
        """Takes an object and its weights out.

        Args:
            object_name: Its path, or its name if only one has it.
        """
        parent, name = self._place_of(object_name)
        del parent[name]

    @checked
    def add_object(self, object_path: str, weights: dict[str, Any]) -> None:
        """Puts an object in.

        Args:
            object_path: Its path; what it lies in must be there.
            weights: Arrays by name, usually "0", "1" and so on.
        """
        parent, _, name = object_path.rpartition("/")
        place = self._inside(parent) if parent else self.weights_dict
        place[name] = {key: np.asarray(value) for key, value in weights.items()}

    @checked
    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Takes one weight of an object out.

        Args:
            object_name: The object's path, or its name if only one has it.
            weight_name: The weight's name.
        """
        parent, name = self._place_of(object_name)
        if weight_name not in parent[name]:
            raise refuse(
                "delete_weight", "weight_name", f"one of {list(parent[name])}", weight_name
            )
        del parent[name][weight_name]

    @checked
    def add_weights(self, object_name: str, weights: dict[str, Any]) -> None:
        """Puts weights into an object, in place of those of the same names.

        Args:
            object_name: The object's path, or its name if only one has it.
            weights: Arrays by name.
        """
        parent, name = self._place_of(object_name)
        parent[name].update({key: np.asarray(value) for key, value in weights.items()})

    @checked
    def save(self, filepath: PathLike) -> None:
        """Writes the weights as they are now.

        Args:
            filepath: A name that ends in `.weights.h5`.

        Raises:
            ValueError: If it ends otherwise.
        """
        path = str(filepath)
        if not path.endswith(".weights.h5"):
            raise refuse("save", "filepath", "a name that ends in .weights.h5", path)
        Path(path).write_bytes(write_h5(_group_of(self.weights_dict)))

    def resave_weights(self, filepath: PathLike) -> None:
        """Writes the weights as they are now; another name of `save`."""
        self.save(filepath)

    def _inside(self, path: str) -> Weights:
        """The object at a path.

        Raises:
            ValueError: If there is none.
        """
        place = self.weights_dict
        for name in path.split("/"):
            place = place.get(name) if isinstance(place, dict) else None  # type: ignore[assignment]
            if not isinstance(place, dict):
                raise ValueError(
                    f"'{self.filepath}' has no object '{path}'. `summary()` shows what it has."
                )
        return place

    def _place_of(self, name: str) -> tuple[Weights, str]:
        """What an object lies in, and its name there."""
        parent, _, leaf = name.rpartition("/")
        if parent:
            self._inside(name)
            return self._inside(parent), leaf
        places = [
            place for place in _objects(self.weights_dict) if isinstance(place.get(leaf), dict)
        ]
        if len(places) != 1:
            how_many = "no object" if not places else f"{len(places)} objects"
            raise ValueError(
                f"'{self.filepath}' has {how_many} named '{leaf}'. Give a whole path, as "
                "`summary()` shows them."
            )
        return places[0], leaf


def _weights_in(group: Group) -> Weights:
    """Objects and weights of a group; what lies under "vars" belongs to the object itself."""
    found: Weights = {}
    for name, member in group.members.items():
        if not isinstance(member, Group):
            found[name] = member
        elif name == "vars":
            found |= _weights_in(member)
        elif inner := _weights_in(member):
            found[name] = inner
    return found


def _group_of(weights: Weights) -> Group:
    group = Group()
    for name, value in weights.items():
        if isinstance(value, dict):
            group.members[name] = _group_of(value)
        else:
            group.put(f"vars/{name}", value)
    return group


def _objects(weights: Weights) -> list[Weights]:
    """An object and all inside of it."""
    inner = [value for value in weights.values() if isinstance(value, dict)]
    return [weights, *(found for value in inner for found in _objects(value))]


def _flat(weights: Weights, prefix: str = "") -> dict[str, Any]:
    """Weights by their paths."""
    found: dict[str, Any] = {}
    for name, value in weights.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}/")
        else:
            found[prefix + name] = np.asarray(value)
    return found


def _lines(weights: Weights, prefix: str) -> list[str]:
    """A tree of names and shapes."""
    found = []
    for place, (name, value) in enumerate(weights.items(), 1):
        last = place == len(weights)
        branch = f"{prefix}{'└─ ' if last else '├─ '}{name}"
        if isinstance(value, dict):
            found += [branch, *_lines(value, f"{prefix}{'    ' if last else '│   '}")]
        else:
            found.append(f"{branch}: shape={value.shape}, dtype={value.dtype}")
    return found
