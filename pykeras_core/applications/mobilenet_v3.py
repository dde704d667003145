"""`keras.applications.mobilenet_v3`, and the networks that `keras.applications` has of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channel_axis,
    correct_pad,
    finish,
    multiple_of,
    pooled,
)
from pykeras_core.checks import Fraction, PathLike, Positive, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["decode_predictions", "preprocess_input"]

preprocess_input = preprocessing(None)

Step = Callable[[Any], Any]


class _Block(NamedTuple):
    wider: float
    filters: int
    kernel: int
    stride: int
    weighed: bool
    hard: bool  # whether hard swish is its activation, and not ReLU


# A kernel of 5 becomes 3, hard swish ReLU, and channels are not weighed, with `minimalistic`.
_SMALL = (
    _Block(1, 16, 3, 2, True, False),
    _Block(72.0 / 16, 24, 3, 2, False, False),
    _Block(88.0 / 24, 24, 3, 1, False, False),
    _Block(4, 40, 5, 2, True, True),
    *[_Block(6, 40, 5, 1, True, True)] * 2,
    *[_Block(3, 48, 5, 1, True, True)] * 2,
    _Block(6, 96, 5, 2, True, True),
    *[_Block(6, 96, 5, 1, True, True)] * 2,
)
_LARGE = (
    _Block(1, 16, 3, 1, False, False),
    _Block(4, 24, 3, 2, False, False),
    _Block(3, 24, 3, 1, False, False),
    _Block(3, 40, 5, 2, True, False),
    *[_Block(3, 40, 5, 1, True, False)] * 2,
    _Block(6, 80, 3, 2, False, True),
    _Block(2.5, 80, 3, 1, False, True),
    *[_Block(2.3, 80, 3, 1, False, True)] * 2,
    *[_Block(6, 112, 3, 1, True, True)] * 2,
    _Block(6, 160, 5, 2, True, True),
    *[_Block(6, 160, 5, 1, True, True)] * 2,
)


def _make(size: str, blocks: tuple[_Block, ...], last: int) -> Callable[..., Functional]:
    """Returns the function that makes one network of the family."""
    network = f"MobileNetV3{size}"

    @checked
    def build(
        input_shape: Any = None,
        alpha: Positive = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: Any = None,
        classes: PositiveInt = 1000,
        pooling: str | None = None,
        dropout_rate: Fraction = 0.2,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = network,
    ) -> Functional:
        if input_shape is None:
            input_shape = _any_shape(input_tensor)
        request = Request(
            network, include_top, weights, input_tensor, input_shape, pooling, classes,
            classifier_activation,
        )  # fmt: skip
        if request.published and alpha not in ((1.0,) if minimalistic else (0.75, 1.0)):
            raise ValueError(
                f"`{network}` with `weights='imagenet'` expected `alpha` 1 (or 0.75, unless "
                f"`minimalistic`), received {alpha}."
            )
        kind = f"{size.lower()}{'_minimalistic' if minimalistic else ''}_224_{float(alpha)}_float"
        file = f"weights_mobilenet_v3_{kind}{'' if include_top else '_no_top_v2'}.h5"
        start = x = begin(request, 224, f"mobilenet_v3/{file}", sized=False)
        if include_preprocessing:
            x = layers.Rescaling(scale=1.0 / 127.5, offset=-1.0)(x)
        step = _relu if minimalistic else _hard_swish
        x = _convolved(x, 16, "conv", step, kernel_size=3, strides=(2, 2))
        for number, block in enumerate(blocks):
            if minimalistic:
                block = block._replace(kernel=3, weighed=False, hard=False)
            x = _block(x, block._replace(filters=multiple_of(8, block.filters * alpha)), number)
        x = _convolved(x, multiple_of(8, x.shape[channel_axis()] * 6), "conv_1", step)
        points = multiple_of(8, last * alpha) if alpha > 1.0 else last
        x = _end(x, request, points, step, dropout_rate)
        return finish(request, start, x, name)

    build.__name__ = build.__qualname__ = network
    build.__doc__ = f"""{network}; images come with values from 0 to 255.

    Args:
        input_shape: Shape of an image; default any size.
        alpha: Width: how many filters there are, compared to 1.
        minimalistic: Whether to do without large kernels, hard swish and weighed channels.
        include_top: Whether the network ends with its classifier.
        weights: The path of a file with weights; `None` for random ones; "imagenet" for those
            that Keras publishes.
        input_tensor: A placeholder to begin with, instead of a new one.
        classes: How many classes the classifier knows.
        pooling: Without the classifier: `None`, "avg" or "max".
        dropout_rate: Of the dropout before the classifier.
        classifier_activation: The classifier's activation; `None` for logits.
        include_preprocessing: Whether the network begins by scaling values to -1 to 1.
        name: Name of the model.

    Returns:
        The model.

    Raises:
        ValueError: If an argument does not fit the others.
        FileNotFoundError: If the file with weights is not there.

    Source:
        Howard et al. 2019, https://arxiv.org/abs/1905.02244.
    """
    return build


def _any_shape(input_tensor: Any) -> Any:
    if hasattr(input_tensor, "shape"):
        return tuple(input_tensor.shape[1:])
    return (3, None, None) if channel_axis() == 1 else (None, None, 3)


def _relu(x: Any) -> Any:
    return layers.ReLU()(x)


def _hard_swish(x: Any) -> Any:
    return layers.Activation("hard_swish")(x)


def _convolved(x: Any, filters: int, name: str, step: Step | None, **options: Any) -> Any:
    options = {"kernel_size": 1, "padding": "same", **options}
    x = layers.Conv2D(filters, use_bias=False, name=name, **options)(x)
    return _normalized(x, f"{name}_bn", step)


def _normalized(x: Any, name: str, step: Step | None) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)
    return x if step is None else step(x)


def _block(inputs: Any, block: _Block, number: int) -> Any:
    """Widens, looks around channel by channel, weighs channels, narrows."""
    channels = inputs.shape[channel_axis()]
    step: Step = _hard_swish if block.hard else _relu
    prefix = f"expanded_conv_{number}_" if number else "expanded_conv_"
    x, wide = inputs, multiple_of(8, channels * block.wider)
    if number:
        x = _convolved(x, wide, f"{prefix}expand", step)
    if block.stride == 2:
        x = layers.ZeroPadding2D(
            padding=correct_pad(x, block.kernel), name=f"{prefix}depthwise_pad"
        )(x)  # fmt: skip
    x = layers.DepthwiseConv2D(
        block.kernel,
        strides=block.stride,
        padding="same" if block.stride == 1 else "valid",
        use_bias=False,
        name=f"{prefix}depthwise",
    )(x)
    x = _normalized(x, f"{prefix}depthwise_bn", step)
    if block.weighed:
        x = _weighed(x, wide, f"{prefix}squeeze_excite_")
    x = _convolved(x, block.filters, f"{prefix}project", None)
    if block.stride == 1 and channels == block.filters:
        x = layers.Add(name=f"{prefix}add")([inputs, x])
    return x


def _weighed(inputs: Any, filters: int, prefix: str) -> Any:
    """Channels times a weight each, found from what they are on average."""
    x = layers.GlobalAveragePooling2D(keepdims=True, name=f"{prefix}avg_pool")(inputs)
    few = multiple_of(8, filters * 0.25)
    x = layers.Conv2D(few, kernel_size=1, padding="same", name=f"{prefix}conv")(x)
    x = layers.ReLU(name=f"{prefix}relu")(x)
    x = layers.Conv2D(filters, kernel_size=1, padding="same", name=f"{prefix}conv_1")(x)
    x = layers.ReLU(6.0)(x + 3.0) * (1.0 / 6.0)
    return layers.Multiply(name=f"{prefix}mul")([inputs, x])


def _end(x: Any, request: Request, points: int, step: Step, rate: float) -> Any:
    if not request.include_top:
        return pooled(x, request, ("avg_pool", "max_pool"))
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = step(layers.Conv2D(points, kernel_size=1, padding="same", name="conv_2")(x))
    if rate > 0:
        x = layers.Dropout(rate)(x)
    x = layers.Conv2D(request.classes, kernel_size=1, padding="same", name="logits")(x)
    x = layers.Flatten()(x)
    return layers.Activation(request.classifier_activation, name="predictions")(x)


MobileNetV3Small = _make("Small", _SMALL, 1024)
MobileNetV3Large = _make("Large", _LARGE, 1280)
