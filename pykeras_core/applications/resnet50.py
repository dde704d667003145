"""`keras.applications.resnet50`: the names of `resnet` that are there too."""

from pykeras_core.applications.resnet import ResNet50, decode_predictions, preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
