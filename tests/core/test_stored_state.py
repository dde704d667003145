"""Where files keep variables, and which layers they reach: every weight once, under its name."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.saving.h5 import Group
from pykeras_core.saving.state import load_state, save_state

X = np.random.default_rng(1).normal(size=(6, 4)).astype("float32")


def stored(model: Any) -> dict[str, tuple[int, ...]]:
    root = Group()
    save_state(model, root)
    return {path: array.shape for path, array in root.arrays()}


def move(model: Any, other: Any, rename: Any = None) -> None:
    """Take the weights of one model over into another, through a file's tree."""
    root = Group()
    save_state(model, root)
    if rename is not None:
        rename(root)
    load_state(other, root)


FROZEN = {
    "Dense": lambda: layers.Dense(3, trainable=False),
    "BatchNormalization": lambda: layers.BatchNormalization(trainable=False),
    "LSTM": lambda: keras.Sequential([layers.Reshape((2, 2)), layers.LSTM(2, trainable=False)]),
    "Sequential": lambda: keras.Sequential([layers.Dense(3)], trainable=False),
    "TimeDistributed": lambda: keras.Sequential(
        [layers.Reshape((2, 2)), layers.TimeDistributed(layers.Dense(2, trainable=False))]
    ),
}


@pytest.mark.parametrize("name", FROZEN)
def test_a_layer_made_frozen_lists_and_stores_each_weight_once(name: str) -> None:
    frozen = keras.Sequential([keras.Input((4,)), FROZEN[name]()])
    thawed = keras.models.clone_model(frozen)
    for layer in thawed._flatten_layers():
        layer.trainable = True
    assert stored(frozen) == stored(thawed)
    assert len(frozen.weights) == len(thawed.weights) == len({id(w) for w in frozen.weights})
    assert [w.path.split("/")[-1] for w in frozen.weights] == [
        w.path.split("/")[-1] for w in thawed.weights
    ]
    move(frozen, thawed)
    np.testing.assert_array_equal(frozen(X), thawed(X))


def test_a_frozen_layer_that_is_thawed_trains_its_weights_in_order() -> None:
    layer = layers.BatchNormalization(trainable=False)
    layer.build((None, 4))
    assert layer.trainable_weights == []
    layer.trainable = True
    assert [w.name for w in layer.trainable_weights] == ["gamma", "beta"]


class Block(layers.Layer):
    """Keeps its sublayers under names that `Layer` might use for itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = layers.Dense(4)
        self._layers = [layers.Dense(4), layers.Dense(2)]
        self._metrics = {"a": layers.Dense(4)}

    def build(self, shape: Any) -> None:
        self.first.build(shape)
        for layer in self._layers:
            layer.build((None, 4))
        self._metrics["a"].build((None, 4))

    def call(self, x: Any) -> Any:
        return self._layers[1](self._metrics["a"](self._layers[0](self.first(x))))


def test_sublayers_in_a_list_named_like_one_of_ours_are_weights_and_stored() -> None:
    model, other = (keras.Sequential([keras.Input((4,)), Block()]) for _ in range(2))
    assert len(model.trainable_weights) == 8
    assert not np.array_equal(model(X), other(X))
    move(model, other)
    np.testing.assert_array_equal(model(X), other(X))
    assert "layers/block/_layers/dense_1/vars/0" in stored(model)


@dataclasses.dataclass(eq=False)
class Pair:
    left: Any
    right: Any


class Holder(layers.Layer):
    """Holds sublayers where no attribute that files follow leads to them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        left, right = layers.Dense(4), layers.Dense(4)
        self.left_only = left
        del self.left_only
        self.tracked = [left, right]
        self.bag = {layers.Dense(4), layers.Dense(4)}
        self.pair = Pair(left, right)

    def build(self, shape: Any) -> None:
        for layer in [*self.tracked, *self.bag]:
            layer.build(shape)

    def call(self, x: Any) -> Any:
        for layer in [*self.tracked, *sorted(self.bag, key=lambda layer: layer.name)]:
            x = layer(x)
        return x


