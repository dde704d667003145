"""Owns `TextVectorization`, which makes numbers of text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import (
    AnyCallable,
    NonNegativeInt,
    PositiveInt,
    PositiveInts,
    Vocabulary,
    checked,
)
from pykeras_core.layers.base import Layer
from pykeras_core.layers.data_layer import batches_of
from pykeras_core.layers.string_lookup import StringLookup, is_placeholder_of_text, texts
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.strings import StringTensor, is_text, lower_ascii, words_of

__all__ = ["TextVectorization"]

_PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']""")

_STANDARDIZE: dict[Any, Callable[[str], str]] = {
    None: lambda text: text,
    "lower_and_strip_punctuation": lambda text: _PUNCTUATION.sub("", lower_ascii(text)),
    "lower": lower_ascii,
    "strip_punctuation": lambda text: _PUNCTUATION.sub("", text),
}
_SPLIT: dict[Any, Callable[[str], list[str]]] = {
    None: lambda text: [text],
    "whitespace": words_of,
    "character": list,
}
_MODES = ("int", "multi_hot", "count", "tf_idf")
_OLDER_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def _applied(function: Callable[..., Any], given: list[str], own: bool) -> list[Any]:
    """What a function makes of each text; one of the user's may take all of them as a tensor."""
    if own:
        try:
            found = function(StringTensor(given))
        except (AttributeError, TypeError) as error:
            try:
                return [function(text) for text in given]
            except (AttributeError, TypeError):
                raise error from None
        rows = np.asarray(found, dtype=object).tolist() if is_text(found) else found
        return [texts("TextVectorization", row) for row in rows]
    return [function(text) for text in given]


