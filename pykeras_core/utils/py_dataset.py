"""Owns `PyDataset`, data that a program's own class hands over batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.checks import NonNegativeInt, PositiveInt, checked

__all__ = ["PyDataset"]


class PyDataset:
    """Base class of data sets that make each batch when it is asked for.

    Subclasses write `__len__` (or `num_batches`) and `__getitem__`.

    Args:
        workers: Accepted as in Keras; batches are made one after the other.
        use_multiprocessing: Accepted as in Keras.
        max_queue_size: Accepted as in Keras.

    Example:
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 2
        ...
        ...     def __getitem__(self, index):
        ...         x = np.arange(3) + 3 * index
        ...         return x, x * x
        >>> [y.tolist() for _, y in Squares().passes(None)]
        [[0, 1, 4], [9, 16, 25]]
    """

    @checked
    def __init__(
        self,
        workers: PositiveInt = 1,
        use_multiprocessing: bool = False,
        max_queue_size: NonNegativeInt = 10,
    ) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        """The batch at a place: x, (x, y) or (x, y, sample_weight).

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `__getitem__(self, index)`. Return batch number "
            "`index` from it, as (x, y)."
        )

    @property
    def num_batches(self) -> int | None:
        """Batches a pass; None for no end."""
        try:
            return len(self)  # type: ignore[arg-type]  # subclasses have a length
        except TypeError:
            raise NotImplementedError(
                f"{type(self).__name__} has no `__len__`. Return the number of batches from it."
            ) from None

    def on_epoch_begin(self) -> None:
        """Called before each pass."""

    def on_epoch_end(self) -> None:
        """Called after each pass: the place to shuffle."""

    def passes(self, generator: np.random.Generator | None) -> Iterator[Any]:
        """The batches of a pass, without the calls of `on_epoch_begin` and `on_epoch_end`.

        Args:
            generator: Draws the order of batches; None for their own order.

        Returns:
            Iterator over batches.
        """
        count = self.num_batches
        if count is None:
            index = 0
            while True:
                yield self[index]
                index += 1
        order = range(count) if generator is None else generator.permutation(count)
        for index in order:
            yield self[int(index)]