def test_sublayers_in_a_set_come_back_each_to_its_own_place() -> None:
    for _ in range(4):  # the order of a set differs from object to object
        keras.utils.clear_session(free_memory=False)
        model = keras.Sequential([keras.Input((4,)), Holder()])
        keras.utils.clear_session(free_memory=False)
        other = keras.Sequential([keras.Input((4,)), Holder()])
        move(model, other)
        np.testing.assert_array_equal(model(X), other(X))


ATTENTION = {
    "query_dense": "_query_dense",
    "key_dense": "_key_dense",
    "value_dense": "_value_dense",
    "output_dense": "_output_dense",
}


def test_attention_is_stored_by_its_public_names_and_read_by_both() -> None:
    def make() -> Any:
        x = keras.Input((4, 3))
        return keras.Model(x, layers.MultiHeadAttention(2, 2)(x, x))

    def older(root: Group) -> None:
        members = root.group("layers/multi_head_attention").members
        for public, private in ATTENTION.items():
            members[private] = members.pop(public)

    model, new, old = make(), make(), make()
    paths = stored(model)
    assert {path.split("/")[2] for path in paths} == set(ATTENTION)
    move(model, new)
    move(model, old, older)
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    np.testing.assert_array_equal(model(x), new(x))
    np.testing.assert_array_equal(model(x), old(x))


def test_a_part_of_an_attention_that_a_file_lacks_is_named() -> None:
    x = keras.Input((4, 3))
    model = keras.Model(x, layers.MultiHeadAttention(2, 2)(x, x))
    with pytest.raises(ValueError, match="layers/multi_head_attention/key_dense"):
        move(model, model, lambda root: root.group("layers/multi_head_attention").members.pop(
            "key_dense"
        ))  # fmt: skip


class Parent(layers.Layer):
    """A layer whose child knows it: attributes lead in a circle."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.child = layers.Dense(2)
        self.child.parent = [self]

    def build(self, shape: Any) -> None:
        self.child.build(shape)

    def call(self, x: Any) -> Any:
        return self.child(x)


def test_layers_that_lead_to_each_other_load_or_are_refused() -> None:
    model = keras.Sequential([keras.Input((4,)), Parent()])
    other = keras.Sequential([keras.Input((4,)), Parent()])
    move(model, other)
    np.testing.assert_array_equal(model(X), other(X))
    wider = keras.Sequential([keras.Input((5,)), Parent()])
    with pytest.raises(ValueError, match="cannot load 'layers/parent/child'"):
        move(model, wider)


class Words(layers.Layer):
    """Keeps a file beside the weights."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words: list[str] = []

    def call(self, x: Any) -> Any:
        return x * 1.0

    def save_assets(self, dir_path: str) -> None:
        Path(dir_path, "words.txt").write_text("\n".join(self.words), encoding="utf-8")

    def load_assets(self, dir_path: str) -> None:
        self.words = Path(dir_path, "words.txt").read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize("name", ["m.keras", "folder"])
def test_files_that_a_layer_keeps_beside_its_weights_come_back(tmp_path: Path, name: str) -> None:
    pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")
    model = keras.Sequential([keras.Input((4,)), Words(), layers.Dense(1)])
    model.layers[0].words = ["grün", "blau"]
    model.save(tmp_path / name)
    again = keras.models.load_model(tmp_path / name, custom_objects={"Words": Words})
    assert again.layers[0].words == ["grün", "blau"]


@pytest.mark.parametrize("bad", ["../../outside.txt", "/outside.txt", "a\\..\\outside.txt"])
def test_a_file_beside_the_weights_stays_in_its_folder(tmp_path: Path, bad: str) -> None:
    pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")
    keras.Sequential([keras.Input((4,)), Words()]).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras", "a") as archive:
        archive.writestr(f"assets/layers/words/{bad}", b"written")
    with pytest.raises(ValueError, match="leads out of its folder"):
        keras.models.load_model(tmp_path / "m.keras", custom_objects={"Words": Words})


