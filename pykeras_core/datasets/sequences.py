"""Texts as lists of word numbers, the form of IMDB and Reuters: shifting, cutting, leaving out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pykeras_core.checks import NonNegativeInt, checked
from pykeras_core.datasets import sources
from pykeras_core.datasets.folders import Arrays
from pykeras_core.utils.download import Download, fetch

__all__ = ["check_texts", "keep_short", "keep_words", "number_words", "ragged", "word_index"]

Texts = list[list[int]]


@checked
def check_texts(arrays: Arrays, name: str) -> None:
    """Raise a ValueError unless every array of texts is one of lists, with a label for each."""
    for key in (key for key in arrays if key.startswith("x")):
        x, y = arrays[key], arrays[key.replace("x", "y", 1)]
        lists = x.ndim == 1 and all(isinstance(text, list | tuple | np.ndarray) for text in x)
        if not lists or y.shape != x.shape:
            raise ValueError(
                f"{name} was expected to hold texts as lists of word numbers, and a label for "
                f"each; {key} is {x.dtype} {x.shape}, its labels are {y.dtype} {y.shape}."
            )


@checked
def number_words(texts: Any, start_char: int | None, index_from: NonNegativeInt) -> Texts:
    """Shift word numbers up by `index_from` and begin each text with `start_char`."""
    shift = index_from or 0
    begin = [] if start_char is None else [start_char]
    return [begin + [int(word) + shift for word in text] for text in texts]


@checked
def keep_short(texts: Texts, labels: Any, maxlen: NonNegativeInt | None) -> tuple[Texts, Any]:
    """Leave out texts of `maxlen` words or more.

    Raises:
        ValueError: None is left.
    """
    if not maxlen:
        return texts, labels
    short = [index for index, text in enumerate(texts) if len(text) < maxlen]
    if not short:
        raise ValueError(
            f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. "
            "Increase maxlen."
        )
    return [texts[index] for index in short], labels[short]


@checked
def keep_words(
    texts: Texts, num_words: NonNegativeInt | None, skip_top: NonNegativeInt, oov_char: int | None
) -> Texts:
    """Replace words outside of `skip_top <= word < num_words` by `oov_char`, or leave them out."""
    limit = num_words or max(max(text) for text in texts)
    if oov_char is None:
        return [[word for word in text if skip_top <= word < limit] for text in texts]
    return [[word if skip_top <= word < limit else oov_char for word in text] for text in texts]


@checked
def ragged(texts: Sequence[list[int]]) -> np.ndarray[Any, Any]:
    """An array of lists, even where all have one length."""
    array = np.empty(len(texts), object)
    array[:] = texts
    return array


@checked
def word_index(title: str, file: str, digest: str) -> dict[str, int]:
    """Load the numbers of words by word.

    Args:
        title: What messages call it.
        file: Its name in `$PYKERAS_DATA_DIR`, in Keras's cache and at the public address.
        digest: The digest of the file there.

    Raises:
        FileNotFoundError: No place has it.
        ValueError: The file is damaged.
    """
    folder, cache = sources.data_dir(), sources.keras_cache()
    path = folder / file if folder and (folder / file).is_file() else cache / file
    if not path.is_file():
        address = f"https://storage.googleapis.com/tensorflow/tf-keras-datasets/{file}"
        try:
            fetch(title, [Download(address, digest, file)], cache)
        except OSError as error:
            raise FileNotFoundError(
                f"{title} was not found. Tried $PYKERAS_DATA_DIR ({folder or 'not set'}), Keras's "
                f"cache ({cache}), {error}. Put `{file}` into one of these folders."
            ) from error
    try:
        words = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no readable JSON file ({error}).") from error
    if not isinstance(words, dict):
        raise ValueError(f"{path} was expected to hold numbers by word.")
    return words
