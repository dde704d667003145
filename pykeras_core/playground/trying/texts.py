"""Texts for a model: as they are, or as the numbers that the program itself makes of words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core.layers import Embedding, TextVectorization
from pykeras_core.playground.structures import Array
from pykeras_core.playground.trying.ways import Input, Made
from pykeras_core.preprocessing.text import Tokenizer

LONGEST_TEXT = 20_000
WORDS_TOLD = 200
"""So many words of a text the page hears of, known or not."""

_FEWEST_WORDS = 5
_INDEX_NAMES = (
    "word_index", "word_to_index", "word_to_id", "word2idx", "word2index", "word_to_idx", "vocab",
    "vocabulary", "token_index", "token_to_id", "stoi", "char_to_index", "char_to_idx", "char2idx",
    "char_index", "char_to_id",
)  # fmt: skip
_UNKNOWN = ("[UNK]", "<UNK>", "<unk>", "<OOV>", "<oov>", "UNK", "unk")
_NUMBERED_FROM_3 = re.compile(r"\b(?:imdb|reuters)\b")
_START, _OUT, _FROM = 1, 2, 3
"""How `load_data` of Keras's data sets of words marks the start and the unknown words."""

Encode = Callable[[str], tuple[list[int], list[dict[str, Any]]]]


@dataclass(frozen=True, eq=False)
class TextWay:
    """Texts that a model takes as they are, or whose words the program has numbered.

    Args:
        make_sample: Makes the sample of a text.
        examples: Some texts of the program's, where they are known.
    """

    make_sample: Callable[[str], Made]
    examples: tuple[str, ...] = ()

    kind = "text"

    def describe(self) -> dict[str, Any]:
        """As `Way` says."""
        return {"kind": self.kind, "examples": list(self.examples)}

    def make(self, given: Input) -> Made | None:
        """As `Way` says, of ``{kind: "text", text}``."""
        text = str(given["text"])[:LONGEST_TEXT]
        return self.make_sample(text) if text.strip() else None


def texts_as_they_are(inner: tuple[int, ...], vectorizer: Any) -> Callable[[str], Made]:
    """The samples of a model that takes texts.

    Args:
        inner: The shape of one sample, () or (1,).
        vectorizer: The model's own layer that knows the words, None where there is none.
    """

    def make(text: str) -> Made:
        x = np.array([text], dtype=object).reshape(1, *inner)
        if vectorizer is None:
            return Made(x)
        words, cut = _words_of(vectorizer, text)
        return Made(x, words=words, cut=cut)

    return make


def numbered_by(
    model: Any, namespace: Mapping[str, Any], source: str, like: Array | None, row: tuple[Any, ...]
) -> Callable[[str], Made] | None:
    """How the program numbers the words of a text; None where it keeps nothing that says so.

    Args:
        model: The model.
        namespace: The program's variables.
        source: The program's text.
        like: Samples of the model, shape (n, length); None where there are none.
        row: The shape of a sample; its length may be None.
    """
    if len(row) != 1 or (like is not None and not _whole(like)):
        return None
    for value in list(namespace.values()):
        if isinstance(value, TextVectorization) and value.output_mode == "int":
            return _by_vectorizer(value, row[0])
        if isinstance(value, Tokenizer) and value.word_index:
            return _by_numbers(_of_tokenizer(value), like, row[0])
    index = _index_of(model, namespace)
    if index is None:
        return None
    embedding = _embedding(model)
    limit = None if embedding is None else int(embedding.input_dim)
    return _by_numbers(_of_index(index, source, limit), like, row[0])


def _whole(like: Array) -> bool:
    numbers = like.dtype.kind in "iu" or (
        like.dtype.kind == "f" and bool((like[:200] == np.rint(like[:200])).all())
    )
    return like.ndim == 2 and numbers and bool(like.size) and float(like.min()) >= 0


def _embedding(model: Any) -> Any:
    """The embedding that a model begins with; None if it begins otherwise."""
    for layer in getattr(model, "layers", []):
        if isinstance(layer, Embedding):
            return layer
        if type(layer).__name__ != "InputLayer":
            return None
    return None


