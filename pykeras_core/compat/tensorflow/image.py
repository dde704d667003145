"""`tf.image`: sizes, places and turns of images, with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core import random as keras_random
from pykeras_core.compat.tensorflow.colors import (
    adjust_brightness,
    adjust_contrast,
    adjust_gamma,
    adjust_hue,
    adjust_saturation,
    convert_image_dtype,
    grayscale_to_rgb,
    hsv_to_rgb,
    per_image_standardization,
    psnr,
    random_brightness,
    random_contrast,
    random_hue,
    random_saturation,
    rgb_to_grayscale,
    rgb_to_hsv,
    stateless_random_brightness,
    stateless_random_contrast,
    stateless_random_hue,
    stateless_random_saturation,
)
from pykeras_core.compat.tensorflow.pictures import (
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    encode_png,
)
from pykeras_core.compat.tensorflow.random import _one_seed
from pykeras_core.engine import Tensor

__all__ = [
    "ResizeMethod",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "central_crop",
    "convert_image_dtype",
    "crop_and_resize",
    "crop_to_bounding_box",
    "decode_bmp",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "encode_jpeg",
    "encode_png",
    "extract_patches",
    "flip_left_right",
    "flip_up_down",
    "grayscale_to_rgb",
    "hsv_to_rgb",
    "image_gradients",
    "pad_to_bounding_box",
    "per_image_standardization",
    "psnr",
    "random_brightness",
    "random_contrast",
    "random_crop",
    "random_flip_left_right",
    "random_flip_up_down",
    "random_hue",
    "random_saturation",
    "resize",
    "resize_with_crop_or_pad",
    "resize_with_pad",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "rot90",
    "sobel_edges",
    "stateless_random_brightness",
    "stateless_random_contrast",
    "stateless_random_crop",
    "stateless_random_flip_left_right",
    "stateless_random_flip_up_down",
    "stateless_random_hue",
    "stateless_random_saturation",
    "total_variation",
    "transpose",
]


class ResizeMethod:
    """Names of ways to resize."""

    AREA = "area"
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    GAUSSIAN = "gaussian"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    MITCHELLCUBIC = "mitchellcubic"
    NEAREST_NEIGHBOR = "nearest"


def _size(size: Any) -> tuple[int, int]:
    height, width = (int(one) for one in np.asarray(ops.convert_to_tensor(size)).reshape(-1))
    return height, width


def resize(
    images: Any,
    size: Any,
    method: str = "bilinear",
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Tensor:
    """Returns images of another size, float32 unless the method is "nearest".

    Args:
        images: One image (height, width, channels), or a batch of them.
        size: (height, width).
        method: "bilinear" (default), "nearest", "bicubic", "area", "lanczos3" or "lanczos5".
        preserve_aspect_ratio: Whether `size` is the most that either side may have.
        antialias: Whether a smaller image averages over all that it leaves out.
        name: Accepted as in TensorFlow.

    Raises:
        ValueError: If the method is none of these.
    """
    images = ops.convert_to_tensor(images)
    height, width = _size(size)
    if preserve_aspect_ratio:
        tall, wide = images.shape[-3:-1]
        scale = min(height / tall, width / wide)
        height, width = round(tall * scale), round(wide * scale)
    if method == "nearest":
        return ops.image.resize(images, (height, width), "nearest", data_format="channels_last")
    images = ops.cast(images, "float32")
    if method == "area":
        return _by_area(images, (height, width))
    if method in ("gaussian", "mitchellcubic"):
        raise ValueError(
            f"`tf.image.resize` with `method={method!r}` is not in PyKeras. 'bicubic' and "
            "'lanczos3', with `antialias=True`, come nearest."
        )
    return ops.image.resize(
        images, (height, width), method, antialias=antialias, data_format="channels_last"
    )


def _by_area(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Each pixel is the mean of what it covers."""
    for axis, wanted in zip((images.ndim - 3, images.ndim - 2), size, strict=True):
        given = images.shape[axis]
        edges = np.arange(wanted + 1) * given / wanted
        pixels = np.arange(given)
        covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
        weights = (np.maximum(covered, 0) * wanted / given).astype("float32")
        images = ops.moveaxis(ops.tensordot(weights, images, axes=[[1], [axis]]), 0, axis)
    return images


