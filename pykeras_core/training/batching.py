"""Batches: where a step's data comes from.

This module owns `ArrayBatches`, arrays that lie beside the weights and from which each traced
step takes its own rows, and `StreamBatches`, batches that a generator hands over one by one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.checks import ArgumentError
from pykeras_core.engine import Spec, Tensor, canonical_array, convert_to_tensor, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array

__all__ = ["ArrayBatches", "Run", "StreamBatches"]

_STAMPS = itertools.count()
_SAMPLE_BYTES = 2**18
"""How much of each array a sample keeps."""


@dataclass(frozen=True)
class Run:
    """Steps that can run in one go: equally large batches that follow each other.

    Args:
        first: Number of the first step within the pass over the data.
        n_steps: How many steps.
        batch_size: Rows of each batch.
    """

    first: int
    n_steps: int
    batch_size: int


class ArrayBatches:
    """Batches cut from arrays.

    Args:
        data: Structure of arrays (None where there is none), all with the same number of rows.
        batch_size: Rows a step.
        shuffle: Whether rows come in a new random order in each pass.

    Raises:
        ValueError: If there are no rows, the arrays differ in length, or the batch size is not
            a positive int.
        TypeError: If something is not a numeric array.
    """

    def __init__(self, data: Any, batch_size: int | None = None, shuffle: bool = False) -> None:
        self.structure = data
        leaves = tree.flatten(data)
        self._present = [leaf is not None for leaf in leaves]
        self.arrays: list[Array] = [
            _rows(_name(path), leaf)
            for path, leaf in tree.flatten_with_path(data)
            if leaf is not None
        ]
        self.samples = _common_length(data)
        self.batch_size = _checked_batch_size(batch_size, self.samples)
        self.shuffle = shuffle
        self.endless = False
        self.used_up = False
        self.steps = math.ceil(self.samples / self.batch_size)
        self._order = np.arange(self.samples, dtype=np.int32)
        self._stamps = [next(_STAMPS) for _ in (*self.arrays, self._order)]
        self._next = 0

    @property
    def paths(self) -> list[tuple[Any, ...]]:
        """Where each of `arrays` stands in the data's structure."""
        paths = [path for path, _ in tree.flatten_with_path(self.structure)]
        return [path for path, there in zip(paths, self._present, strict=True) if there]

    @property
    def inputs(self) -> list[Array]:
        """The arrays a traced step reads."""
        return [*self.arrays, self._order] if self.shuffle else self.arrays

    @property
    def stamps(self) -> list[int]:
        """A number for each of `inputs`, new when its elements are."""
        return self._stamps[: len(self.inputs)]

    def sample(self, rows: int) -> list[Array]:
        """Copies of the first rows of `inputs` in their order, or fewer where they are long."""
        samples = [
            array[: max(_SAMPLE_BYTES // (array[:1].nbytes or 1), 1)] for array in self.arrays
        ]
        order = [np.arange(rows, dtype=np.int32)] if self.shuffle else []
        return [*(sample[:rows].copy() for sample in samples), *order]

    @cached_property
    def signature(self) -> Any:
        """What a step was traced for: structure, shapes and dtypes."""
        shapes = tuple((array.shape, array.dtype.name) for array in self.arrays)
        names = tuple(path for path, _ in tree.flatten_with_path(self.structure))
        return (shapes, names, tuple(self._present), self.shuffle, self.batch_size)

    def start(self, generator: np.random.Generator, resume: bool = False) -> None:
        """Begin a pass over the data, in a new order if it is shuffled.

        Args:
            generator: Draws the order.
            resume: Whether to go on in a pass that has not come to its end.
        """
        if resume and 0 < self._next < self.steps:
            return
        self._next = 0
        if self.shuffle:
            generator.shuffle(self._order)
            self._stamps[-1] = next(_STAMPS)

    def end(self) -> None:
        """End a pass, wherever it is."""

    def position(self, arrays: list[Array]) -> dict[str, Any]:
        """Where in the data the next step is.

        Args:
            arrays: Receives the order of the rows; the result refers to it by number.
        """
        if self.shuffle:
            arrays.append(self._order.copy())
        return {"next": self._next, "order": len(arrays) - 1 if self.shuffle else None}

    def go_to(
        self, place: dict[str, Any], arrays: list[Array], order: np.random.Generator, resume: bool
    ) -> None:
        """Go on in data of the same rows from where `position` was.

        Args:
            place: What it returned.
            arrays: What it filled.
            order: Draws orders as at the beginning of the first pass.
            resume: Whether a pass goes on in the data where the one before has ended.
        """
        self._next = place["next"]
        if place["order"] is not None:
            self._order[...] = arrays[place["order"]]
            self._stamps[-1] = next(_STAMPS)

    def next_run(self, limit: int) -> Run | None:
        """The next steps, at most `limit`; None at the end of the pass."""
        if self._next >= self.steps:
            return None
        first = self._next
        full = self.samples // self.batch_size
        if first < full:
            run = Run(first, min(limit, full - first), self.batch_size)
        else:
            run = Run(first, 1, self.samples - full * self.batch_size)
        self._next += run.n_steps
        return run

    def batch(self, inputs: list[Tensor], step: Any, batch_size: int) -> Any:
        """Cut the batch of a step out of the inputs; ops only, so that it can be traced."""
        start = p.multiply(convert_to_tensor(step, "int32"), self.batch_size)
        if self.shuffle:
            rows = p.dynamic_slice(inputs[-1], start, length=batch_size)
            leaves = [p.take(array, rows, axis=0) for array in inputs[:-1]]
        else:
            leaves = [p.dynamic_slice(array, start, length=batch_size) for array in inputs]
        return self._pack(leaves)

    def first_batch_specs(self) -> Any:
        """Specs of a full batch, in the data's structure."""
        return self._pack(
            [Spec((self.batch_size, *a.shape[1:]), a.dtype.name) for a in self.arrays]
        )

    def _pack(self, leaves: list[Any]) -> Any:
        remaining = iter(leaves)
        return tree.pack_sequence_as(
            self.structure, [next(remaining) if there else None for there in self._present]
        )


class StreamBatches:
    """Batches from an iterable, each converted when its turn comes.

    Args:
        source: Returns an iterator over the batches of a pass; receives what draws random
            orders. It may return the same iterator again, which then goes on where it is.
        steps: Batches a pass if known, else None.
        prepare: Applied to each batch (class weights, for example).
        endless: Whether the batches never end, so that steps must be given.
        epochs: Told of each pass by `on_epoch_begin()` and `on_epoch_end()`, if given.
        once: Whether the source gives its batches only once, as a generator does.

    Attributes:
        inspect: Called on each batch before it is used; may raise.
        used_up: Whether there will be no batches any more.
    """

    def __init__(
        self,
        source: Callable[[np.random.Generator], Iterator[Any]],
        steps: int | None = None,
        prepare: Callable[[Any], Any] = lambda batch: batch,
        endless: bool = False,
        epochs: Any = None,
        once: bool = False,
    ) -> None:
        self._source = source
        self._once = once
        self.used_up = False
        self._epochs = epochs
        self._prepare = prepare
        self.endless = endless
        self.steps = steps
        self.samples = None
        self.shuffle = False
        self.inspect: Callable[[Any], None] = lambda batch: None
        self._given = 0
        self._asked: list[int] = []  # how often for a batch, in each pass
        self._told = False
        self._tell_begin()
        self._iterator = source(np.random.default_rng(0))
        self._peeked: list[Any] = []
        self._batch = ArrayBatches(self._peek())

    @property
    def first_batch(self) -> Any:
        """The batch that was looked at and not used yet, None if there is none."""
        return self._peeked[0] if self._peeked else None

    @property
    def inputs(self) -> list[Array]:
        """The arrays of the batch now."""
        return self._batch.inputs

    @property
    def stamps(self) -> list[int]:
        """Numbers of the arrays of the batch now; see `ArrayBatches.stamps`."""
        return self._batch.stamps

    def sample(self, rows: int) -> list[Array]:
        """Copies of the inputs."""
        return self._batch.sample(rows)

    @property
    def signature(self) -> Any:
        """What a step was traced for."""
        return self._batch.signature

    @property
    def batch_size(self) -> int:
        """Rows of the batch now."""
        return self._batch.samples

    def start(self, generator: np.random.Generator, resume: bool = False) -> None:
        """Begin a pass; the first one begins with the batch that was looked at already.

        Args:
            generator: Draws the order of batches that can be reordered.
            resume: Whether to go on in a pass that has not come to its end.
        """
        self._tell_begin()
        self._asked.append(0)
        if resume and self._given and (self.steps is None or self._given < self.steps):
            return
        self._given = 0
        if not self._peeked:
            self._iterator = self._source(generator)

    def _tell_begin(self) -> None:
        if self._epochs is not None and not self._told:
            self._epochs.on_epoch_begin()
        self._told = True

    def end(self) -> None:
        """End a pass, wherever it is."""
        if self._epochs is not None:
            self._epochs.on_epoch_end()
        self._told = False

    def _peek(self) -> Any:
        if not self._peeked:
            try:
                self._peeked.append(self._prepare(next(self._iterator)))
            except StopIteration:
                raise ValueError(
                    "expected data, received an iterable that gave no batch. A generator can be "
                    "used once; pass a function or a fresh one."
                ) from None
        return self._peeked[0]

    def next_run(self, limit: int) -> Run | None:
        """The next single step; None when the iterable ends."""
        if self._asked:
            self._asked[-1] += 1
        if self._peeked:
            batch = self._peeked.pop()
        else:
            batch = next(self._iterator, _END)
            if batch is _END:
                self._given = 0
                self.used_up = self._once
                return None
            batch = self._prepare(batch)
        self._given += 1
        self.inspect(batch)
        self._batch = ArrayBatches(batch, batch_size=_common_length(batch))
        return Run(0, 1, self._batch.samples)

    def position(self, arrays: list[Array]) -> dict[str, Any]:
        """Which batch comes next, as `ArrayBatches.position`."""
        return {"asked": list(self._asked), "ended": not self._told}

    def go_to(
        self, place: dict[str, Any], arrays: list[Array], order: np.random.Generator, resume: bool
    ) -> None:
        """Take all batches once more up to where `position` was: a source cannot be wound on.

        Args:
            place: As for `ArrayBatches.go_to`.
            arrays: As there.
            order: As there.
            resume: As there.
        """
        for number, asked in enumerate(place["asked"]):
            self.start(order, resume and number > 0)
            for _ in range(asked):
                self.next_run(1)
            if place["ended"] or number + 1 < len(place["asked"]):
                self.end()

    def batch(self, inputs: list[Tensor], step: Any, batch_size: int) -> Any:
        """The inputs, in the batch's structure."""
        return self._batch._pack(inputs)

    def first_batch_specs(self) -> Any:
        """Specs of the first batch."""
        first = ArrayBatches(self._peek())
        return first._pack([Spec(array.shape, array.dtype.name) for array in first.arrays])


_END = object()


def _rows(name: str, leaf: Any) -> Array:
    """A contiguous array of an engine dtype with at least one axis."""
    if hasattr(leaf, "to_numpy") and not is_tensor(leaf):
        leaf = leaf.to_numpy()  # pandas
    try:
        array = canonical_array(leaf)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"`{name}` {error}") from error
    if array.ndim == 0:
        raise ValueError(
            f"`{name}` expected arrays with a row a sample, received a single {array.dtype} number"
        )
    return array


def _name(path: tuple[Any, ...]) -> str:
    """What the data at a place of a batch's structure is called."""
    part = {0: "x", 1: "y", 2: "sample_weight"}.get(path[0], "x") if path else "x"
    return "".join([part, *(f"[{key!r}]" for key in path[1:])])


def _common_length(data: Any) -> int:
    """The number of rows that all arrays share."""
    lengths = {}
    for path, leaf in tree.flatten_with_path(data):
        if leaf is not None:
            lengths[_name(path)] = len(leaf)
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ValueError(
            f"expected the same number of samples in all arrays, received different ones: "
            f"{listed}. Make sure that every x has its y."
        )
    if not lengths or not next(iter(lengths.values())):
        raise ValueError("expected at least one sample, received empty data")
    return next(iter(lengths.values()))


def _checked_batch_size(batch_size: Any, samples: int) -> int:
    if batch_size is None:
        return min(32, samples)
    if (
        isinstance(batch_size, bool)
        or not isinstance(batch_size, int | np.integer)
        or batch_size < 1
    ):
        raise ValueError(f"`batch_size` expected a positive int, received {batch_size!r}")
    return min(int(batch_size), samples)
