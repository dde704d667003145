"""Owns the layers that enlarge by repeating or interpolating: `UpSampling*`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import PositiveInts, checked
from pykeras_core.layers.spatial import SpatialLayer

__all__ = ["UpSampling1D", "UpSampling2D", "UpSampling3D"]

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


class _UpSampling(SpatialLayer):
    """Each element several times along the spatial axes."""

    @checked
    def __init__(
        self, size: PositiveInts = 2, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.size = self._ints("size", size)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns the inputs, each element `size` times along each spatial axis."""
        for axis, times in zip(self._spatial_axes(), self.size, strict=True):
            if times > 1:
                inputs = ops.repeat(inputs, times, axis=axis)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the enlarged shape."""
        spatial = tuple(
            None if length is None else length * times
            for length, times in zip(self._spatial(input_shape), self.size, strict=True)
        )
        channels = input_shape[1 if self._channels_first else -1]
        return self._shape_of(input_shape[0], spatial, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "size": self.size}


class UpSampling1D(_UpSampling):
    """Repeats each step of a sequence.

    Args:
        size: How many times, default 2.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Example:
        >>> import numpy as np
        >>> UpSampling1D(2)(np.array([[[1.0], [2.0]]])).numpy().ravel().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """

    _rank = 1

    @checked
    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(size, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["data_format"]
        return {**config, "size": self.size[0]}


class UpSampling2D(_UpSampling):
    """Enlarges images by whole factors.

    Args:
        size: Factors: an int, or (vertical, horizontal); default 2.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        interpolation: `"nearest"` (default, repeats pixels), `"bilinear"`, `"bicubic"`,
            `"lanczos3"` or `"lanczos5"`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> import numpy as np
        >>> UpSampling2D((2, 3))(np.zeros((1, 4, 4, 3))).shape
        (1, 8, 12, 3)
    """

    _rank = 2

    @checked
    def __init__(
        self,
        size: PositiveInts = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(size, data_format=data_format, **kwargs)
        found = interpolation.lower() if isinstance(interpolation, str) else interpolation
        if found not in _INTERPOLATIONS:
            raise ValueError(
                f"`UpSampling2D` expected `interpolation` to be one of {_INTERPOLATIONS}, "
                f"received {interpolation!r}."
            )
        self.interpolation = found

    def call(self, inputs: Any) -> Any:
        """Returns the enlarged images."""
        if self.interpolation == "nearest":
            return super().call(inputs)
        height, width = self._spatial(self.compute_output_shape(inputs.shape))
        return ops.image.resize(
            inputs,
            (height, width),
            interpolation=self.interpolation,
            data_format=self.data_format,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "interpolation": self.interpolation}


class UpSampling3D(_UpSampling):
    """Repeats the voxels of volumes.

    Args:
        size: Factors: an int, or one an axis; default 2.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 3

    @checked
    def __init__(
        self, size: PositiveInts = (2, 2, 2), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(size, data_format=data_format, **kwargs)
