"""Hashes inside of models, tables made numbers, and spectrograms, beside what real Keras gives."""

from __future__ import annotations

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.utils import FeatureSpace
from pykeras_core.utils.pipeline import Dataset

NUMBERS, WORDS = np.array([[1], [2], [3]]), np.array([["x"], ["y"], ["z"]], dtype=object)
TABLE = {"age": [1.0, 2.0, 4.0], "pet": ["cat", "dog", "cat"], "code": [7, 8, 9]}


def test_a_model_hashes_integers_and_text_before_its_step_begins(tmp_path):
    number = layers.Input((1,), dtype="int32", name="number")
    word = layers.Input((1,), dtype="string", name="word")
    found = layers.StringLookup(vocabulary=["x", "y"])(word)
    parts = [
        layers.Hashing(4, output_mode="one_hot")(number),
        layers.HashedCrossing(6, output_mode="one_hot")([number, found]),
    ]
    model = keras.Model([number, word], layers.Dense(2)(layers.Concatenate()(parts)))
    model.compile("sgd", "mse")
    model.fit([NUMBERS, WORDS], np.ones((3, 2)), epochs=1, verbose=0)
    predicted = model.predict([NUMBERS, WORDS], verbose=0)
    rows = np.concatenate(
        [
            layers.Hashing(4, output_mode="one_hot")(NUMBERS),
            layers.HashedCrossing(6, output_mode="one_hot")([NUMBERS, [[1], [2], [0]]]),
        ],
        axis=-1,
    )
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(predicted, rows @ kernel + bias, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict([NUMBERS, WORDS], verbose=0), predicted)


def test_what_cannot_be_hashed_says_why():
    hashing = layers.Hashing(4, output_mode="multi_hot")
    inputs = keras.Input((2,))
    model = keras.Model(inputs, layers.Dense(1)(hashing(layers.Dense(2)(inputs))))
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"hashes what 'dense.*' gives, which has"):
        model.fit(np.ones((2, 2)), np.ones((2, 1)), verbose=0)

    class Own(keras.Model):
        def call(self, x):
            return layers.Dense(1)(hashing(x))

    own = Own()
    own.compile("sgd", "mse")
    with pytest.raises(TypeError, match="runs on the host, before a training step begins"):
        own.fit(np.ones((2, 2)), np.ones((2, 1)), verbose=0)
    with pytest.raises(ValueError, match=r"inputs of one shape.*\(3, 1\), \(3,\)"):
        layers.HashedCrossing(3)([NUMBERS, NUMBERS[:, 0]])
    with pytest.raises(ValueError, match="list of two inputs or more"):
        layers.HashedCrossing(3)([NUMBERS])
    for arguments in ({"num_bins": 0}, {"num_bins": 2, "salt": [1, 2, 3]}):
        with pytest.raises(ValueError, match=r"`Hashing` expected `(num_bins|salt)`"):
            layers.Hashing(**arguments)


def test_a_table_becomes_rows_for_a_model_and_keeps_what_it_learned(tmp_path):
    space = FeatureSpace(
        {"age": "float_normalized", "pet": "string_categorical", "code": "integer_hashed"},
        crosses=[("pet", "code")],
        hashing_dim=3,
        crossing_dim=4,
    )
    space.adapt(Dataset.from_tensor_slices(TABLE).batch(2))
    rows = np.asarray(space(TABLE))
    assert rows.shape == (3, 1 + 3 + 3 + 4)
    mapped = [np.asarray(batch) for batch in Dataset.from_tensor_slices(TABLE).batch(3).map(space)]
    np.testing.assert_array_equal(mapped[0], rows)
    model = keras.Model(space.get_inputs(), layers.Dense(1)(space.get_encoded_features()))
    model.compile("sgd", "mse")
    data = Dataset.from_tensor_slices((TABLE, [1.0, 2.0, 3.0])).batch(3)
    model.fit(data, epochs=1, verbose=0)
    kernel, bias = model.get_weights()[-2:]
    batch = {name: np.array(column).reshape(-1, 1) for name, column in TABLE.items()}
    np.testing.assert_allclose(model.predict(batch, verbose=0), rows @ kernel + bias, rtol=1e-5)
    space.save(tmp_path / "space.keras")
    again = keras.saving.load_model(tmp_path / "space.keras")
    np.testing.assert_array_equal(np.asarray(again(TABLE)), rows)


def test_a_table_that_does_not_fit_is_named():
    space = FeatureSpace({"age": "float_normalized", "pet": "string_categorical"})
    with pytest.raises(ValueError, match=r"has to learn from data about \['age', 'pet'\]"):
        space({"age": 1.0, "pet": "cat"})
    space.adapt(TABLE)
    with pytest.raises(ValueError, match=r"expected a dict of its columns.*without \['pet'\]"):
        space({"age": 1.0})
    with pytest.raises(ValueError, match=r"`features\['age'\]` to be one of"):
        FeatureSpace({"age": "real"})
    with pytest.raises(ValueError, match=r"`crosses` of columns in `features`, received \['b'\]"):
        FeatureSpace({"a": "integer_hashed"}, crosses=[("a", "b")])
    whole = FeatureSpace({"a": FeatureSpace.integer_hashed(3, output_mode="int")})
    with pytest.raises(ValueError, match="cannot join 'a', which has not been encoded"):
        whole({"a": 1})


@pytest.mark.parametrize("mode", ["magnitude", "stft", "psd"])
@pytest.mark.parametrize("expand_dims", [False, True])
def test_spectrograms_of_channels_first_are_those_of_channels_last(mode, expand_dims):
    options = {"mode": mode, "frame_length": 8, "frame_step": 3, "expand_dims": expand_dims}
    sounds = np.random.RandomState(0).rand(2, 30, 2).astype("float32")
    last = layers.STFTSpectrogram(**options, data_format="channels_last")(sounds).numpy()
    layer = layers.STFTSpectrogram(**options, data_format="channels_first")
    first = layer(sounds.transpose(0, 2, 1)).numpy()
    assert first.shape == layer.compute_output_shape((2, 2, 30))
    order = (0, 3, 1, 2) if expand_dims else (0, 2, 1)
    np.testing.assert_allclose(first, last.transpose(order), rtol=1e-5, atol=1e-6)


def test_a_spectrogram_is_trained_inside_of_a_model():
    model = keras.Sequential(
        [
            keras.Input((64, 1)),
            layers.STFTSpectrogram(frame_length=16, mode="log"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    sounds = np.sin(np.arange(256.0).reshape(4, 64, 1) / 3)
    before = model.get_weights()[0].copy()
    model.fit(sounds, np.ones((4, 1)), epochs=1, verbose=0)
    assert abs(model.get_weights()[0] - before).max() > 0
    mel = layers.MelSpectrogram(fft_length=32, sequence_stride=8, num_mel_bins=4)
    assert mel(sounds[0, :, 0]).shape == tuple(mel.compute_output_shape((64,)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.STFTSpectrogram(frame_length=8, frame_step=9), "`frame_step` as at most"),
        (lambda: layers.STFTSpectrogram(frame_length=8, fft_length=4), "`fft_length` as at least"),
        (lambda: layers.STFTSpectrogram(mode="loud"), "expected `mode`"),
        (lambda: layers.STFTSpectrogram(window="round"), "knows the windows"),
        (lambda: layers.MelSpectrogram(8, sequence_length=16), "`sequence_length` as at most"),
        (lambda: layers.MelSpectrogram(min_freq=9.0, max_freq=8.0), "`max_freq` as above min_freq"),
    ],
)
def test_arguments_of_spectrograms_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
