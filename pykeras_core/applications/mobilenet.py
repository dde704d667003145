"""`keras.applications.mobilenet`: `MobileNet`."""

from __future__ import annotations

from typing import Any

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channel_axis,
    finish,
    pooled,
    rows_of,
    size_in_name,
)
from pykeras_core.checks import Fraction, PathLike, Positive, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

_SIZES = (128, 160, 192, 224)

# Filters and stride of each block.
_BLOCKS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)),
)


@checked
def MobileNet(
    input_shape: Any = None,
    alpha: Positive = 1.0,
    depth_multiplier: PositiveInt = 1,
    dropout: Fraction = 0.001,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: PositiveInt = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Functional:
    """MobileNet, made of depthwise and pointwise convolutions.

    Args:
        input_shape: Shape of an image; default 224 pixels each way with the classifier, any size
            without.
        alpha: Width: how many filters there are, compared to 1.
        depth_multiplier: Outputs of a depthwise convolution for each channel.
        dropout: Rate of the dropout before the classifier.
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
        Howard et al. 2017, https://arxiv.org/abs/1704.04861.
    """
    request = Request(
        "MobileNet", include_top, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation,
    )  # fmt: skip
    rows = rows_of(input_shape, None, _SIZES)
    if request.published and (depth_multiplier != 1 or alpha not in (0.25, 0.5, 0.75, 1.0)):
        raise ValueError(
            "`MobileNet` with `weights='imagenet'` expected `depth_multiplier=1` and `alpha` 0.25, "
            f"0.5, 0.75 or 1, received {depth_multiplier} and {alpha}."
        )
    width = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0"}.get(alpha, "2_5")
    file = f"mobilenet/mobilenet_{width}_{rows}_tf{'' if include_top else '_no_top'}.h5"
    start = begin(request, rows, file)
    x = layers.Conv2D(
        int(32 * alpha), (3, 3), strides=(2, 2), padding="same", use_bias=False, name="conv1"
    )(start)
    x = _normalized(x, "conv1")
    for number, (filters, stride) in enumerate(_BLOCKS, 1):
        x = _block(x, int(filters * alpha), depth_multiplier, stride, number)
    if include_top:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dropout(dropout, name="dropout")(x)
        x = layers.Conv2D(classes, (1, 1), padding="same", name="conv_preds")(x)
        x = layers.Reshape((classes,), name="reshape_2")(x)
        x = layers.Activation(classifier_activation, name="predictions")(x)
    else:
        x = pooled(x, request)
    if name is None:
        name = f"mobilenet_{alpha:0.2f}_{size_in_name(request, rows)}"
    return finish(request, start, x, name)


def _normalized(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _block(x: Any, filters: int, depth_multiplier: int, stride: int, number: int) -> Any:
    """A depthwise convolution, then a pointwise one."""
    if stride == 2:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    x = layers.DepthwiseConv2D(
        (3, 3),
        padding="same" if stride == 1 else "valid",
        depth_multiplier=depth_multiplier,
        strides=(stride, stride),
        use_bias=False,
        name=f"conv_dw_{number}",
    )(x)
    x = _normalized(x, f"conv_dw_{number}")
    x = layers.Conv2D(
        filters, (1, 1), padding="same", use_bias=False, strides=(1, 1), name=f"conv_pw_{number}"
    )(x)
    return _normalized(x, f"conv_pw_{number}")
