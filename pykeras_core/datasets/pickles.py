"""Reads the pickles that some data sets come as, and nothing but arrays from them.

Unpickling imports and calls whatever the bytes name. Here they may name only what rebuilds a
NumPy array, and no array larger than the bytes that it is made of. A pickle may ask for far more
memory than it has bytes; each step is looked at before it is followed, so that it cannot.
"""

from __future__ import annotations

import functools
import io
import math
import pickle
import pickletools
import re
from typing import Any

import numpy as np

from pykeras_core.checks import checked

__all__ = ["load"]

_MOST_CONTAINERS = 1_000_000
"""Lists, tuples and dicts in a pickle: far more than a data set has texts."""

_SHORTEST_STORE = 2
"""Bytes of the shortest step that remembers a value: so many places, at most, are numbered."""

_LENGTH_BYTES = {
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}

_CONTAINERS = frozenset(
    opcode.code.encode("latin-1")
    for opcode in pickletools.opcodes
    if opcode.name in ("EMPTY_LIST", "EMPTY_TUPLE", "EMPTY_DICT", "EMPTY_SET", "MARK")
    or opcode.name in ("TUPLE1", "TUPLE2", "TUPLE3")
)
_STORES = {b"r": 4, b"p": 0}
"""Steps that remember a value at a place that they number: bytes of the number, 0 for digits."""


class _Type:
    """A plain type of values, of which a pickle may choose the order of bytes and nothing else."""

    def __init__(self, code: Any, *_: Any) -> None:
        self.dtype = np.dtype(code)
        if self.dtype.kind not in "biufSUO":
            raise pickle.UnpicklingError(f"it holds values of {self.dtype}")

    def __setstate__(self, state: Any) -> None:
        if state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


class _Array(np.ndarray[Any, Any]):
    """An array that is filled only with as much as its pickle holds."""

    budget: _Budget

    def __setstate__(self, state: Any) -> None:
        version, shape, kind, by_columns, values = state
        dtype = kind.dtype
        self.budget.spend(len(values))
        held = len(values) if dtype.hasobject else len(values) // max(1, dtype.itemsize)
        if math.prod(shape) != held or min(shape, default=0) < 0:
            raise pickle.UnpicklingError(f"it holds {held} values for an array of shape {shape}")
        super().__setstate__((version, shape, dtype, by_columns, values))


class _Budget:
    """Makes what a pickle calls for, in all no more than its bytes say."""

    def __init__(self, size_bytes: int) -> None:
        self.left = size_bytes

    def spend(self, size: int) -> None:
        """Take a size away, of which a pickle has less than bytes."""
        self.left -= size
        if self.left < 0:
            raise pickle.UnpicklingError("it makes more than its bytes hold")

    def array(self, kind: Any, shape: Any, _dtype: Any) -> _Array:
        """An empty array, as pickles begin one; its values come in `__setstate__`."""
        if kind is not _ARRAY or shape != (0,):
            raise pickle.UnpicklingError("it makes an array in a way that NumPy does not write")
        made = np.ndarray.__new__(_Array, shape, np.int8)
        made.budget = self
        return made

    def encoded(self, text: Any, encoding: Any) -> bytes:
        """Bytes, which Python 3 pickles as text where it writes for Python 2."""
        if not isinstance(text, str) or encoding != "latin1":
            raise pickle.UnpicklingError(f"it encodes a {type(text).__name__} as {encoding!r}")
        self.spend(len(text))
        return text.encode("latin-1")


_ARRAY = "numpy.ndarray"


class _ArrayUnpickler(pickle.Unpickler):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="bytes")
        budget = _Budget(len(data))
        self.allowed: dict[tuple[str, str], Any] = {
            ("numpy", "ndarray"): _ARRAY,
            ("numpy", "dtype"): _Type,
            ("numpy.core.multiarray", "_reconstruct"): budget.array,
            ("numpy._core.multiarray", "_reconstruct"): budget.array,
            ("_codecs", "encode"): budget.encoded,
        }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self.allowed:
            return self.allowed[module, name]
        raise pickle.UnpicklingError(f"it asks for `{module}.{name}`, a data set needs only arrays")


@checked
def load(data: bytes) -> Any:
    """Return what was pickled: arrays, numbers, bytes, lists and dicts.

    Args:
        data: The pickle; text of Python 2 comes back as bytes.

    Raises:
        pickle.UnpicklingError: It asks for anything else, or for more memory than it has bytes.
        ValueError: It is damaged.
    """
    try:
        _look_through(data)
        found = _ArrayUnpickler(data).load()
        return found.view(np.ndarray) if isinstance(found, _Array) else found
    except (EOFError, LookupError, TypeError, AttributeError, MemoryError, OverflowError) as error:
        raise ValueError(f"the pickle is damaged ({error})") from error


def _look_through(data: bytes) -> None:
    """Raise an error unless each step of a pickle asks for what its bytes can hold."""
    opcodes = {opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes}
    harmless = _harmless_steps()
    position, containers = 0, 0
    while position < len(data):
        found = harmless.match(data, position)
        position = found.end() if found else position
        code = data[position : position + 1]
        if code not in opcodes:
            raise pickle.UnpicklingError(f"it has no step at byte {position} that Python knows")
        end = _end_of(data, position, opcodes[code])
        if code == b".":
            return
        containers += code in _CONTAINERS
        if containers > _MOST_CONTAINERS:
            raise pickle.UnpicklingError(f"it makes more than {_MOST_CONTAINERS} lists")
        if code in _STORES:
            place = data[position + 1 : end]
            number = int.from_bytes(place, "little") if _STORES[code] else int(place)
            if number > len(data) // _SHORTEST_STORE:
                raise pickle.UnpicklingError(
                    f"it numbers a value {number}, far more than its {len(data)} bytes can hold"
                )
        position = end
    raise EOFError("it ends without an end")


@functools.cache
def _harmless_steps() -> re.Pattern[bytes]:
    """Steps whose size is fixed and that make at most one number: most of a data set's."""
    sizes: dict[int, bytes] = {}
    for opcode in pickletools.opcodes:
        code, size = opcode.code.encode("latin-1"), opcode.arg.n if opcode.arg else 0
        if code not in _CONTAINERS and code not in _STORES and code != b"." and size >= 0:
            sizes[size] = sizes.get(size, b"") + re.escape(code)
    steps = (b"[%b].{%d}" % (codes, size) for size, codes in sorted(sizes.items()))
    return re.compile(b"(?s:" + b"|".join(steps) + b")*+")


def _end_of(data: bytes, position: int, opcode: pickletools.OpcodeInfo) -> int:
    """Where a step ends, which must be within the bytes."""
    start, size = position + 1, opcode.arg.n if opcode.arg else 0
    if size == pickletools.UP_TO_NEWLINE:
        lines = 2 if opcode.name in ("GLOBAL", "INST") else 1
        for _ in range(lines):
            start = data.index(b"\n", start) + 1
        return start
    if size < 0:
        length_bytes = _LENGTH_BYTES[size]
        size = length_bytes + int.from_bytes(data[start : start + length_bytes], "little")
    if start + size > len(data):
        raise EOFError(f"its step at byte {position} says that it has {size} bytes")
    return start + size
