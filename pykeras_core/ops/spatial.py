"""What convolution, pooling and resizing share: spatial axes, padding, the order of the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pykeras_core.checks import ArrayLike, checked
from pykeras_core.engine import Tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote

__all__ = ["images", "like_images", "padding_name", "padding_widths", "per_axis"]

Sizes = tuple[int, ...]


@checked
def per_axis(name: str, argument: str, value: ArrayLike, rank: int) -> Sizes:
    """One positive int for each spatial axis.

    Args:
        name: The op, for the message.
        argument: The argument's name.
        value: An int for all axes, or one each.
        rank: Number of spatial axes.

    Returns:
        Tuple of `rank` ints.

    Raises:
        ValueError: If it is anything else.
    """
    values = tuple(value) if isinstance(value, Sequence) else (value,) * rank
    ints = all(hasattr(v, "__index__") and not isinstance(v, bool) for v in values)
    if len(values) != rank or not ints or min(map(int, values), default=0) < 1:
        raise ValueError(
            f"`{name}` expected `{argument}` as a positive int or {rank} of them, one for each "
            f"spatial axis, received {value!r}"
        )
    return tuple(int(v) for v in values)


@checked
def padding_name(name: str, padding: Any) -> str:
    """'valid' or 'same', whatever the case of its letters.

    Raises:
        ValueError: If it is anything else.
    """
    found = padding.lower() if isinstance(padding, str) else padding
    if found not in ("valid", "same"):
        raise ValueError(f"`{name}` expected padding 'valid' or 'same', received {padding!r}")
    return str(found)


@checked
def padding_widths(
    padding: str, spatial: Sizes, size: Sizes, strides: Sizes, dilation: Sizes
) -> tuple[tuple[int, int], ...]:
    """Elements to add before and after each spatial axis.

    'same' adds as many as make `ceil(length / stride)` windows, half of them before; an odd one
    goes after.

    Args:
        padding: 'valid' or 'same'.
        spatial: Sizes of the inputs.
        size: Sizes of the window.
        strides: Distances between windows.
        dilation: Distances between neighbours in a window.

    Returns:
        One (low, high) pair an axis.
    """
    if padding == "valid":
        return ((0, 0),) * len(spatial)
    widths = []
    for length, window, stride, gap in zip(spatial, size, strides, dilation, strict=True):
        reach = (-(-length // stride) - 1) * stride + (window - 1) * gap + 1
        total = max(reach - length, 0)
        widths.append((total // 2, total - total // 2))
    return tuple(widths)


@checked
def images(name: str, inputs: Any, data_format: str) -> Tensor:
    """The inputs as float32 with the channels last.

    Raises:
        ValueError: If they do not have batch, 1 to 3 spatial axes and channels.
    """
    (x,) = promote(inputs, at_least="float32")
    if not 3 <= x.ndim <= 5:
        raise ValueError(
            f"`{name}` expected inputs with a batch axis, 1 to 3 spatial axes and channels, "
            f"received shape {x.shape}"
        )
    if data_format == "channels_last":
        return x
    result: Tensor = p.transpose(x, axes=(0, *range(2, x.ndim), 1))
    return result


@checked
def like_images(outputs: Tensor, data_format: str) -> Tensor:
    """Undo the reordering of `images`."""
    if data_format == "channels_last":
        return outputs
    last = outputs.ndim - 1
    result: Tensor = p.transpose(outputs, axes=(0, last, *range(1, last)))
    return result
