"""`keras.applications.xception`: `Xception`."""

from __future__ import annotations

from typing import Any

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channel_axis,
    classify,
    finish,
    named,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")


@checked
@named(
    "Xception",
    "Xception, made of separable convolutions (Chollet 2016, https://arxiv.org/abs/1610.02357).",
    299,
)
def Xception(
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: PositiveInt = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = "xception",
) -> Functional:
    """Makes the network; `named` writes the whole of this."""
    request = Request(
        "Xception", include_top, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation,
    )  # fmt: skip
    top = "" if include_top else "_notop"
    address = f"xception/xception_weights_tf_dim_ordering_tf_kernels{top}.h5"
    start = begin(request, 299, address, 71)
    x = layers.Conv2D(32, (3, 3), strides=(2, 2), use_bias=False, name="block1_conv1")(start)
    x = _normalized(x, "block1_conv1", "block1_conv1_act")
    x = layers.Conv2D(64, (3, 3), use_bias=False, name="block1_conv2")(x)
    x = _normalized(x, "block1_conv2", "block1_conv2_act")
    for number, filters in ((2, 128), (3, 256), (4, 728)):
        x = _halving(x, number, (filters, filters))
    for number in range(5, 13):
        x = _middle(x, number)
    x = _halving(x, 13, (728, 1024))
    for place, filters in ((1, 1536), (2, 2048)):
        x = _separable(x, filters, f"block14_sepconv{place}")
        x = layers.Activation("relu", name=f"block14_sepconv{place}_act")(x)
    x = classify(x, request, ("avg_pool", None, None))
    return finish(request, start, x, name)


def _normalized(x: Any, name: str | None, act: str | None = None) -> Any:
    label = None if name is None else f"{name}_bn"
    x = layers.BatchNormalization(axis=channel_axis(), name=label)(x)
    return x if act is None else layers.Activation("relu", name=act)(x)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = layers.SeparableConv2D(filters, (3, 3), padding="same", use_bias=False, name=name)(x)
    return _normalized(x, name)


def _halving(x: Any, number: int, widths: tuple[int, int]) -> Any:
    """Two separable convolutions and a pooling, beside a way past them with a stride."""
    residual = layers.Conv2D(
        widths[1], (1, 1), strides=(2, 2), padding="same", use_bias=False
    )(x)  # fmt: skip
    residual = _normalized(residual, None)
    for place, filters in enumerate(widths, 1):
        if (number, place) != (2, 1):  # the input of the first block is activated already
            x = layers.Activation("relu", name=f"block{number}_sepconv{place}_act")(x)
        x = _separable(x, filters, f"block{number}_sepconv{place}")
    x = layers.MaxPooling2D(
        (3, 3), strides=(2, 2), padding="same", name=f"block{number}_pool"
    )(x)  # fmt: skip
    return layers.add([x, residual])


def _middle(x: Any, number: int) -> Any:
    """Three separable convolutions beside a way past them."""
    residual = x
    for place in (1, 2, 3):
        x = layers.Activation("relu", name=f"block{number}_sepconv{place}_act")(x)
        x = _separable(x, 728, f"block{number}_sepconv{place}")
    return layers.add([x, residual])
