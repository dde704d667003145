"""Owns what of `tf.image` changes colours and brightness."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core import random as keras_random
from pykeras_core.compat.tensorflow.random import _one_seed
from pykeras_core.engine import Tensor

__all__ = [
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "convert_image_dtype",
    "grayscale_to_rgb",
    "hsv_to_rgb",
    "per_image_standardization",
    "psnr",
    "random_brightness",
    "random_contrast",
    "random_hue",
    "random_saturation",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "stateless_random_brightness",
    "stateless_random_contrast",
    "stateless_random_hue",
    "stateless_random_saturation",
]


def _largest(dtype: Any) -> float:
    """The number that stands for full brightness."""
    return 1.0 if dtype == "float32" else float(np.iinfo(np.dtype(dtype)).max)


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Tensor:
    """Returns images in another dtype, full brightness staying full: 1 as a float, 255 as uint8."""
    image = tensor = ops.convert_to_tensor(image)
    if image.dtype == dtype:
        return tensor
    if dtype == "float32":
        return ops.multiply(ops.cast(image, "float32"), np.float32(1 / _largest(image.dtype)))
    if image.dtype == "float32":
        scaled = image * (_largest(dtype) + 0.5)
        return _saturated(scaled, dtype) if saturate else ops.cast(scaled, dtype)
    scaled = ops.cast(image, "float32") * (_largest(dtype) / _largest(image.dtype))
    return ops.cast(scaled, dtype)


def _saturated(image: Any, dtype: Any) -> Tensor:
    limits = np.iinfo(np.dtype(dtype))
    return ops.cast(ops.clip(image, float(limits.min), float(limits.max)), dtype)


def _as_float(image: Any) -> tuple[Tensor, Any]:
    image = ops.convert_to_tensor(image)
    return convert_image_dtype(image, "float32"), image.dtype


def _as_given(image: Tensor, dtype: Any) -> Tensor:
    return convert_image_dtype(image, dtype, saturate=True)


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """Returns images with a number added, of full brightness 1."""
    floats, dtype = _as_float(image)
    return _as_given(floats + delta, dtype)


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """Returns images whose pixels differ from their channel's mean by a factor more."""
    floats, dtype = _as_float(images)
    mean = ops.mean(floats, axis=(-3, -2), keepdims=True)
    return _as_given((floats - mean) * contrast_factor + mean, dtype)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """Returns `gain * image ** gamma`."""
    floats, dtype = _as_float(image)
    return _as_given(gain * ops.power(floats, gamma), dtype)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """Returns images with other hues, `delta` of a turn of the colour circle."""
    floats, dtype = _as_float(image)
    hsv = ops.image.rgb_to_hsv(floats, data_format="channels_last")
    turned = ops.concatenate([ops.mod(hsv[..., :1] + delta, 1.0), hsv[..., 1:]], axis=-1)
    return _as_given(ops.image.hsv_to_rgb(turned, data_format="channels_last"), dtype)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """Returns images with colours by a factor stronger."""
    floats, dtype = _as_float(image)
    hsv = ops.image.rgb_to_hsv(floats, data_format="channels_last")
    strong = ops.clip(hsv[..., 1:2] * saturation_factor, 0.0, 1.0)
    changed = ops.concatenate([hsv[..., :1], strong, hsv[..., 2:]], axis=-1)
    return _as_given(ops.image.hsv_to_rgb(changed, data_format="channels_last"), dtype)


def _between(lower: float, upper: float, seed: Any, name: str) -> Tensor:
    if upper < lower:
        raise ValueError(f"`{name}` expected bounds in order, received {lower} and {upper}")
    return keras_random.uniform((), lower, upper, seed=seed)


def random_brightness(image: Any, max_delta: float, seed: Any = None) -> Tensor:
    """Returns images with a number added that is drawn from -`max_delta` to `max_delta`."""
    return adjust_brightness(image, _between(-max_delta, max_delta, seed, "random_brightness"))


def random_contrast(image: Any, lower: float, upper: float, seed: Any = None) -> Tensor:
    """Returns images with a contrast factor that is drawn."""
    return adjust_contrast(image, _between(lower, upper, seed, "random_contrast"))


def random_hue(image: Any, max_delta: float, seed: Any = None) -> Tensor:
    """Returns images with a change of hue that is drawn."""
    return adjust_hue(image, _between(-max_delta, max_delta, seed, "random_hue"))


def random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Tensor:
    """Returns images with a factor of saturation that is drawn."""
    return adjust_saturation(image, _between(lower, upper, seed, "random_saturation"))


def stateless_random_brightness(image: Any, max_delta: float, seed: Any) -> Tensor:
    """As `random_brightness`, the same for the same seed of two numbers."""
    return random_brightness(image, max_delta, _one_seed(seed))


def stateless_random_contrast(image: Any, lower: float, upper: float, seed: Any) -> Tensor:
    """As `random_contrast`, the same for the same seed of two numbers."""
    return random_contrast(image, lower, upper, _one_seed(seed))


def stateless_random_hue(image: Any, max_delta: float, seed: Any) -> Tensor:
    """As `random_hue`, the same for the same seed of two numbers."""
    return random_hue(image, max_delta, _one_seed(seed))


def stateless_random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Tensor:
    """As `random_saturation`, the same for the same seed of two numbers."""
    return random_saturation(image, lower, upper, _one_seed(seed))


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Returns images with their one channel three times."""
    images = ops.convert_to_tensor(images)
    return ops.tile(images, (*[1] * (images.ndim - 1), 3))


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """Returns images with one channel, of the dtype they had."""
    floats, dtype = _as_float(images)
    weights = np.array([0.2989, 0.587, 0.114], "float32")
    return convert_image_dtype(ops.sum(floats * weights, axis=-1, keepdims=True), dtype)


def rgb_to_hsv(images: Any, name: str | None = None) -> Tensor:
    """Returns the hue, saturation and value of colours."""
    return ops.image.rgb_to_hsv(images, data_format="channels_last")


def hsv_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Returns the colours of hues, saturations and values."""
    return ops.image.hsv_to_rgb(images, data_format="channels_last")


def per_image_standardization(image: Any) -> Tensor:
    """Returns images with mean 0 and variance 1, each by itself."""
    image = ops.cast(image, "float32")
    axes = (-3, -2, -1)
    least = 1.0 / float(np.sqrt(np.prod(image.shape[-3:])))
    spread = ops.maximum(ops.std(image, axis=axes, keepdims=True), least)
    return ops.divide(image - ops.mean(image, axis=axes, keepdims=True), spread)


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """Returns how near images are, in decibels, an image a number."""
    a, b = ops.cast(a, "float32"), ops.cast(b, "float32")
    error = ops.mean(ops.square(a - b), axis=(-3, -2, -1))
    ten = float(np.log(10.0))
    return 20 * float(np.log10(float(max_val))) - 10 / ten * ops.log(error)
