"""Owns where each variable of a model lies in a weights file: the paths of Keras 3.

A file's group mirrors the attributes that lead to an object: `layers/dense/vars/0` is the first
variable of the first `Dense` among `model.layers`.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pykeras_core.naming import to_snake_case
from pykeras_core.saving.assets import Assets
from pykeras_core.saving.h5 import Group

__all__ = ["load_state", "save_state"]

_MOST_ATTEMPTS = 4
"""At how many places of a file an object is looked for: old names come after today's."""

_CONTAINERS = (list, tuple, dict, set)


def _is_saveable(value: Any) -> bool:
    return hasattr(value, "save_own_variables") and not isinstance(value, type)


def _is_wired(obj: Any) -> bool:
    """Whether an object is a functional or Sequential model."""
    return hasattr(obj, "_graph") or hasattr(obj, "_stack")


def _skipped(obj: Any) -> frozenset[str]:
    """Attributes that every object of its kind has, which hold no saveable of the user's."""
    from pykeras_core.optimizers import Optimizer

    return _names_of(isinstance(obj, Optimizer))


@functools.cache
def _names_of(optimizers: bool) -> frozenset[str]:
    from pykeras_core.layers import Layer
    from pykeras_core.optimizers import Optimizer

    if optimizers:
        return frozenset(dir(Optimizer(1.0)))
    return frozenset(dir(Layer(name="reference"))) | {
        *("_functional", "_graph", "_stack", "_wires", "_wired_model")
    }


def _children(obj: Any) -> Iterator[tuple[str, Any]]:
    """Attributes that may hold saveables, public ones first, each by name."""
    skipped = _skipped(obj)
    if _is_wired(obj):
        yield "layers", obj.layers
    for name in sorted(dir(obj), key=lambda n: f"~{n}" if n.startswith("_") else n):
        if name.startswith("__") or name in skipped:
            continue
        try:
            value = getattr(obj, name)
        except Exception:
            continue
        if _is_saveable(value) or isinstance(value, _CONTAINERS):
            yield name, value
    # Sublayers that no attribute above leads to, such as those in a set or a dataclass.
    yield "_layers", list(getattr(obj, "_tracked_layers", ()))


def _items(container: Any) -> Iterator[tuple[str, Any]]:
    """The saveables and containers of a container, by the names that files give them."""
    used: dict[str, int] = {}
    values = container.values() if isinstance(container, dict) else container
    if isinstance(container, set):  # its own order differs from run to run
        values = sorted(container, key=_by_number)
    for item in values:
        nested = isinstance(item, _CONTAINERS)
        if not nested and not _is_saveable(item):
            continue
        name = "container" if nested else to_snake_case(type(item).__name__)
        number = used.get(name, 0)
        used[name] = number + 1
        yield f"{name}_{number}" if number else name, item


def _by_number(item: Any) -> list[Any]:
    """Sorts names by the numbers in them: `dense_9` before `dense_10`."""
    parts = re.split(r"(\d+)", str(getattr(item, "name", "")))
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


class _Walk:
    """Brings every saveable of an object to a visitor, with its path in a file.

    Args:
        visit: Takes `(path, saveable)`; returns whether it is done with it. If it is not, neither
            is what leads to it, and both come again at the next path that leads there.
        repeat: Whether a layer of several models comes at its place in each.
    """

    def __init__(self, visit: Callable[[str, Any], bool], repeat: bool = False) -> None:
        self.visit = visit
        self.repeat = repeat
        self.done: set[int] = set()
        self.active: set[int] = set()
        self.attempts: dict[int, int] = {}
        self.held: list[Any] = []  # lists that models make anew: their `id` must stay theirs

    def go(self, obj: Any, path: str = "", again: bool = False) -> bool:
        """Visit an object and what is in it; returns whether all of it is done."""
        key = id(obj)
        if key in self.active or (key in self.done and not again):
            return True
        if key in self.done:
            anew = _Walk(self.visit, self.repeat)
            anew.active = self.active
            return anew.go(obj, path)
        attempt = self.attempts.get(key, 0)
        if attempt == _MOST_ATTEMPTS:
            return False
        self.attempts[key] = attempt + 1
        self.held.append(obj)
        self.active.add(key)
        container = isinstance(obj, _CONTAINERS)
        complete = container or self.visit(path, obj)
        for name, child in list(_items(obj) if container else _children(obj)):
            # The first child of a model is the list of its layers, which Keras reads one by one.
            listed = self.repeat and (again if container else _is_wired(obj) and name == "layers")
            complete &= self.go(child, f"{path}/{name}" if path else name, listed)
        self.active.discard(key)
        if complete:
            self.done.add(key)
        return complete


