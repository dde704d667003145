"""Owns the layers that change the colours of images: `RandomHue`, `AutoContrast` and others."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import Fraction, Seed, Vector, checked
from pykeras_core.layers.augmentation import RandomImageLayer, Range, _range

__all__ = [
    "AutoContrast",
    "RandomColorDegeneration",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPosterization",
    "RandomSaturation",
    "Solarization",
]


def _in_order(layer: str, value_range: Any) -> Range:
    """The darkest and the brightest value."""
    values = list(value_range)
    if len(values) != 2:
        raise ValueError(f"`{layer}` expected `value_range` as a pair, received {value_range!r}.")
    low, high = sorted(float(value) for value in values)
    return low, high


class _ColorLayer(RandomImageLayer):
    """A layer that knows the darkest and the brightest value."""

    @checked
    def __init__(
        self, value_range: Vector, seed: Seed, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.value_range = _in_order(type(self).__name__, value_range)

    def _to(self, images: Any, top: float) -> Any:
        """Images whose values reach from 0 to `top`."""
        low, high = self.value_range
        return (images - low) * (top / (high - low))

    def _back(self, images: Any, top: float) -> Any:
        """Undoes `_to`."""
        low, high = self.value_range
        return images * ((high - low) / top) + low

    def _channels(self, images: Any) -> list[Any]:
        return ops.split(images, images.shape[self._channel_axis()], axis=self._channel_axis())

    def _channel_axis(self) -> int:
        return -1 if self.data_format == "channels_last" else 1

    def _each(self, bounds: Range, images: Any) -> Any:
        """A number for each image, in the form of a batch."""
        return ops.reshape(self._draw(images.shape[0], bounds), (-1, 1, 1, 1))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "value_range": list(self.value_range)}


class _OneFactor(_ColorLayer):
    """A colour layer with a `factor`."""

    _bounds = (0.0, 1.0)

    @checked
    def __init__(
        self, factor: Any, value_range: Vector, seed: Seed, data_format: str | None, **kwargs: Any
    ) -> None:
        super().__init__(value_range, seed, data_format=data_format, **kwargs)
        self.factor = _range(type(self).__name__, "factor", factor, *self._bounds)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "factor": list(self.factor)}


class AutoContrast(_ColorLayer):
    """Stretches each channel of each image over the whole range.

    Args:
        value_range: The darkest and the brightest value, default (0, 255).
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> AutoContrast()(np.float32([[[[50.0], [100.0]]]])).numpy().ravel().tolist()
        [0.0, 255.0]
    """

    @checked
    def __init__(self, value_range: Vector = (0, 255), **kwargs: Any) -> None:
        kwargs.pop("seed", None)
        super().__init__(value_range, None, **kwargs)

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns the images as floats, stretched."""
        return self._change(ops.cast(images, self.compute_dtype))

    def _change(self, images: Any) -> Any:
        bright = self._to(images, 255.0)
        axes = tuple(axis for axis in (1, 2, 3) if axis != self._channel_axis() % 4)
        low = ops.min(bright, axis=axes, keepdims=True)
        high = ops.max(bright, axis=axes, keepdims=True)
        flat = ops.equal(high, low)
        scale = 255.0 / ops.where(flat, 1.0, high - low)
        stretched = ops.clip(bright * scale - low * scale, 0.0, 255.0)
        return ops.where(flat, images, self._back(stretched, 255.0))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["seed"]
        return config


class Solarization(_ColorLayer):
    """Adds a number to images, then inverts what is above a threshold.

    Args:
        addition_factor: A number or a pair: how much of 255 is added, default 0.
        threshold_factor: A number or a pair: the threshold's share of 255, default 0.
        value_range: The darkest and the brightest value, default (0, 255).
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If a factor is not from 0 to 1.
    """

    @checked
    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Vector = (0, 255),
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, seed, **kwargs)
        self.addition_factor = _range("Solarization", "addition_factor", addition_factor, 0.0)
        self.threshold_factor = _range("Solarization", "threshold_factor", threshold_factor, 0.0)

    def _change(self, images: Any) -> Any:
        additions, thresholds = (
            self._each((low, high * 255), images)
            for low, high in (self.addition_factor, self.threshold_factor)
        )
        bright = ops.clip(self._to(images, 255.0) + additions, 0.0, 255.0)
        found = ops.where(ops.less(bright, thresholds), bright, 255.0 - bright)
        return self._back(found, 255.0)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "addition_factor": list(self.addition_factor),
            "threshold_factor": list(self.threshold_factor),
        }


