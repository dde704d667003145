"""A valid call of every public callable: by the names of its arguments, and row by row.

`ROWS` says which arguments a callable is called with where the names alone do not say it. A
callable that needs an argument which has neither a row nor a word has no valid call, and its
test fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import pykeras_core as keras
from pykeras_core import layers


class Make:
    """A value that is made anew for every call."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.make = function


X = np.array([[0.1, 0.5, 0.3], [0.6, 0.2, 0.9]], "float32")
VECTOR = np.array([0.5, 0.2, 0.7], "float32")
SQUARE = np.array([[4.0, 1.0], [1.0, 3.0]], "float32")
CUBE = np.linspace(0.1, 0.9, 24, dtype="float32").reshape(2, 4, 3)
IMAGES = np.linspace(0.1, 0.9, 2 * 4 * 4 * 3, dtype="float32").reshape(2, 4, 4, 3)
INTEGERS = np.array([[1, 2, 0], [2, 0, 1]], "int32")
ONE_HOT = np.eye(3, dtype="float32")[:2]
SIGNAL = np.linspace(0, 1, 16, dtype="float32")


def tiny_model() -> Any:
    """A compiled model of three inputs and one output."""
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


MODEL = Make(tiny_model)

# What an argument of this name is wherever it is needed.
WORDS: dict[str, Any] = {
    "x": X, "x1": X, "x2": X, "y": X, "a": SQUARE, "array": X, "inputs": X, "images": IMAGES,
    "y_true": ONE_HOT, "y_pred": X, "target": ONE_HOT, "output": X, "variable": X,
    "axis": 0, "axis1": 0, "axis2": 1, "axes": [0], "shape": (2, 3), "size": 2, "n": 2, "k": 1,
    "N": 3, "dtype": "float32", "value": 0.5, "threshold": 0.5, "default_value": 0.1,
    "units": 2, "filters": 2, "kernel_size": 2, "pool_size": 2, "output_size": 2, "rate": 0.5,
    "height": 3, "width": 3, "factor": 0.2, "height_factor": 0.2, "width_factor": 0.2,
    "stddev": 0.5, "scale": 2.0, "num_classes": 3, "repeats": 2, "xs": [X, X], "start": 1,
    "stop": 5, "num_heads": 2, "key_dim": 2, "structure": [1, (2, 3)], "model": MODEL,
    "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "first_decay_steps": 5,
    "block_size": 2, "indices_or_sections": [1], "q": 0.5, "data": VECTOR,
    "segment_ids": np.array([0, 0, 1], "int32"), "sequence_length": 4, "sequence_stride": 2,
    "fft_length": 4, "alpha": 1.0, "beta": 1.0, "config": None, "num_segments": 2,
}  # fmt: skip
