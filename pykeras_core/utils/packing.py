"""Owns the form of a batch: (x,), (x, y) or (x, y, sample_weight)."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import checked

__all__ = ["pack_x_y_sample_weight", "unpack_x_y_sample_weight"]


@checked
def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Puts a batch together as `train_step` takes it.

    Args:
        x: Inputs.
        y: Labels, or `None`.
        sample_weight: Weights, or `None`.

    Returns:
        `(x, y, sample_weight)` or `(x, y)`; without labels `x` itself, or `(x,)` where `x` is a
        list or tuple, which could be taken for a batch with labels.
    """
    if sample_weight is not None:
        return (x, y, sample_weight)
    if y is not None:
        return (x, y)
    return (x,) if isinstance(x, list | tuple) else x


@checked
def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Takes a batch apart.

    Args:
        data: `x` itself, or a tuple or list `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

    Returns:
        `(x, y, sample_weight)`, `None` for what is not there.

    Raises:
        ValueError: If it is a tuple of more than three.

    Example:
        >>> unpack_x_y_sample_weight(("images", "labels"))
        ('images', 'labels', None)
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            f"A batch is x, (x,), (x, y) or (x, y, sample_weight); received a tuple of {len(data)}."
        )
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight
