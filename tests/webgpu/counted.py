"""A device that tells what crosses to it, and that can be lost or be a smaller one."""

from __future__ import annotations

from typing import Any

from pykeras_core.engine.backends.webgpu.device import Device, DeviceLostError

__all__ = ["Counted"]


class Counted:
    """A device that counts what crosses to it and back, and that can be lost.

    Args:
        device: The device itself.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self.counts = {"write": 0, "read": 0, "submit": 0, "buffer": 0, "release": 0}
        self.is_lost = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._device, name)
        if name not in self.counts:
            return found

        def counted(*given: Any) -> Any:
            self.counts[name] += 1
            if self.is_lost and name == "read":
                raise DeviceLostError("the graphics processor was lost")
            return found(*given)

        return counted