def _index_of(model: Any, namespace: Mapping[str, Any]) -> dict[str, int] | None:
    """The one dictionary of the program that numbers words."""
    found = {name: value for name, value in list(namespace.items()) if _is_index(name, value)}
    named: list[dict[str, int]] = [
        value for name, value in found.items() if name.lower() in _INDEX_NAMES
    ]
    only: list[dict[str, int]] = list(found.values())
    if len(named) != 1 and len(only) == 1 and _embedding(model) is not None:
        return only[0]
    return named[0] if len(named) == 1 else None


def _is_index(name: str, value: Any) -> bool:
    if name.startswith("_") or not isinstance(value, dict) or len(value) < _FEWEST_WORDS:
        return False
    return all(
        isinstance(word, str) and isinstance(number, (int, np.integer)) and number >= 0
        for word, number in list(value.items())
    ) and len(set(value.values())) == len(value)


def _of_tokenizer(tokenizer: Tokenizer) -> Encode:
    def encode(text: str) -> tuple[list[int], list[dict[str, Any]]]:
        words = tokenizer._words(text)
        known = [bool(tokenizer.texts_to_sequences([[word]])[0]) for word in words]
        told = [
            {"word": word, "known": there and word in tokenizer.word_index}
            for word, there in zip(words, known, strict=True)
        ]
        return list(tokenizer.texts_to_sequences([text])[0]), told

    return encode


def _of_index(index: dict[str, int], source: str, limit: int | None) -> Encode:
    """Texts by a dictionary: of words, or of characters if that is what it holds."""
    plain = [word for word in index if word and word[0] not in "<["]
    characters = all(len(word) == 1 for word in plain)
    lower = all(word == word.lower() for word in plain)
    whole = not any(word[:1] in "<[" for word in index)
    shift = _FROM if whole and _NUMBERED_FROM_3.search(source) else 0
    unknown = next((index[word] for word in _UNKNOWN if word in index), _OUT if shift else None)

    def encode(text: str) -> tuple[list[int], list[dict[str, Any]]]:
        text = text.lower() if lower else text
        words = list(text) if characters else re.findall(r"\w+(?:'\w+)*|[^\w\s]", text)
        numbers: list[int] = [_START] if shift else []
        told = []
        for word in words:
            number = None if word not in index else int(index[word]) + shift
            known = number is not None and (limit is None or number < limit)
            if not known and not characters and re.fullmatch(r"\W", word):
                continue  # a full stop that the program does not count
            told.append({"word": word, "known": known})
            number = number if known else unknown
            numbers += [] if number is None else [number]
        return numbers, told

    return encode


def _by_numbers(encode: Encode, like: Array | None, length: int | None) -> Callable[[str], Made]:
    """Pads and cuts as the program's own samples are padded: in front where those begin with 0."""
    front = like is not None and _zeros(like[:, 0]) > _zeros(like[:, -1])
    dtype = "int32" if like is None else like.dtype

    def make(text: str) -> Made:
        numbers, words = encode(text)
        wanted = length or max(len(numbers), 1)
        kept = numbers[-wanted:] if front else numbers[:wanted]
        padding = [0] * (wanted - len(kept))
        row = [*padding, *kept] if front else [*kept, *padding]
        cut = len(numbers) - len(kept)
        return Made(np.array([row], dtype), words=words[:WORDS_TOLD], cut=cut)

    return make


def _zeros(column: Array) -> float:
    return float((column == 0).mean())


def _by_vectorizer(vectorizer: TextVectorization, length: int | None) -> Callable[[str], Made]:
    def make(text: str) -> Made:
        row = np.asarray(vectorizer(np.array([text], dtype=object)).numpy())
        if length is not None and row.shape[1] != length:
            row = np.pad(row[:, :length], ((0, 0), (0, max(length - row.shape[1], 0))))
        words, cut = _words_of(vectorizer, text)
        return Made(row, words=words, cut=cut)

    return make


def _words_of(vectorizer: TextVectorization, text: str) -> tuple[list[dict[str, Any]], int]:
    known = set(vectorizer.get_vocabulary(include_special_tokens=False))
    words = vectorizer._words([text])[0]
    length = vectorizer.output_sequence_length
    cut = max(len(words) - length, 0) if isinstance(length, int) else 0
    return [{"word": word, "known": word in known} for word in words[:WORDS_TOLD]], cut
