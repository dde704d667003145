"""Owns `ImageDataGenerator`, Keras 2's way to change images by chance on their way to `fit`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import settings
from pykeras_core.preprocessing.image_batches import DirectoryIterator, NumpyArrayIterator
from pykeras_core.preprocessing.turns import FILL_MODES, affine, brightened, shifted_in_color

__all__ = ["DirectoryIterator", "ImageDataGenerator", "NumpyArrayIterator"]


class ImageDataGenerator:
    """Gives batches of images, changed by chance and put on one scale.

    `keras.layers.RandomFlip` and its like do so inside of a model today.

    Args:
        featurewise_center: Whether to subtract the mean of the data, which `fit` finds.
        samplewise_center: Whether to subtract each image's mean.
        featurewise_std_normalization: Whether to divide by the data's standard deviation.
        samplewise_std_normalization: Whether to divide by each image's.
        zca_whitening: Whether to make pixels independent of each other; `fit` finds how.
        zca_epsilon: Added before a division by small numbers in this.
        rotation_range: The largest angle, in degrees.
        width_shift_range: How far images move sideways: a share of the width, or pixels from 1
            on, or a list to choose from.
        height_shift_range: How far they move up and down.
        brightness_range: (least, largest) factor.
        shear_range: The largest angle of shearing, in degrees.
        zoom_range: (least, largest) factor, or what they differ from 1 by.
        channel_shift_range: The largest number that is added.
        fill_mode: What lies beyond images: "nearest" (default), "constant", "reflect", "wrap".
        cval: What is there with "constant".
        horizontal_flip: Whether images are mirrored by chance.
        vertical_flip: Whether they are turned upside down by chance.
        rescale: A factor, after all changes.
        preprocessing_function: A function from an image to one of the same shape, before that.
        data_format: "channels_last" or "channels_first"; default the global setting.
        validation_split: Share of the images that `subset="validation"` gives.
        interpolation_order: 0 for the nearest pixel, 1 (default) for a mean of four.
        dtype: Accepted as in Keras; images are float32.

    Raises:
        ValueError: If an argument is none of these.
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Any], Any] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        if fill_mode not in FILL_MODES or interpolation_order not in (0, 1):
            raise ValueError(
                f"`ImageDataGenerator` expected `fill_mode` as one of {FILL_MODES} and "
                f"`interpolation_order` as 0 or 1, received {fill_mode!r} and "
                f"{interpolation_order!r}"
            )
        self.featurewise_center = featurewise_center or zca_whitening
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.featurewise_center = self.featurewise_center or featurewise_std_normalization
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.brightness_range, self.channel_shift_range = brightness_range, channel_shift_range
        self.fill_mode, self.cval = fill_mode, cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.data_format = data_format or settings.image_data_format()
        self.interpolation_order = interpolation_order
        if not 0 <= validation_split < 1:
            raise ValueError(
                "`ImageDataGenerator` expected a `validation_split` from 0 to below 1, received "
                f"{validation_split}"
            )
        self._validation_split = validation_split
        spread = zoom_range if isinstance(zoom_range, list | tuple) else (
            1 - zoom_range, 1 + zoom_range)  # fmt: skip
        if len(spread) != 2:
            raise ValueError(f"`zoom_range` expected a number or two, received {zoom_range!r}")
        self.zoom_range = tuple(spread)
        self.mean: Any = None
        self.std: Any = None
        self._whitening: Any = None

    def part(self, items: Any, subset: str | None) -> Any:
        """The items of a subset: the first ones are for validation.

        Raises:
            ValueError: If it is none.
        """
        if subset is None:
            return items
        if subset not in ("training", "validation"):
            raise ValueError(f"`subset` expected 'training' or 'validation', received {subset!r}")
        edge = int(self._validation_split * len(items))
        return items[:edge] if subset == "validation" else items[edge:]

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of arrays, for `fit` or for a loop, which they never end.

        Args:
            x: Images, of shape (images, height, width, channels).
            y: Labels.
            batch_size: How many a batch has.
            shuffle: Whether they come in a new order in each pass.
            sample_weight: Weights.
            seed: Where the orders begin.
            save_to_dir: Not offered; only `None`.
            save_prefix: For this.
            save_format: For this.
            ignore_class_split: Accepted as in Keras.
            subset: "training" or "validation", with `validation_split`.

        Raises:
            ValueError: If these are no images, or their number is another one than the labels'.
        """
        if save_to_dir is not None:
            raise ValueError("`flow` expected `save_to_dir` as None; `save_img` writes an image")
        images = np.asarray(x, "float32")
        if images.ndim != 4:
            raise ValueError(
                "`flow` expected images of shape (images, height, width, channels), received "
                f"shape {images.shape}"
            )
        others = [None if one is None else np.asarray(one) for one in (y, sample_weight)]
        for name, one in zip(("y", "sample_weight"), others, strict=True):
            if one is not None and len(one) != len(images):
                raise ValueError(
                    f"`flow` expected `{name}` for {len(images)} images, received {len(one)}"
                )
        x, y, sample_weight = (
            None if one is None else self.part(one, subset) for one in (images, *others)
        )
        return NumpyArrayIterator(
            x, y, sample_weight, self, batch_size=batch_size, shuffle=shuffle, seed=seed
        )

    def flow_from_directory(
        self,
        directory: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of the pictures in a folder of folders, one for each class. Needs Pillow.

        Args:
            directory: The folder.
            target_size: (height, width) that pictures are resized to.
            color_mode: "rgb" (default), "grayscale" or "rgba".
            classes: Names of the folders, in the order of their numbers; default sorted.
            class_mode: "categorical" (default), "binary", "sparse", "input", or `None`.
            batch_size: How many a batch has.
            shuffle: Whether they come in a new order in each pass.
            seed: Where the orders begin.
            save_to_dir: A folder to keep what was given in.
            save_prefix: How the kept files begin.
            save_format: "png" or "jpeg".
            follow_links: Accepted as in Keras.
            subset: "training" or "validation", with `validation_split`.
            interpolation: As in `load_img`.
            keep_aspect_ratio: Accepted as in Keras.
        """
        return DirectoryIterator(
            directory, self, (target_size[0], target_size[1]), color_mode, classes, class_mode,
            subset, save_to_dir, save_prefix, save_format, interpolation, batch_size=batch_size,
            shuffle=shuffle, seed=seed,
        )  # fmt: skip

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: Any = None) -> None:
        """Finds the mean, the deviation and the whitening of images.

        Args:
            x: Images.
            augment: Whether to change them by chance before.
            rounds: How often, with `augment`.
            seed: Where chance begins.
        """
        if seed is not None:
            np.random.seed(seed)
        images = np.array(x, "float32")
        if self.rescale:
            images *= np.float32(self.rescale)
        if augment:
            images = np.stack([self.random_transform(one) for _ in range(rounds) for one in images])
        axes = (0, 1, 2) if self.data_format == "channels_last" else (0, 2, 3)
        if self.featurewise_center:
            self.mean = images.mean(axes, keepdims=True)[0]
            images -= self.mean
        if self.featurewise_std_normalization:
            self.std = images.std(axes, keepdims=True)[0]
            images /= self.std + 1e-6
        if self.zca_whitening:
            rows = images.reshape(len(images), -1)
            _, values, vectors = np.linalg.svd(rows, full_matrices=False)
            scale = np.sqrt(len(rows)) / (values + self.zca_epsilon)
            self._whitening = (vectors.T * scale) @ vectors

    def standardize(self, x: Any) -> Any:
        """Returns an image on one scale, as the arguments say."""
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * np.float32(self.rescale)
        if self.samplewise_center:
            x = x - x.mean(keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (x.std(keepdims=True) + 1e-6)
        for found, wanted in ((self.mean, self.featurewise_center),
                              (self.std, self.featurewise_std_normalization),
                              (self._whitening, self.zca_whitening)):  # fmt: skip
            if wanted and found is None:
                warnings.warn("call `ImageDataGenerator.fit(images)` first", stacklevel=2)
        if self.mean is not None:
            x = x - self.mean
        if self.std is not None:
            x = x / (self.std + 1e-6)
        if self._whitening is not None:
            x = (x.reshape(1, -1) @ self._whitening).reshape(x.shape)
        return x

    def get_random_transform(self, img_shape: Any, seed: Any = None) -> dict[str, Any]:
        """Returns a change drawn by chance, for `apply_transform`."""
        if seed is not None:
            np.random.seed(seed)
        rows, columns = (0, 1) if self.data_format == "channels_last" else (1, 2)
        zoom = (1.0, 1.0)
        if self.zoom_range != (1, 1):
            low, high = self.zoom_range
            zoom = tuple(np.random.uniform(low, high, 2))
        brightness = self.brightness_range
        shift = self.channel_shift_range
        return {
            "theta": np.random.uniform(-self.rotation_range, self.rotation_range),
            "tx": _drawn_shift(self.height_shift_range, img_shape[rows]),
            "ty": _drawn_shift(self.width_shift_range, img_shape[columns]),
            "shear": np.random.uniform(-self.shear_range, self.shear_range),
            "zx": zoom[0],
            "zy": zoom[1],
            "flip_horizontal": self.horizontal_flip and np.random.random() < 0.5,
            "flip_vertical": self.vertical_flip and np.random.random() < 0.5,
            "channel_shift_intensity": np.random.uniform(-shift, shift) if shift else None,
            "brightness": None if brightness is None else np.random.uniform(*brightness),
        }

    def apply_transform(self, x: Any, transform_parameters: dict[str, Any]) -> Any:
        """Returns an image changed as `get_random_transform` has drawn."""
        given = transform_parameters
        last = self.data_format == "channels_last"
        image = np.asarray(x) if last else np.moveaxis(np.asarray(x), 0, -1)
        turns = {name: given[name] for name in ("theta", "tx", "ty", "shear", "zx", "zy")
                 if given.get(name) is not None}  # fmt: skip
        image = affine(
            image, **turns, fill_mode=self.fill_mode, cval=self.cval,
            order=self.interpolation_order,
        )  # fmt: skip
        if given.get("channel_shift_intensity") is not None:
            image = shifted_in_color(image, given["channel_shift_intensity"])
        if given.get("flip_horizontal"):
            image = image[:, ::-1]
        if given.get("flip_vertical"):
            image = image[::-1]
        if given.get("brightness") is not None:
            image = brightened(image, given["brightness"])
        return image if last else np.moveaxis(image, -1, 0)

    def random_transform(self, x: Any, seed: Any = None) -> Any:
        """Returns an image changed by chance."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))


def _drawn_shift(spread: Any, size: int) -> float:
    """By how many pixels an image of a size is moved."""
    if isinstance(spread, list | tuple | np.ndarray):
        return float(np.random.choice(spread) * np.random.choice([-1, 1]))
    if isinstance(spread, int) and spread:
        return float(np.random.randint(-spread, spread + 1))
    drawn = float(np.random.uniform(-spread, spread))
    return drawn * size if spread < 1 else drawn
