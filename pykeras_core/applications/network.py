"""What all networks of `keras.applications` share: their beginning, their end, their weights."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pykeras_core import activations, layers, settings
from pykeras_core.checks import describe, refuse
from pykeras_core.layers.input_layer import Input
from pykeras_core.models.functional import Functional
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.utils.files import get_file
from pykeras_core.utils.source_inputs import get_source_inputs

__all__ = [
    "Request",
    "begin",
    "channel_axis",
    "channels_last_only",
    "classify",
    "correct_pad",
    "finish",
    "multiple_of",
    "named",
    "normalized",
    "pooled",
    "rows_of",
    "size_in_name",
]

_STORE = "https://storage.googleapis.com/tensorflow/keras-applications"
_CLASSES = 1000

ARGUMENTS = """
    Args:
        include_top: Whether the network ends with its classifier.
        weights: The path of a file with weights; `None` for random ones; "imagenet" for those
            that Keras publishes, a file that is looked for in the working folder and in Keras's
            cache, and downloaded where that can be done.
        input_tensor: A placeholder to begin with, instead of a new one.
        input_shape: Shape of an image; default {size} pixels each way with the classifier, any
            size without.
        pooling: Without the classifier, what is done with the last feature maps: `None`, "avg"
            or "max".
        classes: How many classes the classifier knows.
        classifier_activation: The classifier's activation; `None` for logits.
        name: Name of the model.{more}

    Returns:
        The model.

    Raises:
        ValueError: If an argument does not fit the others.
        FileNotFoundError: If the file with weights is not there.
"""
"""Arguments that the networks of most families take."""

Builder = TypeVar("Builder", bound=Callable[..., Any])


@dataclass
class Request:
    """What a network was asked for; the attributes are the arguments of its function.

    Attributes:
        path: Of the file with weights, once it was found; `None` for random weights.
    """

    network: str
    include_top: bool
    weights: Any
    input_tensor: Any
    input_shape: Any
    pooling: str | None
    classes: int
    classifier_activation: Any
    path: Any = None

    @property
    def published(self) -> bool:
        """Whether Keras's published weights are wanted."""
        return bool(self.weights == "imagenet")


def named(name: str, summary: str, size: int, more: str = "") -> Callable[[Builder], Builder]:
    """Gives a function that makes a network its name and its documentation.

    Args:
        name: The network's.
        summary: First line of the documentation.
        size: Pixels each way of the images it was made for.
        more: Further lines about arguments.
    """

    def decorate(function: Builder) -> Builder:
        function.__name__ = function.__qualname__ = name
        function.__doc__ = f"{summary}\n{ARGUMENTS.format(size=size, more=more)}"
        return function

    return decorate


def size_in_name(request: Request, rows: int) -> Any:
    """Returns the pixels each way that a model's own name tells."""
    return rows if request.published else spatial_sizes(input_shape_of(request, rows, 1))[0]


def channel_axis(last: int = -1) -> int:
    """Returns the axis of channels by the configured format: `last`, or 1."""
    return last if settings.image_data_format() == "channels_last" else 1


def channels_last_only(network: str) -> None:
    """Refuses the other format, for which a network was not made.

    Raises:
        ValueError: If images are configured to have their channels first.
    """
    if settings.image_data_format() != "channels_last":
        raise ValueError(
            f"`{network}` takes images with their channels last. Call "
            "`keras.config.set_image_data_format('channels_last')` before."
        )


def multiple_of(divisor: int, number: float, least: int | None = None) -> int:
    """Returns the multiple of `divisor` nearest to `number`, not below nine tenths of it."""
    nearest = max(
        divisor if least is None else least, int(number + divisor / 2) // divisor * divisor
    )
    return nearest + divisor if nearest < 0.9 * number else nearest


def correct_pad(x: Any, kernel_size: int) -> Any:
    """Returns the borders that make a convolution with stride 2 and no padding halve the size."""
    axis = 1 if settings.image_data_format() == "channels_last" else 2
    half = kernel_size // 2
    sizes = x.shape[axis : axis + 2]
    if sizes[0] is None:
        return ((half - 1, half), (half - 1, half))
    return tuple((half - (1 - size % 2), half) for size in sizes)


