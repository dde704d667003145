"""Native TensorFlow, in a virtual environment of its own that nothing else uses."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tasks import console, environment, stamps
from tasks.bench.page import BENCH, DIGITS
from tasks.console import TaskError
from tasks.paths import BUILD

REQUIREMENTS = ("tensorflow==2.21.0", "keras==3.15.1")
_VENV = BUILD / "native-tensorflow"


class Native:
    """A process that runs the same Keras programs as the page.

    Args:
        process: `web/bench/native.py`, running.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, code: str) -> Any:
        """Run a program; returns the JSON it printed last.

        Raises:
            TaskError: The program failed.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(code), file=self._process.stdin, flush=True)
        if not (answer := self._process.stdout.readline()):
            raise TaskError(
                "Native TensorFlow could not run the program.",
                "Read what it says above, or leave `--native` out.",
            )
        return json.loads(answer)


@contextmanager
def started() -> Iterator[Native]:
    """Start TensorFlow, installing it first if need be."""
    python = _installed()
    process = subprocess.Popen(
        [python, BENCH / "native.py", DIGITS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Native(process)


def _installed() -> str:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = str(_VENV / folder / "python")
    stamp = _VENV / "stamp.json"
    key = stamps.digest([], REQUIREMENTS, sys.version_info[:2])
    if stamps.is_fresh(stamp, key):
        return python
    console.say(f"Installing {' and '.join(REQUIREMENTS)} in build/{_VENV.name}/")
    make = [sys.executable, "-m", "venv", "--clear", str(_VENV)]
    console.run(make, mend=environment.NETWORK_MEND, quiet=True)
    install = [python, "-m", "pip", "install", "--disable-pip-version-check", *REQUIREMENTS]
    console.run(install, mend=environment.NETWORK_MEND, quiet=True)
    stamps.record(stamp, key)
    return python
