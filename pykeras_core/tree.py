"""Owns nested structures (lists, tuples, named tuples, dicts) of tensors: flatten, map, rebuild.

Dict entries are visited in the order of their sorted keys, so two dicts with equal keys always
line up; rebuilding keeps each dict's own key order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pykeras_core.checks import Of1, checked

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]

Path = tuple[Any, ...]


class MAP_TO_NONE:
    """Returned by a `traverse` callback to put `None` in place of a node."""


def is_nested(structure: Any) -> bool:
    """Returns whether `structure` is a list, tuple, named tuple or dict.

    Args:
        structure: Anything.

    Returns:
        `True` for a container, `False` for a leaf.
    """
    return isinstance(structure, (list, tuple, dict))


def _sorted_keys(structure: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(structure)
    except TypeError:  # keys of several types have no order of their own
        return sorted(structure, key=lambda key: (type(key).__name__, str(key)))


def _children(structure: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(structure, dict):
        for key in _sorted_keys(structure):
            yield key, structure[key]
    else:
        yield from enumerate(structure)


def _rebuild(structure: Any, children: list[Any]) -> Any:
    """Puts `children` (in visiting order) into a container like `structure`."""
    if isinstance(structure, dict):
        by_key = dict(zip(_sorted_keys(structure), children, strict=True))
        ordered = {key: by_key[key] for key in structure}
        return ordered if type(structure) is dict else type(structure)(ordered)
    if hasattr(structure, "_fields"):
        return type(structure)(*children)
    return tuple(children) if isinstance(structure, tuple) else list(children)


def flatten(structure: Any) -> list[Any]:
    """Returns the leaves of a structure, depth first.

    Args:
        structure: A nested structure, or a single leaf.

    Returns:
        A flat list; `[structure]` for a leaf.

    Example:
        >>> flatten({"b": [1, 2], "a": (3,)})
        [3, 1, 2]
    """
    return [leaf for _, leaf in flatten_with_path(structure)]


def flatten_with_path(structure: Any) -> list[tuple[Path, Any]]:
    """Returns the leaves with the keys and indices that lead to each.

    Args:
        structure: A nested structure, or a single leaf.

    Returns:
        A list of `(path, leaf)`, `path` a tuple of dict keys and list indices.
    """
    if not is_nested(structure):
        return [((), structure)]
    return [
        ((key, *path), leaf)
        for key, child in _children(structure)
        for path, leaf in flatten_with_path(child)
    ]


@checked
def map_structure(func: Callable[..., Any], *structures: Any) -> Any:
    """Applies `func` leaf by leaf to one or several structures of the same form.

    Args:
        func: Called with one leaf of each structure.
        *structures: One or more structures.

    Returns:
        A structure like the first one, holding what `func` returned.

    Raises:
        ValueError: If no structure was passed, or their forms differ.

    Example:
        >>> map_structure(lambda a, b: a + b, {"x": [1, 2]}, {"x": [10, 20]})
        {'x': [11, 22]}
    """
    if not structures:
        raise ValueError("`map_structure` expected at least one structure, received none.")
    for other in structures[1:]:
        assert_same_structure(structures[0], other)
    return _mapped_up_to(structures[0], func, structures)


@checked
def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """Applies `func` to whatever the structures hold where `shallow_structure` has a leaf.

    Args:
        shallow_structure: The structure that says how deep to go.
        func: Called with the parts of each structure at a leaf of `shallow_structure`.
        *structures: Structures at least as deep as `shallow_structure`.

    Returns:
        A structure like `shallow_structure`, holding what `func` returned.

    Raises:
        ValueError: If a structure does not go as deep as `shallow_structure`.
    """
    return _mapped_up_to(shallow_structure, func, structures, ("shallow_structure", "structures"))


def _mapped_up_to(
    shallow: Any,
    func: Callable[..., Any],
    structures: tuple[Any, ...],
    names: tuple[str, str] = ("a", "b"),
) -> Any:
    if not is_nested(shallow):
        return func(*structures)
    for structure in structures:
        _check_same_container(shallow, structure, names)
    children = [
        _mapped_up_to(child, func, tuple(structure[key] for structure in structures), names)
        for key, child in _children(shallow)
    ]
    return _rebuild(shallow, children)


def _check_same_container(a: Any, b: Any, names: tuple[str, str] = ("a", "b")) -> None:
    same_kind = is_nested(b) and isinstance(a, dict) == isinstance(b, dict)
    same_keys = same_kind and (set(a) == set(b) if isinstance(a, dict) else len(a) == len(b))
    if not same_keys:
        first, second = names
        raise ValueError(
            f"Structures do not line up: expected `{second}` like `{first}`, {a}, received {b}."
        )


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Checks that two structures have the same containers, lengths and keys.

    Args:
        a: A nested structure.
        b: Another one.
        check_types: Accepted as in Keras, where it changes nothing any more.

    Raises:
        ValueError: If they differ in form. Lists and tuples count as the same.
    """
    if not is_nested(a) and not is_nested(b):
        return
    if not is_nested(a):
        raise ValueError(
            f"Structures do not line up: expected `b` as a leaf like `a`, {a}, received {b}."
        )
    _check_same_container(a, b)
    for key, child in _children(a):
        assert_same_structure(child, b[key])


