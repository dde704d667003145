"""`tensorflow_datasets`: the data sets of `keras.datasets`, as data sets of `tf.data`."""

from __future__ import annotations

import importlib
import re
from typing import Any

import numpy as np

from pykeras_core.utils.pipeline import Dataset

__all__ = ["as_numpy", "disable_progress_bar", "list_builders", "load"]

_NAMES = ("mnist", "fashion_mnist", "cifar10", "cifar100", "imdb_reviews", "iris")
_IMAGES = ("mnist", "fashion_mnist", "cifar10", "cifar100")
_PART = re.compile(r"(train|test)(?:\[(\d+%?)?:(\d+%?)?\])?")


class _Features:
    def __init__(self, classes: int, shape: tuple[int, ...]) -> None:
        self._parts = {"label": _Label(classes), "image": _Image(shape)}

    def __getitem__(self, name: str) -> Any:
        return self._parts[name]


class _Label:
    def __init__(self, classes: int) -> None:
        self.num_classes = classes
        self.names = [str(number) for number in range(classes)]

    def int2str(self, number: Any) -> str:
        """The name of a class."""
        return self.names[int(number)]


class _Image:
    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape


class _Split:
    def __init__(self, num_examples: int) -> None:
        self.num_examples = num_examples


class DatasetInfo:
    """What is known of a data set.

    Args:
        name: Its name.
        splits: How many examples each part has.
        classes: How many classes.
        shape: Shape of an image.
    """

    def __init__(
        self, name: str, splits: dict[str, int], classes: int, shape: tuple[int, ...]
    ) -> None:
        self.name = name
        self.splits = {part: _Split(count) for part, count in splits.items()}
        self.features = _Features(classes, shape)


def load(
    name: str,
    split: Any = None,
    data_dir: Any = None,
    batch_size: int | None = None,
    shuffle_files: bool = False,
    download: bool = True,
    as_supervised: bool = False,
    with_info: bool = False,
    **kwargs: Any,
) -> Any:
    """Returns a data set of `keras.datasets` as `tensorflow_datasets` would.

    Args:
        name: "mnist", "fashion_mnist", "cifar10", "cifar100", "imdb_reviews" or "iris".
        split: "train", "test", a part such as "train[:80%]", or a list of them; default a dict
            of both.
        data_dir: Accepted as there.
        batch_size: How many examples to give at a time.
        shuffle_files: Accepted as there.
        download: Accepted as there.
        as_supervised: Whether elements are pairs (input, label) rather than dicts.
        with_info: Whether to return what is known of it, too.
        **kwargs: Accepted as there.

    Raises:
        ValueError: If there is no such data set or part.
    """
    name = name.partition(":")[0].partition("/")[0]
    if name not in _NAMES:
        raise ValueError(
            f"`tensorflow_datasets.load` has no {name!r} here; it has {', '.join(_NAMES)}. Other "
            "data: add a file in the Files panel, and read it with `numpy.load` or `tf.data`."
        )
    parts = _arrays(name)
    wanted = {part: part for part in parts} if split is None else split

    def made(one: Any) -> Dataset:
        x, y = _cut(parts, str(one), name)
        key = {"imdb_reviews": "text", "iris": "features"}.get(name, "image")
        pairs: Any = (x, y) if as_supervised else {key: x, "label": y}
        dataset = Dataset.from_tensor_slices(pairs)
        return dataset if batch_size is None else dataset.batch(batch_size)

    if isinstance(wanted, dict):
        found: Any = {part: made(part) for part in wanted}
    elif isinstance(wanted, list | tuple):
        found = [made(one) for one in wanted]
    else:
        found = made(wanted)
    if not with_info:
        return found
    x, y = parts["train"]
    sizes = {part: len(both[1]) for part, both in parts.items()}
    return found, DatasetInfo(name, sizes, int(np.max(y)) + 1, np.shape(x)[1:])


def _arrays(name: str) -> dict[str, tuple[Any, Any]]:
    home = "imdb" if name == "imdb_reviews" else name
    module = importlib.import_module(f"pykeras_core.datasets.{home}")
    train, test = module.load_data()
    if name == "imdb_reviews":
        words = {number + 3: word for word, number in module.get_word_index().items()}
        return {
            part: (np.array([_text(row, words) for row in x], dtype=object), y.astype("int32"))
            for part, (x, y) in (("train", train), ("test", test))
        }
    if name == "iris":
        x, y = (np.concatenate([a, b]) for a, b in zip(train, test, strict=True))
        return {"train": (x, y.reshape(-1).astype("int32"))}
    return {
        part: (x[..., None] if x.ndim == 3 else x, y.reshape(-1).astype("int32"))
        for part, (x, y) in (("train", train), ("test", test))
    }


def _text(row: Any, words: dict[int, str]) -> str:
    return " ".join(words.get(int(number), "?") for number in row if int(number) > 2)


def _cut(parts: dict[str, tuple[Any, Any]], split: str, name: str) -> tuple[Any, Any]:
    """The arrays of one part, or of several joined by `+`."""
    found = [_one_cut(parts, one.strip(), name) for one in split.split("+")]
    if len(found) == 1:
        return found[0]
    x, y = (np.concatenate(both) for both in zip(*found, strict=True))
    return x, y


def _one_cut(parts: dict[str, tuple[Any, Any]], split: str, name: str) -> tuple[Any, Any]:
    match = _PART.fullmatch(split)
    if match is None or match[1] not in parts:
        raise ValueError(
            f"`tensorflow_datasets.load` expected a part of {name!r} such as 'train' or "
            f"'train[:80%]', of {list(parts)}; received {split!r}"
        )
    x, y = parts[match[1]]

    def edge(text: str | None, default: int) -> int:
        if text is None:
            return default
        return round(len(y) * int(text[:-1]) / 100) if text.endswith("%") else int(text)

    part = slice(edge(match[2], 0), edge(match[3], len(y)))
    return x[part], y[part]


def as_numpy(dataset: Any) -> Any:
    """Returns the elements of a data set as arrays."""
    return dataset.as_numpy_iterator()


def list_builders(**kwargs: Any) -> list[str]:
    """Returns the names that `load` takes."""
    return list(_NAMES)


def disable_progress_bar() -> None:
    """Does nothing: there is none."""
