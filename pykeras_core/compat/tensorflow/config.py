"""`tf.config`: what programs ask before they set up GPUs; there are none to set up."""

from __future__ import annotations

from typing import Any

__all__ = ["list_logical_devices", "list_physical_devices"]


def list_logical_devices(device_type: str | None = None) -> list[Any]:
    """Returns no devices: PyKeras chooses by itself where to compute."""
    return []


def list_physical_devices(device_type: str | None = None) -> list[Any]:
    """Returns no devices: PyKeras chooses by itself where to compute."""
    return []
