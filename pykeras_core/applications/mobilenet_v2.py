"""`keras.applications.mobilenet_v2`: `MobileNetV2`."""

from __future__ import annotations

from typing import Any

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
    rows_of,
    size_in_name,
)
from pykeras_core.checks import PathLike, Positive, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

_SIZES = (96, 128, 160, 192, 224)
_ALPHAS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)

# Filters, how many blocks, stride of the first.
_STAGES = (
    *((16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2)),
    *((96, 3, 1), (160, 3, 2), (320, 1, 1)),
)


@checked
def MobileNetV2(
    input_shape: Any = None,
    alpha: Positive = 1.0,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: PositiveInt = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Functional:
    """MobileNetV2, made of inverted residual blocks.

    Args:
        input_shape: Shape of an image; default 224 pixels each way with the classifier, any size
            without.
        alpha: Width: how many filters there are, compared to 1.
        include_top: Whether the network ends with its classifier.
        weights: The path of a file with weights; `None` for random ones; "imagenet" for those
            that Keras publishes.
        input_tensor: A placeholder to begin with, instead of a new one.
        pooling: Without the classifier: `None`, "avg" or "max".
        classes: How many classes the classifier knows.
        classifier_activation: The classifier's activation; `None` for logits.
        name: Name of the model.

    Returns:
        The model.

    Raises:
        ValueError: If an argument does not fit the others.
        FileNotFoundError: If the file with weights is not there.

    Source:
        Sandler et al. 2018, https://arxiv.org/abs/1801.04381.
    """
    request = Request(
        "MobileNetV2", include_top, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation,
    )  # fmt: skip
    rows = rows_of(input_shape, input_tensor, _SIZES)
    if request.published and alpha not in _ALPHAS:
        raise ValueError(
            f"`MobileNetV2` with `weights='imagenet'` expected `alpha` to be one of {_ALPHAS}, "
            f"received {alpha}."
        )
    top = "" if include_top else "_no_top"
    file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{rows}{top}.h5"
    start = begin(request, rows, f"mobilenet_v2/{file}")
    first = multiple_of(8, 32 * alpha)
    x = layers.Conv2D(
        first, kernel_size=3, strides=(2, 2), padding="same", use_bias=False, name="Conv1"
    )(start)
    x = _normalized(x, "bn_Conv1", "Conv1_relu")
    number = 0
    for filters, count, stride in _STAGES:
        for place in range(count):
            width = multiple_of(8, int(filters * alpha))
            x = _block(x, width, stride if place == 0 else 1, number)
            number += 1
    last = multiple_of(8, 1280 * alpha) if alpha > 1.0 else 1280
    x = layers.Conv2D(last, kernel_size=1, use_bias=False, name="Conv_1")(x)
    x = _normalized(x, "Conv_1_bn", "out_relu")
    x = classify(x, request, (None, None, None))
    if name is None:
        name = f"mobilenetv2_{alpha:0.2f}_{size_in_name(request, rows)}"
    return finish(request, start, x, name)


def _normalized(x: Any, name: str, relu: str | None) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)
    return x if relu is None else layers.ReLU(6.0, name=relu)(x)


def _block(inputs: Any, filters: int, stride: int, number: int) -> Any:
    """Widens, looks around channel by channel, narrows; and adds what came."""
    channels = inputs.shape[channel_axis()]
    x, prefix = inputs, f"block_{number}_" if number else "expanded_conv_"
    if number:
        x = layers.Conv2D(
            6 * channels, kernel_size=1, padding="same", use_bias=False, name=f"{prefix}expand"
        )(x)
        x = _normalized(x, f"{prefix}expand_BN", f"{prefix}expand_relu")
    if stride == 2:
        x = layers.ZeroPadding2D(padding=correct_pad(x, 3), name=f"{prefix}pad")(x)
    x = layers.DepthwiseConv2D(
        kernel_size=3,
        strides=stride,
        use_bias=False,
        padding="same" if stride == 1 else "valid",
        name=f"{prefix}depthwise",
    )(x)
    x = _normalized(x, f"{prefix}depthwise_BN", f"{prefix}depthwise_relu")
    x = layers.Conv2D(
        filters, kernel_size=1, padding="same", use_bias=False, name=f"{prefix}project"
    )(x)
    x = _normalized(x, f"{prefix}project_BN", None)
    if channels == filters and stride == 1:
        x = layers.Add(name=f"{prefix}add")([inputs, x])
    return x