class TextVectorization(Layer):
    """Cuts texts into words and numbers these by their place in a vocabulary.

    It reads lists, arrays and tensors of text, in a data set's `map` or as the first layer of a
    model, where its numbers are made before a step begins.

    Args:
        max_tokens: The most words, padding and unknown included; `None` for no limit.
        standardize: `"lower_and_strip_punctuation"` (default), `"lower"`, `"strip_punctuation"`,
            `None`, or a function from a tensor of texts to one (`tf.strings`), or from `str` to
            `str`.
        split: `"whitespace"` (default), `"character"`, `None`, or a function from a tensor of
            texts to rows of words, or from `str` to a list.
        ngrams: An int n adds groups of up to n neighbours; a tuple, groups of those sizes only.
        output_mode: `"int"` (default: numbers in order, 0 for padding, 1 for unknown words), or
            a row a text: `"multi_hot"`, `"count"` or `"tf_idf"`.
        output_sequence_length: Length that `"int"` rows are cut or filled to; default that of the
            longest.
        pad_to_max_tokens: Whether rows are `max_tokens` long although there are fewer words.
        vocabulary: List of words, or path of a file with one a line; default: found by `adapt`.
        idf_weights: For `"tf_idf"` with a vocabulary: a weight for each word.
        sparse: Only `False`.
        ragged: Only `False`.
        encoding: Only `"utf-8"`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If arguments contradict each other.

    Example:
        >>> layer = TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["The cat sat.", "The dog."])
        >>> layer.get_vocabulary()
        ['', '[UNK]', 'the', 'sat', 'dog', 'cat']
        >>> layer(["the dog ran"]).tolist()
        [[2, 4, 1, 0]]
    """

    @checked
    def __init__(
        self,
        max_tokens: PositiveInt | None = None,
        standardize: AnyCallable | str | None = "lower_and_strip_punctuation",
        split: AnyCallable | str | None = "whitespace",
        ngrams: PositiveInts | None = None,
        output_mode: str = "int",
        output_sequence_length: PositiveInt | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Vocabulary | None = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        output_mode = _OLDER_MODES.get(output_mode, output_mode)
        for what, value, known in (
            ("standardize", standardize, _STANDARDIZE),
            ("split", split, _SPLIT),
            ("output_mode", output_mode, _MODES),
        ):
            if not callable(value) and value not in known:
                raise ValueError(
                    f"`TextVectorization` expected `{what}` to be one of {list(known)}"
                    f"{'' if known is _MODES else ' or a function'}, received {value!r}."
                )
        if ragged or (output_sequence_length is not None and output_mode != "int"):
            raise ValueError(
                "`TextVectorization` has no ragged tensors, and `output_sequence_length` only "
                f"with `output_mode='int'`; received {output_mode!r}."
            )
        self.standardize: Any = standardize
        self.split: Any = split
        self.ngrams = ngrams
        self.output_mode = output_mode
        self.output_sequence_length = output_sequence_length
        self._lookup = StringLookup(
            max_tokens=max_tokens,
            mask_token="",
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens,
            sparse=sparse,
        )
        self.built = True

    def _words(self, texts_of: list[str]) -> list[list[str]]:
        """The words of each text, and their groups."""
        standardize, split = (
            known.get(given, given)
            for known, given in ((_STANDARDIZE, self.standardize), (_SPLIT, self.split))
        )
        rows = _applied(split, _applied(standardize, texts_of, own=callable(self.standardize)),
                        own=callable(self.split))  # fmt: skip
        return [self._grouped([*map(str, row)]) for row in rows]

    def _grouped(self, words: list[str]) -> list[str]:
        if self.ngrams is None:
            return words
        sizes = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return [
            " ".join(words[place : place + size])
            for size in sizes
            for place in range(len(words) - size + 1)
        ]

    def _rows(self, inputs: Any) -> list[list[str]]:
        values = texts("TextVectorization", inputs)
        if not isinstance(values, list):
            return self._words([values])
        # A row may hold its text in a list of one, as `(batch, 1)` does.
        singles = [value[0] if isinstance(value, list) and len(value) == 1 else value
                   for value in values]  # fmt: skip
        if any(isinstance(value, list) for value in singles):
            raise ValueError(
                "`TextVectorization` expected texts of shape (batch,) or (batch, 1), received "
                "several in a row."
            )
        return self._words(singles)

    @checked
    def adapt(
        self, data: Any, batch_size: PositiveInt | None = None, steps: NonNegativeInt | None = None
    ) -> None:
        """Makes a vocabulary of the words in the data, the most frequent first.

        Args:
            data: Texts, or an iterable of arrays of them, such as a dataset.
            batch_size: Accepted as in Keras.
            steps: How many of the iterable's arrays to look at; default all.
        """
        self.reset_state()
        given = [data] if isinstance(data, str | list | tuple) else data
        for batch in batches_of(self, given, steps):
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forgets what `adapt` has seen."""
        self._lookup.reset_state()

    def update_state(self, data: Any) -> None:
        """Looks at more texts."""
        for words in self._rows(data):
            self._lookup.update_state([words])

    def finalize_state(self) -> None:
        """Sets the vocabulary from what was seen."""
        self._lookup.finalize_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """Returns the words in the order of their numbers."""
        return self._lookup.get_vocabulary(include_special_tokens)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary; see `StringLookup.set_vocabulary`."""
        self._lookup.set_vocabulary(vocabulary, idf_weights)

    def vocabulary_size(self) -> int:
        """Returns the number of words, padding and unknown included."""
        return self._lookup.vocabulary_size()

    _reads_text = True

    def __call__(self, inputs: Any) -> Any:
        """Returns the numbers of the words of each text, or a row for each text."""
        return super().__call__(inputs) if is_placeholder_of_text(inputs) else self.call(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the numbers: a row for each text."""
        width = self.output_sequence_length
        if self.output_mode != "int":
            width = self._lookup._depth()
        return (input_shape[0] if input_shape else None, width)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns placeholders for what `call` returns."""
        dtype = "int32" if self.output_mode == "int" else "float32"
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=dtype)

    def call(self, inputs: Any) -> Any:
        """Returns the numbers of the words of each text, or a row for each text."""
        rows = self._rows(inputs)
        single = not isinstance(texts("TextVectorization", inputs), list)
        if self.output_mode != "int":
            found = [self._row(words) for words in rows]
            return found[0] if single else ops.stack(found)
        length = self.output_sequence_length or max((len(words) for words in rows), default=0)
        padded = [[*words[:length], *[""] * (length - len(words))] for words in rows]
        numbers = [[self._lookup._number(word) for word in words] for words in padded]
        table = ops.reshape(ops.array(np.asarray(numbers, dtype="int32")), (len(rows), length))
        return table[0] if single else table

    def _row(self, words: list[str]) -> Any:
        """A row of `"multi_hot"`, `"count"` or `"tf_idf"`."""
        if not words:
            return ops.zeros((self._lookup._depth(),))
        return self._lookup(words)

    def load_assets(self, dir_path: str) -> None:
        """Reads the vocabulary that Keras puts beside the weights when `adapt` found it."""
        self._lookup.load_assets(dir_path)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict, the vocabulary found included."""
        lookup = self._lookup.get_config()
        shared = ("max_tokens", "pad_to_max_tokens", "vocabulary", "idf_weights")
        return {
            **super().get_config(),
            "standardize": self.standardize,
            "split": self.split,
            "ngrams": self.ngrams,
            "output_mode": self.output_mode,
            "output_sequence_length": self.output_sequence_length,
            **{key: lookup[key] for key in shared},
        }
