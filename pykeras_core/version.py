"""Owns the versions: this package's own, and those of the programs it stands in for."""

from __future__ import annotations

__all__ = ["KERAS_VERSION", "TENSORFLOW_VERSION", "__version__", "version"]

__version__ = "0.1.0"

KERAS_VERSION = "3.15.1"
"""The version of Keras whose API this package follows; `keras.__version__` under `compat`."""

TENSORFLOW_VERSION = "2.21.0"
"""The version of TensorFlow that goes with it; `tensorflow.__version__` under `compat`."""


def version() -> str:
    """Returns the version of Keras whose API this package follows."""
    return KERAS_VERSION
