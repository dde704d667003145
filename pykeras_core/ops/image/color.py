"""Colour spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.linalg import matmul
from pykeras_core.ops.operation import operation

__all__ = ["rgb_to_grayscale"]

# Luma of ITU-R BT.601, as TensorFlow has it.
_LUMA = np.array([[0.2989], [0.587], [0.114]], np.float32)


@operation
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Tensor:
    """`0.2989 red + 0.587 green + 0.114 blue`, in one channel.

    Args:
        images: One image (height, width, 3), or a batch of them.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images with one channel, of the dtype they had.

    Raises:
        ValueError: If there are not three channels.
    """
    batch = batch_of("rgb_to_grayscale", images, data_format)
    if batch.shape[-1] != 3:
        raise ValueError(
            f"`rgb_to_grayscale` expected images with 3 channels, received {batch.shape[-1]}. "
            "Check `data_format` too."
        )
    grey = matmul(convert_to_tensor(batch, "float32"), _LUMA)
    return as_given(convert_to_tensor(grey, batch.dtype), images, data_format)
