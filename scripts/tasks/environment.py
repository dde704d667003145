"""Sets up what the commands need: the repository's virtual environment and its npm packages."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tasks import console, stamps
from tasks.console import TaskError
from tasks.paths import REPOSITORY, SCRIPTS, VENV, WEB, venv_python

OLDEST_NODE = 20
CONSTRAINTS = SCRIPTS / "constraints.txt"
NETWORK_MEND = (
    "Check that this machine reaches its package index (a proxy, a mirror?), "
    "then run the same command again: what was done is kept."
)


def move_into_venv(*groups: str) -> None:
    """Make the virtual environment hold `groups` and go on under its interpreter.

    Returns only when the running interpreter already is that one; otherwise the command that is
    running starts again there and its status becomes this process's.

    Args:
        *groups: Names under `[project.optional-dependencies]` in `pyproject.toml`.
    """
    _create_venv()
    for group in groups:
        _install_group(group)
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    command = [str(venv_python()), *sys.argv]
    sys.stdout.flush()
    if sys.platform == "win32":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)


def _create_venv() -> None:
    if _venv_works():
        return
    console.say(f"Creating a virtual environment in {VENV.name}/")
    minor = ".".join(map(str, sys.version_info[:2]))
    console.run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        mend=(
            "Python's `venv` module needs `ensurepip`. On Debian and Ubuntu it comes with "
            f"`apt install python{minor}-venv`; elsewhere, use an official Python build. "
            f"If {VENV} cannot be removed, delete it by hand."
        ),
        quiet=True,
    )


def _venv_works() -> bool:
    if not venv_python().exists():
        return False
    probe = [str(venv_python()), "-m", "pip", "--version"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _install_group(group: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    requirements = list(project["optional-dependencies"][group])
    stamp = VENV / "stamps" / f"{group}.json"
    key = stamps.digest([CONSTRAINTS], requirements, sys.version_info[:2])
    if stamps.is_fresh(stamp, key):
        return
    console.say(f"Installing Python packages for `{group}`: {', '.join(requirements)}")
    console.run(
        [
            *(venv_python(), "-m", "pip", "install", "--disable-pip-version-check"),
            *("--constraint", CONSTRAINTS, *requirements),
        ],
        mend=NETWORK_MEND,
    )
    stamps.record(stamp, key)


def ensure_npm_packages(folder: Path = WEB) -> None:
    """Install exactly what a folder's `package-lock.json` names into its `node_modules`.

    Raises:
        TaskError: Node.js or npm is missing or too old, or the packages cannot be fetched.
    """
    version = node_version()
    stamp = folder / "node_modules" / ".stamp.json"
    lock = folder / "package-lock.json"
    key = stamps.digest([folder / "package.json", lock], version[0])
    if stamps.is_fresh(stamp, key):
        return
    console.say(f"Installing npm packages in {folder.name}/")
    # No package needs its install script: the tools come as binaries in packages of their own.
    command = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += ["--no-update-notifier"]
    console.run(command, cwd=folder, mend=NETWORK_MEND)
    stamps.record(stamp, key)


def node_version() -> tuple[int, ...]:
    """Return Node's version, such as `(20, 20, 2)`.

    Raises:
        TaskError: Node.js is missing or older than the oldest supported version.
    """
    text = subprocess.run(
        [program("node"), "--version"], check=True, capture_output=True, text=True
    ).stdout
    version = tuple(int(part) for part in text.strip().removeprefix("v").split("."))
    if version[0] < OLDEST_NODE:
        raise TaskError(f"Node.js {OLDEST_NODE} or newer is needed, found {text.strip()}.", _MEND)
    return version


_MEND = f"Install Node.js {OLDEST_NODE} or newer (with npm) and put it on the PATH."


def program(name: str) -> str:
    """Return the path of `node` or `npm`.

    Raises:
        TaskError: It is not installed.
    """
    path = shutil.which(name)
    if path is None:
        raise TaskError(f"`{name}` is not on the PATH.", _MEND)
    return path


def node_tool(name: str, *arguments: str | Path) -> list[str]:
    """Return the command line of a tool that `web/node_modules` holds, such as `esbuild`."""
    suffix = ".cmd" if sys.platform == "win32" else ""
    tool = WEB / "node_modules" / ".bin" / f"{name}{suffix}"
    return [str(tool), *map(str, arguments)]
