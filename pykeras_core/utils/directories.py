"""Owns data sets of files: a folder of folders, one for each class, of pictures or texts."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np

from pykeras_core import ops
from pykeras_core.checks import (
    Fraction,
    Kind,
    PathLike,
    PositiveInt,
    PositivePair,
    Verbose,
    Words,
    WordSeed,
    checked,
    integer,
    one_of,
    refuse,
    several,
)
from pykeras_core.ops.image.resize import INTERPOLATIONS
from pykeras_core.utils.images import img_to_array, load_img
from pykeras_core.utils.messages import print_message
from pykeras_core.utils.pipeline import Dataset

__all__ = [
    "audio_dataset_from_directory",
    "image_dataset_from_directory",
    "text_dataset_from_directory",
]

_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")
_LABEL_MODES = ("int", "categorical", "binary", None)
_SUBSETS = ("training", "validation", "both")


def _accept_labels(value: Any) -> Any:
    if value is None or (isinstance(value, str) and value == "inferred"):
        return value
    return several(integer().accept)(value)


Labels = Annotated[Any, Kind("'inferred', None, or a list of an int for each file", _accept_labels)]
Interpolation = Annotated[str, one_of(*INTERPOLATIONS)]


class _Files:
    """Paths and labels of a folder's files, and the parts they are split into.

    Args:
        function: The calling function, for messages.
        directory: The folder.
        suffixes: What a file's name ends with.
        labels: "inferred", `None`, or a list of labels in the order of sorted paths.
        label_mode: How labels are given.
        class_names: Names of the folders, in the order of their labels; default sorted.
        shuffle: Whether files come in a random order.
        seed: Int that repeats the order.
        validation_split: Share of the files, the last ones, for validation.
        subset: Which part is wanted.
        follow_links: Whether to follow links to folders.
        verbose: Whether to print what was found.

    Attributes:
        padded: Whether a batch's contents are filled up to the longest of them.
    """

    padded = False

    def __init__(
        self, function: str, directory: Any, suffixes: tuple[str, ...], labels: Any,
        label_mode: Any, class_names: Any, shuffle: bool, seed: Any, validation_split: Any,
        subset: Any, follow_links: bool, verbose: bool,
    ) -> None:  # fmt: skip
        if label_mode not in _LABEL_MODES:
            raise ValueError(
                f"`{function}` expected `label_mode` to be one of {_LABEL_MODES}, received "
                f"{label_mode!r}."
            )
        if bool(validation_split) != bool(subset) or (subset and subset not in _SUBSETS):
            raise ValueError(
                f"`{function}` expected `validation_split` and `subset` ({_SUBSETS}) together, "
                f"received {validation_split!r} and {subset!r}."
            )
        if subset and shuffle and seed is None:
            raise ValueError(
                f"`{function}` shuffles before it splits: give a `seed`, so that both parts are "
                "split the same way, or `shuffle=False`."
            )
        root = pathlib.Path(os.fspath(directory))
        if not root.is_dir():
            raise NotADirectoryError(f"`{function}` found no folder {str(root)!r}.")
        folders = sorted(path.name for path in root.iterdir() if path.is_dir())
        inferred = labels == "inferred" and label_mode is not None
        if inferred and class_names is not None and set(class_names) != set(folders):
            raise ValueError(
                f"`class_names` expected the names of the folders {folders}, received "
                f"{list(class_names)}."
            )
        self.class_names = list(class_names or folders) if inferred else []
        self.paths, self.labels = [], []
        for number, name in enumerate(self.class_names if inferred else [""]):
            for path in _below(root / name, suffixes, follow_links):
                self.paths.append(path)
                self.labels.append(number)
        if not self.paths:
            raise ValueError(f"`{function}` found no files ending in {suffixes} in {str(root)!r}.")
        if isinstance(labels, tuple):
            if len(labels) != len(self.paths):
                raise ValueError(
                    f"`labels` expected one for each of {len(self.paths)} files, received "
                    f"{len(labels)}."
                )
            self.labels = list(labels)
            self.class_names = [str(label) for label in sorted(set(self.labels))]
        self.label_mode = None if labels is None else label_mode
        if self.label_mode == "binary" and len(self.class_names) != 2:
            raise ValueError(f"`label_mode='binary'` expected 2 classes, found {self.class_names}.")
        if verbose:
            classes = f" belonging to {len(self.class_names)} classes" if self.label_mode else ""
            print_message(f"Found {len(self.paths)} files{classes}.")
        if shuffle:
            order = np.random.RandomState(np.random.randint(10**6) if seed is None else seed)
            places = order.permutation(len(self.paths))
            self.paths = [self.paths[place] for place in places]
            self.labels = [self.labels[place] for place in places]
        self.shuffle, self.seed = shuffle, seed
        self.held_out = int((validation_split or 0) * len(self.paths))
        self.verbose = verbose

    def parts(self, subset: Any, load: Callable[[str], Any], batch_size: int | None) -> Any:
        """The data set asked for, or a list of both."""
        total = len(self.paths)
        ranges = {
            None: (0, total),
            "training": (0, total - self.held_out),
            "validation": (total - self.held_out, total),
        }
        wanted = ("training", "validation") if subset == "both" else (subset,)
        found = [self._dataset(ranges[part], part, load, batch_size) for part in wanted]
        return found if subset == "both" else found[0]

    def _dataset(
        self, part: tuple[int, int], name: str | None, load: Any, batch_size: int | None
    ) -> Dataset:
        paths, labels = self.paths[slice(*part)], self.labels[slice(*part)]
        if not paths:
            raise ValueError(f"The {name} part of {len(self.paths)} files is empty.")
        if name and self.verbose:
            print_message(f"Using {len(paths)} files for {name}.")
        texts = np.asarray(paths, dtype=object)
        if self.label_mode is None:
            dataset = Dataset.from_tensor_slices(texts)
        else:
            dataset = Dataset.from_tensor_slices((texts, self._encoded(labels)))
        if self.shuffle and name != "validation":
            dataset = dataset.shuffle((batch_size or 128) * 8, seed=self.seed)

        def read(path: Any, *label: Any) -> Any:
            content = load(path.numpy().decode())
            return (content, *label) if label else content

        dataset = dataset.map(read)
        if batch_size is not None:
            dataset = (dataset.padded_batch if self.padded else dataset.batch)(batch_size)
        dataset.class_names = self.class_names
        dataset.file_paths = paths
        return dataset

    def _encoded(self, labels: list[int]) -> Any:
        if self.label_mode == "categorical":
            return np.eye(len(self.class_names), dtype=np.float32)[labels]
        if self.label_mode == "binary":
            return np.asarray(labels, np.float32)[:, None]
        return np.asarray(labels, np.int32)


def _below(folder: pathlib.Path, suffixes: tuple[str, ...], follow_links: bool) -> list[str]:
    """Paths of the files in a folder and those below it, sorted within each."""
    found = []
    for place, folders, names in os.walk(folder, followlinks=follow_links):
        folders.sort()
        chosen = [name for name in sorted(names) if name.lower().endswith(suffixes)]
        found += [os.path.join(place, name) for name in chosen]
    return found


@checked
def image_dataset_from_directory(
    directory: PathLike,
    labels: Labels = "inferred",
    label_mode: str | None = "int",
    class_names: Words | None = None,
    color_mode: Literal["grayscale", "rgb", "rgba"] = "rgb",
    batch_size: PositiveInt | None = 32,
    image_size: PositivePair = (256, 256),
    shuffle: bool = True,
    seed: WordSeed | None = None,
    validation_split: Fraction | None = None,
    subset: str | None = None,
    interpolation: Interpolation = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: Literal["channels_first", "channels_last"] | None = None,
    format: str = "tf",
    verbose: Verbose = True,
) -> Any:
    """A data set of the pictures in a folder of folders, one for each class. Needs Pillow.

    Args:
        directory: The folder.
        labels: "inferred" from the folders' names, `None`, or a list of a label for each file in
            the order of their paths.
        label_mode: "int", "categorical" (rows of 0 and 1), "binary" (float32) or `None`.
        class_names: The folders' names in the order of their labels; default sorted.
        color_mode: "grayscale", "rgb" or "rgba".
        batch_size: Pictures a batch; `None` for single pictures.
        image_size: Height and width that all are brought to.
        shuffle: Whether they come in a random order.
        seed: Int that repeats the order.
        validation_split: Share for validation, with `subset`.
        subset: "training", "validation" or "both".
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`.
        follow_links: Whether to follow links to folders.
        crop_to_aspect_ratio: Whether to cut off rather than distort.
        pad_to_aspect_ratio: Whether to add zeros rather than distort.
        data_format: "channels_last" or "channels_first"; default the configured format.
        format: Only "tf".
        verbose: Whether to print how many files there are.

    Returns:
        A `tf.data.Dataset` of float32 pictures from 0 to 255, or of (pictures, labels), with
        `class_names` and `file_paths`; two of them for "both".

    Raises:
        ValueError: If arguments contradict each other, or there are no pictures.
        NotADirectoryError: If there is no such folder.
        ImportError: If Pillow is missing.
    """
    files = _Files(
        "image_dataset_from_directory", directory, _PICTURES, labels, label_mode, class_names,
        shuffle, seed, validation_split, subset, follow_links, verbose,
    )  # fmt: skip

    def load(path: str) -> Any:
        picture = img_to_array(load_img(path, color_mode), data_format)
        return ops.image.resize(
            picture,
            image_size,
            interpolation=interpolation,
            crop_to_aspect_ratio=crop_to_aspect_ratio,
            pad_to_aspect_ratio=pad_to_aspect_ratio,
            data_format=data_format,
        )

    return files.parts(subset, load, batch_size)


@checked
def text_dataset_from_directory(
    directory: PathLike,
    labels: Labels = "inferred",
    label_mode: str | None = "int",
    class_names: Words | None = None,
    batch_size: PositiveInt | None = 32,
    max_length: PositiveInt | None = None,
    shuffle: bool = True,
    seed: WordSeed | None = None,
    validation_split: Fraction | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: Verbose = True,
) -> Any:
    """A data set of the `.txt` files in a folder of folders, one for each class.

    Args:
        directory: The folder.
        labels: As in `image_dataset_from_directory`.
        label_mode: As there.
        class_names: As there.
        batch_size: Texts a batch; `None` for single texts.
        max_length: Letters after which a text is cut off.
        shuffle: As there.
        seed: As there.
        validation_split: As there.
        subset: As there.
        follow_links: As there.
        format: Only "tf".
        verbose: Whether to print how many files there are.

    Returns:
        A `tf.data.Dataset` of text, or of (text, labels), with `class_names` and
        `file_paths`; two of them for "both". `TextVectorization` makes numbers of them.

    Raises:
        ValueError: If arguments contradict each other, or there are no texts.
        NotADirectoryError: If there is no such folder.
    """
    files = _Files(
        "text_dataset_from_directory", directory, (".txt",), labels, label_mode, class_names,
        shuffle, seed, validation_split, subset, follow_links, verbose,
    )  # fmt: skip

    def load(path: str) -> Any:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        return np.asarray(text[:max_length], dtype=object)

    return files.parts(subset, load, batch_size)


@checked
def audio_dataset_from_directory(
    directory: PathLike,
    labels: Labels = "inferred",
    label_mode: str | None = "int",
    class_names: Words | None = None,
    batch_size: PositiveInt | None = 32,
    sampling_rate: PositiveInt | None = None,
    output_sequence_length: PositiveInt | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: WordSeed | None = None,
    validation_split: Fraction | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: Verbose = True,
) -> Any:
    """A data set of the WAV files in a folder of folders, one for each class.

    Args:
        directory: The folder.
        labels: As in `image_dataset_from_directory`.
        label_mode: As there.
        class_names: As there.
        batch_size: Sounds a batch; `None` for single sounds.
        sampling_rate: Values a second; default each file's own.
        output_sequence_length: How many values a sound is cut or filled up to; default those of
            the longest one of a batch.
        ragged: Only `False`: there are no ragged tensors.
        shuffle: As there.
        seed: As there.
        validation_split: As there.
        subset: As there.
        follow_links: As there.
        verbose: Whether to print how many files there are.

    Returns:
        A `tf.data.Dataset` of sounds from -1 to 1, `(batch, time, channels)`, or of
        (sounds, labels), with `class_names` and `file_paths`; two of them for "both".

    Raises:
        ValueError: If arguments contradict each other, or there are no sounds.
        NotADirectoryError: If there is no such folder.
    """
    from pykeras_core.utils.sounds import load_wav

    name = "audio_dataset_from_directory"
    if ragged:
        raise refuse(name, "ragged", "False, since there are no ragged tensors", ragged)
    files = _Files(
        name, directory, (".wav",), labels, label_mode, class_names, shuffle, seed,
        validation_split, subset, follow_links, bool(verbose),
    )  # fmt: skip
    files.padded = output_sequence_length is None
    return files.parts(
        subset, lambda path: load_wav(path, sampling_rate, output_sequence_length), batch_size
    )
