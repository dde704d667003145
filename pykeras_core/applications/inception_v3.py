"""`keras.applications.inception_v3`: `InceptionV3`."""

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

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

Size = tuple[int, int]
ONE, THREE, FIVE = (1, 1), (3, 3), (5, 5)
WIDE, TALL = (1, 7), (7, 1)


@checked
@named(
    "InceptionV3",
    "InceptionV3, with branches of several sizes (Szegedy et al. 2015, "
    "https://arxiv.org/abs/1512.00567).",
    299,
)
def InceptionV3(
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: PositiveInt = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = "inception_v3",
) -> Functional:
    """Makes the network; `named` writes the whole of this."""
    request = Request(
        "InceptionV3", include_top, weights, input_tensor, input_shape, pooling, classes,
        classifier_activation,
    )  # fmt: skip
    top = "" if include_top else "_notop"
    address = f"inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels{top}.h5"
    start = begin(request, 299, address, 75)
    x = _convolved(start, 32, THREE, 2, "valid")
    x = _convolved(x, 32, THREE, 1, "valid")
    x = _convolved(x, 64, THREE)
    x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)
    x = _convolved(x, 80, ONE, 1, "valid")
    x = _convolved(x, 192, THREE, 1, "valid")
    x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)
    for number, filters in enumerate((32, 64, 64)):
        x = _of_five(x, filters, f"mixed{number}")
    x = _halved(
        x, [(384, THREE)], [(64, ONE), (96, THREE), (96, THREE)], "mixed3"
    )  # fmt: skip
    for number, filters in enumerate((128, 160, 160, 192), 4):
        x = _of_seven(x, filters, f"mixed{number}")
    x = _halved(
        x,
        [(192, ONE), (320, THREE)],
        [(192, ONE), (192, WIDE), (192, TALL), (192, THREE)],
        "mixed8",
    )
    for number in range(2):
        x = _spread(x, number)
    x = classify(x, request, ("avg_pool", None, None))
    return finish(request, start, x, name)


def _convolved(x: Any, filters: int, size: Size, stride: int = 1, padding: str = "same") -> Any:
    """A convolution, normalized and activated."""
    x = layers.Conv2D(
        filters, size, strides=(stride, stride), padding=padding, use_bias=False
    )(x)  # fmt: skip
    x = layers.BatchNormalization(axis=channel_axis(3), scale=False)(x)
    return layers.Activation("relu")(x)


def _chain(x: Any, *steps: tuple[int, Size]) -> Any:
    for filters, size in steps:
        x = _convolved(x, filters, size)
    return x


def _averaged(x: Any, filters: int) -> Any:
    x = layers.AveragePooling2D((3, 3), strides=(1, 1), padding="same")(x)
    return _convolved(x, filters, ONE)


def _joined(branches: list[Any], name: str | None) -> Any:
    return layers.concatenate(branches, axis=channel_axis(3), name=name)


def _of_five(x: Any, filters: int, name: str) -> Any:
    branches = [
        _convolved(x, 64, ONE),
        _chain(x, (48, ONE), (64, FIVE)),
        _chain(x, (64, ONE), (96, THREE), (96, THREE)),
        _averaged(x, filters),
    ]
    return _joined(branches, name)


def _of_seven(x: Any, filters: int, name: str) -> Any:
    f = filters
    branches = [
        _convolved(x, 192, ONE),
        _chain(x, (f, ONE), (f, WIDE), (192, TALL)),
        _chain(x, (f, ONE), (f, TALL), (f, WIDE), (f, TALL), (192, WIDE)),
        _averaged(x, 192),
    ]
    return _joined(branches, name)


def _halved(
    x: Any, first: list[tuple[int, Size]], second: list[tuple[int, Size]], name: str
) -> Any:
    """Two branches whose last convolution halves the size, and a pooling that does."""
    branches = []
    for steps in (first, second):
        (filters, size) = steps[-1]
        branches.append(_convolved(_chain(x, *steps[:-1]), filters, size, 2, "valid"))
    branches.append(layers.MaxPooling2D((3, 3), strides=(2, 2))(x))
    return _joined(branches, name)


def _spread(x: Any, number: int) -> Any:
    """Branches that end in a wide and a tall convolution, side by side."""
    one = _convolved(x, 320, ONE)
    near = _convolved(x, 384, ONE)
    near = _joined([_convolved(near, 384, size) for size in ((1, 3), (3, 1))], f"mixed9_{number}")
    far = _chain(x, (448, ONE), (384, THREE))
    far = _joined([_convolved(far, 384, size) for size in ((1, 3), (3, 1))], None)
    return _joined([one, near, far, _averaged(x, 192)], f"mixed{9 + number}")
