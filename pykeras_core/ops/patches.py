"""Sliding blocks of images, gathered into columns (`unfold`) and added back (`fold`).

Example:
    >>> from pykeras_core import ops
    >>> blocks = ops.unfold(ops.reshape(ops.arange(9, dtype="float32"), (1, 1, 3, 3)), 2)
    >>> blocks.shape, blocks[0, :, 0].tolist()
    ((1, 4, 4), [0.0, 1.0, 3.0, 4.0])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, PositiveInts
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.manipulation import pad
from pykeras_core.ops.spatial import per_axis
from pykeras_core.symbolic.op_call import operation

__all__ = ["fold", "unfold"]


def _padding(name: str, padding: Any) -> tuple[int, int]:
    pair = tuple(padding) if isinstance(padding, list | tuple) else (padding, padding)
    if len(pair) != 2 or any(not isinstance(n, int) or n < 0 for n in pair):
        raise ValueError(f"`{name}` expected padding of 0 or more, or a pair, received {padding}")
    return pair[0], pair[1]


def _places(
    name: str, size: tuple[int, int], kernel: Any, dilation: Any, stride: Any
) -> tuple[Tensor, int]:
    """Flat positions of the elements of each block, (kernel elements, blocks)."""
    axes = []
    widths = [
        per_axis(name, *pair, 2)
        for pair in (("kernel_size", kernel), ("dilation", dilation), ("stride", stride))
    ]
    for length, k, d, s in zip(size, *widths, strict=True):
        count = (length - d * (k - 1) - 1) // s + 1
        if count < 1:
            raise ValueError(f"`{name}`: a block of {kernel} does not fit into {size}")
        axes.append(np.add.outer(np.arange(k) * d, np.arange(count) * s))
    rows, columns = axes
    flat = rows[:, None, :, None] * size[1] + columns[None, :, None, :]
    elements = rows.shape[0] * columns.shape[0]
    return convert_to_tensor(flat.reshape(elements, -1), "int32"), elements


@operation
def unfold(
    x: ArrayLike,
    kernel_size: PositiveInts,
    dilation: PositiveInts = 1,
    padding: Any = 0,
    stride: PositiveInts = 1,
) -> Tensor:
    """The blocks under a sliding kernel, as columns.

    Args:
        x: Images, channels first: shape (batch, channels, height, width).
        kernel_size: An int or a pair.
        dilation: Distance of a block's elements.
        padding: Zeros around the images.
        stride: Distance of blocks.

    Returns:
        Shape (batch, channels * kernel height * kernel width, blocks).

    Raises:
        ValueError: If no block fits, or `x` has other than 4 axes.
    """
    tensor = convert_to_tensor(x)
    if tensor.ndim != 4:
        raise ValueError(f"`unfold` expected images with 4 axes, received shape {tensor.shape}")
    vertical, horizontal = _padding("unfold", padding)
    tensor = pad(tensor, [(0, 0), (0, 0), (vertical, vertical), (horizontal, horizontal)])
    batch, channels, height, width = tensor.shape
    places, elements = _places("unfold", (height, width), kernel_size, dilation, stride)
    flat = p.reshape(tensor, shape=(batch, channels, height * width))
    blocks = p.take(flat, places, axis=2)
    return p.reshape(blocks, shape=(batch, channels * elements, places.shape[1]))


@operation
def fold(
    x: ArrayLike,
    output_size: PositiveInts,
    kernel_size: PositiveInts,
    dilation: PositiveInts = 1,
    padding: Any = 0,
    stride: PositiveInts = 1,
) -> Tensor:
    """Adds the columns of `unfold` up to images.

    Args:
        x: Shape (batch, channels * kernel height * kernel width, blocks).
        output_size: Height and width of the images, or an int for both.
        kernel_size: As in `unfold`.
        dilation: As in `unfold`.
        padding: As in `unfold`.
        stride: As in `unfold`.

    Returns:
        Shape (batch, channels, height, width).

    Raises:
        ValueError: If the columns are not those of such images.
    """
    (tensor,) = promote(x, at_least="int32")
    vertical, horizontal = _padding("fold", padding)
    height, width = per_axis("fold", "output_size", output_size, 2)
    full = (height + 2 * vertical, width + 2 * horizontal)
    places, elements = _places("fold", full, kernel_size, dilation, stride)
    fits = (
        tensor.ndim == 3 and tensor.shape[2] == places.shape[1] and not tensor.shape[1] % elements
    )
    if not fits:
        raise ValueError(
            f"`fold` expected columns of shape (batch, channels * {elements}, {places.shape[1]}), "
            f"received shape {tensor.shape}"
        )
    batch, channels = tensor.shape[0], tensor.shape[1] // elements
    columns = p.reshape(tensor, shape=(batch, channels, elements, places.shape[1]))
    flat = p.scatter_add(columns, places, axis=2, size=full[0] * full[1])
    images = p.reshape(flat, shape=(batch, channels, *full))
    return images[:, :, vertical : full[0] - vertical, horizontal : full[1] - horizontal]
