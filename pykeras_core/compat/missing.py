"""Owns what a program is told when it asks for a name that this package does not have."""

from __future__ import annotations

import difflib
import functools
import importlib.resources
import sys
from collections.abc import Iterable

__all__ = ["explain", "keras_names"]

# Names that call for more than "not here". A name stands for everything below it too.
_REASONS = {
    "keras.applications": "its networks are trained in advance, and their weights would have to "
    "be downloaded. Build a small network of `keras.layers` and train it.",
    "keras.callbacks.RemoteMonitor": "it sends logs to a server, and a page has none. "
    "`keras.callbacks.CSVLogger` and `LambdaCallback` can record them.",
    "keras.callbacks.TensorBoard": "TensorBoard is a program of its own. "
    "`history.history` holds the same numbers.",
    "keras.preprocessing.text": "Keras 3 has no tokenizer there. "
    "Python's `str.split` and a dict are enough for small texts.",
    "keras.utils.get_file": "it downloads a file from the network. Use `keras.datasets`.",
    "keras.wrappers": "they need scikit-learn.",
    "tensorflow.Session": "it belongs to TensorFlow 1, which built a graph before running it. "
    "Tensors have values at once now: call the function instead.",
    "tensorflow.compat": "it is TensorFlow 1. Write the program for TensorFlow 2 or Keras.",
    "tensorflow.contrib": "it ended with TensorFlow 1. Use `keras`.",
    "tensorflow.examples": "it ended with TensorFlow 1. Use `keras.datasets.mnist.load_data()`.",
    "tensorflow.global_variables_initializer": "it belongs to TensorFlow 1. "
    "Variables have their first value at once now; leave it out.",
    "tensorflow.placeholder": "it belongs to TensorFlow 1. Use `keras.Input`, or a function.",
}


@functools.cache
def keras_names() -> dict[str, dict[str, str]]:
    """Returns the public names of Keras: by namespace, each name's kind."""
    file = importlib.resources.files("pykeras_core.compat").joinpath("keras_names.txt")
    table: dict[str, dict[str, str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, namespace, *names = line.split()
            table.setdefault(namespace, {}).update(dict.fromkeys(names, kind))
    return table


def explain(namespace: str, name: str, available: Iterable[str]) -> str:
    """Returns why a name is not there, and what the reader may have meant.

    Args:
        namespace: Where it was looked for, for example `keras.layers`.
        name: The name.
        available: The names that are there.

    Returns:
        One or two sentences.
    """
    full_name = f"{namespace}.{name}"
    for place, reason in _REASONS.items():
        if f"{full_name}.".startswith(f"{place}."):
            return f"`{full_name}` is not in PyKeras: {reason}"
    nearest = _nearest(namespace, name, available)
    kind = keras_names().get(namespace, {}).get(name)
    if kind is not None:
        here = f" Nearest to it: `{nearest}`." if nearest else ""
        return f"`{full_name}` is a {kind} of Keras that PyKeras does not have.{here}"
    question = f" Did you mean `{nearest}`?" if nearest else ""
    if namespace.startswith("tensorflow"):
        return (
            f"`{full_name}` is not in PyKeras, which has of TensorFlow only what small Keras "
            f"programs use.{question}"
        )
    return f"Keras has no `{full_name}`.{question}"


def _nearest(namespace: str, name: str, available: Iterable[str]) -> str | None:
    """Returns the most similar name there is: in other case, elsewhere, or spelled alike."""
    names = list(available)
    for candidate in names:
        if candidate.lower() == name.lower():
            return f"{namespace}.{candidate}"
    for other, known in keras_names().items():
        module = sys.modules.get(f"pykeras_core{other.removeprefix('keras')}")
        if name in known and hasattr(module, name):
            return f"{other}.{name}"
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f"{namespace}.{close[0]}" if close else None
