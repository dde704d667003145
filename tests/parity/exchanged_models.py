"""Models whose files go both ways between real Keras and this package.

Each case builds with the `keras` it is given, so that both sides make the same model with the
same names. Nothing here is random in a way that two libraries would draw differently: a side
that trains on from a file must find the same losses as the side that wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np

SAMPLES = 24
BATCH = 8
FORMS = ("keras", "weights.h5", "folder", "h5")
"""`.h5` last: after writing one, Keras 3.15 leaves the optimizer out of what it writes next."""


@dataclass(frozen=True)
class FileCase:
    """A model that is saved by one side and loaded by the other.

    Attributes:
        name: Names its files.
        build: Makes the model, compiled, of a Keras module.
        x: Shapes of its inputs without the batch, by name or in order.
        y: Shapes of its targets without the batch, in order.
        steps_alike: Whether training goes the same way on both sides (no dropout).
        integers: The inputs are word numbers below this.
        forms: The kinds of file it is saved as.
        other_steps: Backends on which Keras computes other steps, and why.
        errors: Backends on which Keras itself cannot train on, and the error that it raises.
    """

    name: str
    build: Callable[[ModuleType], Any]
    x: Any = (4,)
    y: Any = (2,)
    steps_alike: bool = True
    integers: int | None = None
    forms: tuple[str, ...] = FORMS
    other_steps: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> tuple[Any, Any]:
        """Inputs and targets, the same every time."""
        rng = np.random.default_rng(5)

        def draw(shape: tuple[int, ...]) -> np.ndarray:
            if self.integers:
                return rng.integers(0, self.integers, (SAMPLES, *shape)).astype("int32")
            return rng.normal(size=(SAMPLES, *shape)).astype("float32")

        if isinstance(self.x, dict):
            x: Any = {name: draw(shape) for name, shape in self.x.items()}
        elif isinstance(self.x, list):
            x = [draw(shape) for shape in self.x]
        else:
            x = draw(self.x)
        targets = self.y if isinstance(self.y, list) else [self.y]
        y = [rng.normal(size=(SAMPLES, *shape)).astype("float32") for shape in targets]
        return x, y if isinstance(self.y, list) else y[0]


def sequential(*layers: Any, optimizer: Any = None, loss: Any = "mse") -> Callable[..., Any]:
    """A case's `build`: of functions from a Keras module to layers."""

    def build(keras: ModuleType) -> Any:
        model = keras.Sequential([make(keras) for make in layers])
        model.compile(optimizer(keras) if optimizer else "adam", loss, metrics=["mae"])
        return model

    return build


def layer(name: str, *args: Any, **kwargs: Any) -> Callable[[ModuleType], Any]:
    """A function that makes a layer, of a Keras module."""
    return lambda keras: getattr(keras.layers, name)(*args, **kwargs)


def wrapped(name: str, inner: Callable[[ModuleType], Any], **kwargs: Any) -> Any:
    """A function that makes a wrapper around a layer, of a Keras module."""
    return lambda keras: getattr(keras.layers, name)(inner(keras), **kwargs)


def _mlp(keras: ModuleType) -> Any:
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(
                8,
                activation="relu",
                kernel_regularizer=keras.regularizers.L1L2(0.001, 0.01),
                kernel_initializer=keras.initializers.HeNormal(seed=3),
                bias_constraint="max_norm",
            ),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.Dense(2, use_bias=False),
        ],
        name="mlp",
    )
    model.compile(
        keras.optimizers.Adam(0.02),
        keras.losses.Huber(),
        metrics=["mae", keras.metrics.RootMeanSquaredError(name="distance")],
    )
    return model


def _wired(keras: ModuleType) -> Any:
    layers = keras.layers
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = layers.Dense(5, activation="tanh", name="shared")
    inner_input = keras.Input((10,), name="inner_in")
    inner = keras.Model(
        inner_input, layers.Dense(6, name="inner_dense")(inner_input), name="inner_functional"
    )
    tail = keras.Sequential([keras.Input((6,)), layers.Dense(3)], name="tail")
    joined = layers.Concatenate()([shared(left), shared(right)])
    hidden = inner(joined)
    residual = layers.Add()([hidden, layers.Dense(6)(left)])
    model = keras.Model(
        [left, right], [layers.Dense(1, name="first")(tail(residual)), tail(hidden)], name="wired"
    )
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), ["mse", "mae"], loss_weights=[1.0, 0.5])
    return model


