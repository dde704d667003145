"""Owns the layers that change images at random while a model trains: `RandomFlip` and others."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import Seed, Vector, checked
from pykeras_core.layers.image_layers import ImageLayer

__all__ = [
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomImageLayer",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
]

Range = tuple[float, float]

_MODES = ("horizontal", "vertical", "horizontal_and_vertical")
_FILL_MODES = ("constant", "nearest", "reflect", "wrap")
_INTERPOLATIONS = ("nearest", "bilinear")


def _range(layer: str, argument: str, value: Any, least: float, most: float = 1.0) -> Range:
    """(lower, upper) of a factor: a number stands for all from minus to plus itself."""
    numbers = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    real = all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in numbers)
    if len(numbers) > 2 or not numbers or not real or not all(least <= n <= most for n in numbers):
        raise ValueError(
            f"`{layer}` expected `{argument}` as a number from {least} to {most}, or a pair of "
            f"them, received {value!r}."
        )
    if len(numbers) == 1:
        size = abs(numbers[0])
        return max(-size, least), size
    lower, upper = sorted(numbers)
    return lower, upper


def _choice(layer: str, argument: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(
            f"`{layer}` expected `{argument}` to be one of {allowed}, received {value!r}."
        )
    return str(value)


class RandomImageLayer(ImageLayer):
    """A layer that changes each image of a batch by numbers of its own, in training."""

    @checked
    def __init__(self, seed: Seed, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns the images as floats, in training changed at random."""
        images = ops.cast(images, self.compute_dtype)
        return self._change(images) if training else images

    def _change(self, images: Any) -> Any:
        raise NotImplementedError

    def _draw(self, count: int, bounds: Range) -> Any:
        """One number for each image, `(images, 1)`."""
        return random.uniform((count, 1), bounds[0], bounds[1], seed=self.generator)

    def _chosen(self, count: int, chances: Range) -> Any:
        """Whether each image is to be changed, with a chance between these bounds."""
        chance, drawn = self._draw(count, chances), self._draw(count, (0.0, 1.0))
        return ops.reshape(ops.less(drawn, chance), (-1, 1, 1, 1))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "seed": self.seed}


class RandomFlip(RandomImageLayer):
    """Flips half of the images.

    Args:
        mode: `"horizontal"`, `"vertical"` or `"horizontal_and_vertical"` (default: both at once).
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `mode` is another word.

    Example:
        >>> import numpy as np
        >>> images = np.arange(4.0).reshape(1, 1, 4, 1)
        >>> RandomFlip("horizontal")(images, training=False).numpy().ravel().tolist()
        [0.0, 1.0, 2.0, 3.0]
    """

    @checked
    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.mode = _choice("RandomFlip", "mode", mode, _MODES)

    def _change(self, images: Any) -> Any:
        flips = ops.less_equal(self._draw(images.shape[0], (0.0, 1.0)), 0.5)
        flips = ops.reshape(flips, (-1, 1, 1, 1))
        rows, columns = self._size_axes(4)
        if self.mode != "vertical":
            images = ops.where(flips, ops.flip(images, columns), images)
        if self.mode != "horizontal":
            images = ops.where(flips, ops.flip(images, rows), images)
        return images

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "mode": self.mode}


