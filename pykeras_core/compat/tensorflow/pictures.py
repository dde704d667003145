"""Owns reading and writing files of pictures, through Pillow."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.compat.tensorflow.colors import convert_image_dtype
from pykeras_core.engine import Tensor
from pykeras_core.symbolic.strings import StringTensor, as_text
from pykeras_core.utils.images import _pillow

__all__ = [
    "decode_bmp",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "encode_jpeg",
    "encode_png",
]

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def _opened(contents: Any, function: str) -> Any:
    data = as_text(contents).numpy()
    pillow = _pillow(f"tf.io.{function}")
    try:
        return pillow.open(io.BytesIO(data))
    except Exception as error:
        raise ValueError(
            f"`tf.io.{function}` expected the contents of a picture's file, as `tf.io.read_file` "
            f"gives them, received {len(data)} bytes that begin with {data[:8]!r}"
        ) from error


def _channels(picture: Any, channels: int) -> int:
    if channels:
        return channels
    return {"1": 1, "L": 1, "LA": 2, "RGBA": 4}.get(picture.mode, 3)


def _array(picture: Any, channels: int) -> Any:
    mode = _MODES.get(_channels(picture, channels))
    if mode is None:
        raise ValueError(f"pictures have 1 to 4 channels, received `channels={channels}`")
    array = np.asarray(picture.convert(mode), "uint8")
    return array[..., None] if array.ndim == 2 else array


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """Returns the picture in a file's contents: PNG, JPEG, BMP or GIF.

    Args:
        contents: Text, as `read_file` gives it.
        channels: 1, 3 or 4; default the file's own.
        dtype: Default uint8; floats reach from 0 to 1.
        name: Accepted as in TensorFlow.
        expand_animations: Whether the frames of a GIF come as a batch; else the first one comes.

    Raises:
        ImportError: If Pillow is missing.
        ValueError: If it is no picture.
    """
    picture = _opened(contents, "decode_image")
    if picture.format == "GIF" and expand_animations:
        found: Any = decode_gif(contents)
    else:
        found = ops.convert_to_tensor(_array(picture, channels or 0))
    return convert_image_dtype(found, dtype)


def decode_jpeg(contents: Any, channels: int = 0, ratio: int = 1, **kwargs: Any) -> Tensor:
    """Returns the picture in a JPEG file's contents, uint8; see `decode_image`."""
    picture = _opened(contents, "decode_jpeg")
    array = _array(picture, channels)
    return ops.convert_to_tensor(array[::ratio, ::ratio])


def decode_png(contents: Any, channels: int = 0, dtype: Any = "uint8", name: Any = None) -> Tensor:
    """Returns the picture in a PNG file's contents, uint8; see `decode_image`."""
    return ops.convert_to_tensor(_array(_opened(contents, "decode_png"), channels))


def decode_bmp(contents: Any, channels: int = 0, name: Any = None) -> Tensor:
    """Returns the picture in a BMP file's contents, uint8; see `decode_image`."""
    return ops.convert_to_tensor(_array(_opened(contents, "decode_bmp"), channels))


def decode_gif(contents: Any, name: Any = None) -> Tensor:
    """Returns the frames in a GIF file's contents, uint8, as a batch of three channels."""
    picture = _opened(contents, "decode_gif")
    frames = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        frames.append(_array(picture, 3))
    return ops.convert_to_tensor(np.stack(frames))


def _encoded(image: Any, form: str, function: str, **options: Any) -> StringTensor:
    array = np.asarray(ops.convert_to_tensor(image))
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[-1] not in _MODES:
        raise ValueError(
            f"`tf.io.{function}` expected a uint8 image (height, width, channels), received "
            f"{array.dtype} of shape {array.shape}. "
            "`tf.image.convert_image_dtype(image, tf.uint8)` makes one of floats from 0 to 1."
        )
    flat = array[..., 0] if array.shape[-1] == 1 else array
    file = io.BytesIO()
    _pillow(f"tf.io.{function}").fromarray(flat).save(file, form, **options)
    return StringTensor(file.getvalue())


def encode_png(image: Any, compression: int = -1, name: Any = None) -> StringTensor:
    """Returns a PNG file's contents."""
    return _encoded(image, "PNG", "encode_png")


def encode_jpeg(image: Any, format: str = "", quality: int = 95, **kwargs: Any) -> StringTensor:
    """Returns a JPEG file's contents."""
    return _encoded(image, "JPEG", "encode_jpeg", quality=quality)
