"""The desktop's device: the `wgpu` package, which the extra `webgpu` brings.

This module owns `DesktopDevice`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core.engine.backends.webgpu.device import (
    DISPATCH_WORDS,
    STEP_BYTES,
    DeviceLostError,
    Part,
)
from pykeras_core.engine.primitive import Array

__all__ = ["DesktopDevice"]

_FIXED_BINDINGS = 3
_LIMITS = (
    *("max-buffer-size", "max-storage-buffer-binding-size", "max-storage-buffers-per-shader-stage"),
)


class DesktopDevice:
    """A device of this machine.

    Raises:
        OSError: If there is none, or the package is not installed.
    """

    def __init__(self) -> None:
        self._wgpu = wgpu = _package()
        adapter = _adapter(wgpu)
        limits = adapter.limits
        self._device = adapter.request_device_sync(
            required_limits={name: limits[name] for name in _LIMITS}
        )
        info = adapter.info
        self.description = str(info["device"] or info["description"])
        self.is_fallback = info["adapter_type"] == "CPU"
        self.most_binding_bytes = int(limits["max-storage-buffer-binding-size"])
        self.most_inputs = int(min(limits["max-storage-buffers-per-shader-stage"], 8)) - 2
        self.most_workgroups = int(limits["max-compute-workgroups-per-dimension"])
        self._buffers: dict[int, Any] = {}
        self._pipelines: list[Any] = []
        self._known: dict[str, int] = {}
        self._groups: list[Any] = []
        self._next = 0
        self._layouts: dict[int, tuple[Any, Any]] = {}

    def buffer(self, size: int) -> int:
        """Make a buffer; see `Device.buffer`."""
        use = self._wgpu.BufferUsage
        self._next += 1
        try:
            made = self._device.create_buffer(
                size=max(size, 16), usage=use.STORAGE | use.UNIFORM | use.COPY_SRC | use.COPY_DST
            )
        except Exception as error:
            raise MemoryError(f"the graphics processor has no room for {size} bytes") from error
        self._buffers[self._next] = made
        return self._next

    def release(self, buffer: int) -> None:
        """Give a buffer back; see `Device.release`."""
        self._buffers.pop(buffer).destroy()

    def write(self, buffer: int, offset: int, array: Array) -> None:
        """Bring elements; see `Device.write`."""
        if array.nbytes:
            self._device.queue.write_buffer(self._buffers[buffer], offset, array)

    def copy(self, source: Part, target: Part) -> None:
        """Copy bytes; see `Device.copy`."""
        encoder = self._device.create_command_encoder()
        encoder.copy_buffer_to_buffer(
            self._buffers[source.buffer],
            source.offset,
            self._buffers[target.buffer],
            target.offset,
            source.size,
        )
        self._device.queue.submit([encoder.finish()])

    def pipeline(self, text: str) -> int:
        """Make a shader ready; see `Device.pipeline`."""
        if text not in self._known:
            inputs = text.count("var<storage, read>")
            module = self._device.create_shader_module(code=text)
            made = self._device.create_compute_pipeline(
                layout=self._layout(inputs)[1],
                compute={"module": module, "entry_point": "main"},
            )
            self._pipelines.append(made)
            self._known[text] = len(self._pipelines) - 1
        return self._known[text]

    def pending(self, pipelines: Sequence[int]) -> bool:
        """No: here shaders are made at once."""
        return False

    def wait(self, pipelines: Sequence[int]) -> None:
        """Nothing to wait for; see `pending`."""

    def _layout(self, inputs: int) -> tuple[Any, Any]:
        """Layouts of the bindings, and of pipelines, with so many inputs."""
        if inputs not in self._layouts:
            kinds = ["storage", "storage", "uniform", *["read-only-storage"] * inputs]
            entries = [
                {
                    "binding": number,
                    "visibility": self._wgpu.ShaderStage.COMPUTE,
                    "buffer": {"type": kind, "has_dynamic_offset": kind == "uniform"},
                }
                for number, kind in enumerate(kinds)
            ]
            bindings = self._device.create_bind_group_layout(entries=entries)
            pipelines = self._device.create_pipeline_layout(bind_group_layouts=[bindings])
            self._layouts[inputs] = (bindings, pipelines)
        return self._layouts[inputs]

    def group(self, buffers: Sequence[int]) -> int:
        """Bind buffers; see `Device.group`."""
        entries = []
        for number, buffer in enumerate(buffers):
            made = self._buffers[buffer]
            size = 16 if number == _FIXED_BINDINGS - 1 else made.size
            entries.append(
                {"binding": number, "resource": {"buffer": made, "offset": 0, "size": size}}
            )
        layout = self._layout(len(buffers) - _FIXED_BINDINGS)[0]
        self._groups.append(self._device.create_bind_group(layout=layout, entries=entries))
        return len(self._groups) - 1

    def submit(self, words: Array) -> None:
        """Run dispatches; see `Device.submit`."""
        encoder = self._device.create_command_encoder()
        work = encoder.begin_compute_pass()
        for pipeline, group, count, step in words.reshape(-1, DISPATCH_WORDS).tolist():
            work.set_pipeline(self._pipelines[pipeline])
            work.set_bind_group(0, self._groups[group], [step * STEP_BYTES])
            work.dispatch_workgroups(count)
        work.end()
        self._device.queue.submit([encoder.finish()])

    def read(self, parts: Sequence[Part]) -> list[Array]:
        """Bring bytes back; see `Device.read`."""
        if not parts:
            return []
        use = self._wgpu.BufferUsage
        total = sum(part.size for part in parts)
        try:
            staging = self._device.create_buffer(
                size=max(total, 4), usage=use.COPY_DST | use.MAP_READ
            )
            encoder = self._device.create_command_encoder()
            at = 0
            for part in parts:
                if part.size:
                    encoder.copy_buffer_to_buffer(
                        self._buffers[part.buffer], part.offset, staging, at, part.size
                    )
                at += part.size
            self._device.queue.submit([encoder.finish()])
            staging.map_sync(self._wgpu.MapMode.READ)
            words = np.frombuffer(bytes(staging.read_mapped()), np.uint32)[: total // 4]
            staging.unmap()
            staging.destroy()
        except Exception as error:
            raise DeviceLostError(f"the graphics processor was lost: {error}") from error
        ends = np.cumsum([part.size // 4 for part in parts])
        return [found.copy() for found in np.split(words, ends[:-1])]


def _package() -> Any:
    try:
        if "XDG_RUNTIME_DIR" not in os.environ:  # Vulkan's loader complains where there is none
            os.environ["XDG_RUNTIME_DIR"] = tempfile.gettempdir()
        import wgpu
    except ImportError as error:
        raise OSError('`wgpu` is not installed: pip install "pykeras-core[webgpu]"') from error
    return wgpu


def _adapter(wgpu: Any) -> Any:
    try:
        return wgpu.gpu.request_adapter_sync(power_preference="high-performance")
    except Exception as error:
        raise OSError("this machine has no graphics processor that WebGPU can use") from error
