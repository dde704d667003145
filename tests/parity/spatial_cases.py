"""Parity cases of the layers and ops on sequences, images and volumes.

TensorFlow on a CPU convolves only with the channels last, and neither groups with dilation nor
strides with dilation: that is checked against plain loops, in `tests/core/test_spatial_ops.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, labels, values
from .layers_cases import Make, layer_results

SEQUENCE, IMAGE, VOLUME = (2, 7, 4), (1, 7, 6, 2), (1, 4, 5, 3, 2)


def _layer(name: str, make: Make, shape: tuple[int, ...], **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        results = layer_results(framework, layer, [values("spatial/input", shape)], **arguments)
        first = getattr(layer, "data_format", None) == "channels_first"
        channels, rest = (shape[1], len(shape) - 2) if first else (shape[-1], len(shape) - 2)
        unknown = (None, channels, *(None,) * rest) if first else (*(None,) * (rest + 1), channels)
        shapes = [shape, (None, *shape[1:]), unknown]
        results["output_shapes"] = [list(layer.compute_output_shape(s)) for s in shapes]
        return results

    return Case(name, run)


def _layers(*cases: tuple[str, Make], shape: tuple[int, ...]) -> tuple[Case, ...]:
    return tuple(_layer(name, make, shape) for name, make in cases)


SEQUENCES = _layers(
    ("Conv1D", lambda k: k.Conv1D(3, 3)),
    ("Conv1D same strided", lambda k: k.Conv1D(3, 2, strides=3, padding="same")),
    ("Conv1D causal dilated", lambda k: k.Conv1D(3, 2, padding="causal", dilation_rate=2)),
    ("Conv1D groups", lambda k: k.Conv1D(6, 3, groups=2, activation="relu", use_bias=False)),
    ("Conv1DTranspose", lambda k: k.Conv1DTranspose(3, 3, strides=2)),
    ("Conv1DTranspose same", lambda k: k.Conv1DTranspose(3, 4, strides=2, padding="same")),
    ("DepthwiseConv1D", lambda k: k.DepthwiseConv1D(3, depth_multiplier=2)),
    ("DepthwiseConv1D same", lambda k: k.DepthwiseConv1D(3, 2, "same", activation="tanh")),
    ("SeparableConv1D", lambda k: k.SeparableConv1D(3, 3, depth_multiplier=2)),
    ("MaxPooling1D", lambda k: k.MaxPooling1D()),
    ("MaxPooling1D same", lambda k: k.MaxPooling1D(3, 2, "same")),
    ("AveragePooling1D", lambda k: k.AveragePooling1D(3, strides=1)),
    ("AveragePooling1D same", lambda k: k.AveragePooling1D(4, 2, "same")),
    ("AdaptiveMaxPooling1D", lambda k: k.AdaptiveMaxPooling1D(3)),
    ("AdaptiveAveragePooling1D", lambda k: k.AdaptiveAveragePooling1D(4)),
    ("GlobalMaxPooling1D", lambda k: k.GlobalMaxPooling1D()),
    ("GlobalMaxPooling1D first", lambda k: k.GlobalMaxPooling1D("channels_first", keepdims=True)),
    ("GlobalAveragePooling1D", lambda k: k.GlobalAveragePooling1D(keepdims=True)),
    ("ZeroPadding1D", lambda k: k.ZeroPadding1D((2, 1))),
    ("ZeroPadding1D first", lambda k: k.ZeroPadding1D(2, data_format="channels_first")),
    ("Cropping1D", lambda k: k.Cropping1D((2, 1))),
    ("UpSampling1D", lambda k: k.UpSampling1D(3)),
    shape=SEQUENCE,
)

IMAGES = _layers(
    ("Conv2D", lambda k: k.Conv2D(3, 3)),
    ("Conv2D same", lambda k: k.Conv2D(3, (2, 4), padding="same")),
    ("Conv2D strided", lambda k: k.Conv2D(3, 3, strides=(2, 1), activation="relu")),
    ("Conv2D same strided", lambda k: k.Conv2D(3, (3, 2), strides=2, padding="SAME")),
    ("Conv2D dilated", lambda k: k.Conv2D(3, 2, dilation_rate=(3, 2), padding="same")),
    ("Conv2D groups", lambda k: k.Conv2D(6, 3, groups=2, padding="same", use_bias=False)),
    ("Conv2D window of one", lambda k: k.Conv2D(5, 1, strides=2)),
    (
        "Conv2D with everything",
        lambda k: k.Conv2D(
            2,
            3,
            activation="tanh",
            kernel_initializer="he_normal",
            bias_initializer="ones",
            kernel_regularizer="l2",
            bias_regularizer="l1",
            activity_regularizer="l2",
            kernel_constraint="max_norm",
            bias_constraint="non_neg",
            name="eyes",
        ),
    ),
    ("Conv2DTranspose", lambda k: k.Conv2DTranspose(2, 3)),
    ("Conv2DTranspose strided", lambda k: k.Conv2DTranspose(1, (2, 3), strides=(3, 2))),
    ("Conv2DTranspose same", lambda k: k.Conv2DTranspose(2, 3, 2, "same", activation="relu")),
    (
        "Conv2DTranspose output_padding",
        lambda k: k.Conv2DTranspose(2, 3, 2, "same", output_padding=(1, 0)),
    ),
    (
        "Conv2DTranspose output_padding valid",
        lambda k: k.Conv2DTranspose(1, 3, 3, output_padding=(2, 0), use_bias=False),
    ),
    ("DepthwiseConv2D", lambda k: k.DepthwiseConv2D(3, depth_multiplier=2)),
    ("DepthwiseConv2D same strided", lambda k: k.DepthwiseConv2D(3, 2, "same", use_bias=False)),
    ("DepthwiseConv2D dilated", lambda k: k.DepthwiseConv2D(2, dilation_rate=2)),
    ("SeparableConv2D", lambda k: k.SeparableConv2D(5, 3, padding="same", activation="relu")),
    ("SeparableConv2D strided", lambda k: k.SeparableConv2D(3, 3, strides=2, depth_multiplier=2)),
    ("MaxPooling2D", lambda k: k.MaxPooling2D()),
    ("MaxPooling2D overlapping", lambda k: k.MaxPooling2D(3, strides=1)),
    ("MaxPooling2D same", lambda k: k.MaxPooling2D((3, 2), 2, "same")),
    ("MaxPooling2D first", lambda k: k.MaxPooling2D(2, data_format="channels_first")),
    ("AveragePooling2D", lambda k: k.AveragePooling2D((3, 2))),
    ("AveragePooling2D same", lambda k: k.AveragePooling2D(3, 2, "same")),
    ("AveragePooling2D first", lambda k: k.AveragePooling2D(2, data_format="channels_first")),
    ("AdaptiveMaxPooling2D", lambda k: k.AdaptiveMaxPooling2D((3, 4))),
    ("AdaptiveAveragePooling2D", lambda k: k.AdaptiveAveragePooling2D((5, 2))),
    ("GlobalMaxPooling2D", lambda k: k.GlobalMaxPooling2D()),
    ("GlobalAveragePooling2D", lambda k: k.GlobalAveragePooling2D()),
    ("GlobalAveragePooling2D first", lambda k: k.GlobalAveragePooling2D("channels_first")),
    ("ZeroPadding2D", lambda k: k.ZeroPadding2D()),
    ("ZeroPadding2D pairs", lambda k: k.ZeroPadding2D(((1, 0), (2, 3)))),
    ("ZeroPadding2D first", lambda k: k.ZeroPadding2D((1, 2), data_format="channels_first")),
    ("Cropping2D", lambda k: k.Cropping2D(1)),
    ("Cropping2D first", lambda k: k.Cropping2D(((1, 0), (0, 1)), data_format="channels_first")),
    ("UpSampling2D", lambda k: k.UpSampling2D()),
    ("UpSampling2D first", lambda k: k.UpSampling2D((1, 3), data_format="channels_first")),
    ("UpSampling2D bilinear", lambda k: k.UpSampling2D((2, 3), interpolation="bilinear")),
    ("UpSampling2D bicubic", lambda k: k.UpSampling2D((2, 4), interpolation="bicubic")),
    ("UpSampling2D lanczos3", lambda k: k.UpSampling2D(2, interpolation="lanczos3")),
    ("UpSampling2D lanczos5", lambda k: k.UpSampling2D((3, 2), interpolation="lanczos5")),
    shape=IMAGE,
)

VOLUMES = _layers(
    ("Conv3D", lambda k: k.Conv3D(3, (2, 3, 2))),
    ("Conv3D same strided", lambda k: k.Conv3D(3, 2, strides=2, padding="same")),
    ("Conv3DTranspose", lambda k: k.Conv3DTranspose(1, 2, strides=2)),
    ("Conv3DTranspose same", lambda k: k.Conv3DTranspose(1, 3, strides=2, padding="same")),
    ("MaxPooling3D", lambda k: k.MaxPooling3D()),
    ("MaxPooling3D same", lambda k: k.MaxPooling3D((3, 2, 2), 2, "same")),
    ("AveragePooling3D", lambda k: k.AveragePooling3D(2)),
    ("AveragePooling3D same", lambda k: k.AveragePooling3D((2, 3, 2), (2, 2, 1), "same")),
    ("AdaptiveMaxPooling3D", lambda k: k.AdaptiveMaxPooling3D((2, 3, 2))),
    ("AdaptiveAveragePooling3D", lambda k: k.AdaptiveAveragePooling3D(2)),
    ("GlobalMaxPooling3D", lambda k: k.GlobalMaxPooling3D(keepdims=True)),
    ("GlobalAveragePooling3D", lambda k: k.GlobalAveragePooling3D()),
    ("ZeroPadding3D", lambda k: k.ZeroPadding3D(((1, 0), (0, 2), (1, 1)))),
    ("Cropping3D", lambda k: k.Cropping3D(((1, 0), (0, 2), (1, 1)))),
    ("UpSampling3D", lambda k: k.UpSampling3D((2, 1, 3))),
    shape=VOLUME,
)


def _masked_average(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    mask = keras.ops.convert_to_tensor(np.array([[1, 1, 0, 0], [1, 0, 1, 1]], "bool"))
    layer = keras.layers.GlobalAveragePooling1D()
    value, (gradient,) = framework.gradients(
        lambda x: layer(x, mask=mask), values("spatial/masked", (2, 4, 3))
    )
    return {"value": value, "gradient": gradient}


def _tied_maxima(framework: Framework) -> dict[str, Any]:
    """The first of equal maxima takes the whole gradient."""
    x = np.zeros((1, 4, 4, 1), "float32")
    pool = framework.keras.layers.MaxPooling2D(3, strides=1)
    _, (gradient,) = framework.gradients(pool, x)
    return {"gradient": gradient}


def _names(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    names = ["Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "DepthwiseConv2D"]
    names += ["SeparableConv2D", "MaxPooling2D", "MaxPool1D", "GlobalAveragePooling2D"]
    arguments: dict[str, tuple[int, ...]] = dict.fromkeys(names[:7], (1, 1))
    arguments["DepthwiseConv2D"] = (1,)
    made = [getattr(layers, name)(*arguments.get(name, ())) for name in names]
    aliases = [name for name in dir(layers) if "Convolution" in name or "Pool" in name]
    return {
        "names": [layer.name for layer in made],
        "aliases": {name: getattr(layers, name).__name__ for name in aliases},
    }


def _lenet(layers: Any) -> list[Any]:
    return [
        layers.Conv2D(4, 3, activation="relu", padding="same"),
        layers.MaxPooling2D(),
        layers.Conv2D(6, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.AveragePooling2D(2, 1, "same"),
        layers.Flatten(),
        layers.Dense(3),
    ]


def _mobile(layers: Any) -> list[Any]:
    return [
        layers.ZeroPadding2D(1),
        layers.SeparableConv2D(4, 3, strides=2, activation="relu"),
        layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2),
        layers.UpSampling2D(),
        layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="tanh"),
        layers.Cropping2D(2),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3),
    ]


def _sequence_model(layers: Any) -> list[Any]:
    return [
        layers.Reshape((16, 4)),
        layers.Conv1D(6, 3, padding="causal", dilation_rate=2, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(6, 3, groups=2, activation="relu"),
        layers.GlobalMaxPooling1D(),
        layers.Dense(3),
    ]


def _trained(name: str, stack: Callable[[Any], list[Any]]) -> Case:
    """Thirty steps of training from fixed weights."""

    def run(framework: Framework) -> dict[str, Any]:
        keras = framework.keras
        model = keras.Sequential([keras.Input((8, 8, 1)), *stack(keras.layers)])
        fill_weights(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
        x, y = values(f"{name}/x", (24, 8, 8, 1)), labels(f"{name}/y", (24,), 3)
        history = model.fit(x, y, batch_size=8, epochs=10, shuffle=False, verbose=0)
        return {
            "history": history.history,
            "weights": [np.asarray(weight) for weight in model.get_weights()],
            "predictions": model.predict(x[:5], verbose=0),
        }

    # Thirty steps feed every rounding error back into the weights.
    return Case(f"{name}, trained", run, rtol=1e-4)


CASES = (
    *SEQUENCES,
    *IMAGES,
    *VOLUMES,
    Case("masked average", _masked_average),
    Case("tied maxima", _tied_maxima),
    Case("automatic names and aliases", _names),
    _trained("convolutions and pooling", _lenet),
    _trained("separable and transposed convolutions", _mobile),
    _trained("convolutions of sequences", _sequence_model),
)
