"""What images look like: their edges, their likeness, their parts, their place in another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, IntTuple, Positive, PositiveInt, PositiveInts, refuse
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis
from pykeras_core.ops.convolution import conv, depthwise_conv
from pykeras_core.ops.creation import cast
from pykeras_core.ops.image.batches import batch_of
from pykeras_core.ops.linalg import tensordot
from pykeras_core.ops.logic import logical_and, where
from pykeras_core.ops.manipulation import moveaxis, pad, reshape, transpose
from pykeras_core.ops.math import absolute, clip, maximum, round, sin
from pykeras_core.ops.reduction import max as largest
from pykeras_core.ops.reduction import mean
from pykeras_core.ops.reduction import min as smallest
from pykeras_core.ops.reduction import sum as total
from pykeras_core.ops.spatial import padding_name, padding_widths, per_axis
from pykeras_core.settings import standardize_data_format
from pykeras_core.symbolic.op_call import operation

__all__ = ["extract_patches_3d", "scale_and_translate", "sobel_edges", "ssim"]

_DOWN = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], np.float32)


@operation
def sobel_edges(images: ArrayLike, data_format: str | None = None) -> Tensor:
    """How much images change downwards and to the right, by Sobel's windows.

    Args:
        images: Batch of images; beyond their edges they are mirrored.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Shape of the images and a last axis of 2: downwards, to the right.

    Raises:
        ValueError: If it is no batch, or an image is smaller than 2 pixels.
    """
    tensor = convert_to_tensor(images)
    if tensor.ndim != 4:
        raise ValueError(
            f"`sobel_edges` expected a batch of images (rank 4), received shape {tensor.shape}."
        )
    batch = convert_to_tensor(batch_of("sobel_edges", tensor, data_format), "float32")
    channels = batch.shape[-1]
    window = np.stack([_DOWN, _DOWN.T], axis=-1)[:, :, None, :]
    window = np.repeat(window, channels, axis=2)
    around = pad(batch, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="reflect")
    edges = depthwise_conv(around, window, 1, "valid", "channels_last")
    edges = reshape(edges, (*batch.shape, 2))
    if standardize_data_format(data_format) == "channels_first":
        edges = transpose(edges, (0, 3, 1, 2, 4))
    return edges


@operation
def ssim(
    image1: ArrayLike,
    image2: ArrayLike,
    max_val: Positive = 1.0,
    filter_size: PositiveInt = 11,
    filter_sigma: Positive = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """How alike images are, by the structural similarity of Wang et al. (2004).

    Args:
        image1: One image (height, width, channels), or a batch of them.
        image2: As many others, of the same shape.
        max_val: What the values of pixels reach from 0 to.
        filter_size: Width of the window that statistics are taken in.
        filter_sigma: Deviation of the Gauss curve that weighs them.
        k1: Keeps the comparison of means from dividing by nearly nothing.
        k2: Keeps the comparison of deviations from it.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        A number for each image, 1 for equal ones.

    Raises:
        ValueError: If shapes differ, or the window is larger than the images.
    """
    first, second = convert_to_tensor(image1), convert_to_tensor(image2)
    if first.shape != second.shape:
        raise ValueError(
            f"`ssim` expected images of one shape, received {first.shape} and {second.shape}."
        )
    planes = []
    for given in (first, second):
        batch = convert_to_tensor(batch_of("ssim", given, data_format), "float32")
        count, height, width, channels = batch.shape
        planes.append(reshape(transpose(batch, (0, 3, 1, 2)), (-1, height, width, 1)))
    if filter_size > min(height, width):
        raise ValueError(
            f"`ssim`: a window of {filter_size} does not fit into {(height, width)}. Give a "
            "smaller `filter_size`."
        )
    curve = np.exp(-((np.arange(filter_size) - (filter_size - 1) / 2) ** 2) / 2 / filter_sigma**2)
    curve = (curve / curve.sum()).astype(np.float32)
    window = np.outer(curve, curve)[..., None, None]

    def around(values: Any) -> Tensor:
        return conv(values, window, 1, "valid", "channels_last")

    a, b = planes
    mean_a, mean_b = around(a), around(b)
    both = mean_a * mean_b
    squares = mean_a * mean_a, mean_b * mean_b
    spread_a, spread_b = around(a * a) - squares[0], around(b * b) - squares[1]
    shared = around(a * b) - both
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    above = (2.0 * both + c1) * (2.0 * shared + c2)
    below = (squares[0] + squares[1] + c1) * (spread_a + spread_b + c2)
    found = mean(reshape(mean(above / below, axis=(1, 2, 3)), (count, channels)), axis=-1)
    found = found if first.ndim == 4 else found[0]
    return found if first.dtype == "float32" else cast(found, first.dtype)


@operation
def extract_patches_3d(
    volumes: ArrayLike,
    size: PositiveInts,
    strides: PositiveInts = None,
    dilation_rate: PositiveInts = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of volumes, each as one row of numbers.

    Args:
        volumes: One volume (depth, height, width, channels), or a batch of them.
        size: Depth, height and width of a patch, or an int for all.
        strides: Distance of patches; default their size.
        dilation_rate: Distance of a patch's elements.
        padding: 'valid', or 'same' for zeros around the volumes.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Shape (batch, depth, height, width, elements of a patch), the last axis where the channels
        are; without the batch for one volume.

    Raises:
        ValueError: If no patch fits, or an argument is out of range.
    """
    who = "extract_patches_3d"
    tensor = convert_to_tensor(volumes)
    if tensor.ndim not in (4, 5):
        raise ValueError(
            f"`{who}` expected one volume (rank 4) or a batch of volumes (rank 5), received shape "
            f"{tensor.shape}."
        )
    patch = per_axis(who, "size", size, 3)
    steps = patch if strides is None else per_axis(who, "strides", strides, 3)
    dilation = per_axis(who, "dilation_rate", dilation_rate, 3)
    first = standardize_data_format(data_format) == "channels_first"
    batch = tensor if tensor.ndim == 5 else tensor[None]
    batch = moveaxis(batch, 1, -1) if first else batch
    around = padding_widths(padding_name(who, padding), batch.shape[1:4], patch, steps, dilation)
    batch = pad(batch, [(0, 0), *around, (0, 0)])
    sizes = batch.shape[1:4]
    places = []
    for length, k, s, d in zip(sizes, patch, steps, dilation, strict=True):
        fits = (length - d * (k - 1) - 1) // s + 1
        if fits < 1:
            raise ValueError(f"`{who}`: a patch of {patch} does not fit into {sizes}.")
        places.append(np.add.outer(np.arange(fits) * s, np.arange(k) * d))
    z, y, x = places
    flat = (z[:, None, None, :, None, None] * sizes[1] + y[None, :, None, None, :, None]) * sizes[2]
    flat = flat + x[None, None, :, None, None, :]
    elements = reshape(batch, (batch.shape[0], -1, batch.shape[-1]))
    found = p.take(elements, convert_to_tensor(flat, "int32"), axis=1)
    counts = tuple(len(axis) for axis in places)
    found = reshape(found, (batch.shape[0], *counts, int(np.prod(patch)) * batch.shape[-1]))
    found = moveaxis(found, -1, 1) if first else found
    return found if tensor.ndim == 5 else found[0]


