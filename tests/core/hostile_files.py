"""A small model in every kind of file, and its archive with other members: to be damaged."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

import pykeras_core as keras
from pykeras_core import layers


def save_small_model(folder: Path, trained: bool = True) -> Path:
    """Save one small model as `m.keras`, `m.h5`, `folder` and `m.weights.h5`.

    Args:
        folder: Where.
        trained: Whether its files hold the state of an optimizer, which makes them larger.
    """
    keras.utils.set_random_seed(3)
    inputs = keras.Input((4,))
    outputs = layers.Dense(2, name="dense")(layers.BatchNormalization()(keras.ops.tanh(inputs)))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "mse")
    if trained:
        model.fit(np.ones((8, 4)), np.ones((8, 2)), verbose=0)
    for name in ("m.keras", "m.h5", "folder"):
        model.save(folder / name)
    model.save_weights(folder / "m.weights.h5")
    return folder


def archive_with(files: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the model's archive with other members."""
    with zipfile.ZipFile(files / "m.keras") as source:
        members = {name: source.read(name) for name in source.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target
