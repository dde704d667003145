"""Arguments given without their names mean what they mean in Keras, for all of its public API."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.checks import order_of

LINES = [
    line.split()
    for line in Path("tests/parity/positional_orders.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]

DIFFERENT = {
    "utils.plot_model": "`splines` is an option of Graphviz, which draws nothing here",
}


def find(path: str) -> Any:
    """What a path below `keras` names here; None where this package does not have it."""
    try:
        return functools.reduce(getattr, path.split("."), keras)
    except AttributeError:
        return None


def test_arguments_come_in_the_order_of_keras() -> None:
    wrong, compared = {}, 0
    for path, *wanted in LINES:
        ours = find(path)
        if ours is None or path in DIFFERENT:
            continue
        compared += 1
        order = list(order_of(ours))
        if order[: len(wanted)] != wanted:
            wrong[path] = (wanted, order)
    assert wrong == {}
    assert compared > 700


def test_further_arguments_reach_the_constructor_by_their_names() -> None:
    layer = keras.layers.LSTM(3, "relu", "sigmoid", False, "zeros", "ones", "zeros", False, "l2")
    config = layer.get_config()
    assert config["recurrent_initializer"]["class_name"] == "Ones"
    assert config["unit_forget_bias"] is False
    assert config["kernel_regularizer"]["class_name"] == "L2"
    rule = keras.optimizers.Adam(0.1, 0.8, 0.9, 1e-5, True, None, 1.5)
    assert rule.clipnorm == 1.5
    pool = keras.layers.MaxPooling2D(2, 1, "same", "channels_last", "pool")
    assert pool.name == "pool"
    assert keras.layers.Dense(2, *[None] * 12).built is False
    volumes = keras.layers.Conv3DTranspose(1, 2, 2, "same", "channels_last", 1)
    assert (volumes.data_format, volumes.output_padding) == ("channels_last", (1, 1, 1))
    assert volumes(np.zeros((1, 2, 2, 2, 1))).shape == (1, 3, 3, 3, 1)


def test_too_many_arguments_and_one_given_twice_are_refused() -> None:
    with pytest.raises(TypeError, match="`SpatialDropout1D` takes at most 4 arguments in order"):
        keras.layers.SpatialDropout1D(0.5, 1, "name", "float32", 3)
    with pytest.raises(TypeError, match="`SpatialDropout1D` received `name` twice"):
        keras.layers.SpatialDropout1D(0.5, 1, "one", name="two")
    with pytest.raises(ValueError, match="`Dense` expected `quantization_config` as None"):
        keras.layers.Dense(2, quantization_config={"a": 1})
