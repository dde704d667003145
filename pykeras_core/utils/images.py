"""Owns conversions between arrays and Pillow images, for programs that have Pillow."""

from __future__ import annotations

import importlib
import os
import pathlib
from types import ModuleType
from typing import Any

import numpy as np

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, DType, PathOrFile, PositivePair, checked, refuse
from pykeras_core.engine import is_tensor
from pykeras_core.engine.primitive import Array

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img", "smart_resize"]

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_COLOR_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def _pillow(function: str) -> ModuleType:
    try:
        return importlib.import_module("PIL.Image")
    except ImportError as error:
        raise ImportError(
            f"`{function}` needs Pillow, which is not installed here. "
            "On a desktop: `pip install pillow`."
        ) from error


def _checked_format(data_format: str | None) -> str:
    data_format = data_format or settings.image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f"`data_format` expected 'channels_first' or 'channels_last', received {data_format!r}."
        )
    return data_format


def _checked_dtype(function: str, dtype: Any) -> Any:
    """A dtype of NumPy, which may be wider than those of the engine."""
    try:
        return np.dtype(dtype or settings.floatx())
    except TypeError:
        raise refuse(function, "dtype", "a dtype of NumPy", dtype) from None


@checked
def array_to_img(
    x: ArrayLike, data_format: str | None = None, scale: bool = True, dtype: DType = None
) -> Any:
    """Returns an array as a Pillow image.

    Args:
        x: Shape (height, width, channels) with 1, 3 or 4 channels.
        data_format: `"channels_last"` or `"channels_first"`; default the global setting.
        scale: Whether to stretch the values to 0...255.
        dtype: Dtype to compute in, default float32.

    Returns:
        A `PIL.Image.Image`.

    Raises:
        ImportError: If Pillow is missing.
        ValueError: If `x` is no single image.
    """
    pillow = _pillow("array_to_img")
    image = np.asarray(x, dtype=_checked_dtype("array_to_img", dtype))
    if image.ndim != 3:
        raise ValueError(
            f"`array_to_img` expected one image of 3 axes, received shape {image.shape}."
        )
    if _checked_format(data_format) == "channels_first":
        image = image.transpose(1, 2, 0)
    if image.shape[-1] not in _MODES:
        raise ValueError(
            f"`array_to_img` expected `x` with 1, 3 or 4 channels, received {image.shape[-1]}."
        )
    if scale:
        image = image - image.min()
        image = image * (255 / (image.max() or 1))
    if image.shape[-1] == 1:
        deep = image.max() > 255
        return pillow.fromarray(image[..., 0].astype("int32" if deep else "uint8"))
    return pillow.fromarray(image.astype("uint8"))


@checked
def img_to_array(img: ArrayLike, data_format: str | None = None, dtype: DType = None) -> Array:
    """Returns a Pillow image as an array.

    Args:
        img: The image.
        data_format: `"channels_last"` or `"channels_first"`; default the global setting.
        dtype: Default float32.

    Returns:
        Array of shape (height, width, channels).

    Raises:
        ValueError: If the image has another number of axes than 2 or 3.

    Example:
        >>> img_to_array(np.zeros((2, 3), "uint8")).shape
        (2, 3, 1)
    """
    first = _checked_format(data_format) == "channels_first"
    image: Array = np.asarray(img, dtype=_checked_dtype("img_to_array", dtype))
    if image.ndim == 2:
        return image[None] if first else image[..., None]
    if image.ndim != 3:
        raise ValueError(f"`img_to_array` expected an image, received shape {image.shape}.")
    return image.transpose(2, 0, 1) if first else image


