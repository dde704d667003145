"""Gets the font with Chinese characters that figures in the page are drawn with.

It is one file of an npm package that holds hundreds, so the build keeps that file, not the package.
"""

import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tasks import cache, console, environment, runtime
from tasks.console import TaskError

_MEND = "Check that this machine reaches its npm registry, then run the same command again."


@dataclass(frozen=True)
class Font:
    """The font's file and its licence."""

    file: Path
    file_name: str
    licence: str


def fetch() -> Font:
    """Return the font that `scripts/runtime.json` pins, from the cache where it is there.

    Raises:
        TaskError: The package cannot be fetched, or is not the pinned one.
    """
    pins = json.loads(runtime.PINS.read_text())["font"]
    members = {"font": pins["file"], "licence": pins["licence"]}
    names = {"font": pins["file_name"], "licence": "OFL.txt"}
    if not all(cache.has(members[part]["sha256"], names[part]) for part in members):
        console.say(f"Fetching the font for figures from the npm package {pins['package']}")
        contents = _read_members(pins["package"], [member["path"] for member in members.values()])
        for part, member in members.items():
            download = partial(contents.__getitem__, member["path"])
            cache.fetch(member["sha256"], names[part], download)
    places = {part: cache.cached_path(members[part]["sha256"], names[part]) for part in members}
    licence = f"{pins['package']}\n\n{places['licence'].read_text(encoding='utf-8')}"
    return Font(places["font"], pins["file_name"], licence)


def _read_members(package: str, paths: list[str]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        command = [environment.program("npm"), "pack", package, "--pack-destination", folder]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise TaskError(f"npm did not give {package}: {done.stderr.strip()}", _MEND)
        with tarfile.open(archives[0]) as archive:
            return {path: _member(archive, path) for path in paths}


def _member(archive: tarfile.TarFile, path: str) -> bytes:
    stream = archive.extractfile(path)
    if stream is None:
        raise TaskError(f"The package holds no file {path}.", "Look at scripts/runtime.json.")
    return stream.read()
