"""Parity cases of where a file keeps each variable: Keras finds weights by these paths alone.

Each case makes a model and lists the arrays of its weights file with their shapes, as Keras 3.15
writes them. Every layer that has variables is here, alone and frozen, and every optimizer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .golden import Case

Make = Callable[[ModuleType], Any]


def _arrays(model: Any) -> dict[str, Any]:
    """The arrays of a model's file, with their shapes."""
    import h5py

    arrays: dict[str, list[int]] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            arrays[name] = [int(size) for size in item.shape]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.weights.h5"
        model.save_weights(path)
        with h5py.File(path) as file:
            file.visititems(note)
    return arrays


def _case(name: str, make: Make) -> Case:
    return Case(name, lambda framework: _arrays(make(framework.keras)))


def _layer(name: str, *args: Any, **kwargs: Any) -> Make:
    """A function that makes a layer; arguments that are functions of a Keras module are called."""

    def make(keras: ModuleType, **more: Any) -> Any:
        given = [arg(keras) if callable(arg) else arg for arg in args]
        named = {key: arg(keras) if callable(arg) else arg for key, arg in kwargs.items()}
        return getattr(keras.layers, name)(*given, **named, **more)

    return make


def _cells(*cells: Make) -> Make:
    return lambda keras: [cell(keras) for cell in cells]


def _on(make: Make, *shapes: Any, frozen: bool = False) -> Make:
    """A functional model of the layer on inputs of these shapes, or of one list of them."""

    def build(keras: ModuleType) -> Any:
        in_a_list = isinstance(shapes[0], list)
        inputs = [keras.Input(shape) for shape in (shapes[0] if in_a_list else shapes)]
        layer = make(keras, trainable=False) if frozen else make(keras)
        return keras.Model(inputs, layer(inputs) if in_a_list else layer(*inputs))

    return build


SEQUENCE, IMAGE, VOLUME = (5, 4), (8, 8, 2), (5, 5, 5, 2)
FRAMES = (3, 6, 6, 2)

LAYERS: dict[str, tuple[Make, tuple[Any, ...]]] = {
    "Dense": (_layer("Dense", 3), ((4,),)),
    "Dense without bias": (_layer("Dense", 3, use_bias=False), ((4,),)),
    "EinsumDense": (_layer("EinsumDense", "ab,bc->ac", 3, bias_axes="c"), ((4,),)),
    "Embedding": (_layer("Embedding", 9, 2), ((4,),)),
    "PReLU": (_layer("PReLU"), ((4,),)),
    "BatchNormalization": (_layer("BatchNormalization"), ((4,),)),
    "BatchNormalization bare": (_layer("BatchNormalization", scale=False, center=False), ((4,),)),
    "LayerNormalization": (_layer("LayerNormalization"), ((4,),)),
    "GroupNormalization": (_layer("GroupNormalization", 2), ((4,),)),
    "RMSNormalization": (_layer("RMSNormalization"), ((4,),)),
    "SpectralNormalization": (_layer("SpectralNormalization", _layer("Dense", 3)), ((4,),)),
    "Attention": (_layer("Attention", use_scale=True), ([SEQUENCE, SEQUENCE],)),
    "AdditiveAttention": (_layer("AdditiveAttention"), ([SEQUENCE, SEQUENCE],)),
    "MultiHeadAttention": (_layer("MultiHeadAttention", 2, 3), (SEQUENCE, SEQUENCE)),
    "MultiHeadAttention without bias": (
        _layer("MultiHeadAttention", 2, 3, value_dim=2, use_bias=False, dropout=0.1),
        (SEQUENCE, SEQUENCE),
    ),
    "GroupQueryAttention": (_layer("GroupQueryAttention", 3, 4, 2), (SEQUENCE, SEQUENCE)),
    "Conv1D": (_layer("Conv1D", 3, 2), (SEQUENCE,)),
    "Conv2D": (_layer("Conv2D", 3, 2), (IMAGE,)),
    "Conv3D": (_layer("Conv3D", 3, 2), (VOLUME,)),
    "Conv1DTranspose": (_layer("Conv1DTranspose", 3, 2), (SEQUENCE,)),
    "Conv2DTranspose": (_layer("Conv2DTranspose", 3, 2), (IMAGE,)),
    "Conv3DTranspose": (_layer("Conv3DTranspose", 3, 2), (VOLUME,)),
    "DepthwiseConv1D": (_layer("DepthwiseConv1D", 2), (SEQUENCE,)),
    "DepthwiseConv2D": (_layer("DepthwiseConv2D", 2), (IMAGE,)),
    "SeparableConv1D": (_layer("SeparableConv1D", 3, 2), (SEQUENCE,)),
    "SeparableConv2D": (_layer("SeparableConv2D", 3, 2), (IMAGE,)),
    "ConvLSTM1D": (_layer("ConvLSTM1D", 2, 3), ((3, 6, 2),)),
    "ConvLSTM2D": (_layer("ConvLSTM2D", 2, 3, dropout=0.1), (FRAMES,)),
    "ConvLSTM3D": (_layer("ConvLSTM3D", 2, 2), ((2, 4, 4, 4, 2),)),
    "SimpleRNN": (_layer("SimpleRNN", 3), (SEQUENCE,)),
    "LSTM": (_layer("LSTM", 3), (SEQUENCE,)),
    "LSTM with dropout": (_layer("LSTM", 3, dropout=0.1, recurrent_dropout=0.1), (SEQUENCE,)),
    "GRU": (_layer("GRU", 3, dropout=0.2), (SEQUENCE,)),
    "LSTM that returns states": (_layer("LSTM", 3, return_state=True), (SEQUENCE,)),
    "RNN of a cell": (_layer("RNN", _layer("GRUCell", 3, dropout=0.1)), (SEQUENCE,)),
    "RNN of cells": (
        _layer("RNN", _cells(_layer("LSTMCell", 3), _layer("SimpleRNNCell", 2))),
        (SEQUENCE,),
    ),
    "RNN of StackedRNNCells": (
        _layer(
            "RNN",
            _layer("StackedRNNCells", _cells(_layer("LSTMCell", 3), _layer("LSTMCell", 2))),
        ),
        (SEQUENCE,),
    ),
    "Bidirectional": (_layer("Bidirectional", _layer("LSTM", 3)), (SEQUENCE,)),
    "Bidirectional of two": (
        _layer(
            "Bidirectional",
            _layer("GRU", 3, dropout=0.1),
            backward_layer=_layer("GRU", 3, go_backwards=True),
        ),
        (SEQUENCE,),
    ),
    "Bidirectional RNN": (
        _layer("Bidirectional", _layer("RNN", _layer("LSTMCell", 3))),
        (SEQUENCE,),
    ),
    "TimeDistributed": (_layer("TimeDistributed", _layer("Dense", 3)), (SEQUENCE,)),
    "TimeDistributed of Bidirectional": (
        _layer("TimeDistributed", _layer("Bidirectional", _layer("GRU", 2))),
        ((2, 5, 4),),
    ),
    "Wrapper of SpectralNormalization": (
        _layer("TimeDistributed", _layer("SpectralNormalization", _layer("Conv2D", 2, 3))),
        (FRAMES,),
    ),
}

