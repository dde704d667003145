"""Residence: what lies on the device between runs, for all executables together.

This module owns `Residence`. Variables live in one buffer, the state; a variable is lent to the
device by a run that changes it, and recalled by whoever reads it on the host. Data sets stay as
long as their arrays do.
"""

from __future__ import annotations

import time
import warnings
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pykeras_core.engine.backends.webgpu.device import Device, DeviceLostError, Part
from pykeras_core.engine.primitive import Array, Spec
from pykeras_core.engine.program import VariableLike

__all__ = ["Layout", "Residence", "Span", "array_of", "words_from"]

WORD_BYTES = 4
_ALIGNMENT = 16
"""Words to a multiple of which a variable begins."""
_LEAST_WORDS = 2**16
_MOST_KEPT = 4
"""Data sets that stay on the device."""
_TOGETHER_BYTES = 2**24
"""So much is brought back at once when a single variable is wanted: the next ones will be too."""
_LOST = "The graphics processor was lost: weights are those of {:.0f} seconds ago."
_KEEP_EVERY_S, _KEEPING_SHARE = 5.0, 0.01
"""How often weights are kept on the host too, and the most of the time that this may take."""


def words_from(array: Array) -> Array:
    """An array's elements as the device holds them: a word each, bool as all ones or zeros."""
    flat: Array = np.ascontiguousarray(array).reshape(-1)
    if flat.dtype == bool:
        flat = np.where(flat, np.uint32(0xFFFFFFFF), np.uint32(0))
    elif flat.dtype.itemsize != WORD_BYTES:
        flat = flat.astype(np.uint32)
    words: Array = flat.view(np.uint32)
    return words


def array_of(words: Array, spec: Spec) -> Array:
    """What the device holds, as an array of NumPy."""
    if spec.dtype == "bool":
        found = words != 0
    elif spec.dtype == "uint8":
        found = words.astype(np.uint8)
    else:
        found = words.view(spec.dtype)
    array: Array = found.reshape(spec.shape)
    return array


@dataclass
class _Resident:
    """A variable on the device.

    Args:
        offset: Its first word in the state.
        spec: Shape and dtype.
        version: Of the elements that the device has; -1 if it has none.
    """

    offset: int
    spec: Spec
    version: int = -1


@dataclass(frozen=True)
class Span:
    """Neighbouring bytes of an array in a buffer of inputs.

    Args:
        buffer: Which buffer.
        offset: The first byte there.
        first: The first byte of the array.
        size: How many; a multiple of 4, the last one's padding among them.
    """

    buffer: int
    offset: int
    first: int
    size: int


