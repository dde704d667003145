"""Parity cases of the layers that prepare data: numbers, categories and images.

Random layers are compared where their bounds leave one choice; the numbers they draw are ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .golden import Case, Framework, frozen, labels, values
from .layers_cases import Make, config_of

IMAGES, FIRST = (2, 5, 6, 3), "channels_first"


def _image_layer(name: str, make: Make, shape: Any = IMAGES, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        images = values("preprocessing/images", shape, 0.0, 1.0)
        return {
            "output": layer(images, **arguments),
            "one": layer(images[0], **arguments),
            "inference": layer(images, training=False),
            "shape": list(layer.compute_output_shape((None, *shape[1:]))),
            "config": config_of(layer),
        }

    return Case(name, run)


def _bytes(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    images = (values("preprocessing/bytes", (2, 4, 5, 3), 0.0, 0.25) * 1000).astype("uint8")
    made = [layers.Resizing(2, 5), layers.CenterCrop(2, 2), layers.RandomFlip()]
    results = [layer(images, training=False) for layer in made]
    return {
        "outputs": [np.asarray(result) for result in results],
        "dtypes": [str(np.asarray(result).dtype) for result in results],
        "labelled": layers.Resizing(2, 2)({"images": images, "labels": np.array([1, 2])})["labels"],
    }


def _normalization(name: str, make: Make, shape: tuple[int, ...] = (4, 3, 2)) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        data, x = values("preprocessing/data", (6, *shape[1:])), values("preprocessing/x", shape)
        if layer.input_mean is None:
            layer.adapt(data)
        return {
            "output": layer(x),
            "weights": [frozen(w) for w in layer.weights],
            "names": [w.path for w in layer.weights],
            "mean": frozen(layer.mean),
            "variance": frozen(layer.variance),
            "config": config_of(layer),
        }

    return Case(f"Normalization {name}", run)


def _adapted_in_batches(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.Normalization()
    layer.adapt([values(f"preprocessing/batch {n}", (n + 2, 3)) for n in range(3)])
    return {"mean": frozen(layer.mean), "variance": frozen(layer.variance)}


def _categories(name: str, shape: tuple[int, ...], **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = framework.keras.layers.CategoryEncoding(num_tokens=5, **arguments)
        return {
            "output": layer(labels("preprocessing/categories", shape, 5)),
            "shape": list(layer.compute_output_shape((None, *shape[1:]))),
            "config": config_of(layer),
        }

    return Case(f"CategoryEncoding {name}", run)


def _weighted_counts(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.CategoryEncoding(4, output_mode="count")
    x = np.array([[0, 1, 1], [3, 3, 2]])
    weights = np.array([[0.1, 0.2, 0.3], [1.0, 2.0, 0.5]], "float32")
    return {"output": layer(x, count_weights=weights), "list": layer([3, 2, 0, 1])}


def _bins(name: str, shape: tuple[int, ...] = (4, 3), **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = framework.keras.layers.Discretization(**arguments)
        if layer.num_bins is not None:
            layer.adapt(values("preprocessing/bins", (200,)))
        x = values("preprocessing/numbers", shape)
        config = config_of(layer)
        return {
            "output": np.asarray(layer(x)),
            "dtype": str(np.asarray(layer(x)).dtype),
            "boundaries": layer.bin_boundaries,
            "config": {key: config[key] for key in config if key not in ("dtype", "name")},
        }

    return Case(f"Discretization {name}", run)


def _adapted_bins_in_batches(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.Discretization(num_bins=5, epsilon=0.05)
    layer.adapt([values(f"preprocessing/bin batch {n}", (30, 2)) for n in range(4)])
    return {"boundaries": layer.bin_boundaries}


CASES = (
    _image_layer("Resizing", lambda k: k.Resizing(3, 8)),
    _image_layer("Resizing nearest", lambda k: k.Resizing(7, 4, interpolation="nearest")),
    _image_layer("Resizing cropped", lambda k: k.Resizing(4, 3, crop_to_aspect_ratio=True)),
    _image_layer(
        "Resizing first", lambda k: k.Resizing(4, 4, data_format=FIRST), shape=(2, 3, 6, 5)
    ),
    _image_layer("CenterCrop", lambda k: k.CenterCrop(3, 3)),
    _image_layer("CenterCrop of smaller images", lambda k: k.CenterCrop(7, 7)),
    _image_layer(
        "CenterCrop first", lambda k: k.CenterCrop(4, 3, data_format=FIRST), shape=(2, 3, 6, 5)
    ),
    *(
        _image_layer(
            f"RandomRotation {fill_mode}",
            lambda k, fill_mode=fill_mode: k.RandomRotation((0.1, 0.1), fill_mode, fill_value=0.3),
        )
        for fill_mode in ("constant", "nearest", "reflect", "wrap")
    ),
    _image_layer(
        "RandomRotation by nearest pixels",
        lambda k: k.RandomRotation((-0.3, -0.3), "constant", "nearest"),
    ),
    _image_layer("RandomTranslation", lambda k: k.RandomTranslation((0.3, 0.3), (-0.15, -0.15))),
    _image_layer("RandomZoom in", lambda k: k.RandomZoom((-0.4, -0.4))),
    _image_layer("RandomZoom out", lambda k: k.RandomZoom((0.3, 0.3), (0.1, 0.1), "constant")),
    _image_layer(
        "RandomZoom first", lambda k: k.RandomZoom((0.5, 0.5), data_format=FIRST),
        shape=(2, 3, 6, 5),
    ),
    _image_layer("RandomContrast of 0", lambda k: k.RandomContrast(0.0, (0, 1))),
    _image_layer("RandomContrast", lambda k: k.RandomContrast((0.0, 0.0), (0.2, 0.8))),
    _image_layer("RandomBrightness", lambda k: k.RandomBrightness((0.2, 0.2), (0, 1))),
    _image_layer("AutoContrast", lambda k: k.AutoContrast((0, 1))),
    _image_layer("Solarization", lambda k: k.Solarization(value_range=(0, 1))),
    _image_layer("RandomInvert", lambda k: k.RandomInvert((1.0, 1.0), (0, 1))),
    _image_layer("RandomGrayscale", lambda k: k.RandomGrayscale(1.0)),
    _image_layer("RandomPosterization", lambda k: k.RandomPosterization((3, 3), (0, 1))),
    _image_layer("RandomSaturation", lambda k: k.RandomSaturation((0.3, 0.3), (0, 1))),
    _image_layer(
        "RandomSaturation first",
        lambda k: k.RandomSaturation((0.6, 0.6), (0, 1), data_format=FIRST),
        shape=(2, 3, 6, 5),
    ),
    _image_layer("RandomHue of 0", lambda k: k.RandomHue((0.0, 0.0), (0, 1))),
    _image_layer("RandomHue of 1", lambda k: k.RandomHue((1.0, 1.0), (0, 1))),
    _image_layer(
        "RandomColorDegeneration", lambda k: k.RandomColorDegeneration((0.4, 0.4), (0, 1))
    ),
    _image_layer("MixUp at inference", lambda k: k.MixUp(), training=False),
    _image_layer("RandomFlip at inference", lambda k: k.RandomFlip("horizontal"), training=False),
    Case("bytes", _bytes),
    _normalization("adapted", lambda k: k.Normalization()),
    _normalization("of everything", lambda k: k.Normalization(axis=None)),
    _normalization("of two axes", lambda k: k.Normalization(axis=(1, -1))),
    _normalization("inverted", lambda k: k.Normalization(invert=True)),
    _normalization("given", lambda k: k.Normalization(mean=0.5, variance=2.25)),
    _normalization(
        "given by feature", lambda k: k.Normalization(mean=[0.5, -1.0], variance=[4.0, 0.25])
    ),
    Case("Normalization in batches", _adapted_in_batches),
    _categories("one_hot", (4,), output_mode="one_hot"),
    _categories("one_hot of columns", (4, 1), output_mode="one_hot"),
    _categories("one_hot of rows", (4, 3), output_mode="one_hot"),
    _categories("multi_hot", (4, 3)),
    _categories("count", (4, 3), output_mode="count"),
    Case("CategoryEncoding weighted", _weighted_counts),
    _bins("int", bin_boundaries=[-1.0, 0.0, 1.5]),
    _bins("one_hot", shape=(4, 1), bin_boundaries=[-1.0, 0.0, 1.5], output_mode="one_hot"),
    _bins("multi_hot", bin_boundaries=[0.0], output_mode="multi_hot"),
    _bins("count", bin_boundaries=[-1.0, 0.0, 1.5], output_mode="count"),
    _bins("adapted", num_bins=4),
    _bins("adapted coarsely", num_bins=3, epsilon=0.1),
    Case("Discretization in batches", _adapted_bins_in_batches),
)  # fmt: skip
