"""What each layer makes of one sample."""

from typing import Any

import numpy as np

from pykeras_core.playground.images import image_shape
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import Call, array_of, calls
from pykeras_core.playground.inspectors.maps import MOST_MAPS, describe_maps
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.structures import Array, Structure, rows

MOST_LAYERS = 40
MOST_VALUES = 256
_SMALLEST_MAP = 2


@inspector("activations", fits=lambda subject: subject.samples is not None)
def describe(model: Any, subject: Subject, *, sample: int = 0, **options: Any) -> Report:
    """The output of every layer for a sample.

    Args:
        model: The model.
        subject: The model and its data.
        sample: Which of the samples that the page looks at.
        **options: Of other inspectors.
    """
    if subject.samples is None:
        raise NothingToSeeError("samples")
    at = int(np.clip(sample, 0, len(subject.samples.order) - 1))
    x = one_of(subject, at)
    known = _with_numbers(calls(model, x))
    return {
        "kind": "activations",
        **about_sample(subject, at, x),
        "layers": [_layer(*one, _image_of(subject)) for one in known[:MOST_LAYERS]],
        "hidden": max(len(known) - MOST_LAYERS, 0),
    }


def _image_of(subject: Subject) -> tuple[int, int, int] | None:
    """The form of the images that go in, if they have one channel."""
    x = subject.single
    found = None if x is None else image_shape(x.shape[1:])
    return found if found is not None and found[2] == 1 else None


def one_of(subject: Subject, at: int) -> Structure:
    """One of the samples, as a batch."""
    assert subject.samples is not None
    return rows(subject.samples.set.x, subject.samples.order[at : at + 1])


def about_sample(subject: Subject, at: int, x: Structure) -> dict[str, Any]:
    """Which sample it is, how it looks, and what the model and the truth say of it."""
    assert subject.samples is not None
    outputs = subject.said(x)
    about: dict[str, Any] = {
        "sample": at,
        "samples": len(subject.samples.order),
        "index": int(subject.samples.order[at]),
        "input": subject.display(x).describe([0]),
        "guess": None,
        "label": None,
        "certainty": None,
        "names": None,
        "answer": None,
        "truth": None,
    }
    if len(outputs) != 1:
        return about
    (output,) = outputs.values()
    y = subject.samples.set.y
    truth = None if y is None or not isinstance(y, np.ndarray) else y
    chosen = None if truth is None else truth[subject.samples.order[at : at + 1]]
    found = subject.classified(x, output, chosen)
    if found is not None:
        (label,), (probabilities,), names = found
        lost = bool(np.isnan(probabilities).any())
        guess = -1 if lost else int(probabilities.argmax())
        known = len(names) == len(probabilities)
        about |= {
            "guess": guess,
            "label": int(label),
            "certainty": float("nan") if lost else float(probabilities[guess]),
            "names": list(names) if known else None,
        }
    elif output.size == 1:
        about["answer"] = float(output.reshape(-1)[0])
        if chosen is not None and chosen.size == 1 and chosen.dtype.kind in "buif":
            about["truth"] = float(chosen.reshape(-1)[0])
    return about


def _with_numbers(heard: list[Call]) -> list[tuple[Call, Array]]:
    pairs = [(call, array_of(call.output)) for call in heard]
    return [(call, array) for call, array in pairs if array is not None and array.ndim > 0]


def _layer(call: Call, array: Array, image: tuple[int, int, int] | None) -> dict[str, Any]:
    """One layer's output: maps of a convolution, an image like those that go in, or numbers."""
    numbers = array[0] if array.ndim > 1 else array
    if image is not None and numbers.ndim == 1 and numbers.size == image[0] * image[1]:
        numbers = numbers.reshape(image)
    maps, values, hidden = None, None, 0
    square = numbers.ndim == 3 and min(numbers.shape[:2]) >= _SMALLEST_MAP
    if square:
        hidden = max(numbers.shape[2] - MOST_MAPS, 0)
        maps = describe_maps(np.moveaxis(numbers[:, :, :MOST_MAPS], 2, 0), hidden=hidden)
    elif numbers.ndim == 2 and min(numbers.shape) >= _SMALLEST_MAP:
        maps = describe_maps(numbers[None], ["matrix"])
    else:
        flat = numbers.reshape(-1)
        hidden = max(flat.size - MOST_VALUES, 0)
        values = flat[:MOST_VALUES].astype("float64").tolist()
    finite = numbers[np.isfinite(numbers)]
    return {
        "name": call.name,
        "layerClass": type(call.layer).__name__,
        "shape": list(array.shape[1:]),
        "maps": maps,
        "values": values,
        "hidden": hidden,
        "low": float(finite.min()) if finite.size else float("nan"),
        "high": float(finite.max()) if finite.size else float("nan"),
        "mean": float(finite.mean()) if finite.size else float("nan"),
        "zeros": float((numbers == 0).mean()) if numbers.size else 0.0,
        "notNumbers": int(numbers.size - finite.size),
    }
