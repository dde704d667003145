"""Owns the check of labels before training: their values, which a traced step cannot look at."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, checked
from pykeras_core.losses.base import LossFunctionWrapper
from pykeras_core.losses.crossentropy import sparse_categorical_crossentropy

__all__ = ["check_labels"]


@checked
def check_labels(loss: Any, y_true: ArrayLike, output_width: int) -> None:
    """Checks class numbers on the host against the width of the model's output.

    Losses that take no class numbers pass unchecked.

    Args:
        loss: A loss object or function, as `keras.losses.get` returns it.
        y_true: All labels, an array on the host.
        output_width: Number of classes: the length of the output's class axis.

    Raises:
        ValueError: If `loss` reads class numbers and a label is none from 0 to
            `output_width - 1` (or the loss's `ignore_class`).

    Example:
        >>> import pykeras_core as keras
        >>> check_labels(keras.losses.SparseCategoricalCrossentropy(), np.array([0, 9]), 10)
    """
    function = loss.fn if isinstance(loss, LossFunctionWrapper) else loss
    if function is not sparse_categorical_crossentropy:
        return
    array = np.asarray(y_true)
    if array.dtype.kind == "f" and not np.all(array == np.floor(array)):
        raise ValueError(
            "`sparse_categorical_crossentropy` expected class numbers 0, 1, 2, ..., received "
            f"labels with fractions, {array[array != np.floor(array)].flat[0]} among them. Targets "
            "that are real numbers need a regression loss such as 'mse'."
        )
    ignored = getattr(loss, "ignore_class", None)
    used = array if ignored is None else array[array != ignored]
    if used.size and (used.min() < 0 or used.max() >= output_width):
        raise ValueError(
            f"`sparse_categorical_crossentropy` expected labels from 0 to {output_width - 1}, one "
            f"for each of the {output_width} output units, received labels from "
            f"{int(used.min())} to {int(used.max())}. {_advice(used, output_width)}"
        )


def _advice(labels: np.ndarray, output_width: int) -> str:
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest > 0 and highest - lowest < output_width:
        return f"Subtract {lowest} from the labels so that they begin at 0."
    if lowest >= 0:
        return f"Give the last layer {highest + 1} units."
    return "Number the classes from 0."
