"""Owns the steps of data sets that are needed less often: windows, padding, interleaving."""

from __future__ import annotations

import builtins
import difflib
import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pykeras_core import tree
from pykeras_core.symbolic.strings import is_text
from pykeras_core.utils.elements import as_structure, as_tensors, call_on, stacked

if TYPE_CHECKING:
    from pykeras_core.utils.pipeline import Dataset

__all__ = ["MoreSteps"]

UNKNOWN = -2
INFINITE = -1

_ABSENT = {
    "ragged_batch": "there are no ragged tensors. `padded_batch` fills rows up",
    "sparse_batch": "there are no sparse tensors. Use `batch`",
    "save": "data sets are not written to files. `np.savez` keeps arrays",
    "load": "data sets are not written to files. `np.load` reads arrays",
    "snapshot": "data sets are not written to files. `cache()` keeps elements",
    "rejection_resample": "it is not written here. `sample_from_datasets` mixes by weights",
    "make_one_shot_iterator": "it belongs to TensorFlow 1. Write `for element in dataset`",
    "make_initializable_iterator": "it belongs to TensorFlow 1. Write `for element in dataset`",
}


class MoreSteps:
    """The part of `Dataset` with these steps."""

    _elements: Callable[[], Iterator[Any]]
    _size: int
    _free: tuple[bool, ...]
    _new: Callable[..., Dataset]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"a data set has no {name}")
        if name in _ABSENT:
            raise AttributeError(f"a data set of PyKeras has no `{name}`: {_ABSENT[name]}.")
        near = difflib.get_close_matches(name, dir(type(self)), n=1, cutoff=0.7)
        question = f" Did you mean `{near[0]}`?" if near else ""
        raise AttributeError(f"a data set of PyKeras has no `{name}`.{question}")

    def window(
        self,
        size: int,
        shift: int | None = None,
        stride: int = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Data sets of `size` elements each, every `shift`-th beginning one.

        Args:
            size: How many elements a window has.
            shift: How many elements the next one begins later; default `size`.
            stride: Distance of the elements in a window.
            drop_remainder: Whether to leave out windows that are not full.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If one of them is below 1.
        """
        step = int(size if shift is None else shift)
        if min(int(size), step, int(stride)) < 1:
            raise ValueError(
                "`window` expected `size`, `shift` and `stride` of 1 or more, received "
                f"{size}, {shift} and {stride}"
            )
        span = (int(size) - 1) * int(stride) + 1

        def elements() -> Iterator[Any]:
            source = self._elements()
            held: list[Any] = []
            while True:
                held += itertools.islice(source, span - len(held))
                full = len(held) == span
                if not held or (drop_remainder and not full):
                    return
                yield self._as_data_sets(held[:: int(stride)])
                late = max(step - len(held), 0)
                held = held[step:]
                if late and not full:
                    return
                for _ in itertools.islice(source, late):
                    pass

        return self._new(elements)

    def _as_data_sets(self, chunk: list[Any]) -> Any:
        """Elements as one data set, or one for each part of their structure."""
        columns = builtins.zip(*(tree.flatten(element) for element in chunk), strict=True)
        sets = [
            self._new(lambda column=column: builtins.iter(column), len(column))
            for column in columns
        ]
        return tree.pack_sequence_as(chunk[0], sets)

    def padded_batch(
        self,
        batch_size: int,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Stack every `batch_size` elements, filled up to one shape.

        Args:
            batch_size: How many.
            padded_shapes: A shape for each part of an element, None or -1 where the longest of
                the batch counts; default that everywhere.
            padding_values: What to fill with, for each part; default 0 or "".
            drop_remainder: Whether to leave out a last batch that is smaller.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If an element is larger than its shape.
        """
        count = int(batch_size)

        def elements() -> Iterator[Any]:
            source = self._elements()
            while chunk := list(itertools.islice(source, count)):
                if drop_remainder and len(chunk) < count:
                    return
                leaves = [tree.flatten(element) for element in chunk]
                shapes = _spread(padded_shapes, chunk[0])
                values = _spread(padding_values, chunk[0])
                columns = builtins.zip(*leaves, strict=True)
                parts = [
                    _padded(rows, shape, value)
                    for rows, shape, value in builtins.zip(columns, shapes, values, strict=True)
                ]
                yield tree.pack_sequence_as(chunk[0], parts)

        size = self._size
        if size >= 0:
            size = size // count if drop_remainder else -(-size // count)
        return self._new(elements, size, free=(not drop_remainder, *[True] * 8))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: int | None = None,
        block_length: int | None = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Join the data sets that a function makes of the elements, some at a time in turns.

        Args:
            map_func: Makes a data set of an element.
            cycle_length: How many data sets take turns, default 1.
            block_length: How many elements each gives in its turn, default 1.
            num_parallel_calls: Accepted as in TensorFlow.
            deterministic: Accepted as in TensorFlow.
            name: Accepted as in TensorFlow.
        """
        width = cycle_length if cycle_length and cycle_length > 0 else 1
        block = block_length or 1

        def elements() -> Iterator[Any]:
            source = self._elements()
            turns: list[Iterator[Any] | None] = [None] * width
            ended = False
            while True:
                for place in range(width):
                    if turns[place] is None and not ended:
                        try:
                            turns[place] = call_on(map_func, next(source))._elements()
                        except StopIteration:
                            ended = True
                    one = turns[place]
                    if one is None:
                        continue
                    given = list(itertools.islice(one, block))
                    yield from given
                    if len(given) < block:
                        turns[place] = None
                if ended and not any(turns):
                    return

        return self._new(elements)

    def unique(self, name: str | None = None) -> Dataset:
        """Each element once."""

        def elements() -> Iterator[Any]:
            seen = set()
            for element in self._elements():
                key = tuple(leaf.tobytes() if not is_text(leaf) else str(leaf) for leaf in
                            map(np.asarray, tree.flatten(element)))  # fmt: skip
                if key not in seen:
                    seen.add(key)
                    yield element

        return self._new(elements)

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements before the first for which the function gives False."""
        return self._new(
            lambda: itertools.takewhile(
                lambda element: bool(call_on(predicate, element)), self._elements()
            ),
            free=self._free,
        )

    def scan(
        self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None
    ) -> Dataset:
        """What a function makes of a state and each element: the next state, and an output."""

        def elements() -> Iterator[Any]:
            state = as_tensors(as_structure(initial_state))
            for element in self._elements():
                state, output = scan_func(state, as_tensors(element))
                yield as_structure(output)

        return self._new(elements, self._size)

    def rebatch(
        self, batch_size: Any, drop_remainder: bool = False, name: str | None = None
    ) -> Dataset:
        """Batches of another size; with several sizes, in turns."""
        sizes = [int(one) for one in np.atleast_1d(np.asarray(batch_size))]

        def elements() -> Iterator[Any]:
            rows: Iterator[Any] = self.unbatch()._elements()
            for count in itertools.cycle(sizes):
                chunk = list(itertools.islice(rows, count))
                if not chunk or (drop_remainder and len(chunk) < count):
                    return
                yield tree.map_structure(stacked, *chunk)

        return self._new(elements, free=(not drop_remainder or len(sizes) > 1, *self._free[1:]))

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Any,
        bucket_batch_sizes: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Batches of elements of like length, each batch as long as its longest.

        Args:
            element_length_func: The length of an element.
            bucket_boundaries: Lengths at which the next bucket begins.
            bucket_batch_sizes: The batch size of each bucket, one more than boundaries.
            padded_shapes: As in `padded_batch`.
            padding_values: As in `padded_batch`.
            pad_to_bucket_boundary: Only False.
            no_padding: Whether elements of a bucket have one length.
            drop_remainder: Whether to leave out batches that are not full at the end.
            name: Accepted as in TensorFlow.
        """
        if pad_to_bucket_boundary:
            raise ValueError("`bucket_by_sequence_length` expected `pad_to_bucket_boundary=False`")
        edges, sizes = list(bucket_boundaries), list(bucket_batch_sizes)
        if len(sizes) != len(edges) + 1:
            raise ValueError(
                f"`bucket_by_sequence_length` expected {len(edges) + 1} batch sizes, received "
                f"{len(sizes)}"
            )

        def batch(chunk: list[Any]) -> Any:
            made = self._new(lambda: builtins.iter(chunk), len(chunk))
            return next(made.padded_batch(len(chunk), padded_shapes, padding_values)._elements())

        def elements() -> Iterator[Any]:
            buckets: list[list[Any]] = [[] for _ in sizes]
            for element in self._elements():
                length = int(call_on(element_length_func, element))
                number = sum(length >= edge for edge in edges)
                buckets[number].append(element)
                if len(buckets[number]) == sizes[number]:
                    yield batch(buckets[number])
                    buckets[number] = []
            for bucket in buckets:
                if bucket and not drop_remainder:
                    yield batch(bucket)

        return self._new(elements, free=(True,) * 8)

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element.

        Raises:
            ValueError: If there is none, or another one.
        """
        first = list(itertools.islice(self._elements(), 2))
        if len(first) != 1:
            raise ValueError(
                "`get_single_element` expected a data set of one element, received "
                f"{'none' if not first else 'several'}"
            )
        return as_tensors(first[0])


def _spread(given: Any, element: Any) -> list[Any]:
    """An entry for each leaf of an element: from a structure like it, or one for all."""
    count = len(tree.flatten(element))
    if given is None:
        return [None] * count
    if isinstance(element, dict):
        return [entry for key in sorted(element) for entry in _spread(given[key], element[key])]
    if isinstance(element, tuple):
        if not isinstance(given, tuple | list) or len(given) != len(element):
            return [given] * count
        pairs = builtins.zip(given, element, strict=True)
        return [entry for one, part in pairs for entry in _spread(one, part)]
    return [given]


def _padded(rows: tuple[Any, ...], shape: Any, value: Any) -> Any:
    """Arrays of several shapes as the rows of one."""
    arrays = [np.asarray(row) for row in rows]
    longest = [max(sizes) for sizes in builtins.zip(*(a.shape for a in arrays), strict=True)]
    wanted = longest if shape is None else [
        most if size is None or size == -1 else int(size)
        for size, most in builtins.zip(shape, longest, strict=True)
    ]  # fmt: skip
    if any(size < most for size, most in builtins.zip(wanted, longest, strict=True)):
        raise ValueError(
            f"`padded_batch` expected elements within the shape {tuple(wanted)}, received one of "
            f"{tuple(longest)}"
        )
    text = is_text(arrays[0])
    if value is None:
        value = b"" if text else 0
    elif text and isinstance(value, str):
        value = value.encode()
    fill = np.asarray(value.numpy() if hasattr(value, "numpy") else value, arrays[0].dtype)
    found = np.full((len(arrays), *wanted), fill[()], arrays[0].dtype)
    for row, array in enumerate(arrays):
        box: Any = (row, *map(slice, array.shape))
        found[box] = array
    return found