WITHOUT_WEIGHTS: dict[str, tuple[Make, tuple[Any, ...]]] = {
    "Dropout": (_layer("Dropout", 0.1, seed=1), ((4,),)),
    "SpatialDropout2D": (_layer("SpatialDropout2D", 0.1), (IMAGE,)),
    "GaussianNoise": (_layer("GaussianNoise", 0.1), ((4,),)),
    "GaussianDropout": (_layer("GaussianDropout", 0.1), ((4,),)),
    "AlphaDropout": (_layer("AlphaDropout", 0.1), ((4,),)),
    "RandomFlip": (_layer("RandomFlip"), (IMAGE,)),
    "RandomRotation": (_layer("RandomRotation", 0.1), (IMAGE,)),
    "RandomZoom": (_layer("RandomZoom", 0.1), (IMAGE,)),
    "RandomTranslation": (_layer("RandomTranslation", 0.1, 0.1), (IMAGE,)),
    "RandomContrast": (_layer("RandomContrast", 0.1), (IMAGE,)),
    "RandomBrightness": (_layer("RandomBrightness", 0.1), (IMAGE,)),
    "RandomHue": (_layer("RandomHue", 0.1), (IMAGE,)),
    "RandomCrop": (_layer("RandomCrop", 4, 4), (IMAGE,)),
    "Rescaling": (_layer("Rescaling", 2.0), (IMAGE,)),
    "Resizing": (_layer("Resizing", 4, 4), (IMAGE,)),
    "Normalization": (_layer("Normalization", mean=[1.0, 2.0], variance=[1.0, 4.0]), ((2,),)),
    "UnitNormalization": (_layer("UnitNormalization"), ((4,),)),
    "Softmax": (_layer("Softmax"), ((4,),)),
}


def _adapted(keras: ModuleType) -> Any:
    layer = keras.layers.Normalization()
    layer.adapt(np.arange(12, dtype="float32").reshape(4, 3))
    return keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(2)])


