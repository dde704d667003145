"""Parity cases of `keras.ops.image`.

TensorFlow's gradient of `affine_transform` is an approximation (it transforms back), so only
values are compared there; `tests/core/test_image_ops.py` checks ours against differences.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .golden import Case, Framework, values

IMAGES = (2, 5, 6, 1)
INTERPOLATIONS = ("nearest", "bilinear", "lanczos3", "lanczos5")
TURN = np.array([0.8, -0.6, 1.7, 0.6, 0.8, -1.1, 0.0, 0.0], "float32")
TILT = np.array([1.1, 0.1, -0.7, 0.05, 0.9, 0.3, 0.01, 0.02], "float32")
FAR = np.array([2.5, 0.0, -4.3, 0.0, 3.5, -6.2, 0.0, 0.0], "float32")


def _resize(name: str, size: tuple[int, int], shape: Any = IMAGES, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        resize = framework.keras.ops.image.resize
        value, (gradient,) = framework.gradients(
            lambda images: resize(images, size, **arguments), values("image/resize", shape)
        )
        return {"value": value, "gradient": gradient}

    return Case(f"resize {name}", run)


def _affine(name: str, transform: np.ndarray, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        images = values("image/affine", IMAGES)
        function = framework.keras.ops.image.affine_transform
        return {
            "one for all": function(images, transform, fill_value=0.5, **arguments),
            "one each": function(images, np.stack([transform, TILT]), **arguments),
            "one image": function(images[0], transform, **arguments),
        }

    return Case(f"affine_transform {name}", run)


def _dtypes(framework: Framework) -> dict[str, Any]:
    images = (values("image/bytes", (4, 4, 3), 0.0, 0.2) * 1000).astype("uint8")
    image = framework.keras.ops.image
    results = {
        "nearest": image.resize(images, (2, 3), interpolation="nearest"),
        "bilinear": image.resize(images, (2, 3)),
        "grey": image.rgb_to_grayscale(images.astype("float32")),
    }
    dtypes = {name: str(np.asarray(value).dtype) for name, value in results.items()}
    return {**results, "dtypes": dtypes}


def _borders(framework: Framework) -> dict[str, Any]:
    image = framework.keras.ops.image
    images = values("image/borders", IMAGES)
    return {
        "padded": image.pad_images(images, 2, 3, target_height=9, right_padding=1),
        "cropped": image.crop_images(images, 1, bottom_cropping=2, left_cropping=1, target_width=4),
        "one image": image.pad_images(images[0], 0, 1, 2, 3),
    }


def _perspective(framework: Framework) -> dict[str, Any]:
    transform = framework.keras.ops.image.perspective_transform
    images = values("image/perspective", IMAGES)
    start = np.array([[0, 0], [5, 0], [0, 4], [5, 4]], "float32")
    end = start + values("image/perspective/corners", (4, 2), -1.0, 1.0)
    first = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    return {
        "bilinear": transform(images, np.stack([start] * 2), np.stack([end, start])),
        "nearest": transform(images, start, end, interpolation="nearest", fill_value=0.5),
        "one image": transform(images[0], start, end),
        "first": transform(first, start, end, data_format="channels_first"),
    }


def _coordinates(framework: Framework) -> dict[str, Any]:
    read = framework.keras.ops.image.map_coordinates
    array = values("image/coordinates", (4, 5))
    places = values("image/places", (2, 3, 4), -3.0, 7.0)
    found = {
        f"{order} {mode}": read(array, places, order, fill_mode=mode, fill_value=0.25)
        for order in (0, 1)
        for mode in ("constant", "nearest", "wrap")
    }
    whole = read((array * 10).astype("int32"), places, 1, fill_mode="nearest")
    value, gradients = framework.gradients(
        lambda x, y: read(x, y, 1, fill_mode="nearest"), array, places
    )
    return {**found, "int": whole, "value": value, "gradients": gradients}


def _scaled(name: str, method: str, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        place = framework.keras.ops.image.scale_and_translate
        images = values("image/scale", (2, 5, 6, 1))
        scale, move = np.array([1.7, 0.6], "float32"), np.array([0.4, -1.3], "float32")
        return {
            "float": place(images, (2, 7, 4, 1), scale, move, (1, 2), method, **arguments),
            "down": place(images, (2, 2, 6, 1), scale[:1] * 0.3, move[:1], (-3,), method),
        }

    return Case(f"scale_and_translate {name}", run)


def _compared(framework: Framework) -> dict[str, Any]:
    image = framework.keras.ops.image
    a = values("image/ssim/a", (2, 13, 14, 2), 0.0, 1.0)
    b = np.clip(a + values("image/ssim/b", a.shape, -0.2, 0.2), 0.0, 1.0)
    small = image.ssim(a, b, max_val=2.0, filter_size=5, filter_sigma=0.8, k1=0.02, k2=0.05)
    first = np.ascontiguousarray(a.transpose(0, 3, 1, 2))
    return {
        "ssim": image.ssim(a, b),
        "one": image.ssim(a[0], b[0]),
        "small": small,
        "edges": image.sobel_edges(a[:1, :4, :5]),
        "edges first": image.sobel_edges(first[:1, :, :4, :3], data_format="channels_first"),
    }


def _volumes(framework: Framework) -> dict[str, Any]:
    extract = framework.keras.ops.image.extract_patches_3d
    volumes = values("image/volumes", (1, 4, 5, 6, 2))
    first = np.ascontiguousarray(volumes.transpose(0, 4, 1, 2, 3))
    return {
        "int": extract(volumes, 2),
        "strides": extract(volumes, (1, 2, 3), strides=(2, 1, 2)),
        "same": extract(volumes, (3, 2, 2), strides=3, padding="same"),
        "dilated": extract(volumes, 2, strides=1, dilation_rate=2)[:, :1, :1, :1],
        "one": extract(volumes[0], 3),
        "first": extract(first, (2, 2, 3), data_format="channels_first"),
    }


CASES = (
    Case("perspective_transform", _perspective),
    Case("map_coordinates", _coordinates),
    _scaled("linear", "linear"),
    _scaled("cubic", "bicubic", antialias=False),
    _scaled("lanczos", "lanczos3"),
    Case("likeness and edges", _compared),
    Case("patches of volumes", _volumes),
    *(
        _resize(f"{interpolation} {size}", size, interpolation=interpolation)
        for interpolation in INTERPOLATIONS
        for size in ((5, 9), (3, 4), (11, 2))
    ),
    _resize("bicubic twice", (10, 12), interpolation="bicubic"),
    *(
        _resize(f"{interpolation} antialias", (3, 2), interpolation=interpolation, antialias=True)
        for interpolation in ("bilinear", "bicubic", "lanczos3")
    ),
    _resize("one image", (4, 4), shape=(5, 6, 1)),
    _resize("channels first", (4, 4), shape=(1, 3, 6, 5), data_format="channels_first"),
    _resize("cropped", (4, 3), crop_to_aspect_ratio=True),
    _resize("cropped flat", (2, 6), crop_to_aspect_ratio=True),
    _resize("padded", (4, 2), pad_to_aspect_ratio=True, fill_value=1.5),
    _resize("padded flat", (2, 8), pad_to_aspect_ratio=True),
    *(
        _affine(f"{name} {interpolation} {mode}", transform, interpolation=interpolation,
                fill_mode=mode)
        for name, transform in (("turn", TURN), ("tilt", TILT), ("far", FAR))
        for interpolation in ("nearest", "bilinear")
        for mode in ("constant", "nearest", "reflect", "wrap")
    ),
    Case("dtypes", _dtypes),
    Case("borders", _borders),
)  # fmt: skip