def resize_with_pad(
    image: Any,
    target_height: int,
    target_width: int,
    method: str = "bilinear",
    antialias: bool = False,
) -> Tensor:
    """Returns images resized as a whole, with black borders where their shape is another one."""
    image = ops.convert_to_tensor(image)
    tall, wide = image.shape[-3:-1]
    ratio = max(wide / int(target_width), tall / int(target_height))
    height, width = tall / ratio, wide / ratio
    small = resize(image, (int(height), int(width)), method, antialias=antialias)
    top = max(int((int(target_height) - height) // 2), 0)
    left = max(int((int(target_width) - width) // 2), 0)
    return pad_to_bounding_box(small, top, left, target_height, target_width)


def resize_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Tensor:
    """Returns the middle of images, with black borders where they are too small."""
    image = ops.convert_to_tensor(image)
    tall, wide = image.shape[-3:-1]
    height, width = int(target_height), int(target_width)
    top, left = max((tall - height) // 2, 0), max((wide - width) // 2, 0)
    image = crop_to_bounding_box(image, top, left, min(height, tall), min(width, wide))
    top, left = max((height - tall) // 2, 0), max((width - wide) // 2, 0)
    return pad_to_bounding_box(image, top, left, height, width)


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """Returns a box of images.

    Raises:
        ValueError: If it is not inside of them.
    """
    image = ops.convert_to_tensor(image)
    top, left = int(offset_height), int(offset_width)
    bottom, right = top + int(target_height), left + int(target_width)
    if min(top, left) < 0 or bottom > image.shape[-3] or right > image.shape[-2]:
        raise ValueError(
            f"`crop_to_bounding_box` expected a box inside of {tuple(image.shape[-3:-1])}, "
            f"received rows {top} to {bottom} and columns {left} to {right}"
        )
    box: Tensor = image[..., top:bottom, left:right, :]
    return box


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """Returns images at a place of black ones.

    Raises:
        ValueError: If these are too small.
    """
    image = ops.convert_to_tensor(image)
    top, left = int(offset_height), int(offset_width)
    below = int(target_height) - top - image.shape[-3]
    right = int(target_width) - left - image.shape[-2]
    if min(top, left, below, right) < 0:
        raise ValueError(
            f"`pad_to_bounding_box` expected a target that holds the image "
            f"{tuple(image.shape[-3:-1])} at ({top}, {left}), received "
            f"({target_height}, {target_width})"
        )
    around = [(0, 0)] * (image.ndim - 3)
    return ops.pad(image, [*around, (top, below), (left, right), (0, 0)])


def central_crop(image: Any, central_fraction: float) -> Tensor:
    """Returns the middle of images, a share of each side."""
    image = ops.convert_to_tensor(image)
    if not 0 < central_fraction <= 1:
        raise ValueError(
            f"`central_crop` expected a share above 0 and up to 1, received {central_fraction}"
        )
    tall, wide = image.shape[-3:-1]
    top = int((tall - tall * central_fraction) / 2)
    left = int((wide - wide * central_fraction) / 2)
    return crop_to_bounding_box(image, top, left, tall - 2 * top, wide - 2 * left)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """Returns boxes of images, each resized: corners of a box lie on pixels of its corners.

    Args:
        image: A batch of images.
        boxes: Rows (y1, x1, y2, x2), from 0 to 1.
        box_indices: The number of each box's image.
        crop_size: (height, width).
        method: "bilinear" or "nearest".
        extrapolation_value: What lies beyond the image.
        name: Accepted as in TensorFlow.
    """
    image = ops.cast(image, "float32")
    corners = np.asarray(ops.convert_to_tensor(boxes), "float64")
    numbers = np.asarray(ops.convert_to_tensor(box_indices)).astype("int32")
    tall, wide = image.shape[1:3]
    rows = _places(corners[:, 0], corners[:, 2], _size(crop_size)[0], tall)
    columns = _places(corners[:, 1], corners[:, 3], _size(crop_size)[1], wide)
    inside = ((rows >= 0) & (rows <= tall - 1))[:, :, None] & (
        (columns >= 0) & (columns <= wide - 1)
    )[:, None]
    rows, columns = np.clip(rows, 0, tall - 1), np.clip(columns, 0, wide - 1)

    def at(y: Any, x: Any) -> Any:
        return image[
            numbers[:, None, None], y.astype("int32")[:, :, None], x.astype("int32")[:, None]
        ]

    if method == "nearest":
        found = at(np.floor(rows + 0.5), np.floor(columns + 0.5))
    else:
        top, left = np.floor(rows), np.floor(columns)
        low = (rows - top).astype("float32")[:, :, None, None]
        far = (columns - left).astype("float32")[:, None, :, None]
        bottom, right = np.ceil(rows), np.ceil(columns)
        above = at(top, left) * (1 - far) + at(top, right) * far
        below = at(bottom, left) * (1 - far) + at(bottom, right) * far
        found = above * (1 - low) + below * low
    return ops.where(inside[..., None], found, float(extrapolation_value))


def _places(first: Any, last: Any, count: int, size: int) -> Any:
    """Where the pixels of crops lie in the image, a row a box."""
    if count == 1:
        return ((first + last) / 2 * (size - 1))[:, None]
    step = (last - first) * (size - 1) / (count - 1)
    return first[:, None] * (size - 1) + np.arange(count) * step[:, None]


def flip_left_right(image: Any) -> Tensor:
    """Returns images mirrored left to right."""
    return ops.flip(image, -2)


def flip_up_down(image: Any) -> Tensor:
    """Returns images mirrored top to bottom."""
    return ops.flip(image, -3)


def rot90(image: Any, k: int = 1, name: str | None = None) -> Tensor:
    """Returns images turned against the clock, `k` quarters."""
    image = ops.convert_to_tensor(image)
    return ops.rot90(image, int(k), axes=(image.ndim - 3, image.ndim - 2))


def transpose(image: Any, name: str | None = None) -> Tensor:
    """Returns images with rows and columns exchanged."""
    return ops.swapaxes(image, -3, -2)


def _flipped_by_chance(image: Any, axis: int, seed: Any) -> Tensor:
    """Each image of a batch is mirrored or not."""
    image = ops.convert_to_tensor(image)
    chance = keras_random.uniform((image.shape[0],) if image.ndim == 4 else (), 0.0, 1.0, seed=seed)
    turned = ops.reshape(chance < 0.5, (*chance.shape, *[1] * 3))
    return ops.where(turned, ops.flip(image, axis), image)


def random_flip_left_right(image: Any, seed: Any = None) -> Tensor:
    """Returns images, each mirrored left to right or not."""
    return _flipped_by_chance(image, -2, seed)


def random_flip_up_down(image: Any, seed: Any = None) -> Tensor:
    """Returns images, each mirrored top to bottom or not."""
    return _flipped_by_chance(image, -3, seed)


def stateless_random_flip_left_right(image: Any, seed: Any) -> Tensor:
    """Returns images, each mirrored or not, the same for the same seed of two numbers."""
    return _flipped_by_chance(image, -2, _one_seed(seed))


def stateless_random_flip_up_down(image: Any, seed: Any) -> Tensor:
    """Returns images, each mirrored or not, the same for the same seed of two numbers."""
    return _flipped_by_chance(image, -3, _one_seed(seed))


def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> Tensor:
    """Returns a box of a size at a place by chance.

    Raises:
        ValueError: If it is larger than the tensor.
    """
    value = ops.convert_to_tensor(value)
    sizes = [int(one) for one in np.asarray(ops.convert_to_tensor(size)).reshape(-1)]
    room = [have - want + 1 for have, want in zip(value.shape, sizes, strict=True)]
    if min(room) < 1:
        raise ValueError(
            f"`random_crop` expected a size within {tuple(value.shape)}, received {tuple(sizes)}"
        )
    chance = keras_random.uniform((len(room),), 0.0, 1.0, seed=seed)
    starts = ops.cast(ops.floor(chance * np.asarray(room, "float32")), "int32")
    starts = ops.minimum(starts, np.asarray(room, "int32") - 1)
    return ops.slice(value, starts, sizes)


def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Tensor:
    """Returns a box at a place by chance, the same for the same seed of two numbers."""
    return random_crop(value, size, _one_seed(seed))


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Tensor:
    """Returns the boxes of images that a window sees, each as one row of channels."""
    return ops.image.extract_patches(
        images, tuple(sizes[1:3]), tuple(strides[1:3]), int(rates[1]), padding.lower(),
        data_format="channels_last",
    )  # fmt: skip


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """Returns the differences to the pixel below and to the right, 0 at the edges."""
    image = ops.convert_to_tensor(image)
    down = ops.pad(image[:, 1:] - image[:, :-1], [(0, 0), (0, 1), (0, 0), (0, 0)])
    right = ops.pad(image[:, :, 1:] - image[:, :, :-1], [(0, 0), (0, 0), (0, 1), (0, 0)])
    return down, right


def sobel_edges(image: Any) -> Tensor:
    """Returns how steep images are, downwards and to the right, on a new last axis."""
    image = ops.cast(image, "float32")
    channels = image.shape[-1]
    down = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "float32")
    kernels = np.stack([down, down.T], -1)[:, :, None].repeat(channels, 2)
    framed = ops.pad(image, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="reflect")
    found = ops.depthwise_conv(framed, kernels, 1, "valid", "channels_last")
    return ops.reshape(found, (*image.shape, 2))


def total_variation(images: Any, name: str | None = None) -> Tensor:
    """Returns the sum of all differences between neighbouring pixels, an image a number."""
    images = ops.convert_to_tensor(images)
    down = ops.abs(images[..., 1:, :, :] - images[..., :-1, :, :])
    right = ops.abs(images[..., :, 1:, :] - images[..., :, :-1, :])
    axes = (-3, -2, -1)
    return ops.sum(down, axis=axes) + ops.sum(right, axis=axes)