def _ops(keras: ModuleType) -> Any:
    ops = keras.ops
    x = keras.Input((6, 4))
    mean, spread = ops.mean(x, axis=-1, keepdims=True), ops.std(x, axis=-1, keepdims=True)
    scaled = (x - mean) / (spread + 0.1)
    weights = ops.softmax(ops.einsum("bij,bkj->bik", scaled, x) * 0.5, axis=-1)
    mixed = ops.matmul(weights, scaled)[:, 1:-1, ::2]
    flat = ops.reshape(ops.transpose(mixed, (0, 2, 1)), (-1, 8))
    clipped = ops.where(flat > 0, ops.clip(flat, -1.0, 0.5), 0.1 * flat)
    parts = ops.split(ops.concatenate([clipped, ops.abs(flat)], axis=1), 2, axis=1)
    both = ops.stack(parts, axis=-1)
    top = ops.max(both, axis=-1) ** 2.0 + ops.cast(ops.argmax(both, axis=-1), "float32")
    padded = ops.pad(top, [[0, 0], [1, 1]])
    model = keras.Model(x, keras.layers.Dense(2)(ops.gelu(padded, approximate=False)), name="ops")
    model.compile("adam", "mse")
    return model


def _named(keras: ModuleType) -> Any:
    layers = keras.layers
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((3,), name="b")}
    joined = layers.Concatenate(axis=-1)([inputs["a"], layers.Dense(3)(inputs["b"])])
    model = keras.Model(inputs, layers.Dense(2)(joined), name="named_inputs")
    model.compile("rmsprop", "mse")
    return model


