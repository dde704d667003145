"""`keras.applications.vgg19`: `VGG19`."""

from pykeras_core.applications.imagenet_utils import decode_predictions
from pykeras_core.applications.vgg16 import make, preprocess_input

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

VGG19 = make("VGG19", "vgg19", (2, 2, 4, 4, 4))
