"""Sets up real Keras, which tests of files and goldens are held against: today's and Keras 2.

Each has an environment of its own: nothing here needs them at run time.
"""

import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks import console, stamps
from tasks.environment import NETWORK_MEND
from tasks.paths import REPOSITORY


@dataclass(frozen=True)
class RealKeras:
    """A Keras to compare with.

    Args:
        name: What to call it.
        group: Its packages, under `[project.optional-dependencies]` in `pyproject.toml`.
        variable: The environment variable by which tests know its Python; one that is set
            already names an environment to take as it is.
        newest_python: The last version of Python that its packages are made for, if there is one.
    """

    name: str
    group: str
    variable: str
    newest_python: tuple[int, int] | None = None

    @property
    def folder(self) -> Path:
        """Its environment."""
        return REPOSITORY / f".venv-{self.group}"


KERAS = (
    RealKeras("Keras", "real-keras", "PYKERAS_REAL_KERAS_PYTHON"),
    RealKeras("Keras 2", "keras-2", "PYKERAS_KERAS2_PYTHON", newest_python=(3, 11)),
)


def variables() -> Iterator[tuple[str, str]]:
    """Set up each Keras and yield the variable that names its Python, and that Python.

    Raises:
        TaskError: One cannot be installed.
    """
    for keras in KERAS:
        if os.environ.get(keras.variable):
            continue
        if keras.newest_python and sys.version_info[:2] > keras.newest_python:
            newest = ".".join(map(str, keras.newest_python))
            console.say(f"{keras.name} needs Python {newest} or older: its tests will be skipped")
            continue
        yield keras.variable, str(ensure(keras))


def ensure(keras: RealKeras) -> Path:
    """Return a Python that has `keras`, making its environment if need be.

    Raises:
        TaskError: It cannot be installed.
    """
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    requirements = list(project["optional-dependencies"][keras.group])
    python = keras.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = keras.folder / "stamp.json"
    key = stamps.digest([], requirements, sys.version_info[:2])
    if not stamps.is_fresh(stamp, key):
        console.say(f"Installing {keras.name} in {keras.folder.name}/: {', '.join(requirements)}")
        console.run([sys.executable, "-m", "venv", "--clear", keras.folder], mend=NETWORK_MEND)
        install = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        console.run([python, *install, *requirements], mend=NETWORK_MEND)
        stamps.record(stamp, key)
    return python
