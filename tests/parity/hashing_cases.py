"""Parity cases of hashes, of tables made numbers, and of sounds taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from .golden import Case, Framework, frozen, labels, values
from .layers_cases import config_of

# Of every length that the hash has an own way for, and beyond ASCII.
WORDS = [
    *("", "a", "abc", "four", "a word", "eight888", "a few words more", "seventeen letters"),
    *("x" * 31, "x" * 32, "y" * 33, "y" * 64, "z" * 65, "ab" * 70, "Straße 漢字 🙂", "-7", "0"),
]
NUMBERS = [0, 1, -1, 7, -7, 12345, 2147483647, -2147483648]


def _hashed(name: str, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layers = framework.keras.layers
        text = np.array([[word] for word in WORDS], dtype=object)
        layer = layers.Hashing(1000003, **arguments)
        small = layers.Hashing(3, **{**arguments, "output_mode": "multi_hot"})
        plain = layer if "mask_value" not in arguments else layers.Hashing(7)
        return {
            "text": np.asarray(layer(text)),
            "numbers": np.asarray(plain(np.array(NUMBERS, "int32"))),
            "small": np.asarray(small(text[:6])),
            "config": config_of(layer),
        }

    return Case(f"Hashing {name}", run)


def _encoded(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    x = labels("hashing/numbers", (4, 3), 50)
    found: dict[str, Any] = {
        mode: np.asarray(layers.Hashing(5, output_mode=mode)(x)) for mode in ("multi_hot", "count")
    }
    one = layers.Hashing(4, output_mode="one_hot")
    return {
        **found,
        "one_hot": np.asarray(one(x[:, :1])),
        "masked": np.asarray(layers.Hashing(4, mask_value=int(x[0, 0]))(x)),
        "shape": list(one.compute_output_shape((None, 1))),
        "floats": np.asarray(layers.Hashing(100)(np.array([1.9, -1.9, 3.0], "float32"))),
    }


def _unknown(framework: Framework) -> dict[str, Any]:
    words = np.array(WORDS[1:6], dtype=object)

    def numbers(**arguments: Any) -> Any:
        layer = framework.keras.layers.StringLookup(
            vocabulary=["abc"], num_oov_indices=10, **arguments
        )
        return np.asarray(layer(words))

    return {"plain": numbers(), "salted": numbers(salt=[5, 9]), "masked": numbers(mask_token="a")}


def _crossed(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    words = np.array(WORDS[:8], dtype=object)
    numbers = np.array(NUMBERS, "int64")
    column, row = (8, 1), layers.HashedCrossing(5, output_mode="one_hot", name="crossed")
    return {
        "pairs": np.asarray(layers.HashedCrossing(100003)([words, numbers])),
        "threes": np.asarray(
            layers.HashedCrossing(100003)(
                [words.reshape(column), numbers.reshape(column), words[::-1].reshape(column)]
            )
        ),
        "one_hot": np.asarray(row([numbers.reshape(column), words.reshape(column)])),
        "config": config_of(row),
    }


def _spectrogram(name: str, shape: tuple[int, ...] = (2, 40, 2), **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = framework.keras.layers.STFTSpectrogram(frame_length=8, frame_step=3, **arguments)
        x = values("spectrogram/x", shape)
        return {
            "output": layer(x),
            "shape": list(layer.compute_output_shape((None, *shape[1:]))),
            "weights": [list(w.shape) for w in layer.weights],
            "config": config_of(layer),
        }

    # Angles jump from pi to -pi, where rounding decides.
    return Case(f"STFTSpectrogram {name}", run, rtol=1e-4)


def _mel(name: str, shape: tuple[int, ...] = (2, 120), **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = framework.keras.layers.MelSpectrogram(
            fft_length=64, sequence_stride=16, num_mel_bins=5, sampling_rate=800, **arguments
        )
        return {
            "output": layer(values("spectrogram/mel", shape)),
            "shape": list(layer.compute_output_shape((None, *shape[1:]))),
            "config": config_of(layer),
        }

    return Case(f"MelSpectrogram {name}", run, rtol=1e-4)


def _mel_matrix(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.MelSpectrogram()
    return {"matrix": frozen(layer.linear_to_mel_weight_matrix(6, 17, 4000, 100.0, 1800.0))}


TABLE = {
    "age": np.array([0.5, 1.5, 2.5, 7.0], "float32"),
    "income": np.array([1.0, 2.0, 3.0, 4.0], "float32"),
    "job": np.array(["x", "y", "x", "z"], dtype=object),
    "rooms": np.array([3, 4, 3, 5], "int32"),
    "street": np.array(["p", "q", "r", "s"], dtype=object),
    "code": np.array([10, 20, 30, 40], "int32"),
    "share": np.array([0.1, 0.5, 0.7, 0.9], "float32"),
}


def _feature_space(framework: Framework) -> dict[str, Any]:
    kinds = framework.keras.utils.FeatureSpace
    features = {
        "age": kinds.float_rescaled(0.5, 1.0),
        "income": "float_normalized",
        "job": "string_categorical",
        "rooms": kinds.integer_categorical(num_oov_indices=2),
        "street": "string_hashed",
        "code": kinds.integer_hashed(5),
        "share": kinds.float_discretized(num_bins=3),
    }
    crosses = [("job", "rooms"), kinds.cross(("rooms", "code"), 7)]
    space = kinds(features, crosses=crosses, crossing_dim=6, hashing_dim=4)
    space.adapt(TABLE)
    by_name = kinds({"age": "float", "job": kinds.string_categorical(output_mode="int")},
                    output_mode="dict", crosses=None)  # fmt: skip
    by_name.adapt(TABLE)
    two = {name: TABLE[name] for name in ("age", "job")}
    row = {"age": 2.5, "job": "x"}
    return {
        "batch": np.asarray(space(TABLE)),
        "row": np.asarray(space({name: column[1] for name, column in TABLE.items()})),
        "dict": {key: np.asarray(value) for key, value in by_name(two).items()},
        "dict of a row": {key: np.asarray(value) for key, value in by_name(row).items()},
    }


CASES = (
    Case("FeatureSpace", _feature_space),
    _hashed("plain"),
    _hashed("masked", mask_value="abc"),
    _hashed("salted", salt=1337),
    _hashed("salted twice", salt=[133, 1337]),
    Case("Hashing encoded", _encoded),
    Case("HashedCrossing", _crossed),
    Case("StringLookup of unknown words", _unknown),
    *(
        _spectrogram(mode, mode=mode)
        for mode in ("log", "magnitude", "psd", "real", "imag", "stft")
    ),
    _spectrogram("same", mode="magnitude", padding="same", window="hamming", scaling="spectrum"),
    _spectrogram("expanded", mode="real", expand_dims=True, fft_length=16, periodic=True),
    _mel("plain"),
    _mel("power", power_to_db=False, mag_exp=1.0, window="hamming", sequence_length=48),
    _mel("loud", shape=(120,), top_db=10.0, min_freq=50.0, max_freq=300.0, ref_power=2.0),
    Case("mel weights", _mel_matrix),
)
