"""`keras.applications`: well-known networks for images. Each is loaded when it is first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pykeras_core.applications import (
        convnext,
        densenet,
        efficientnet,
        efficientnet_v2,
        imagenet_utils,
        inception_resnet_v2,
        inception_v3,
        mobilenet,
        mobilenet_v2,
        mobilenet_v3,
        nasnet,
        resnet,
        resnet50,
        resnet_v2,
        vgg16,
        vgg19,
        xception,
    )
    from pykeras_core.applications.convnext import (
        ConvNeXtBase,
        ConvNeXtLarge,
        ConvNeXtSmall,
        ConvNeXtTiny,
        ConvNeXtXLarge,
    )
    from pykeras_core.applications.densenet import DenseNet121, DenseNet169, DenseNet201
    from pykeras_core.applications.efficientnet import (
        EfficientNetB0,
        EfficientNetB1,
        EfficientNetB2,
        EfficientNetB3,
        EfficientNetB4,
        EfficientNetB5,
        EfficientNetB6,
        EfficientNetB7,
    )
    from pykeras_core.applications.efficientnet_v2 import (
        EfficientNetV2B0,
        EfficientNetV2B1,
        EfficientNetV2B2,
        EfficientNetV2B3,
        EfficientNetV2L,
        EfficientNetV2M,
        EfficientNetV2S,
    )
    from pykeras_core.applications.inception_resnet_v2 import InceptionResNetV2
    from pykeras_core.applications.inception_v3 import InceptionV3
    from pykeras_core.applications.mobilenet import MobileNet
    from pykeras_core.applications.mobilenet_v2 import MobileNetV2
    from pykeras_core.applications.mobilenet_v3 import MobileNetV3Large, MobileNetV3Small
    from pykeras_core.applications.nasnet import NASNetLarge, NASNetMobile
    from pykeras_core.applications.resnet import ResNet50, ResNet101, ResNet152
    from pykeras_core.applications.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2
    from pykeras_core.applications.vgg16 import VGG16
    from pykeras_core.applications.vgg19 import VGG19
    from pykeras_core.applications.xception import Xception

_MODULES = (
    *("convnext", "densenet", "efficientnet", "efficientnet_v2", "imagenet_utils"),
    *("inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2", "mobilenet_v3"),
    *("nasnet", "resnet", "resnet50", "resnet_v2", "vgg16", "vgg19", "xception"),
)

_LOADED_WHEN_USED = {
    **{f"ConvNeXt{size}": "convnext" for size in ("Base", "Large", "Small", "Tiny", "XLarge")},
    **{f"DenseNet{depth}": "densenet" for depth in (121, 169, 201)},
    **{f"EfficientNetB{number}": "efficientnet" for number in range(8)},
    **{
        f"EfficientNetV2{size}": "efficientnet_v2"
        for size in ("B0", "B1", "B2", "B3", "L", "M", "S")
    },
    "InceptionResNetV2": "inception_resnet_v2",
    "InceptionV3": "inception_v3",
    "MobileNet": "mobilenet",
    "MobileNetV2": "mobilenet_v2",
    **dict.fromkeys(("MobileNetV3Large", "MobileNetV3Small"), "mobilenet_v3"),
    **dict.fromkeys(("NASNetLarge", "NASNetMobile"), "nasnet"),
    **{f"ResNet{depth}": "resnet" for depth in (50, 101, 152)},
    **{f"ResNet{depth}V2": "resnet_v2" for depth in (50, 101, 152)},
    "VGG16": "vgg16",
    "VGG19": "vgg19",
    "Xception": "xception",
}
"""The module of each network."""

__all__ = [
    "VGG16",
    "VGG19",
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "Xception",
    "convnext",
    "densenet",
    "efficientnet",
    "efficientnet_v2",
    "imagenet_utils",
    "inception_resnet_v2",
    "inception_v3",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3",
    "nasnet",
    "resnet",
    "resnet50",
    "resnet_v2",
    "vgg16",
    "vgg19",
    "xception",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_LOADED_WHEN_USED[name]}")
    found = globals()[name] = getattr(module, name)
    return found
