"""`tf.saved_model`: models in this package's own folders."""

from __future__ import annotations

import os
from typing import Any

from pykeras_core.models import Model
from pykeras_core.saving import load_model

__all__ = ["load", "save"]


def save(obj: Any, export_dir: Any, signatures: Any = None, options: Any = None) -> None:
    """Saves a Keras model as a folder that `load` and `keras.models.load_model` read.

    Raises:
        TypeError: If it is no Keras model.
    """
    if not isinstance(obj, Model):
        raise TypeError(
            f"`tf.saved_model.save` expected a Keras model, received {type(obj).__name__}: "
            "TensorFlow's SavedModel of other objects is not in PyKeras. "
            "`tf.train.Checkpoint(obj=obj).save(path)` keeps its variables."
        )
    obj.save(os.fspath(export_dir), zipped=False)


def load(export_dir: Any, tags: Any = None, options: Any = None) -> Any:
    """Returns the model that `save` has written."""
    return load_model(os.fspath(export_dir))
