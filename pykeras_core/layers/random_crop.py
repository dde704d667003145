"""Owns `RandomCrop`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import PositiveInt, Seed, checked, in_order
from pykeras_core.layers.augmentation import RandomImageLayer
from pykeras_core.ops.indexing import rows_at

__all__ = ["RandomCrop"]


@in_order("name")
class RandomCrop(RandomImageLayer):
    """Cuts a part out of images at a random place, in training; otherwise it leaves them alone.

    Of images that are not larger both ways, a part of the middle is resized.

    Args:
        height: Height of the results.
        width: Width of the results.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If a size is no positive int.

    Example:
        >>> import numpy as np
        >>> RandomCrop(2, 3)(np.ones((1, 8, 8, 1)), training=True).shape
        (1, 2, 3, 1)
    """

    @checked
    def __init__(
        self,
        height: PositiveInt,
        width: PositiveInt,
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.height = height
        self.width = width

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns parts of the images, as floats; the same place for all of a batch."""
        images = ops.cast(images, self.compute_dtype)
        rows, columns = self._size_axes(4)
        if not training:
            return images
        height, width = images.shape[rows], images.shape[columns]
        size = (self.height, self.width)
        if height > self.height and width > self.width:
            starts: Any = [
                random.randint((), 0, free + 1, seed=self.generator)
                for free in (height - self.height, width - self.width)
            ]
        else:  # as in Keras: from where a part of the aspect ratio would begin
            part = (width * self.height // self.width, height * self.width // self.height)
            starts = [
                (n - max(min(n, m), 1)) // 2 for n, m in zip((height, width), part, strict=True)
            ]
        for axis, start, length in zip((rows, columns), starts, size, strict=True):
            if isinstance(start, int):
                length = min(length, images.shape[axis] - start)
            places = ops.arange(length, dtype="int32") + start
            images = rows_at(images, places, axis)
        if (images.shape[rows], images.shape[columns]) == size:
            return images
        return ops.image.resize(images, size, data_format=self.data_format)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with the new height and width."""
        return self._resized(input_shape, self.height, self.width)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "height": self.height, "width": self.width}
