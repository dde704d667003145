"""Collects the licence of everything third-party that the site ships."""

import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tasks.console import TaskError
from tasks.paths import REPOSITORY, SCRIPTS, WEB

NOTICES = SCRIPTS / "licences"
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_NPM_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")


def collect(folder: Path, bundled_inputs: Iterable[str], wheels: Iterable[Path]) -> None:
    """Write one text file per component into `folder`.

    Args:
        folder: Where the texts go; made if missing.
        bundled_inputs: Paths of the files in the bundle, as esbuild's metafile names them.
        wheels: The third-party wheels.

    Raises:
        TaskError: A component comes without a licence.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"pykeras-playground": (REPOSITORY / "LICENSE").read_text()}
    texts |= {notice.stem: notice.read_text() for notice in NOTICES.glob("*.txt")}
    packages = {match[1] for path in bundled_inputs if (match := _NPM_PACKAGE.search(path))}
    for package in packages:
        texts[package.replace("@", "").replace("/", "-")] = _npm_licence(package)
    for wheel in wheels:
        texts[wheel.name.partition("-")[0]] = _wheel_licences(wheel)
    for name, text in sorted(texts.items()):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def _npm_licence(package: str) -> str:
    folder = WEB / "node_modules" / package
    about = json.loads((folder / "package.json").read_text())
    files = [path for path in sorted(folder.iterdir()) if _LICENCE_FILE.search(path.name)]
    texts = [path.read_text(encoding="utf-8") for path in files]
    return _text(f"{package} {about['version']}", texts)


def _wheel_licences(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in sorted(archive.namelist()) if _is_wheel_licence(name)]
        texts = [f"{name}\n\n{archive.read(name).decode()}" for name in names]
    return _text(wheel.name, texts)


def _is_wheel_licence(name: str) -> bool:
    folder, _, inside = name.partition("/")
    return folder.endswith(".dist-info") and bool(_LICENCE_FILE.search(inside))


def _text(component: str, texts: list[str]) -> str:
    if not texts:
        raise TaskError(
            f"{component} comes without a licence file.",
            f"Find its licence and add it to {NOTICES.relative_to(REPOSITORY)}/, "
            "or leave the component out of the site.",
        )
    return f"{component}\n\n" + f"\n\n{'-' * 80}\n\n".join(texts)
