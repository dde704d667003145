"""`keras.applications.efficientnet`: `EfficientNetB0` to `EfficientNetB7`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channel_axis,
    classify,
    correct_pad,
    finish,
    multiple_of,
    named,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]

preprocess_input = preprocessing(None)

KERNEL = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
CLASSIFIER = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0 / 3.0, "mode": "fan_out", "distribution": "uniform"},
}
_DEVIATION = (0.229, 0.224, 0.225)
_DROPPED = 0.2  # the share of paths that the last block drops


class _Stage(NamedTuple):
    kernel: int
    repeats: int
    before: int
    filters: int
    wider: int
    stride: int


_STAGES = (
    _Stage(3, 1, 32, 16, 1, 1),
    _Stage(3, 2, 16, 24, 6, 2),
    _Stage(5, 2, 24, 40, 6, 2),
    _Stage(3, 3, 40, 80, 6, 2),
    _Stage(5, 3, 80, 112, 6, 1),
    _Stage(5, 4, 112, 192, 6, 2),
    _Stage(3, 1, 192, 320, 6, 1),
)


def _make(number: int, width: float, depth: float, size: int, rate: float) -> Callable[..., Any]:
    """Returns the function that makes one network of the family."""
    network = f"EfficientNetB{number}"
    file = network.lower()
    source = "Tan and Le 2019, https://arxiv.org/abs/1905.11946"

    @checked
    @named(network, f"{network}; images come with values from 0 to 255 ({source}).", size)
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
        address = f"{name}{'' if include_top else '_notop'}.h5"
        start = begin(request, size, address)
        x = _blocks(_stem(start, request, multiple_of(8, 32 * width)), width, depth)
        x = convolved(x, multiple_of(8, 1280 * width), "top_")
        x = classify(x, request, dropout=rate, kernel_initializer=CLASSIFIER)
        return finish(request, start, x, name)

    return build


def convolved(x: Any, filters: int, name: str, momentum: float = 0.99, **options: Any) -> Any:
    """A convolution, normalized and activated, as `name`conv, `name`bn and `name`activation."""
    options = {"kernel_size": 1, "padding": "same", **options}
    x = layers.Conv2D(
        filters, use_bias=False, kernel_initializer=KERNEL, name=f"{name}conv", **options
    )(x)
    return activated(x, name, momentum)


def activated(x: Any, name: str, momentum: float = 0.99) -> Any:
    """Normalized channels, then swish."""
    x = layers.BatchNormalization(axis=channel_axis(3), momentum=momentum, name=f"{name}bn")(x)
    return layers.Activation("swish", name=f"{name}activation")(x)


def _stem(x: Any, request: Request, filters: int) -> Any:
    """Values of pixels made ready, then the first convolution."""
    x = layers.Rescaling(1.0 / 255.0)(x)
    x = layers.Normalization(axis=channel_axis(3))(x)
    if request.published:  # a slip of the published networks, which their weights count on
        x = layers.Rescaling([1.0 / math.sqrt(deviation) for deviation in _DEVIATION])(x)
    x = layers.ZeroPadding2D(padding=correct_pad(x, 3), name="stem_conv_pad")(x)
    return convolved(x, filters, "stem_", kernel_size=3, strides=2, padding="valid")


def _blocks(x: Any, width: float, depth: float) -> Any:
    total = sum(math.ceil(depth * stage.repeats) for stage in _STAGES)
    number = 0
    for place, stage in enumerate(_STAGES, 1):
        filters = multiple_of(8, stage.filters * width)
        for turn in range(math.ceil(depth * stage.repeats)):
            before = filters if turn else multiple_of(8, stage.before * width)
            one = stage._replace(
                before=before, filters=filters, stride=1 if turn else stage.stride
            )  # fmt: skip
            x = _block(x, one, f"block{place}{chr(97 + turn)}_", _DROPPED * number / total)
            number += 1
    return x


def _block(inputs: Any, stage: _Stage, name: str, rate: float) -> Any:
    """Widens, looks around channel by channel, weighs channels, narrows."""
    x, filters = inputs, stage.before * stage.wider
    if stage.wider != 1:
        x = convolved(x, filters, f"{name}expand_")
    if stage.stride == 2:
        x = layers.ZeroPadding2D(padding=correct_pad(x, stage.kernel), name=f"{name}dwconv_pad")(x)
    x = layers.DepthwiseConv2D(
        stage.kernel,
        strides=stage.stride,
        padding="valid" if stage.stride == 2 else "same",
        use_bias=False,
        depthwise_initializer=KERNEL,
        name=f"{name}dwconv",
    )(x)
    x = weighed(activated(x, name), filters, stage.before, name)
    return narrowed(x, inputs, stage, name, rate)


def weighed(x: Any, filters: int, before: int, name: str) -> Any:
    """Channels times a weight each, found from what they are on average."""
    found = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    shape = (filters, 1, 1) if channel_axis(3) == 1 else (1, 1, filters)
    found = layers.Reshape(shape, name=f"{name}se_reshape")(found)
    for count, activation, label in (
        (max(1, int(before * 0.25)), "swish", "se_reduce"),
        (filters, "sigmoid", "se_expand"),
    ):
        found = layers.Conv2D(
            count,
            1,
            padding="same",
            activation=activation,
            kernel_initializer=KERNEL,
            name=f"{name}{label}",
        )(found)
    return layers.multiply([x, found], name=f"{name}se_excite")


def narrowed(
    x: Any,
    inputs: Any,
    stage: Any,
    name: str,
    rate: float,
    momentum: float = 0.99,
    activate: bool = False,
    **options: Any,
) -> Any:
    """The convolution that ends a block, and what came added where the sizes are the same."""
    options = {"kernel_size": 1, "padding": "same", **options}
    x = layers.Conv2D(
        stage.filters,
        use_bias=False,
        kernel_initializer=KERNEL,
        name=f"{name}project_conv",
        **options,
    )(x)
    x = layers.BatchNormalization(
        axis=channel_axis(3), momentum=momentum, name=f"{name}project_bn"
    )(x)  # fmt: skip
    if activate:
        x = layers.Activation("swish", name=f"{name}project_activation")(x)
    if stage.stride == 1 and stage.before == stage.filters:
        if rate > 0:
            x = layers.Dropout(rate, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = layers.add([x, inputs], name=f"{name}add")
    return x


EfficientNetB0 = _make(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _make(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _make(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _make(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _make(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _make(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _make(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _make(7, 2.0, 3.1, 600, 0.5)
