"""Owns pooling of everything to one value a channel: `GlobalMaxPooling*`, `GlobalAverage*`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import checked
from pykeras_core.layers.spatial import SpatialLayer

__all__ = [
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
]


class _GlobalPooling(SpatialLayer):
    """A reduction over all spatial axes."""

    _reduce: Any

    @checked
    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.keepdims = keepdims
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns one value for each channel."""
        return type(self)._reduce(inputs, axis=self._spatial_axes(), keepdims=self.keepdims)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(batch, channels)`, or the shape with 1 for the spatial sizes."""
        channels = input_shape[1 if self._channels_first else -1]
        if not self.keepdims:
            return (input_shape[0], channels)
        return self._shape_of(input_shape[0], (1,) * self._rank, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "keepdims": self.keepdims}


class GlobalMaxPooling1D(_GlobalPooling):
    """The maximum of each channel over all steps.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        keepdims: Whether to keep the axis of steps, with length 1; default `False`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, channels)`.
    """

    _rank = 1
    _reduce = staticmethod(ops.max)


class GlobalMaxPooling2D(_GlobalPooling):
    """The maximum of each channel over all pixels.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        keepdims: Whether to keep the spatial axes, with length 1; default `False`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, channels)`.
    """

    _rank = 2
    _reduce = staticmethod(ops.max)


class GlobalMaxPooling3D(_GlobalPooling):
    """The maximum of each channel over all voxels.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        keepdims: Whether to keep the spatial axes, with length 1; default `False`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, depth, height, width, channels)`.

    Output shape:
        `(batch, channels)`.
    """

    _rank = 3
    _reduce = staticmethod(ops.max)


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel over all steps, or over those that a mask keeps.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        keepdims: Whether to keep the axis of steps, with length 1; default `False`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Output shape:
        `(batch, channels)`.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[1.0], [3.0], [8.0]]])
        >>> layer = GlobalAveragePooling1D()
        >>> layer(x).tolist(), layer(x, mask=np.array([[True, True, False]])).tolist()
        ([[4.0]], [[2.0]])
    """

    _rank = 1
    _reduce = staticmethod(ops.mean)

    @checked
    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, keepdims=keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Returns one value for each channel.

        Args:
            inputs: Tensor.
            mask: Bool tensor `(batch, steps)`: which steps count.

        Returns:
            Tensor `(batch, channels)`.
        """
        if mask is None:
            return super().call(inputs)
        (steps,) = self._spatial_axes()
        kept = ops.expand_dims(ops.cast(mask, "bool"), 1 if self._channels_first else 2)
        total = ops.sum(ops.where(kept, inputs, 0), axis=steps, keepdims=self.keepdims)
        count = ops.sum(ops.cast(kept, inputs.dtype), axis=steps, keepdims=self.keepdims)
        return total / count

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns `None`: no steps are left to mask."""
        return None


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel over all pixels.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        keepdims: Whether to keep the spatial axes, with length 1; default `False`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, channels)`.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling2D()(np.ones((1, 2, 2, 3))).tolist()
        [[1.0, 1.0, 1.0]]
    """

    _rank = 2
    _reduce = staticmethod(ops.mean)


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel over all voxels.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        keepdims: Whether to keep the spatial axes, with length 1; default `False`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, depth, height, width, channels)`.

    Output shape:
        `(batch, channels)`.
    """

    _rank = 3
    _reduce = staticmethod(ops.mean)
