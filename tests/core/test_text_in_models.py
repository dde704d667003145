"""Models that read text: their numbers are made on the host, before a step is traced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.compat import tensorflow as tf

TEXTS = ["good film", "bad film", "good good", "bad bad film"] * 4
LABELS = np.float32([1, 0, 1, 0] * 4)


def vectorizer(**arguments: Any) -> layers.TextVectorization:
    layer = layers.TextVectorization(**arguments)
    layer.adapt(TEXTS)
    return layer


def tail() -> list[Any]:
    return [
        layers.Embedding(8, 4),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]


@pytest.mark.parametrize("length", [None, 3])
@pytest.mark.parametrize("first", [[], [keras.Input((1,), dtype="string")]], ids=["bare", "input"])
def test_a_sequential_model_is_trained_on_text_and_saved(
    length: int | None, first: list[Any], tmp_path: Any
) -> None:
    model = keras.Sequential([*first, vectorizer(output_sequence_length=length), *tail()])
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    x = np.array(TEXTS, dtype=object)
    model.fit(x, LABELS, epochs=20, validation_split=0.25, verbose=0)
    assert model.evaluate(x, LABELS, verbose=0, return_dict=True)["accuracy"] == 1.0
    found = model.predict(tf.constant(["a good one", "so bad"]), verbose=0)
    assert found[0] > 0.5 > found[1]
    np.testing.assert_allclose(model(tf.constant(["a good one", "so bad"])), found, rtol=1e-5)
    model.save(tmp_path / "text.keras")
    again = keras.saving.load_model(tmp_path / "text.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)


def test_a_batch_is_as_long_as_its_longest_text() -> None:
    model = keras.Sequential(
        [keras.Input((1,), dtype="string"), vectorizer(), layers.Lambda(lambda n: keras.ops.cast(
            keras.ops.ones_like(n), "float32")), layers.Lambda(lambda n: keras.ops.sum(n, 1))]
    )  # fmt: skip
    texts = tf.constant(["a b c", "a", "a b", "a"])
    assert model.predict(texts, batch_size=2, verbose=0).tolist() == [3, 3, 2, 2]


def test_text_and_numbers_are_inputs_of_one_model_in_every_form() -> None:
    text = keras.Input((1,), dtype="string", name="text")
    number = keras.Input((2,), name="number")
    words = layers.GlobalMaxPooling1D()(
        layers.Embedding(8, 3)(vectorizer(output_sequence_length=3)(text))
    )
    model = keras.Model([text, number], layers.Dense(1)(layers.Concatenate()([words, number])))
    model.compile("sgd", "mse")
    x = {"text": np.array(TEXTS, dtype=object), "number": np.ones((16, 2), "float32")}
    model.fit(x, LABELS, verbose=0)
    pairs = tf.data.Dataset.from_tensor_slices((x, LABELS)).batch(5)
    model.fit(pairs, epochs=2, validation_data=pairs, verbose=0)
    assert model.train_on_batch([x["text"], x["number"]], LABELS) > 0
    rows = model.predict(pairs, verbose=0)
    np.testing.assert_allclose(rows, model.predict(x, verbose=0, batch_size=5), rtol=1e-6)
    np.testing.assert_allclose(rows[:1], model.predict_on_batch(
        {"text": np.array([["good film"]], dtype=object), "number": np.ones((1, 2))}), rtol=1e-5
    )  # fmt: skip


def test_categories_are_looked_up_inside_a_model() -> None:
    kind = keras.Input((), dtype=tf.string, name="kind")
    lookup = layers.StringLookup(vocabulary=["cat", "dog"], output_mode="one_hot")
    model = keras.Model(kind, layers.Dense(1, kernel_initializer="ones")(lookup(kind)))
    assert model.predict(np.array(["dog", "cow"]), verbose=0).tolist() == [[1.0], [1.0]]


def test_text_with_functions_of_tensorflow_is_standardized_and_split() -> None:
    def clean(text: Any) -> Any:
        return tf.strings.regex_replace(tf.strings.lower(text), "<br />", " ")

    layer = layers.TextVectorization(standardize=clean, split=lambda t: tf.strings.split(t, "-"))
    layer.adapt(["A<br />b-c", "C-d"])
    assert layer.get_vocabulary() == ["", "[UNK]", "c", "d", "a b"]
    assert layer(tf.constant(["C-x-d"])).tolist() == [[2, 1, 3]]


def test_text_that_a_layer_with_weights_would_read_is_refused_by_name() -> None:
    inner = keras.Sequential([keras.Input((1,), dtype="string"), vectorizer(), *tail()], name="in")
    text = keras.Input((1,), dtype="string")
    outer = keras.Model(text, inner(text))
    outer.compile("sgd", "mse")
    with pytest.raises(ValueError, match="gives text to 'in', which has weights"):
        outer.fit(np.array(TEXTS, dtype=object), LABELS, verbose=0)
    assert outer(tf.constant(["good"])).shape == (1, 1)


def test_numbers_into_text_inside_a_model_are_refused() -> None:
    back = layers.StringLookup(vocabulary=["a"], invert=True)
    with pytest.raises(TypeError, match="gives text, which a model cannot"):
        back(keras.Input((1,), dtype="int32"))
    assert back([1, 0]).numpy().tolist() == [b"a", b"[UNK]"]


def test_text_of_a_data_set_comes_as_tensors() -> None:
    dataset = tf.data.Dataset.from_tensor_slices((TEXTS[:2], [1, 0]))
    for text, _label in dataset:
        assert text.numpy().decode().endswith("film")
        assert text.dtype == tf.string
        assert text.shape == ()
    batch = next(iter(dataset.batch(2).map(lambda t, y: (tf.strings.upper(t), y))))
    assert batch[0].numpy().tolist() == [b"GOOD FILM", b"BAD FILM"]
    assert dataset.batch(2).element_spec[0] == tf.TensorSpec([None], tf.string)


def test_characters_are_numbered_in_rows_and_come_back_as_text() -> None:
    characters = tf.strings.unicode_split(["abc", "d"], input_encoding="UTF-8")
    lookup = layers.StringLookup(vocabulary=list("abcd"), mask_token=None)
    numbers = lookup(characters)
    assert numbers.to_list() == [[1, 2, 3], [4]]
    back = layers.StringLookup(vocabulary=lookup.get_vocabulary(), invert=True, mask_token=None)
    assert tf.strings.reduce_join(back(numbers), axis=-1).tolist() == [b"abc", b"d"]
    assert numbers.to_tensor().tolist() == [[1, 2, 3], [4, 0, 0]]
    assert tf.not_equal(tf.constant(["a", "b"]), "a").tolist() == [False, True]
