"""Words of Keras 2 in every format and at every depth: understood, or refused by name."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from tests.core import keras2_files as k2

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

RNG = np.random.default_rng(3)


def draw(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def sequential(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "old", "layers": list(entries)}}


def graph(*entries: dict[str, Any], output: str) -> dict[str, Any]:
    first = entries[0]["config"]["name"]
    config = {
        "name": "graph",
        "layers": list(entries),
        "input_layers": [[first, 0, 0]],
        "output_layers": [[output, 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def from_json(config: dict[str, Any], version: str | None = "2.4.0") -> Any:
    known = {} if version is None else {"keras_version": version}
    return keras.models.model_from_json(json.dumps({**config, **known}))


def with_modules(value: Any) -> Any:
    """A configuration as `.keras` files of 2.13 to 2.15 hold it."""
    if isinstance(value, list):
        return [with_modules(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: with_modules(item) for key, item in value.items()}
    if "class_name" in found and "config" in found:
        home = "keras" if found["class_name"] == "Sequential" else "keras.layers"
        home = "keras.src.engine.functional" if found["class_name"] == "Functional" else home
        found.setdefault("module", home)
        found.setdefault("registered_name", None)
    return found


def from_keras_file(config: dict[str, Any], folder: Path) -> Any:
    """What a `.keras` file of Keras 2.15 with such a configuration gives."""
    build = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    build.save(folder / "any.keras")
    with zipfile.ZipFile(folder / "any.keras") as archive:
        weights = archive.read("model.weights.h5")
    with zipfile.ZipFile(folder / "old.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(with_modules(config)))
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        archive.writestr("model.weights.h5", weights)
    return keras.models.load_model(folder / "old.keras")


def input_entry(*shape: int) -> dict[str, Any]:
    return k2.input_layer("x", *shape)


def conv(name: str, groups: int) -> dict[str, Any]:
    return k2.layer("Conv2D", name, filters=4, kernel_size=[3, 3], groups=groups)


WRAPPERS = {
    "alone": lambda entry: sequential(input_entry(6, 4), entry),
    "bidirectional": lambda entry: sequential(
        input_entry(6, 4), k2.layer("Bidirectional", "both", layer=entry)
    ),
    "time distributed": lambda entry: sequential(
        input_entry(3, 6, 4), k2.layer("TimeDistributed", "each", layer=entry)
    ),
    "nested": lambda entry: sequential(sequential(input_entry(6, 4), entry)),
    "graph": lambda entry: graph(
        input_entry(6, 4), k2.in_graph(entry, [["x", 0, 0, {}]]), output="rnn"
    ),
    "nested graph": lambda entry: sequential(WRAPPERS["graph"](entry)),
}


@pytest.mark.parametrize("place", WRAPPERS)
@pytest.mark.parametrize("form", ["h5", "json", "keras"])
def test_time_major_is_refused_by_name_wherever_it_stands(
    tmp_path: Path, place: str, form: str
) -> None:
    config = WRAPPERS[place](k2.lstm("rnn", 2, time_major=True))
    k2.write(tmp_path / "m.h5", config, {})
    read = {
        "h5": lambda: keras.models.load_model(tmp_path / "m.h5"),
        "json": lambda: from_json(config),
        "keras": lambda: from_keras_file(config, tmp_path),
    }[form]
    with pytest.raises(ValueError, match="'rnn' has `time_major=True`"):
        read()


@pytest.mark.parametrize("place", WRAPPERS)
def test_what_asks_for_nothing_is_left_out_wherever_it_stands(place: str) -> None:
    entry = k2.lstm("rnn", 2, time_major=False, ragged=False, implementation=1, dynamic=False)
    assert "LSTM" in from_json(WRAPPERS[place](entry)).to_json()


@pytest.mark.parametrize("layer", ["LSTM", "GRU", "SimpleRNN"])
def test_time_major_in_a_program_is_refused_by_name(layer: str) -> None:
    with pytest.raises(ValueError, match=rf"`{layer}` has no `time_major=True`"):
        getattr(layers, layer)(3, time_major=True)
    assert getattr(layers, layer)(3, time_major=False).units == 3


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_groups_of_a_convolution_stay(tmp_path: Path, groups: int) -> None:
    kernel, bias = draw(3, 3, 4 // groups, 4), draw(4)
    config = sequential(input_entry(5, 5, 4), conv("c", groups))
    k2.write(tmp_path / "m.h5", config, {"c": {"c/kernel:0": kernel, "c/bias:0": bias}})
    model = keras.models.load_model(tmp_path / "m.h5")
    today = keras.Sequential([keras.Input((5, 5, 4)), layers.Conv2D(4, 3, groups=groups)])
    today.set_weights([kernel, bias])
    x = draw(2, 5, 5, 4)
    np.testing.assert_array_equal(model.predict(x, verbose=0), today.predict(x, verbose=0))


def test_groups_that_a_class_does_not_take_must_be_one() -> None:
    entry = k2.layer("Conv2DTranspose", "c", filters=2, kernel_size=[2, 2], groups=1)
    assert from_json(sequential(input_entry(4, 4, 2), entry)).output_shape == (None, 5, 5, 2)
    entry["config"]["groups"] = 2
    with pytest.raises(ValueError, match="`Conv2DTranspose` 'c' has `groups=2`"):
        from_json(sequential(input_entry(4, 4, 2), entry))


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Conv1D(4, 2, groups=2),
        lambda: layers.GroupNormalization(1),
        lambda: layers.GroupNormalization(2),
        lambda: layers.TimeDistributed(layers.Conv1D(4, 2, groups=4)),
        lambda: layers.SpatialDropout1D(0.5),
    ],
)
def test_our_own_h5_file_gives_the_same_configuration(tmp_path: Path, make: Any) -> None:
    layer = make()
    x = keras.Input((5, 6, 4) if isinstance(layer, layers.TimeDistributed) else (6, 4))
    keras.Model(x, layer(x)).save(tmp_path / "m.h5")
    again = keras.models.load_model(tmp_path / "m.h5").layers[1]
    assert json.dumps(again.get_config()) == json.dumps(layer.get_config())


@pytest.mark.parametrize("key", ["sparse", "ragged"])
def test_an_input_that_is_not_dense_is_refused_by_name(key: str) -> None:
    entry = input_entry(4)
    entry["config"][key] = True
    with pytest.raises(ValueError, match=key):
        from_json(sequential(entry, k2.dense("d", 2)))


def test_hard_sigmoid_of_keras_2_is_that_of_keras_2(tmp_path: Path) -> None:
    x = np.linspace(-4, 4, 9, dtype=np.float32)[None]
    old = sequential(input_entry(9), k2.layer("Activation", "a", activation="hard_sigmoid"))
    right = np.clip(0.2 * x + 0.5, 0, 1)
    model = from_json(old)
    np.testing.assert_allclose(model.predict(x, verbose=0), right, rtol=1e-6)
    model.save(tmp_path / "m.keras")  # and it stays so
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), right, rtol=1e-6)
    today = from_json(old, version="3.15.0")
    np.testing.assert_allclose(today.predict(x, verbose=0), np.clip(x / 6 + 0.5, 0, 1), rtol=1e-6)


def test_hard_sigmoid_inside_of_a_wrapped_lstm_is_that_of_keras_2() -> None:
    entry = k2.lstm("rnn", 2, recurrent_activation="hard_sigmoid")
    model = from_json(sequential(input_entry(6, 4), k2.layer("Bidirectional", "both", layer=entry)))
    for one in (model.layers[0].forward_layer, model.layers[0].backward_layer):
        assert one.recurrent_activation is keras.activations.get("hard_sigmoid_of_keras2")


def test_a_gru_that_says_nothing_of_its_biases_is_the_first_keras_2_s() -> None:
    entry = k2.layer("GRU", "g", units=2)
    assert not from_json(sequential(input_entry(5, 3), entry), "2.0.8").layers[0].reset_after
    assert from_json(sequential(input_entry(5, 3), entry), "3.0.0").layers[0].reset_after


def test_attention_knows_its_shapes_from_its_inputs() -> None:
    shape = {"class_name": "TensorShape", "items": [None, 5, 4]}
    entry = k2.layer(
        "MultiHeadAttention",
        "mha",
        num_heads=2,
        key_dim=3,
        query_shape=shape,
        key_shape=shape,
        value_shape=shape,
    )
    entry["build_config"] = {"input_shape": [None, 5, 4]}
    call = [["x", 0, 0, {"value": ["x", 0, 0]}]]
    config = graph(input_entry(5, 4), k2.in_graph(entry, call), output="mha")
    for version in ("2.15.0", None):
        assert from_json(config, version).output_shape == (None, 5, 4)


@pytest.mark.parametrize(
    ("entry", "attribute", "value"),
    [
        (k2.layer("LeakyReLU", "l", alpha=0.25), "negative_slope", 0.25),
        (k2.layer("ThresholdedReLU", "l", theta=0.5), "threshold", 0.5),
        (k2.layer("BatchNormalizationV2", "l", axis=[1], fused=True), "axis", 1),
        (k2.layer("BatchNormalizationV1", "l", axis=[1]), "axis", 1),
        (
            k2.layer("LeakyReLU", "l", alpha={"type": "ndarray", "value": 0.5}),
            "negative_slope",
            0.5,
        ),
        (
            {
                "class_name": "Dense",
                "config": {
                    "name": "l",
                    "trainable": True,
                    "units": 2,
                    "dtype": {"class_name": "Policy", "config": {"name": "float32"}},
                },
            },
            "dtype_policy",
            keras.dtype_policies.DTypePolicy("float32"),
        ),
        (k2.dense("a/b", 2), "name", "a_b"),
        (
            k2.layer("SeparableConv1D", "l", filters=2, kernel_size=[1], kernel_initializer={}),
            None,
            0,
        ),
    ],
    ids=lambda value: value["class_name"] if isinstance(value, dict) else None,
)
def test_old_names_of_classes_and_arguments(entry: Any, attribute: str, value: Any) -> None:
    shape = (4, 3) if entry["class_name"].startswith("Separable") else (4,)
    layer = from_json(sequential(input_entry(*shape), entry)).layers[0]
    assert attribute is None or getattr(layer, attribute) == value


def test_layers_with_slashes_in_their_names_are_wired_and_get_their_weights(tmp_path: Path) -> None:
    kernel, bias = draw(4, 2), draw(2)
    entry = k2.in_graph(k2.dense("block/dense", 2), [["x", 0, 0, {}]])
    config = graph(input_entry(4), entry, output="block/dense")
    stored = {"block/dense/kernel:0": kernel, "block/dense/bias:0": bias}
    k2.write(tmp_path / "m.h5", config, {"x": {}, "block/dense": stored})
    model = keras.models.load_model(tmp_path / "m.h5")
    assert model.output_names == ["block_dense"]
    x = draw(3, 4)
    np.testing.assert_allclose(model.predict(x, verbose=0), x @ kernel + bias, rtol=1e-5)
    fresh = from_json(config)
    fresh.load_weights(tmp_path / "m.h5", by_name=True)
    np.testing.assert_array_equal(fresh.get_weights()[0], kernel)


@pytest.mark.parametrize("name", ["CuDNNLSTM", "CuDNNGRU"])
def test_weights_of_the_gpu_s_layers_come_in_today_s_form(tmp_path: Path, name: str) -> None:
    gates, units, inputs = (4 if name == "CuDNNLSTM" else 3), 2, 3
    matrices = [draw(units, inputs) for _ in range(gates)]
    recurrents = [draw(units, units) for _ in range(gates)]
    biases = draw(2, gates * units)
    stored = {
        "r/kernel:0": np.hstack([m.reshape(inputs, units) for m in matrices]),
        "r/recurrent_kernel:0": np.hstack(recurrents),
        "r/bias:0": biases.ravel(),
    }
    config = sequential(input_entry(5, inputs), k2.layer(name, "r", units=units))
    k2.write(tmp_path / "m.h5", config, {"r": stored})
    kernel, recurrent, bias = keras.models.load_model(tmp_path / "m.h5").get_weights()
    np.testing.assert_array_equal(kernel, np.hstack([m.T for m in matrices]))
    np.testing.assert_array_equal(recurrent, np.hstack([m.T for m in recurrents]))
    np.testing.assert_array_equal(bias, biases.sum(axis=0) if gates == 4 else biases)


def test_a_class_of_a_program_is_never_taken_for_keras_s_of_that_name() -> None:
    for module in (None, "my.layers"):
        config = {"module": module, "class_name": "Dense", "config": {"units": 2}}
        with pytest.raises(TypeError, match="Cannot find the class 'Dense'"):
            keras.saving.deserialize_keras_object(config)
    with pytest.raises(TypeError, match="Cannot find the class 'Custom>Dense'"):
        keras.saving.deserialize_keras_object({"class_name": "Custom>Dense", "config": {}})


def test_states_of_a_sequence_come_behind_its_inputs_in_old_graphs() -> None:
    first = k2.lstm("first", 2, return_state=True)
    second = k2.lstm("second", 2)
    entries = [
        input_entry(5, 3),
        k2.in_graph(first, [["x", 0, 0, {}]]),
        k2.in_graph(
            second,
            [["x", 0, 0, {"initial_state": None}], ["first", 0, 1, {}], ["first", 0, 2, {}]],
        ),
    ]
    model = from_json(graph(*entries, output="second"))
    assert len(model.layers) == 3
    x = draw(2, 5, 3)
    _, h, c = model.layers[1](x)
    right = model.layers[2](x, initial_state=[h, c])
    np.testing.assert_allclose(model.predict(x, verbose=0), right, rtol=1e-5)


def test_none_in_how_a_model_of_keras_2_was_compiled_asks_for_the_default(tmp_path: Path) -> None:
    dense = k2.layer("Dense", "dense", units=1, activation="linear")
    described = {
        "class_name": "Sequential",
        "config": {"name": "sequential", "layers": [k2.input_layer("x", 1), dense]},
        "build_config": {"input_shape": [None, 1]},
        "compile_config": {
            "optimizer": "sgd",
            "loss": "mse",
            "metrics": None,
            "loss_weights": None,
            "weighted_metrics": None,
            "run_eagerly": None,
            "steps_per_execution": None,
            "jit_compile": None,
        },
    }
    with pytest.warns(UserWarning, match=r"The state of optimizer 'sgd\w*' is not loaded"):
        model = from_keras_file(described, tmp_path)
    assert (model.steps_per_execution, model.run_eagerly) == (1, False)
    assert np.isfinite(model.evaluate(np.ones((4, 1)), np.ones((4, 1)), verbose=0))
