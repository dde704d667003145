"""Newswires and their topics: `keras.datasets.reuters`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import Fraction, NonNegativeInt, Seed, checked
from pykeras_core.datasets import sequences, sources
from pykeras_core.datasets.folders import Split
from pykeras_core.utils.download import Download

__all__ = ["get_label_names", "get_word_index", "load_data"]

_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves "
    "ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin "
    "strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange "
    "pet-chem dlr gas silver wpi hog lead"
)

DATA = sources.register(
    sources.DataSet(
        name="reuters",
        title="Reuters",
        downloads=(
            Download(
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/reuters.npz",
                "sha256:d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
                "reuters.npz",
            ),
        ),
        keys=("x", "y"),
        check=sequences.check_texts,
        ragged=True,
    )
)


@checked
def load_data(
    path: str = "reuters.npz",
    num_words: NonNegativeInt | None = None,
    skip_top: NonNegativeInt = 0,
    maxlen: NonNegativeInt | None = None,
    test_split: Fraction = 0.2,
    seed: Seed = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: NonNegativeInt = 3,
) -> tuple[Split, Split]:
    """Load 11,228 newswires of 46 topics as lists of word numbers, the commonest words first.

    The first place that has it gives it: `reuters.npz` in `$PYKERAS_DATA_DIR`; Keras's cache; in
    a page, what its build baked in; on a desktop, the public address.

    Args:
        path: File name in Keras's cache, or an absolute path.
        num_words: Words with this number or a higher one count as unknown; default: none.
        skip_top: Words below this number, the commonest, count as unknown.
        maxlen: Newswires of this many words or more are left out; default: none.
        test_split: Share of the newswires kept for testing, 0 to 1.
        seed: Seed of the shuffle.
        start_char: Begins every newswire; None: nothing does.
        oov_char: Stands for an unknown word; None: unknown words are left out.
        index_from: Added to every word's number.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: arrays of lists; topics, see `get_label_names`.

    Raises:
        ValueError: No newswire is short enough; or a file is damaged or holds something else.
        FileNotFoundError: No place has the data; the message names each one that was tried.

    Source: Lewis, the Reuters-21578 collection (1997); Keras 3 `keras.datasets.reuters` for the
        address, the order and the conventions.
    """
    arrays = sources.load(DATA, path)
    order = np.arange(len(arrays["x"]))
    np.random.RandomState(seed).shuffle(order)
    numbered = sequences.number_words(arrays["x"][order], start_char, index_from)
    texts, topics = sequences.keep_short(numbered, arrays["y"][order], maxlen)
    known = sequences.keep_words(texts, num_words, skip_top, oov_char)
    cut = int(len(known) * (1 - test_split))
    x = sequences.ragged(known)
    return (x[:cut], topics[:cut]), (x[cut:], topics[cut:])


@checked
def get_word_index(path: str = "reuters_word_index.json") -> dict[str, Any]:
    """Load the number of each word, before `index_from` is added.

    Args:
        path: File name in the data folder and in Keras's cache.

    Raises:
        FileNotFoundError: No place has it.
        ValueError: The file is damaged.
    """
    return sequences.word_index("Reuters's words", path, "md5:4d44cc38712099c9e383dc6e5f11a921")


@checked
def get_label_names() -> tuple[str, ...]:
    """Return the names of the 46 topics.

    Example:
        >>> get_label_names()[3]
        'earn'
    """
    return tuple(_TOPICS.split())
