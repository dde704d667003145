"""More models whose files go both ways: every layer that has weights, and frozen ones.

The layers are those of `stored_cases`, each beside its frozen double, in one model for each
shape of input.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from tests.parity.exchanged_models import FORMS, FileCase, sequential
from tests.parity.stored_cases import FRAMES, IMAGE, LAYERS, SEQUENCE, VOLUME, Make

NEW_FORMS = ("keras", "weights.h5", "folder")
"""Without `.h5`: Keras 3.15 writes layers of several inputs there that it does not read."""

_RANDOM = ("dropout", "Bidirectional of two", "RNN of a cell", "without bias", "GRU", "ConvLSTM2D")


def _is_random(name: str) -> bool:
    """Whether a layer drops something in training, which two libraries do differently."""
    return any(part in name for part in _RANDOM) and name not in ("Dense without bias",)


def _shape_of(shapes: tuple[Any, ...]) -> Any:
    """The one shape that all inputs of a layer have."""
    flat = shapes[0] if isinstance(shapes[0], list) else shapes
    return flat[0] if all(shape == flat[0] for shape in flat) else None


def _side_by_side(shape: tuple[int, ...], random: bool) -> Make:
    """A model in which all the layers that take such an input read it, thawed and frozen."""
    chosen = [
        (make, shapes)
        for name, (make, shapes) in LAYERS.items()
        if _shape_of(shapes) == shape and _is_random(name) == random and name != "Embedding"
    ]

    def build(keras: ModuleType) -> Any:
        x = keras.Input(shape)
        parts = []
        for make, shapes in chosen:
            for frozen in (False, True):
                layer = make(keras, trainable=False) if frozen else make(keras)
                in_a_list = isinstance(shapes[0], list)
                given = [[x] * len(shapes[0])] if in_a_list else [x] * len(shapes)
                found = layer(*given)
                found = found[0] if isinstance(found, list | tuple) else found
                parts.append(keras.layers.Flatten()(found))
        joined = keras.layers.Concatenate()(parts)
        # Small and smooth, so that a step does not multiply what rounding leaves.
        outputs = keras.layers.Dense(2, kernel_initializer="zeros")(joined)
        model = keras.Model(x, outputs)
        model.compile(keras.optimizers.SGD(0.002), "mse")
        return model

    return build


def _case(name: str, shape: tuple[int, ...], random: bool = False) -> FileCase:
    build = _side_by_side(shape, random)
    return FileCase(name, build, x=shape, steps_alike=not random, forms=NEW_FORMS)


def _transfer(keras: ModuleType) -> Any:
    """A base that is frozen as the guides do it, one that was made frozen, and a new head."""
    layers = keras.layers
    inputs = keras.Input((4,))
    hidden = layers.BatchNormalization()(layers.Dense(5, activation="relu")(inputs))
    base = keras.Model(inputs, hidden, name="base")
    base.trainable = False
    made = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(4, activation="tanh", trainable=False),
            layers.BatchNormalization(trainable=False),
            layers.Dense(3),
        ],
        name="made",
    )
    x = keras.Input((4,))
    model = keras.Model(x, layers.Dense(2)(made(base(x, training=False))), name="transfer")
    model.compile("adam", "mse")
    return model


def _words(keras: ModuleType) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(11, 4, trainable=False),
            layers.Bidirectional(layers.LSTM(3, trainable=False)),
            layers.Dense(2),
        ],
        name="frozen_words",
    )
    model.compile("adam", "mse")
    return model


def _adapted(keras: ModuleType) -> Any:
    data = np.random.default_rng(2).normal(2, 3, size=(20, 4)).astype("float32")
    normal = keras.layers.Normalization()
    normal.adapt(data)
    return sequential(
        lambda keras: keras.Input((4,)), lambda keras: normal, lambda keras: keras.layers.Dense(2)
    )(keras)


def _optimizer(name: str, make: Any, steps_alike: bool = True) -> FileCase:
    build = sequential(
        lambda keras: keras.Input((4,)),
        lambda keras: keras.layers.Dense(5),
        lambda keras: keras.layers.Dense(2),
        optimizer=make,
    )
    return FileCase(f"optimizer_{name}", build, steps_alike=steps_alike, forms=NEW_FORMS)


CASES = [
    _case("layers_of_vectors", (4,)),
    _case("layers_of_sequences", SEQUENCE),
    _case("layers_of_sequences_that_drop", SEQUENCE, random=True),
    _case("layers_of_images", IMAGE),
    _case("layers_of_volumes", VOLUME),
    _case("layers_of_frames", FRAMES),
    _case("layers_of_frames_that_drop", FRAMES, random=True),
    FileCase("transfer", _transfer, forms=FORMS),
    FileCase("frozen_words", _words, x=(7,), integers=11, forms=NEW_FORMS),
    _optimizer(
        "multi",
        lambda keras: keras.optimizers.MultiOptimizer(
            keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.01))
        ),
    ),
]
