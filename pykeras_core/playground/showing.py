"""Messages about the data of a program: what its model trains on, or what lies in its variables."""

from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import Any

import numpy as np

from pykeras_core.datasets import mnist
from pykeras_core.playground.given import Given, name_of
from pykeras_core.playground.known_names import class_names, feature_names
from pykeras_core.playground.samples import class_labels, describe_samples
from pykeras_core.playground.structures import Array, Structure, arrays_of
from pykeras_core.playground.unseen import named_sets

_TRAINING = ("train", "training")

Message = dict[str, Any]


@cache
def describe_built_in() -> Message:
    """The message about the built-in digits, for a page on which nothing has run yet."""
    with redirect_stdout(StringIO()):  # it prints where data came from
        (x, y), _ = mnist.load_sample()
    samples = describe_samples(x, y)
    about = {"use": "built-in", "variables": [], "partial": False}
    return {"type": "samples", "runId": None, "source": "mnist", **about, "samples": samples}


def describe_training(given: Given, namespace: Mapping[str, Any], source: str) -> Message | None:
    """The message about what a model trains on; None where that cannot be shown.

    Args:
        given: What the program gave to its model.
        namespace: The program's variables.
        source: The program's text.
    """
    part = given.training
    if part is None:
        return None
    names = tuple(name_of(data, namespace) for data in (part.x, part.y) if data is not None)
    known = list(dict.fromkeys(name for name in names if name))
    return _message(
        part.x, part.y, namespace, source, part.columns,
        {"use": "training", "variables": known, "partial": part.partial},
    )  # fmt: skip


def describe_variables(namespace: Mapping[str, Any], source: str) -> Message | None:
    """The message about the training data in a program's variables; None without such.

    Args:
        namespace: The program's variables.
        source: The program's text.
    """
    for found in named_sets(namespace, _TRAINING):
        about = {"use": "variables", "variables": list(found.variables), "partial": False}
        message = _message(found.x, found.y, namespace, source, found.columns, about)
        if message is not None:
            return message
    return None


def _message(
    x: Structure,
    y: Structure | None,
    namespace: Mapping[str, Any],
    source: str,
    columns: tuple[str, ...],
    about: Message,
) -> Message | None:
    width = sum(int(np.prod(array.shape[1:])) for array in arrays_of(x))
    features = columns if len(columns) == width else feature_names(namespace, source, width)
    targets = None if y is None else arrays_of(y)[0]
    classes = class_names(namespace, source, _classes_of(targets))
    samples = describe_samples(x, y, () if isinstance(x, dict) else features, classes)
    if samples is None:
        return None
    return {"type": "samples", "source": "program", **about, "samples": samples}


def _classes_of(targets: Array | None) -> int:
    labels = class_labels(targets)
    if targets is None or labels is None:
        return 0
    return targets.shape[1] if targets.ndim == 2 and targets.shape[1] > 1 else int(labels.max()) + 1
