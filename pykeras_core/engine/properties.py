"""Owns `TensorShape` and `DType`, what Tensors say of themselves.

They are a tuple and a string that also answer to what programs written for TensorFlow call.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["DType", "TensorShape"]


class TensorShape(tuple[Any, ...]):
    """A shape: a tuple of ints, and of `None` where a size is not known.

    Example:
        >>> shape = TensorShape([None, 3])
        >>> shape.as_list(), shape.rank, shape[1:].num_elements()
        ([None, 3], 2, 3)
    """

    __slots__ = ()

    def __new__(cls, dims: Iterable[Any] = ()) -> TensorShape:
        """Make one of sizes; a single int stands for one axis."""
        return super().__new__(cls, (dims,) if isinstance(dims, int) else dims)

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self)

    ndims = rank

    @property
    def dims(self) -> list[Any]:
        """The sizes, in a list."""
        return list(self)

    def as_list(self) -> list[Any]:
        """The sizes, in a list."""
        return list(self)

    def num_elements(self) -> int | None:
        """Number of elements, None where a size is not known."""
        return math.prod(self) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return None not in self

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a shape has as many axes, and the same sizes where both are known."""
        sizes = tuple(other)
        return len(sizes) == len(self) and all(
            a is None or b is None or a == b for a, b in zip(self, sizes, strict=True)
        )

    def concatenate(self, other: Any) -> TensorShape:
        """This shape's axes, then another's."""
        return TensorShape((*self, *other))

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return TensorShape(found) if isinstance(key, slice) else found

    def __add__(self, other: Any) -> Any:
        return tuple.__add__(self, tuple(other) if isinstance(other, list) else other)

    def __eq__(self, other: Any) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __reduce__(self) -> Any:
        return (TensorShape, (tuple(self),))


class DType(str):
    """A dtype: its name, a string.

    Example:
        >>> DType("float32").name, DType("float32").is_floating, DType("int32").max
        ('float32', True, 2147483647)
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name, 'float32' for example."""
        return str(self)

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's type of the elements; `object` for text."""
        return np.object_ if self == "string" else np.dtype(self).type

    @property
    def is_floating(self) -> bool:
        """Whether it is a float."""
        return self == "float32"

    @property
    def is_integer(self) -> bool:
        """Whether it is an integer."""
        return self in ("int32", "uint32", "uint8")

    @property
    def is_bool(self) -> bool:
        """Whether it is bool."""
        return self == "bool"

    @property
    def size(self) -> int:
        """Bytes of an element."""
        return 1 if self == "string" else np.dtype(self).itemsize

    @property
    def max(self) -> Any:
        """The largest number it holds."""
        return self._limits().max

    @property
    def min(self) -> Any:
        """The smallest number it holds."""
        return self._limits().min

    def _limits(self) -> Any:
        return np.finfo(np.float32) if self.is_floating else np.iinfo(np.dtype(self))


DTYPE_OF = {name: DType(name) for name in ("float32", "int32", "uint32", "uint8", "bool", "string")}
"""Each dtype under its name."""