class _RandomTransform(RandomImageLayer):
    """A geometric transform by random numbers."""

    @checked
    def __init__(
        self,
        fill_mode: str,
        interpolation: str,
        seed: Seed,
        fill_value: float,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        name = type(self).__name__
        self.fill_mode = _choice(name, "fill_mode", fill_mode, _FILL_MODES)
        self.interpolation = _choice(name, "interpolation", interpolation, _INTERPOLATIONS)
        self.fill_value = fill_value

    def _change(self, images: Any) -> Any:
        rows, columns = self._size_axes(4)
        height, width = images.shape[rows], images.shape[columns]
        columns_of_matrix = self._matrix(images.shape[0], height, width)
        zeros = ops.zeros((images.shape[0], 2))
        return ops.image.affine_transform(
            images,
            ops.concatenate([*columns_of_matrix, zeros], axis=1),
            interpolation=self.interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def _matrix(self, count: int, height: int, width: int) -> list[Any]:
        """The six numbers of the transform, each `(images, 1)`."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "fill_mode": self.fill_mode,
            "interpolation": self.interpolation,
            "fill_value": self.fill_value,
        }


class RandomRotation(_RandomTransform):
    """Turns each image around its middle.

    Args:
        factor: How far, in full turns: 0.1 for up to 36 degrees either way, or a pair of bounds,
            positive counter-clockwise; each from -1 to 1.
        fill_mode: What comes in from outside: `"reflect"` (default), `"wrap"`, `"constant"` or
            `"nearest"`.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        seed: An int, or `None`.
        fill_value: For `"constant"`, default 0.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Seed = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.factor = _range("RandomRotation", "factor", factor, -1.0)

    def _matrix(self, count: int, height: int, width: int) -> list[Any]:
        angle = self._draw(count, self.factor) * (2 * math.pi)
        cos, sin = ops.cos(angle), ops.sin(angle)
        x, y = (width - 1) / 2, (height - 1) / 2
        return [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "factor": self.factor}


class RandomTranslation(_RandomTransform):
    """Moves each image.

    Args:
        height_factor: How far down, as a share of the height: 0.2 for up to a fifth either way,
            or a pair of bounds; each from -1 to 1.
        width_factor: How far to the right, as a share of the width.
        fill_mode: What comes in from outside: `"reflect"` (default), `"wrap"`, `"constant"` or
            `"nearest"`.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        seed: An int, or `None`.
        fill_value: For `"constant"`, default 0.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Seed = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._height_range = _range("RandomTranslation", "height_factor", height_factor, -1.0)
        self._width_range = _range("RandomTranslation", "width_factor", width_factor, -1.0)

    def _matrix(self, count: int, height: int, width: int) -> list[Any]:
        down = self._draw(count, self._height_range) * float(height)
        right = self._draw(count, self._width_range) * float(width)
        one, zero = ops.ones((count, 1)), ops.zeros((count, 1))
        return [one, zero, -right, zero, one, -down]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }


class RandomZoom(_RandomTransform):
    """Zooms each image in or out.

    Args:
        height_factor: How far out, as a share of the height: 0.2 for up to a fifth in or out, or
            a pair of bounds; negative zooms in; each above -1, up to 1.
        width_factor: As a share of the width; default as the height, keeping the aspect ratio.
        fill_mode: What comes in from outside: `"reflect"` (default), `"wrap"`, `"constant"` or
            `"nearest"`.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        seed: An int, or `None`.
        fill_value: For `"constant"`, default 0.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Seed = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        above = math.nextafter(-1.0, 0.0)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._height_range = _range("RandomZoom", "height_factor", height_factor, above)
        self._width_range = None
        if width_factor is not None:
            self._width_range = _range("RandomZoom", "width_factor", width_factor, above)

    def _matrix(self, count: int, height: int, width: int) -> list[Any]:
        down = across = 1.0 + self._draw(count, self._height_range)
        if self._width_range is not None:
            across = 1.0 + self._draw(count, self._width_range)
        zero = ops.zeros((count, 1))
        x, y = (width - 1) / 2 * (1.0 - across), (height - 1) / 2 * (1.0 - down)
        return [across, zero, x, zero, down, y]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }


class RandomContrast(RandomImageLayer):
    """Moves the values of each channel away from their mean: `mean + (x - mean) * strength`.

    Args:
        factor: `strength` lies between 1 and 1 + `factor`, or for a pair between 1 - the smaller
            and 1 + the larger; each from 0 to 1.
        value_range: Smallest and largest value of a pixel, to which results are limited.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer, and `data_format`.

    Raises:
        ValueError: If `factor` is out of range.
    """

    @checked
    def __init__(
        self, factor: Any, value_range: Vector = (0, 255), seed: Seed = None, **kwargs: Any
    ) -> None:
        super().__init__(seed, **kwargs)
        self.factor = _range("RandomContrast", "factor", factor, 0.0)
        self.value_range = value_range

    def _change(self, images: Any) -> Any:
        bounds = (1.0 - self.factor[0], 1.0 + self.factor[1])
        strength = ops.reshape(self._draw(images.shape[0], bounds), (-1, 1, 1, 1))
        mean = ops.mean(images, axis=self._size_axes(4), keepdims=True)
        changed = (images - mean) * strength + mean
        return ops.clip(changed, float(self.value_range[0]), float(self.value_range[1]))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "factor": self.factor, "value_range": self.value_range}


class RandomBrightness(RandomImageLayer):
    """Adds a number to each image.

    Args:
        factor: The number as a share of `value_range`: 0.2 for up to a fifth either way, or a pair
            of bounds; each from -1 to 1.
        value_range: Smallest and largest value of a pixel, to which results are limited.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer, and `data_format`.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self, factor: Any, value_range: Vector = (0, 255), seed: Seed = None, **kwargs: Any
    ) -> None:
        super().__init__(seed, **kwargs)
        self.factor = _range("RandomBrightness", "factor", factor, -1.0)
        if not isinstance(value_range, (list, tuple)) or len(value_range) != 2:
            raise ValueError(
                "`RandomBrightness` expected `value_range` as a pair of numbers, received "
                f"{value_range!r}."
            )
        self.value_range = sorted(value_range)

    def _change(self, images: Any) -> Any:
        lowest, highest = (float(value) for value in self.value_range)
        share = ops.reshape(self._draw(images.shape[0], self.factor), (-1, 1, 1, 1))
        return ops.clip(images + share * (highest - lowest), lowest, highest)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "factor": self.factor, "value_range": self.value_range}
