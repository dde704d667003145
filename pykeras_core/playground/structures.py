"""Data as programs hand it over: one array, or several inputs or answers in a list or a dict.

Everything here leaves generators and data sets alone: looking into them would use them up.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Structure = Array | list[Array] | dict[str, Array]


def as_array(data: Any) -> Array | None:
    """The array behind `data` (array, Tensor, list), or None where it is not one array of numbers.

    A generator or a data set is never looked into: that would use up what it gives, or take long.

    Args:
        data: What a program gave to fit() or evaluate().
    """
    array = _any_array(data)
    return array if array is not None and array.dtype.kind in "buif" else None


def _any_array(data: Any) -> Array | None:
    if not (isinstance(data, (list, tuple)) or hasattr(type(data), "__array__")):
        return None
    try:
        if isinstance(data, (list, tuple)) and data and np.ndim(data[0]) > 1:
            return None  # several inputs, each an array
        array = np.asarray(data)
    except Exception:  # ragged, symbolic, sparse: whatever an `__array__` of others raises
        return None
    return array if array.ndim > 0 else None


def as_texts(data: Any) -> Array | None:
    """The array of texts behind `data`, shape (n,) or (n, 1), or None.

    Example:
        >>> as_texts(["good film", "bad film"]).tolist()
        ['good film', 'bad film']
    """
    array = _any_array(data)
    if array is None or array.dtype.kind not in "UO" or array.size != len(array) or not array.size:
        return None
    texts = array.reshape(-1)
    return texts if all(isinstance(text, str) for text in texts.tolist()) else None


def as_structure(data: Any) -> Structure | None:
    """The arrays behind `data`, all with the same number of rows, at least one; else None.

    Args:
        data: One array of numbers or texts, or a list, tuple or dict of such.

    Example:
        >>> as_structure({"left": [1, 2], "right": [3, 4]})["left"].tolist()
        [1, 2]
        >>> as_structure([[1, 2], [3]]) is None
        True
    """
    if isinstance(data, dict):
        parts = {str(key): _numbers_or_texts(value) for key, value in data.items()}
        return (
            {key: part for key, part in parts.items() if part is not None} if _even(parts) else None
        )
    whole = _numbers_or_texts(data)
    if whole is not None:
        return whole if len(whole) else None
    if isinstance(data, (list, tuple)) and all(hasattr(type(part), "__array__") for part in data):
        items = [_numbers_or_texts(part) for part in data]
        return (
            [item for item in items if item is not None] if _even(dict(enumerate(items))) else None
        )
    return None


def _numbers_or_texts(data: Any) -> Array | None:
    numbers = as_array(data)
    return as_texts(data) if numbers is None else numbers


def _even(parts: Mapping[Any, Array | None]) -> bool:
    lengths = {None if part is None else len(part) for part in parts.values()}
    return len(lengths) == 1 and None not in lengths and 0 not in lengths


def arrays_of(data: Structure) -> list[Array]:
    """The arrays in `data`, in order."""
    if isinstance(data, dict):
        return list(data.values())
    return data if isinstance(data, list) else [data]


def names_of(data: Structure) -> list[str]:
    """What each of `arrays_of(data)` is called; empty where it has no name."""
    return list(data) if isinstance(data, dict) else [""] * len(arrays_of(data))


def count(data: Structure) -> int:
    """The number of samples in `data`."""
    return len(arrays_of(data)[0])


def mapped(function: Callable[[Array], Array], data: Structure) -> Structure:
    """`data` with `function` applied to each of its arrays."""
    if isinstance(data, dict):
        return {key: function(array) for key, array in data.items()}
    if isinstance(data, list):
        return [function(array) for array in data]
    return function(data)


def rows(data: Structure, indices: Any) -> Structure:
    """The samples of `data` at `indices`.

    Example:
        >>> rows({"a": np.arange(5)}, [3, 1])["a"].tolist()
        [3, 1]
    """
    return mapped(lambda array: array[indices], data)


def same(first: Any, second: Any) -> bool:
    """Whether two structures are the same arrays in memory, whatever they are called."""
    if first is None or second is None:
        return False
    pairs = list(zip(arrays_of(first), arrays_of(second), strict=False))
    return bool(pairs) and all(
        one is other
        or (
            one.shape == other.shape
            and one.__array_interface__["data"] == other.__array_interface__["data"]
            and one.strides == other.strides
        )
        for one, other in pairs
    )
