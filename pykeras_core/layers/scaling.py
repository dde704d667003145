"""Owns `Rescaling`, which brings data such as pixels to another range."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, checked
from pykeras_core.layers.data_layer import DataLayer
from pykeras_core.saving import serialization

__all__ = ["Rescaling"]


class Rescaling(DataLayer):
    """Returns `inputs * scale + offset` as floats.

    Args:
        scale: A number, or one for each channel.
        offset: A number, or one for each channel; default 0.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> Rescaling(1 / 255)(np.array([0, 255], np.uint8)).tolist()
        [0.0, 1.0]
    """

    @checked
    def __init__(self, scale: ArrayLike, offset: ArrayLike = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns `inputs * scale + offset`."""
        return ops.cast(inputs, self.compute_dtype) * self._along(self.scale) + self._along(
            self.offset
        )

    def _along(self, value: Any) -> Any:
        """One value for each channel, shaped to broadcast if the channels come first."""
        tensor = ops.convert_to_tensor(value, dtype=self.compute_dtype)
        if tensor.ndim and settings.image_data_format() == "channels_first":
            return ops.reshape(tensor, (*tensor.shape, 1, 1))
        return tensor

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "scale": serialization.serialize_keras_object(self.scale),
            "offset": serialization.serialize_keras_object(self.offset),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict."""
        values = {
            name: serialization.deserialize_keras_object(config[name])
            for name in ("scale", "offset")
        }
        return super().from_config({**config, **values})
