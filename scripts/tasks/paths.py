"""Where things are: the repository's folders and the user's cache."""

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "scripts"
WEB = REPOSITORY / "web"
VENV = REPOSITORY / ".venv"
BUILD = REPOSITORY / "build"
DIST = REPOSITORY / "dist"


def cache_dir() -> Path:
    """Return the folder for downloads that every clone shares; `$XDG_CACHE_HOME` is honoured."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "pykeras-playground"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "pykeras-playground" / "cache"
    return Path.home() / ".cache" / "pykeras-playground"


def venv_python() -> Path:
    """Return the interpreter of the repository's own virtual environment."""
    if sys.platform == "win32":
        return VENV / "Scripts" / "python.exe"
    return VENV / "bin" / "python"
