"""Which part of a sample an answer hangs on: by the gradient, and by covering parts up."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import GradientTape, Tensor
from pykeras_core.playground.answers import unchanged
from pykeras_core.playground.images import image_shape
from pykeras_core.playground.inspectors.activations import about_sample, one_of
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import tensors
from pykeras_core.playground.inspectors.maps import describe_maps
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.structures import Array, Structure, arrays_of

PATCHES = 12
"""An image is covered at so many places on each side."""

MOST_PARTS = 64
"""So many numbers of a row, or words of a text, are taken out in turn."""


def _fits(subject: Subject) -> bool:
    return subject.samples is not None and subject.single is not None


@inspector("saliency", fits=_fits)
def describe(model: Any, subject: Subject, *, sample: int = 0, **options: Any) -> Iterator[Report]:
    """How the answer changes with each part of a sample.

    Args:
        model: The model.
        subject: The model and its data.
        sample: Which of the samples that the page looks at.
        **options: Of other inspectors.
    """
    if subject.samples is None or subject.single is None:
        raise NothingToSeeError("samples")
    at = int(np.clip(sample, 0, len(subject.samples.order) - 1))
    x = arrays_of(one_of(subject, at))[0]
    about = about_sample(subject, at, x)
    image = image_shape(x.shape[1:])
    unit = _unit(subject, x)
    sign = -1.0 if about["guess"] == 0 and _flat(subject, x).shape[1] == 1 else 1.0
    report: Report = {
        "kind": "saliency", **about, "unit": unit, "gradient": None, "occlusion": None,
        "parts": [], "patch": 0, "hidden": 0, "before": 0.0,
    }  # fmt: skip
    gradient = None if x.dtype.kind in "bui" and image is None else gradients(model, x, unit)
    if image is None:
        yield {**report, **_turned(_parts(subject, x, unit, gradient), sign)}
        return
    if gradient is not None:
        strength = np.abs(gradient.reshape(image)).max(axis=2)
        report["gradient"] = describe_maps(strength[None], ["gradient"])
        yield report
    drops, patch, before = occlusion(subject, x, image, unit)
    yield {
        **report,
        "occlusion": describe_maps(sign * drops[None], ["occlusion"]),
        "patch": patch,
        "before": before if sign > 0 else 1 - before,
    }


def _turned(parts: dict[str, Any], sign: float) -> dict[str, Any]:
    """What is said of class 1, as it is for class 0 where that is the answer."""
    if sign > 0:
        return parts
    turned = [
        {
            **part,
            "fall": -part["fall"],
            "gradient": None if part["gradient"] is None else -part["gradient"],
        }
        for part in parts["parts"]
    ]
    return {**parts, "before": 1 - parts["before"], "parts": turned}


def _unit(subject: Subject, x: Array) -> int:
    """The number of the answer that is asked about: the largest one."""
    said = _flat(subject, x)[0]
    return int(np.argmax(np.nan_to_num(said, nan=-np.inf)))


def _flat(subject: Subject, x: Structure) -> Array:
    said = next(iter(subject.said(x).values()))
    return said.reshape(len(said), -1).astype("float64")


def gradients(model: Any, x: Array, unit: int) -> Array | None:
    """The gradient of one number of the answer by the sample; None where there is none.

    Args:
        model: The model.
        x: One sample, as a batch.
        unit: Which number of the answer.
    """
    sample = tensors(x.astype("float32"))
    with unchanged(model), GradientTape() as tape:
        tape.watch(sample)
        said = model(sample, training=False)
        if not isinstance(said, Tensor):
            return None
        target = said.reshape((-1,))[unit]
    found = tape.gradient(target, sample)
    return None if found is None else np.asarray(found.numpy())


def occlusion(
    subject: Subject, x: Array, image: tuple[int, int, int], unit: int
) -> tuple[Array, int, float]:
    """By how much the answer falls where a square of the image is covered with its mean.

    Args:
        subject: The model.
        x: One sample, as a batch.
        image: Its height, width and channels.
        unit: Which number of the answer.

    Returns:
        The falls, for squares from the top left on; the side of a square in pixels; and the answer
        with nothing covered.
    """
    height, width, _ = image
    patch = max(min(height, width) // 6, 2)
    tops = np.unique(np.linspace(0, height - patch, PATCHES).astype(int))
    lefts = np.unique(np.linspace(0, width - patch, PATCHES).astype(int))
    pixels = x.reshape(1, *image)
    cover = pixels.mean(axis=(1, 2), keepdims=True).astype(x.dtype)
    covered = np.repeat(pixels, len(tops) * len(lefts), axis=0)
    places = [(top, left) for top in tops for left in lefts]
    for at, (top, left) in enumerate(places):
        covered[at, top : top + patch, left : left + patch] = cover[0]
    before = float(_flat(subject, x)[0, unit])
    after = _flat(subject, covered.reshape(len(covered), *x.shape[1:]))[:, unit]
    return (before - after).reshape(len(tops), len(lefts)), patch, before


def _parts(subject: Subject, x: Array, unit: int, gradient: Array | None) -> dict[str, Any]:
    """The numbers of a row, or the words of a text, each taken out in turn."""
    flat = x.reshape(-1)
    shown = min(flat.size, MOST_PARTS)
    whole = x.dtype.kind in "bui"
    means = np.zeros(shown) if whole else _means(subject)[:shown]
    changed = np.repeat(x, shown, axis=0).reshape(shown, -1)
    changed[np.arange(shown), np.arange(shown)] = means.astype(x.dtype)
    before = float(_flat(subject, x)[0, unit])
    falls = before - _flat(subject, changed.reshape(shown, *x.shape[1:]))[:, unit]
    slopes = None if gradient is None else gradient.reshape(-1)
    names = subject.features
    return {
        "before": before,
        "hidden": int(flat.size - shown),
        "parts": [
            {
                "name": names[at] if at < len(names) else f"x{at + 1}",
                "value": float(flat[at]),
                "gradient": None if slopes is None else float(slopes[at]),
                "fall": float(falls[at]),
            }
            for at in range(shown)
        ],
    }


def _means(subject: Subject) -> Array:
    """What each number is on average."""
    assert subject.samples is not None
    x = arrays_of(subject.samples.inputs(subject.most))[0]
    means: Array = np.nanmean(x.reshape(len(x), -1).astype("float64"), axis=0)
    return np.nan_to_num(means)
