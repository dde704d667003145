"""`keras.applications.inception_resnet_v2`: `InceptionResNetV2`."""

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
from pykeras_core.layers.base import Layer
from pykeras_core.models.functional import Functional

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

Steps = tuple[tuple[int, Any], ...]

# By kind of block, its branches: filters and kernels of their convolutions.
_BRANCHES: dict[str, tuple[Steps, ...]] = {
    "block35": (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    "block17": (((192, 1),), ((128, 1), (160, [1, 7]), (192, [7, 1]))),
    "block8": (((192, 1),), ((192, 1), (224, [1, 3]), (256, [3, 1]))),
}


class CustomScaleLayer(Layer):
    """Adds a share of the second input to the first.

    Args:
        scale: The share.
        **kwargs: Arguments of every layer.
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        """Returns the sum."""
        return inputs[0] + inputs[1] * self.scale

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of one input."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "scale": self.scale}


@checked
@named(
    "InceptionResNetV2",
    "InceptionResNetV2, with branches beside ways past them (Szegedy et al. 2016, "
    "https://arxiv.org/abs/1602.07261).",
    299,
)
def InceptionResNetV2(
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: PositiveInt = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = "inception_resnet_v2",
) -> Functional:
    """Makes the network; `named` writes the whole of this."""
    request = Request(
        "InceptionResNetV2", include_top, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation,
    )  # fmt: skip
    top = "" if include_top else "_notop"
    file = f"inception_resnet_v2_weights_tf_dim_ordering_tf_kernels{top}.h5"
    start = begin(request, 299, f"inception_resnet_v2/{file}", 75)
    x = _stem(start)
    for number in range(1, 11):
        x = _block(x, 0.17, "block35", number)
    x = _halved(x, ((384, 3),), ((256, 1), (256, 3), (384, 3)), name="mixed_6a")
    for number in range(1, 21):
        x = _block(x, 0.1, "block17", number)
    x = _halved(
        x,
        ((256, 1), (384, 3)),
        ((256, 1), (288, 3)),
        ((256, 1), (288, 3), (320, 3)),
        name="mixed_7a",
    )
    for number in range(1, 10):
        x = _block(x, 0.2, "block8", number)
    x = _block(x, 1.0, "block8", 10, activate=False)
    x = _convolved(x, 1536, 1, name="conv_7b")
    x = classify(x, request, ("avg_pool", None, None))
    return finish(request, start, x, name)


def _convolved(
    x: Any, filters: int, size: Any, stride: int = 1, padding: str = "same", name: Any = None
) -> Any:
    """A convolution, normalized and activated."""
    x = layers.Conv2D(
        filters, size, strides=stride, padding=padding, use_bias=False, name=name
    )(x)  # fmt: skip
    x = layers.BatchNormalization(
        axis=channel_axis(3), scale=False, name=None if name is None else f"{name}_bn"
    )(x)
    return layers.Activation("relu", name=None if name is None else f"{name}_ac")(x)


def _chain(x: Any, *steps: tuple[int, Any]) -> Any:
    for filters, size in steps:
        x = _convolved(x, filters, size)
    return x


def _stem(start: Any) -> Any:
    x = _convolved(start, 32, 3, 2, "valid")
    x = _convolved(x, 32, 3, 1, "valid")
    x = _convolved(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = _convolved(x, 80, 1, 1, "valid")
    x = _convolved(x, 192, 3, 1, "valid")
    x = layers.MaxPooling2D(3, strides=2)(x)
    branches = [
        _convolved(x, 96, 1),
        _chain(x, (48, 1), (64, 5)),
        _chain(x, (64, 1), (96, 3), (96, 3)),
        _convolved(layers.AveragePooling2D(3, strides=1, padding="same")(x), 64, 1),
    ]
    return layers.Concatenate(axis=channel_axis(3), name="mixed_5b")(branches)


def _halved(x: Any, *branches: Steps, name: str) -> Any:
    """Branches whose last convolution halves the size, and a pooling that does."""
    made = []
    for *steps, (filters, size) in branches:
        made.append(_convolved(_chain(x, *steps), filters, size, 2, "valid"))
    made.append(layers.MaxPooling2D(3, strides=2, padding="valid")(x))
    return layers.Concatenate(axis=channel_axis(3), name=name)(made)


def _block(x: Any, scale: float, kind: str, number: int, activate: bool = True) -> Any:
    """A share of what the branches find, added to what came."""
    name = f"{kind}_{number}"
    axis = channel_axis(3)
    branches = [_chain(x, *steps) for steps in _BRANCHES[kind]]
    mixed = layers.Concatenate(axis=axis, name=f"{name}_mixed")(branches)
    found = layers.Conv2D(
        x.shape[axis], 1, strides=1, padding="same", use_bias=True, name=f"{name}_conv"
    )(mixed)
    x = CustomScaleLayer(scale)([x, found])
    return layers.Activation("relu", name=f"{name}_ac")(x) if activate else x
