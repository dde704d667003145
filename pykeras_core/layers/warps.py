"""Owns the layers that bend images: `RandomShear`, `RandomPerspective` and an elastic one."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import Fraction, Seed, Vector, checked
from pykeras_core.layers.augmentation import (
    RandomImageLayer,
    _choice,
    _RandomTransform,
    _range,
)
from pykeras_core.layers.colors import _in_order
from pykeras_core.ops.image.warping import moved_by

__all__ = ["RandomElasticTransform", "RandomPerspective", "RandomShear"]

_INTERPOLATIONS = ("nearest", "bilinear")


class RandomShear(_RandomTransform):
    """Slants images, either way.

    Args:
        x_factor: How far rows are moved sideways, for each pixel further down; a number from 0 to
            1 for all from minus to plus itself, or a pair.
        y_factor: How far columns are moved down, for each pixel further to the right.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        fill_mode: What comes in from outside: `"reflect"` (default), `"wrap"`, `"constant"` or
            `"nearest"`.
        fill_value: For `"constant"`, default 0.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.x_factor = self._both_ways("x_factor", x_factor)
        self.y_factor = self._both_ways("y_factor", y_factor)

    @staticmethod
    def _both_ways(name: str, factor: Any) -> tuple[float, float]:
        if isinstance(factor, list | tuple):  # also what a configuration holds
            return _range("RandomShear", name, factor, -1.0)
        upper = _range("RandomShear", name, factor, 0.0)[1]
        return -upper, upper

    def _matrix(self, count: int, height: int, width: int) -> list[Any]:
        side = ops.where(ops.greater(self._draw(count, (0.0, 1.0)), 0.5), -1.0, 1.0)
        down = self._draw(count, self.y_factor) * side
        across = self._draw(count, self.x_factor) * side
        one, zero = ops.ones((count, 1)), ops.zeros((count, 1))
        return [one, across, zero, down, one, zero]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "x_factor": self.x_factor, "y_factor": self.y_factor}


class RandomPerspective(RandomImageLayer):
    """Shows images as if seen from elsewhere: their corners are moved at random.

    Args:
        factor: The chance that an image is changed, or a pair between which it is drawn.
        scale: How far corners are moved, at most by half of it times their coordinates, 0 to 1.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        fill_value: What comes in from outside, default 0.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        factor: Any = 1.0,
        scale: Fraction = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.factor = _range("RandomPerspective", "factor", factor, 0.0)
        self.scale = scale
        self.interpolation: Any = _choice(
            "RandomPerspective", "interpolation", interpolation, _INTERPOLATIONS
        )
        self.fill_value = fill_value

    def _change(self, images: Any) -> Any:
        count = images.shape[0]
        rows, columns = self._size_axes(4)
        bottom, right = images.shape[rows] - 1.0, images.shape[columns] - 1.0
        chosen = self._chosen(count, self.factor)
        far = 0.5 * self.scale
        shifts = random.uniform((count, 4, 2), -far, far, seed=self.generator)
        corners = [[0.0, 0.0], [right, 0.0], [0.0, bottom], [right, bottom]]
        start = ops.tile(ops.array([corners], "float32"), (count, 1, 1))
        changed = ops.image.perspective_transform(
            images,
            start,
            start + start * shifts,
            interpolation=self.interpolation,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )
        return ops.where(chosen, changed, images)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "factor": self.factor,
            "scale": self.scale,
            "interpolation": self.interpolation,
            "fill_value": self.fill_value,
        }


class RandomElasticTransform(RandomImageLayer):
    """Moves pixels at random, neighbours by about the same, as if images lay on rubber.

    Args:
        factor: The chance that an image is changed, or a pair between which it is drawn.
        scale: How far pixels are moved, from 0 to 1, or a pair between which it is drawn.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        fill_mode: What comes in from outside: `"reflect"` (default), `"wrap"`, `"constant"`,
            `"nearest"` or `"mirror"`.
        fill_value: For `"constant"`, default 0.
        value_range: Smallest and largest value of a pixel, to which results are limited.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.

    Source:
        Simard et al. 2003.
    """

    @checked
    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Vector = (0, 255),
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        name = "RandomElasticTransform"
        self.factor = _range(name, "factor", factor, 0.0)
        self.scale = _range(name, "scale", scale, 0.0)
        self.interpolation = _choice(name, "interpolation", interpolation, _INTERPOLATIONS)
        modes = ("constant", "nearest", "wrap", "mirror", "reflect")
        self.fill_mode = _choice(name, "fill_mode", fill_mode, modes)
        self.fill_value = fill_value
        _in_order(type(self).__name__, value_range)
        self.value_range = value_range

    def _change(self, images: Any) -> Any:
        if not self.factor[1] or not self.scale[1]:
            return images
        rows, columns = self._size_axes(4)
        count, height, width = (images.shape[axis] for axis in (0, rows, columns))
        chosen = self._chosen(count, self.factor)
        drawn = random.uniform((), self.scale[0], self.scale[1], seed=self.generator)
        short = 0.05 * min(height, width)
        alpha, sigma = 0.1 * max(height, width) * drawn, short * drawn
        first = self.data_format == "channels_first"
        batch = ops.transpose(images, (0, 2, 3, 1)) if first else images
        moved = moved_by(
            batch,
            random.normal((count, height, width, 2), seed=self.generator) * sigma,
            alpha,
            sigma,
            int(short * self.scale[1]),
            self.interpolation,
            self.fill_mode,
            self.fill_value,
        )
        moved = ops.transpose(moved, (0, 3, 1, 2)) if first else moved
        low, high = (float(value) for value in self.value_range)
        return ops.clip(ops.where(chosen, moved, images), low, high)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "factor": self.factor,
            "scale": self.scale,
            "interpolation": self.interpolation,
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "value_range": self.value_range,
        }
