"""Owns `pad_sequences`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, DType, NonNegativeInt, checked, refuse
from pykeras_core.engine.primitive import Array

__all__ = ["pad_sequences"]


@checked
def pad_sequences(
    sequences: Sequence[Any],
    maxlen: NonNegativeInt | None = None,
    dtype: DType = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: ArrayLike = 0.0,
) -> Array:
    """Returns sequences as one array: shorter ones padded, longer ones cut.

    Args:
        sequences: Sequences of numbers (or of equally shaped arrays), of any lengths.
        maxlen: Length of the result; default that of the longest sequence.
        dtype: Dtype of the result.
        padding: `"pre"` puts the padding before a sequence, `"post"` after it.
        truncating: `"pre"` cuts from a sequence's beginning, `"post"` from its end.
        value: What to pad with.

    Returns:
        Array of shape `(len(sequences), maxlen)`, or with more axes if elements are arrays.

    Raises:
        ValueError: If something is no sequence, elements differ in shape, or an option is
            unknown.

    Example:
        >>> pad_sequences([[1], [2, 3], [4, 5, 6]])
        array([[0, 0, 1],
               [0, 2, 3],
               [4, 5, 6]], dtype=int32)
    """
    for name, option in (("padding", padding), ("truncating", truncating)):
        if option not in ("pre", "post"):
            raise ValueError(f"`{name}` expected 'pre' or 'post', received {option!r}.")
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"`sequences` expected a list of sequences, received {sequences!r}.")
    for item in sequences:
        if not hasattr(item, "__len__") or isinstance(item, Mapping):
            raise ValueError(f"`sequences` expected sequences as items, received {item!r}.")
    if maxlen is None:
        maxlen = max((len(item) for item in sequences), default=0)
    filled = [item for item in sequences if len(item)]
    sample_shape = np.asarray(filled[0]).shape[1:] if filled else ()
    shape = (len(sequences), maxlen, *sample_shape)
    try:
        np.dtype(dtype)
    except TypeError as error:
        raise refuse("pad_sequences", "dtype", "a dtype of NumPy", dtype) from error
    try:
        result = np.full(shape, value, dtype=dtype)
    except (TypeError, ValueError) as error:
        what = f"a number of dtype {dtype}, or an array of shape {sample_shape} of them"
        raise refuse("pad_sequences", "value", what, value) from error
    for index, item in enumerate(sequences):
        kept = item[max(len(item) - maxlen, 0) :] if truncating == "pre" else item[:maxlen]
        if not len(kept):
            continue
        try:
            row = np.asarray(kept, dtype=dtype)
        except (TypeError, ValueError) as error:
            what = f"values of dtype {np.dtype(dtype).name}"
            raise refuse("pad_sequences", f"sequences[{index}]", what, item) from error
        if row.shape[1:] != sample_shape:
            raise ValueError(
                f"`sequences` expected elements of shape {sample_shape} as in the first sequence, "
                f"received shape {row.shape[1:]} at position {index}."
            )
        start = maxlen - len(row) if padding == "pre" else 0
        result[index, start : start + len(row)] = row
    return result
