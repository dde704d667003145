"""A model with one weight and one bias, and the points that it learns: y = 2 x + 1."""

from __future__ import annotations

import numpy as np

import pykeras_core as keras


def line(samples: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Points on y = 2 x + 1."""
    x = np.linspace(-1, 1, samples, dtype=np.float32).reshape(-1, 1)
    return x, 2 * x + 1


def linear(**compile_arguments) -> keras.Sequential:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(**{"optimizer": keras.optimizers.SGD(0.1), "loss": "mse", **compile_arguments})
    return model