@pytest.mark.parametrize("kind", ["StringLookup", "IntegerLookup", "TextVectorization"])
def test_a_vocabulary_that_keras_keeps_in_a_file_is_read(tmp_path: Path, kind: str) -> None:
    words = ["3", "12"] if kind == "IntegerLookup" else ["dog", "cät"]
    layer = getattr(layers, kind)()
    front = ["-1"] if kind == "IntegerLookup" else ["", "[UNK]"][2 - len(layer.get_vocabulary()) :]
    (tmp_path / "vocabulary.txt").write_text("\n".join([*front, *words]), encoding="utf-8")
    layer.load_assets(str(tmp_path))
    assert [str(word) for word in layer.get_vocabulary()] == [*front, *words]


def of_two_models() -> Any:
    """Two models with a layer in common, and an input, inside of a third."""
    common, entry = layers.Dense(4, name="common"), keras.Input((4,), name="entry")
    first = keras.Model(entry, layers.Dense(4)(common(entry)), name="first")
    second = keras.Model(entry, layers.Dense(3)(common(common(entry))), name="second")
    x = keras.Input((4,))
    return keras.Model(x, second(first(x)))


def as_keras_writes(path: Path) -> None:
    """Mark shared layers as Keras 3.15 does: not where they come first."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    seen = set()

    def change(value: Any) -> None:
        for item in value.values() if isinstance(value, dict) else value:
            if isinstance(item, dict | list):
                change(item)
        if isinstance(value, dict) and "shared_layer" in value:
            number = value.pop("shared_layer")
            if number in seen:
                value["shared_object_id"] = number
            seen.add(number)

    change(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("by_keras", [False, True])
def test_a_layer_of_two_models_is_one_layer_again(tmp_path: Path, by_keras: bool) -> None:
    pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")
    model = of_two_models()
    model.save(tmp_path / "m.keras")
    if by_keras:
        as_keras_writes(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    first, second = again.get_layer("first"), again.get_layer("second")
    assert first.get_layer("common") is second.get_layer("common")
    assert len(again.trainable_weights) == len(model.trainable_weights) == 6
    np.testing.assert_array_equal(model(X), again(X))


def test_the_weights_of_a_layer_of_two_models_lie_at_both_places() -> None:
    paths = stored(of_two_models())
    for name in ("functional", "functional_1"):
        assert f"layers/{name}/layers/dense/vars/0" in paths
        assert f"layers/{name}/layers/dense_1/vars/0" in paths


def test_equal_layers_of_two_models_stay_two(tmp_path: Path) -> None:
    pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")
    parts = []
    for name in ("first", "second"):
        x = keras.Input((4,), name="entry")
        parts.append(keras.Model(x, layers.Dense(4, name="same")(x), name=name))
    x = keras.Input((4,))
    model = keras.Model(x, parts[1](parts[0](x)))
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert len(again.trainable_weights) == 4
    np.testing.assert_array_equal(model(X), again(X))


def test_the_states_of_a_stateful_layer_are_not_stored_as_in_keras() -> None:
    model = keras.Sequential([keras.Input((5, 3), batch_size=2), layers.LSTM(4, stateful=True)])
    model(np.ones((2, 5, 3), "float32"))
    assert {path.rpartition("/")[0] for path in stored(model)} == {"layers/lstm/cell/vars"}


def test_a_layer_is_written_by_the_name_that_keras_exports() -> None:
    written = keras.saving.serialize_keras_object(layers.GroupedQueryAttention(3, 4, 2))
    assert (written["module"], written["class_name"]) == ("keras.layers", "GroupQueryAttention")
