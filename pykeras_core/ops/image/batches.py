"""One form for all that the image ops take: a batch of channels-last images."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import checked
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.ops.manipulation import expand_dims, squeeze, transpose
from pykeras_core.settings import standardize_data_format

__all__ = ["as_given", "batch_of"]


@checked
def batch_of(name: str, images: Any, data_format: str | None) -> Tensor:
    """Images as (batch, height, width, channels), of the dtype they have.

    Args:
        name: The op, for the message.
        images: One image or a batch, channels where `data_format` says.
        data_format: 'channels_last' or 'channels_first'; None for the configured one.

    Returns:
        Tensor of rank 4.

    Raises:
        ValueError: For another rank.
    """
    tensor = convert_to_tensor(images)
    if tensor.ndim not in (3, 4):
        raise ValueError(
            f"`{name}` expected one image (rank 3) or a batch of images (rank 4), received shape "
            f"{tensor.shape}"
        )
    batch = expand_dims(tensor, 0) if tensor.ndim == 3 else tensor
    if standardize_data_format(data_format) == "channels_first":
        batch = transpose(batch, (0, 2, 3, 1))
    return batch


@checked
def as_given(batch: Tensor, images: Any, data_format: str | None) -> Tensor:
    """Undo `batch_of`: the rank and the order of axes that `images` has."""
    if standardize_data_format(data_format) == "channels_first":
        batch = transpose(batch, (0, 3, 1, 2))
    return squeeze(batch, 0) if convert_to_tensor(images).ndim == 3 else batch
