"""Parity cases of `keras.applications`: how each network is put together, and what it computes.

A network's layers, how they are wired, their settings and their weights in order are written
down as text, of which the golden keeps the checksum: equal text means equal networks, since the
layers are compared elsewhere. Weights are zeros: drawing them would take most of the time.
"""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Iterator
from typing import Any

from .golden import Case, Framework, fill_weights, values

INITIALIZERS = ("VarianceScaling", "GlorotUniform", "HeNormal")

# Settings that say the same in more than one way, or are of no account.
OF_KERAS_ALONE = ("quantization_config", "renorm", "renorm_clipping", "renorm_momentum")
LEFT_OUT = ("trainable", "dtype", "module", "registered_name", "build_config", *OF_KERAS_ALONE)


@contextlib.contextmanager
def without_numbers(keras: Any) -> Iterator[None]:
    """Lets weights be zeros."""
    classes = [getattr(keras.initializers, name) for name in INITIALIZERS]
    kept = [vars(cls).get("__call__") for cls in classes]
    for cls in classes:
        cls.__call__ = lambda self, shape, dtype=None, **_: keras.ops.zeros(shape)
    try:
        yield
    finally:
        for cls, call in zip(classes, kept, strict=True):
            if call is None:
                del cls.__call__
            else:
                cls.__call__ = call


def plain(value: Any) -> Any:
    """A setting without what is left out, tuples as lists."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in LEFT_OUT}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def sources(structure: Any) -> list[Any]:
    """The steps whose outputs a call takes, in order."""
    if isinstance(structure, dict):
        if structure.get("class_name") == "__keras_tensor__":
            return [structure["config"]["keras_history"]]
        return [found for item in structure.values() for found in sources(item)]
    if isinstance(structure, list | tuple):
        return [found for item in structure for found in sources(item)]
    return []


def skeleton(model: Any) -> list[str]:
    """A line for each step of a model, then one for each weight."""
    lines = []
    for layer in model.get_config()["layers"]:
        nodes = [sources(node) for node in layer["inbound_nodes"]]
        config = json.dumps(plain(layer["config"]), sort_keys=True)
        lines.append(f"{layer['class_name']} {layer['name']} {nodes} {config}")
    weights = [f"{'/'.join(w.path.split('/')[-2:])} {tuple(w.shape)}" for w in model.weights]
    return [*lines, *weights]


def _network(name: str, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        with without_numbers(framework.keras):
            model = getattr(framework.keras.applications, name)(weights=None, **arguments)
        lines = skeleton(model)
        return {
            "name": model.name,
            "shapes": [list(model.input_shape), list(model.output_shape)],
            "parameters": model.count_params(),
            "trainable": sum(len(w.shape) for w in model.trainable_weights),
            "lines": len(lines),
            "checksum": f"{zlib.crc32(chr(10).join(lines).encode()):08x}",
        }

    said = " ".join(f"{key}={value}" for key, value in arguments.items())
    return Case(f"{name} {said}".strip(), run)


def _numbers(name: str, size: int, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        with without_numbers(framework.keras):
            model = getattr(framework.keras.applications, name)(
                weights=None, include_top=False, input_shape=(size, size, 3), **arguments
            )
        fill_weights(model, f"applications/{name}")
        for weight in model.weights:
            if "variance" in weight.path:
                weight.assign(values(f"applications/{weight.path}", weight.shape, 0.5, 1.5))
        images = values(f"applications/{name}/images", (1, size, size, 3), -1.0, 1.0)
        return {"features": framework.keras.ops.mean(model(images, training=False), axis=(1, 2))}

    return Case(f"{name} computed", run, rtol=1e-4)


def _preprocessing(framework: Framework) -> dict[str, Any]:
    networks = framework.keras.applications
    images = values("applications/pixels", (2, 3, 4, 3), 0.0, 0.255) * 1000
    first = images.transpose(0, 3, 1, 2)
    prepare = networks.imagenet_utils.preprocess_input
    results = {
        f"{mode} {what}": prepare(given.copy(), data_format=data_format, mode=mode)
        for mode in ("caffe", "tf", "torch")
        for what, given, data_format in (
            ("batch", images, None),
            ("one", images[0], None),
            ("first", first, "channels_first"),
            ("one first", first[0], "channels_first"),
            ("bytes", images.astype("uint8"), None),
        )
    }
    for family in ("vgg16", "resnet50", "mobilenet_v2", "densenet", "efficientnet", "convnext"):
        results[family] = getattr(networks, family).preprocess_input(images.copy())
    floats = images.copy()
    prepared = networks.resnet50.preprocess_input(floats)
    shared = float(abs(prepared[..., ::-1] - floats).max())  # arrays of floats change themselves
    tensors = prepare(framework.keras.ops.convert_to_tensor(images), mode="caffe")
    return {**results, "in place": shared, "tensor": tensors}


CASES = (
    _network("MobileNet"),
    _network("MobileNet", alpha=0.25, depth_multiplier=2, dropout=0.1, input_shape=(128, 128, 3)),
    _network("MobileNetV2"),
    _network("MobileNetV2", include_top=False, pooling="avg", alpha=0.35),
    _network("MobileNetV3Large", minimalistic=True, alpha=0.75),
    _network("MobileNetV3Small"),
    _network("ResNet50"),
    _network("ResNet50V2", include_top=False, input_shape=(64, 64, 1), pooling="max"),
    _network("VGG16"),
    _network("VGG19", include_top=False),
    _network("Xception"),
    _network("DenseNet121"),
    _network("EfficientNetB1", include_top=False, input_shape=(65, 64, 3)),
    _network("EfficientNetV2B0"),
    _network("InceptionV3", include_top=False, pooling="avg"),
    _network("InceptionResNetV2"),
    _network("NASNetMobile"),
    _network("ConvNeXtTiny"),
    _numbers("MobileNetV2", 32, alpha=0.35),
    Case("preprocess_input", _preprocessing),
)