def custom_classes(keras: ModuleType) -> dict[str, Any]:
    """A layer, a model and an activation of a user's own, registered on this side."""
    found = keras.saving.get_custom_objects()
    if "Mine>Scale" in found:
        return {name: found[f"Mine>{name}"] for name in ("Scale", "Net", "bent")}

    @keras.saving.register_keras_serializable("Mine")
    class Scale(keras.layers.Layer):
        def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.factor = factor

        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")
            self.inner = keras.layers.Dense(3)
            self.inner.build(shape)

        def call(self, x: Any) -> Any:
            return self.inner(x * self.scale * self.factor)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "factor": self.factor}

    @keras.saving.register_keras_serializable("Mine")
    class Net(keras.Model):
        def __init__(self, units: int = 3, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units = units
            self.hidden = keras.layers.Dense(units, activation="relu")
            self.heads = [keras.layers.Dense(2), keras.layers.Dense(2)]
            self.norm = keras.layers.BatchNormalization()

        def call(self, x: Any, training: bool = False) -> Any:
            hidden = self.norm(self.hidden(x), training=training)
            return self.heads[0](hidden) + self.heads[1](hidden)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": self.units}

    @keras.saving.register_keras_serializable("Mine")
    def bent(x: Any) -> Any:
        return keras.ops.maximum(x, 0.3 * x)

    return {"Scale": Scale, "Net": Net, "bent": bent}


def _custom(keras: ModuleType) -> Any:
    own = custom_classes(keras)
    model = keras.Sequential(
        [keras.Input((4,)), own["Scale"](3.0), keras.layers.Dense(2, activation=own["bent"])],
        name="custom",
    )
    model.compile("adam", "mse")
    return model


def _subclassed(keras: ModuleType) -> Any:
    model = custom_classes(keras)["Net"](5, name="net")
    model.compile("adam", "mse")
    model.build((None, 4))
    return model


def _optimizer(name: str, forms: tuple[str, ...] = FORMS, **kwargs: Any) -> FileCase:
    def make(keras: ModuleType) -> Any:
        arguments = {k: v(keras) if callable(v) else v for k, v in kwargs.items()}
        return getattr(keras.optimizers, name)(**arguments)

    build = sequential(
        lambda keras: keras.Input((4,)), layer("Dense", 5), layer("Dense", 2), optimizer=make
    )
    suffix = "_".join(sorted(kwargs)) or "plain"
    return FileCase(f"optimizer_{name}_{suffix}".lower(), build, forms=forms)


def _given(*shape: Any) -> Callable[[ModuleType], Any]:
    return lambda keras: keras.Input(shape)


def _schedule(keras: ModuleType) -> Any:
    return keras.optimizers.schedules.ExponentialDecay(0.05, decay_steps=3, decay_rate=0.8)


def _inner(keras: ModuleType) -> Any:
    return keras.optimizers.SGD(0.05, momentum=0.9)


OPTIMIZERS = [
    _optimizer("SGD", learning_rate=0.05, nesterov=True, momentum=0.8),
    _optimizer("SGD", learning_rate=_schedule),
    _optimizer("Adam", amsgrad=True, clipnorm=1.0),
    replace(
        _optimizer("Adam", use_ema=True, ema_momentum=0.9),
        # On JAX a second `fit` finds averages without a value, in the model that was saved too.
        errors={"jax": "TypeError: 'NoneType' object is not callable"},
    ),
    _optimizer("Adam", gradient_accumulation_steps=2),
    _optimizer("AdamW", weight_decay=0.02),
    _optimizer("RMSprop", centered=True, momentum=0.5),
    *(_optimizer(name) for name in ("Adadelta", "Adagrad", "Adamax", "Ftrl")),
    # Keras gives two of its variables one name, which its own `.h5` files cannot hold.
    _optimizer("Adafactor", forms=("keras", "weights.h5", "folder")),
    *(_optimizer(name) for name in ("Lamb", "Lion", "Nadam", "Muon")),
    replace(
        _optimizer("ScheduleFreeAdamW", learning_rate=0.05, warmup_steps=5),
        # The rule, and Keras on JAX, takes the slot as it was before the step.
        other_steps=dict.fromkeys(
            ("tensorflow", "torch"), "reads its first slot after having changed it"
        ),
    ),
    _optimizer("LossScaleOptimizer", inner_optimizer=_inner, dynamic_growth_steps=4),
]

CASES = [
    FileCase("mlp", _mlp),
    FileCase("wired", _wired, x=[(4,), (4,)], y=[(1,), (3,)]),
    # Keras does not know an op in an `.h5` file, its own neither.
    FileCase("ops", _ops, x=(6, 4), forms=("keras", "weights.h5", "folder")),
    FileCase("named_inputs", _named, x={"a": (4,), "b": (3,)}),
    FileCase("custom", _custom),
    # Keras writes no subclassed model as `.h5`, and reads no weights into one that only `build`
    # was called on.
    FileCase("subclassed", _subclassed, forms=("keras", "folder")),
    FileCase(
        "convolutions",
        sequential(
            _given(8, 8, 3),
            layer("Conv2D", 4, 3, padding="same", activation="relu", strides=2),
            layer("SeparableConv2D", 6, 3, padding="same", depth_multiplier=2),
            layer("DepthwiseConv2D", 3),
            layer("Conv2DTranspose", 4, 2, strides=2),
            layer("ZeroPadding2D", ((1, 0), (2, 1))),
            layer("Cropping2D", 1),
            layer("UpSampling2D", 2),
            layer("AveragePooling2D", 2),
            layer("MaxPooling2D", 2, padding="same"),
            layer("GlobalAveragePooling2D"),
            layer("Dense", 2),
        ),
        x=(8, 8, 3),
    ),
    FileCase(
        "sequence_convolutions",
        sequential(
            _given(12, 3),
            layer("Conv1D", 4, 3, padding="causal", dilation_rate=2),
            layer("SeparableConv1D", 5, 3, padding="same"),
            layer("MaxPooling1D", 2),
            layer("Conv1DTranspose", 3, 2),
            layer("GlobalMaxPooling1D"),
            layer("Dense", 2),
        ),
        x=(12, 3),
    ),
    FileCase(
        "volumes",
        sequential(
            _given(5, 5, 5, 2),
            layer("Conv3D", 3, 2),
            layer("MaxPooling3D", 2),
            layer("Flatten"),
            layer("Dense", 2),
        ),
        x=(5, 5, 5, 2),
    ),
    FileCase(
        "words",
        sequential(
            _given(7),
            layer("Embedding", 11, 4, mask_zero=True),
            wrapped("Bidirectional", layer("GRU", 3, return_sequences=True), merge_mode="sum"),
            layer("LSTM", 4, return_sequences=True, unit_forget_bias=False),
            wrapped("TimeDistributed", layer("Dense", 3, activation="tanh")),
            layer("SimpleRNN", 3),
            layer("Dense", 2),
        ),
        x=(7,),
        integers=11,
    ),
    FileCase(
        "cells",
        sequential(
            _given(5, 3),
            layer("Masking", 0.0),
            wrapped("RNN", layer("GRUCell", 4, reset_after=False), return_sequences=True),
            lambda keras: keras.layers.RNN(
                keras.layers.StackedRNNCells([keras.layers.LSTMCell(3), keras.layers.LSTMCell(2)])
            ),
            layer("RepeatVector", 2),
            layer("Permute", (2, 1)),
            layer("Flatten"),
            layer("Dense", 2),
        ),
        x=(5, 3),
    ),
    FileCase(
        "normalised",
        sequential(
            _given(4),
            layer("LayerNormalization", epsilon=1e-4),
            layer("Dense", 6),
            layer("PReLU"),
            layer("UnitNormalization"),
            layer("Reshape", (3, 2)),
            layer("BatchNormalization", scale=False),
            layer("Flatten"),
            layer("ELU", alpha=0.5),
            layer("Rescaling", 2.0, offset=-1.0),
            layer("Dense", 2),
        ),
    ),
    FileCase(
        "dropped",
        sequential(
            _given(4),
            layer("Dense", 6, activation="gelu"),
            layer("Dropout", 0.3, seed=4),
            layer("GaussianNoise", 0.1),
            layer("AlphaDropout", 0.2),
            layer("ActivityRegularization", l2=0.01),
            layer("Softmax"),
            layer("Dense", 2),
        ),
        steps_alike=False,
    ),
    *OPTIMIZERS,
]
