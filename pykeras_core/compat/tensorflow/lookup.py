"""`tf.lookup`: tables from keys to values, on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.compat.tensorflow.arrays import constant
from pykeras_core.engine import canonical_dtype, convert_to_tensor
from pykeras_core.symbolic.strings import StringTensor, as_text, is_text

__all__ = [
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "StaticVocabularyTable",
    "TextFileIndex",
    "TextFileInitializer",
]


class KeyValueTensorInitializer:
    """Keys and values of a table.

    Args:
        keys: One axis of text or whole numbers.
        values: As many values.
        key_dtype: Accepted as in TensorFlow.
        value_dtype: What numbers become.
        name: Accepted as in TensorFlow.

    Raises:
        ValueError: If there are not as many of both, or a key comes twice with two values.
    """

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None,
        name: str | None = None,
    ) -> None:  # fmt: skip
        self.keys, self.values = _items(keys), _items(values)
        self.is_text = is_text(values)
        self.value_dtype = None if self.is_text or value_dtype is None else value_dtype
        if len(self.keys) != len(self.values):
            raise ValueError(
                f"`KeyValueTensorInitializer` expected as many values as keys, received "
                f"{len(self.keys)} keys and {len(self.values)} values"
            )
        known: dict[Any, Any] = {}
        for key, value in zip(self.keys, self.values, strict=True):
            if known.setdefault(key, value) != value:
                raise ValueError(f"a table has one value a key; {key!r} came with two")


class TextFileIndex:
    """What of a line `TextFileInitializer` takes, where it is no column."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TextFileInitializer(KeyValueTensorInitializer):
    """Keys and values of a table, from the lines of a file.

    Args:
        filename: The file.
        key_dtype: `tf.string` or a whole number's.
        key_index: A column, or one of `TextFileIndex`.
        value_dtype: As `key_dtype`.
        value_index: As `key_index`.
        vocab_size: How many lines to read; default all.
        delimiter: What parts columns.
        name: Accepted as in TensorFlow.
        value_index_offset: Added to numbers of lines.

    Raises:
        FileNotFoundError: If there is no such file.
    """

    def __init__(
        self, filename: Any, key_dtype: Any, key_index: int, value_dtype: Any, value_index: int,
        vocab_size: int | None = None, delimiter: str = "\t", name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:  # fmt: skip
        with open(str(filename), encoding="utf-8") as file:
            lines = file.read().splitlines()[:vocab_size]

        def column(index: int, dtype: Any) -> list[Any]:
            if index == TextFileIndex.LINE_NUMBER:
                return [number + value_index_offset for number in range(len(lines))]
            whole = index == TextFileIndex.WHOLE_LINE
            texts = [line if whole else line.split(delimiter)[index] for line in lines]
            if str(getattr(dtype, "name", dtype)) == "string":
                return texts
            return [int(text) for text in texts]

        keys, values = column(key_index, key_dtype), column(value_index, value_dtype)
        super().__init__(keys, values, key_dtype, value_dtype)


class StaticHashTable:
    """A table that does not change.

    Args:
        initializer: Its keys and values.
        default_value: What a key that is not in it gives.
        name: Accepted as in TensorFlow.
        experimental_is_anonymous: Accepted as in TensorFlow.

    Example:
        >>> table = StaticHashTable(KeyValueTensorInitializer(["a", "b"], [1, 2]), -1)
        >>> table.lookup(["b", "c"]).numpy().tolist()
        [2, -1]
    """

    def __init__(
        self, initializer: KeyValueTensorInitializer, default_value: Any, name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:  # fmt: skip
        self._values = dict(zip(initializer.keys, initializer.values, strict=True))
        self._is_text, self._dtype = initializer.is_text, initializer.value_dtype
        self._default = _items([default_value])[0]

    def size(self) -> Any:
        """How many keys it has."""
        return constant(len(self._values))

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys, in the shape of `keys`.

        Args:
            keys: Text, or whole numbers.
            name: Accepted as in TensorFlow.
        """
        found = [self._value_of(key) for key in _items(keys)]
        shape = tuple(as_text(keys).shape if is_text(keys) else np.shape(keys))
        if self._is_text:
            array = np.empty(len(found), object)
            array[:] = found
            return StringTensor(array.reshape(shape))
        numbers = convert_to_tensor(np.reshape(np.asarray(found), shape))
        return numbers if self._dtype is None else constant(numbers, canonical_dtype(self._dtype))

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def _value_of(self, key: Any) -> Any:
        return self._values.get(key, self._default)


class StaticVocabularyTable(StaticHashTable):
    """A table from words to numbers, in which other words have numbers above.

    Args:
        initializer: Words and their numbers.
        num_oov_buckets: How many numbers there are for other words; one here.
        lookup_key_dtype: Accepted as in TensorFlow.
        name: Accepted as in TensorFlow.
        experimental_is_anonymous: Accepted as in TensorFlow.

    Raises:
        ValueError: If `num_oov_buckets` is another number.
    """

    def __init__(
        self, initializer: KeyValueTensorInitializer, num_oov_buckets: int,
        lookup_key_dtype: Any = None, name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:  # fmt: skip
        if num_oov_buckets != 1:
            raise ValueError(
                "`StaticVocabularyTable` of PyKeras takes `num_oov_buckets=1`: several would need "
                f"TensorFlow's hash function. Received {num_oov_buckets}. "
                "`keras.layers.StringLookup(num_oov_indices=n)` sorts other words into n numbers."
            )
        super().__init__(initializer, len(initializer.keys))

    def size(self) -> Any:
        """How many numbers there are."""
        return constant(len(self._values) + 1)


def _items(values: Any) -> list[Any]:
    """The elements of text or numbers in one list, text as `str`."""
    if is_text(values):
        return as_text(values).mapped(str)
    found: list[Any] = np.asarray(values).reshape(-1).tolist()
    return found
