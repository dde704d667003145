"""The check that integers which look something up name something that is there.

This module owns `check_indices`. Values that are known are looked at on the spot. Those of a
step being traced are not known yet: whoever traces it lists them with `noted_lookups`, and looks
at them before the step runs on data, since no kernel can raise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pykeras_core.engine.primitive import Array
from pykeras_core.engine.tensor import Tensor
from pykeras_core.naming import current_path

__all__ = ["Lookup", "check_indices", "noted_lookups"]


@dataclass(frozen=True, eq=False)
class Lookup:
    """Integers, and the range in which they mean something.

    Args:
        who: What looks up, as a message begins with it.
        indices: The integers.
        low: The lowest one allowed.
        high: The first one too high; None if every number from `low` on is allowed.
        error: Class of the exception.
        advice: What to do about a number out of range.
    """

    who: str
    indices: Tensor
    low: int
    high: int | None
    error: type[Exception] = IndexError
    advice: str = ""

    def allows(self, lowest: float, highest: float) -> bool:
        """Whether all numbers between two are in range; False for NaN."""
        return self.low <= lowest and (self.high is None or highest < self.high)

    def check(self, found: Array, when: str = "") -> None:
        """Look at values that came.

        Args:
            found: The integers.
            when: What the message says of the time at which they came.

        Raises:
            Exception: Of class `error`, if one is out of range.
        """
        if not found.size:
            return
        lowest, highest = int(found.min()), int(found.max())
        if self.allows(lowest, highest):
            return
        worst = lowest if lowest < self.low else highest
        expected = f"from {self.low}" + ("" if self.high is None else f" to {self.high - 1}")
        raise self.error(
            f"{self.who} expected integers {expected}, received {worst}{when}."
            + (f" {self.advice}" if self.advice else "")
        )


_noted: list[list[Lookup]] = []


@contextlib.contextmanager
def noted_lookups() -> Iterator[list[Lookup]]:
    """List the lookups whose integers are not known while the block traces a step."""
    lookups: list[Lookup] = []
    _noted.append(lookups)
    try:
        yield lookups
    finally:
        _noted.remove(lookups)


def check_indices(
    who: str,
    indices: Tensor,
    low: int,
    high: int | None,
    error: type[Exception] = IndexError,
    advice: str = "",
) -> None:
    """Check integers against a range, now if they are known.

    Args:
        who: What looks up: "`take`", or a layer with its name.
        indices: int32 Tensor.
        low: The lowest integer allowed.
        high: The first one too high; None for no limit.
        error: Class of the exception.
        advice: What to do about a number out of range.

    Raises:
        Exception: Of class `error`, if one is known to be out of range.
    """
    if indices.array is not None:
        Lookup(who, indices, low, high, error, advice).check(np.asarray(indices.array))
    elif _noted:
        path = current_path()
        place = f"{who} in '{path}'" if path and "'" not in who else who
        _noted[-1].append(Lookup(place, indices, low, high, error, advice))
