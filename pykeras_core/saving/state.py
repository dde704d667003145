"""Owns where each variable of a model lies in a weights file: the paths of Keras 3.

A file's group mirrors the attributes that lead to an object: `layers/dense/vars/0` is the first
variable of the first `Dense` among `model.layers`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from pykeras_core.naming import to_snake_case
from pykeras_core.saving.h5 import Group

__all__ = ["load_state", "save_state"]


def _is_saveable(value: Any) -> bool:
    return hasattr(value, "save_own_variables") and not isinstance(value, type)


def _skipped(obj: Any) -> set[str]:
    """Attributes that every object of its kind has, which hold no saveable of the user's."""
    from pykeras_core.layers import Layer
    from pykeras_core.optimizers import Optimizer

    if isinstance(obj, Optimizer):
        return set(dir(obj))
    return set(dir(Layer(name="reference"))) | {"_functional", "_graph", "_stack"}


def _children(obj: Any) -> Iterator[tuple[str, Any]]:
    """Attributes that may hold saveables, public ones first, each by name."""
    skipped = _skipped(obj)
    if hasattr(obj, "_graph") or hasattr(obj, "_stack"):
        yield "layers", obj.layers
    for name in sorted(dir(obj), key=lambda n: f"~{n}" if n.startswith("_") else n):
        if name.startswith("__") or name in skipped:
            continue
        try:
            value = getattr(obj, name)
        except (AttributeError, ValueError, RuntimeError):
            continue  # a property that needs what is not there yet, such as `input`
        if _is_saveable(value) or isinstance(value, list | tuple | dict | set):
            yield name, value


def _walk(obj: Any, path: str, visited: set[int]) -> Iterator[tuple[str, Any]]:
    """Every saveable reachable from `obj`, with its path in a file."""
    if id(obj) in visited:
        return
    visited.add(id(obj))
    yield path, obj
    for name, value in _children(obj):
        yield from _visit(value, f"{path}/{name}" if path else name, visited)


def _visit(value: Any, path: str, visited: set[int]) -> Iterator[tuple[str, Any]]:
    if _is_saveable(value):
        yield from _walk(value, path, visited)
        return
    if not isinstance(value, list | tuple | dict | set) or id(value) in visited:
        return
    visited.add(id(value))
    used: dict[str, int] = {}
    for item in value.values() if isinstance(value, dict) else value:
        nested = isinstance(item, list | tuple | dict)
        if not nested and not _is_saveable(item):
            continue
        name = "container" if nested else to_snake_case(type(item).__name__)
        number = used.get(name, 0)
        used[name] = number + 1
        yield from _visit(item, f"{path}/{name}_{number}" if number else f"{path}/{name}", visited)


def save_state(obj: Any, root: Group) -> None:
    """Write the variables of `obj` and of everything in it.

    Args:
        obj: A model, layer or optimizer.
        root: Receives a group for each object, with its variables under `vars`.
    """
    for path, saveable in _walk(obj, "", set()):
        group = root.group(f"{path}/vars")
        group.attributes["name"] = str(getattr(saveable, "name", path))
        saveable.save_own_variables(group.members)


def load_state(obj: Any, root: Group, skip_mismatch: bool = False) -> None:
    """Read what `save_state` wrote, into an object of the same structure.

    Args:
        obj: A model, layer or optimizer whose variables exist.
        root: The file.
        skip_mismatch: Whether to leave objects alone whose variables do not fit, with a warning.

    Raises:
        ValueError: If the file lacks something or a shape differs.
    """
    used = False
    for path, saveable in _walk(obj, "", set()):
        found = root.find(f"{path}/vars")
        store = found.members if isinstance(found, Group) else {}
        used = used or bool(store)
        try:
            if any(isinstance(member, Group) for member in store.values()):
                raise ValueError(f"expected arrays, the file has groups there: {list(store)}")
            saveable.load_own_variables(store)
        except KeyError as error:
            raise ValueError(
                f"cannot load '{path or 'the model'}': the file lacks variable {error}, it has "
                f"{list(store)}"
            ) from None
        except ValueError as error:
            if not skip_mismatch:
                raise ValueError(f"cannot load '{path or 'the model'}': {error}") from None
            warnings.warn(f"'{path}' keeps its weights: {error}", stacklevel=3)
    if not used and any(True for _ in root.arrays()):
        raise ValueError(
            "the file holds weights, but none at the places of this model's layers. Was it saved "
            "from a model with the same layers?"
        )
