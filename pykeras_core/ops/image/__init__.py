"""`keras.ops.image`: ops on one image (height, width, channels) or a batch of them."""

from pykeras_core.ops.image.borders import crop_images, pad_images
from pykeras_core.ops.image.color import rgb_to_grayscale
from pykeras_core.ops.image.resize import resize
from pykeras_core.ops.image.transform import affine_transform

__all__ = ["affine_transform", "crop_images", "pad_images", "resize", "rgb_to_grayscale"]
