"""What lets the site open without a network: its list of files, and its service worker.

The list says what each file holds (`integrity.json`). The service worker begins with the same, but
for the compressed copies, which browsers never see: so a new release is a new worker, and a file
that is another one is never handed out (`web/service/`).
"""

import hashlib
import json
import posixpath
import re
from pathlib import Path

from tasks import stamps

INTEGRITY = "integrity.json"
WORKER = "sw.js"
MANIFEST = "manifest.webmanifest"

_LATE = re.compile(r"runtime/.*\.(whl|woff)|app/\w+/h5\.js|docs/images/.*|licenses/.*|data/.*")
"""What most programs never need: kept once a page has asked for it."""


def write_manifest(source: Path, stage: Path, app: Path) -> None:
    """Put the description of the installed app into the site; its icons are in the app folder."""
    manifest = json.loads(source.read_text(encoding="utf-8"))
    for icon in manifest["icons"]:
        icon["src"] = posixpath.join(app.relative_to(stage).as_posix(), icon["src"])
    (stage / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def write_worker(code: str, stage: Path) -> None:
    """Put the service worker into a site that is complete but for it and its list of files.

    Args:
        code: The service worker's, bundled.
        stage: The site.
    """
    (app,) = (path.name for path in (stage / "app").iterdir())
    files = listed(stage)
    release = {
        "version": hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12],
        "app": app,
        "files": {
            path: [sha256, 1] if _LATE.fullmatch(path) else [sha256]
            for path, sha256 in files.items()
        },
    }
    described = json.dumps(release, separators=(",", ":"))
    (stage / WORKER).write_text(f"self.release={described};\n{code}", encoding="utf-8")


def write_integrity(stage: Path) -> None:
    """Put the list of all files into a site that is complete but for it."""
    listing = {"sha256": listed(stage)}
    (stage / INTEGRITY).write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")


def listed(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a site, by its path; the list itself is not in it."""
    return {
        path.relative_to(folder).as_posix(): stamps.sha256(path)
        for path in stamps.files_under(folder)
        if path.name != INTEGRITY
    }
