"""`keras.applications.resnet_v2`: `ResNet50V2`, `ResNet101V2`, `ResNet152V2`."""

from __future__ import annotations

from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.resnet import block_v2, make

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

_SOURCE = "He et al. 2016, https://arxiv.org/abs/1603.05027"

ResNet50V2 = make("ResNet50V2", "resnet50v2", (3, 4, 6, 3), block_v2, _SOURCE)
ResNet101V2 = make("ResNet101V2", "resnet101v2", (3, 4, 23, 3), block_v2, _SOURCE)
ResNet152V2 = make("ResNet152V2", "resnet152v2", (3, 8, 36, 3), block_v2, _SOURCE)
