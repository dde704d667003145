"""Tuning: which tile of a product is the fastest on a device, as measured there.

This module owns `Tiles` and `Trials`. A large tile reads less for each product and leaves fewer
threads; which is better depends on the device and on the shape. So each shape of some size is tried
once, on a buffer of zeros, and what has been found is remembered for the device.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pykeras_core.engine.backends.webgpu.device import STEP_BYTES, Device, Part
from pykeras_core.engine.backends.webgpu.dispatches import Shaders
from pykeras_core.engine.backends.webgpu.factors import Factors, Tile
from pykeras_core.engine.backends.webgpu.products import ProductWork, product_units
from pykeras_core.engine.backends.webgpu.residence import WORD_BYTES
from pykeras_core.engine.backends.webgpu.schedule import Dispatch, Stage
from pykeras_core.engine.backends.webgpu.shader import Place
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Equation, Value

__all__ = ["Tiles", "Trials", "seconds_of"]

_SMALL, _TALL, _LARGE = (4, 4), (8, 4), (8, 8)
_LARGE_FROM = 2**19
"""Elements of a product from which on threads are likely to be enough even where each makes a large
tile; what has been measured goes before."""
_WORTH_TRYING = 2**20
"""Operations of a product from which on it is tried."""
_GAIN = 0.9
"""A tile that takes so much of the usual one's time, or less, replaces it."""
_SPAN_S = 0.005
"""How long a measurement is, at least, where a dispatch takes less."""
_MOST_TIMES = 20


@dataclass(frozen=True)
class _Trial:
    """A product with one of its tiles, as dispatches: pipeline and workgroups of each."""

    tile: Tile
    dispatches: tuple[tuple[int, int], ...]
    words: int


class Tiles:
    """Gives the tile of a product.

    Args:
        device: Where it is to run.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._best: dict[object, Tile] = {}

    def tile_of(self, equation: Equation, factors: Factors) -> Tile:
        """Rows and columns of the tile that a thread makes."""
        found = self._best.get(_shape(equation))
        if found is not None:
            return found
        tiles = _tiles(equation, factors)
        is_large = factors.rows * factors.columns * factors.count >= _LARGE_FROM
        return tiles[-1] if is_large else tiles[0]

    def trials(self, products: Iterable[ProductWork]) -> Trials:
        """Begin to compile what has to be measured for some products."""
        found: dict[object, list[_Trial]] = {}
        tiles_now: list[tuple[object, Tile]] = []
        for product in products:
            equation, factors = product.equation, product.factors
            shape, tiles = _shape(equation), _tiles(equation, factors)
            tiles_now.append((shape, product.tile))
            known = shape in self._best or shape in found or len(tiles) == 1
            if not known and _operations(factors) >= _WORTH_TRYING:
                made = [self._trial(equation, factors, tile) for tile in tiles]
                most_bytes = max(one.words for one in made) * WORD_BYTES
                if most_bytes <= self._device.most_binding_bytes:
                    found[shape] = made
        return Trials(self._device, found, tiles_now, self._best)

    def _trial(self, equation: Equation, factors: Factors, tile: Tile) -> _Trial:
        places: dict[int, Place] = {}
        words = 0

        def locate(value: Value) -> Place:
            nonlocal words
            if id(value) not in places:
                places[id(value)] = Place("arena", f"{words}u")
                words += -(-value.spec.size // 4) * 4
            return places[id(value)]

        shaders = Shaders(locate, 0, self._device)
        units = product_units(equation, factors, None, tile)
        written = [
            shaders.encoded(Dispatch([Stage([unit], lambda value: value)], is_wide=True), False)
            for unit in units
        ]
        found = tuple((one.pipeline, one.workgroups) for one in written if one)
        return _Trial(tile, found, words)


class Trials:
    """Measurements that are still to be made.

    Args:
        device: Where.
        products: By shape of a product, its trials, the smallest tile first.
        tiles_now: Of each product, its shape and the tile that it has.
        best: Where to put what is found.
    """

    def __init__(
        self,
        device: Device,
        products: dict[object, list[_Trial]],
        tiles_now: Sequence[tuple[object, Tile]],
        best: dict[object, Tile],
    ) -> None:
        self._device, self._products, self._best = device, products, best
        self._tiles_now = tiles_now

    @property
    def pipelines(self) -> list[int]:
        """What has to be compiled before."""
        return [
            pipeline
            for trials in self._products.values()
            for trial in trials
            for pipeline, _ in trial.dispatches
        ]

    def measure(self) -> bool:
        """Make them, all of whose pipelines are compiled; without room for them, none.

        Returns:
            Whether a product would have another tile now.
        """
        if self._products:
            self._measure()
        return any(self._best.get(shape, tile) != tile for shape, tile in self._tiles_now)

    def _measure(self) -> None:
        device = self._device
        words = max(one.words for trials in self._products.values() for one in trials)
        sizes = (words * WORD_BYTES, STEP_BYTES, STEP_BYTES)
        buffers: list[int] = []
        try:
            buffers.extend(map(device.buffer, sizes))
            group = device.group(buffers)
            nothing = Part(buffers[0], 0, WORD_BYTES)
            for shape, trials in self._products.items():
                self._best[shape] = self._fastest(trials, group, nothing)
        except MemoryError:
            pass
        finally:
            self._products = {}
            for buffer in buffers:
                device.release(buffer)

    def _fastest(self, trials: Sequence[_Trial], group: int, nothing: Part) -> Tile:
        usual, *others = trials
        best, seconds = usual.tile, _GAIN * self._seconds(usual, group, nothing)
        for trial in others:
            found = self._seconds(trial, group, nothing)
            if found < seconds:
                best, seconds = trial.tile, found
        return best

    def _seconds(self, trial: _Trial, group: int, nothing: Part) -> float:
        words = [(pipeline, group, count, 0) for pipeline, count in trial.dispatches]
        return seconds_of(self._device, np.array(words, np.int32).ravel(), nothing)


def seconds_of(device: Device, words: Array, nothing: Part) -> float:
    """Seconds that some dispatches take: the least of some measurements.

    Args:
        device: What runs them.
        words: As `Device.submit` takes them.
        nothing: What to wait for.
    """

    def span(times: int) -> float:
        began = time.perf_counter()
        device.submit(np.tile(words, times))
        device.read([nothing])
        return time.perf_counter() - began

    span(1)  # the first one may compile
    once = span(1)
    if once > _SPAN_S * _MOST_TIMES:
        return once
    times = min(max(math.ceil(_SPAN_S / max(once, 1e-9)), 2), _MOST_TIMES)
    measured = [((span(times) - span(1)) / (times - 1), span(times) / times) for _ in range(3)]
    # where other work delays the short span, it tells more than there was
    return min(alone if alone > 0 else upper for alone, upper in measured)


def _shape(equation: Equation) -> object:
    """What the speed of a product depends on."""
    values = (*equation.inputs, *equation.outputs)
    return equation.primitive.name, repr(equation.params), tuple(value.spec for value in values)


def _operations(factors: Factors) -> int:
    return factors.count * factors.rows * factors.columns * factors.depth


def _tiles(equation: Equation, factors: Factors) -> list[Tile]:
    """Tiles to choose from, the smallest first.

    Convolutions write out more for each element, so that the largest tile would take some
    compilers many seconds.
    """
    if not factors.takes_fours or factors.rows <= _SMALL[0]:
        return [_SMALL]
    if equation.primitive.name != "matmul":
        return [_SMALL, _TALL]
    return [_SMALL, _LARGE] if factors.columns > _SMALL[1] else [_SMALL, _TALL]
