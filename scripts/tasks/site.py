"""Assembles `dist/`: the page, its code, the browser's Python, our wheel, the licences.

Everything but the HTML files, the docs and the licences lies in a folder named after its
contents (`app/<hash>/`, `runtime/<hash>/`), so that a cache never mixes two builds. All
addresses are relative: the site works under any path of any static host. Beside the pages lie what
browsers look for there: the service worker and the description of the installed app.
"""

import json
import posixpath
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tasks import (
    bytecode,
    console,
    environment,
    font,
    licences,
    memory,
    offline,
    runtime,
    stamps,
    wheel,
)
from tasks.console import megabytes
from tasks.paths import BUILD, DIST, REPOSITORY, SCRIPTS, WEB, cache_dir, venv_python

STAMP = BUILD / "site.json"
PACKED = BUILD / "pykeras-playground.zip"
_PACKED_KINDS = {".br", ".gz", ".npz", ".png", ".whl", ".woff", ".zip", ".zst"}
_SERVICE = "service-worker.js"
_BEGINNING = ("beginning.mjs", "unzst.wasm")
_LATE = ("h5.js", "gpu.js")  # for programs that save, and for WebGPU
_REFERENCE = re.compile(r'(\b(?:src|href)=")([^":?#]+)(")')


def build(
    data_dir: Path | None = None, *, without: Collection[str] = (), packed: bool = False
) -> None:
    """Make `dist/` the site of this tree; returns at once when it already is.

    Args:
        data_dir: A folder with data sets to bake in.
        without: Packages to leave out, as `runtime.assemble` says.
        packed: Make what is fetched as small as it can be, for a host; it takes some minutes.

    Raises:
        TaskError: A step failed; the old `dist/`, if any, is still there.
    """
    environment.ensure_npm_packages()
    our_wheel = wheel.build()
    key = stamps.digest(
        [WEB, SCRIPTS / "tasks", licences.NOTICES, runtime.PINS, our_wheel]
        + ([data_dir] if data_dir else []),
        environment.node_version(),
        data_dir is not None,
        packed,
        *sorted(without),
    )
    if stamps.is_fresh(STAMP, key) and (DIST / "index.html").is_file():
        return
    BUILD.mkdir(exist_ok=True)
    # A folder of its own for each build: two at a time must not write into one another's.
    with tempfile.TemporaryDirectory(dir=BUILD) as temporary:
        stage = Path(temporary) / "dist"
        assemble(stage, our_wheel, data_dir, without=without, packed=packed)
        shutil.rmtree(DIST, ignore_errors=True)
        stage.rename(DIST)
    stamps.record(STAMP, key)


def assemble(
    stage: Path,
    our_wheel: Path,
    data_dir: Path | None,
    *,
    without: Collection[str] = (),
    packed: bool = False,
) -> None:
    """Write the site into a folder that does not exist yet, wherever it is.

    Args:
        stage: The folder.
        our_wheel: The `pykeras_core` wheel that the page installs.
        data_dir: A folder with data sets to bake in.
        without: Packages to leave out, as `runtime.assemble` says.
        packed: Make what is fetched as small as it can be.

    Raises:
        TaskError: A step failed.
    """
    console.say("Assembling the browser's Python")
    browser_python = runtime.assemble(stage / "runtime" / "new", without=without)
    chinese = font.fetch() if "matplotlib" in browser_python.offered else None
    if chinese:
        shutil.copyfile(chinese.file, stage / "runtime" / "new" / chinese.file_name)
    runtime_folder = _name_by_contents(stage / "runtime" / "new")
    console.say("Bundling the page")
    app = stage / "app" / "new"
    bundled = _stage_page(stage, app)
    service = (app / _SERVICE).read_text(encoding="utf-8")
    (app / _SERVICE).unlink()
    compiled = _compile(our_wheel, app)
    site = _describe(compiled, browser_python, runtime_folder)
    (app / "site.json").write_text(json.dumps(site))
    taken = memory.take(app, packed=packed)
    site |= {**taken, "start": site["start"] + taken["start"]}
    font_name = chinese.file_name if chinese else None
    site |= _describe_late(browser_python, font_name, runtime_folder)
    site["data"] = _bake(data_dir, stage / "data") if data_dir else {}
    (app / "site.json").write_text(json.dumps(site, indent=1) + "\n")
    app = _name_by_contents(app)
    _point_pages_at(app, stage)
    offline.write_manifest(WEB / offline.MANIFEST, stage, app)
    licences.collect(stage / "licenses", bundled, runtime_folder.glob("*.whl"))
    if chinese:
        (stage / "licenses" / "noto-sans-sc.txt").write_text(chinese.licence, encoding="utf-8")
    offline.write_worker(service, stage)
    _compress(stage, packed=packed)
    offline.write_integrity(stage)


def _compress(stage: Path, *, packed: bool) -> None:
    """Put compressed copies beside the files that gain by it."""
    console.say("Compressing the site's files")
    console.run(
        [
            *("node", WEB / "compress.mjs", stage, BUILD / "compressed"),
            *(cache_dir() / "compressed", "best" if packed else "quick"),
        ],
        cwd=WEB,
        mend="The message above says why: is there room on the disk?",
        quiet=True,
    )


def _compile(our_wheel: Path, app: Path) -> Path:
    """Put our wheel into `app`, with the bytecode that the browser's Python would make of it."""
    console.say("Compiling the pykeras_core wheel for the browser's Python")
    target = app / our_wheel.name
    console.run(
        ["node", WEB / "compile-wheel.mjs", bytecode.__file__, "compile_wheel", our_wheel, target],
        cwd=WEB,
        mend="The message above names the module that the browser's Python could not compile.",
        quiet=True,
    )
    return target


