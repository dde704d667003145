"""`keras.preprocessing.text` of Keras 2: words of texts as numbers, without tensors."""

from __future__ import annotations

import collections
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

__all__ = [
    "Tokenizer",
    "hashing_trick",
    "one_hot",
    "text_to_word_sequence",
    "tokenizer_from_json",
]

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    input_text: str, filters: str = _FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """Returns the words of a text.

    Args:
        input_text: The text.
        filters: Characters that stand between words, beside `split`.
        lower: Whether to write it in lower case first.
        split: What stands between words.

    Example:
        >>> text_to_word_sequence("The cat, the dog.")
        ['the', 'cat', 'the', 'dog']
    """
    text = input_text.lower() if lower else input_text
    between: Any = dict.fromkeys(filters, split)
    return [word for word in text.translate(str.maketrans(between)).split(split) if word]


def one_hot(
    input_text: str,
    n: int,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """Returns a number from 1 to `n` - 1 for each word, the same for the same word."""
    return hashing_trick(input_text, n, "md5", filters, lower, split, analyzer)


def hashing_trick(
    text: str,
    n: int,
    hash_function: Any = None,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """Returns a number from 1 to `n` - 1 for each word.

    Args:
        text: The text.
        n: How many numbers there are, 0 among them, which no word has.
        hash_function: "md5", a function from a word to an int, or `None` for Python's `hash`,
            which differs from run to run.
        filters: As in `text_to_word_sequence`.
        lower: As there.
        split: As there.
        analyzer: A function from a text to its words, in place of these three.
    """

    def md5(word: str) -> int:
        return int(hashlib.md5(word.encode()).hexdigest(), 16)

    number = md5 if hash_function == "md5" else hash_function or hash
    words = analyzer(text) if analyzer else text_to_word_sequence(text, filters, lower, split)
    return [number(word) % (n - 1) + 1 for word in words]


class Tokenizer:
    """Numbers the words of texts by how often they occur, the most frequent being 1.

    Args:
        num_words: Only words with a lower number are written; `None` for all.
        filters: Characters that stand between words, beside `split`.
        lower: Whether texts are written in lower case first.
        split: What stands between words.
        char_level: Whether characters are what is numbered.
        oov_token: A word that stands for those that are not known; it has number 1.
        analyzer: A function from a text to its words, in place of the four above.
        **kwargs: `document_count`, how many texts were seen.

    Raises:
        TypeError: If an argument is unknown.

    Example:
        >>> tokenizer = Tokenizer(num_words=10, oov_token="?")
        >>> tokenizer.fit_on_texts(["a b", "b c"])
        >>> tokenizer.texts_to_sequences(["b z"])
        [[2, 1]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = _FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("nb_words", None)
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"`Tokenizer` has no argument {sorted(kwargs)}.")
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.analyzer = analyzer
        self.word_counts: dict[str, int] = {}
        self.word_docs: dict[str, int] = collections.defaultdict(int)
        self.index_docs: dict[int, int] = collections.defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Any) -> list[str]:
        if isinstance(text, str):
            if self.char_level:
                return list(text.lower() if self.lower else text)
            if self.analyzer is not None:
                return self.analyzer(text)
            return text_to_word_sequence(text, self.filters, self.lower, self.split)
        return [word.lower() if self.lower else word for word in text]

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Counts and numbers the words of texts.

        Args:
            texts: Texts, or lists of words.
        """
        for text in texts:
            words = self._words(text)
            self.document_count += 1
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        by_count = sorted(self.word_counts, key=lambda word: -self.word_counts[word])
        first = [] if self.oov_token is None else [self.oov_token]
        self.word_index = {word: n for n, word in enumerate([*first, *by_count], 1)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Any]) -> None:
        """Counts in how many sequences of numbers each number is."""
        for sequence in sequences:
            self.document_count += 1
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """Returns the numbers of the words of texts; words without one are left out."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """Gives the numbers of the words of texts, text by text."""
        unknown = None if self.oov_token is None else self.word_index.get(self.oov_token)
        for text in texts:
            numbers = (self.word_index.get(word) for word in self._words(text))
            allowed = (
                unknown if number is None or self._beyond(number) else number for number in numbers
            )
            yield [number for number in allowed if number is not None]

    def _beyond(self, number: int) -> bool:
        return bool(self.num_words) and number >= (self.num_words or 0)

    def sequences_to_texts(self, sequences: Iterable[Any]) -> list[str]:
        """Returns the words of numbers, with a space between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Any]) -> Iterator[str]:
        """Gives the words of numbers, sequence by sequence."""
        for sequence in sequences:
            words = (
                self.oov_token if self._beyond(int(number)) else self.index_word.get(
                    int(number), self.oov_token)
                for number in sequence
            )  # fmt: skip
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> Any:
        """Returns a row for each text; see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: Any, mode: str = "binary") -> Any:
        """Returns a row for each sequence of numbers.

        Args:
            sequences: Lists of numbers.
            mode: "binary": which are there; "count": how often; "freq": share of the sequence;
                "tfidf": how often, less for words that are in many texts.

        Returns:
            Float64 array of shape (sequences, words).

        Raises:
            ValueError: If the mode is another one, or no words are known.
        """
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ValueError(
                "`sequences_to_matrix` expected `mode` as 'binary', 'count', 'freq' or 'tfidf', "
                f"received {mode!r}"
            )
        if not self.num_words and not self.word_index:
            raise ValueError("`sequences_to_matrix` needs `num_words`, or `fit_on_texts` before")
        if mode == "tfidf" and not self.document_count:
            raise ValueError("`mode='tfidf'` needs `fit_on_texts` before")
        width = self.num_words or len(self.word_index) + 1
        matrix = np.zeros((len(sequences), width))
        for row, sequence in enumerate(sequences):
            counts = collections.Counter(number for number in sequence if number < width)
            for number, count in counts.items():
                matrix[row, number] = self._weight(number, count, len(sequence), mode)
        return matrix

    def _weight(self, number: int, count: int, length: int, mode: str) -> float:
        if mode == "tfidf":
            often = 1 + np.log(count)
            rare = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
            return float(often * rare)
        return {"binary": 1.0, "count": float(count), "freq": count / length}[mode]

    def get_config(self) -> dict[str, Any]:
        """Returns what it was made with and has found, as `to_json` writes it."""
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            "word_counts": json.dumps(self.word_counts),
            "word_docs": json.dumps(self.word_docs),
            "index_docs": json.dumps(self.index_docs),
            "index_word": json.dumps(self.index_word),
            "word_index": json.dumps(self.word_index),
        }

    def to_json(self, **kwargs: Any) -> str:
        """Returns it as JSON, which `tokenizer_from_json` reads."""
        config = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(config, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Returns the tokenizer that `to_json` has written."""
    config = json.loads(json_string)["config"]
    found = {
        name: json.loads(config.pop(name))
        for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    }
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = found["word_counts"]
    tokenizer.word_docs = collections.defaultdict(int, found["word_docs"])
    by_number = {int(number): count for number, count in found["index_docs"].items()}
    tokenizer.index_docs = collections.defaultdict(int, by_number)
    tokenizer.word_index = found["word_index"]
    tokenizer.index_word = {int(number): word for number, word in found["index_word"].items()}
    return tokenizer
