"""Layers that number words and integers: vocabularies, data sets, configurations, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.layers import IntegerLookup, StringLookup, TextVectorization
from pykeras_core.utils.pipeline import Dataset

TEXTS = ["good film", "bad film", "good good", "bad bad film"]
LABELS = np.float32([1, 0, 1, 0])


def test_text_trains_a_model_through_a_data_set() -> None:
    vectorize = TextVectorization(output_sequence_length=3)
    dataset = Dataset.from_tensor_slices((TEXTS, LABELS))
    vectorize.adapt(dataset.map(lambda text, label: text).batch(2))
    assert vectorize.get_vocabulary() == ["", "[UNK]", "good", "film", "bad"]
    batches = dataset.batch(2).map(lambda text, label: (vectorize(text), label)).repeat(40)
    model = keras.Sequential(
        [
            keras.layers.Embedding(vectorize.vocabulary_size(), 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy")
    history = model.fit(batches, verbose=0)
    assert history.history["loss"][-1] < 0.3
    found = model.predict(vectorize(["a good one", "so bad"]), verbose=0)
    assert found[0] > 0.5 > found[1]


def test_text_of_any_form_is_read() -> None:
    layer = TextVectorization(vocabulary=["a", "b"])
    assert layer("b a").tolist() == [3, 2]
    assert layer(np.array([["b a"], [b"a"]], dtype=object)).tolist() == [[3, 2], [2, 0]]
    assert layer(np.array(["a"])).tolist() == [[2]]
    assert TextVectorization(split=None, standardize=None, vocabulary=["A b"])(
        ["A b"]
    ).tolist() == [[2]]
    own = TextVectorization(standardize=str.upper, split=lambda text: text.split("-"))
    own.adapt(["x-y"])
    assert own.get_vocabulary(include_special_tokens=False) == ["Y", "X"]


def test_words_turn_into_numbers_and_back() -> None:
    lookup = StringLookup(vocabulary=["a", "b"], mask_token="")
    back = StringLookup(vocabulary=["a", "b"], mask_token="", invert=True)
    numbers = lookup([["b", "", "z"]])
    assert numbers.tolist() == [[3, 0, 1]]
    assert back(numbers).tolist() == [[b"b", b"", b"[UNK]"]]
    several = StringLookup(vocabulary=["a"], num_oov_indices=3)
    assert set(several([*"bcdefghij"]).tolist()) <= {0, 1, 2}
    with pytest.raises(ValueError, match="has no number for 'z'"):
        StringLookup(vocabulary=["a"], num_oov_indices=0)(["z"])


def test_vocabulary_may_stand_in_a_file(tmp_path: Any) -> None:
    (tmp_path / "words.txt").write_text("cat\ndog\n", encoding="utf-8")
    lookup = StringLookup(vocabulary=str(tmp_path / "words.txt"))
    assert lookup.get_vocabulary() == ["[UNK]", "cat", "dog"]


@pytest.mark.parametrize(
    "layer",
    [
        TextVectorization(output_mode="tf_idf"),
        StringLookup(mask_token=""),
        IntegerLookup(output_mode="count"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_configuration_keeps_the_vocabulary(layer: Any) -> None:
    data: Any = np.int32([[1, 2], [2, 5]]) if isinstance(layer, IntegerLookup) else ["a b", "b"]
    layer.adapt(data)
    again = type(layer).from_config(layer.get_config())
    assert again.get_vocabulary() == layer.get_vocabulary()
    assert again(data).tolist() == layer(data).tolist()


def test_integers_are_numbered_inside_a_model() -> None:
    lookup = IntegerLookup(vocabulary=[40, 7], output_mode="one_hot")
    model = keras.Sequential([keras.Input((1,), dtype="int32"), lookup])
    assert model.output_shape == (None, 3)
    assert model.predict(np.int32([[7], [3]]), verbose=0).tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: StringLookup()(["a"]), ValueError, "no vocabulary yet"),
        (lambda: StringLookup(vocabulary=["a", "a"]), ValueError, r"received \['a'\] twice"),
        (lambda: StringLookup(2, vocabulary=["a", "b"]), ValueError, "a vocabulary of 3"),
        (lambda: StringLookup(output_mode="best"), ValueError, "received 'best'"),
        (lambda: StringLookup(vocabulary=["a"], output_mode="tf_idf"), ValueError, "idf_weights"),
        (lambda: StringLookup(vocabulary=["a"])([1]), TypeError, "expected text, received int 1"),
        (lambda: TextVectorization(split="words"), ValueError, "expected `split`"),
        (lambda: TextVectorization(ragged=True), ValueError, "no ragged tensors"),
        (lambda: TextVectorization()([["a", "b"]]), ValueError, "several in a row"),
        (
            lambda: TextVectorization(vocabulary=["a"])(keras.Input((1,))),
            TypeError,
            "Begin the model with `keras.Input",
        ),
    ],
)
def test_misuse_is_explained(call: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        call()
