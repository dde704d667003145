"""Model files go both ways between real Keras and this package, on each of its backends.

Needs real Keras: name a Python that has it, with h5py, in `PYKERAS_REAL_KERAS_PYTHON` (see
`make_goldens`). The backends are those that this Python can import: TensorFlow, JAX, PyTorch.
It is given a few minutes: Keras computes here without compiling, where that only takes time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pytest

import pykeras_core as keras
from tests.parity import files_exchange
from tests.parity.exchanged_models import FileCase
from tests.parity.files_exchange import CASES

PYTHON = os.environ.get("PYKERAS_REAL_KERAS_PYTHON") or None
REPOSITORY = Path(__file__).parents[2]
FILES = [(case, form) for case in CASES for form in case.forms]
IDS = [f"{case.name}-{form}" for case, form in FILES]

QUICK = {"TORCHDYNAMO_DISABLE": "1", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
"""Keras compiles each model of JAX and PyTorch anew, for minutes in all, to run a few steps."""

pytestmark = pytest.mark.skipif(
    PYTHON is None, reason="needs real Keras: name its Python in PYKERAS_REAL_KERAS_PYTHON"
)


def run_real_keras(*arguments: str, backend: str) -> str:
    assert PYTHON is not None
    command = [PYTHON, "-m", "tests.parity.files_exchange", *arguments]
    environment = {**os.environ, **QUICK, "KERAS_BACKEND": backend}
    done = subprocess.run(
        command, cwd=REPOSITORY, check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def backends() -> list[str]:
    """The backends that the other Python has."""
    if PYTHON is None:
        return ["tensorflow"]  # one skipped test for each file
    return run_real_keras("backends", backend="numpy").split()


@pytest.fixture(scope="module", params=backends())
def theirs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A backend, with files of real Keras on it and what became of them here."""
    folder = tmp_path_factory.mktemp("theirs")
    run_real_keras("save", str(folder), backend=request.param)
    with warnings.catch_warnings():
        # Weights alone: the optimizer of the new model is not built, which both sides say.
        warnings.filterwarnings("ignore", "The state of optimizer")
        files_exchange.load_all(keras, folder)
    return request.param, folder


@pytest.fixture(scope="module")
def saved_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of ours."""
    folder = tmp_path_factory.mktemp("saved")
    files_exchange.save_all(keras, folder)
    return folder


@pytest.fixture(scope="module", params=backends())
def ours(
    request: pytest.FixtureRequest, saved_here: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A backend, with files of ours and what became of them in real Keras on it."""
    folder = tmp_path_factory.mktemp("ours")
    shutil.copytree(saved_here, folder, dirs_exist_ok=True)
    run_real_keras("load", str(folder), backend=request.param)
    return request.param, folder


def compare(backend: str, folder: Path, case: FileCase, form: str, expected: set[str]) -> None:
    """Compare what a model did that was loaded with what it did before it was saved.

    Args:
        backend: Of real Keras, on either side.
        folder: Where both sides noted what they did.
        case: The model.
        form: The kind of file.
        expected: What must have been noted of it: "output", "state", "losses".
    """
    for what in ("saved", f"loaded.{form}"):
        error = folder / f"{case.name}.{what}.error"
        assert not error.exists(), error.read_text()
    saved = np.load(folder / f"{case.name}.saved.npz")
    loaded = np.load(folder / f"{case.name}.loaded.{form}.npz")
    if backend in case.other_steps or not case.steps_alike:
        expected = expected - {"losses"}
    assert {key.partition("_")[0] for key in loaded} >= expected
    for key in loaded:
        if key.partition("_")[0] in expected:
            np.testing.assert_allclose(loaded[key], saved[key], rtol=1e-4, atol=1e-5, err_msg=key)


@pytest.mark.parametrize(("case", "form"), FILES, ids=IDS)
def test_we_go_on_from_a_file_of_keras(theirs: tuple[str, Path], case: FileCase, form: str) -> None:
    backend, folder = theirs
    expected = {"output"} if form == "weights.h5" else {"output", "state", "losses"}
    if backend in case.errors:
        # It must be the model that was saved which Keras cannot train, with just this error.
        expected -= {"losses"}
        assert "losses" not in np.load(folder / f"{case.name}.saved.npz")
    compare(backend, folder, case, form, expected)


@pytest.mark.parametrize(("case", "form"), FILES, ids=IDS)
def test_keras_goes_on_from_a_file_of_ours(
    ours: tuple[str, Path], case: FileCase, form: str
) -> None:
    # Keras 3.15 opens an `.h5` file only without its optimizer (see `load_one`).
    whole = form not in ("weights.h5", "h5")
    compare(*ours, case, form, {"output", "state", "losses"} if whole else {"output"})
