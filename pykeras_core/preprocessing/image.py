"""`keras.preprocessing.image`: names only; what Keras 2 had there is loaded when it is used."""

from typing import TYPE_CHECKING, Any

from pykeras_core.utils.images import array_to_img, img_to_array, load_img, save_img, smart_resize

if TYPE_CHECKING:
    from pykeras_core.preprocessing.image_generators import (
        DirectoryIterator,
        ImageDataGenerator,
        NumpyArrayIterator,
    )

__all__ = [
    "DirectoryIterator",
    "ImageDataGenerator",
    "NumpyArrayIterator",
    "array_to_img",
    "img_to_array",
    "load_img",
    "save_img",
    "smart_resize",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pykeras_core.preprocessing import image_generators

    return getattr(image_generators, name)
