"""Owns the elements of data sets: structures of arrays, which functions get as Tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.engine import convert_to_tensor, is_tensor

__all__ = ["as_structure", "as_tensors", "call_on", "stacked"]


def _is_text(leaf: Any) -> bool:
    return isinstance(leaf, str) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "O")


def _array(leaf: Any) -> np.ndarray:
    """A leaf as an array of an engine dtype, or of strings."""
    if _is_text(leaf):
        return np.asarray(leaf, dtype=object)
    if isinstance(leaf, list | np.ndarray) and np.asarray(leaf).dtype.kind == "U":
        return np.asarray(leaf, dtype=object)
    return np.asarray(leaf.numpy() if is_tensor(leaf) else convert_to_tensor(leaf).numpy())


def as_structure(element: Any) -> Any:
    """Lists are arrays, tuples and dicts are structures, as TensorFlow has it."""
    if isinstance(element, dict):
        return {key: as_structure(value) for key, value in element.items()}
    if isinstance(element, tuple):
        return tuple(as_structure(value) for value in element)
    return _array(element)


def as_tensors(element: Any) -> Any:
    """A structure with Tensors in place of its arrays; text stays as it is."""
    return tree.map_structure(
        lambda leaf: leaf if _is_text(leaf) else convert_to_tensor(leaf), element
    )


def stacked(*rows: Any) -> np.ndarray:
    """Leaves of several elements as the rows of one array."""
    if _is_text(rows[0]):
        return np.asarray([np.asarray(row).tolist() for row in rows], dtype=object)
    return np.stack(rows)


def call_on(function: Callable[..., Any], element: Any) -> Any:
    """What a function gives for an element; a tuple's parts come as arguments of their own."""
    tensors = as_tensors(element)
    return function(*tensors) if isinstance(tensors, tuple) else function(tensors)
