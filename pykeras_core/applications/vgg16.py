"""`keras.applications.vgg16`: `VGG16`, and what `VGG19` shares with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import Request, begin, finish, named, pooled
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe")

_FILTERS = (64, 128, 256, 512, 512)


def make(network: str, file: str, counts: tuple[int, ...]) -> Callable[..., Functional]:
    """Returns the function that makes one network of the family.

    Args:
        network: Its name.
        file: The model's name, as that of the file with published weights begins.
        counts: How many convolutions each block has.
    """
    source = "Simonyan and Zisserman 2014, https://arxiv.org/abs/1409.1556"

    @checked
    @named(network, f"{network}, made of small convolutions ({source}).", 224)
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
        top = "" if include_top else "_notop"
        address = f"{file}/{file}_weights_tf_dim_ordering_tf_kernels{top}.h5"
        start = x = begin(request, 224, address)
        for block, (filters, count) in enumerate(zip(_FILTERS, counts, strict=True), 1):
            for place in range(1, count + 1):
                label = f"block{block}_conv{place}"
                x = layers.Conv2D(filters, (3, 3), activation="relu", padding="same", name=label)(x)
            x = layers.MaxPooling2D((2, 2), strides=(2, 2), name=f"block{block}_pool")(x)
        if include_top:
            x = layers.Flatten(name="flatten")(x)
            x = layers.Dense(4096, activation="relu", name="fc1")(x)
            x = layers.Dense(4096, activation="relu", name="fc2")(x)
            x = layers.Dense(classes, activation=classifier_activation, name="predictions")(x)
        else:
            x = pooled(x, request)
        return finish(request, start, x, name)

    return build


VGG16 = make("VGG16", "vgg16", (2, 2, 3, 3, 3))
