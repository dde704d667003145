"""Ops on the neighbourhood of each pixel: blur and patches."""

from __future__ import annotations

import numpy as np

from pykeras_core.checks import ArrayLike, PositiveInts
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.convolution import depthwise_conv
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.manipulation import broadcast_to, pad, reshape, transpose
from pykeras_core.ops.math import exp
from pykeras_core.ops.reduction import sum as total
from pykeras_core.ops.spatial import padding_name, padding_widths, per_axis
from pykeras_core.settings import standardize_data_format
from pykeras_core.symbolic.op_call import operation

__all__ = ["extract_patches", "gaussian_blur"]


def _bell(size: int, sigma: Tensor) -> Tensor:
    """A Gauss curve around the middle, of sum 1."""
    places = (np.arange(size) - (size - 1) / 2).astype(np.float32)
    curve = exp(-0.5 * (places / sigma) ** 2)
    result: Tensor = curve / total(curve)
    return result


@operation
def gaussian_blur(
    images: ArrayLike,
    kernel_size: PositiveInts = (3, 3),
    sigma: ArrayLike = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Images blurred by a Gauss curve; beyond their edges there are zeros.

    Args:
        images: One image (height, width, channels), or a batch of them.
        kernel_size: Width and height of the window, or an int for both.
        sigma: The curve's deviations along width and height, above 0, or one for both.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images of the same shape, float32.

    Raises:
        ValueError: If a size or deviation is not positive.

    Example:
        >>> x = np.zeros((3, 3, 1)); x[1, 1] = 1
        >>> round(gaussian_blur(x)[1, 1, 0].item(), 4)
        0.2042
    """
    sizes = per_axis("gaussian_blur", "kernel_size", kernel_size, 2)
    spread = convert_to_tensor(sigma, "float32")
    known = spread.array
    if spread.shape not in ((), (1,), (2,)) or (known is not None and np.min(known) <= 0):
        raise ValueError(f"`gaussian_blur` expected sigma above 0, or two, received {sigma}")
    deviations = broadcast_to(spread, (2,))
    batch = convert_to_tensor(batch_of("gaussian_blur", images, data_format), "float32")
    across, down = (_bell(size, deviations[axis]) for axis, size in enumerate(sizes))
    window = reshape(down, (-1, 1, 1, 1)) * reshape(across, (1, -1, 1, 1))
    window = broadcast_to(window, (*window.shape[:2], batch.shape[-1], 1))
    blurred = depthwise_conv(batch, window, 1, "same", "channels_last")
    return as_given(blurred, images, data_format)


@operation
def extract_patches(
    images: ArrayLike,
    size: PositiveInts,
    strides: PositiveInts = None,
    dilation_rate: PositiveInts = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of images, each as one row of numbers.

    Args:
        images: One image (height, width, channels), or a batch of them.
        size: Height and width of a patch, or an int for both.
        strides: Distance of patches; default their size.
        dilation_rate: Distance of a patch's pixels.
        padding: 'valid', or 'same' for zeros around the images.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Shape (batch, rows, columns, patch height * patch width * channels), the last axis where
        the channels are; without the batch for one image.

    Raises:
        ValueError: If no patch fits, or an argument is out of range.
    """
    patch = per_axis("extract_patches", "size", size, 2)
    steps = patch if strides is None else per_axis("extract_patches", "strides", strides, 2)
    dilation = per_axis("extract_patches", "dilation_rate", dilation_rate, 2)
    batch = batch_of("extract_patches", images, data_format)
    name = padding_name("extract_patches", padding)
    around = padding_widths(name, batch.shape[1:3], patch, steps, dilation)
    batch = pad(batch, [(0, 0), *around, (0, 0)])
    count, height, width, channels = batch.shape
    places = []
    for length, k, s, d in zip((height, width), patch, steps, dilation, strict=True):
        fits = (length - d * (k - 1) - 1) // s + 1
        if fits < 1:
            raise ValueError(
                f"`extract_patches`: a patch of {patch} does not fit into {(height, width)}"
            )
        places.append(np.add.outer(np.arange(fits) * s, np.arange(k) * d))
    rows, columns = places
    flat = rows[:, None, :, None] * width + columns[None, :, None, :]
    pixels = reshape(batch, (count, height * width, channels))
    found = p.take(pixels, convert_to_tensor(flat, "int32"), axis=1)
    result = reshape(found, (count, len(rows), len(columns), patch[0] * patch[1] * channels))
    if standardize_data_format(data_format) == "channels_first":
        result = transpose(result, (0, 3, 1, 2))
    return result[0] if convert_to_tensor(images).ndim == 3 else result
