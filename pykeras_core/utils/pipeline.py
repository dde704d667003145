"""Owns `Dataset`: pipelines of samples and batches for `fit`, computed as they are iterated over.

Programs know it as `tf.data.Dataset`. Text is an array of bytes, which functions get as a
`StringTensor`; everything else is an array of an engine dtype. A data set made of arrays stays a
list of row numbers as long as its steps only choose and order rows, so that
`shuffle(...).batch(...)` slices whole batches out of the arrays.
"""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.checks import checked
from pykeras_core.engine import convert_to_tensor
from pykeras_core.utils.elements import TensorSpec, as_structure, as_tensors, call_on, stacked
from pykeras_core.utils.pipeline_sources import MoreSources
from pykeras_core.utils.pipeline_steps import MoreSteps

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset"]

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2


class Dataset(MoreSteps, MoreSources):
    """A sequence of elements: tuples, dicts or single Tensors.

    Make one with `from_tensor_slices`, `from_tensors`, `from_generator`, `range` or `zip`.

    Args:
        elements: Gives a new iterator over elements (structures of arrays) at each call.
        size: Number of elements; -1 for endless, -2 for unknown.
        rows: For a data set that chooses rows of arrays: the arrays, and what gives an iterator
            over row numbers.
        free: Of the first axes of an element, whether their sizes vary.

    Attributes:
        class_names: Of a data set made from a directory: the names of its classes.
        file_paths: Of such a data set: where its files are.

    Example:
        >>> dataset = Dataset.range(5).map(lambda x: x * x).batch(2)
        >>> [batch.tolist() for batch in dataset]
        [[0, 1], [4, 9], [16]]
    """

    class_names: list[str]
    file_paths: list[str]

    @checked
    def __init__(
        self,
        elements: Callable[[], Iterator[Any]],
        size: int = UNKNOWN_CARDINALITY,
        rows: tuple[Any, Callable[[], Iterator[int]]] | None = None,
        free: tuple[bool, ...] = (),
    ) -> None:
        self._elements = elements
        self._size = size
        self._rows = rows
        self._free = free
        self._spec: Any = None

    def _new(self, *args: Any, **kwargs: Any) -> Dataset:
        return Dataset(*args, **kwargs)

    @staticmethod
    def _of_rows(arrays: Any, numbers: Callable[[], Iterator[int]], size: int) -> Dataset:
        def elements() -> Iterator[Any]:
            for number in numbers():
                yield tree.map_structure(lambda array: array[number], arrays)  # noqa: B023  (used at once)

        return Dataset(elements, size, (arrays, numbers))

    def _choosing(self, choose: Callable[[Iterator[Any]], Iterator[Any]], size: int) -> Dataset:
        """A data set that picks and orders this one's elements without looking at them."""
        if self._rows is not None:
            arrays, numbers = self._rows
            return Dataset._of_rows(arrays, lambda: choose(numbers()), size)
        return Dataset(lambda: choose(self._elements()), size, free=self._free)

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """A data set of the rows of arrays.

        Args:
            tensors: Array, or tuple or dict of arrays, all with the same number of rows.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If the numbers of rows differ.
        """
        arrays = as_structure(tensors)
        shapes = [array.shape for array in tree.flatten(arrays)]
        if not shapes or not all(shapes) or len({shape[0] for shape in shapes}) != 1:
            raise ValueError(
                "`from_tensor_slices` expected arrays with the same number of rows, received "
                f"shapes {shapes}"
            )
        count = shapes[0][0]
        return Dataset._of_rows(arrays, lambda: iter(builtins.range(count)), count)

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """A data set of one element."""
        element = as_structure(tensors)
        return Dataset(lambda: iter([element]), 1)

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """A data set of what a generator function yields, called anew for each pass.

        Raises:
            TypeError: If `generator` cannot be called.
        """
        if not callable(generator):
            raise TypeError(
                "`from_generator` expected a function that returns an iterator, received "
                f"{type(generator).__name__}. Pass `lambda: {type(generator).__name__}(...)`."
            )

        def elements() -> Iterator[Any]:
            for item in generator(*(args or ())):
                yield as_structure(item) if spec is None else _of_spec(item, spec)

        spec = output_signature
        if spec is None and output_types is not None:
            shapes = output_shapes or tree.map_structure(lambda _: (), output_types)
            known = output_shapes is not None
            spec = tree.map_structure_up_to(output_types, TensorSpec, shapes, output_types)
        else:
            known = spec is not None
        found = Dataset(elements)
        found._spec = spec if known else None
        return found

    @staticmethod
    def range(*args: int, **kwargs: Any) -> Dataset:
        """A data set of integers, with the arguments of Python's `range`."""
        numbers = np.arange(*args, dtype=np.int32)
        return Dataset.from_tensor_slices(numbers)

    @staticmethod
    def zip(*datasets: Any, name: str | None = None) -> Dataset:
        """A data set of tuples with an element of each; as long as the shortest."""
        parts = datasets[0] if len(datasets) == 1 else datasets
        parts = tuple(parts) if isinstance(parts, list) else parts
        flat = tree.flatten(parts)
        sizes = [part._size for part in flat]
        finite = [size for size in sizes if size >= 0]
        unknown = UNKNOWN_CARDINALITY in sizes
        size = UNKNOWN_CARDINALITY if unknown else min(finite, default=INFINITE_CARDINALITY)

        def elements() -> Iterator[Any]:
            for together in builtins.zip(*(part._elements() for part in flat), strict=False):
                remaining = iter(together)
                yield tree.map_structure_up_to(parts, lambda _: next(remaining), parts)  # noqa: B023  (used at once)

        return Dataset(elements, size)

    def map(
        self, map_func: Callable[..., Any], num_parallel_calls: Any = None, **kwargs: Any
    ) -> Dataset:
        """Apply a function to every element; a tuple's parts come as arguments of their own."""

        def elements() -> Iterator[Any]:
            for element in self._elements():
                yield as_structure(call_on(map_func, element))

        return Dataset(elements, self._size, free=self._free)

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """Keep the elements for which the function gives True."""

        def elements() -> Iterator[Any]:
            for element in self._elements():
                if bool(call_on(predicate, element)):
                    yield element

        return Dataset(elements, free=self._free)

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """Join the data sets that a function makes of the elements."""

        def elements() -> Iterator[Any]:
            for element in self._elements():
                yield from call_on(map_func, element)._elements()

        return Dataset(elements)

    def shuffle(
        self,
        buffer_size: int,
        seed: int | None = None,
        reshuffle_each_iteration: bool = True,
        name: str | None = None,
    ) -> Dataset:
        """Elements in random order: each drawn from a buffer of the next `buffer_size`."""
        if buffer_size < 1:
            raise ValueError(f"`shuffle` expected a buffer of 1 or more, received {buffer_size}")
        passes = itertools.count()
        first = seed if seed is not None else int(np.random.randint(2**31))

        def choose(source: Iterator[Any]) -> Iterator[Any]:
            number = next(passes) if reshuffle_each_iteration else 0
            generator = np.random.default_rng((first, number))
            buffer = list(itertools.islice(source, buffer_size))
            for incoming in source:
                at = int(generator.integers(len(buffer)))
                outgoing, buffer[at] = buffer[at], incoming
                yield outgoing
            for at in generator.permutation(len(buffer)):
                yield buffer[at]

        return self._choosing(choose, self._size)

    def batch(self, batch_size: int, drop_remainder: bool = False, **kwargs: Any) -> Dataset:
        """Stack every `batch_size` elements; the last batch may be smaller.

        Raises:
            ValueError: If the batch size is not a positive int.
        """
        if isinstance(batch_size, bool) or int(batch_size) < 1:
            raise ValueError(f"`batch` expected a positive batch size, received {batch_size!r}")
        length = int(batch_size)

        def elements() -> Iterator[Any]:
            source = self._rows[1]() if self._rows is not None else self._elements()
            while chunk := list(itertools.islice(source, length)):
                if drop_remainder and len(chunk) < length:
                    return
                yield self._stack(chunk)

        size = self._size
        if size >= 0:
            size = size // length if drop_remainder else -(-size // length)
        return Dataset(elements, size, free=(not drop_remainder, *self._free))

    def _stack(self, chunk: list[Any]) -> Any:
        if self._rows is not None:
            return tree.map_structure(lambda array: array[chunk], self._rows[0])
        return tree.map_structure(stacked, *chunk)

    def unbatch(self, name: str | None = None) -> Dataset:
        """The rows of each element as elements."""

        def elements() -> Iterator[Any]:
            for element in self._elements():
                count = len(tree.flatten(element)[0])
                for row in builtins.range(count):
                    yield tree.map_structure(lambda array: array[row], element)  # noqa: B023  (used at once)

        return Dataset(elements, free=self._free[1:])

    def repeat(self, count: int | None = None, name: str | None = None) -> Dataset:
        """All elements `count` times over; without end for None or -1."""
        endless = count is None or count < 0

        def again(make: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
            def elements() -> Iterator[Any]:
                for _ in itertools.count() if endless else builtins.range(count or 0):
                    empty = True
                    for element in make():
                        empty = False
                        yield element
                    if empty:
                        return

            return elements

        size = self._size
        if endless and size != 0:
            size = INFINITE_CARDINALITY
        elif size > 0:
            size *= count or 0
        if self._rows is not None:
            return Dataset._of_rows(self._rows[0], again(self._rows[1]), size)
        return Dataset(again(self._elements), size, free=self._free)

    def take(self, count: int, name: str | None = None) -> Dataset:
        """The first `count` elements; all of them for -1."""
        if count < 0:
            return self
        size = min(self._size, count) if self._size >= 0 else count
        if self._size == UNKNOWN_CARDINALITY:
            size = UNKNOWN_CARDINALITY
        return self._choosing(lambda source: itertools.islice(source, count), size)

    def skip(self, count: int, name: str | None = None) -> Dataset:
        """All but the first `count` elements."""
        size = max(self._size - count, 0) if self._size >= 0 else self._size
        return self._choosing(lambda source: itertools.islice(source, count, None), size)

    def shard(self, num_shards: int, index: int, name: str | None = None) -> Dataset:
        """Every `num_shards`-th element from `index` on."""
        return self._choosing(
            lambda source: itertools.islice(source, index, None, num_shards), UNKNOWN_CARDINALITY
        )

    def cache(self, filename: str = "", name: str | None = None) -> Dataset:
        """Compute the elements once and keep them."""
        if self._rows is not None:
            return self
        kept: list[Any] = []
        complete = False

        def elements() -> Iterator[Any]:
            nonlocal complete
            if complete:
                yield from kept
                return
            fresh = []
            for element in self._elements():
                fresh.append(element)
                yield element
            kept[:] = fresh
            complete = True

        return Dataset(elements, self._size, free=self._free)

    def prefetch(self, buffer_size: Any = AUTOTUNE, name: str | None = None) -> Dataset:
        """The same elements: there is no second thread to prepare them ahead."""
        return self

    def with_options(self, options: Any = None, name: str | None = None) -> Dataset:
        """The same elements."""
        return self

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """This data set's elements, then another's."""
        sizes = (self._size, dataset._size)
        size = min(sizes) if min(sizes) < 0 else sum(sizes)
        return Dataset(
            lambda: itertools.chain(self._elements(), dataset._elements()), size, free=self._free
        )

    def enumerate(self, start: int = 0, name: str | None = None) -> Dataset:
        """Pairs of a number and an element."""

        def elements() -> Iterator[Any]:
            for number, element in builtins.enumerate(self._elements(), start):
                yield np.int32(number), element

        return Dataset(elements, self._size)

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """What a function makes of this data set."""
        return transformation_func(self)

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
        """Fold the elements into a state: `state = reduce_func(state, element)`."""
        state = initial_state
        for element in self:
            state = reduce_func(state, element)
        return state

    def cardinality(self, name: str | None = None) -> Any:
        """The number of elements, int32; -1 for endless, -2 for unknown."""
        return convert_to_tensor(self._size)

    @property
    def endless(self) -> bool:
        """Whether the elements never end."""
        return self._size == INFINITE_CARDINALITY

    @property
    def element_spec(self) -> Any:
        """Shapes and dtypes of the elements: of the first one, None for a size that varies."""
        if self._spec is not None:
            return self._spec
        first = next(iter(self))

        def spec(tensor: Any) -> Any:
            free = (*self._free, *[False] * len(tensor.shape))
            sizes = builtins.zip(tensor.shape, free, strict=False)
            return TensorSpec([None if varies else size for size, varies in sizes], tensor.dtype)

        return tree.map_structure(spec, first)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements with arrays in place of Tensors."""
        return self._elements()

    def __iter__(self) -> Iterator[Any]:
        return (as_tensors(element) for element in self._elements())

    def __len__(self) -> int:
        if self._size < 0:
            raise TypeError(
                "the data set's length is "
                + ("endless" if self.endless else "unknown until it has been iterated over")
            )
        return self._size

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Dataset of {self._size if self._size >= 0 else 'unknown many'} elements>"


def _of_spec(item: Any, spec: Any) -> Any:
    """What a generator has yielded, in the structure and the dtypes that it was said to have.

    Raises:
        TypeError: If it has another structure or shape.
    """
    try:
        found = tree.map_structure_up_to(spec, _of_one_spec, item, spec)
    except ValueError as error:
        raise TypeError(f"`from_generator` expected elements of {spec}: {error}") from None
    return found


def _of_one_spec(value: Any, spec: Any) -> Any:
    if spec.dtype == "string":
        array = as_structure(np.asarray(value, dtype=object))
    else:
        array = np.asarray(convert_to_tensor(value, spec.dtype).numpy())
    fits = len(spec.shape) == array.ndim or not spec.shape
    if not (fits and (not spec.shape or spec.shape.is_compatible_with(array.shape))):
        raise ValueError(f"expected shape {spec.shape}, received {array.shape}")
    return array
