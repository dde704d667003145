"""`keras.applications.nasnet`: `NASNetMobile` and `NASNetLarge`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pykeras_core import layers
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channels_last_only,
    classify,
    correct_pad,
    finish,
    named,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.models.functional import Functional

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")


class _Plan(NamedTuple):
    size: int
    filters: int  # of the first cells
    cells: int  # in each third
    stem: int
    keep_older: bool  # whether after a reduction the cell before it is what comes in beside


def _make(network: str, plan: _Plan) -> Callable[..., Functional]:
    """Returns the function that makes one network of the family."""
    size = network.removeprefix("NASNet").lower()
    source = "Zoph et al. 2017, https://arxiv.org/abs/1707.07012"

    @checked
    @named(network, f"{network}, whose cells were found by search ({source}).", plan.size)
    def build(
        input_shape: Any = None,
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: Any = None,
        pooling: str | None = None,
        classes: PositiveInt = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = f"nasnet_{size}",
    ) -> Functional:
        if not include_top and input_shape is None and size == "mobile":
            input_shape = (plan.size, plan.size, 3)
        request = Request(
            network, include_top, weights, input_tensor, input_shape, pooling, classes,
            classifier_activation,
        )  # fmt: skip
        channels_last_only(network)
        top = "" if include_top else "-no-top"
        kept_as = f"nasnet_{size}{top.replace('-', '_')}.h5"
        start = begin(request, plan.size, f"nasnet/NASNet-{size}{top}.h5", kept_as=kept_as)
        x = _cells(start, plan)
        x = layers.Activation("relu")(x)
        x = classify(x, request, (None, None, None))
        return finish(request, start, x, name)

    return build


def _cells(start: Any, plan: _Plan) -> Any:
    x = layers.Conv2D(
        plan.stem,
        (3, 3),
        strides=(2, 2),
        padding="valid",
        use_bias=False,
        name="stem_conv1",
        kernel_initializer="he_normal",
    )(start)
    x = _normalized(x, "stem_bn1")
    x, older = _reduction(x, None, plan.filters // 4, "stem_1")
    x, older = _reduction(x, older, plan.filters // 2, "stem_2")
    for third in range(3):
        filters = plan.filters * 2**third
        if third:
            x, before = _reduction(x, older, filters, f"reduce_{third * plan.cells}")
            older = older if plan.keep_older else before
        for cell in range(plan.cells):
            number = third * plan.cells + cell + (third > 0)  # Keras leaves one out
            x, older = _normal(x, older, filters, str(number))
    return x


def _normalized(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=-1, momentum=0.9997, epsilon=1e-3, name=name)(x)


def _pointwise(x: Any, filters: int, name: str) -> Any:
    return layers.Conv2D(
        filters,
        (1, 1),
        strides=(1, 1),
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )(x)


def _separable(x: Any, filters: int, kernel: int, name: str, stride: int = 1) -> Any:
    """Twice: ReLU, a separable convolution, normalized; the first may halve the size."""
    x = layers.Activation("relu")(x)
    if stride == 2:
        x = layers.ZeroPadding2D(
            padding=correct_pad(x, kernel), name=f"separable_conv_1_pad_{name}"
        )(x)  # fmt: skip
    for turn, step in ((1, stride), (2, 1)):
        if turn == 2:
            x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(
            filters,
            (kernel, kernel),
            strides=(step, step),
            name=f"separable_conv_{turn}_{name}",
            padding="same" if step == 1 else "valid",
            use_bias=False,
        )(x)
        x = _normalized(x, f"separable_conv_{turn}_bn_{name}")
    return x


def _adjusted(older: Any, x: Any, filters: int, name: str) -> Any:
    """The output of the cell before the last, in the size and with the channels wanted here."""
    if older is None:
        return x
    if older.shape[-2] != x.shape[-2]:
        return _shrunk(older, filters, name)
    if older.shape[-1] != filters:
        older = layers.Activation("relu")(older)
        older = _pointwise(older, filters, f"adjust_conv_projection_{name}")
        older = _normalized(older, f"adjust_bn_{name}")
    return older


def _shrunk(older: Any, filters: int, name: str) -> Any:
    """Half the size: every second pixel, and beside them those between, one down and right."""
    older = layers.Activation("relu", name=f"adjust_relu_1_{name}")(older)
    shifted = older
    halves = []
    for half in (1, 2):
        if half == 2:
            shifted = layers.ZeroPadding2D(padding=((0, 1), (0, 1)))(older)
            shifted = layers.Cropping2D(cropping=((1, 0), (1, 0)))(shifted)
        found = layers.AveragePooling2D(
            (1, 1), strides=(2, 2), padding="valid", name=f"adjust_avg_pool_{half}_{name}"
        )(shifted)
        halves.append(_pointwise(found, filters // 2, f"adjust_conv_{half}_{name}"))
    return _normalized(layers.concatenate(halves, axis=-1), f"adjust_bn_{name}")


def _averaged(x: Any, name: str, stride: int = 1) -> Any:
    padding = "same" if stride == 1 else "valid"
    return layers.AveragePooling2D(
        (3, 3), strides=(stride, stride), padding=padding, name=name
    )(x)  # fmt: skip


def _largest(x: Any, name: str) -> Any:
    return layers.MaxPooling2D((3, 3), strides=(2, 2), padding="valid", name=name)(x)


def _entered(x: Any, filters: int, kind: str, name: str) -> Any:
    x = _pointwise(layers.Activation("relu")(x), filters, f"{kind}_conv_1_{name}")
    return _normalized(x, f"{kind}_bn_1_{name}")


def _normal(x: Any, older: Any, filters: int, name: str) -> tuple[Any, Any]:
    """A cell that keeps the size; what the next cell takes as the older one comes second."""
    p = _adjusted(older, x, filters, name)
    h = _entered(x, filters, "normal", name)

    def added(number: int, first: Any, second: Any) -> Any:
        return layers.add([first, second], name=f"normal_add_{number}_{name}")

    first = _separable(h, filters, 5, f"normal_left1_{name}")
    one = added(1, first, _separable(p, filters, 3, f"normal_right1_{name}"))
    first = _separable(p, filters, 5, f"normal_left2_{name}")
    two = added(2, first, _separable(p, filters, 3, f"normal_right2_{name}"))
    three = added(3, _averaged(h, f"normal_left3_{name}"), p)
    first = _averaged(p, f"normal_left4_{name}")
    four = added(4, first, _averaged(p, f"normal_right4_{name}"))
    five = added(5, _separable(h, filters, 3, f"normal_left5_{name}"), h)
    joined = layers.concatenate(
        [p, one, two, three, four, five], axis=-1, name=f"normal_concat_{name}"
    )
    return joined, x


def _reduction(x: Any, older: Any, filters: int, name: str) -> tuple[Any, Any]:
    """A cell that halves the size; what the next cell takes as the older one comes second."""
    p = _adjusted(older, x, filters, name)
    h = _entered(x, filters, "reduction", name)
    wide = layers.ZeroPadding2D(padding=correct_pad(h, 3), name=f"reduction_pad_1_{name}")(h)
    first = _separable(h, filters, 5, f"reduction_left1_{name}", 2)
    second = _separable(p, filters, 7, f"reduction_right1_{name}", 2)
    one = layers.add([first, second], name=f"reduction_add_1_{name}")
    first = _largest(wide, f"reduction_left2_{name}")
    second = _separable(p, filters, 7, f"reduction_right2_{name}", 2)
    two = layers.add([first, second], name=f"reduction_add_2_{name}")
    first = _averaged(wide, f"reduction_left3_{name}", 2)
    second = _separable(p, filters, 5, f"reduction_right3_{name}", 2)
    three = layers.add([first, second], name=f"reduction_add3_{name}")
    four = layers.add([two, _averaged(one, f"reduction_left4_{name}")])
    first = _separable(one, filters, 3, f"reduction_left4_{name}")
    five = layers.add(
        [first, _largest(wide, f"reduction_right5_{name}")], name=f"reduction_add4_{name}"
    )
    joined = layers.concatenate([two, three, four, five], axis=-1, name=f"reduction_concat_{name}")
    return joined, x


NASNetMobile = _make("NASNetMobile", _Plan(224, 44, 4, 32, False))
NASNetLarge = _make("NASNetLarge", _Plan(331, 168, 6, 96, True))