def _discretized(keras: ModuleType) -> Any:
    layer = keras.layers.Discretization(num_bins=3)
    layer.adapt(np.arange(12, dtype="float32").reshape(12, 1))
    return keras.Sequential([keras.Input((1,)), layer])


def _looked_up(keras: ModuleType) -> Any:
    inputs = keras.Input((1,), dtype="int64")
    layer = keras.layers.IntegerLookup()
    layer.adapt(np.array([3, 4, 4, 9]))
    return keras.Model(inputs, layer(inputs))


def _nested(frozen: bool) -> Make:
    def build(keras: ModuleType) -> Any:
        layers = keras.layers
        inner_in = keras.Input((4,))
        inner = keras.Model(inner_in, layers.BatchNormalization()(layers.Dense(3)(inner_in)))
        block = keras.Sequential([layers.Dense(3), layers.Dropout(0.1), layers.Dense(2)])
        if frozen:
            inner.trainable = False
        inputs = keras.Input((4,))
        outputs = layers.Dense(1)(block(inner(inputs)))
        model = keras.Model(inputs, outputs)
        model.compile("adam", "mse")
        model.train_on_batch(np.ones((2, 4)), np.ones((2, 1)))
        return model

    return build


def _made_frozen(keras: ModuleType) -> Any:
    layers = keras.layers
    base = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, trainable=False), layers.BatchNormalization()],
        trainable=False,
        name="base",
    )
    model = keras.Sequential([base, layers.Dense(2), layers.BatchNormalization(trainable=False)])
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    return model


def _containers(keras: ModuleType) -> Any:
    """A model of the user's own that keeps layers in lists, dicts and lists of lists."""
    layers = keras.layers

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.stem = layers.Dense(3)
            self.blocks = [[layers.Dense(3), layers.Dense(3)], [layers.Dense(3)]]
            self.heads = {"b": layers.Dense(2), "a": layers.Dense(1)}
            self.pair = (layers.BatchNormalization(), layers.Dense(3))
            self._hidden = layers.Dense(3)
            self._alias = self.stem

        def call(self, x: Any) -> Any:
            x = self._hidden(self.pair[1](self.pair[0](self.stem(x))))
            for block in self.blocks:
                for layer in block:
                    x = layer(x)
            return [self.heads["a"](x), self.heads["b"](x)]

    model = Own()
    model(np.ones((2, 4), "float32"))
    return model


def _variables(keras: ModuleType) -> Any:
    """A layer with variables of every kind, made in every way."""

    class Own(keras.layers.Layer):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.counter = keras.Variable(0, trainable=False, dtype="int32")
            self.scale = keras.Variable(np.ones(4, "float32"))
            self.seeds = keras.random.SeedGenerator(3)

        def build(self, shape: Any) -> None:
            self.more = [self.add_weight(shape=(4,)), self.add_weight(shape=(4,), trainable=False)]

        def call(self, x: Any) -> Any:
            return x * self.scale + self.more[0] * self.more[1]

    return keras.Sequential([keras.Input((4,)), Own(), Own(trainable=False)])


def _trained(name: str, **kwargs: Any) -> Make:
    def build(keras: ModuleType) -> Any:
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
        model.compile(getattr(keras.optimizers, name)(**kwargs), "mse", metrics=["mae"])
        model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
        return model

    return build


def _lora(keras: ModuleType) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
    model.layers[0].enable_lora(2)
    return model


OPTIMIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True, "momentum": 0.5}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True}),
    ("Adam", {"use_ema": True}),
    ("Adam", {"gradient_accumulation_steps": 2}),
    ("Adam", {"use_ema": True, "gradient_accumulation_steps": 2}),
    *((name, {}) for name in ("AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam")),
    *((name, {}) for name in ("Ftrl", "Lion", "Lamb", "Muon")),
)


def _cases() -> Iterator[Case]:
    for name, (make, shapes) in {**LAYERS, **WITHOUT_WEIGHTS}.items():
        yield _case(name, _on(make, *shapes))
    for name, (make, shapes) in LAYERS.items():
        yield _case(f"{name}, frozen", _on(make, *shapes, frozen=True))
    for name, arguments in OPTIMIZERS:
        yield _case(f"optimizer {name} {arguments}", _trained(name, **arguments))
    for name, build in MODELS.items():
        yield _case(name, build)


MODELS: dict[str, Make] = {
    "a Normalization that was adapted": _adapted,
    "a Discretization that was adapted": _discretized,
    "an IntegerLookup that was adapted": _looked_up,
    "nested models": _nested(False),
    "nested models, one frozen": _nested(True),
    "models made frozen": _made_frozen,
    "layers in containers": _containers,
    "variables of every kind": _variables,
    "LoRA": _lora,
}

CASES = tuple(_cases())
