"""Model files go both ways between real Keras and this package, on each of its backends.

Needs real Keras: name a Python that has it, with h5py, in `PYKERAS_REAL_KERAS_PYTHON` (see
`make_goldens`). The backends are those that this Python can import: TensorFlow, JAX, PyTorch.
It is given a few minutes.
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

pytestmark = pytest.mark.skipif(
    PYTHON is None, reason="needs real Keras: name its Python in PYKERAS_REAL_KERAS_PYTHON"
)


def run_real_keras(*arguments: str, backend: str) -> str:
    assert PYTHON is not None
    command = [PYTHON, "-m", "tests.parity.files_exchange", *arguments]
    environment = {**os.environ, "KERAS_BACKEND": backend}
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
def theirs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of real Keras, and what became of them here."""
    folder = tmp_path_factory.mktemp("theirs")
    run_real_keras("save", str(folder), backend=request.param)
    with warnings.catch_warnings():
        # Weights alone: the optimizer of the new model is not built, which both sides say.
        warnings.filterwarnings("ignore", "The state of optimizer")
        files_exchange.load_all(keras, folder)
    return folder


@pytest.fixture(scope="module")
def saved_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of ours."""
    folder = tmp_path_factory.mktemp("saved")
    files_exchange.save_all(keras, folder)
    return folder


@pytest.fixture(scope="module", params=backends())
def ours(
    request: pytest.FixtureRequest, saved_here: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Files of ours, and what became of them in real Keras."""
    folder = tmp_path_factory.mktemp("ours")
    shutil.copytree(saved_here, folder, dirs_exist_ok=True)
    run_real_keras("load", str(folder), backend=request.param)
    return folder


def compare(folder: Path, case: FileCase, form: str) -> None:
    for what in ("saved", f"loaded.{form}"):
        error = folder / f"{case.name}.{what}.error"
        assert not error.exists(), error.read_text()
    saved = np.load(folder / f"{case.name}.saved.npz")
    loaded = np.load(folder / f"{case.name}.loaded.{form}.npz")
    assert "output_0" in loaded
    for key, value in loaded.items():
        np.testing.assert_allclose(value, saved[key], rtol=1e-4, atol=1e-5, err_msg=key)


@pytest.mark.parametrize(("case", "form"), FILES, ids=IDS)
def test_we_go_on_from_a_file_of_keras(theirs: Path, case: FileCase, form: str) -> None:
    compare(theirs, case, form)


@pytest.mark.parametrize(("case", "form"), FILES, ids=IDS)
def test_keras_goes_on_from_a_file_of_ours(ours: Path, case: FileCase, form: str) -> None:
    compare(ours, case, form)