@checked
def load_img(
    path: PathOrFile,
    color_mode: str = "rgb",
    target_size: PositivePair | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Returns an image file as a Pillow image.

    Args:
        path: Path or binary file object.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        target_size: (height, width) to resize to; default the file's own.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"hamming"`, `"box"`, `"lanczos"`.
        keep_aspect_ratio: Whether to cut out the middle that has the target's proportions first.

    Returns:
        A `PIL.Image.Image`.

    Raises:
        ImportError: If Pillow is missing.
        ValueError: If an option is unknown.
    """
    if color_mode not in _COLOR_MODES:
        raise ValueError(
            f"`color_mode` expected one of {list(_COLOR_MODES)}, received {color_mode!r}."
        )
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(
            f"`interpolation` expected one of {list(_INTERPOLATIONS)}, received {interpolation!r}."
        )
    pillow = _pillow("load_img")
    try:
        image = pillow.open(path)
        image.load()
    except FileNotFoundError as error:
        what = "`load_img` expected `path` to lead to an image file, there is none"
        raise FileNotFoundError(error.errno, what, os.fspath(path)) from None
    mode = _COLOR_MODES[color_mode]
    if image.mode != mode and not (mode == "L" and image.mode in ("I", "I;16")):
        image = image.convert(mode)
    if target_size is None or image.size == (target_size[1], target_size[0]):
        return image
    box = _middle(image.size, target_size) if keep_aspect_ratio else None
    resampling = getattr(pillow.Resampling, interpolation.upper())
    return image.resize((target_size[1], target_size[0]), resampling, box=box)


def _middle(size: tuple[int, int], target_size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the largest middle with the target's proportions."""
    width, height = size
    target_height, target_width = target_size
    crop_height = min(height, width * target_height // target_width)
    crop_width = min(width, height * target_width // target_height)
    left, top = (width - crop_width) // 2, (height - crop_height) // 2
    return left, top, left + crop_width, top + crop_height


@checked
def smart_resize(
    x: ArrayLike,
    size: PositivePair,
    interpolation: str = "bilinear",
    data_format: str | None = None,
) -> Any:
    """Returns images of another size, their proportions kept by cutting off what is too long.

    Args:
        x: An image (height, width, channels), or a batch of them.
        size: (height, width).
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`.
        data_format: `"channels_last"` or `"channels_first"`; default the global setting.

    Returns:
        Images of the size: an array for an array, a Tensor for a Tensor.

    Raises:
        ValueError: If it is no image.
    """
    images = ops.convert_to_tensor(x)
    if images.ndim not in (3, 4):
        raise ValueError(f"`smart_resize` expected images, received shape {images.shape}.")
    first = _checked_format(data_format) == "channels_first"
    images = ops.moveaxis(images, -3, -1) if first else images
    height, width = images.shape[-3:-1]
    left, top, right, bottom = _middle((width, height), (size[0], size[1]))
    cut = images[..., top:bottom, left:right, :]
    found = ops.image.resize(cut, size, interpolation, data_format="channels_last")
    found = ops.moveaxis(found, -1, -3) if first else found
    return found if is_tensor(x) else np.array(found)


@checked
def save_img(
    path: PathOrFile,
    x: ArrayLike,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Writes an array to an image file.

    Args:
        path: Path or binary file object.
        x: Shape (height, width, channels).
        data_format: `"channels_last"` or `"channels_first"`; default the global setting.
        file_format: Pillow's name of the format; default by the path's ending.
        scale: Whether to stretch the values to 0...255.
        **kwargs: Passed to Pillow's `Image.save`.

    Raises:
        ImportError: If Pillow is missing.
    """
    pillow = _pillow("save_img")
    known = sorted({"jpg", *(ending[1:] for ending in pillow.registered_extensions())})
    named = file_format
    if named is None and isinstance(path, str | os.PathLike):
        named = pathlib.Path(path).suffix.removeprefix(".").lower()
        if named not in known:
            raise refuse("save_img", "path", "a name with the ending of an image file", path)
    elif named is not None and named.lower() not in known and named.upper() not in pillow.SAVE:
        raise refuse("save_img", "file_format", f"one of {known}", file_format)
    file_format = "jpeg" if named in ("jpg", "JPG") else named
    image = array_to_img(x, data_format=data_format, scale=scale)
    if image.mode == "RGBA" and file_format == "jpeg":
        image = image.convert("RGB")  # JPEG has no transparency
    image.save(path, format=file_format, **kwargs)
