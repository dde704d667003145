"""Model files: what comes back, and what is refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.saving.h5 import Group, read_h5, write_h5

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

X = np.random.default_rng(0).normal(size=(32, 4)).astype(np.float32)
Y = X[:, :2]


@pytest.fixture
def trained() -> keras.Model:
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8, activation="relu", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dense(2),
        ]
    )
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    return model


@pytest.mark.parametrize("name", ["model.keras", "model.h5", "model"])
def test_training_resumes_on_the_same_curve(trained, tmp_path: Path, name: str) -> None:
    trained.save(tmp_path / name)
    again = keras.models.load_model(tmp_path / name)
    np.testing.assert_array_equal(again.predict(X, verbose=0), trained.predict(X, verbose=0))
    curves = [
        model.fit(X, Y, epochs=3, verbose=0, shuffle=False).history for model in (trained, again)
    ]
    assert curves[0] == curves[1]


def test_a_functional_model_with_shared_and_nested_layers_comes_back(tmp_path: Path) -> None:
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = layers.Dense(3)
    joined = layers.Concatenate()([shared(left), shared(right)])
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(5)])
    outputs = [layers.Dense(1)(inner(joined)), layers.Dense(2)(joined)]
    model = keras.Model([left, right], outputs)
    expected = model.predict([X, X + 1], verbose=0)
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        again = keras.models.load_model(tmp_path / name)
        for a, b in zip(again.predict([X, X + 1], verbose=0), expected, strict=True):
            np.testing.assert_array_equal(a, b)


def test_weights_alone_go_into_a_model_of_the_same_layers(trained, tmp_path: Path) -> None:
    trained.save_weights(tmp_path / "w.weights.h5")
    other = keras.models.clone_model(trained)
    assert not np.array_equal(other.get_weights()[0], trained.get_weights()[0])
    with pytest.warns(UserWarning, match="The state of optimizer 'adam_\\d+' is not loaded"):
        other.load_weights(tmp_path / "w.weights.h5")
    for a, b in zip(other.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_json_describes_the_architecture(trained) -> None:
    again = keras.models.model_from_json(trained.to_json())
    assert [layer.name for layer in again.layers] == [layer.name for layer in trained.layers]
    assert [w.shape for w in again.weights] == [w.shape for w in trained.weights]


def test_a_file_has_the_groups_that_keras_looks_for(trained, tmp_path: Path) -> None:
    trained.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        assert sorted(archive.namelist()) == ["config.json", "metadata.json", "model.weights.h5"]
        root = read_h5(archive.read("model.weights.h5"))
    paths = [path for path, _ in root.arrays()]
    assert "layers/dense/vars/0" in paths
    assert "layers/dense_1/vars/1" in paths
    assert "layers/batch_normalization/vars/3" in paths
    assert "optimizer/vars/0" in paths


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.keras", b"not a zip", "is no `.keras` file"),
        ("m.keras", b"", "is no `.keras` file"),
        ("m.h5", b"\x89HDF\r\n\x1a\n and then nothing", "damaged"),
        ("m.h5", b"plain text", "is no `.keras` file"),
    ],
)
def test_a_foreign_or_damaged_file_is_refused_with_a_reason(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        keras.models.load_model(tmp_path / name)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(trained, tmp_path: Path, share: float) -> None:
    for name in ("m.keras", "m.h5"):
        trained.save(tmp_path / name)
        data = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ValueError, match="file"):
            keras.models.load_model(tmp_path / name)


def test_a_missing_file_is_named_with_its_neighbours(trained, tmp_path: Path) -> None:
    trained.save(tmp_path / "here.keras")
    for kind in (FileNotFoundError, ValueError):  # Keras raises either, by format
        with pytest.raises(kind, match=r"there\.keras'; in that folder are here\.keras"):
            keras.models.load_model(tmp_path / "there.keras")


def test_a_lambda_is_refused_unless_trusted(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x * 2)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="safe_mode=False"):
        keras.models.load_model(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras", safe_mode=False)
    np.testing.assert_array_equal(again.predict(X, verbose=0), X * 2)


def test_a_class_nobody_knows_is_named(trained, tmp_path: Path) -> None:
    trained.save(tmp_path / "m.keras")
    config = json.loads(zipfile.ZipFile(tmp_path / "m.keras").read("config.json"))
    config["config"]["layers"][1]["class_name"] = "Dennse"
    with pytest.raises((TypeError, ValueError), match="Dennse"):
        keras.models.model_from_config(config)


def test_weights_of_another_architecture_are_refused_by_layer(trained, tmp_path: Path) -> None:
    trained.save_weights(tmp_path / "w.weights.h5")
    other = keras.Sequential([keras.Input((4,)), layers.Dense(9)])
    with pytest.raises(ValueError, match="dense"):
        other.load_weights(tmp_path / "w.weights.h5")


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "folder"])
def test_an_unbuilt_model_is_saved_with_a_word_and_trains(tmp_path: Path, name: str) -> None:
    model = keras.Sequential([layers.Dense(2)])
    model.compile("adam", "mse")
    with pytest.warns(UserWarning, match="saved without weights, for it is not built"):
        model.save(tmp_path / name)
    again = keras.models.load_model(tmp_path / name)
    assert not again.built
    again.fit(X, Y, verbose=0)
    assert [w.shape for w in again.weights] == [(4, 2), (2,)]


def test_weights_of_an_unbuilt_model_are_neither_saved_nor_loaded(trained, tmp_path: Path) -> None:
    trained.save_weights(tmp_path / "w.weights.h5")
    model = keras.Sequential([layers.Dense(2)])
    with pytest.raises(ValueError, match="is not built, so it has no weights to save"):
        model.save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(ValueError, match="is not built, so it has no weights to load into"):
        model.load_weights(tmp_path / "w.weights.h5")


@pytest.mark.parametrize("kind", ["m.keras", "w.weights.h5", "m.h5"])
def test_weights_that_do_not_fit_leave_the_model_as_it_was(tmp_path: Path, kind: str) -> None:
    def make(units: int) -> keras.Model:
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(units)])
        model.compile("adam", "mse")
        model.train_on_batch(X, np.ones((32, units)))
        return model

    first, other = make(2), make(5)
    save = first.save_weights if "weights" in kind else first.save
    save(tmp_path / kind)
    before = [w.numpy() for w in [*other.variables, *other.optimizer.variables]]
    with pytest.raises(ValueError, match="dense"):
        other.load_weights(tmp_path / kind)
    after = [w.numpy() for w in [*other.variables, *other.optimizer.variables]]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("kind", ["m.keras", "w.weights.h5", "m.h5"])
def test_layers_that_do_not_fit_are_skipped_on_request(tmp_path: Path, kind: str) -> None:
    def make(units: int) -> keras.Model:
        return keras.Sequential(
            [keras.Input((4,)), layers.Dense(3, name="body"), layers.Dense(units, name="head")]
        )

    first, other = make(2), make(5)
    (first.save_weights if "weights" in kind else first.save)(tmp_path / kind)
    head = other.layers[1].get_weights()
    with pytest.warns(UserWarning, match="head|dense_1"):
        other.load_weights(tmp_path / kind, skip_mismatch=True)
    np.testing.assert_array_equal(other.layers[0].kernel, first.layers[0].kernel)
    np.testing.assert_array_equal(other.layers[1].get_weights()[0], head[0])


@pytest.mark.parametrize("kind", ["m.keras", "w.weights.h5"])
def test_by_name_is_refused_where_names_do_not_count(trained, tmp_path: Path, kind: str) -> None:
    (trained.save_weights if "weights" in kind else trained.save)(tmp_path / kind)
    with pytest.raises(ValueError, match=r"`by_name=True` is for `\.h5` files"):
        trained.load_weights(tmp_path / kind, by_name=True)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("m.keras", {"foo": 1}, r"does not take \['foo'\]"),
        ("m.h5", {"signatures": None}, r"does not take \['signatures'\]"),
        ("m", {"save_format": "tf"}, "`save_format='tf'` is of Keras 2"),
        ("m.keras", {"zipped": False}, "`zipped=False` writes a folder"),
        ("m", {"zipped": True}, r"saved as `\.keras`"),
        ("m.tflite", {}, r"saved as `\.keras`"),
    ],
)
def test_arguments_that_save_does_not_take_are_refused(
    trained, tmp_path: Path, name: str, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        trained.save(tmp_path / name, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_weights_are_saved_in_one_file(trained, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="`max_shard_size` is not offered"):
        trained.save_weights(tmp_path / "w.weights.h5", max_shard_size=1)


@pytest.mark.parametrize("what", [3, None, b"m.keras", ["m.keras"]])
def test_a_path_that_is_none_is_refused_by_name(trained, what: object) -> None:
    for act in (trained.save, trained.save_weights, trained.load_weights, keras.models.load_model):
        with pytest.raises(TypeError, match=r"`filepath`.* a path"):
            act(what)


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "w.weights.h5", "folder"])
def test_what_is_there_is_replaced_only_by_a_whole_file(
    trained, tmp_path: Path, name: str, monkeypatch
) -> None:
    save = trained.save_weights if "weights" in name else trained.save
    save(tmp_path / name)
    with pytest.raises(FileExistsError, match="overwrite=False"):
        save(tmp_path / name, overwrite=False)
    there = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.setattr(Path, "replace", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(tmp_path / name)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == there


@pytest.mark.parametrize(("answers", "written"), [("y", True), ("what?\nn", False)])
def test_a_terminal_is_asked_before_a_file_is_replaced(
    trained, tmp_path: Path, monkeypatch, answers: str, written: bool
) -> None:
    (tmp_path / "m.keras").write_bytes(b"older")
    lines = iter(answers.split("\n"))
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    trained.save(tmp_path / "m.keras", overwrite=False)
    assert ((tmp_path / "m.keras").read_bytes() != b"older") == written


def test_an_unknown_ending_is_refused(trained, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"`\.keras`, `\.h5` or a folder"):
        trained.save(tmp_path / "m.pickle")


def test_a_tree_survives_hdf5() -> None:
    root = Group(attributes={"title": "täst", "names": ["a", "bc"], "number": 3})
    root.put("x/y/array", np.arange(6, dtype=np.float32).reshape(2, 3))
    root.put("scalar", np.int32(4))
    again = read_h5(write_h5(root))
    assert again.attributes == root.attributes
    found = again.find("x/y/array")
    np.testing.assert_array_equal(found, np.arange(6).reshape(2, 3))
    assert again.find("scalar") == 4
    assert again.find("x/nothing") is None
