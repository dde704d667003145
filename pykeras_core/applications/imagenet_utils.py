"""`keras.applications.imagenet_utils`: what goes into networks of ImageNet, and what comes out."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from pykeras_core import engine, ops, settings
from pykeras_core.checks import ArrayLike, PositiveInt, checked
from pykeras_core.utils.files import get_file

__all__ = ["decode_predictions", "preprocess_input"]

_INDEX = "imagenet_class_index.json"
_INDEX_ADDRESS = f"https://storage.googleapis.com/download.tensorflow.org/data/{_INDEX}"

# What each colour channel is moved and divided by, after it was divided by 255 or not.
_MEAN_OF_ONE, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_MEAN_OF_BYTES = (103.939, 116.779, 123.68)  # blue, green, red


@checked
def preprocess_input(
    x: ArrayLike,
    data_format: Literal["channels_last", "channels_first"] | None = None,
    mode: Literal["caffe", "tf", "torch"] = "caffe",
) -> Any:
    """Returns images in the form that a network was trained on.

    Args:
        x: One image or a batch of them, red, green and blue from 0 to 255. An array of floats is
            changed itself, as in Keras.
        data_format: "channels_last" or "channels_first"; default the configured format.
        mode: "tf" for values from -1 to 1, "torch" for values from 0 to 1 less the mean of
            ImageNet and divided by its deviation, "caffe" for blue, green and red less that mean.

    Returns:
        The images, float32: an array of an array, else a tensor.

    Raises:
        ValueError: If an argument is another word.

    Example:
        >>> preprocess_input([[[0.0, 127.5, 255.0]]], mode="tf").tolist()
        [[[-1.0, 0.0, 1.0]]]
    """
    chosen = settings.standardize_data_format(data_format)
    if not isinstance(x, np.ndarray):
        return _prepared(engine.convert_to_tensor(x, "float32"), chosen, mode)
    images = x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float32)
    made = _prepared(engine.convert_to_tensor(images, "float32"), chosen, mode).numpy()
    if images is not x or not x.flags.writeable:
        return made
    # Programs rely on that: `preprocess_input(x)` without an assignment does its work too. Only
    # "caffe" gives another view, in which the colours are turned around.
    view = x
    if mode == "caffe":
        view = x[..., ::-1] if chosen == "channels_last" else np.flip(x, axis=x.ndim - 3)
    view[...] = made
    return view


def _prepared(images: Any, data_format: str, mode: str) -> Any:
    """The images as floats, moved and scaled."""
    if mode == "tf":
        return images / 127.5 - 1.0
    axis = len(images.shape) - (1 if data_format == "channels_last" else 3)
    form = [1] * len(images.shape)
    form[axis] = 3

    def channels(numbers: Any) -> Any:
        return ops.reshape(ops.array(numbers, "float32"), form)

    if mode == "torch":
        return (images / 255.0 - channels(_MEAN_OF_ONE)) / channels(_DEVIATION)
    return ops.flip(images, axis) - channels(_MEAN_OF_BYTES)


def preprocessing(mode: Literal["caffe", "tf", "torch"] | None) -> Callable[..., Any]:
    """Returns the `preprocess_input` of one family of networks.

    Args:
        mode: As for `preprocess_input`; `None` for networks that prepare images themselves.
    """
    of_mode: Any = mode

    @checked
    def preprocess_input(
        x: ArrayLike, data_format: Literal["channels_last", "channels_first"] | None = None
    ) -> Any:
        if of_mode is None:
            return x
        return _preprocess(x, data_format=data_format, mode=of_mode)

    form = {
        "tf": "scaled to values from -1 to 1.",
        "torch": "less the mean of ImageNet and divided by its deviation.",
        "caffe": "with blue, green and red in this order, less the mean of ImageNet.",
        None: "as they are: the network prepares them itself.",
    }[mode]
    preprocess_input.__doc__ = f"""Returns images {form}

    Args:
        x: One image or a batch of them, red, green and blue from 0 to 255.
        data_format: "channels_last" or "channels_first"; default the configured format.
    """
    return preprocess_input


_preprocess = preprocess_input


@checked
def decode_predictions(preds: ArrayLike, top: PositiveInt = 5) -> list[list[tuple[str, str, Any]]]:
    """Returns the likeliest classes of ImageNet for each image.

    The names lie in a file that Keras publishes, `imagenet_class_index.json`. It is looked for in
    the working folder and in Keras's cache, and downloaded where that can be done.

    Args:
        preds: What a network with 1000 classes predicted, `(images, 1000)`.
        top: How many classes for each image, default 5.

    Returns:
        For each image a list of `(number in WordNet, name, probability)`, the likeliest first.

    Raises:
        ValueError: If `preds` has another shape.
        FileNotFoundError: If the file with the names is not there.
    """
    rows = np.asarray(ops.convert_to_numpy(preds))
    if rows.ndim != 2 or rows.shape[1] != 1000:
        raise ValueError(
            "`decode_predictions` expected a row of 1000 numbers for each image, (images, 1000), "
            f"received shape {rows.shape}. A network with other classes has other names."
        )
    names = _class_names()
    return [
        [(*names[str(place)], row[place]) for place in np.argsort(-row, kind="stable")[:top]]
        for row in rows
    ]


def _class_names() -> dict[str, tuple[str, str]]:
    return _read_names(get_file(_INDEX, _INDEX_ADDRESS, cache_subdir="models"))


@functools.cache
def _read_names(path: str) -> dict[str, tuple[str, str]]:
    with open(path, encoding="utf-8") as file:
        found: dict[str, tuple[str, str]] = json.load(file)
    return found
