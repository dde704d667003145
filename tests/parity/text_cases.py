"""Parity cases of the layers that number words and integers, and of windows of series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .golden import Case, Framework, values

TEXTS = [
    "The quick brown fox, the lazy dog!",
    "A dog is not a fox; is it?",
    "quick  QUICK dog's",
    "",
]
UNICODE = [
    "Éclair ÀÉ straße",
    "a\u00a0b\u3000c\x0bd\x1ce\x85f",
    "Ω\u2019s “quoted” — ¿qué? ١٢",
    "日本語 テキスト",
    "emoji 👍🏽!",
]
WORDS = np.array([["cat", "dog"], ["cow", "cat"], ["", "emu"]], dtype=object)


def _plain(framework: Framework, tensor: Any) -> Any:
    return framework.keras.ops.convert_to_numpy(tensor).astype("float32")


def vectorized(name: str, texts: Any = TEXTS, **arguments: Any) -> Case:
    """`TextVectorization` adapted to a few texts."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = framework.keras.layers.TextVectorization(**arguments)
        if "vocabulary" not in arguments:
            layer.adapt(texts)
        return {
            "vocabulary": [str(word) for word in layer.get_vocabulary()],
            "size": layer.vocabulary_size(),
            "output": _plain(framework, layer(np.array([*texts[:3], "a new dog"], dtype=object))),
        }

    return Case(name, run)


def looked_up(name: str, cls: str, adapted: Any, given: Any, **arguments: Any) -> Case:
    """A lookup with a vocabulary, or adapted."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = getattr(framework.keras.layers, cls)(**arguments)
        if adapted is not None:
            layer.adapt(adapted)
        return {
            "vocabulary": [str(word) for word in layer.get_vocabulary()],
            "output": _plain(framework, layer(given)),
        }

    return Case(name, run)


def cases() -> Iterator[Case]:
    """Every mode."""
    yield vectorized("text-int")
    yield vectorized("text-length", output_sequence_length=4, max_tokens=6)
    yield vectorized("text-character", split="character", standardize="lower")
    yield vectorized("text-ngrams", ngrams=2)
    yield vectorized("text-bigrams", ngrams=(2,), standardize=None)
    yield vectorized("text-unicode", UNICODE)
    yield vectorized("text-unicode-character", UNICODE, split="character", standardize="lower")
    for mode in ("multi_hot", "count", "tf_idf"):
        yield vectorized(f"text-{mode}", output_mode=mode)
    yield vectorized("text-padded", output_mode="count", max_tokens=30, pad_to_max_tokens=True)
    yield vectorized("text-vocabulary", vocabulary=["dog", "fox"])
    for mode in ("int", "multi_hot", "count"):
        yield looked_up(f"string-{mode}", "StringLookup", WORDS, WORDS, output_mode=mode)
    yield looked_up("string-mask", "StringLookup", WORDS, WORDS, mask_token="")
    yield looked_up(
        "string-one_hot",
        "StringLookup",
        None,
        WORDS[:, 0],
        vocabulary=["cat"],
        output_mode="one_hot",
    )
    numbers = np.array([[7, 3], [3, 9], [0, 3]], "int32")
    other = np.array([[3, 8], [0, 7]], "int32")
    for mode in ("int", "multi_hot", "count", "tf_idf"):
        yield looked_up(f"integer-{mode}", "IntegerLookup", numbers, other, output_mode=mode)
    yield looked_up("integer-mask", "IntegerLookup", numbers, other, mask_token=0)
    yield looked_up(
        "integer-several", "IntegerLookup", None, other, vocabulary=[7, 3], num_oov_indices=3
    )
    yield looked_up(
        "integer-invert", "IntegerLookup", None, other % 4, vocabulary=[7, 3], invert=True
    )


def series(name: str, targets: bool = True, **arguments: Any) -> Case:
    """`timeseries_dataset_from_array`, batch by batch."""

    def run(framework: Framework) -> dict[str, Any]:
        data = values("text/series", (20, 2))
        make = framework.keras.utils.timeseries_dataset_from_array
        dataset = make(data, data[:, 0] if targets else None, **arguments)
        return {
            f"batch {number}": [np.asarray(part) for part in (batch if targets else (batch,))]
            for number, batch in enumerate(dataset)
        }

    return Case(name, run)


CASES: tuple[Case, ...] = (
    *cases(),
    series("series", sequence_length=4, batch_size=8),
    series("series-strides", sequence_length=3, sequence_stride=2, sampling_rate=3, batch_size=3),
    series("series-part", False, sequence_length=3, start_index=4, end_index=12),
)
