"""The plane of a model of two inputs: what it answers everywhere, and what its neurons do."""

from typing import Any

import numpy as np

from pykeras_core.models import Model
from pykeras_core.playground.answers import ends_in_sigmoid, loss_name, unchanged
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import array_of, calls
from pykeras_core.playground.inspectors.maps import MOST_MAPS, describe_maps
from pykeras_core.playground.inspectors.subject import Subject, named_layers
from pykeras_core.playground.predictions import to_probabilities
from pykeras_core.playground.samples import class_labels
from pykeras_core.playground.structures import Array, arrays_of

SIZE = 60
"""So many points of the grid on each side."""

_POINTS = 300
_MARGIN = 0.12
_EVERY = 2
"""A neuron's map has every second point of the grid."""


@inspector("boundary", fits=lambda subject: subject.width == 2 and len(subject.model.inputs) < 2)
def describe(model: Any, subject: Subject, *, layer: str = "", **options: Any) -> Report:
    """What a model answers on a grid of 60 x 60 points, beside the samples.

    Args:
        model: The model.
        subject: The model and its data.
        layer: The layer whose neurons are drawn; the first one by default.
        **options: Of other inspectors.
    """
    points, labels = _points(subject)
    if not len(points):
        raise NothingToSeeError("samples")
    xs, ys = (_axis(points[:, at]) for at in (0, 1))
    grid = grid_of(xs, ys)
    shaped = grid.reshape(-1, *_row_shape(subject))
    layers = list(named_layers(model, lambda one: getattr(one, "kernel", None) is not None))
    shown = layer if layer in layers else (layers or [""])[0]
    said, neurons = _asked(subject, shown, shaped)
    features = subject.features or ("x1", "x2")
    return {
        "kind": "boundary",
        "size": SIZE,
        "x": [float(xs[0]), float(xs[-1])],
        "y": [float(ys[0]), float(ys[-1])],
        "features": list(features),
        "layers": layers,
        "layer": shown,
        "neurons": None if neurons is None else _maps(neurons),
        "points": {
            "x": points[:, 0].astype("float64").tolist(),
            "y": points[:, 1].astype("float64").tolist(),
            "labels": None if labels is None else labels.tolist(),
        },
        **_surface(subject, said),
    }


def grid_of(xs: Array, ys: Array) -> Array:
    """The points of a grid row by row, the first row at the top: shape (size * size, 2)."""
    across, up = np.meshgrid(xs, ys[::-1])
    return np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)


def _row_shape(subject: Subject) -> tuple[int, ...]:
    x = subject.single
    return (2,) if x is None else x.shape[1:]


def _points(subject: Subject) -> tuple[Array, Array | None]:
    """The samples that are drawn, and their classes where they have some."""
    if subject.samples is None:
        return np.empty((0, 2)), None
    x = arrays_of(subject.samples.inputs(_POINTS))[0].reshape(-1, 2)
    y = subject.samples.targets(_POINTS)
    target = None if y is None or len(arrays_of(y)) != 1 else arrays_of(y)[0]
    if target is not None and np.isin(target, (-1, 1)).all() and target.size == len(x):
        target = target.reshape(-1) > 0
    labels = class_labels(target)
    finite = np.isfinite(x).all(axis=1)
    return x[finite], None if labels is None else labels[finite]


def _axis(values: Array) -> Array:
    low, high = float(values.min()), float(values.max())
    margin = _MARGIN * (high - low or 1.0)
    return np.linspace(low - margin, high + margin, SIZE)


def _asked(subject: Subject, layer: str, grid: Array) -> tuple[Array, Array | None]:
    """The model's answers on the grid, and those of a layer's neurons."""
    model = subject.model
    key = ("plane", layer)
    if key not in subject.kept:
        subject.kept[key] = _both(model, layer)
    both = subject.kept[key]
    if both is not None:
        with unchanged(model):
            inner, said = (np.asarray(part) for part in both.predict_on_batch(grid))
        return said, inner
    heard = calls(model, grid)
    said = np.asarray(next(iter(subject.said(grid).values())))
    given = [call.output for call in heard if call.name == layer]
    return said, array_of(given[-1]) if given else None


def _both(model: Any, layer: str) -> Any:
    """A model that gives a layer's output and the answer at once; None where there is none."""
    try:
        (answer,) = model.outputs
        return Model(model.inputs, [model.get_layer(layer).output, answer], name="inspected")
    except Exception:  # a model of the program's own making, a layer within another one
        return None


def _maps(neurons: Array) -> dict[str, Any]:
    table = neurons.reshape(SIZE, SIZE, -1)[::_EVERY, ::_EVERY]
    shown = np.moveaxis(table[:, :, :MOST_MAPS], 2, 0)
    return describe_maps(shown, hidden=max(table.shape[2] - MOST_MAPS, 0))


def _surface(subject: Subject, said: Array) -> dict[str, Any]:
    """The answers as classes with their certainty, or as a height."""
    table = said.reshape(len(said), -1).astype("float64")
    loss = loss_name(subject.model)
    wide = table.shape[1] > 1
    if not wide and "hinge" in loss:
        table = (np.clip(table, -1, 1) + 1) / 2
    crossentropy = "crossentropy" in loss or "hinge" in loss or "focal" in loss
    if not (wide or crossentropy or ends_in_sigmoid(subject.model)):
        finite = table[np.isfinite(table)]
        height = describe_maps(table.reshape(1, SIZE, SIZE))
        range_ = [float(finite.min()), float(finite.max())] if finite.size else [0.0, 0.0]
        return {"classes": 0, "names": None, "guesses": None, "certainties": None,
                "height": height, "range": range_, "shares": [],
                "notNumbers": int(table.size - finite.size)}  # fmt: skip
    lost = ~np.isfinite(table).all(axis=1)
    probabilities = to_probabilities(np.where(lost[:, None], 0.5, table))
    classes = probabilities.shape[1]
    guesses = np.where(lost, 255, probabilities.argmax(axis=1))
    names = subject.classes(classes)
    counts = np.bincount(guesses[~lost], minlength=classes)[:classes]
    return {
        "classes": classes,
        "names": list(names) if names else None,
        "guesses": guesses.astype(np.uint8).tobytes(),
        "certainties": np.rint(255 * probabilities.max(axis=1)).astype(np.uint8).tobytes(),
        "height": None,
        "range": None,
        "shares": (counts / len(table)).tolist(),
        "notNumbers": int(lost.sum()),
    }
