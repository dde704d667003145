"""Weights by layer in `.h5` files: by name, by order, what does not fit, and long names."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.saving.h5 import Group
from pykeras_core.saving.h5_layers import read_names, write_names

h5py = pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")


def stack(body: str, head: str, units: int = 2) -> Any:
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, name=body), layers.Dense(units, name=head)]
    )


def save(model: Any, path: Path, form: str) -> Path:
    """A file of a form that holds weights by layer."""
    if form == "model":
        model.save(path / "m.h5")
        return path / "m.h5"
    with h5py.File(path / "w.h5", "w") as file:  # as Keras 2 saved weights alone
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights, strict=True):
                group.create_dataset(name, data=weight.numpy())
    return path / "w.h5"


forms = pytest.mark.parametrize("form", ["model", "weights of Keras 2"])


@forms
@pytest.mark.parametrize("by_name", [False, True])
def test_a_layer_that_does_not_fit_is_left_alone_with_a_word(
    tmp_path: Path, form: str, by_name: bool
) -> None:
    path = save(stack("body", "head"), tmp_path, form)
    other = stack("body", "head", units=5)
    before = other.layers[1].get_weights()
    with pytest.raises(ValueError, match=r"layer 'head' has shape \(3, 5\)"):
        other.load_weights(path, by_name=by_name)
    with pytest.warns(UserWarning, match=r"'head' keeps its weights.*\(3, 5\).*\(3, 2\)"):
        other.load_weights(path, skip_mismatch=True, by_name=by_name)
    stored = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="body")])
    stored.load_weights(path, by_name=True)
    for ours, theirs in zip(other.layers[0].get_weights(), stored.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(other.layers[1].get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@forms
def test_layers_of_other_names_are_left_alone_by_name_and_filled_in_turn(
    tmp_path: Path, form: str
) -> None:
    source = stack("one", "two")
    path = save(source, tmp_path, form)
    other = stack("x", "two")
    before = other.layers[0].get_weights()[0]
    other.load_weights(path, by_name=True)
    np.testing.assert_array_equal(other.layers[0].get_weights()[0], before)
    np.testing.assert_array_equal(other.layers[1].get_weights()[0], source.get_weights()[2])
    other.load_weights(path)
    np.testing.assert_array_equal(other.layers[0].get_weights()[0], source.get_weights()[0])


@pytest.mark.parametrize("name", ["a.weights.h5", "a.keras"])
def test_by_name_is_refused_where_weights_lie_by_place(tmp_path: Path, name: str) -> None:
    source, other = stack("one", "two"), stack("x", "y")
    save_it = source.save if name == "a.keras" else source.save_weights
    save_it(tmp_path / name)
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"`by_name=True` is for `\.h5` files"):
        other.load_weights(tmp_path / name, by_name=True)
    for ours, theirs in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_another_number_of_layers_is_told(tmp_path: Path) -> None:
    path = save(stack("one", "two"), tmp_path, "model")
    other = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=r"has 1 layers with weights.*has 2.*by_name=True"):
        other.load_weights(path)


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["a"],
        ["n" * 120] * 700,
        [f"{number:07d}" for number in range(9216)],  # to the last byte
        [f"{number:07d}" for number in range(9217)],
        ["ä" * 40_000, "b"],
    ],
    ids=["none", "one", "long", "full", "one more", "two bytes a letter"],
)
def test_names_are_split_over_attributes_that_hold_them(names: list[str]) -> None:
    group = Group()
    if max((len(name.encode()) for name in names), default=0) > 64512:
        with pytest.raises(ValueError, match="a name of 80000 bytes"):
            write_names(group, "layer_names", names)
        return
    write_names(group, "layer_names", names)
    for part in group.attributes.values():
        assert np.array([name.encode() for name in part] or [b""], "S").nbytes <= 64512
    assert read_names(group, "layer_names") == names


@pytest.fixture
def few_calls_deep() -> Iterator[None]:
    """Python's calls may be less deep than the model is."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 350)
    yield
    sys.setrecursionlimit(usual)


def test_a_deep_model_with_long_names_comes_back_and_h5py_reads_it(
    tmp_path: Path, few_calls_deep: None
) -> None:
    depth = 500
    tensor = inputs = keras.Input((1,))
    for number in range(depth):
        tensor = layers.Activation("linear", name=f"layer_{number:04d}_{'x' * 150}")(tensor)
    model = keras.Model(inputs, layers.Dense(1)(tensor))
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5") as file:
        attributes = file["model_weights"].attrs
        parts = [attributes[f"layer_names{number}"] for number in range(2)]
        assert "layer_names" not in attributes
    assert [name.decode() for part in parts for name in part] == [x.name for x in model.layers]
    again = keras.models.load_model(tmp_path / "m.h5")
    x = np.ones((2, 1), np.float32)
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_weights_of_theano_are_turned(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((5, 5, 1)), layers.Conv2D(2, 3, name="c")])
    path = save(model, tmp_path, "weights of Keras 2")
    with h5py.File(path, "a") as file:
        file.attrs["backend"] = b"theano"
    other = keras.Sequential([keras.Input((5, 5, 1)), layers.Conv2D(2, 3, name="c")])
    other.load_weights(path)
    np.testing.assert_array_equal(
        other.get_weights()[0], np.flip(model.get_weights()[0], axis=(0, 1))
    )


def test_a_checkpoint_of_tensorflow_is_told_from_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "ckpt.index").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match="checkpoint of TensorFlow"):
        stack("one", "two").load_weights(tmp_path / "ckpt")
