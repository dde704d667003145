"""Files of Keras 2 open here, predict what Keras 2 predicted, and training goes on from them.

Needs Keras 2: name a Python that has TensorFlow 2.15 or older in `PYKERAS_KERAS2_PYTHON` (Python
3.11 with `pip install tensorflow-cpu==2.15.*`). It is given a few minutes.
"""

from __future__ import annotations

import os
import re
import subprocess
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras

PYTHON = os.environ.get("PYKERAS_KERAS2_PYTHON") or None
FOLDER = Path(__file__).parent
NAMES = [
    name
    for kind in ("optimizer", "layer", "more")
    for name in re.findall(
        r"^@case\ndef (\w+)\(",
        (FOLDER / f"keras2_{kind}_builders.py").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
]

# What Keras 3 computes in another way than Keras 2 did, so that only the state can be the same.
OTHER_STEPS = {
    "nadam": "Keras 2 multiplied its product of momentums once for each variable",
    "legacy_nadam": "its momentum grows faster",
    "legacy_rmsprop": "epsilon stands inside of the root",
    "rmsprop_centered": "epsilon stands inside of the root",
}

pytestmark = pytest.mark.skipif(
    PYTHON is None, reason="needs Keras 2: name its Python in PYKERAS_KERAS2_PYTHON"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Keras 2 wrote."""
    found = tmp_path_factory.mktemp("keras2")
    command = [str(PYTHON), "-m", "tests.parity.keras2_models", str(found)]
    done = subprocess.run(
        command, cwd=FOLDER.parents[1], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return found


def flat(outputs: Any) -> list[np.ndarray]:
    if isinstance(outputs, dict):
        return [outputs[name] for name in sorted(outputs)]
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


def values(file: Any, letter: str) -> list[np.ndarray]:
    keys = [key for key in file.files if re.fullmatch(rf"{letter}\d+", key)]
    return [file[key] for key in sorted(keys, key=lambda key: int(key[1:]))]


def load(path: Path, form: str) -> Any:
    """The model of a case in one of its forms."""
    if form != "json":
        return keras.models.load_model(path.with_name(f"{path.name}.{form}"))
    model = keras.models.model_from_json(path.with_name(f"{path.name}.json").read_text())
    model.load_weights(path.with_name(f"{path.name}_weights.h5"))
    return model


@pytest.mark.filterwarnings("ignore:`Flatten` .* received an input with a mask:UserWarning")
@pytest.mark.parametrize("form", ["h5", "json", "keras"])
@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_keras_2_does_what_it_did(folder: Path, name: str, form: str) -> None:
    path = folder / name
    assert not (folder / f"{name}.error").exists(), (folder / f"{name}.error").read_text()
    if not (folder / f"{name}.{form}").exists():
        pytest.skip("this version of Keras 2 cannot write it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what is another way today
        model = load(path, form)
    seen = np.load(folder / f"{name}.npz")
    inputs = values(seen, "x")
    given: Any = inputs if len(inputs) > 1 else inputs[0]
    if isinstance(model.input, dict):
        given = dict(zip(sorted(model.input), inputs, strict=True))
    for one, expected in zip(flat(model.predict(given, verbose=0)), values(seen, "y"), strict=True):
        tolerance = 2e-3 if name == "mixed_precision" else 1e-5
        np.testing.assert_allclose(one, expected, rtol=tolerance, atol=tolerance)
    labels = values(seen, "t")
    if not labels or form == "json":
        return
    targets = labels if len(labels) > 1 else labels[0]
    evaluated = model.evaluate(given, targets, verbose=0)
    np.testing.assert_allclose(np.ravel(evaluated)[0], seen["evaluated"][0], rtol=1e-5)
    if name in OTHER_STEPS or (form == "keras" and name.startswith("legacy")):
        return  # of those optimizers Keras 2 wrote no state into its `.keras` files
    steps = len(seen["losses"])
    fitted = model.fit(given, targets, epochs=steps, batch_size=8, shuffle=False, verbose=0)
    np.testing.assert_allclose(fitted.history["loss"], seen["losses"], rtol=1e-4)
    last = flat(model.predict(given, verbose=0))[0]
    np.testing.assert_allclose(last, seen["z"], rtol=1e-4, atol=1e-4)


def test_there_are_models_to_try() -> None:
    assert len(NAMES) > 30
