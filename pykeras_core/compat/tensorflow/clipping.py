"""Owns TensorFlow's clipping of gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pykeras_core import ops
from pykeras_core.engine import Tensor

__all__ = ["clip_by_global_norm", "clip_by_norm", "global_norm"]


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """Returns the square root of the sum of all squares; `None` counts for nothing."""
    squares = [ops.sum(ops.square(t)) for t in t_list if t is not None]
    return ops.sqrt(ops.sum(ops.stack(squares)))


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Returns tensors scaled down so that together they are no longer than `clip_norm`.

    Returns:
        The list, `None` staying `None`, and how long they were.
    """
    norm = global_norm(t_list) if use_norm is None else ops.convert_to_tensor(use_norm)
    scale = ops.divide(clip_norm, ops.maximum(norm, clip_norm))
    return [None if t is None else ops.multiply(t, scale) for t in t_list], norm


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """Returns a tensor scaled down so that it is no longer than `clip_norm`, over axes."""
    total = ops.sum(ops.square(t), axis=axes, keepdims=True)
    norm = ops.sqrt(ops.where(total > 0, total, 1.0))
    return ops.divide(ops.multiply(t, clip_norm), ops.maximum(norm, clip_norm))