def normalized(x: Any, name: str | None, **options: Any) -> Any:
    """Batch normalization of the channels, then ReLU, as `name`_bn and `name`_relu."""
    options.setdefault("axis", channel_axis(3))
    x = layers.BatchNormalization(name=f"{name}_bn", **options)(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def begin(
    request: Request,
    size: int,
    file: str,
    least: int = 32,
    *,
    sized: bool = True,
    kept_as: str | None = None,
) -> Any:
    """Returns the placeholder that a network begins with.

    Args:
        request: What was asked for.
        size: Pixels each way of the images it was made for.
        file: Name of Keras's file with published weights, below the address of them all. It is
            looked for now: making a network takes long.
        least: The fewest pixels each way.
        sized: Whether the classifier needs to know the size.
        kept_as: The name that the file has in Keras's cache; default the same.

    Raises:
        ValueError: If what was asked for does not fit together.
        FileNotFoundError: If the file with weights is not there.
    """
    check(request)
    shape = input_shape_of(request, size, least, sized=sized)
    if not isinstance(request.input_tensor, KerasTensor | type(None)):
        raise refuse(request.network, "input_tensor", "a placeholder", request.input_tensor)
    request.path = request.weights
    if request.published:
        request.path = published_weights(request.network, file, kept_as)
    return Input(shape=shape) if request.input_tensor is None else request.input_tensor


def check(request: Request) -> None:
    """Refuses arguments that do not fit together, before anything is built."""
    who = request.network
    if request.pooling not in (None, "avg", "max"):
        raise refuse(who, "pooling", "None, 'avg' or 'max'", request.pooling)
    if request.weights is None:
        return
    if not request.published and not os.path.exists(request.weights):
        raise FileNotFoundError(
            f"`{who}` found no file {os.fspath(request.weights)!r} with weights. Give `weights` "
            "the path of one, 'imagenet' for Keras's published ones, or None for random ones."
        )
    if not request.include_top:
        return
    if request.published and request.classes != _CLASSES:
        raise ValueError(
            f"`{who}` with `weights='imagenet'` and its classifier knows {_CLASSES} classes, "
            f"received `classes={request.classes}`. Add `include_top=False` and a classifier of "
            "your own."
        )
    chosen = activations.get(request.classifier_activation)
    if chosen not in (activations.get("softmax"), activations.get(None)):
        raise ValueError(
            f"`{who}` with trained weights expected `classifier_activation` 'softmax' or None, "
            f"received {describe(request.classifier_activation)}."
        )


def input_shape_of(request: Request, size: int, least: int, *, sized: bool = True) -> Any:
    """Returns the shape of an image, without the batch axis.

    Raises:
        ValueError: If it is no shape of an image, or too small, or unknown where it must be known.
    """
    who, given = request.network, request.input_shape
    last = settings.image_data_format() == "channels_last"
    usual: Any = (size, size, 3) if last else (3, size, size)
    if given is None:
        return (
            usual
            if request.include_top and sized
            else ((None, None, 3) if last else (3, None, None))
        )
    shape = tuple(given) if isinstance(given, list | tuple) else ()
    sizes, channels = (shape[:2], shape[2:]) if last else (shape[1:], shape[:1])
    if len(shape) != 3 or not all(n is None or (isinstance(n, int) and n > 0) for n in shape):
        wanted = "(height, width, channels)" if last else "(channels, height, width)"
        raise refuse(who, "input_shape", wanted, given)
    if any(n is not None and n < least for n in sizes):
        raise ValueError(f"`{who}` expected images of {least} pixels or more each way, received "
                         f"`input_shape={shape}`.")  # fmt: skip
    if request.published and channels != (3,):
        raise ValueError(f"`{who}` with `weights='imagenet'` expected 3 channels, received "
                         f"`input_shape={shape}`.")  # fmt: skip
    if not (request.include_top and sized):
        return shape
    if request.published and shape != usual:
        raise ValueError(
            f"`{who}` with `weights='imagenet'` and its classifier expected `input_shape={usual}`, "
            f"received {shape}. Add `include_top=False` for other sizes."
        )
    if None in shape:
        raise ValueError(f"`{who}` with its classifier expected a known size, received "
                         f"`input_shape={shape}`.")  # fmt: skip
    return shape


def classify(
    x: Any,
    request: Request,
    names: tuple[str | None, str | None, str | None] = ("avg_pool", "avg_pool", "max_pool"),
    dropout: float = 0.0,
    **dense: Any,
) -> Any:
    """Returns what comes after the last feature maps: a classifier, a pooling, or nothing.

    Args:
        x: The feature maps.
        request: What was asked for.
        names: Of the pooling before the classifier, and of the two instead of one.
        dropout: Rate of a dropout before the classifier.
        **dense: Further arguments of the classifier.
    """
    if request.include_top:
        x = layers.GlobalAveragePooling2D(name=names[0])(x)
        if dropout:
            x = layers.Dropout(dropout, name="top_dropout")(x)
        activation = request.classifier_activation
        return layers.Dense(request.classes, activation=activation, name="predictions", **dense)(x)
    return pooled(x, request, names[1:])


def pooled(x: Any, request: Request, names: Any = (None, None)) -> Any:
    """Returns the feature maps, or what `pooling` makes of them."""
    if request.pooling == "avg":
        return layers.GlobalAveragePooling2D(name=names[0])(x)
    if request.pooling == "max":
        return layers.GlobalMaxPooling2D(name=names[1])(x)
    return x


def finish(request: Request, start: Any, x: Any, name: str | None) -> Functional:
    """Returns the model, with the weights that were asked for.

    Args:
        request: What was asked for.
        start: The placeholder it begins with.
        x: The placeholder it ends with.
        name: Name of the model.
    """
    inputs = start if request.input_tensor is None else get_source_inputs(request.input_tensor)
    if isinstance(inputs, list) and len(inputs) == 1:
        (inputs,) = inputs
    model = Functional(inputs, x, name=name)
    if request.path is not None:
        model.load_weights(request.path)
    return model


def published_weights(network: str, file: str, kept_as: str | None) -> str:
    """Returns the path of published weights, found or downloaded."""
    address = f"{_STORE}/{file}" if "/" in file else f"{_STORE.replace('tensorflow/', '')}/{file}"
    try:
        return get_file(kept_as or file.rpartition("/")[2], address, cache_subdir="models")
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"`{network}`: `weights='imagenet'` needs the file that Keras publishes at {address}. "
            f"{error} Or give `weights=None` to begin with random weights."
        ) from error


def rows_of(input_shape: Any, input_tensor: Any, sizes: tuple[int, ...], usual: int = 224) -> int:
    """Returns the size for which weights are published: the image's own if it is one of them."""
    shape = input_shape
    if shape is None and isinstance(input_tensor, KerasTensor):
        shape = input_tensor.shape[1:]
    if not isinstance(shape, list | tuple) or len(shape) != 3:
        return usual
    rows, columns = spatial_sizes(shape)
    return rows if rows == columns and rows in sizes else usual


def spatial_sizes(shape: Any) -> tuple[Any, Any]:
    """Returns height and width of an image's shape."""
    rows, columns = shape[:2] if settings.image_data_format() == "channels_last" else shape[1:]
    return rows, columns
