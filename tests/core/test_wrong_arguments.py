"""Arguments of the wrong kind are refused where they arrive, by an error that names them."""

from __future__ import annotations

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import callbacks, layers, ops, optimizers

CASES = {
    "axis of batch normalization": (
        lambda: layers.BatchNormalization(axis=4)(np.ones((2, 3), "float32")),
        "axis",
    ),
    "target_shape": (lambda: layers.Reshape(2.5), "target_shape"),
    "units": (lambda: layers.Dense(np.ones(3)), "units"),
    "kernel_initializer": (lambda: layers.Dense(2, kernel_initializer="no"), "kernel_initializer"),
    "patience": (lambda: callbacks.EarlyStopping(patience="a"), "patience"),
    "filepath": (lambda: callbacks.ModelCheckpoint(3), "filepath"),
    "beta_1": (lambda: optimizers.Adam(beta_1=5), "beta_1"),
    "num_classes": (lambda: ops.one_hot([1], -1), "num_classes"),
    "load_model": (lambda: keras.models.load_model(3), "filepath"),
    "x": (lambda: keras.utils.to_categorical(["a"]), "x"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_argument_is_named(name: str) -> None:
    call, argument = CASES[name]
    with pytest.raises((ValueError, TypeError), match=f"`{argument}`"):
        call()
