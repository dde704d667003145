"""`pip install .`, as on a desktop: into a clean environment, from the tree as it is."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PROGRAM = """
import pykeras_core as keras

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 255, y, epochs=2, verbose=0)
loss, accuracy = model.evaluate(x_test / 255, y_test, verbose=0)
assert accuracy > 0.7, accuracy
print(keras.__file__)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the tree into a new environment, with pip's own isolated build."""
    folder = tmp_path_factory.mktemp("install") / "venv"
    venv.create(folder, with_pip=True)
    interpreter = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    constraints = REPOSITORY / "scripts" / "constraints.txt"
    install = [interpreter, "-m", "pip", "install", "-q", "-c", constraints, REPOSITORY]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return interpreter


def test_installed_package_trains_on_the_sample_it_carries(python: Path, tmp_path: Path) -> None:
    environment = {"KERAS_HOME": str(tmp_path), "PATH": "", "PYKERAS_OFFLINE": "1"}
    done = subprocess.run(
        [python, "-c", PROGRAM],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(python.parents[1]) in done.stdout.splitlines()[-1]
    assert "built-in sample" in done.stdout
