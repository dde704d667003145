"""`tf.test`: what programs ask about GPUs."""

from __future__ import annotations

from typing import Any

__all__ = ["gpu_device_name", "is_built_with_cuda", "is_gpu_available"]


def gpu_device_name() -> str:
    """Returns no name: there is no GPU to place anything on."""
    return ""


def is_built_with_cuda() -> bool:
    """Returns `False`: there is no GPU to place anything on."""
    return False


def is_gpu_available(*args: Any, **kwargs: Any) -> bool:
    """Returns `False`: there is no GPU to place anything on."""
    return False
