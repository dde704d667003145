"""Owns `StringLookup`, which numbers words, and reading text as nested lists of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import Integers, NonNegativeInt, PositiveInt, Vocabulary, checked
from pykeras_core.layers.lookup import Lookup, _flat, two_salts
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.strings import Rows, StringTensor
from pykeras_core.utils.hashes import bin_of

__all__ = ["StringLookup", "is_placeholder_of_text", "texts"]


def texts(layer: str, inputs: Any) -> Any:
    """Text as nested lists of `str`.

    Raises:
        TypeError: If it is a placeholder, or holds something other than text.
    """
    if isinstance(inputs, KerasTensor):
        raise TypeError(
            f"`{layer}` reads text, received a placeholder of {inputs.dtype}. Begin the model with "
            '`keras.Input(shape=(1,), dtype="string")`, or apply the layer to the data before the '
            "model: `dataset.map(lambda x, y: (layer(x), y))`."
        )
    values = np.asarray(inputs, dtype=object).tolist()
    for value in _flat(values):
        if not isinstance(value, str | bytes):
            raise TypeError(f"`{layer}` expected text, received {type(value).__name__} {value!r}.")
    return _mapped(lambda v: v.decode("utf-8", "replace") if isinstance(v, bytes) else v, values)


def is_placeholder_of_text(inputs: Any) -> bool:
    """Whether a layer of text is wired into a model."""
    return isinstance(inputs, KerasTensor) and inputs.dtype == "string"


def _mapped(function: Any, values: Any) -> Any:
    """`function` of every element of nested lists."""
    if isinstance(values, list):
        return [_mapped(function, value) for value in values]
    return function(values)


class StringLookup(Lookup):
    """Numbers words by their place in a vocabulary.

    It reads lists, arrays and tensors of text, in a data set's `map` or as the first layer of a
    model, where its numbers are made before a step begins.

    Args:
        max_tokens: The most words, those added included; `None` for no limit.
        num_oov_indices: How many numbers there are for words not in the vocabulary, default 1;
            with 0 such a word is an error, with more Keras's hash chooses.
        mask_token: The word that has number 0, or `None`.
        oov_token: What unknown words become with `invert`, default `"[UNK]"`.
        vocabulary: List of words, or path of a file with one a line; default: found by `adapt`.
        idf_weights: For `"tf_idf"` with a vocabulary: a weight for each word.
        invert: Whether to turn numbers into words instead.
        output_mode: `"int"` (default), `"one_hot"`, `"multi_hot"`, `"count"` or `"tf_idf"`.
        pad_to_max_tokens: Whether rows are `max_tokens` long although there are fewer words.
        sparse: Only `False`.
        encoding: Only `"utf-8"`.
        salt: An int or two, for a hash that cannot be foreseen; `None` for none.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If arguments contradict each other.

    Example:
        >>> lookup = StringLookup(vocabulary=["cat", "dog"])
        >>> lookup(["dog", "cow"]).tolist(), lookup.get_vocabulary()
        ([2, 0], ['[UNK]', 'cat', 'dog'])
    """

    @checked
    def __init__(
        self,
        max_tokens: PositiveInt | None = None,
        num_oov_indices: NonNegativeInt = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Vocabulary | None = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Integers | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary, idf_weights, invert,
            output_mode, sparse, pad_to_max_tokens, name=name, **kwargs,
        )  # fmt: skip
        self.salt = two_salts("StringLookup", salt)

    _reads_text = True

    def __call__(self, inputs: Any) -> Any:
        """Returns the words' numbers; with `invert`, a tensor of the numbers' words."""
        if is_placeholder_of_text(inputs) and not self.invert:
            return super().__call__(inputs)
        return self.call(inputs)

    def call(self, inputs: Any) -> Any:
        """Returns the words' numbers; with `invert`, a tensor of the numbers' words."""
        if isinstance(inputs, Rows):
            return Rows(map(self.call, inputs))
        if self.invert:
            if isinstance(inputs, KerasTensor):
                raise TypeError(
                    f"`StringLookup` '{self.name}' with `invert` gives text, which a model cannot. "
                    "Apply it to what `predict` returns."
                )
            names = self.get_vocabulary()
            numbers = ops.convert_to_numpy(inputs).tolist()
            self._known_words()
            return StringTensor(
                _mapped(lambda n: names[n] if 0 <= n < len(names) else self.oov_token, numbers)
            )
        return self._encoded(ops.array(_mapped(self._number, self._values(inputs)), "int32"))

    def _number(self, word: str) -> int:
        self._known_words()
        if self._first and word == self.mask_token:
            return 0
        found = self._numbers.get(word)
        if found is not None:
            return found
        if not self.num_oov_indices:
            raise ValueError(
                f"`StringLookup` '{self.name}' has no number for {word!r}, which is not in its "
                "vocabulary. Leave out `num_oov_indices=0`."
            )
        return self._first + bin_of(word.encode(), self.num_oov_indices, self.salt)

    def _values(self, inputs: Any) -> Any:
        return texts("StringLookup", inputs)

    def _word(self, value: Any) -> str:
        return value.decode("utf-8") if isinstance(value, bytes) else str(value)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict, the vocabulary found included."""
        return {**super().get_config(), "salt": self.salt}
