"""Owns further ways to make data sets: from the names of files, from chance, from others."""

from __future__ import annotations

import glob
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pykeras_core import tree
from pykeras_core.symbolic.strings import as_text

if TYPE_CHECKING:
    from pykeras_core.utils.pipeline import Dataset

__all__ = ["MoreSources"]

UNKNOWN = -2
INFINITE = -1


class MoreSources:
    """The part of `Dataset` with these ways."""

    from_tensor_slices: Callable[..., Dataset]

    @classmethod
    def list_files(
        cls,
        file_pattern: Any,
        shuffle: bool | None = None,
        seed: int | None = None,
        name: Any = None,
    ) -> Any:
        """A data set of the paths that patterns with `*` and `?` name.

        Args:
            file_pattern: A pattern, or several.
            shuffle: Whether they come in random order, a new one in each pass; default True.
            seed: Where the order begins.
            name: Accepted as in TensorFlow.

        Raises:
            FileNotFoundError: If there is no such file.
        """
        patterns = [one.decode() for one in as_text(file_pattern).reshape(-1).tolist()]
        paths = sorted({path for one in patterns for path in glob.glob(one)})
        if not paths:
            raise FileNotFoundError(f"`list_files` found no file for {patterns}")
        dataset = cls.from_tensor_slices(paths)
        return dataset if shuffle is False else dataset.shuffle(len(paths), seed=seed)

    @classmethod
    def counter(cls, start: int = 0, step: int = 1, dtype: Any = "int32", name: Any = None) -> Any:
        """An endless data set of integers."""
        return cls._endless(lambda: (np.int32(number) for number in itertools.count(start, step)))

    @classmethod
    def random(cls, seed: int | None = None, rerandomize_each_iteration: Any = None,
               name: Any = None) -> Any:  # fmt: skip
        """An endless data set of random integers."""
        first = int(np.random.randint(2**31)) if seed is None else int(seed)

        def elements() -> Iterator[Any]:
            generator = np.random.default_rng(first)
            while True:
                yield np.int32(generator.integers(2**31))

        return cls._endless(elements)

    @classmethod
    def _endless(cls, elements: Callable[[], Iterator[Any]]) -> Any:
        return cls(elements, INFINITE)  # type: ignore[call-arg]  # a `Dataset`

    @classmethod
    def sample_from_datasets(
        cls,
        datasets: Sequence[Any],
        weights: Any = None,
        seed: int | None = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: Any = None,
    ) -> Any:
        """A data set whose elements come from others by chance.

        Args:
            datasets: The others.
            weights: How likely each is; default all the same.
            seed: Where chance begins.
            stop_on_empty_dataset: Whether to end with the first that ends.
            rerandomize_each_iteration: Accepted as in TensorFlow.

        Raises:
            ValueError: If there are not as many weights as data sets.
        """
        share = np.ones(len(datasets)) if weights is None else np.asarray(weights, "float64")
        if share.shape != (len(datasets),):
            raise ValueError(
                f"`sample_from_datasets` expected {len(datasets)} weights, received {share.shape}"
            )
        first = int(np.random.randint(2**31)) if seed is None else int(seed)

        def choices() -> Iterator[int]:
            generator = np.random.default_rng(first)
            while True:
                yield int(generator.choice(len(share), p=share / share.sum()))

        return cls._chosen(datasets, choices, stop_on_empty_dataset)

    @classmethod
    def choose_from_datasets(
        cls, datasets: Sequence[Any], choice_dataset: Any, stop_on_empty_dataset: bool = True
    ) -> Any:
        """A data set whose elements come from others, by the numbers of a data set."""

        def choices() -> Iterator[int]:
            return (int(number) for number in choice_dataset._elements())

        return cls._chosen(datasets, choices, stop_on_empty_dataset)

    @classmethod
    def _chosen(
        cls, datasets: Sequence[Any], choices: Callable[[], Iterator[int]], stop: bool
    ) -> Any:
        def elements() -> Iterator[Any]:
            sources = [dataset._elements() for dataset in datasets]
            open_ones = set(range(len(sources)))
            for number in choices():
                if number not in open_ones:
                    continue
                try:
                    yield next(sources[number])
                except StopIteration:
                    open_ones.discard(number)
                    if stop or not open_ones:
                        return

        endless = [dataset._size == INFINITE for dataset in datasets]
        size = INFINITE if (all(endless) if stop else any(endless)) else UNKNOWN
        free = tree.flatten(datasets)[0]._free
        return cls(elements, size, free=free)  # type: ignore[call-arg]  # a `Dataset`