class RandomInvert(_OneFactor):
    """Turns dark into bright in some of the images.

    Args:
        factor: How likely, from 0 to 1, or a pair between which that is drawn; default 1.
        value_range: The darkest and the brightest value, default (0, 255).
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is not from 0 to 1.
    """

    @checked
    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Vector = (0, 255),
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, seed, data_format, **kwargs)

    def _change(self, images: Any) -> Any:
        likely = self._each(self.factor, images)
        chosen = ops.less(self._each((0.0, 1.0), images), likely)
        return ops.where(chosen, self.value_range[1] - images, images)


class RandomGrayscale(RandomImageLayer):
    """Takes the colours out of some of the images, which keep three channels.

    Args:
        factor: How likely, from 0 to 1, default 0.5.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.
    """

    @checked
    def __init__(
        self,
        factor: Fraction = 0.5,
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.factor = factor

    def _change(self, images: Any) -> Any:
        chance = ops.reshape(self._draw(images.shape[0], (0.0, 1.0)), (-1, 1, 1, 1))
        gray = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        return ops.where(ops.less(chance, self.factor), gray, images)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "factor": self.factor}


class RandomPosterization(_OneFactor):
    """Leaves only some of the 8 bits of each value.

    Args:
        factor: How many bits, from 1 to 8, or a pair between which that is drawn.
        value_range: The darkest and the brightest value, default (0, 255).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is not from 1 to 8.
    """

    _bounds = (1.0, 8.0)

    @checked
    def __init__(
        self,
        factor: Any,
        value_range: Vector = (0, 255),
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, seed, data_format, **kwargs)

    def _change(self, images: Any) -> Any:
        bits = ops.floor(self._each(self.factor, images))
        step = ops.power(2.0, 8.0 - bits)
        levels = ops.floor(self._to(images, 255.0))
        return self._back(ops.floor(levels / step) * step, 255.0)


class RandomSaturation(_OneFactor):
    """Makes colours weaker or stronger.

    Args:
        factor: A number from 0 to 1, or a pair: 0 takes all colour away, 0.5 changes nothing, 1
            makes it as strong as can be.
        value_range: The darkest and the brightest value, default (0, 255).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is not from 0 to 1.
    """

    @checked
    def __init__(
        self,
        factor: Any,
        value_range: Vector = (0, 255),
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, seed, data_format, **kwargs)

    def _change(self, images: Any) -> Any:
        drawn = self._each(self.factor, images)
        strength = drawn / (1.0 - drawn + 1e-7)
        hsv = ops.image.rgb_to_hsv(images, data_format=self.data_format)
        hue, saturation, value = self._channels(hsv)
        low, high = self.value_range
        strong = ops.clip(saturation * strength, low, high)
        joined = ops.concatenate([hue, strong, value], axis=self._channel_axis())
        return ops.image.hsv_to_rgb(joined, data_format=self.data_format)


class RandomHue(_OneFactor):
    """Turns colours around the colour circle, either way.

    Args:
        factor: A number from 0 to 1, or a pair: 0 changes nothing, 1 turns by half a circle.
        value_range: The darkest and the brightest value, default (0, 255).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is not from 0 to 1.
    """

    @checked
    def __init__(
        self,
        factor: Any,
        value_range: Vector = (0, 255),
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, seed, data_format, **kwargs)

    def _change(self, images: Any) -> Any:
        side = ops.where(ops.greater(self._each((0.0, 1.0), images), 0.5), -0.5, 0.5)
        turn = side * self._each(self.factor, images)
        hsv = ops.image.rgb_to_hsv(self._to(images, 1.0), data_format=self.data_format)
        hue, saturation, value = self._channels(hsv)
        turned = ops.mod(hue + turn, 1.0)
        joined = ops.concatenate([turned, saturation, value], axis=self._channel_axis())
        found = ops.image.hsv_to_rgb(joined, data_format=self.data_format)
        return self._back(ops.clip(found, 0.0, 1.0), 1.0)


class RandomColorDegeneration(_OneFactor):
    """Mixes images with their own grey.

    Args:
        factor: How much grey, from 0 to 1, or a pair between which that is drawn.
        value_range: The darkest and the brightest value, default (0, 255).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is not from 0 to 1.
    """

    @checked
    def __init__(
        self,
        factor: Any,
        value_range: Vector = (0, 255),
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, seed, data_format, **kwargs)

    def _change(self, images: Any) -> Any:
        gray = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        mixed = images + self._each(self.factor, images) * (gray - images)
        return ops.clip(mixed, *self.value_range)
