"""Owns the layers that add or take away borders: `ZeroPadding*` and `Cropping*`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import checked, per_axis
from pykeras_core.layers.spatial import Shape, SpatialLayer
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = [
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
]

Widths = tuple[tuple[int, int], ...]


def _widths(layer: str, argument: str, value: Any, rank: int) -> Widths:
    """(before, after) for each spatial axis, from an int, an int an axis, or all of them."""
    if rank == 1:
        before, after = per_axis(layer, argument, value, 2, allow_zero=True)
        return ((before, after),)
    widths = tuple(value) if isinstance(value, (list, tuple)) else (value,) * rank
    if len(widths) != rank:
        raise ValueError(
            f"`{layer}` expected `{argument}` as an int, {rank} ints, or {rank} pairs of ints, "
            f"received {value!r}."
        )
    pairs = (per_axis(layer, argument, item, 2, allow_zero=True) for item in widths)
    return tuple((before, after) for before, after in pairs)


class _Bordering(SpatialLayer):
    """A layer without weights that changes spatial sizes and keeps the dtype."""

    @checked
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns a placeholder of the output shape and the inputs' dtype."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=inputs.dtype)

    def _all_axes(self, widths: Widths) -> Widths:
        """Widths for the batch axis and the channels too."""
        rest = ((0, 0),)
        return (*rest, *rest, *widths) if self._channels_first else (*rest, *widths, *rest)

    def _resized(self, input_shape: Any, widths: Widths, sign: int) -> Shape:
        self._check_rank(input_shape)
        return tuple(
            None if size is None else size + sign * sum(pair)
            for size, pair in zip(input_shape, self._all_axes(widths), strict=True)
        )


class _ZeroPadding(_Bordering):
    """Zeros around the spatial axes."""

    @checked
    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._widths = _widths(type(self).__name__, "padding", padding, self._rank)
        self.padding = self._widths if self._rank > 1 else self._widths[0]

    def call(self, inputs: Any) -> Any:
        """Returns the inputs with zeros around them."""
        return ops.pad(inputs, self._all_axes(self._widths))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the larger shape."""
        return self._resized(input_shape, self._widths, 1)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "padding": self.padding}


class ZeroPadding1D(_ZeroPadding):
    """Adds steps of zeros before and after a sequence.

    Args:
        padding: An int for both ends, default 1, or (before, after).
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> ZeroPadding1D((2, 0))(np.ones((1, 1, 1))).numpy().ravel().tolist()
        [0.0, 0.0, 1.0]
    """

    _rank = 1


class ZeroPadding2D(_ZeroPadding):
    """Adds rows and columns of zeros around an image.

    Args:
        padding: An int for all sides, (vertical, horizontal), or
            ((top, bottom), (left, right)); default 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> ZeroPadding2D(((1, 0), (2, 2)))(np.zeros((1, 4, 4, 3))).shape
        (1, 5, 8, 3)
    """

    _rank = 2


class ZeroPadding3D(_ZeroPadding):
    """Adds zeros around a volume.

    Args:
        padding: An int for all sides, one int an axis, or one (before, after) pair an axis;
            default 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    _rank = 3


class _Cropping(_Bordering):
    """The inside of the spatial axes."""

    @checked
    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._widths = _widths(type(self).__name__, "cropping", cropping, self._rank)
        self.cropping = self._widths if self._rank > 1 else self._widths[0]

    def call(self, inputs: Any) -> Any:
        """Returns the inputs without their borders."""
        self.compute_output_shape(inputs.shape)  # refuses inputs of which nothing would remain
        inside = (
            slice(before, size - after)
            for size, (before, after) in zip(
                inputs.shape, self._all_axes(self._widths), strict=True
            )
        )
        return inputs[tuple(inside)]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the smaller shape."""
        shape = self._resized(input_shape, self._widths, -1)
        if any(size is not None and size <= 0 for size in self._spatial(shape)):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' cannot take {self.cropping} away from "
                f"inputs of shape {tuple(input_shape)}: nothing would remain."
            )
        return shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "cropping": self.cropping}


class Cropping1D(_Cropping):
    """Takes steps away from both ends of a sequence.

    Args:
        cropping: An int for both ends, or (before, after); default (1, 1).
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, channels)`.

    Raises:
        ValueError: If `cropping` is negative, or nothing would remain of the inputs.

    Example:
        >>> import numpy as np
        >>> Cropping1D((1, 2))(np.zeros((1, 5, 3))).shape
        (1, 2, 3)
    """

    _rank = 1

    @checked
    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["data_format"]
        return config


class Cropping2D(_Cropping):
    """Takes rows and columns away from the sides of an image.

    Args:
        cropping: An int for all sides, (vertical, horizontal), or
            ((top, bottom), (left, right)); default none.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `cropping` is negative, or nothing would remain of the inputs.

    Example:
        >>> import numpy as np
        >>> Cropping2D(((1, 0), (2, 2)))(np.zeros((1, 8, 8, 3))).shape
        (1, 7, 4, 3)
    """

    _rank = 2

    @checked
    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format=data_format, **kwargs)


class Cropping3D(_Cropping):
    """Takes borders away from the sides of a volume.

    Args:
        cropping: An int for all sides, one int an axis, or one (before, after) pair an axis;
            default 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `cropping` is negative, or nothing would remain of the inputs.
    """

    _rank = 3

    @checked
    def __init__(
        self,
        cropping: Any = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cropping, data_format=data_format, **kwargs)