def _linear(x: Tensor) -> Tensor:
    return maximum(1.0 - x, 0.0)


def _cubic(x: Tensor) -> Tensor:
    """The cubic of Keys (1981) with a = -1/2."""
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return where(x < 1.0, near, where(x < 2.0, far, 0.0))


def _lanczos(radius: float) -> Callable[[Tensor], Tensor]:
    def kernel(x: Tensor) -> Tensor:
        angle = np.float32(np.pi) * x
        safe = where(x > 1e-3, angle * angle, 1.0)
        curve = radius * sin(angle) * sin(angle / radius) / safe
        return where(x > radius, 0.0, where(x > 1e-3, curve, 1.0))

    return kernel


_METHODS: dict[str, Callable[[Tensor], Tensor]] = {
    **dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), _linear),
    **dict.fromkeys(("cubic", "bicubic", "tricubic"), _cubic),
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}


@operation
def scale_and_translate(
    images: ArrayLike,
    output_shape: IntTuple,
    scale: ArrayLike,
    translation: ArrayLike,
    spatial_dims: IntTuple,
    method: str,
    antialias: bool = True,
) -> Tensor:
    """Images stretched and moved along some of their axes.

    Args:
        images: An array.
        output_shape: Shape of the result, of the same rank.
        scale: How much longer each of these axes becomes.
        translation: How far it is moved.
        spatial_dims: The axes.
        method: 'linear', 'bilinear', 'trilinear', 'cubic', 'bicubic', 'tricubic', 'lanczos3' or
            'lanczos5'.
        antialias: Whether a result smaller than the image averages over all it leaves out.

    Returns:
        Of that shape and the dtype of the images; integers are rounded.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> x = np.array([0.0, 10.0])
        >>> scale_and_translate(x, (4,), [2.0], [0.0], (0,), "linear").tolist()
        [0.0, 2.5, 7.5, 10.0]
    """
    who = "scale_and_translate"
    if method not in _METHODS:
        raise refuse(who, "method", f"one of {tuple(_METHODS)}", method)
    given = convert_to_tensor(images)
    scales, moves = (convert_to_tensor(value, "float32") for value in (scale, translation))
    axes = [canonical_axis(who, axis, given.ndim) for axis in spatial_dims]
    for name, value in (("scale", scales), ("translation", moves)):
        if value.shape != (len(axes),):
            raise ValueError(
                f"`{who}` expected a number of `{name}` for each of {len(axes)} axes, received "
                f"shape {value.shape}."
            )
    if len(output_shape) != given.ndim:
        raise ValueError(
            f"`{who}` expected `output_shape` of rank {given.ndim}, received {output_shape!r}."
        )
    found = convert_to_tensor(given, "float32")
    for place, axis in enumerate(axes):
        weights = _weights(
            given.shape[axis], output_shape[axis], scales[place], moves[place],
            _METHODS[method], antialias,
        )  # fmt: skip
        found = moveaxis(tensordot(found, weights, ([axis], [0])), -1, axis)
    if given.dtype == "float32" or not axes:
        return found if axes else given
    low, high = (convert_to_tensor(f(given), "float32") for f in (smallest, largest))
    return cast(clip(round(found), low, high), given.dtype)


def _weights(
    length: int,
    wanted: int,
    scale: Tensor,
    move: Tensor,
    kernel: Callable[[Tensor], Tensor],
    antialias: bool,
) -> Tensor:
    """How much each source element counts for each result, shape (length, wanted)."""
    step = 1.0 / scale
    spread = maximum(step, 1.0) if antialias else 1.0
    middles = (np.arange(wanted, dtype=np.float32) + 0.5) * step - move * step - 0.5
    sources = np.arange(length, dtype=np.float32)[:, None]
    raw = kernel(absolute(middles[None, :] - sources) / spread)
    sums = total(raw, axis=0, keepdims=True)
    counts = absolute(sums) > 1000.0 * float(np.finfo(np.float32).eps)
    shares = where(counts, raw / where(counts, sums, 1.0), 0.0)
    inside = logical_and(middles >= -0.5, middles <= length - 0.5)
    return where(inside[None, :], shares, 0.0)
