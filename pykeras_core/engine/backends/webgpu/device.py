"""The device: what the WebGPU backend asks of the graphics processor, whoever gives it.

This module owns `Device`, the small runtime that has two hosts: `navigator.gpu` in a page
(`browser.py`) and the `wgpu` package on a desktop (`desktop.py`). Buffers, pipelines and groups of
bindings are numbers. What a submit runs is one list of numbers, so that a page's Python crosses to
JavaScript once a submit and not once a dispatch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.primitive import Array

__all__ = ["DISPATCH_WORDS", "STEP_BYTES", "Device", "DeviceLostError", "NoDeviceError", "Part"]

DISPATCH_WORDS = 4
"""Words of a dispatch in the list of a submit: the pipeline, the group of bindings, how many
workgroups, and which step of a scan it is for."""

STEP_BYTES = 256
"""How far the numbers of a scan's steps lie apart: what a moving binding may begin at."""


class NoDeviceError(OSError):
    """There is no device to be had.

    Args:
        reason: Why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class DeviceLostError(RuntimeError):
    """The device is gone, and all that it held with it."""


@dataclass(frozen=True)
class Part:
    """Some neighbouring bytes of a buffer.

    Args:
        buffer: Which.
        offset: Where they begin; a multiple of 4.
        size: How many; a multiple of 4.
    """

    buffer: int
    offset: int
    size: int


class Device(Protocol):
    """A graphics processor.

    Attributes:
        description: What it calls itself.
        is_fallback: Whether it is a processor that only acts as one.
        most_binding_bytes: How much of a buffer a shader can see at once.
        most_inputs: How many buffers a shader can read beside the arena and the state.
        most_workgroups: Of a dispatch.
        has_timestamps: Whether it can time a dispatch by itself.
    """

    description: str
    is_fallback: bool
    most_binding_bytes: int
    most_inputs: int
    most_workgroups: int

    def buffer(self, size: int) -> int:
        """Make a buffer of zeros.

        Args:
            size: Bytes; a multiple of 4.

        Raises:
            MemoryError: If there is no room for it.
        """

    def release(self, buffer: int) -> None:
        """Give a buffer back."""

    def write(self, buffer: int, offset: int, array: Array) -> None:
        """Bring elements to a buffer, before all that is submitted later.

        Args:
            buffer: Which.
            offset: Where they go, in bytes; a multiple of 4.
            array: Contiguous; its bytes are a multiple of 4.
        """

    def copy(self, source: Part, target: Part) -> None:
        """Copy bytes from one buffer to another."""

    def pipeline(self, text: str) -> int:
        """Begin to make a shader ready.

        Args:
            text: WGSL with an entry point `main`. Binding 0 is the arena, 1 the state, both to
                read and write; 2 a uniform that moves by `STEP_BYTES`; from 3 on inputs to read.
        """

    def pending(self, pipelines: Sequence[int]) -> bool:
        """Whether some of them are not ready yet.

        Raises:
            ValueError: If the device refuses one; the message has its words.
        """

    def wait(self, pipelines: Sequence[int]) -> None:
        """Wait until they are ready; see `pending`."""

    def group(self, buffers: Sequence[int]) -> int:
        """Bind buffers: the arena, the state, the scan's steps, then inputs."""

    def submit(self, words: Array) -> None:
        """Run dispatches, one after the other; may return before they have.

        Args:
            words: int32, `DISPATCH_WORDS` for each.
        """

    def read(self, parts: Sequence[Part]) -> list[Array]:
        """Wait until all that was submitted has run, and bring bytes back.

        Args:
            parts: What to bring.

        Returns:
            A fresh array of uint32 for each.

        Raises:
            DeviceLostError: If the device is gone.
        """
