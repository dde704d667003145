"""What a model says of one sample, in the form the page draws: probabilities, numbers, an image."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core.playground.answers import ends_in_sigmoid, loss_name
from pykeras_core.playground.images import describe_images, image_shape
from pykeras_core.playground.known_names import class_names
from pykeras_core.playground.predictions import class_numbers, to_probabilities
from pykeras_core.playground.structures import Array, Structure, arrays_of

BARS = 12
"""So many classes have a bar; a model of more is shown with its surest ones."""

_MOST_NUMBERS = 12


@dataclass(frozen=True, eq=False)
class Asked:
    """A model that was asked, and what is known of it.

    Args:
        model: The model.
        truth: Targets such as it was trained on; None where they are not known.
        namespace: The program's variables.
        source: The program's text.
    """

    model: Any
    truth: Structure | None
    namespace: Mapping[str, Any]
    source: str


def describe_said(asked: Asked, outputs: Mapping[str, Array]) -> list[dict[str, Any]]:
    """What each output says of the one sample.

    Args:
        asked: What was asked.
        outputs: Arrays of shape (1, ...) by the names of the outputs.

    Returns:
        For each output its ``name`` and what it ``says``, as `Said` of ``web/protocol.js``.
    """
    with np.errstate(all="ignore"):
        return [
            {"name": name, "says": _one(asked, name, position, output, len(outputs))}
            for position, (name, output) in enumerate(outputs.items())
        ]


def _one(asked: Asked, name: str, position: int, output: Array, outputs: int) -> dict[str, Any]:
    if output.dtype.kind not in "buif" or not output.size:
        return {"kind": "form", "shape": list(output.shape[1:])}
    if not np.isfinite(output).all():
        return {"kind": "nan", "part": float(1 - np.isfinite(output).mean())}
    truth = _truth(asked.truth, name, position, outputs)
    sizes = [size for size in output.shape[1:] if size != 1]
    flat = output.reshape(1, -1).astype("float64")
    if len(sizes) <= 1:
        found = _classes(asked, loss_name(asked.model, name, position), truth, flat, outputs)
        if found is not None:
            return found
    if output[0].size > 1 and image_shape(output.shape[1:]) is not None:
        return {"kind": "image", "images": describe_images(output)}
    if len(sizes) <= 1 and flat.shape[1] <= _MOST_NUMBERS:
        names = class_names(asked.namespace, asked.source, flat.shape[1]) if sizes else ()
        return {"kind": "numbers", "values": flat[0].tolist(), "names": list(names) or None}
    return {"kind": "form", "shape": list(output.shape[1:])}


def _truth(truth: Structure | None, name: str, position: int, outputs: int) -> Array | None:
    if truth is None:
        return None
    if isinstance(truth, dict) and len(truth) > 1:
        return truth.get(name)
    parts = arrays_of(truth)
    return parts[position] if len(parts) == outputs else None


def _classes(
    asked: Asked, loss: str, truth: Array | None, flat: Array, outputs: int
) -> dict[str, Any] | None:
    """Probabilities of classes, or of several labels at once; None where it says neither."""
    width = flat.shape[1]
    if width == 1 and _is_softmax(asked.model):
        return {"kind": "one"}
    sigmoid = outputs == 1 and ends_in_sigmoid(asked.model)
    names = class_names(asked.namespace, asked.source, max(width, 2))
    if truth is not None:
        if truth.dtype.kind not in "buif":
            return None
        several = truth.ndim == 2 and truth.shape[1] == width > 1 and np.isin(truth, (0, 1)).all()
        if several and (sigmoid or "binary" in loss) and (truth.sum(axis=1) != 1).any():
            shares = flat if flat.min() >= 0 and flat.max() <= 1 else 1 / (1 + np.exp(-flat))
            return _bars("labels", shares[0], names)
        found = class_numbers(truth, width, loss=loss, sigmoid=sigmoid, classes=names)
        if found is None:
            return None
        names = found[1]
    elif not (_is_softmax(asked.model) or "categorical" in loss or (sigmoid and width == 1)):
        return None
    if width == 1 and not sigmoid and "binary" not in loss and "hinge" not in loss:
        return {"kind": "one"} if "categorical" in loss else None
    if "hinge" in loss and width == 1:
        flat = (np.clip(flat, -1, 1) + 1) / 2
    return _bars("classes", to_probabilities(flat)[0], names)


def _is_softmax(model: Any) -> bool:
    try:
        last = model.layers[-1]
        activation = getattr(last, "activation", None)
        return "softmax" in (getattr(activation, "__name__", ""), type(last).__name__.lower())
    except Exception:  # a model of the program's own making may say so in any way
        return False


def _bars(kind: str, shares: Array, names: tuple[str, ...]) -> dict[str, Any]:
    """The first classes in their order where there are few, else the surest ones."""
    few = len(shares) <= BARS
    shown = np.arange(len(shares)) if few else np.argsort(-shares, kind="stable")[:BARS]
    known = len(names) == len(shares)
    return {
        "kind": kind,
        "classes": len(shares),
        "shown": shown.tolist(),
        "shares": shares[shown].tolist(),
        "names": [names[at] for at in shown] if known else None,
        "rest": 0.0 if few else float(np.clip(1 - shares[shown].sum(), 0, 1)),
    }
