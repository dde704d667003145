"""Models of many layers: each layer is called once, however the model comes about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.symbolic.graph import Graph

LAYERS = 30


class Counted(layers.Dense):
    """Counts its calls and its builds, all together."""

    calls = builds = 0

    def __init__(self, units: int = 2, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)

    def build(self, shape: Any) -> None:
        Counted.builds += 1
        super().build(shape)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        Counted.calls += 1
        return super().__call__(*args, **kwargs)


def one_by_one() -> Any:
    model = keras.Sequential([keras.Input((2,))])
    for _ in range(LAYERS):
        model.add(Counted())
    return model


def at_once() -> Any:
    return keras.Sequential([keras.Input((2,)), *(Counted() for _ in range(LAYERS))])


def first_layer_knows() -> Any:
    model = keras.Sequential()
    model.add(Counted(input_shape=(2,)))
    for _ in range(LAYERS - 1):
        model.add(Counted())
    return model


def functional() -> Any:
    x = inputs = keras.Input((2,))
    for _ in range(LAYERS):
        x = Counted()(x)
    return keras.Model(inputs, x)


MAKERS = [one_by_one, at_once, first_layer_knows, functional]


@pytest.fixture(autouse=True)
def graphs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Starts the counts, and notes each graph that is read."""
    Counted.calls = Counted.builds = 0
    read: list[int] = []
    original = Graph.__init__

    def init(self: Graph, *args: Any) -> None:
        read.append(1)
        original(self, *args)

    monkeypatch.setattr(Graph, "__init__", init)
    return read


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_model_calls_each_of_its_layers_once(make: Callable[[], Any], graphs: list[int]) -> None:
    model = make()
    assert (Counted.calls, Counted.builds) == (LAYERS, LAYERS)
    assert model.output_shape == (None, 2)
    assert len(graphs) == 1


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_file_calls_each_layer_once(
    make: Callable[[], Any], name: str, tmp_path: Path, graphs: list[int]
) -> None:
    pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")
    make().save(tmp_path / name)
    Counted.calls = Counted.builds = 0
    graphs.clear()
    again = keras.models.load_model(tmp_path / name, custom_objects={"Counted": Counted})
    assert (Counted.calls, Counted.builds) == (LAYERS, LAYERS)
    assert len(graphs) <= 1
    assert len(again.weights) == 2 * LAYERS


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_clone_calls_each_layer_once(make: Callable[[], Any], graphs: list[int]) -> None:
    model = make()
    Counted.calls = Counted.builds = 0
    with keras.saving.custom_object_scope({"Counted": Counted}):
        keras.models.clone_model(model)
    assert (Counted.calls, Counted.builds) == (LAYERS, LAYERS)


def test_layers_that_go_call_none_of_those_that_stay() -> None:
    model = at_once()
    for _ in range(LAYERS - 2):
        model.pop()
    assert Counted.calls == LAYERS
    assert len(model.weights) == 4
    model.add(Counted(3))
    assert (Counted.calls, model.output_shape) == (LAYERS + 1, (None, 3))
    assert model.predict(np.ones((1, 2)), verbose=0).shape == (1, 3)
    assert len(model.layers[0]._inbound_nodes) == 1


def test_a_frozen_sequential_is_frozen_when_it_is_read() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2)], trainable=False)
    again = keras.Sequential.from_config(model.get_config())
    assert again.trainable_weights == []
    again.trainable = True
    assert len(again.trainable_weights) == 2
