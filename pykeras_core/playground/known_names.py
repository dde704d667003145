"""What the classes and the columns of a program's data are called, where that can be known."""

import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_CLASS_NAMES = ("class_names", "classes", "labels", "label_names", "target_names", "categories")
_FEATURE_NAMES = ("feature_names", "features", "columns", "feature_columns", "column_names")
_DATA_SETS = ("iris", "wine", "fashion_mnist", "cifar10", "boston_housing", "california_housing")
_LONGEST = 24


def class_names(namespace: Mapping[str, Any], source: str, count: int) -> tuple[str, ...]:
    """What the classes are called; empty where nothing says so.

    Args:
        namespace: The program's variables: a list of ``class_names`` is one, and the
            ``target_names`` of a data set of scikit-learn.
        source: The program's text, for data sets of ours whose classes have names.
        count: How many classes there are.

    Example:
        >>> class_names({"class_names": ["cat", "dog"]}, "", 2)
        ('cat', 'dog')
        >>> class_names({}, "keras.datasets.iris.load_data()", 3)
        ('setosa', 'versicolor', 'virginica')
    """
    return _named(namespace, source, count, _CLASS_NAMES, "CLASS_NAMES")


def feature_names(namespace: Mapping[str, Any], source: str, count: int) -> tuple[str, ...]:
    """What the columns of a table are called; empty where nothing says so.

    Args:
        namespace: As for `class_names`; names of features are looked for.
        source: As for `class_names`.
        count: How many columns there are.
    """
    return _named(namespace, source, count, _FEATURE_NAMES, "FEATURE_NAMES")


def _named(
    namespace: Mapping[str, Any], source: str, count: int, words: tuple[str, ...], constant: str
) -> tuple[str, ...]:
    for found in (*_in_variables(namespace, words), *_in_data_sets(source, constant)):
        names = tuple(found)
        if len(names) == count:
            return tuple(_short(name) for name in names)
    return ()


def _in_variables(namespace: Mapping[str, Any], words: tuple[str, ...]) -> Iterator[list[str]]:
    for name, value in list(namespace.items()):
        if name.lower() in words:
            yield from _texts(value)
        for word in words:
            try:
                # a data set of scikit-learn, one of `image_dataset_from_directory`
                held = None if isinstance(value, (np.ndarray, type)) else getattr(value, word, None)
            except Exception:  # attributes of others are whatever they like
                continue
            if held is not None and not callable(held):
                yield from _texts(held)


def _texts(value: Any) -> Iterator[list[str]]:
    if isinstance(value, dict) and all(isinstance(key, int) for key in value):
        value = [value[key] for key in sorted(value)]
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "UO":
        value = value.tolist()
    if isinstance(value, (list, tuple)) and value and all(isinstance(v, str) for v in value):
        yield [str.__str__(text) for text in value]


def _in_data_sets(source: str, constant: str) -> Iterator[list[str]]:
    for name in _DATA_SETS:
        if re.search(rf"\b{name}\b", source):
            module = importlib.import_module(f"pykeras_core.datasets.{name}")
            yield from _texts(getattr(module, constant, ()))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
