"""Owns the elements of data sets: structures of arrays, which functions get as Tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.engine import canonical_dtype, convert_to_tensor, is_tensor
from pykeras_core.engine.properties import DTYPE_OF, TensorShape
from pykeras_core.symbolic.strings import StringTensor, holds_text, is_text

__all__ = ["TensorSpec", "as_structure", "as_tensors", "call_on", "stacked"]


def _array(leaf: Any) -> np.ndarray:
    """A leaf as an array of an engine dtype, or of bytes where it is text."""
    if not (is_tensor(leaf) or isinstance(leaf, StringTensor)) and hasattr(leaf, "__array__"):
        leaf = np.asarray(leaf)  # a column of a table, for example
    if holds_text(leaf) and not _is_of_numbers(leaf):
        return np.asarray(StringTensor(leaf), dtype=object)
    return np.asarray(leaf.numpy() if is_tensor(leaf) else convert_to_tensor(leaf).numpy())


def _is_of_numbers(leaf: Any) -> bool:
    """Whether an array of objects holds numbers, as columns with gaps do."""
    if not isinstance(leaf, np.ndarray) or leaf.dtype.kind != "O" or not leaf.size:
        return False
    return not isinstance(leaf.reshape(-1)[0], str | bytes)


def as_structure(element: Any) -> Any:
    """Lists are arrays, tuples and dicts are structures, as TensorFlow has it."""
    if isinstance(element, dict):
        return {key: as_structure(value) for key, value in element.items()}
    if isinstance(element, tuple):
        return tuple(as_structure(value) for value in element)
    return element if _is_data_set(element) else _array(element)


def _is_data_set(leaf: Any) -> bool:
    """Whether an element holds a data set: the windows of one do."""
    return hasattr(leaf, "as_numpy_iterator")


def _as_tensor(leaf: Any) -> Any:
    if _is_data_set(leaf):
        return leaf
    return StringTensor._of(leaf) if is_text(leaf) else convert_to_tensor(leaf)


def as_tensors(element: Any) -> Any:
    """A structure with Tensors in place of its arrays."""
    return tree.map_structure(_as_tensor, element)


def stacked(*rows: Any) -> np.ndarray:
    """Leaves of several elements as the rows of one array."""
    if is_text(rows[0]):
        return np.asarray(StringTensor(list(map(StringTensor._of, rows))), dtype=object)
    return np.stack(rows)


def call_on(function: Callable[..., Any], element: Any) -> Any:
    """What a function gives for an element; a tuple's parts come as arguments of their own."""
    tensors = as_tensors(element)
    return function(*tensors) if isinstance(tensors, tuple) else function(tensors)


class TensorSpec:
    """What tensors of a data set or of a function look like.

    Args:
        shape: Sizes, `None` for those that vary.
        dtype: Dtype, default float32.
        name: A name.

    Example:
        >>> TensorSpec([None, 2], "int32")
        TensorSpec(shape=(None, 2), dtype=int32, name=None)
    """

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self.shape = TensorShape(() if shape is None else shape)
        text = dtype is str or (isinstance(dtype, str) and dtype == "string")
        self.dtype = DTYPE_OF["string" if text else canonical_dtype(dtype)]
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """Makes the one of a tensor."""
        return cls(tensor.shape, tensor.dtype, name)

    def is_compatible_with(self, tensor: Any) -> bool:
        """Whether a tensor has this dtype, and this shape where it is known."""
        return bool(self.dtype == tensor.dtype and self.shape.is_compatible_with(tensor.shape))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and (self.shape, self.dtype) == (
            other.shape,
            other.dtype,
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype}, name={self.name!r})"
