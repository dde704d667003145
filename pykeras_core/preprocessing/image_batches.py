"""Owns what `ImageDataGenerator` gives: endless batches of changed images, for `fit` and loops."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from pykeras_core.utils.images import array_to_img, img_to_array, load_img
from pykeras_core.utils.numerical import to_categorical
from pykeras_core.utils.py_dataset import PyDataset

__all__ = ["DirectoryIterator", "ImageBatches", "NumpyArrayIterator"]

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff", ".gif", ".webp")


class ImageBatches(PyDataset):
    """What batches of arrays and of files share.

    Args:
        generator: The `ImageDataGenerator` that changes images.
        count: How many images there are.
        batch_size: How many a batch has.
        shuffle: Whether they come in a new order in each pass.
        seed: Where the orders begin.

    Attributes:
        samples: How many images there are.
    """

    def __init__(
        self, generator: Any, count: int, batch_size: int, shuffle: bool, seed: int | None
    ) -> None:
        super().__init__()
        self.image_data_generator = generator
        self.n = self.samples = count
        self.batch_size, self.shuffle, self.seed = batch_size, shuffle, seed
        self._passes = 0
        self.batch_index = 0
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        """Draws the next pass's order."""
        order = np.arange(self.n)
        if self.shuffle:
            first = None if self.seed is None else self.seed + self._passes
            order = np.random.default_rng(first).permutation(self.n)
            if first is None:
                order = np.random.permutation(self.n)
        self._order = order
        self._passes += 1

    def reset(self) -> None:
        """Begins at the first batch again."""
        self.batch_index = 0

    def __len__(self) -> int:
        return math.ceil(self.n / self.batch_size)

    def __getitem__(self, index: int) -> Any:
        if not -len(self) <= index < len(self):
            raise ValueError(f"there are {len(self)} batches, received the number {index}")
        first = index % len(self) * self.batch_size
        return self._batch(self._order[first : first + self.batch_size])

    def __iter__(self) -> ImageBatches:
        return self

    def __next__(self) -> Any:
        batch = self[self.batch_index]
        self.batch_index += 1
        if self.batch_index == len(self):
            self.batch_index = 0
            self.on_epoch_end()
        return batch

    next = __next__

    def _batch(self, numbers: Any) -> Any:
        raise NotImplementedError

    def _changed(self, image: Any) -> Any:
        generator = self.image_data_generator
        return generator.standardize(generator.random_transform(image.astype("float32")))


class NumpyArrayIterator(ImageBatches):
    """Batches of the rows of arrays; see `ImageDataGenerator.flow`.

    Args:
        x: Images.
        y: Labels, or `None`.
        sample_weight: Weights, or `None`.
        generator: The `ImageDataGenerator`.
        **options: `batch_size`, `shuffle` and `seed`.
    """

    def __init__(self, x: Any, y: Any, sample_weight: Any, generator: Any, **options: Any) -> None:
        self.x, self.y, self.sample_weight = x, y, sample_weight
        super().__init__(generator, len(x), **options)

    def _batch(self, numbers: Any) -> Any:
        images = np.stack([self._changed(self.x[number]) for number in numbers])
        if self.y is None:
            return images
        parts = (images, self.y[numbers])
        return parts if self.sample_weight is None else (*parts, self.sample_weight[numbers])


class DirectoryIterator(ImageBatches):
    """Batches of the pictures in folders, one for each class.

    Args:
        directory: The folder of the folders.
        generator: The `ImageDataGenerator`.
        target_size: (height, width).
        color_mode: "rgb", "grayscale" or "rgba".
        classes: Names of the folders, in the order of their numbers; default sorted.
        class_mode: "categorical", "binary", "sparse", "input" or `None`.
        subset: "training", "validation" or `None`.
        save_to_dir: A folder to keep what was given in, or `None`.
        save_prefix: How the kept files begin.
        save_format: "png" or "jpeg".
        interpolation: As in `load_img`.
        **options: `batch_size`, `shuffle` and `seed`.

    Attributes:
        class_indices: The number of each class.
        classes: The number of each picture's class.
        filenames: Where each picture is, in the folder.
    """

    def __init__(
        self, directory: Any, generator: Any, target_size: tuple[int, int], color_mode: str,
        classes: Any, class_mode: str | None, subset: str | None, save_to_dir: Any,
        save_prefix: str, save_format: str, interpolation: str, **options: Any,
    ) -> None:  # fmt: skip
        self.directory = os.fspath(directory)
        if not os.path.isdir(self.directory):
            raise FileNotFoundError(
                f"`flow_from_directory` found no folder {self.directory!r} in {os.getcwd()!r}"
            )
        names = list(classes) if classes else sorted(
            name for name in os.listdir(self.directory)
            if os.path.isdir(os.path.join(self.directory, name))
        )  # fmt: skip
        self.class_indices = {name: number for number, name in enumerate(names)}
        self.num_classes = len(names)
        self.target_size, self.color_mode, self.class_mode = target_size, color_mode, class_mode
        self.interpolation = interpolation
        self._keep = (save_to_dir, save_prefix, save_format)
        found = [
            (os.path.join(name, file), number)
            for name, number in self.class_indices.items()
            for file in generator.part(sorted(self._files(name)), subset)
        ]
        self.filenames = [file for file, _ in found]
        self.classes = np.array([number for _, number in found], "int32")
        self.labels = self.classes
        channels = {"grayscale": 1, "rgba": 4}.get(color_mode, 3)
        self.image_shape = (*target_size, channels)
        print(f"Found {len(found)} images belonging to {self.num_classes} classes.")
        super().__init__(generator, len(found), **options)

    def _files(self, name: str) -> list[str]:
        root = os.path.join(self.directory, name)
        return [
            os.path.relpath(os.path.join(folder, file), root)
            for folder, _, files in os.walk(root)
            for file in files
            if file.lower().endswith(_ENDINGS)
        ]

    @property
    def filepaths(self) -> list[str]:
        """Where each picture is."""
        return [os.path.join(self.directory, name) for name in self.filenames]

    def _batch(self, numbers: Any) -> Any:
        images = np.stack([self._changed(self._image(number)) for number in numbers])
        self._save(images, numbers)
        mode = self.class_mode
        if mode == "input":
            return images, images.copy()
        if mode in ("binary", "sparse"):
            return images, self.classes[numbers].astype("float32")
        if mode == "categorical":
            return images, to_categorical(self.classes[numbers], self.num_classes)
        return images

    def _image(self, number: int) -> Any:
        path = os.path.join(self.directory, self.filenames[number])
        picture = load_img(
            path, color_mode=self.color_mode, target_size=self.target_size,
            interpolation=self.interpolation,
        )  # fmt: skip
        return img_to_array(picture)

    def _save(self, images: Any, numbers: Any) -> None:
        folder, prefix, form = self._keep
        for image, number in zip(images, numbers, strict=True) if folder else ():
            name = f"{prefix}_{number}_{np.random.randint(10**7)}.{form}"
            array_to_img(image).save(os.path.join(folder, name))
