"""Owns `SpatialLayer`, the base of layers whose inputs have 1 to 3 spatial axes and channels."""

from __future__ import annotations

from typing import Any

from pykeras_core import settings
from pykeras_core.checks import checked, per_axis
from pykeras_core.layers.base import Layer
from pykeras_core.layers.input_spec import InputSpec

__all__ = ["SpatialLayer", "window_count"]

Shape = tuple[int | None, ...]

_AXES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def window_count(
    length: int | None, size: int, stride: int, padding: str, dilation: int = 1
) -> int | None:
    """Returns how many windows an axis has; `None` if its length is not known.

    Args:
        length: Length of the axis.
        size: Length of the window.
        stride: Distance between windows.
        padding: `"valid"` counts the windows that fit, any other `ceil(length / stride)`.
        dilation: Distance between neighbours in a window.

    Returns:
        The count; 0 or less if no window fits.
    """
    if length is None:
        return None
    if padding == "valid":
        length -= (size - 1) * dilation
    return -(-length // stride)


class SpatialLayer(Layer):
    """A layer on `(batch, *spatial, channels)`, or `(batch, channels, *spatial)`.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 0

    @checked
    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = settings.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    @property
    def _channels_first(self) -> bool:
        return self.data_format == "channels_first"

    def _spatial_axes(self) -> tuple[int, ...]:
        first = 2 if self._channels_first else 1
        return tuple(range(first, first + self._rank))

    def _ints(self, argument: str, value: Any, allow_zero: bool = False) -> tuple[int, ...]:
        """One int for each spatial axis."""
        return per_axis(type(self).__name__, argument, value, self._rank, allow_zero)

    def _channels(self, shape: Any) -> int:
        """The number of channels, which must be known."""
        self._check_rank(shape)
        channels = shape[1 if self._channels_first else -1]
        if channels is None:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' cannot be built for inputs of shape "
                f"{tuple(shape)}: the number of channels must be known."
            )
        return int(channels)

    def _spatial(self, shape: Any) -> Shape:
        self._check_rank(shape)
        return tuple(shape[axis] for axis in self._spatial_axes())

    def _shape_of(self, batch: int | None, spatial: Shape, channels: int | None) -> Shape:
        if self._channels_first:
            return (batch, channels, *spatial)
        return (batch, *spatial, channels)

    def _check_rank(self, shape: Any) -> None:
        if len(shape) == self._rank + 2:
            return
        axes = _AXES[self._rank]
        order = ("channels", *axes) if self._channels_first else (*axes, "channels")
        advice = ""
        if len(shape) == self._rank + 1:
            advice = (
                " If the channel axis is missing, add one: `x[..., None]`, or a `Reshape` layer."
            )
        raise ValueError(
            f"`{type(self).__name__}` '{self.name}' expected inputs of shape "
            f"(batch, {', '.join(order)}), received shape {tuple(shape)}.{advice}"
        )

    def _check_inputs(self, first_arg: Any) -> None:
        if hasattr(first_arg, "shape"):
            self._check_rank(first_arg.shape)
        super()._check_inputs(first_arg)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "data_format": self.data_format}
