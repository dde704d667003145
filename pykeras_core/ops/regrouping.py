"""Axes cut and joined anew: `rearrange`, and depth to space and back.

Example:
    >>> from pykeras_core import ops
    >>> ops.rearrange([[1, 2], [3, 4]], "a b -> (b a)").tolist()
    [1, 3, 2, 4]
"""

from __future__ import annotations

import math
import re
from itertools import chain
from typing import Any

from pykeras_core.checks import ArrayLike, PositiveInt
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import whole
from pykeras_core.ops.manipulation import transpose
from pykeras_core.symbolic.op_call import operation

__all__ = ["depth_to_space", "rearrange", "space_to_depth"]


def _blocks(name: str, x: Any, block_size: Any, data_format: str) -> tuple[Tensor, int]:
    """Images as (batch, height, width, channels), and a valid block size."""
    tensor, block = convert_to_tensor(x), whole(name, "block_size", block_size)
    if tensor.ndim != 4 or block < 2:
        raise ValueError(
            f"`{name}` expected images with 4 axes and a block_size of 2 or more, received shape "
            f"{tensor.shape} and {block}"
        )
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"`{name}` expected data_format 'channels_last' or 'channels_first', received "
            f"{data_format!r}"
        )
    return (transpose(tensor, (0, 2, 3, 1)) if data_format == "channels_first" else tensor), block


def _as_before(images: Tensor, data_format: str) -> Tensor:
    return transpose(images, (0, 3, 1, 2)) if data_format == "channels_first" else images


@operation
def depth_to_space(
    x: ArrayLike, block_size: PositiveInt, data_format: str = "channels_last"
) -> Tensor:
    """Spread groups of channels over blocks of pixels: (b, h, w, c) to (b, hs, ws, c / s^2).

    Args:
        x: Images.
        block_size: The s above.
        data_format: Where the channels are.

    Raises:
        ValueError: If the channels cannot be divided so.
    """
    images, s = _blocks("depth_to_space", x, block_size, data_format)
    batch, height, width, channels = images.shape
    if channels % (s * s):
        raise ValueError(
            f"`depth_to_space` expected channels that {s * s} divides, received {channels}"
        )
    parts = p.reshape(images, shape=(batch, height, width, s, s, channels // (s * s)))
    woven = transpose(parts, (0, 1, 3, 2, 4, 5))
    shape = (batch, height * s, width * s, channels // (s * s))
    return _as_before(p.reshape(woven, shape=shape), data_format)


@operation
def space_to_depth(
    x: ArrayLike, block_size: PositiveInt, data_format: str = "channels_last"
) -> Tensor:
    """Stack blocks of pixels as channels: (b, h, w, c) to (b, h / s, w / s, c s^2).

    Args:
        x: Images.
        block_size: The s above.
        data_format: Where the channels are.

    Raises:
        ValueError: If height or width cannot be divided so.
    """
    images, s = _blocks("space_to_depth", x, block_size, data_format)
    batch, height, width, channels = images.shape
    if height % s or width % s:
        raise ValueError(
            f"`space_to_depth` expected a height and width that {s} divides, received {height} "
            f"and {width}"
        )
    parts = p.reshape(images, shape=(batch, height // s, s, width // s, s, channels))
    shape = (batch, height // s, width // s, channels * s * s)
    stacked = p.reshape(transpose(parts, (0, 1, 3, 2, 4, 5)), shape=shape)
    return _as_before(stacked, data_format)


@operation
def rearrange(tensor: ArrayLike, pattern: str, **axes_lengths: int) -> Tensor:
    """Reorder, split and join axes as a pattern says: "b (h w) c -> b h w c".

    Args:
        tensor: Tensor.
        pattern: Names of axes before and after "->"; names in brackets are one axis, the last of
            them varying fastest. "..." stands for further axes. 1 is an axis of length 1.
        **axes_lengths: Lengths of named axes, where the shape alone does not tell.

    Returns:
        Tensor.

    Raises:
        ValueError: If the pattern does not fit the shape, or names other axes on its two sides.
    """
    x = convert_to_tensor(tensor)
    left, arrow, right = pattern.partition("->")
    sides = [_groups(pattern, side, x.ndim, left) for side in (left, right)]
    if not arrow or sorted(chain(*sides[0])) != sorted(chain(*sides[1])):
        raise ValueError(
            f"`rearrange` expected `pattern` with the same axes on both sides, received {pattern!r}"
        )
    if len(sides[0]) != x.ndim:
        raise ValueError(
            f"`rearrange` {pattern!r} names {len(sides[0])} axes, received shape {x.shape}"
        )
    sizes = dict(axes_lengths)
    for group, length in zip(sides[0], x.shape, strict=True):
        unknown = [name for name in group if name not in sizes]
        known = math.prod(sizes[name] for name in group if name in sizes)
        fits = length == known if not unknown else known and length % known == 0
        if len(unknown) > 1 or not fits:
            raise ValueError(
                f"`rearrange` {pattern!r} cannot split an axis of length {length} into "
                f"({' '.join(group)}) with {axes_lengths or 'no lengths given'}. Pass the lengths "
                "of all axes in a bracket but one."
            )
        sizes.update((name, length // known) for name in unknown)
    names, wanted = (list(chain(*side)) for side in sides)
    parts = p.reshape(x, shape=tuple(sizes[name] for name in names))
    moved = transpose(parts, [names.index(name) for name in wanted])
    shape = tuple(math.prod(sizes[name] for name in group) for group in sides[1])
    return p.reshape(moved, shape=shape)


def _groups(pattern: str, side: str, rank: int, left: str) -> list[list[str]]:
    """The axes of one side of a pattern, each a list of the names it is made of."""
    rest = rank - len(re.findall(r"\([^()]*\)|\w+", left.replace("...", " ")))
    more = [f"...{i}" for i in range(rest)]
    groups: list[list[str]] = []
    for inside, single in re.findall(r"\(([^()]*)\)|(\.\.\.|\w+)", side):
        if single == "...":
            groups += [[name] for name in more]
            continue
        written = [more if name == "..." else [name] for name in (single or inside).split()]
        groups.append([name for name in chain(*written) if name != "1"])
    names = list(chain(*groups))
    if len(set(names)) != len(names) or side.count("(") != side.count(")"):
        raise ValueError(
            f"`rearrange` cannot read {pattern!r}: an axis is named twice, or a bracket is missing"
        )
    return groups
