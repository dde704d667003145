"""Capacity: whether there is memory for an array, asked before the array is made.

Without this question a page would answer with half of a message, and a desktop that promises
more memory than it has would end the whole program later, in the middle of its work.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["LARGE_BYTES", "available_bytes", "held_bytes", "readable_size", "require_bytes"]

LARGE_BYTES = 2**24
"""Below this size nobody asks: the answer would cost more than the array."""

_MEMINFO = Path("/proc/meminfo")
_STATM = Path("/proc/self/statm")
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


def require_bytes(what: str, needs: Mapping[str, int], advice: str) -> None:
    """Make sure that there is memory for something large before it is begun.

    Args:
        what: What is to be made, the beginning of the message.
        needs: Bytes that each part of it takes, by its name.
        advice: What to change if there is too little memory: a sentence.

    Raises:
        MemoryError: If all parts together need more than there is; the message names them.
    """
    total = sum(needs.values())
    if total < LARGE_BYTES:
        return
    available = available_bytes()
    if available is None or total <= available:
        return
    parts = [f"{readable_size(size)} for {name}" for name, size in needs.items() if size]
    listed = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    raise MemoryError(
        f"{what} needs {readable_size(total)} of memory{listed}, and "
        f"{readable_size(available)} is free. {advice}"
    )


def available_bytes() -> int | None:
    """Bytes that new arrays may take now; None where the system does not say."""
    if sys.platform == "emscripten":
        return _available_in_page()
    if _MEMINFO.is_file():
        return _available_on_linux()
    if hasattr(os, "sysconf"):
        # No figure for what is free there: what is more than all of it cannot be.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def held_bytes() -> int:
    """Bytes of memory that Python holds now; 0 where the system does not say."""
    if sys.platform == "emscripten":
        runtime = _page_runtime()
        return int(runtime.sbrk(0)) - int(runtime.mallinfo().fordblks)
    if _STATM.is_file():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def readable_size(size_bytes: int) -> str:
    """A number of bytes in the unit that suits it.

    Example:
        >>> readable_size(40_000_000_000), readable_size(250_000)
        ('40.0 GB', '0.25 MB')
    """
    if size_bytes >= 10**9:
        return f"{size_bytes / 10**9:,.1f} GB"
    return f"{size_bytes / 10**6:,.{0 if size_bytes >= 10**7 else 2}f} MB"


def _available_on_linux() -> int:
    lines = (line.split() for line in _MEMINFO.read_text().splitlines())
    sizes = {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines}
    available = sizes["MemAvailable"] + sizes["SwapFree"]
    limit = _CONTAINER_LIMIT.read_text().strip() if _CONTAINER_LIMIT.is_file() else "max"
    return available if limit == "max" else min(available, int(limit))


class _MallocUse(ctypes.Structure):
    """What `mallinfo` tells; the heap's free bytes are in `fordblks`."""

    _names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks")
    _fields_ = [(name, ctypes.c_size_t) for name in (*_names, "fordblks", "keepcost")]


def _available_in_page() -> int:
    """What the heap may still grow by, and what is free inside of it."""
    runtime = _page_runtime()
    growth: int = runtime.emscripten_get_heap_max() - runtime.sbrk(0)
    free: int = runtime.mallinfo().fordblks
    return growth + free


def _page_runtime() -> ctypes.CDLL:
    """The C functions that tell of the heap in a page."""
    runtime = ctypes.CDLL(None)
    runtime.emscripten_get_heap_max.restype = ctypes.c_size_t
    runtime.sbrk.restype = ctypes.c_size_t
    runtime.sbrk.argtypes = [ctypes.c_ssize_t]
    runtime.mallinfo.restype = _MallocUse
    return runtime
