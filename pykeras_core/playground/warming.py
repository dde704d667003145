"""What can be done before there is a program, so that the first one does not wait for it."""

import gc
import warnings

import numpy as np

from pykeras_core import Sequential, layers, utils
from pykeras_core.playground.world import World

__all__ = ["warm_up"]


def warm_up() -> World:
    """Trains a tiny model, so that the first program finds the kernels loaded and code warm.

    Nothing of it is seen; what it would warn of, the first program does. What Python holds then
    stays until the page is closed, so the garbage collector need not look at it again: that took
    10 ms each time, in the middle of training.

    Returns:
        The world that programs find; where to look in it is known then.
    """
    inputs, labels = np.zeros((4, 3), np.float32), np.zeros(4, np.int32)
    model = Sequential([layers.Dense(2, activation="relu"), layers.Dense(2, "softmax")])
    with warnings.catch_warnings(action="ignore"):
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(inputs, labels, batch_size=2, verbose=0)
    utils.clear_session()
    world = World()
    with world.of_program():  # finds out what there is to put back: 100 ms, once
        pass
    del model
    gc.collect()
    gc.freeze()
    return world
