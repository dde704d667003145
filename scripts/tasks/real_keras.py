"""Sets up real Keras with its three backends, which tests of files and goldens are held against.

It has an environment of its own: nothing here needs it at run time.
"""

import os
import sys
import tomllib
from pathlib import Path

from tasks import console, stamps
from tasks.environment import NETWORK_MEND
from tasks.paths import REPOSITORY

FOLDER = REPOSITORY / ".venv-keras"
VARIABLE = "PYKERAS_REAL_KERAS_PYTHON"


def ensure() -> Path:
    """Return a Python that has real Keras, making its environment if need be.

    One that the variable `PYKERAS_REAL_KERAS_PYTHON` names is taken as it is.

    Raises:
        TaskError: It cannot be installed.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    requirements = list(project["optional-dependencies"]["real-keras"])
    python = FOLDER / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = FOLDER / "stamp.json"
    key = stamps.digest([], requirements, sys.version_info[:2])
    if not stamps.is_fresh(stamp, key):
        console.say(f"Installing real Keras in {FOLDER.name}/: {', '.join(requirements)}")
        console.say("PyTorch and TensorFlow are some gigabytes; this happens once")
        console.run([sys.executable, "-m", "venv", "--clear", FOLDER], mend=NETWORK_MEND)
        install = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        console.run([python, *install, *requirements], mend=NETWORK_MEND)
        stamps.record(stamp, key)
    return python
