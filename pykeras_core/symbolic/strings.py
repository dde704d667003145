"""Owns `StringTensor`: text as a tensor. It lives on the host; no traced step ever sees it."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pykeras_core import engine
from pykeras_core.engine.properties import DTYPE_OF, DType, TensorShape

__all__ = ["Rows", "StringTensor", "as_text", "holds_text", "is_text", "lower_ascii", "words_of"]

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SPACE = re.compile(r"[ \t\n\r\v\f]+")

Array = np.ndarray[Any, np.dtype[Any]]


class StringTensor:
    """An array of strings, kept as UTF-8 bytes.

    Args:
        values: `str` or `bytes`, in nested lists or arrays.

    Raises:
        TypeError: If an element is no text.

    Example:
        >>> words = StringTensor([["cat", "dog"]])
        >>> words.shape, words.dtype, words[0, 1].numpy()
        ((1, 2), 'string', b'dog')
    """

    __array_priority__ = 1001

    def __init__(self, values: Any) -> None:
        array = np.asarray(_unwrapped(values), dtype=object)
        flat = np.empty(array.size, dtype=object)
        flat[:] = [_encoded(value) for value in array.reshape(-1)]
        self._array = flat.reshape(array.shape)

    @classmethod
    def _of(cls, array: Any) -> StringTensor:
        """One around an object array of bytes, or a single element of one."""
        made = cls.__new__(cls)
        if isinstance(array, np.ndarray):
            made._array = array
        else:
            made._array = np.empty((), dtype=object)
            made._array[()] = array
        return made

    @property
    def shape(self) -> TensorShape:
        """Tuple of ints."""
        return TensorShape(self._array.shape)

    def get_shape(self) -> TensorShape:
        """The shape."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Does nothing: the shape is known."""

    @property
    def dtype(self) -> DType:
        """The dtype, "string"."""
        return DTYPE_OF["string"]

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._array.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self._array.size

    def numpy(self) -> Any:
        """The array of `bytes`; a single `bytes` for shape ()."""
        return self._array.copy() if self._array.ndim else self._array[()]

    def tolist(self) -> Any:
        """Nested lists of `bytes`."""
        return self._array.tolist()

    def reshape(self, *shape: Any) -> StringTensor:
        """The same elements under another shape."""
        return StringTensor._of(self._array.reshape(*shape))

    def mapped(self, function: Callable[[str], Any]) -> list[Any]:
        """What a function of `str` gives for each element, in a flat list."""
        return [function(value.decode("utf-8", "replace")) for value in self._array.reshape(-1)]

    def with_each(self, function: Callable[[str], Any]) -> StringTensor:
        """The text that a function of `str` makes of each element."""
        flat = np.empty(self._array.size, dtype=object)
        flat[:] = [_encoded(value) for value in self.mapped(function)]
        return StringTensor._of(flat.reshape(self._array.shape))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self._array, dtype)

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("a StringTensor of shape () has no length")
        return len(self._array)

    def __iter__(self) -> Iterator[StringTensor]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, key: Any) -> StringTensor:
        at = tuple(map(_index, key)) if isinstance(key, tuple) else _index(key)
        return StringTensor._of(self._array[at])

    def __bool__(self) -> bool:
        return bool(self._array)

    def __add__(self, other: Any) -> StringTensor:
        return StringTensor._of(np.asarray(self._array + StringTensor(other)._array, object))

    def __radd__(self, other: Any) -> StringTensor:
        return StringTensor(other) + self

    def __eq__(self, other: Any) -> Any:
        if not holds_text(other):
            return False
        return engine.convert_to_tensor(np.asarray(self._array == StringTensor(other)._array, bool))

    def __ne__(self, other: Any) -> Any:
        same = self == other
        return True if same is False else ~same

    def __hash__(self) -> int:
        return id(self)

    def __str__(self) -> str:
        return str(self._array)

    def __repr__(self) -> str:
        return f"<Tensor string[{','.join(map(str, self._array.shape))}]\n{self._array!r}>"


class Rows(list[Any]):
    """Rows of different lengths: what splitting makes of several texts.

    Example:
        >>> Rows([StringTensor(["a", "b"]), StringTensor(["c"])]).to_tensor().tolist()
        [[b'a', b'b'], [b'c', b'']]
    """

    def to_list(self) -> list[Any]:
        """Nested lists of the elements."""
        return [row.tolist() for row in self]

    def to_tensor(self, default_value: Any = None, shape: Any = None) -> Any:
        """One tensor, short rows filled up.

        Args:
            default_value: What to fill with; default "" or 0.
            shape: The shape of the result, None where it follows from the rows.
        """
        text = not self or is_text(self[0])
        widest = max((row.shape[0] for row in self), default=0)
        width = widest if shape is None or shape[1] is None else int(shape[1])
        fill = ("" if text else 0) if default_value is None else default_value
        rows = [[*row.tolist()[:width], *[fill] * (width - row.shape[0])] for row in self]
        if text:
            return StringTensor(np.asarray(rows, dtype=object).reshape(len(self), width))
        return engine.convert_to_tensor(rows)

    def row_lengths(self) -> engine.Tensor:
        """How many elements each row has."""
        return engine.convert_to_tensor([row.shape[0] for row in self], "int32")

    def numpy(self) -> Any:
        """An array of arrays."""
        found = np.empty(len(self), dtype=object)
        found[:] = [row.numpy() for row in self]
        return found

    @property
    def flat_values(self) -> Any:
        """The elements of all rows, one after the other."""
        parts = [element for row in self for element in row.tolist()]
        return as_text(parts) if holds_text(parts) else engine.convert_to_tensor(parts)

    @property
    def shape(self) -> tuple[Any, ...]:
        """How many rows, and None."""
        return (len(self), None)


def _index(key: Any) -> Any:
    return key.numpy() if engine.is_tensor(key) else key


def _unwrapped(values: Any) -> Any:
    """Values with the arrays of the StringTensors among them."""
    if isinstance(values, StringTensor):
        return values._array
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, StringTensor):
        return value.tolist()
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _encoded(value: Any) -> bytes:
    if isinstance(value, bytes):
        return bytes(value)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    raise TypeError(f"expected text, received {type(value).__name__} {value!r}")


def lower_ascii(text: str) -> str:
    """The text with its 26 plain letters in lower case; others stay, as in TensorFlow."""
    return text.translate(_LOWER)


def words_of(text: str) -> list[str]:
    """What stands between plain white space; wide and unbreakable spaces are part of words."""
    return [word for word in _SPACE.split(text) if word]


def is_text(leaf: Any) -> bool:
    """Whether a value is a string, an array of strings, or a `StringTensor`."""
    if isinstance(leaf, str | bytes | StringTensor):
        return True
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind in "OUST"


def holds_text(value: Any) -> bool:
    """Whether a value is text, or nested lists that begin with a string."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return is_text(value)


def as_text(value: Any) -> StringTensor:
    """Text as a `StringTensor`."""
    return value if isinstance(value, StringTensor) else StringTensor(value)
