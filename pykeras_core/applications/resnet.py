"""`keras.applications.resnet`: `ResNet50`, `ResNet101`, `ResNet152`, and what V2 shares."""

from __future__ import annotations

from collections.abc import Callable
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
    normalized,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe")

FILTERS = (64, 128, 256, 512)

# As Keras has it, where others have 1e-5.
EPSILON = 1.001e-5


def residual_network(
    request: Request,
    name: str | None,
    file: str,
    counts: tuple[int, ...],
    block: Callable[..., Any],
) -> Functional:
    """Makes a network of four stages of residual blocks.

    Args:
        request: What was asked for.
        name: Name of the model.
        file: The network's name in the name of the file with published weights.
        counts: How many blocks each stage has.
        block: What makes a block of `(x, filters, name, is_first, stride)`.
    """
    second = block is block_v2
    top = "" if request.include_top else "_notop"
    address = f"resnet/{file}_weights_tf_dim_ordering_tf_kernels{top}.h5"
    start = begin(request, 224, address)
    x = layers.ZeroPadding2D(padding=((3, 3), (3, 3)), name="conv1_pad")(start)
    x = layers.Conv2D(64, 7, strides=2, use_bias=True, name="conv1_conv")(x)
    if not second:
        x = normalized(x, "conv1", epsilon=EPSILON)
    x = layers.ZeroPadding2D(padding=((1, 1), (1, 1)), name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, (filters, count) in enumerate(zip(FILTERS, counts, strict=True), 2):
        # Version 1 halves in the first block of a stage but the first, version 2 in the last
        # block of a stage but the last.
        halving = (count if stage < 5 else 0) if second else (1 if stage > 2 else 0)
        for place in range(1, count + 1):
            stride = 2 if place == halving else 1
            x = block(x, filters, f"conv{stage}_block{place}", place == 1, stride)
    if second:
        x = normalized(x, "post", epsilon=EPSILON)
    x = classify(x, request)
    return finish(request, start, x, name)


def block_v1(x: Any, filters: int, name: str, is_first: bool, stride: int) -> Any:
    """Three convolutions, normalized after each, beside a way past them."""
    axis, shortcut = channel_axis(3), x
    if is_first:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(x)
        shortcut = layers.BatchNormalization(axis=axis, epsilon=EPSILON, name=f"{name}_0_bn")(
            shortcut
        )
    x = layers.Conv2D(filters, 1, strides=stride, name=f"{name}_1_conv")(x)
    x = normalized(x, f"{name}_1", epsilon=EPSILON)
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = normalized(x, f"{name}_2", epsilon=EPSILON)
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    x = layers.BatchNormalization(axis=axis, epsilon=EPSILON, name=f"{name}_3_bn")(x)
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def block_v2(x: Any, filters: int, name: str, is_first: bool, stride: int) -> Any:
    """Three convolutions, normalized before each, beside a way past them."""
    ready = normalized(x, f"{name}_preact", epsilon=EPSILON)
    if is_first:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(ready)
    else:
        shortcut = layers.MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = layers.Conv2D(filters, 1, strides=1, use_bias=False, name=f"{name}_1_conv")(ready)
    x = normalized(x, f"{name}_1", epsilon=EPSILON)
    x = layers.ZeroPadding2D(padding=((1, 1), (1, 1)), name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = normalized(x, f"{name}_2", epsilon=EPSILON)
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([shortcut, x])


def make(
    network: str, file: str, counts: tuple[int, ...], block: Callable[..., Any], source: str
) -> Callable[..., Functional]:
    """Returns the function that makes one network of the family."""

    @checked
    @named(network, f"{network}, made of residual blocks ({source}).", 224)
    def build(
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: PositiveInt = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = file,
    ) -> Functional:
        request = Request(
            network, include_top, weights, input_tensor, input_shape, pooling, classes,
            classifier_activation,
        )  # fmt: skip
        return residual_network(request, name, file, counts, block)

    return build


_SOURCE = "He et al. 2015, https://arxiv.org/abs/1512.03385"

ResNet50 = make("ResNet50", "resnet50", (3, 4, 6, 3), block_v1, _SOURCE)
ResNet101 = make("ResNet101", "resnet101", (3, 4, 23, 3), block_v1, _SOURCE)
ResNet152 = make("ResNet152", "resnet152", (3, 8, 36, 3), block_v1, _SOURCE)
