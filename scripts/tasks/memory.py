"""Takes the memory of a Python that has begun, for the page's to go on with.

Beginning takes Python, NumPy and our package some seconds of a page's time, and it is the same for
everyone. So the build does it once, in Node.js, with the same files (`web/make-memory.mjs`), and a
page fetches what came of it: `memory.zst`, and in `start.zip` the files that Python goes on with.
"""

import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import zstandard

from tasks import console, environment, stamps
from tasks.paths import BUILD, WEB

MEMORY = "memory.zst"

_LEVEL = 19
"""The highest that every browser has the memory for: a twelfth less than level 15."""

_AT_ONCE = (".so", ".wasm", ".bin", ".txt", "/METADATA")
"""What `make-memory.mjs` does not list as late."""

_DATE = (2026, 1, 1, 0, 0, 0)


def take(app: Path) -> dict[str, Any]:
    """Put `memory.zst` and `start.zip` into a site's app folder, which holds all else.

    Args:
        app: The folder, with `site.json`.

    Returns:
        For `site.json`: `start`, both files as it lists what a start fetches, and `memory`, how
        many bytes that is.

    Raises:
        TaskError: Python does not begin, or its memory cannot be taken.
    """
    site = json.loads((app / "site.json").read_text())
    wheels = [app / path for path in site["wheels"]]
    makers = [Path(__file__), WEB / "make-memory.mjs", WEB / "worker" / "runtime.js"]
    sources = [app / entry["path"] for entry in site["start"]]
    key = stamps.digest(
        [*makers, *wheels, app / site["library"], *sources], environment.node_version()
    )
    made = BUILD / f"memory-{key[:12]}"
    if not made.is_dir():
        for old in BUILD.glob("memory-*"):
            shutil.rmtree(old)
        _make(app, wheels, made)
    names = [path.name for path in sorted(made.iterdir())]
    for name in names:
        shutil.copyfile(made / name, app / name)
    return {
        "start": [{"path": name, "bytes": (app / name).stat().st_size} for name in names],
        "memory": zstandard.frame_content_size((app / MEMORY).read_bytes()),
    }


def _make(app: Path, wheels: list[Path], made: Path) -> None:
    console.say("Beginning the page's Python, for its memory")
    with tempfile.TemporaryDirectory(dir=BUILD) as temporary:
        raw, finished = Path(temporary, "raw"), Path(temporary, "finished")
        raw.mkdir()
        finished.mkdir()
        console.run(
            ["node", WEB / "make-memory.mjs", app / "site.json", raw],
            cwd=WEB,
            mend="The message above names what Python holds that no other Python would find.",
            quiet=True,
        )
        packer = zstandard.ZstdCompressor(level=_LEVEL, threads=-1)
        (finished / MEMORY).write_bytes(packer.compress((raw / "memory").read_bytes()))
        _archive(finished / "start.zip", raw / "start.json", wheels)
        finished.rename(made)


def _archive(target: Path, description: Path, wheels: list[Path]) -> None:
    """Write the files that Python has from its start."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        contents = {description.name: description.read_bytes()}
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as source:
                names = [name for name in source.namelist() if name.endswith(_AT_ONCE)]
                contents |= {name: source.read(name) for name in names}
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _DATE)
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, compresslevel=9)
