"""Owns the layers that even out how often values occur: `Equalization` and its local form."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import NonNegative, PositiveInt, PositiveInts, Vector, checked
from pykeras_core.layers.colors import _ColorLayer
from pykeras_core.ops.spatial import per_axis

__all__ = ["ContrastLimitedAdaptiveHistogramEqualization", "Equalization"]


def _counts(numbers: Any, size: int) -> Any:
    """How often each number below `size` occurs, as floats."""
    flat = ops.reshape(numbers, (-1,))
    return ops.segment_sum(ops.ones(flat.shape, "float32"), flat, num_segments=size)


class Equalization(_ColorLayer):
    """Makes all values of a channel about as frequent, in all images of a batch together.

    Args:
        value_range: The darkest and the brightest value, default (0, 255).
        bins: How many values are told apart, default 256.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> Equalization()(np.float32([[[[10.0], [11.0], [12.0]]]])).numpy().ravel().tolist()
        [0.0, 128.0, 255.0]
    """

    @checked
    def __init__(
        self,
        value_range: Vector = (0, 255),
        bins: PositiveInt = 256,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, None, data_format, **kwargs)
        self.bins = bins

    def _change(self, images: Any) -> Any:
        axis = self._channel_axis()
        evened = [self._evened(channel) for channel in self._channels(self._to(images, 255.0))]
        return self._back(ops.concatenate(evened, axis=axis), 255.0)

    def _evened(self, channel: Any) -> Any:
        """One channel, from 0 to 255."""
        last = self.bins - 1
        places = ops.clip(ops.cast(channel * last / 255.0, "int32"), 0, last)
        counts = _counts(places, self.bins)
        so_far = ops.cumsum(counts)
        first = ops.min(ops.where(so_far > 0, so_far, so_far[-1]))
        span = so_far[-1] - first
        table = (so_far - first) * 255.0 / ops.where(span > 0, span, 1.0)
        table = ops.clip(ops.round(table), 0.0, 255.0)
        found = ops.cast(ops.clip(channel / 255.0 * last, 0.0, float(last)), "int32")
        single = ops.less_equal(ops.sum(ops.cast(counts > 0, "int32")), 1)
        return ops.where(single, channel, ops.take(table, found))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = {**super().get_config(), "bins": self.bins}
        del config["seed"]
        return config


class ContrastLimitedAdaptiveHistogramEqualization(_ColorLayer):
    """Makes values about as frequent in each part of an image, but no contrast too strong.

    Between the middles of parts, what they make of a value is interpolated.

    Args:
        value_range: The darkest and the brightest value, default (0, 255).
        clip_limit: How much more frequent than on average a value may count, default 4; 0 for
            no limit.
        tile_grid_size: How many parts there are downwards and across, default (8, 8).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Source:
        Pizer et al. 1987.
    """

    @checked
    def __init__(
        self,
        value_range: Vector = (0, 255),
        clip_limit: NonNegative = 4.0,
        tile_grid_size: PositiveInts = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, None, data_format, **kwargs)
        self.clip_limit = clip_limit
        per_axis(type(self).__name__, "tile_grid_size", tile_grid_size, 2)
        self.tile_grid_size = tile_grid_size

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns the images as floats, evened out, in training or not."""
        return self._change(ops.cast(images, self.compute_dtype))

    def _change(self, images: Any) -> Any:
        first = self.data_format == "channels_first"
        batch = ops.transpose(images, (0, 2, 3, 1)) if first else images
        batch = self._back(self._evened(self._to(batch, 255.0)), 255.0)
        return ops.transpose(batch, (0, 3, 1, 2)) if first else batch

    def _evened(self, images: Any) -> Any:
        count, height, width, channels = images.shape
        grid = per_axis(type(self).__name__, "tile_grid_size", self.tile_grid_size, 2)
        tile = (-(-height // grid[0]), -(-width // grid[1]))
        missing = (tile[0] * grid[0] - height, tile[1] * grid[1] - width)
        whole = ops.pad(images, ((0, 0), (0, missing[0]), (0, missing[1]), (0, 0)), "symmetric")
        pixels = ops.cast(ops.clip(whole, 0.0, 255.0), "int32")
        # What each part makes of each value: (image, row, column, channel, value), with the
        # outermost parts repeated around.
        table = self._tables(pixels, grid, tile)
        table = ops.pad(table, ((0, 0), (1, 1), (1, 1), (0, 0), (0, 0)), "symmetric")
        flat = ops.reshape(table, (-1,))
        y0, y1, down = _between(whole.shape[1], tile[0], grid[0])
        x0, x1, across = _between(whole.shape[2], tile[1], grid[1])
        of_image = ops.reshape(ops.arange(count, dtype="int32"), (-1, 1, 1, 1))
        of_channel = ops.arange(channels, dtype="int32")
        size = (grid[0] + 2, grid[1] + 2, channels)

        def read(row: Any, column: Any) -> Any:
            row, column = ops.reshape(row, (1, -1, 1, 1)), ops.reshape(column, (1, 1, -1, 1))
            place = ((of_image * size[0] + row) * size[1] + column) * size[2] + of_channel
            return ops.take(flat, place * 256 + pixels)

        down, across = ops.reshape(down, (1, -1, 1, 1)), ops.reshape(across, (1, 1, -1, 1))
        above = read(y0, x0) * (1.0 - across) + read(y0, x1) * across
        below = read(y1, x0) * (1.0 - across) + read(y1, x1) * across
        evened = above * (1.0 - down) + below * down
        return evened[:, :height, :width]

    def _tables(self, pixels: Any, grid: Any, tile: tuple[int, int]) -> Any:
        """What each part makes of each value."""
        count, channels = pixels.shape[0], pixels.shape[-1]
        parts = ops.reshape(pixels, (count, grid[0], tile[0], grid[1], tile[1], channels))
        parts = ops.transpose(parts, (0, 1, 3, 5, 2, 4))
        shape = parts.shape[:4]
        number = shape[0] * shape[1] * shape[2] * shape[3]
        rows = ops.reshape(parts, (number, -1))
        starts = ops.expand_dims(ops.arange(number, dtype="int32") * 256, -1)
        counts = ops.reshape(_counts(rows + starts, number * 256), (*shape, 256))
        area = float(tile[0] * tile[1])
        if self.clip_limit > 0:
            kept = ops.minimum(counts, self.clip_limit * area / 256.0)
            excess = ops.sum(counts - kept, axis=-1, keepdims=True)
            counts = kept + excess / 256.0
        so_far = ops.cumsum(counts, axis=-1)
        least = ops.min(so_far, axis=-1, keepdims=True)
        span = ops.where(ops.equal(area - least, 0.0), 1.0, area - least)
        return ops.clip((so_far - least) * 255.0 / span, 0.0, 255.0)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = {
            **super().get_config(),
            "value_range": self.value_range,
            "clip_limit": self.clip_limit,
            "tile_grid_size": self.tile_grid_size,
        }
        del config["seed"]
        return config


def _between(length: int, tile: int, parts: int) -> tuple[Any, Any, Any]:
    """For each place the part whose middle is before it, the next one, and how near that is."""
    place = (ops.arange(length, dtype="float32") - tile / 2.0) / tile + 1.0
    before = ops.floor(place)
    lower, upper = (
        ops.cast(ops.clip(part, 0.0, parts + 1.0), "int32") for part in (before, before + 1.0)
    )
    return lower, upper, place - before
