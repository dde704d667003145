"""The weights of a layer: as pictures, as a histogram, and how they are spread."""

from typing import Any

import numpy as np

from pykeras_core.playground.images import image_shape
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.maps import (
    LARGEST_SIDE,
    MOST_MAPS,
    describe_maps,
    histogram,
    thinned,
)
from pykeras_core.playground.inspectors.subject import Subject, layers_of, weights_of
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.structures import Array

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def _has_weights(subject: Subject) -> bool:
    return any(weights_of(layer) for _, layer in layers_of(subject.model))


@inspector("weights", fits=_has_weights)
def describe(
    model: Any, subject: Subject, *, layer: str = "", weight: str = "", **options: Any
) -> Report:
    """One of a layer's weights.

    Args:
        model: The model.
        subject: The model and its data.
        layer: The layer's path; the first one with weights by default.
        weight: The weight's name in it; the first one by default.
        **options: Of other inspectors.
    """
    having = {name: weights_of(one) for name, one in layers_of(model)}
    having = {name: found for name, found in having.items() if found}
    if not having:
        raise NothingToSeeError("weights")
    shown = layer if layer in having else next(iter(having))
    named = {_unique(at, having[shown]): one for at, one in enumerate(having[shown])}
    chosen = weight if weight in named else next(iter(named))
    array = np.asarray(named[chosen].numpy())
    first = shown == next(iter(having))
    pictures, kind = pictures_of(array, _picture_of_inputs(subject) if first else None)
    looked = thinned(array)
    counts, edges, lost = histogram(looked)
    finite = looked[np.isfinite(looked)].astype("float64")
    return {
        "kind": "weights",
        "layers": [{"name": name, "weights": _names(found)} for name, found in having.items()],
        "layer": shown,
        "weight": chosen,
        "shape": list(array.shape),
        "pictures": kind,
        "maps": pictures,
        "counts": counts,
        "edges": edges,
        "quantiles": np.quantile(finite, QUANTILES).tolist() if finite.size else [],
        "total": int(array.size),
        "lookedAt": int(looked.size),
        "notNumbers": lost,
    }


def _names(weights: list[Any]) -> list[str]:
    return [_unique(at, weights) for at in range(len(weights))]


def _unique(at: int, weights: list[Any]) -> str:
    """A weight's name, with its place where another one of the layer has it too."""
    name = text_of(weights[at].name)
    same = [one for one in weights if text_of(one.name) == name]
    return name if len(same) == 1 else f"{name} {at + 1}"


def _picture_of_inputs(subject: Subject) -> tuple[int, int, int] | None:
    """The form of an image that comes in as a row of pixels."""
    x = subject.single
    return None if x is None else image_shape(x.shape[1:])


def pictures_of(array: Array, image: tuple[int, int, int] | None) -> tuple[dict[str, Any], str]:
    """A weight as pictures, and what each is a picture of.

    Args:
        array: The weight.
        image: Height, width and channels of the images that the layer sees as rows, if it does.

    Returns:
        As `describe_maps`, and ``"filters"`` (a convolution's), ``"units"`` (a unit's weights,
        each in the place of its pixel), ``"matrix"`` or ``"row"``.
    """
    if array.ndim == 4:
        height, width, channels, filters = array.shape
        stack = np.moveaxis(array, (3, 2), (0, 1)).reshape(-1, height, width)
        names = [
            f"{one}" if channels == 1 else f"{one}·{channel}"
            for one in range(filters)
            for channel in range(channels)
        ]
        shown = stack[:MOST_MAPS]
        hidden = len(stack) - len(shown)
        return describe_maps(shown, names, hidden=hidden), "filters"
    if array.ndim == 2 and image is not None and array.shape[0] == int(np.prod(image)):
        units = array.T.reshape(-1, *image).mean(axis=3)
        hidden = max(len(units) - MOST_MAPS, 0)
        return describe_maps(units[:MOST_MAPS], hidden=hidden), "units"
    if array.ndim < 2:
        return describe_maps(array.reshape(1, 1, -1)[:, :, : LARGEST_SIDE * 8], ["row"]), "row"
    matrix = array.reshape(array.shape[0], -1) if array.ndim == 2 else array.reshape(
        -1, array.shape[-1]
    )  # fmt: skip
    return describe_maps(matrix[None], ["matrix"]), "matrix"
