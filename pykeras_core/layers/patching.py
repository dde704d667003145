"""Owns the layers that replace a part of an image: `RandomErasing` and `CutMix`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import Seed, Vector, checked, refuse
from pykeras_core.layers.augmentation import RandomImageLayer, Range, _range
from pykeras_core.layers.colors import _in_order

__all__ = ["CutMix", "RandomErasing"]


class _Part(RandomImageLayer):
    """A layer that draws a rectangle in each image."""

    def _bounds(self, shares: Any, length: int) -> tuple[Any, Any]:
        """Where a part of the images begins and ends along an axis; `shares` are (images,)."""
        size = shares * float(length)
        start = random.uniform(shares.shape, 0.0, 1.0, seed=self.generator) * (length - size)
        return start, start + size

    def _inside(self, images: Any, x: Any, y: Any) -> Any:
        """Whether each pixel lies in its image's rectangle, in the form of a batch."""
        rows, columns = self._size_axes(4)
        within = ops.ones((1, 1, 1, 1), "bool")
        for axis, (start, end) in ((columns, x), (rows, y)):
            form = [1] * 4
            form[axis] = images.shape[axis]
            place = ops.reshape(ops.arange(images.shape[axis], dtype="float32"), form)
            start, end = (ops.reshape(bound, (-1, 1, 1, 1)) for bound in (start, end))
            along = ops.logical_and(place >= start, place < end)
            within = ops.logical_and(within, along)
        return within


class RandomErasing(_Part):
    """Fills a rectangle of each image with noise or a colour.

    Args:
        factor: The chance that an image is changed, or a pair between which it is drawn.
        scale: How much of height and width the rectangle takes, squared; a pair.
        fill_value: A number or three; `None` (default) for noise.
        value_range: Smallest and largest value of a pixel, to which what is filled in is limited.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.

    Source:
        Zhong et al. 2017, https://arxiv.org/abs/1708.04896.
    """

    @checked
    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Vector = (0, 255),
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.factor = _range("RandomErasing", "factor", factor, 0.0)
        self.scale = _range("RandomErasing", "scale", scale, 0.0)
        numbers = fill_value if isinstance(fill_value, list | tuple) else [fill_value] * 3
        known = all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
        if fill_value is not None and not (known and len(numbers) == 3):
            raise refuse("RandomErasing", "fill_value", "a number, three or None", fill_value)
        self.fill_value = fill_value
        _in_order(type(self).__name__, value_range)
        self.value_range = value_range

    def _change(self, images: Any) -> Any:
        count = images.shape[0]
        rows, columns = self._size_axes(4)
        low, high = self.scale
        shares = ops.sqrt(random.uniform((count, 2), low, high, seed=self.generator))
        x = self._bounds(shares[:, 0], images.shape[columns])
        y = self._bounds(shares[:, 1], images.shape[rows])
        erased = ops.where(self._inside(images, x, y), self._filling(images), images)
        return ops.where(self._chosen(count, self.factor), erased, images)

    def _filling(self, images: Any) -> Any:
        low, high = (float(value) for value in self.value_range)
        if self.fill_value is None:
            return ops.clip(random.normal(images.shape, seed=self.generator) * high, low, high)
        colour = ops.array(self.fill_value, "float32")
        if isinstance(self.fill_value, list | tuple) and self.data_format == "channels_first":
            colour = ops.reshape(colour, (3, 1, 1))
        return ops.clip(colour, low, high)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "factor": self.factor,
            "scale": self.scale,
            "fill_value": self.fill_value,
            "value_range": self.value_range,
        }


class CutMix(_Part):
    """Replaces a rectangle of each image by that of another one of the batch, and mixes labels.

    Labels are rows of probabilities, such as `to_categorical` makes.

    Args:
        factor: Between which numbers the parameter of the beta distribution is drawn that the
            size of rectangles follows; a number for all from 0.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is out of range.

    Source:
        Yun et al. 2019, https://arxiv.org/abs/1905.04899.
    """

    @checked
    def __init__(
        self,
        factor: Any = 1.0,
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.factor: Range = _range("CutMix", "factor", factor, 0.0)

    def call(self, data: Any, training: bool = True) -> Any:
        """Returns images with parts of others; of a dict, with labels mixed in the same shares.

        Args:
            data: Images, or a dict with `"images"` and `"labels"`.
            training: Whether to mix.
        """
        images = data["images"] if isinstance(data, dict) else data
        if not training or len(images.shape) != 4:
            return super().call(data, training)
        if isinstance(data, dict):
            super().call(data, training=False)  # refuses what cannot be mixed
        images = ops.cast(images, self.compute_dtype)
        order, inside, kept = self._drawn(images)
        mixed = ops.where(inside, ops.take(images, order, axis=0), images)
        if not isinstance(data, dict):
            return mixed
        if "labels" not in data:
            return {**data, "images": mixed}
        labels = ops.cast(data["labels"], self.compute_dtype)
        own = ops.reshape(kept, (-1, *[1] * (len(labels.shape) - 1)))
        labels = own * labels + (1.0 - own) * ops.take(labels, order, axis=0)
        return {**data, "images": mixed, "labels": labels}

    def _drawn(self, images: Any) -> tuple[Any, Any, Any]:
        """Whose part each image gets, where, and how much of it stays."""
        count = images.shape[0]
        rows, columns = self._size_axes(4)
        height, width = images.shape[rows], images.shape[columns]
        alpha = random.uniform((), *self.factor, seed=self.generator) + 1e-6
        share = random.beta((count,), alpha, alpha, seed=self.generator)
        side = ops.sqrt(1.0 - share)
        x, y = self._bounds(side, width), self._bounds(side, height)
        kept = 1.0 - (x[1] - x[0]) * (y[1] - y[0]) / float(width * height)
        order = random.shuffle(ops.arange(count, dtype="int32"), seed=self.generator)
        return order, self._inside(images, x, y), kept

    def _change(self, images: Any) -> Any:
        return images

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "factor": self.factor}
