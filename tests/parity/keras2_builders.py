"""What cases of `keras2_models` are made with; and the table that they sign up in, `CASES`."""

from __future__ import annotations

import numpy as np

CASES = {}


def case(function):
    """Register a function that returns `(model, inputs, labels)`; labels None: not compiled."""
    CASES[function.__name__] = function
    return function


def draw(*shape, seed=0):
    """Inputs that are the same each time."""
    return np.random.RandomState(seed).normal(size=shape).astype("float32")


def compiled(K, model, shape, optimizer, labels, **kwargs):
    """The case of a compiled model with one input, after one step."""
    model.compile(optimizer, kwargs.pop("loss", "mse"), **kwargs)
    x = draw(8, *shape)
    model.train_on_batch(x, labels)
    return model, [x], [labels]


def small(K):
    """Two Dense layers."""
    return K.Sequential(
        [K.layers.Dense(5, activation="tanh", input_shape=(4,)), K.layers.Dense(2, name="head")]
    )
