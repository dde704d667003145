"""Owns `DataLayer`, the base of layers that prepare data, and `batches_of`, what `adapt` reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from pykeras_core import engine, tree
from pykeras_core.layers.base import Layer
from pykeras_core.utils.py_dataset import PyDataset

__all__ = ["DataLayer", "batches_of"]


class DataLayer(Layer):
    """A layer that prepares data: called on nested lists of numbers, it takes them as an array.

    Args:
        **kwargs: Arguments of every layer.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the layer on arrays, tensors, placeholders or nested lists of numbers."""
        args, kwargs = tuple(map(_as_array, args)), {k: _as_array(v) for k, v in kwargs.items()}
        return super().__call__(*args, **kwargs)


def _as_array(argument: Any) -> Any:
    """A list of numbers as a Tensor; anything else, a list of arrays among it, as it is."""
    if not isinstance(argument, list | tuple):
        return argument
    leaves = tree.flatten(argument)
    if not leaves or not all(isinstance(leaf, bool | int | float) for leaf in leaves):
        return argument
    return engine.convert_to_tensor(argument)


def batches_of(layer: Any, data: Any, steps: int | None = None) -> Iterator[Any]:
    """The arrays that `adapt` looks at, one after the other.

    Args:
        layer: The layer, for messages.
        data: An array; a `PyDataset`; or an iterable of batches, such as a dataset or a
            generator. Of a batch that is a tuple, the inputs: its first part.
        steps: How many batches to look at; default all.

    Returns:
        Iterator over arrays.

    Raises:
        TypeError: If it is neither.
        ValueError: If a data set has no end and `steps` does not give one.
    """
    who = f"`{type(layer).__name__}.adapt`"
    batches: Any = data
    endless = getattr(data, "endless", False)
    if hasattr(data, "__array__"):
        batches = [data]
    elif isinstance(data, PyDataset):
        batches, endless = data.passes(None), data.num_batches is None
    elif not isinstance(data, Iterable) and not hasattr(data, "__getitem__"):
        raise TypeError(
            f"{who} expected an array or an iterable of batches, received {type(data).__name__}."
        )
    if endless and steps is None:
        raise ValueError(f"{who} received a data set without an end. Cut it off before.")
    for batch in itertools.islice(batches, steps):
        yield batch[0] if isinstance(batch, tuple) else batch
