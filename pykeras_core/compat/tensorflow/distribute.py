"""`tf.distribute`: strategies that run everything on the one device there is."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from pykeras_core import ops, tree

__all__ = [
    "MirroredStrategy",
    "OneDeviceStrategy",
    "ReduceOp",
    "Strategy",
    "get_strategy",
    "has_strategy",
]

_told: list[bool] = []


class ReduceOp:
    """How results of several devices are put together; of one, they are what they are."""

    SUM = "SUM"
    MEAN = "MEAN"


class Strategy:
    """Runs its body on the one device.

    Args:
        *args: Devices, not used.
        **kwargs: TensorFlow's options, not used.
    """

    num_replicas_in_sync = 1

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if type(self) is MirroredStrategy and not _told:
            _told.append(True)
            print("Hint: there is one device here; the strategy runs on it.", file=sys.stderr)

    @contextlib.contextmanager
    def scope(self) -> Iterator[Strategy]:
        """A context that changes nothing."""
        yield self

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """Returns what a function gives."""
        return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: Any, value: Any, axis: int | None = None) -> Any:
        """Returns a value, summed or averaged along an axis if one is given."""
        if axis is None:
            return value
        reduced = ops.mean if str(reduce_op).upper().endswith("MEAN") else ops.sum
        return tree.map_structure(lambda leaf: reduced(leaf, axis=axis), value)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """Returns the data set itself."""
        return dataset

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """Returns the value of the one device, in a tuple."""
        return (value,)


class OneDeviceStrategy(Strategy):
    """Runs its body on the one device."""


class MirroredStrategy(Strategy):
    """Runs its body on the one device, and says so once."""


_default = Strategy()


def get_strategy() -> Strategy:
    """Returns the strategy that changes nothing."""
    return _default


def has_strategy() -> bool:
    """Returns `False`: there is none but the one device."""
    return False
