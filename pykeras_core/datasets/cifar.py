"""The form of CIFAR-10 and CIFAR-100: pickled batches of rows, a row an image channel by channel.

Source: the description at the home of CIFAR, and Keras 3 for where its cache keeps the files.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pykeras_core.checks import checked
from pykeras_core.datasets import pickles
from pykeras_core.datasets.folders import Arrays

__all__ = ["reader"]

_SHAPE = (3, 32, 32)


@checked
def reader(
    folder_name: str, train: Sequence[str], test: str, label_key: str
) -> Callable[[Path], Arrays | None]:
    """Make the function that reads the batches from a data folder.

    Args:
        folder_name: What the archive's folder is called, `cifar-10-batches-py`. It is looked for
            in the data folder and below `<folder_name>-target`, where Keras unpacks it.
        train: Names of the training batches.
        test: Name of the test batch.
        label_key: What the batches call the labels.

    Returns:
        Function from a folder to arrays, or None where it has no such batches. Images are
        channels last, labels of shape `(n, 1)`.
    """

    def read(folder: Path) -> Arrays | None:
        for home in (folder / folder_name, folder / f"{folder_name}-target" / folder_name):
            if all((home / name).is_file() for name in (*train, test)):
                parts = [_read_batch(home / name, label_key) for name in train]
                x_test, y_test = _read_batch(home / test, label_key)
                return {
                    "x_train": np.concatenate([x for x, _ in parts]),
                    "y_train": np.concatenate([y for _, y in parts]),
                    "x_test": x_test,
                    "y_test": y_test,
                }
        return None

    return read


def _read_batch(path: Path, label_key: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    try:
        batch = pickles.load(path.read_bytes())
    except (ValueError, pickle.UnpicklingError) as error:
        raise ValueError(f"{path} is no batch of CIFAR images: {error}.") from error
    fields = batch if isinstance(batch, dict) else {}
    rows, labels = fields.get(b"data"), fields.get(label_key.encode())
    pixels = int(np.prod(_SHAPE))
    if not isinstance(rows, np.ndarray) or rows.shape[1:] != (pixels,) or labels is None:
        raise ValueError(
            f"{path} was expected to hold `data`, rows of {pixels} values, and `{label_key}`; it "
            f"holds {sorted(map(str, fields)) or type(batch).__name__}."
        )
    images = rows.reshape(-1, *_SHAPE).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), np.asarray(labels).reshape(-1, 1)
