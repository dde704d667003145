"""What can be done before there is a program, so that the first one does not wait for it."""

import gc
import warnings
from importlib import import_module
from pkgutil import walk_packages

import numpy as np

import pykeras_core
from pykeras_core import Sequential, layers, utils
from pykeras_core.playground.world import World

__all__ = ["import_all", "settle", "warm_up"]

_OF_PROGRAMS = ("encodings.cp437", "numpy.fft", "numpy.random", "numpy.random._pickle", "pprint")
"""What programs import, or NumPy does for them when they first use it."""

_NOT_OF_PAGES = {
    "pykeras_core.datasets.bake",
    "pykeras_core.engine.kernels.build",
    "pykeras_core.playground.matplotlib_backend",
    "pykeras_core.utils.model_raster",
}
"""Some are for builds, others need matplotlib."""


def import_all() -> None:
    """Imports what a program may need of our package, and what else programs commonly need."""
    ours = [module.name for module in walk_packages(pykeras_core.__path__, "pykeras_core.")]
    for name in (*ours, *_OF_PROGRAMS):
        if name not in _NOT_OF_PAGES:
            import_module(name)


def settle() -> None:
    """Tells the garbage collector that all there is stays, so that it need not look at it again.

    That took 10 ms each time, in the middle of training.
    """
    gc.collect()
    gc.freeze()


def warm_up(world: World) -> None:
    """Trains a tiny model: kernels are loaded, code is compiled, and the world is looked over.

    Nothing of it is seen; what it would warn of, the first program does.

    Args:
        world: What programs will find; where to look in it takes 100 ms to find out, once.
    """
    inputs, labels = np.zeros((4, 3), np.float32), np.zeros(4, np.int32)
    model = Sequential([layers.Dense(2, activation="relu"), layers.Dense(2, "softmax")])
    with warnings.catch_warnings(action="ignore"):
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(inputs, labels, batch_size=2, verbose=0)
    utils.clear_session()
    with world.of_program():
        pass
    del model
    settle()
