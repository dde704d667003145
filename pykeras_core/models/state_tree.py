"""The state of a model as a tree: dicts by the parts of the variables' paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["assign_state_tree", "state_tree"]

_GROUPS = ("trainable_variables", "non_trainable_variables")


def _groups(model: Any) -> dict[str, Sequence[Any]]:
    groups = {name: getattr(model, name) for name in _GROUPS}
    groups["optimizer_variables"] = getattr(model.optimizer, "variables", [])
    groups["metrics_variables"] = model.metrics_variables
    return groups


def state_tree(model: Any, value_format: str = "backend_tensor") -> dict[str, Any]:
    """The values of a model's variables.

    Args:
        model: The model.
        value_format: `"backend_tensor"` or `"numpy_array"`.

    Returns:
        For each group of variables a dict, nested by the parts of the variables' paths.

    Raises:
        ValueError: If two variables of a group have one path, or for another format.
    """
    if value_format not in ("backend_tensor", "numpy_array"):
        raise ValueError(
            "`get_state_tree` expected `value_format` 'backend_tensor' or 'numpy_array', received "
            f"{value_format!r}."
        )
    as_arrays = value_format == "numpy_array"
    return {
        name: _nested([(v.path, v.numpy() if as_arrays else v.value) for v in variables])
        for name, variables in _groups(model).items()
    }


def _nested(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in entries:
        *folders, last = path.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        if last in place:
            raise ValueError(
                f"`get_state_tree` needs a path of its own for each variable; {path!r} is that of "
                "two. Give layers and metrics names of their own."
            )
        place[last] = value
    return tree


def assign_state_tree(model: Any, tree: dict[str, Any]) -> None:
    """Sets the variables that a tree names; the others stay as they are.

    Args:
        model: The model.
        tree: As `state_tree` returns it, or parts of it.

    Raises:
        ValueError: If it names a group or a variable that the model does not have.
    """
    groups = _groups(model)
    for name, inside in tree.items():
        if name not in groups:
            raise ValueError(
                f"`set_state_tree` expected the keys {list(groups)}, received {name!r}."
            )
        known = {variable.path: variable for variable in groups[name]}
        for path, value in _flat(inside):
            if path not in known:
                raise ValueError(
                    f"`set_state_tree`: {name} has {sorted(known)}, received {path!r}."
                )
            known[path].assign(value)


def _flat(tree: dict[str, Any], folder: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{folder}{name}/")
        else:
            yield f"{folder}{name}", value
