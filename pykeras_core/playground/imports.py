"""What programs import that is not there from the start: which modules, and how they come."""

import ast
import importlib
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType, ModuleType

from pykeras_core.playground.notebook_lines import without_commands
from pykeras_core.playground.source import lines_of

__all__ = ["LateFinder", "imported_modules", "note_arrival"]

_MAX_FILES = 50
_LOOKS_ONCE = {"seaborn": "scipy"}
"""Libraries that look for another one as they are imported, and never again."""

_LIBRARIES = "site-packages"


def imported_modules(source: str, folder: str | Path = ".") -> list[str]:
    r"""The modules that a program imports, anywhere in it and in files of its own.

    Args:
        source: The program.
        folder: Where its files are.

    Returns:
        Their names up to the first dot, each once.

    Example:
        >>> imported_modules("import numpy as np\ndef f():\n    from os.path import join\n")
        ['numpy', 'os']
    """
    found: list[str] = []
    texts = [source]
    for text in texts:
        for name in _imports_of(text):
            if name not in found:
                found.append(name)
                texts += _files_of(Path(folder), name) if len(texts) < _MAX_FILES else []
    return found


def _imports_of(source: str) -> Iterator[str]:
    text, _ = without_commands("".join(lines_of(source)))
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return  # it will not run
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _files_of(folder: Path, name: str) -> list[str]:
    """The texts of a module of the program's own."""
    places = [folder / f"{name}.py", *sorted((folder / name).glob("**/*.py"))]
    found = []
    for place in places:
        try:
            found.append(place.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
    return found[:_MAX_FILES]


def note_arrival(names: str) -> None:
    """Lets what looked for a module in vain look again.

    Args:
        names: The modules that are there now.
    """
    importlib.invalidate_caches()
    arrived = names.split(", ")
    for library, optional in _LOOKS_ONCE.items():
        if optional in arrived:
            for name in [name for name in sys.modules if name.partition(".")[0] == library]:
                del sys.modules[name]


class LateFinder(MetaPathFinder):
    """Fetches a module in the middle of a program, where nobody could see before that it comes.

    Args:
        has: Says whether a module can be fetched.
        fetch: Fetches it; returns once it can be imported.

    Example:
        >>> finder = LateFinder(lambda name: name == "statistics", print)
        >>> finder.find_spec("statistics").name
        statistics
        'statistics'
        >>> finder.find_spec("nothing")
    """

    def __init__(self, has: Callable[[str], bool], fetch: Callable[[str], object]):
        self._has = has
        self._fetch = fetch

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Finds a module that was not there, once it has come."""
        if path is not None or not self._has(fullname) or _is_optional():
            return None
        self._fetch(fullname)
        return PathFinder.find_spec(fullname)


def _is_optional() -> bool:
    """Whether it is a library that asks as it is imported: it does without what is not there.

    What a library needs has come with it, but for what pandas draws with.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        importer = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if importer not in ("importlib", "pykeras_core", "_frozen_importlib"):
            is_library = _LIBRARIES in frame.f_code.co_filename
            return is_library and frame.f_code.co_name == "<module>" and importer != "pandas"
        frame = frame.f_back
    return False
