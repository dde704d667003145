"""Owns what `StringLookup` and `IntegerLookup` share: a vocabulary, given or found by `adapt`."""

from __future__ import annotations

import collections
import math
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import NonNegativeInt, PositiveInt, checked, order_of, refuse
from pykeras_core.layers.categories import _encode, _encoded_shape, _refuse_sparse
from pykeras_core.layers.data_layer import DataLayer, batches_of
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["Lookup", "two_salts"]

# What Keras writes down of a lookup and reads nothing from here: the vocabulary says it.
_OF_KERAS_ALONE = ("oov_method", "vocabulary_dtype", "vocabulary_size")

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


def two_salts(name: str, salt: Any) -> list[int] | None:
    """A salt as two numbers.

    Raises:
        ValueError: If it is neither an int, nor two, nor `None`.
    """
    salts = [salt, salt] if isinstance(salt, int) else None if salt is None else list(salt)
    if salts is not None and len(salts) != 2:
        raise refuse(name, "salt", "an int, two or None", salt)
    return salts


class Lookup(DataLayer):
    """What lookups share: a vocabulary, given or found by `adapt`, and what is made of numbers.

    Numbers begin with the mask token's (0, if there is one and the mode is "int"), then those of
    words that are not in the vocabulary, then those of the vocabulary.
    """

    @checked
    def __init__(
        self,
        max_tokens: PositiveInt | None,
        num_oov_indices: NonNegativeInt,
        mask_token: Any,
        oov_token: Any,
        vocabulary: Any,
        idf_weights: Any,
        invert: bool,
        output_mode: str,
        sparse: bool,
        pad_to_max_tokens: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        _refuse_sparse(name, sparse)
        if output_mode not in _MODES:
            raise ValueError(
                f"`{name}` expected `output_mode` to be one of {_MODES}, received {output_mode!r}."
            )
        if max_tokens is not None and max_tokens <= 1:
            raise ValueError(f"`{name}` expected `max_tokens` above 1, received {max_tokens}.")
        if num_oov_indices < 0 or (invert and (num_oov_indices > 1 or output_mode != "int")):
            raise ValueError(
                f"`{name}` expected 0 `num_oov_indices` or more (with `invert` at most 1, and "
                f"`output_mode='int'`), received {num_oov_indices} and {output_mode!r}."
            )
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token = mask_token, oov_token
        self.invert, self.output_mode = invert, output_mode
        self.pad_to_max_tokens = pad_to_max_tokens
        self._first = int(mask_token is not None and output_mode == "int")
        self.reset_state()
        self._words: list[Any] | None = None
        self.built = True
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def reset_state(self) -> None:
        """Forgets what `adapt` has seen."""
        self._counts: collections.Counter[Any] = collections.Counter()
        self._documents: collections.Counter[Any] = collections.Counter()
        self._document_count = 0

    @checked
    def adapt(
        self, data: Any, batch_size: PositiveInt | None = None, steps: NonNegativeInt | None = None
    ) -> None:
        """Makes a vocabulary of what occurs in the data, the most frequent first.

        Args:
            data: An array or list, or an iterable of them, such as a dataset.
            batch_size: Accepted as in Keras.
            steps: How many of the iterable's arrays to look at; default all.
        """
        self.reset_state()
        given = [data] if isinstance(data, str | list | tuple) else data
        for batch in batches_of(self, given, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Looks at one array more: its rows are documents."""
        rows = self._values(data)
        for row in rows if isinstance(rows, list) else [rows]:
            words = list(_flat(row))
            self._counts.update(words)
            self._documents.update(set(words))
            self._document_count += 1

    def finalize_state(self) -> None:
        """Sets the vocabulary from what was seen."""
        # Of words that occur equally often, the later one in the alphabet comes first.
        by_name = sorted(self._counts, reverse=True)
        words = sorted(by_name, key=lambda word: -self._counts[word])
        words = [word for word in words if word not in (self.mask_token, self.oov_token)]
        if self.max_tokens is not None:
            words = words[: self.max_tokens - self._first - self.num_oov_indices]
        weights = [
            math.log(1 + self._document_count / (1 + self._documents[word])) for word in words
        ]
        self.set_vocabulary(words, weights if self.output_mode == "tf_idf" else None)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary.

        Args:
            vocabulary: Words in the order of their numbers, with or without the mask and unknown
                tokens in front; or the path of a file with a word a line.
            idf_weights: For "tf_idf": a weight for each word.

        Raises:
            ValueError: If a word occurs twice, there are too many, or weights are missing.
        """
        name = type(self).__name__
        if isinstance(vocabulary, str):
            with open(vocabulary, encoding="utf-8") as file:
                lines = file.read().split("\n")
            while lines and not lines[-1]:
                lines.pop()
            vocabulary = [self._word(line) for line in lines]
        words = [self._word(word) for word in np.asarray(vocabulary, dtype=object).tolist()]
        special = [self.mask_token] * self._first + [self.oov_token] * self.num_oov_indices
        if special and words[: len(special)] == special:
            words = words[len(special) :]
            if idf_weights is not None and len(idf_weights) > len(words):
                idf_weights = list(idf_weights)[len(special) :]
        repeated = [word for word, count in collections.Counter(words).items() if count > 1]
        if repeated:
            raise ValueError(f"`{name}` expected different words, received {repeated[:5]} twice.")
        size = len(words) + len(special)
        if self.max_tokens is not None and size > self.max_tokens:
            raise ValueError(
                f"`{name}` has `max_tokens={self.max_tokens}`, received a vocabulary of {size} "
                "with the tokens it adds."
            )
        if (self.output_mode == "tf_idf") != (idf_weights is not None):
            raise ValueError(
                f"`{name}` with `output_mode={self.output_mode!r}` expected "
                f"{'' if self.output_mode == 'tf_idf' else 'no '}`idf_weights`."
            )
        self._words = words
        start = len(special)
        self._numbers = {word: start + place for place, word in enumerate(words)}
        self._weights = None
        if idf_weights is not None:
            weights = [float(weight) for weight in idf_weights]
            if len(weights) != len(words):
                raise ValueError(
                    f"`{name}` expected {len(words)} `idf_weights`, received {len(weights)}."
                )
            unknown = sum(weights) / len(weights) if weights else 0.0
            self._weights = [unknown] * self.num_oov_indices + weights

    def _known_words(self) -> list[Any]:
        if self._words is None:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' has no vocabulary yet. Call "
                "`adapt(data)` first, or give it a `vocabulary`."
            )
        return self._words

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """Returns the words in the order of their numbers.

        Args:
            include_special_tokens: Whether the mask and unknown tokens are among them.
        """
        words = [] if self._words is None else self._words
        if not include_special_tokens:
            return list(words)
        special = [self.mask_token] * self._first + [self.oov_token] * self.num_oov_indices
        return [*special, *words]

    def vocabulary_size(self) -> int:
        """Returns the number of words, the mask and unknown tokens included."""
        return len(self.get_vocabulary())

    def _values(self, inputs: Any) -> Any:
        """Nested lists of words."""
        raise NotImplementedError

    def _word(self, value: Any) -> Any:
        """A word of the vocabulary in its type."""
        raise NotImplementedError

    def _depth(self) -> int:
        padded = self.max_tokens if self.pad_to_max_tokens else None
        return padded or self.vocabulary_size()

    def _encoded(self, numbers: Any) -> Any:
        """Numbers, or what the output mode makes of them."""
        if self.output_mode == "int":
            return numbers
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        rows = _encode(numbers, mode, self._depth(), "float32")
        if self._weights is None:
            return rows
        missing = self._depth() - len(self._weights)
        return rows * ops.array([*self._weights, *[0.0] * missing], "float32")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`, or the shape of the encoded numbers."""
        if self.output_mode == "int":
            return input_shape
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        return _encoded_shape(input_shape, mode, self._depth())

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns placeholders for what `call` returns."""
        dtype = "int32" if self.output_mode == "int" else "float32"
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict, the vocabulary found included."""
        weights = self._weights if self._words is not None else None
        return {
            **super().get_config(),
            "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices,
            "mask_token": self.mask_token,
            "oov_token": self.oov_token,
            "vocabulary": self._words,
            "idf_weights": None if weights is None else weights[self.num_oov_indices :],
            "invert": self.invert,
            "output_mode": self.output_mode,
            "pad_to_max_tokens": self.pad_to_max_tokens,
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict, or from what Keras writes down."""
        known = order_of(cls)
        dropped = [name for name in _OF_KERAS_ALONE if name not in known]
        return super().from_config({k: v for k, v in config.items() if k not in dropped})

    def load_assets(self, dir_path: str) -> None:
        """Reads the vocabulary that Keras puts beside the weights when `adapt` found it.

        Args:
            dir_path: The folder with `vocabulary.txt`.

        Raises:
            ValueError: If the mode is "tf_idf", whose weights such files lack.
        """
        if self._words is not None:  # given to the constructor: it is in the configuration
            return
        if self.output_mode == "tf_idf":
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}': Keras keeps no `idf_weights` of a "
                "vocabulary that `adapt` found. Call `adapt(data)` again."
            )
        self.set_vocabulary(os.path.join(dir_path, "vocabulary.txt"))

    _weights: list[float] | None = None


def _flat(values: Any) -> Iterable[Any]:
    if isinstance(values, list):
        for value in values:
            yield from _flat(value)
    else:
        yield values
