"""`keras.applications.densenet`: `DenseNet121`, `DenseNet169`, `DenseNet201`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channels_last_only,
    classify,
    finish,
    named,
    normalized,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("torch")

_GROWTH = 32
_EPSILON = 1.001e-5


def _make(network: str, counts: tuple[int, ...]) -> Callable[..., Functional]:
    """Returns the function that makes one network of the family, of four dense blocks."""
    file = network.lower()
    source = "Huang et al. 2016, https://arxiv.org/abs/1608.06993"

    @checked
    @named(network, f"{network}, in whose blocks all layers are joined ({source}).", 224)
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
        channels_last_only(network)
        top = "" if include_top else "_notop"
        address = f"densenet/{file}_weights_tf_dim_ordering_tf_kernels{top}.h5"
        start = begin(request, 224, address)
        x = layers.ZeroPadding2D(padding=((3, 3), (3, 3)))(start)
        x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
        x = normalized(x, "conv1", epsilon=_EPSILON)
        x = layers.ZeroPadding2D(padding=((1, 1), (1, 1)))(x)
        x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
        for stage, count in enumerate(counts, 2):
            for place in range(1, count + 1):
                x = _joined(x, f"conv{stage}_block{place}")
            if stage < 5:
                x = _narrowed(x, f"pool{stage}")
        x = layers.BatchNormalization(axis=3, epsilon=_EPSILON, name="bn")(x)
        x = layers.Activation("relu", name="relu")(x)
        x = classify(x, request)
        return finish(request, start, x, name)

    return build


def _joined(x: Any, name: str) -> Any:
    """What came, and beside it what two convolutions make of it."""
    found = normalized(x, f"{name}_0", epsilon=_EPSILON)
    found = layers.Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(found)
    found = normalized(found, f"{name}_1", epsilon=_EPSILON)
    found = layers.Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(found)
    return layers.Concatenate(axis=3, name=f"{name}_concat")([x, found])


def _narrowed(x: Any, name: str) -> Any:
    """Half the channels, half the size."""
    x = normalized(x, name, epsilon=_EPSILON)
    x = layers.Conv2D(x.shape[3] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


DenseNet121 = _make("DenseNet121", (6, 12, 24, 16))
DenseNet169 = _make("DenseNet169", (6, 12, 32, 32))
DenseNet201 = _make("DenseNet201", (6, 12, 48, 32))
