"""Takes the memory of a Python that has begun, for the page's to go on with.

Beginning takes Python, NumPy and our package some seconds of a page's time, and it is the same for
everyone. So the build does it once, in Node.js, with the same files (`web/make-memory.mjs`), and a
page fetches what came of it, with the files that Python goes on with: `start.zst`.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import zstandard

from tasks import console, environment, stamps
from tasks.paths import BUILD, WEB

START = "start.zst"

_LEVEL, _QUICK_LEVEL = 19, 3
"""The first gives a twelfth less to fetch than level 15, for some seconds more of a build."""


def take(app: Path, *, packed: bool) -> dict[str, Any]:
    """Put `start.zst` into a site's app folder, which holds all else.

    Args:
        app: The folder, with `site.json`.
        packed: Make the file as small as it can be.

    Returns:
        For `site.json`: `start`, the file as it lists what a start fetches, and `startBytes`, how
        long it is unpacked.

    Raises:
        TaskError: Python does not begin, or its memory cannot be taken.
    """
    site = json.loads((app / "site.json").read_text())
    makers = [Path(__file__), WEB / "make-memory.mjs", *sorted((WEB / "worker").glob("*.js"))]
    sources = [*site["wheels"], site["library"]]
    sources += [entry["path"] for entry in site["start"]]
    key = stamps.digest([*makers, *(app / path for path in sources)], environment.node_version())
    level = _LEVEL if packed else _QUICK_LEVEL
    made = BUILD / f"start-{level}-{key[:12]}.zst"
    if not made.is_file():
        for old in BUILD.glob(f"start-{level}-*.zst"):
            old.unlink()
        _make(app, made, level)
    shutil.copyfile(made, app / START)
    return {
        "start": [{"path": START, "bytes": made.stat().st_size}],
        "startBytes": zstandard.frame_content_size(made.read_bytes()),
    }


def _make(app: Path, made: Path, level: int) -> None:
    console.say("Beginning the page's Python, for its memory")
    with tempfile.TemporaryDirectory(dir=BUILD) as temporary:
        raw, finished = Path(temporary, "raw"), Path(temporary, "finished")
        console.run(
            ["node", WEB / "make-memory.mjs", app / "site.json", raw],
            cwd=WEB,
            mend="The message above names what Python holds that no other Python would find.",
            quiet=True,
        )
        packer = zstandard.ZstdCompressor(level=level, threads=-1)
        finished.write_bytes(packer.compress(raw.read_bytes()))
        finished.rename(made)
