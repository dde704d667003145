"""`keras.applications.efficientnet_v2`: `EfficientNetV2B0` to `B3`, `S`, `M` and `L`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from pykeras_core import initializers, layers
from pykeras_core.applications.efficientnet import (
    CLASSIFIER,
    KERNEL,
    activated,
    convolved,
    narrowed,
    weighed,
)
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channel_axis,
    classify,
    finish,
    input_shape_of,
    named,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]

preprocess_input = preprocessing(None)

_MOMENTUM = 0.9
_DROPPED = 0.2  # the share of paths that the last block drops
_MEAN, _VARIANCE = [0.485, 0.456, 0.406], [0.229**2, 0.224**2, 0.225**2]


class _Stage(NamedTuple):
    """How many blocks, what they take and give, how much wider they are inside.

    In the first stages, `fused`, one convolution does what elsewhere a pointwise and a depthwise
    one do, and channels are not weighed.
    """

    repeats: int
    before: int
    filters: int
    wider: int
    stride: int
    fused: bool


_B = (
    *(_Stage(1, 32, 16, 1, 1, True), _Stage(2, 16, 32, 4, 2, True)),
    *(_Stage(2, 32, 48, 4, 2, True), _Stage(3, 48, 96, 4, 2, False)),
    *(_Stage(5, 96, 112, 6, 1, False), _Stage(8, 112, 192, 6, 2, False)),
)
_S = (
    *(_Stage(2, 24, 24, 1, 1, True), _Stage(4, 24, 48, 4, 2, True)),
    *(_Stage(4, 48, 64, 4, 2, True), _Stage(6, 64, 128, 4, 2, False)),
    *(_Stage(9, 128, 160, 6, 1, False), _Stage(15, 160, 256, 6, 2, False)),
)
_M = (
    *(_Stage(3, 24, 24, 1, 1, True), _Stage(5, 24, 48, 4, 2, True)),
    *(_Stage(5, 48, 80, 4, 2, True), _Stage(7, 80, 160, 4, 2, False)),
    *(_Stage(14, 160, 176, 6, 1, False), _Stage(18, 176, 304, 6, 2, False)),
    _Stage(5, 304, 512, 6, 1, False),
)
_L = (
    *(_Stage(4, 32, 32, 1, 1, True), _Stage(7, 32, 64, 4, 2, True)),
    *(_Stage(7, 64, 96, 4, 2, True), _Stage(10, 96, 192, 4, 2, False)),
    *(_Stage(19, 192, 224, 6, 1, False), _Stage(25, 224, 384, 6, 2, False)),
    _Stage(7, 384, 640, 6, 1, False),
)


def _make(
    variant: str, stages: tuple[_Stage, ...], size: int, width: float = 1.0, depth: float = 1.0
) -> Callable[..., Any]:
    """Returns the function that makes one network of the family."""
    network, usual = f"EfficientNetV2{variant}", f"efficientnetv2-{variant.lower()}"
    source = "Tan and Le 2021, https://arxiv.org/abs/2104.00298"

    @checked
    @named(
        network,
        f"{network} ({source}).",
        size,
        "\n        include_preprocessing: Whether images come with values from 0 to 255.",
    )
    def build(
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: PositiveInt = 1000,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = usual,
    ) -> Functional:
        request = Request(
            network, include_top, weights, input_tensor, input_shape, pooling, classes,
            classifier_activation,
        )  # fmt: skip
        address = f"efficientnet_v2/{name}{'' if include_top else '_notop'}.h5"
        start = x = begin(request, size, address)
        if include_preprocessing:
            colours = input_shape_of(request, size, 32)[channel_axis(3) - 1] == 3
            x = _prepared(x, variant.startswith("B") and colours)
        x = convolved(x, _rounded(stages[0].before, width), "stem_", _MOMENTUM,
                      kernel_size=3, strides=2)  # fmt: skip
        x = _blocks(x, stages, width, depth)
        x = convolved(x, _rounded(1280, width), "top_", _MOMENTUM)
        x = classify(
            x,
            request,
            dropout=0.2,
            kernel_initializer=CLASSIFIER,
            bias_initializer=initializers.Constant(0.0),
        )
        return finish(request, start, x, name)

    return build


def _rounded(filters: int, width: float) -> int:
    """A multiple of 8 near to so many filters."""
    return max(8, int(filters * width + 4) // 8 * 8)


def _prepared(x: Any, normalize: bool) -> Any:
    if not normalize:
        return layers.Rescaling(scale=1.0 / 128.0, offset=-1)(x)
    x = layers.Rescaling(scale=1.0 / 255)(x)
    return layers.Normalization(mean=_MEAN, variance=_VARIANCE, axis=channel_axis(3))(x)


def _blocks(x: Any, stages: tuple[_Stage, ...], width: float, depth: float) -> Any:
    total = sum(stage.repeats for stage in stages)
    number = 0
    for place, stage in enumerate(stages, 1):
        filters = _rounded(stage.filters, width)
        for turn in range(math.ceil(depth * stage.repeats)):
            one = stage._replace(
                before=filters if turn else _rounded(stage.before, width),
                filters=filters,
                stride=1 if turn else stage.stride,
            )
            block = _fused if stage.fused else _parted
            x = block(x, one, f"block{place}{chr(97 + turn)}_", _DROPPED * number / total)
            number += 1
    return x


def _parted(inputs: Any, stage: _Stage, name: str, rate: float) -> Any:
    """Widens, looks around channel by channel, weighs channels, narrows."""
    filters = stage.before * stage.wider
    x = convolved(inputs, filters, f"{name}expand_", _MOMENTUM)
    x = layers.DepthwiseConv2D(
        kernel_size=3,
        strides=stage.stride,
        depthwise_initializer=KERNEL,
        padding="same",
        use_bias=False,
        name=f"{name}dwconv2",
    )(x)
    x = weighed(activated(x, name, _MOMENTUM), filters, stage.before, name)
    return narrowed(x, inputs, stage, name, rate, _MOMENTUM)


def _fused(inputs: Any, stage: _Stage, name: str, rate: float) -> Any:
    """Widens and looks around at once, then narrows; or does all at once."""
    if stage.wider == 1:
        return narrowed(inputs, inputs, stage, name, rate, _MOMENTUM, activate=True,
                        kernel_size=3, strides=stage.stride)  # fmt: skip
    x = convolved(inputs, stage.before * stage.wider, f"{name}expand_", _MOMENTUM,
                  kernel_size=3, strides=stage.stride)  # fmt: skip
    return narrowed(x, inputs, stage, name, rate, _MOMENTUM)


EfficientNetV2B0 = _make("B0", _B, 224)
EfficientNetV2B1 = _make("B1", _B, 240, 1.0, 1.1)
EfficientNetV2B2 = _make("B2", _B, 260, 1.1, 1.2)
EfficientNetV2B3 = _make("B3", _B, 300, 1.2, 1.4)
EfficientNetV2S = _make("S", _S, 384)
EfficientNetV2M = _make("M", _M, 480)
EfficientNetV2L = _make("L", _L, 480)
