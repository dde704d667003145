"""Training data as users hand it over, made ready for batching.

This module owns the way from `fit`'s arguments to `ArrayBatches` or `StreamBatches`: plain
lists, validation split, class weights, and what each of them may look like.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.checks import describe
from pykeras_core.engine import is_tensor
from pykeras_core.training.batching import ArrayBatches, StreamBatches
from pykeras_core.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from pykeras_core.utils.py_dataset import PyDataset

__all__ = ["class_weights_to_sample_weights", "make_batches", "one_batch", "split_validation"]


def is_array_data(x: Any) -> bool:
    """Whether `x` holds arrays (to be cut into batches) and is not itself a source of them."""
    return all(
        leaf is None or is_tensor(leaf) or hasattr(leaf, "__array__") or _is_number(leaf)
        for leaf in tree.flatten(x)
    )


def _is_number(leaf: Any) -> bool:
    return isinstance(leaf, bool | int | float)


def as_arrays(data: Any) -> Any:
    """Plain lists of numbers become arrays; structures of arrays stay as they are."""
    if isinstance(data, list | tuple) and data and _holds_numbers(data):
        return np.asarray(data)
    if isinstance(data, dict):
        return {key: as_arrays(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(as_arrays(value) for value in data)
    return data


def _holds_numbers(data: Any) -> bool:
    while isinstance(data, list | tuple) and data:
        data = data[0]
    return _is_number(data)


def make_batches(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    shuffle: bool = False,
    class_weight: dict[int, float] | None = None,
) -> ArrayBatches | StreamBatches:
    """Batches for anything that `fit`, `evaluate` and `predict` take as `x`.

    Args:
        x: Arrays in any structure, or an iterable of batches.
        y: Labels for arrays; must be None for an iterable, which gives them itself.
        sample_weight: Weight a sample for arrays.
        batch_size: Rows a batch for arrays; default 32.
        shuffle: Whether each pass over arrays is in a new order.
        class_weight: Weight a class.

    Returns:
        The batches.

    Raises:
        ValueError: If the data is empty, its lengths differ, or arguments contradict it.
        TypeError: If `x` is neither arrays nor an iterable.
    """
    x, y, sample_weight = as_arrays(x), as_arrays(y), as_arrays(sample_weight)
    if x is None:
        raise ValueError("expected data in `x`, received None")
    if is_array_data(x):
        if class_weight is not None:
            sample_weight = class_weights_to_sample_weights(y, sample_weight, class_weight)
        data = pack_x_y_sample_weight(x, y, sample_weight)
        return ArrayBatches(data, batch_size, shuffle)
    return _stream(x, y, sample_weight, shuffle, class_weight)


def one_batch(data: tuple[Any, ...], class_weight: dict[int, float] | None = None) -> ArrayBatches:
    """All of the arrays as a single batch, in the form in which they are given.

    Args:
        data: (x,) or (x, y, sample_weight): arrays in any structure, None for what is not there.
        class_weight: Weight a class.

    Returns:
        The batches, of which there is one.

    Raises:
        ValueError: If there is no data, its lengths differ, or arguments contradict each other.
        TypeError: If `x` is not made of arrays.
    """
    x, *rest = data = tuple(as_arrays(part) for part in data)
    if x is None:
        raise ValueError("expected a batch in `x`, received None")
    if not is_array_data(x):
        raise TypeError(
            f"expected a batch of arrays in `x`, received {type(x).__name__}. `fit` takes data "
            "that comes in batches."
        )
    if class_weight is not None:
        y, sample_weight = rest
        data = (x, y, class_weights_to_sample_weights(y, sample_weight, class_weight))
    return ArrayBatches(data, batch_size=2**31)


def _stream(x: Any, y: Any, sample_weight: Any, shuffle: bool, class_weight: Any) -> StreamBatches:
    is_source = hasattr(x, "__iter__") and not isinstance(x, str | bytes)
    if not (is_source or isinstance(x, PyDataset)):
        raise TypeError(
            "expected arrays or an iterable of batches as data in `x`, received "
            f"{describe(x)}. Make an array of it with `np.array(...)`."
        )
    if y is not None or sample_weight is not None:
        name = "y" if y is not None else "sample_weight"
        raise ValueError(
            f"`{name}` must not be given when `x` is a {type(x).__name__}: the batches it gives "
            "are (x, y) or (x, y, sample_weight) already"
        )

    def prepare(batch: Any) -> Any:
        features, labels, weights = unpack_x_y_sample_weight(batch)
        if class_weight is None:  # the form in which a step of the user's expects it
            return tuple(batch) if isinstance(batch, list) else batch
        weights = class_weights_to_sample_weights(labels, weights, class_weight)
        return (features, labels, weights)

    if isinstance(x, PyDataset):

        def source(order: np.random.Generator) -> Any:
            return x.passes(order if shuffle else None)

        endless = x.num_batches is None
        return StreamBatches(source, x.num_batches, prepare, endless, x)
    endless, once = getattr(x, "endless", False), hasattr(x, "__next__")
    return StreamBatches(lambda _: iter(x), _length(x), prepare, endless, once=once)


def _length(x: Any) -> int | None:
    """The number of batches, or None where an iterable does not know it."""
    try:
        return len(x)
    except TypeError:
        return None


def class_weights_to_sample_weights(
    y: Any, sample_weight: Any, class_weight: dict[int, float]
) -> Any:
    """A weight for each sample from the weight of its class.

    Args:
        y: Labels: integers, shape (samples,) or (samples, 1), or one-hot rows.
        sample_weight: Must be None.
        class_weight: Weight by class number; classes that are absent weigh 1.

    Returns:
        float32, shape (samples,).

    Raises:
        ValueError: If there are several outputs, or sample weights as well.
    """
    if sample_weight is not None:
        raise ValueError("give `class_weight` or `sample_weight`, not both")
    if y is None or tree.is_nested(y):
        raise ValueError("`class_weight` needs a model with one output and its labels in `y`")
    labels = np.asarray(y)
    if labels.ndim > 1:
        labels = labels.argmax(-1) if labels.shape[-1] != 1 else labels[..., 0]
    labels = labels.round().astype(np.int64)
    weights = np.ones(labels.shape, np.float32)
    for number, weight in class_weight.items():
        weights[labels == _class_number(number)] = _class_weight(number, weight)
    return weights


def _class_number(key: Any) -> int:
    if isinstance(key, str) or not hasattr(key, "__index__"):
        number = float(key) if isinstance(key, float | np.floating) else math.nan
        if not number.is_integer():
            raise ValueError(
                f"`class_weight` expected class numbers as keys, received {key!r}. Map the names "
                "of classes to the numbers that stand in `y`."
            )
        return int(number)
    return int(key)


def _class_weight(key: Any, weight: Any) -> float:
    try:
        return float(weight)
    except (TypeError, ValueError):
        raise ValueError(
            f"`class_weight` expected a number as weight of class {key}, received {weight!r}"
        ) from None


def split_validation(x: Any, y: Any, sample_weight: Any, share: float) -> tuple[Any, Any]:
    """Keep the last `share` of the samples for validation, as Keras does: before shuffling.

    Args:
        x: Arrays in any structure.
        y: Arrays in any structure, or None.
        sample_weight: Arrays, or None.
        share: Above 0 and below 1.

    Returns:
        Two tuples (x, y, sample_weight): for training and for validation.

    Raises:
        ValueError: If a part would be empty, or the data is not arrays.
    """
    if not 0 < share < 1:
        raise ValueError(f"`validation_split` expected a share between 0 and 1, received {share}")
    data = as_arrays((x, y, sample_weight))
    if not is_array_data(data[0]):
        raise ValueError(
            "`validation_split` needs arrays; for an iterable of batches give `validation_data`"
        )
    arrays = [leaf for leaf in tree.flatten(data) if leaf is not None]
    samples = len(arrays[0])
    edge = int(samples * (1.0 - share))
    if edge == 0 or edge == samples:
        raise ValueError(
            f"`validation_split={share}` of {samples} samples leaves no samples for "
            f"{'training' if edge == 0 else 'validation'}"
        )
    train = tree.map_structure(lambda leaf: None if leaf is None else leaf[:edge], data)
    validation = tree.map_structure(lambda leaf: None if leaf is None else leaf[edge:], data)
    return tuple(train), tuple(validation)
