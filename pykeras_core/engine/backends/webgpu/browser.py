"""The page's device: `navigator.gpu` in the worker, behind `web/worker/gpu.js`.

This module owns `BrowserDevice` and `connect`, by which a worker offers its graphics processor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.webgpu.device import DeviceLostError, NoDeviceError, Part
from pykeras_core.engine.primitive import Array

__all__ = ["BrowserDevice", "connect"]

_graphics: Any = None


def connect(graphics: Any) -> None:
    """Tell how a graphics processor is had; a worker does so when it starts.

    Args:
        graphics: JavaScript object whose `open` gives a promise of a device of `gpu.js`, and whose
            `canPause` says whether this browser can suspend Python.
    """
    global _graphics
    _graphics = graphics


class BrowserDevice:
    """A device of the browser.

    Raises:
        OSError: If there is none that can be used, with the reason in one sentence.
    """

    def __init__(self) -> None:
        ffi = import_module("pyodide.ffi")
        self._wait: Callable[[Any], Any] = ffi.run_sync
        self._can_wait: Callable[[], bool] = ffi.can_run_sync
        self._gpu = gpu = self._open()
        self.description = str(gpu.description)
        self.is_fallback = bool(gpu.isFallback)
        self.most_binding_bytes = int(gpu.mostBindingBytes)
        self.most_inputs = min(int(gpu.mostStorageBuffers), 8) - 2
        self.most_workgroups = int(gpu.mostWorkgroups)
        self.has_timestamps = False
        self._most_bytes = int(gpu.mostBufferBytes)
        self._known: dict[str, int] = {}

    def _open(self) -> Any:
        if _graphics is None:
            raise OSError("this page does not offer its graphics processor to Python")
        if not _graphics.canPause:
            raise NoDeviceError(Reason("no-jspi"))
        if not self._can_wait():
            raise OSError("Python was called in a way in which it cannot wait")
        found = self._wait(_graphics.open())
        code = getattr(found, "code", None)
        if code is not None:
            raise NoDeviceError(Reason(str(code), {"detail": str(found.detail)}))
        return found

    def buffer(self, size: int) -> int:
        """Make a buffer; see `Device.buffer`."""
        number = self._wait(self._gpu.allocate(size)) if size <= self._most_bytes else 0
        if not number:
            raise MemoryError(f"the graphics processor has no room for {size} bytes")
        return int(number)

    def release(self, buffer: int) -> None:
        """Give a buffer back; see `Device.release`."""
        self._gpu.release(buffer)

    def write(self, buffer: int, offset: int, array: Array) -> None:
        """Bring elements; see `Device.write`."""
        if array.nbytes:
            self._gpu.write(buffer, offset, array)

    def copy(self, source: Part, target: Part) -> None:
        """Copy bytes; see `Device.copy`."""
        self._gpu.copy(source.buffer, source.offset, target.buffer, target.offset, source.size)

    def pipeline(self, text: str) -> int:
        """Begin to make a shader ready; see `Device.pipeline`."""
        if text not in self._known:
            inputs = text.count("var<storage, read>")
            self._known[text] = int(self._gpu.pipeline(text, inputs))
        return self._known[text]

    def pending(self, pipelines: Sequence[int]) -> bool:
        """Whether some are not ready; see `Device.pending`."""
        found = self._gpu.pending(_words(pipelines))
        if isinstance(found, str):
            raise ValueError(found)
        return bool(found)

    def wait(self, pipelines: Sequence[int]) -> None:
        """Wait until they are ready; see `Device.wait`."""
        if self.pending(pipelines):
            self._wait(self._gpu.wait(_words(pipelines)))
            self.pending(pipelines)

    def group(self, buffers: Sequence[int]) -> int:
        """Bind buffers; see `Device.group`."""
        return int(self._gpu.group(_words(buffers)))

    def submit(self, words: Array) -> None:
        """Run dispatches; see `Device.submit`."""
        self._gpu.submit(words)

    def read(self, parts: Sequence[Part]) -> list[Array]:
        """Bring bytes back; see `Device.read`."""
        words = [
            number for part in parts for number in (part.buffer, part.offset // 4, part.size // 4)
        ]
        mapped = self._wait(self._gpu.map(_words(words)))
        if isinstance(mapped, str):
            raise DeviceLostError(f"the graphics processor was lost: {mapped}")
        found = np.empty(sum(words[2::3]), np.uint32)
        mapped.copyTo(found)
        return np.split(found, np.cumsum(words[2::3])[:-1]) if parts else []


def _words(numbers: Sequence[int]) -> Array:
    return np.array(numbers, np.int32)
