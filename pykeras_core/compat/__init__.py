"""Makes programs written for Keras and TensorFlow run on this package.

After `install()`, `import keras`, `from tensorflow import keras`, `import tensorflow as tf` and
their submodules give this package under those names. Packages of notebooks that are not installed
(`tensorflow_datasets`, `tqdm`, `IPython`, `google.colab`) have small stand-ins.
"""

from __future__ import annotations

import sys

from pykeras_core.compat import spellings
from pykeras_core.compat.finder import ROOTS, Finder
from pykeras_core.compat.namespace import Namespace
from pykeras_core.compat.stand_in_finder import StandInFinder

__all__ = ["install", "uninstall"]


def install() -> None:
    """Makes `import keras` and `import tensorflow` mean this package, in this process.

    It wins over a Keras or TensorFlow that is installed but not imported yet. Calling it again
    changes nothing, except that hints on older names are given once more.

    Raises:
        RuntimeError: If another Keras or TensorFlow has been imported already: objects of the
            two could not be told apart.

    Example:
        >>> install()
        >>> from keras.models import Sequential
        >>> import pykeras_core
        >>> Sequential is pykeras_core.Sequential
        True
        >>> uninstall()
    """
    for root in ROOTS:
        module = sys.modules.get(root)
        if module is not None and not isinstance(module, Namespace):
            version = getattr(module, "__version__", "")
            raise RuntimeError(
                f"`{root}` {version} is imported already, so `pykeras_core.compat.install()` "
                "cannot take its name. Call it before any other import of "
                f"`{root}`, or write `import pykeras_core as keras` instead."
            )
    spellings.forget_hints()
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
        sys.meta_path.append(StandInFinder())


def uninstall() -> None:
    """Takes back what `install` did; names that a program imported stay with it."""
    ours = Finder | StandInFinder
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, ours)]
    StandInFinder.forget()
    for name in [name for name, module in sys.modules.items() if isinstance(module, Namespace)]:
        del sys.modules[name]