def save_state(obj: Any, root: Group, assets: Assets | None = None) -> None:
    """Write the variables of `obj` and of everything in it.

    Args:
        obj: A model, layer or optimizer.
        root: Receives a group for each object, with its variables under `vars`.
        assets: Receives the files that objects with a `save_assets` method write.
    """

    def save(path: str, saveable: Any) -> bool:
        group = root.group(f"{path}/vars")
        group.attributes["name"] = str(getattr(saveable, "name", path))
        saveable.save_own_variables(group.members)
        for key, value in group.members.items():
            if not isinstance(value, Group):
                group.members[key] = np.asarray(value)
        if assets is not None and hasattr(saveable, "save_assets"):
            assets.save(path, saveable)
        return True

    _Walk(save, repeat=True).go(obj)


def load_state(
    obj: Any, root: Group, skip_mismatch: bool = False, assets: Assets | None = None
) -> None:
    """Read what `save_state` wrote, into an object of the same structure.

    Args:
        obj: A model, layer or optimizer whose variables exist.
        root: The file.
        skip_mismatch: Whether to leave objects alone whose variables do not fit, with a warning.
        assets: The files beside the weights.

    Raises:
        ValueError: If the file lacks something or a shape differs.
    """
    used = False
    failures: dict[int, str] = {}

    def load(path: str, saveable: Any) -> bool:
        nonlocal used
        store = _store(root, path)
        used = used or bool(store)
        if id(saveable) in failures and root.find(path) is None:
            return False  # another name of it, which this file does not use
        try:
            if any(isinstance(member, Group) for member in store.values()):
                raise ValueError(f"expected arrays, the file has groups there: {list(store)}")
            saveable.load_own_variables(store)
        except KeyError as error:
            problem = f"the file lacks variable {error}, it has {list(store)}"
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            problem = str(error)
        else:
            failures.pop(id(saveable), None)
            if assets is not None and hasattr(saveable, "load_assets"):
                assets.load(path, saveable)
            return True
        # What the first path has to say counts: it is the one under which Keras writes it now.
        failures.setdefault(id(saveable), f"'{path or 'the model'}': {problem}")
        return False

    _Walk(load).go(obj)
    if failures and not skip_mismatch:
        first, *more = failures.values()
        others = f" (and {len(more)} more)" if more else ""
        raise ValueError(f"cannot load {first}{others}")
    for failure in failures.values():
        warnings.warn(f"weights are left as they were: {failure}", stacklevel=3)
    if not used and any(True for _ in root.arrays()):
        raise ValueError(
            "the file holds weights, but none at the places of this model's layers. Was it saved "
            "from a model with the same layers?"
        )


def _store(root: Group, path: str) -> dict[str, Any]:
    """The arrays of an object, where Keras 3 or the `.keras` files of Keras 2.12 have them."""
    found = root.find(f"{path}/vars")
    if found is None and "_layer_checkpoint_dependencies" in root.members:
        found = root.find(f"{path.replace('layers', '_layer_checkpoint_dependencies')}/vars")
    return found.members if isinstance(found, Group) else {}
