"""Describes a data set in the plain numbers and bytes that the page draws."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core.playground.displays import FEATURES_SHOWN, Display, table_of
from pykeras_core.playground.images import image_shape
from pykeras_core.playground.structures import (
    Array,
    Structure,
    arrays_of,
    as_structure,
    count,
    names_of,
)

SAMPLES_SHOWN = 30
ROWS_SHOWN = 12
POINTS_SHOWN = 400
OF_EACH_CLASS = 12
"""Samples that the page has of each class, for the reader who asks for one."""

_MOST_CLASSES_SHOWN = 30
_BARS = 12
_ROWS_INSPECTED = 1000
_MOST_CLASSES = 2.0**31


def class_labels(y: Array | None) -> npt.NDArray[np.int64] | None:
    """Reads targets as class numbers: integers, shape (n,) or (n, 1), or one-hot rows; else None.

    Example:
        >>> class_labels(np.array([[0.0, 1.0], [1.0, 0.0]]))
        array([1, 0])
        >>> class_labels(np.array([0.5, 1.0])) is None
        True
    """
    if y is None or y.dtype.kind not in "buif":
        return None
    if y.ndim > 2 or (y.ndim == 2 and y.shape[1] == 0):
        return None
    if y.dtype.kind == "f":
        y = y.astype("float64")
    head = y[:_ROWS_INSPECTED]
    if y.ndim == 2 and y.shape[1] > 1:
        one_hot = bool(np.all((head == 0) | (head == 1)) and np.all(head.sum(axis=1) == 1))
        return np.argmax(y, axis=1) if one_hot else None
    classes = y.reshape(-1)
    if y.dtype.kind == "f":
        whole = np.isfinite(head) & (head >= 0) & (head < _MOST_CLASSES) & (head == np.floor(head))
        if not whole.all():
            return None
        classes = np.clip(np.nan_to_num(classes, nan=-1), -1, _MOST_CLASSES)
    return classes.astype(np.int64)


def describe_samples(
    x: Any, y: Any, features: tuple[str, ...] = (), classes: tuple[str, ...] = ()
) -> dict[str, Any] | None:
    """Describes a data set: what it is made of, how its targets are spread, and some samples.

    Args:
        x: Inputs: an array, or several in a list or dict.
        y: Targets, or None.
        features: What the columns of a table are called.
        classes: What the classes are called; those of another number are not these.

    Returns:
        A dictionary as `SampleFacts` of ``web/protocol.js`` says; None where `x` cannot be shown.
    """
    inputs, targets = as_structure(x), as_structure(y)
    if inputs is None:
        return None
    total = count(inputs)
    if targets is not None and count(targets) != total:
        targets = None
    target = arrays_of(targets)[0] if targets is not None and len(arrays_of(targets)) == 1 else None
    labels = _labels_of(target)
    display = Display(inputs, features)
    chosen, first = _chosen(inputs, labels)
    return {
        "total": total,
        "inputs": _facts(inputs),
        "targets": [] if targets is None else _facts(targets),
        "distribution": _distribution(target, labels, classes),
        "points": _points(display, target, labels),
        "indices": chosen.tolist(),
        "first": first,
        "labels": None if labels is None else labels[chosen].tolist(),
        "values": _values(target, labels, chosen),
        "shown": display.describe(chosen),
    }


def _labels_of(target: Array | None) -> Array | None:
    """Class numbers where targets look like classes: whole numbers of which there are few."""
    labels = class_labels(target)
    if labels is None or target is None:
        return None
    if target.ndim == 2 and target.shape[1] > 1:
        return labels
    kinds = len(np.unique(labels))
    whole = target.dtype.kind in "bui" or kinds == 2
    return labels if whole and kinds <= max(len(labels) // 2, 2) else None


def _chosen(inputs: Structure, labels: Array | None) -> tuple[npt.NDArray[np.int64], int]:
    """The first samples, then more of each class; and how many the first are."""
    parts = arrays_of(inputs)
    image = any(image_shape(part.shape[1:]) for part in parts)
    first = min(count(inputs), SAMPLES_SHOWN if image else ROWS_SHOWN)
    chosen = list(range(first))
    if labels is not None:
        for label in np.unique(labels)[:_MOST_CLASSES_SHOWN]:
            found = np.flatnonzero(labels == label)[:OF_EACH_CLASS]
            chosen += found[found >= first].tolist()
    return np.array(chosen, np.int64), first


def _facts(data: Structure) -> list[dict[str, Any]]:
    """Of each array its name, shape, dtype, and range; what is not a number is counted."""
    facts = []
    for name, array in zip(names_of(data), arrays_of(data), strict=True):
        numbers = array.dtype.kind in "buif"
        low, high, lost = _range(array) if numbers else (None, None, 0)
        facts.append(
            {
                "name": name,
                "shape": list(array.shape),
                "dtype": array.dtype.name if numbers else "text",
                "low": low,
                "high": high,
                "notNumbers": lost,
            }
        )
    return facts


def _range(array: Array) -> tuple[float | None, float | None, int]:
    if not array.size:
        return None, None, 0
    low, high = float(array.min()), float(array.max())
    if np.isfinite(low) and np.isfinite(high):
        return low, high, 0
    finite = array[np.isfinite(array)]
    lost = int(array.size - finite.size)
    return (float(finite.min()), float(finite.max()), lost) if finite.size else (None, None, lost)


def _distribution(
    target: Array | None, labels: Array | None, classes: tuple[str, ...]
) -> dict[str, Any] | None:
    """How many samples there are of each class, or with targets in each of a few ranges."""
    if labels is not None:
        values, counts = np.unique(labels, return_counts=True)
        shown = slice(0, _MOST_CLASSES_SHOWN)
        known = len(classes) > int(values.max()) and int(values.min()) >= 0
        names = [classes[value] for value in values[shown]] if known else None
        return {
            "kind": "classes",
            "values": values[shown].tolist(),
            "counts": counts[shown].tolist(),
            "names": names,
            "hidden": int(max(len(values) - _MOST_CLASSES_SHOWN, 0)),
        }
    if target is None or target.size != len(target) or target.dtype.kind not in "buif":
        return None
    numbers = target.astype("float64").reshape(-1)
    finite = numbers[np.isfinite(numbers) & (np.abs(numbers) < 1e150)]
    if not finite.size or finite.min() == finite.max():
        return None
    counts, edges = np.histogram(finite, bins=_BARS)
    return {"kind": "ranges", "edges": edges.tolist(), "counts": counts.tolist()}


def _points(display: Display, target: Array | None, labels: Array | None) -> dict[str, Any] | None:
    """One number in, one number out: points of a plot."""
    if not display.single or target is None or labels is not None or target.size != len(target):
        return None
    if target.dtype.kind not in "buif":
        return None
    (x,) = arrays_of(display.x)
    return {
        "x": table_of(x)[:POINTS_SHOWN, 0].astype("float64").tolist(),
        "y": target.reshape(-1)[:POINTS_SHOWN].astype("float64").tolist(),
    }


def _values(
    target: Array | None, labels: Array | None, chosen: npt.NDArray[np.int64]
) -> list[list[float]] | None:
    """The targets of some samples, the first numbers of each; None where labels say it."""
    if target is None or labels is not None or target.dtype.kind not in "buif":
        return None
    rows: list[list[float]] = table_of(target)[chosen, :FEATURES_SHOWN].astype("float64").tolist()
    return rows
