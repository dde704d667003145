"""`keras.ops.image`: ops on one image (height, width, channels) or a batch of them."""

from pykeras_core.ops.image.borders import crop_images, pad_images
from pykeras_core.ops.image.color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from pykeras_core.ops.image.filters import extract_patches, gaussian_blur
from pykeras_core.ops.image.resize import resize
from pykeras_core.ops.image.transform import affine_transform

__all__ = [
    "affine_transform",
    "crop_images",
    "extract_patches",
    "gaussian_blur",
    "hsv_to_rgb",
    "pad_images",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
]
