"""`keras.ops.image`: ops on one image (height, width, channels) or a batch of them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pykeras_core.ops.image.borders import crop_images, pad_images
from pykeras_core.ops.image.color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from pykeras_core.ops.image.filters import extract_patches, gaussian_blur
from pykeras_core.ops.image.resize import resize
from pykeras_core.ops.image.transform import affine_transform

if TYPE_CHECKING:
    from pykeras_core.ops.image.comparison import (
        extract_patches_3d,
        scale_and_translate,
        sobel_edges,
        ssim,
    )
    from pykeras_core.ops.image.warping import (
        elastic_transform,
        map_coordinates,
        perspective_transform,
    )

_LOADED_WHEN_USED = {
    **dict.fromkeys(
        ("extract_patches_3d", "scale_and_translate", "sobel_edges", "ssim"), "comparison"
    ),
    **dict.fromkeys(("elastic_transform", "map_coordinates", "perspective_transform"), "warping"),
}
"""The module of each op that few programs use."""

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]


def __getattr__(name: str) -> Any:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_LOADED_WHEN_USED[name]}")
    found = globals()[name] = getattr(module, name)
    return found