def _bake(data_dir: Path, target: Path) -> dict[str, str]:
    """Put a folder's data sets into `target`; return where each lies, seen from the app."""
    console.say(f"Baking in the data sets of {data_dir}")
    console.run(
        [venv_python(), "-m", "pykeras_core.datasets.bake", data_dir.resolve(), target],
        cwd=REPOSITORY,
        mend="The message above says what the folder was expected to hold.",
    )
    places = {}
    for path in sorted(target.glob("*.npz")):
        named = path.rename(target / f"{path.stem}-{stamps.sha256(path)[:12]}.npz")
        places[path.stem] = f"../../data/{named.name}"
    return places


def _stage_page(stage: Path, app: Path) -> list[str]:
    """Put the page's code into `app`, its HTML into `stage`; return what the code is made of."""
    app.mkdir(parents=True)
    mend = "The message above names the file."
    console.run(["node", WEB / "bundle.mjs", app], cwd=WEB, mend=mend)
    console.run(["node", WEB / "docs.mjs", stage / "docs"], cwd=WEB, mend=mend)
    for html in sorted(WEB.glob("*.html")):
        shutil.copyfile(html, stage / html.name)
    metafile = app / "meta.json"
    inputs = list(json.loads(metafile.read_text())["inputs"])
    metafile.unlink()
    return inputs


def _describe(our_wheel: Path, python: runtime.Runtime, runtime_folder: Path) -> dict[str, Any]:
    """Return what the worker reads from `site.json`; paths are relative to the app's folder."""
    runtime_path = f"../../runtime/{runtime_folder.name}/"
    start = [(runtime_path + name, runtime_folder / name) for name in python.start]
    start += [(name, our_wheel.parent / name) for name in _BEGINNING]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    return {
        "version": project["version"],
        "runtime": runtime_path,
        "packages": python.packages,
        "wheels": [*(runtime_path + name for name in python.wheels), our_wheel.name],
        "library": runtime_path + python.library,
        "start": [{"path": path, "bytes": file.stat().st_size} for path, file in start],
    }


def _describe_late(
    python: runtime.Runtime, font_name: str | None, runtime_folder: Path
) -> dict[str, Any]:
    """Return what programs may import beside what is there, and the font for figures."""

    def listed(name: str) -> dict[str, Any]:
        path = runtime_folder / name
        return {
            "path": f"../../runtime/{runtime_folder.name}/{name}",
            "bytes": path.stat().st_size,
        }

    return {
        "offered": python.offered,
        "late": [
            {"name": one.name, "imports": one.imports, "depends": one.depends}
            | listed(one.file_name)
            for one in python.late
        ],
        "font": font_name and listed(font_name),
    }


def _name_by_contents(folder: Path) -> Path:
    return folder.rename(folder.with_name(stamps.digest([folder])[:12]))


def _point_pages_at(app: Path, stage: Path) -> None:
    """Make every page's references to files of the app name their place in its folder."""
    for page in sorted(stage.rglob("*.html")):
        parent = page.parent.relative_to(stage)

        def in_app(match: re.Match[str], parent: Path = parent) -> str:
            target = posixpath.normpath(posixpath.join(parent.as_posix(), match[2]))
            if not (app / target).is_file():
                return match[0]
            to_root = "../" * len(parent.parts) or "./"
            return f"{match[1]}{to_root}app/{app.name}/{target}{match[3]}"

        html = page.read_text(encoding="utf-8")
        page.write_text(_REFERENCE.sub(in_app, html), encoding="utf-8")


def pack() -> None:
    """Put all files of `dist/` into one zip, the same bytes each time."""
    partial = PACKED.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w") as archive:
        for path in stamps.files_under(DIST):
            member = zipfile.ZipInfo(path.relative_to(DIST).as_posix())
            member.external_attr = 0o644 << 16
            is_packed = path.suffix in _PACKED_KINDS
            member.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())
    partial.replace(PACKED)


def report() -> None:
    """Print the size of `dist/` and of what a first visit fetches, compressed with Brotli."""
    files = [path for path in stamps.files_under(DIST) if path.suffix not in (".br", ".gz")]
    total = sum(path.stat().st_size for path in files)
    first_visit = _first_visit_files()
    fetched = sum(min(_sizes(path)) for path in first_visit)
    console.say(
        f"dist/ has {len(files)} files, {megabytes(total)}, with compressed copies of "
        f"{sum(len(_sizes(path)) > 1 for path in files)}; a first visit fetches about "
        f"{len(first_visit)} of them, {megabytes(fetched)} compressed with Brotli"
    )
    console.say(f"All of it in one file: {PACKED.relative_to(REPOSITORY)}")


def _sizes(path: Path) -> list[int]:
    """How large a file is, and its compressed copy if it has one."""
    copy = path.with_name(f"{path.name}.br")
    return [one.stat().st_size for one in (path, copy) if one.is_file()]


def _first_visit_files() -> list[Path]:
    (manifest,) = DIST.glob("app/*/site.json")
    start = json.loads(manifest.read_text())["start"]
    code = [
        path
        for path in stamps.files_under(manifest.parent)
        if path.suffix in (".js", ".css") and path.name not in _LATE
    ]
    needed = [manifest.parent / entry["path"] for entry in start]
    return [DIST / "index.html", manifest, *code, *needed]