@dataclass(frozen=True)
class Layout:
    """Where the arrays of a run lie in buffers of inputs.

    Args:
        places: For each array, its spans: one, unless it is larger than a buffer.
        sizes: Bytes of each buffer.
    """

    places: tuple[tuple[Span, ...], ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, specs: Sequence[Spec], most_bytes: int) -> Layout:
        """One array after the other, in as few buffers as hold them.

        Args:
            specs: Of the arrays.
            most_bytes: Of a buffer.
        """
        unit = _ALIGNMENT * WORD_BYTES
        most = most_bytes // unit * unit
        places: list[tuple[Span, ...]] = []
        sizes: list[int] = []
        for spec in specs:
            left, spans = -(-spec.size_bytes // unit) * unit, list[Span]()
            while left or not spans:
                size = min(left, most)
                if not sizes or sizes[-1] + size > most or spans:
                    sizes.append(0)
                first = sum(span.size for span in spans)
                spans.append(Span(len(sizes) - 1, sizes[-1], first, size))
                sizes[-1] += size
                left -= size
            places.append(tuple(spans))
        return cls(tuple(places), tuple(sizes))


class _Data:
    """Arrays on the device."""

    def __init__(self, device: Device, layout: Layout, count: int) -> None:
        self.buffers = [device.buffer(size) for size in layout.sizes]
        self.stamps: list[int | None] = [None] * count


class Residence:
    """The variables and data on a device.

    Args:
        device: Which.

    Attributes:
        state: The buffer of all variables.
        generation: Rises when there is another buffer in its place.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._words = _LEAST_WORDS
        self.state = device.buffer(self._words * WORD_BYTES)
        self.generation = 0
        self._residents: dict[int, _Resident] = {}
        self._lent: dict[int, weakref.ref[VariableLike]] = {}
        self._kept_at, self._keep_every_s = time.perf_counter(), _KEEP_EVERY_S
        self._free: list[tuple[int, int]] = []
        self._top = 0
        self._data: OrderedDict[object, _Data] = OrderedDict()

    def offset(self, variable: VariableLike) -> int:
        """The first word of a variable in the state, where it stays as long as it exists."""
        found = self._residents.get(id(variable))
        if found is None:
            size = -(-max(variable.spec.size, 1) // _ALIGNMENT) * _ALIGNMENT
            found = _Resident(self._take(size), variable.spec)
            self._residents[id(variable)] = found
            weakref.finalize(variable, self._forget, id(variable), found.offset, size)
        return found.offset

    def _take(self, size: int) -> int:
        for number, (offset, length) in enumerate(self._free):
            if length == size:
                del self._free[number]
                return offset
        offset, self._top = self._top, self._top + size
        if self._top > self._words:
            self._grow(max(self._top, 2 * self._words))
        return offset

    def _grow(self, words: int) -> None:
        most = self._device.most_binding_bytes // WORD_BYTES
        words = min(words, most) if self._top <= most else self._top
        larger = self._device.buffer(words * WORD_BYTES)
        size = self._words * WORD_BYTES
        self._device.copy(Part(self.state, 0, size), Part(larger, 0, size))
        self._device.release(self.state)
        self.state, self._words = larger, words
        self.generation += 1

    def _forget(self, key: int, offset: int, size: int) -> None:
        self._residents.pop(key, None)
        self._lent.pop(key, None)
        self._free.append((offset, size))

    def bring(self, variables: Sequence[VariableLike]) -> None:
        """Bring to the device what has changed on the host."""
        for variable in variables:
            resident = self._residents[id(variable)]
            if resident.version != variable.version:
                words = words_from(variable.elements())
                self._device.write(self.state, resident.offset * WORD_BYTES, words)
                resident.version = variable.version

    def lend(self, variables: Sequence[VariableLike]) -> None:
        """Note that the device now has the newest elements of variables."""
        if not self._lent:
            self._kept_at = time.perf_counter()  # the host had the newest until now
        for variable in variables:
            variable.lend(self)
            self._residents[id(variable)].version = variable.version
            self._lent[id(variable)] = weakref.ref(variable)

    def recall(self, variable: VariableLike) -> Array | None:
        """Bring the elements of a variable back; see `Holder.recall`.

        What else is lent comes along if it is not too much, since it will be wanted too.
        """
        lent = self._all_lent()
        if sum(one.spec.size_bytes for one in lent) > _TOGETHER_BYTES:
            lent = [variable]
        try:
            arrays = self._read(lent)
        except DeviceLostError:
            if self._lent:
                warnings.warn(_LOST.format(self.give_up()), RuntimeWarning, stacklevel=4)
            return None
        found = None
        for one, array in zip(lent, arrays, strict=True):
            self._lent.pop(id(one), None)
            if one is variable:
                found = array
            else:
                one.receive(array, keeps_lent=False)
        return found

    def keep(self) -> None:
        """Have what is lent on the host too, every now and then, in case the device is lost."""
        now = time.perf_counter()
        if now - self._kept_at < self._keep_every_s:
            return
        lent = self._all_lent()
        for variable, array in zip(lent, self._read(lent), strict=True):
            variable.receive(array, keeps_lent=True)
        self._kept_at = time.perf_counter()
        self._keep_every_s = max(_KEEP_EVERY_S, (self._kept_at - now) / _KEEPING_SHARE)

    def give_up(self) -> float:
        """Bring nothing back any more; returns how many seconds old is what `keep` has brought."""
        self._lent.clear()
        return time.perf_counter() - self._kept_at

    def _all_lent(self) -> list[VariableLike]:
        found = (reference() for reference in self._lent.values())
        return [variable for variable in found if variable is not None]

    def _read(self, variables: Sequence[VariableLike]) -> list[Array]:
        residents = [self._residents[id(variable)] for variable in variables]
        words = self._device.read([self._part(resident) for resident in residents])
        return [array_of(*pair) for pair in zip(words, (r.spec for r in residents), strict=True)]

    def _part(self, resident: _Resident) -> Part:
        size = resident.spec.size * WORD_BYTES
        return Part(self.state, resident.offset * WORD_BYTES, size)

    def data(
        self,
        arrays: Sequence[Array],
        stamps: Sequence[int] | None,
        layout: Layout,
        owner: object,
    ) -> list[int]:
        """Buffers with the arrays of a run, of which only those that changed are brought.

        Args:
            arrays: The inputs.
            stamps: A number for each, new when its elements are; None: they are all new.
            layout: Where they go.
            owner: Whose buffers to use again where arrays are always new.
        """
        key = (layout, id(owner)) if stamps is None else (layout, *map(id, arrays))
        data = self._data.get(key)
        if data is None:
            data = self._data[key] = _Data(self._device, layout, len(arrays))
            while len(self._data) > _MOST_KEPT:
                _, oldest = self._data.popitem(last=False)
                for buffer in oldest.buffers:
                    self._device.release(buffer)
        self._data.move_to_end(key)
        for number, (array, spans) in enumerate(zip(arrays, layout.places, strict=True)):
            stamp = None if stamps is None else stamps[number]
            if stamp is None or data.stamps[number] != stamp:
                found = _padded(array)
                for span in spans:
                    part = found[span.first : span.first + span.size]
                    self._device.write(data.buffers[span.buffer], span.offset, part)
                data.stamps[number] = stamp
        return data.buffers


def _padded(array: Array) -> Array:
    """An array's bytes, as they are, in whole words."""
    flat = array.reshape(-1).view(np.uint8)
    rest = -len(flat) % WORD_BYTES
    return np.concatenate([flat, np.zeros(rest, np.uint8)]) if rest else flat
