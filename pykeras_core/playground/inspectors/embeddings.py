"""Where a layer puts the samples, or an embedding its words: their two main directions."""

from typing import Any

import numpy as np

from pykeras_core.layers import Embedding
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import outputs_of
from pykeras_core.playground.inspectors.subject import Subject, layers_of, weights_of
from pykeras_core.playground.inspectors.words import vocabulary
from pykeras_core.playground.samples import class_labels
from pykeras_core.playground.structures import Array, arrays_of

MOST_POINTS = 300
WIDEST = 4096
"""Layers with more numbers for each sample are looked at in some of them, evenly spread."""

_AS_BEFORE = ("Dropout", "Activation", "ActivityRegularization", "SpatialDropout2D")
"""Layers that leave samples about where the layer before puts them."""


@inspector("embeddings", fits=lambda subject: subject.samples is not None)
def describe(model: Any, subject: Subject, *, layer: str = "", **options: Any) -> Report:
    """A layer's output for many samples, or an embedding's weights, in two dimensions.

    Args:
        model: The model.
        subject: The model and its data.
        layer: The layer's path; by default an embedding, else the last layer but one.
        **options: Of other inspectors.
    """
    if subject.samples is None:
        raise NothingToSeeError("samples")
    layers = dict(layers_of(model))
    names = [name for name, one in layers.items() if type(one).__name__ != "InputLayer"]
    if not names:
        raise NothingToSeeError("layers")
    words = [name for name in names if isinstance(layers[name], Embedding)]
    inner = [name for name in names[:-1] if type(layers[name]).__name__ not in _AS_BEFORE]
    shown = layer if layer in names else (words or inner[-1:] or names)[0]
    if shown in words and weights_of(layers[shown]):
        return {**_of_words(subject, layers[shown]), "layers": names, "layer": shown}
    return {**_of_samples(subject, shown), "layers": names, "layer": shown}


def _of_words(subject: Subject, layer: Any) -> Report:
    table = np.asarray(weights_of(layer)[0].numpy())
    known = vocabulary(subject, len(table))
    places, share = main_directions(table[:MOST_POINTS])
    return {
        "kind": "embeddings",
        **_points(places, share),
        "of": "words",
        "total": len(table),
        "width": table.shape[1],
        "labels": None,
        "names": None,
        "words": [known.get(at, str(at)) for at in range(len(places))],
        "indices": list(range(len(places))),
    }


def _of_samples(subject: Subject, layer: str) -> Report:
    assert subject.samples is not None
    x = subject.samples.inputs(MOST_POINTS)
    output = outputs_of(subject, layer, x)
    if output is None or output.ndim < 1 or not output.size:
        raise NothingToSeeError("layers")
    table = output.reshape(len(output), -1)
    step = -(-table.shape[1] // WIDEST)
    places, share = main_directions(table[:, ::step])
    y = subject.samples.targets(len(table))
    target = None if y is None or len(arrays_of(y)) != 1 else arrays_of(y)[0]
    labels = class_labels(target)
    few = labels is not None and len(labels) > 0 and labels.min() >= 0 and labels.max() < 1000
    names = subject.classes(int(labels.max()) + 1) if few and labels is not None else ()
    return {
        "kind": "embeddings",
        **_points(places, share),
        "of": "samples",
        "total": subject.total,
        "width": table.shape[1],
        "labels": labels.tolist() if few and labels is not None else None,
        "names": list(names) if names else None,
        "words": None,
        "indices": subject.samples.order[: len(table)].tolist(),
    }


def _points(places: Array, share: tuple[float, float]) -> dict[str, Any]:
    return {"x": places[:, 0].tolist(), "y": places[:, 1].tolist(), "share": list(share)}


def main_directions(table: Array) -> tuple[Array, tuple[float, float]]:
    """The two principal components of rows of numbers.

    Args:
        table: Shape (n, width).

    Returns:
        Shape (n, 2), and the share of the spread that lies along each. A direction points to
        where its largest entry is above 0, so that it does not turn round from look to look.

    Example:
        >>> places, share = main_directions(np.array([[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]]))
        >>> places[:, 0].tolist(), share
        ([-2.0, 0.0, 2.0], (1.0, 0.0))
    """
    numbers = np.nan_to_num(table.astype("float64"), posinf=0, neginf=0)
    centred = numbers - numbers.mean(axis=0)
    n, width = centred.shape
    if width <= n:
        values, vectors = np.linalg.eigh(centred.T @ centred)
        axes = vectors[:, ::-1][:, :2]
    else:
        values, vectors = np.linalg.eigh(centred @ centred.T)
        axes = centred.T @ vectors[:, ::-1][:, :2]
        lengths = np.linalg.norm(axes, axis=0)
        axes = axes / np.where(lengths > 0, lengths, 1)
    if axes.shape[1] < 2:
        axes = np.concatenate([axes, np.zeros((width, 2 - axes.shape[1]))], axis=1)
    largest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    axes = axes * np.where(largest < 0, -1.0, 1.0)
    spread = np.clip(values[::-1], 0, None)
    total = float(spread.sum()) or 1.0
    shares = [float(one) / total for one in spread[:2]] + [0.0]
    return centred @ axes, (shares[0], shares[1])
