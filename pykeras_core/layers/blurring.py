"""Owns the layers that make images blurred or sharp: `RandomGaussianBlur`, `RandomSharpness`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import PositiveInts, Seed, Vector, checked, refuse
from pykeras_core.layers.augmentation import RandomImageLayer, _range
from pykeras_core.layers.colors import _in_order, _OneFactor
from pykeras_core.ops.spatial import per_axis

__all__ = ["RandomGaussianBlur", "RandomSharpness"]


class RandomGaussianBlur(RandomImageLayer):
    """Blurs images by a Gauss curve.

    Args:
        factor: The chance that an image is changed, or a pair between which it is drawn.
        kernel_size: Width and height of the window, odd, or one number for both.
        sigma: The curve's deviation from 0 to 1, a number for all up to it, or a pair.
        value_range: Smallest and largest value of a pixel, to which results are limited.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: PositiveInts = 3,
        sigma: Any = 1.0,
        value_range: Vector = (0, 255),
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        name = "RandomGaussianBlur"
        self.factor = _range(name, "factor", factor, 0.0)
        self.kernel_size = per_axis(name, "kernel_size", kernel_size, 2)
        if any(size % 2 == 0 for size in self.kernel_size):
            raise refuse(name, "kernel_size", "odd numbers", kernel_size)
        self.sigma = _range(name, "sigma", sigma, 0.0)
        _in_order(type(self).__name__, value_range)
        self.value_range = value_range

    def _change(self, images: Any) -> Any:
        chosen = self._chosen(images.shape[0], self.factor)
        sigma = random.uniform((2,), *self.sigma, seed=self.generator) + 1e-6
        blurred = ops.image.gaussian_blur(
            images, kernel_size=self.kernel_size, sigma=sigma, data_format=self.data_format
        )
        low, high = (float(value) for value in self.value_range)
        return ops.clip(ops.where(chosen, blurred, images), low, high)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "factor": self.factor,
            "kernel_size": self.kernel_size,
            "sigma": self.sigma,
            "value_range": self.value_range,
        }


class RandomSharpness(_OneFactor):
    """Makes images blurred or sharp.

    Args:
        factor: A number from 0 to 1, or a pair: 0 blurs, 0.5 changes nothing, 1 sharpens.
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
        first = self.data_format == "channels_first"
        batch = ops.transpose(images, (0, 2, 3, 1)) if first else images
        weights = ops.reshape(ops.array([1, 1, 1, 1, 5, 1, 1, 1, 1], "float32"), (3, 3, 1, 1))
        window = ops.tile(weights / 13.0, (1, 1, batch.shape[-1], 1))
        smooth = ops.depthwise_conv(batch, window, 1, "same", "channels_last")
        strength = 2.0 * self._each(self.factor, images)
        found = ops.clip(batch + (1.0 - strength) * (smooth - batch), *self.value_range)
        return ops.transpose(found, (0, 3, 1, 2)) if first else found
