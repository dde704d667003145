"""The state of optimizers in files of Keras 2: in each of its three forms, and none that fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from tests.core import keras2_files as k2

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

RNG = np.random.default_rng(5)
SHAPES = {"dense/kernel": (3, 2), "dense/bias": (2,), "out/kernel": (2, 2), "out/bias": (2,)}
STEPS = np.array(7, np.int64)

# What each optimizer remembers of a variable: our name, then those of the legacy optimizers and
# of those from TensorFlow 2.11 on.
KINDS = {
    "SGD": {"momentum": ("momentum", "m")},
    "Adam": {"momentum": ("m", "m"), "velocity": ("v", "v")},
    "RMSprop": {"velocity": ("rms", "velocity")},
    "Adagrad": {"accumulator": ("accumulator", "accumulator")},
    "Adadelta": {
        "accumulated_grad": ("accum_grad", "accumulated_grad"),
        "accumulated_delta_var": ("accum_var", "accumulated_delta_var"),
    },
    "Adamax": {"momentum": ("m", "m"), "norm": ("v", "u")},
    "Nadam": {"momentum": ("m", "m"), "velocity": ("v", "v")},
    "Ftrl": {"accumulator": ("accumulator", "accumulator"), "linear": ("linear", "linear")},
}


def slots(optimizer: str) -> dict[str, dict[str, np.ndarray]]:
    """Arrays by kind and variable."""
    return {
        kind: {name: RNG.random(shape, np.float32) for name, shape in SHAPES.items()}
        for kind in KINDS[optimizer]
    }


def stored(optimizer: str, form: str, found: Any) -> dict[str, np.ndarray]:
    """The state as Keras 2 wrote it."""
    if form == "legacy":
        named = {
            f"{optimizer}/{name}/{KINDS[optimizer][kind][0]}:0": array
            for kind, arrays in found.items()
            for name, array in arrays.items()
        }
        return {f"{optimizer}/iter:0": STEPS, **named}
    if form == "2.11":
        named = {
            f"{optimizer}/{KINDS[optimizer][kind][1]}/{name}:0": arrays[name]
            for name in SHAPES
            for kind, arrays in found.items()
        }
        return {"iteration:0": STEPS, **named}
    arrays = [array for arrays in found.values() for array in arrays.values()]
    if optimizer == "Adam":  # what it kept for AMSGrad, in any case
        arrays += [np.zeros(1, np.float32)] * len(SHAPES)
    numbered = {f"training/{optimizer}/Variable_{i}:0": array for i, array in enumerate(arrays)}
    return {f"{optimizer}/iterations:0": STEPS, **numbered}


def load(
    path: Path, optimizer: str, state: dict[str, np.ndarray], version: bytes = b"2.4.0"
) -> Any:
    """The model of a file with such a state."""
    import h5py

    layers = [k2.dense("dense", 2, batch_input_shape=[None, 3]), k2.dense("out", 2)]
    weights = {
        layer: {
            f"{name}:0": np.ones(shape, np.float32)
            for name, shape in SHAPES.items()
            if name.startswith(layer)
        }
        for layer in ("dense", "out")
    }
    config = {"lr": 0.5, **({"momentum": 0.9} if optimizer == "SGD" else {})}
    training = {
        "optimizer_config": {"class_name": optimizer, "config": config},
        "loss": "mse",
        "metrics": [],
    }
    described = {"class_name": "Sequential", "config": layers}
    k2.write(path / "m.h5", described, weights, training, state)
    with h5py.File(path / "m.h5", "a") as file:
        file.attrs["keras_version"] = version
    return keras.models.load_model(path / "m.h5")


@pytest.mark.parametrize("form", ["legacy", "2.11", "2.2"])
@pytest.mark.parametrize("optimizer", KINDS)
def test_an_optimizer_takes_up_its_state(tmp_path: Path, optimizer: str, form: str) -> None:
    found = slots(optimizer)
    model = load(tmp_path, optimizer, stored(optimizer, form, found))
    ours = {variable.name: variable.numpy() for variable in model.optimizer.variables}
    assert int(ours["iteration"]) == 7
    assert float(ours["learning_rate"]) == 0.5
    for kind, arrays in found.items():
        for name, array in arrays.items():
            ending = f"{name.replace('/', '_')}_{kind}"
            match = [value for key, value in ours.items() if key.endswith(ending)]
            np.testing.assert_array_equal(match[0], array, err_msg=ending)
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)


def test_a_state_that_does_not_fit_is_told_of_and_changes_nothing(tmp_path: Path) -> None:
    state = stored("Adam", "legacy", slots("Adam"))
    del state["Adam/out/bias/v:0"]
    with pytest.warns(UserWarning, match="resumes with a fresh one"):
        model = load(tmp_path, "Adam", state)
    assert int(model.optimizer.iterations.numpy()) == 0
    assert not any(np.any(v.numpy()) for v in model.optimizer.variables if v.shape)
