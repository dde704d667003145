"""Parity cases of the layers that change images at random.

What they draw is put in their hands: every uniform number lies at the same place between its
bounds, and so on. Then both sides have to make the same images of it.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .golden import Case, Framework, values
from .layers_cases import config_of

IMAGES = (2, 6, 7, 3)
FIRST = "channels_first"


def random_of(layer: Any) -> Any:
    """The module that a layer draws from."""
    if hasattr(layer, "backend"):
        return layer.backend.random
    return importlib.import_module("pykeras_core.random")


@contextlib.contextmanager
def drawn(layer: Any, framework: Framework, place: float) -> Iterator[None]:
    """Lets a layer draw what is known before."""
    ops, module = framework.keras.ops, random_of(layer)

    def uniform(shape: Any, minval: Any = 0.0, maxval: Any = 1.0, *_: Any, **__: Any) -> Any:
        return ops.full(tuple(shape), minval + place * (maxval - minval), "float32")

    fixed: dict[str, Callable[..., Any]] = {
        "uniform": uniform,
        "normal": lambda shape, *_, **__: ops.full(tuple(shape), 0.3, "float32"),
        "beta": lambda shape, *_, **__: ops.full(tuple(shape), place, "float32"),
        "gamma": lambda shape, *_, **__: ops.ones(tuple(shape), "float32"),
        "shuffle": lambda x, *_, **__: ops.flip(x, axis=0),
    }
    kept = {name: getattr(module, name) for name in fixed}
    for name, function in fixed.items():
        setattr(module, name, function)
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(module, name, function)


def _layer(name: str, make: Callable[[Any], Any], place: float = 0.4, top: float = 255.0) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        images = values("augmentation/images", IMAGES, 0.0, 1.0) * np.float32(top)
        if layer.data_format == FIRST:
            images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
        with drawn(layer, framework, place):
            found = layer(images, training=True)
        return {
            "output": found,
            "inference": layer(images[:1, :2, :2], training=False),
            "config": {k: v for k, v in config_of(layer).items() if k != "data_format"},
        }

    return Case(name, run)


def _mixed(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.CutMix()
    images = values("augmentation/images", IMAGES, 0.0, 1.0)
    labels = np.eye(2, dtype="float32")
    with drawn(layer, framework, 0.3):
        found = layer({"images": images, "labels": labels}, training=True)
    return {"images": found["images"], "labels": found["labels"]}


CASES = (
    _layer("RandomShear", lambda k: k.RandomShear(0.3, 0.2, fill_mode="constant", fill_value=7.0)),
    _layer("RandomShear the other way", lambda k: k.RandomShear((0.1, 0.5), 0.0), place=0.8),
    _layer("RandomPerspective", lambda k: k.RandomPerspective((1.0, 1.0), 0.5)),
    _layer("RandomPerspective never", lambda k: k.RandomPerspective(0.2), place=0.3),
    _layer("RandomErasing", lambda k: k.RandomErasing((1.0, 1.0), (0.2, 0.5))),
    _layer(
        "RandomErasing coloured",
        lambda k: k.RandomErasing((1.0, 1.0), fill_value=(300, 20, 30), value_range=(0, 200)),
    ),
    _layer(
        "RandomErasing first",
        lambda k: k.RandomErasing((1.0, 1.0), (0.2, 0.5), 9.0, data_format=FIRST),
    ),
    _layer("RandomGaussianBlur", lambda k: k.RandomGaussianBlur((1.0, 1.0), 5, (0.4, 0.9))),
    _layer(
        "RandomGaussianBlur first", lambda k: k.RandomGaussianBlur((1.0, 1.0), data_format=FIRST)
    ),
    _layer("RandomSharpness", lambda k: k.RandomSharpness((0.7, 0.9))),
    _layer("RandomSharpness blurs", lambda k: k.RandomSharpness(0.3, (0, 1)), top=1.0),
    _layer("RandomSharpness first", lambda k: k.RandomSharpness((0.8, 0.8), data_format=FIRST)),
    _layer(
        "RandomColorJitter",
        lambda k: k.RandomColorJitter((0, 255), 0.2, 0.3, (0.4, 0.7), (0.1, 0.2)),
    ),
    _layer("Equalization", lambda k: k.Equalization()),
    _layer("Equalization of few bins", lambda k: k.Equalization((0, 1), 8), top=1.0),
    _layer("Equalization first", lambda k: k.Equalization(data_format=FIRST)),
    _layer(
        "Local equalization",
        lambda k: k.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(3, 4)),
    ),
    _layer(
        "Local equalization first",
        lambda k: k.ContrastLimitedAdaptiveHistogramEqualization(
            (0, 1), 0.0, (2, 3), data_format=FIRST
        ),
        top=1.0,
    ),
    _layer("CutMix of images", lambda k: k.CutMix((0.5, 1.0))),
    Case("CutMix with labels", _mixed),
)
