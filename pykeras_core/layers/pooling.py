"""Owns pooling by windows: maxima, averages, and both with a number of windows given."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import PositiveInts, checked, in_order
from pykeras_core.layers.spatial import SpatialLayer, window_count

__all__ = [
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
]


@in_order("name")
class _Pooling(SpatialLayer):
    """A reduction of each window to one value a channel."""

    _pool: Any

    @checked
    def __init__(
        self,
        pool_size: PositiveInts,
        strides: PositiveInts = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.pool_size = self._ints("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else self._ints("strides", strides)
        found = padding.lower() if isinstance(padding, str) else padding
        if found not in ("valid", "same"):
            raise ValueError(
                f"`{type(self).__name__}` expected `padding` to be 'valid' or 'same', received "
                f"{padding!r}."
            )
        self.padding = found
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns one value for each window and channel."""
        return type(self)._pool(
            inputs,
            pool_size=self.pool_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with the counts of windows."""
        axes = zip(self._spatial(input_shape), self.pool_size, self.strides, strict=True)
        spatial = tuple(window_count(n, size, stride, self.padding) for n, size, stride in axes)
        if any(count is not None and count < 1 for count in spatial):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}': a window of {self.pool_size} does not fit "
                f"into inputs of shape {tuple(input_shape)}. Use `padding='same'`, a smaller "
                "`pool_size` or larger inputs."
            )
        channels = input_shape[1 if self._channels_first else -1]
        return self._shape_of(input_shape[0], spatial, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
        }


class _MaxPooling(_Pooling):
    _pool = staticmethod(ops.max_pool)


class _AveragePooling(_Pooling):
    _pool = staticmethod(ops.average_pool)


@in_order("strides", "padding", "data_format", "name")
class MaxPooling1D(_MaxPooling):
    """The maximum of each window of a sequence.

    Args:
        pool_size: Size of the window, default 2.
        strides: Distance between windows; default `pool_size`.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(steps / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, windows, channels)`.

    Example:
        >>> import numpy as np
        >>> MaxPooling1D()(np.array([[[1.0], [3.0], [2.0], [0.0]]])).numpy().ravel().tolist()
        [3.0, 2.0]
    """

    _rank = 1

    @checked
    def __init__(self, pool_size: PositiveInts = 2, *args: Any, **kwargs: Any) -> None:
        super().__init__(pool_size, *args, **kwargs)


@in_order("strides", "padding", "data_format", "name")
class MaxPooling2D(_MaxPooling):
    """The maximum of each window of an image.

    Args:
        pool_size: Size of the window: an int, or (height, width); default (2, 2).
        strides: Distance between windows: an int, or one an axis; default `pool_size`.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, windows down, windows across, channels)`.

    Raises:
        ValueError: If an argument is out of range, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> MaxPooling2D()(np.zeros((2, 28, 28, 8))).shape
        (2, 14, 14, 8)
    """

    _rank = 2

    @checked
    def __init__(self, pool_size: PositiveInts = (2, 2), *args: Any, **kwargs: Any) -> None:
        super().__init__(pool_size, *args, **kwargs)


@in_order("strides", "padding", "data_format", "name")
class MaxPooling3D(_MaxPooling):
    """The maximum of each window of a volume.

    Args:
        pool_size: Size of the window: an int, or (depth, height, width); default (2, 2, 2).
        strides: Distance between windows: an int, or one an axis; default `pool_size`.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, depth, height, width, channels)`.

    Output shape:
        `(batch, *windows, channels)`.
    """

    _rank = 3

    @checked
    def __init__(self, pool_size: PositiveInts = (2, 2, 2), *args: Any, **kwargs: Any) -> None:
        super().__init__(pool_size, *args, **kwargs)


class AveragePooling1D(_AveragePooling):
    """The mean of each window of a sequence; padding does not count.

    Args:
        pool_size: Size of the window.
        strides: Distance between windows; default `pool_size`.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(steps / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, windows, channels)`.

    Example:
        >>> import numpy as np
        >>> layer = AveragePooling1D(2, padding="same")
        >>> layer(np.array([[[1.0], [3.0], [5.0]]])).numpy().ravel().tolist()
        [2.0, 5.0]
    """

    _rank = 1


class AveragePooling2D(_AveragePooling):
    """The mean of each window of an image; padding does not count.

    Args:
        pool_size: Size of the window: an int, or (height, width).
        strides: Distance between windows: an int, or one an axis; default `pool_size`.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, windows down, windows across, channels)`.

    Raises:
        ValueError: If an argument is out of range, or no window fits into the inputs.

    Example:
        >>> import numpy as np
        >>> AveragePooling2D(2)(np.zeros((2, 28, 28, 8))).shape
        (2, 14, 14, 8)
    """

    _rank = 2


class AveragePooling3D(_AveragePooling):
    """The mean of each window of a volume; padding does not count.

    Args:
        pool_size: Size of the window: an int, or (depth, height, width).
        strides: Distance between windows: an int, or one an axis; default `pool_size`.
        padding: `"valid"` for windows that fit, `"same"` for `ceil(size / stride)` windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, depth, height, width, channels)`.

    Output shape:
        `(batch, *windows, channels)`.
    """

    _rank = 3


class _AdaptivePooling(SpatialLayer):
    """A reduction of as many windows as asked for, which together cover the inputs."""

    _pool: Any

    @checked
    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.output_size = self._ints("output_size", output_size)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns one value for each window and channel."""
        return type(self)._pool(inputs, self.output_size, data_format=self.data_format)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with `output_size`."""
        channels = input_shape[1 if self._channels_first else -1]
        return self._shape_of(input_shape[0], self.output_size, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "output_size": self.output_size}


class _AdaptiveMaxPooling(_AdaptivePooling):
    _pool = staticmethod(ops.adaptive_max_pool)


class _AdaptiveAveragePooling(_AdaptivePooling):
    _pool = staticmethod(ops.adaptive_average_pool)


class AdaptiveMaxPooling1D(_AdaptiveMaxPooling):
    """The maxima of `output_size` windows that together cover a sequence.

    Args:
        output_size: Number of windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 1


class AdaptiveMaxPooling2D(_AdaptiveMaxPooling):
    """The maxima of `output_size` windows that together cover an image.

    Args:
        output_size: Number of windows: an int, or (down, across).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling2D(4)(np.zeros((1, 10, 7, 3))).shape
        (1, 4, 4, 3)
    """

    _rank = 2


class AdaptiveMaxPooling3D(_AdaptiveMaxPooling):
    """The maxima of `output_size` windows that together cover a volume.

    Args:
        output_size: Number of windows: an int, or one an axis.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 3


class AdaptiveAveragePooling1D(_AdaptiveAveragePooling):
    """The means of `output_size` windows that together cover a sequence.

    Args:
        output_size: Number of windows.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 1


class AdaptiveAveragePooling2D(_AdaptiveAveragePooling):
    """The means of `output_size` windows that together cover an image.

    Args:
        output_size: Number of windows: an int, or (down, across).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling2D((1, 2))(np.zeros((1, 10, 7, 3))).shape
        (1, 1, 2, 3)
    """

    _rank = 2


class AdaptiveAveragePooling3D(_AdaptiveAveragePooling):
    """The means of `output_size` windows that together cover a volume.

    Args:
        output_size: Number of windows: an int, or one an axis.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 3
