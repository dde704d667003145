"""Reviews of films and whether they praise: `keras.datasets.imdb`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import NonNegativeInt, Seed, checked
from pykeras_core.datasets import sequences, sources
from pykeras_core.datasets.folders import Split
from pykeras_core.utils.download import Download

__all__ = ["get_word_index", "load_data"]

DATA = sources.register(
    sources.DataSet(
        name="imdb",
        title="IMDB",
        downloads=(
            Download(
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz",
                "sha256:69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
                "imdb.npz",
            ),
        ),
        check=sequences.check_texts,
        ragged=True,
    )
)


@checked
def load_data(
    path: str = "imdb.npz",
    num_words: NonNegativeInt | None = None,
    skip_top: NonNegativeInt = 0,
    maxlen: NonNegativeInt | None = None,
    seed: Seed = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: NonNegativeInt = 3,
) -> tuple[Split, Split]:
    """Load 25,000 and 25,000 reviews as lists of word numbers, the commonest words first.

    The first place that has it gives it: `imdb.npz` in `$PYKERAS_DATA_DIR`; Keras's cache; in a
    page, what its build baked in; on a desktop, the public address.

    Args:
        path: File name in Keras's cache, or an absolute path.
        num_words: Words with this number or a higher one count as unknown; default: none.
        skip_top: Words below this number, the commonest, count as unknown.
        maxlen: Reviews of this many words or more are left out; default: none.
        seed: Seed of the shuffle.
        start_char: Begins every review; None: nothing does.
        oov_char: Stands for an unknown word; None: unknown words are left out.
        index_from: Added to every word's number.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: arrays of lists; 1 for praise, else 0.

    Raises:
        ValueError: No review is short enough; or a file is damaged or holds something else.
        FileNotFoundError: No place has the data; the message names each one that was tried.

    Source: Maas et al., "Learning word vectors for sentiment analysis" (2011); Keras 3
        `keras.datasets.imdb` for the address, the order and the conventions.
    """
    arrays = sources.load(DATA, path)
    rng = np.random.RandomState(seed)
    parts = []
    for split in ("train", "test"):
        texts, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
        order = np.arange(len(texts))
        rng.shuffle(order)
        numbered = sequences.number_words(texts[order], start_char, index_from)
        parts.append(sequences.keep_short(numbered, labels[order], maxlen))
    (x_train, y_train), (x_test, y_test) = parts
    known = sequences.keep_words(x_train + x_test, num_words, skip_top, oov_char)
    cut = len(x_train)
    return (sequences.ragged(known[:cut]), y_train), (sequences.ragged(known[cut:]), y_test)


@checked
def get_word_index(path: str = "imdb_word_index.json") -> dict[str, Any]:
    """Load the number of each word, before `index_from` is added.

    Args:
        path: File name in the data folder and in Keras's cache.

    Raises:
        FileNotFoundError: No place has it.
        ValueError: The file is damaged.
    """
    return sequences.word_index("IMDB's words", path, "md5:bfafd718b763782e994055a2d397834f")