def assert_same_paths(a: Any, b: Any) -> None:
    """Checks that two structures have leaves at the same paths.

    Args:
        a: A nested structure.
        b: Another one.

    Raises:
        ValueError: If a path exists in only one of them.
    """
    a_paths = {path for path, _ in flatten_with_path(a)}
    b_paths = {path for path, _ in flatten_with_path(b)}
    if a_paths != b_paths:
        raise ValueError(
            "Structures have leaves at different paths: only `a` has "
            f"{sorted(map(str, a_paths - b_paths))}, only `b` has "
            f"{sorted(map(str, b_paths - a_paths))}."
        )


@checked
def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """Puts a flat sequence into the form of `structure`; the reverse of `flatten`.

    Args:
        structure: The form wanted.
        flat_sequence: As many items as `structure` has leaves.

    Returns:
        A structure like `structure`, holding the items.

    Raises:
        ValueError: If the number of items does not match.

    Example:
        >>> pack_sequence_as({"a": [0, 0], "b": 0}, [1, 2, 3])
        {'a': [1, 2], 'b': 3}
    """
    items = list(flat_sequence)
    expected = len(flatten(structure))
    if len(items) != expected:
        raise ValueError(
            f"`pack_sequence_as` expected `flat_sequence` as {expected} items for `structure`, "
            f"{structure}, received {len(items)}."
        )
    remaining = iter(items)
    return map_structure(lambda _: next(remaining), structure)


@checked
def traverse(func: Of1, structure: Any, top_down: bool = True) -> Any:
    """Visits every node, containers included, and replaces those for which `func` says so.

    Args:
        func: Gets a node; returns `None` to leave it as it is, `MAP_TO_NONE` to put `None`
            there, anything else to put that in its place.
        structure: A nested structure.
        top_down: Whether a container is offered to `func` before its children (then a replaced
            container's children are not visited) or after.

    Returns:
        The structure with the replacements made.
    """

    def replaced(node: Any, unchanged: Callable[[], Any]) -> Any:
        result = func(node)
        if result is None:
            return unchanged()
        return None if result is MAP_TO_NONE or isinstance(result, MAP_TO_NONE) else result

    def walk_children(node: Any) -> Any:
        if not is_nested(node):
            return node
        children = [traverse(func, child, top_down) for _, child in _children(node)]
        return _rebuild(node, children)

    if top_down or not is_nested(structure):
        return replaced(structure, lambda: walk_children(structure))
    walked = walk_children(structure)
    return replaced(walked, lambda: walked)


def lists_to_tuples(structure: Any) -> Any:
    """Returns the structure with every list turned into a tuple.

    Args:
        structure: A nested structure.

    Returns:
        The same structure, hashable where its leaves are.
    """
    return traverse(
        lambda node: tuple(node) if isinstance(node, list) else None, structure, top_down=False
    )


def is_shape(value: Any) -> bool:
    """Returns whether `value` is one shape: a list or tuple of ints and `None`."""
    return isinstance(value, (list, tuple)) and all(
        dim is None or isinstance(dim, int) for dim in value
    )


@checked
def map_shape_structure(func: Of1, structure: Any) -> Any:
    """Applies `func` to each shape in a structure, a shape being a tuple of ints and `None`.

    Args:
        func: Called with one shape, as a tuple.
        structure: A shape, or a nested structure of shapes; `None` stays.

    Returns:
        A structure holding what `func` returned.

    Raises:
        ValueError: If something that is no shape stands where a shape should.
    """
    if structure is None:
        return None
    if is_shape(structure):
        return func(tuple(structure))
    if not is_nested(structure):
        raise ValueError(
            "`map_shape_structure` expected `structure` as shapes (tuples of ints and None), "
            f"received {structure!r}."
        )
    return _rebuild(
        structure, [map_shape_structure(func, child) for _, child in _children(structure)]
    )
