"""`tf.config`: what programs set up before they begin; there is no GPU to set up."""

from __future__ import annotations

from typing import Any

from pykeras_core.settings import functions_run_eagerly, run_functions_eagerly

__all__ = [
    "LogicalDeviceConfiguration",
    "experimental_run_functions_eagerly",
    "functions_run_eagerly",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "optimizer",
    "run_functions_eagerly",
    "set_logical_device_configuration",
    "set_memory_growth",
    "set_soft_device_placement",
    "set_visible_devices",
    "threading",
]

experimental_run_functions_eagerly = run_functions_eagerly


def list_logical_devices(device_type: str | None = None) -> list[Any]:
    """Returns no devices: PyKeras chooses by itself where to compute."""
    return []


def list_physical_devices(device_type: str | None = None) -> list[Any]:
    """Returns no devices: PyKeras chooses by itself where to compute."""
    return []


get_visible_devices = list_physical_devices


def set_memory_growth(device: Any, enable: bool) -> None:
    """Does nothing: there is no GPU whose memory could grow."""


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Does nothing: PyKeras chooses by itself where to compute."""


def set_soft_device_placement(enabled: bool) -> None:
    """Does nothing: PyKeras chooses by itself where to compute."""


def set_logical_device_configuration(device: Any, logical_devices: Any) -> None:
    """Does nothing: there is no device to divide."""


class LogicalDeviceConfiguration:
    """A part of a device; there is none to divide.

    Args:
        memory_limit: Not used.
        **kwargs: Not used.
    """

    def __init__(self, memory_limit: Any = None, **kwargs: Any) -> None:
        self.memory_limit = memory_limit


class threading:
    """`tf.config.threading`: there is one thread."""

    @staticmethod
    def set_inter_op_parallelism_threads(num_threads: int) -> None:
        """Does nothing."""

    @staticmethod
    def set_intra_op_parallelism_threads(num_threads: int) -> None:
        """Does nothing."""


class optimizer:
    """`tf.config.optimizer`: options of TensorFlow's own compiler."""

    @staticmethod
    def set_jit(enabled: Any) -> None:
        """Does nothing: steps are always compiled."""

    @staticmethod
    def set_experimental_options(options: Any) -> None:
        """Does nothing."""
