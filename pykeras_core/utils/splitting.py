"""Owns `split_dataset`."""

from __future__ import annotations

import random as _python_random
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.checks import ArrayTree, Seed, checked, refuse

__all__ = ["split_dataset"]


@checked
def split_dataset(
    dataset: ArrayTree,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: Seed = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """Returns the first and the last part of arrays, such as training and test data.

    Args:
        dataset: An array, or a nested structure of arrays of equal length.
        left_size: Share (float from 0 to 1) or number (int) of samples in the first part;
            default what `right_size` leaves.
        right_size: The same for the last part; default what `left_size` leaves.
        shuffle: Whether to mix the samples first.
        seed: Int that repeats the mixing.
        preferred_backend: Only for calls written for Keras; arrays stay arrays.

    Returns:
        `(left, right)`, each with the structure of `dataset`.

    Raises:
        ValueError: If no size is given, a size does not fit, or the arrays differ in length.

    Example:
        >>> left, right = split_dataset(np.arange(10), left_size=0.8)
        >>> len(left), len(right)
        (8, 2)
    """
    if left_size is None and right_size is None:
        raise ValueError("`split_dataset` expected `left_size` or `right_size`, received neither.")
    if not all(np.ndim(leaf) for leaf in tree.flatten(dataset)):
        raise refuse("split_dataset", "dataset", "arrays of samples", dataset)
    lengths = {len(leaf) for leaf in tree.flatten(dataset)}
    if len(lengths) != 1:
        raise ValueError(
            "`split_dataset` expected arrays with the same number of samples, received "
            f"lengths {sorted(lengths)}."
        )
    total = lengths.pop()
    left = _count("left_size", left_size, total)
    right = _count("right_size", right_size, total)
    left = total - right if left is None and right is not None else left
    right = total - left if right is None and left is not None else right
    if left is None or right is None or left + right > total or not left or not right:
        raise ValueError(
            f"`split_dataset` cannot split {total} samples with left_size={left_size} and "
            f"right_size={right_size}: both parts must have samples, and together at most {total}."
        )
    order = np.arange(total)
    if shuffle:
        rows = list(range(total))
        _python_random.Random(seed).shuffle(rows)
        order = np.array(rows)
    return _rows(dataset, order[:left]), _rows(dataset, order[total - right :])


def _rows(dataset: Any, rows: Any) -> Any:
    return tree.map_structure(lambda leaf: np.asarray(leaf)[rows], dataset)


def _count(name: str, size: float | None, total: int) -> int | None:
    """A size as a number of samples."""
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, int | float | np.number) or size < 0:
        raise ValueError(f"`{name}` expected an int or a float from 0 to 1, received {size!r}.")
    if isinstance(size, float | np.floating):
        if size > 1:
            raise ValueError(f"`{name}` as a share expected at most 1.0, received {size}.")
        return round(size * total)
    return int(size)
