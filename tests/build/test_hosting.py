"""The site on other hosts: its list, its zip, its compressed copies, and the guide followed."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tasks import offline, runtime, server, site, site_check, stamps
from tasks.console import TaskError
from tasks.paths import DIST, WEB

GUIDE = (WEB / "docs" / "host.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
SNIPPETS = dict(BLOCK.findall(GUIDE))
"""The last one of each language."""
UNCOMPRESSED = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.compression",
    "GIT_CONFIG_VALUE_0": "0",
}
"""For git: the files will not be kept."""
_UNPACK = """
const {readFileSync} = require("node:fs"), {brotliDecompressSync} = require("node:zlib");
for (const path of process.argv.slice(1)) {
  if (!brotliDecompressSync(readFileSync(path + ".br")).equals(readFileSync(path))) throw path;
}
"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    site.build()


def test_compressed_copies_hold_the_same_and_are_smaller() -> None:
    copied = [path.with_suffix("") for path in DIST.rglob("*.br")]
    names = {path.name for path in copied}
    assert {"index.html", "sw.js", "main.js", "pyodide.asm.wasm", "h5.js"} <= names
    assert not [name for name in names if name.endswith((".whl", ".zst", ".zip", ".png"))]
    for path in copied:
        packed = path.with_name(f"{path.name}.gz").read_bytes()
        assert gzip.decompress(packed) == path.read_bytes()
        assert len(packed) < path.stat().st_size
    subprocess.run(["node", "-e", _UNPACK, *copied], check=True)


def test_the_zip_is_the_folder(tmp_path: Path) -> None:
    site.pack()
    with zipfile.ZipFile(site.PACKED) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert archive.read("index.html") == (DIST / "index.html").read_bytes()
    assert names == [path.relative_to(DIST).as_posix() for path in stamps.files_under(DIST)]


def test_a_slim_site_carries_what_is_there_from_the_start_and_nothing_else(tmp_path: Path) -> None:
    slim = runtime.assemble(tmp_path, without=runtime.late_packages())
    assert [path.name.partition("-")[0] for path in tmp_path.glob("*.whl")] == slim.packages
    packages = json.loads((tmp_path / runtime.LOCK_NAME).read_text())["packages"]
    assert list(packages) == slim.packages == ["numpy"]
    assert (slim.late, slim.offered) == ([], [])


def test_packages_are_left_out_with_what_needs_them_and_what_they_alone_need(
    tmp_path: Path,
) -> None:
    some = runtime.assemble(tmp_path / "some", without=["scipy"])
    assert some.offered == ["matplotlib", "pandas", "PIL", "seaborn"]
    names = {wheel.name for wheel in some.late}
    assert {"pandas", "seaborn", "matplotlib", "six"} <= names
    assert names.isdisjoint({"scipy", "scikit-learn", "joblib", "threadpoolctl"})
    plain = runtime.assemble(tmp_path / "plain", without=["matplotlib", "sklearn"])
    assert plain.offered == ["pandas", "PIL", "scipy"]
    assert {wheel.name for wheel in plain.late} == {
        *("micropip", "pandas", "pillow", "python-dateutil", "pytz", "scipy", "six"),
    }
    with pytest.raises(TaskError, match="There is no package skipy to leave out") as refusal:
        runtime.assemble(tmp_path / "none", without=["skipy"])
    assert "scikit-learn" in refusal.value.mend


def test_a_copy_that_differs_is_named_file_by_file(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with pytest.raises(TaskError, match=r"copy is no site: it has no integrity\.json"):
        site_check.compare(copy)
    copy.mkdir()
    for name in ("index.html", "sw.js", "app.js"):
        (copy / name).write_text(name)
    offline.write_integrity(copy)
    site_check.compare(copy)
    (copy / "index.html").write_text("index.htmk")
    (copy / "sw.js").unlink()
    (copy / "notes.txt").touch()
    expected = "sw.js is missing; index.html is other than built; notes.txt is not of the site"
    with pytest.raises(TaskError, match=re.escape(expected)):
        site_check.compare(copy)


def test_the_commands_for_a_branch_of_pages_put_the_whole_site_there(tmp_path: Path) -> None:
    site.pack()
    (tmp_path / "build").mkdir()
    shutil.copyfile(site.PACKED, tmp_path / "build" / site.PACKED.name)
    subprocess.run(["git", "init", "-q", "--bare", "there"], cwd=tmp_path, check=True)
    (commands,) = [text for kind, text in BLOCK.findall(GUIDE) if "gh-pages" in text]
    unzip = f"{sys.executable} -m zipfile -e build/{site.PACKED.name} site"
    commands = commands.replace("unzip -q build/pykeras-playground.zip -d site", unzip)
    commands = commands.replace("REPOSITORY", "../there")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "gc.auto=0"]
    commands = commands.replace("git commit", f"git {' '.join(who)} commit")
    subprocess.run(
        ["sh", "-e", "-c", commands],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={**os.environ, **UNCOMPRESSED},
    )
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "-z", "gh-pages"],
        cwd=tmp_path / "there",
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    files = {path.relative_to(DIST).as_posix() for path in stamps.files_under(DIST)}
    assert set(listed) - {""} == files | {".nojekyll"}


def test_configurations_in_the_guide_name_the_types_that_our_own_server_sends() -> None:
    types = {ending: kind.partition(";")[0] for ending, kind in server.TYPES.items()}
    nginx, apache = SNIPPETS["nginx"], SNIPPETS["apache"]
    (listed,) = re.findall(r"types \{(.*?)\}", nginx, re.S)
    for kind, endings in re.findall(r"(\S+)\s+([\w ]+);", listed):
        assert [types[f".{ending}"] for ending in endings.split()] == [kind] * len(endings.split())
    for kind, endings in re.findall(r"^AddType (\S+) (.+)$", apache, re.M):
        assert [types[ending] for ending in endings.split()] == [kind] * len(endings.split())
    needed = {".js", ".mjs", ".wasm", ".webmanifest"}
    assert needed <= set(
        re.findall(r"\.\w+", "".join(re.findall(r"^AddType \S+ (.+)$", apache, re.M)))
    )
    (forever,) = set(re.findall(r"public, [\w=, -]+", nginx + apache + GUIDE))
    assert forever == "public, max-age=31536000, immutable"


def test_configurations_in_the_guide_are_well_formed() -> None:
    code = re.sub(r'"[^"]*"', '""', SNIPPETS["nginx"])
    assert code.count("{") == code.count("}")
    for line in code.splitlines():
        assert not line.strip() or line.rstrip()[-1] in "{};", line
    opened: list[str] = []
    for closing, name in re.findall(r"^\s*<(/?)(\w+)", SNIPPETS["apache"], re.M):
        assert not closing or opened.pop() == name
        opened += [] if closing else [name]
    assert opened == []
    if nginx := shutil.which("nginx"):
        whole = "events {}\nhttp {\n" + SNIPPETS["nginx"].replace("listen 80", "listen 18080") + "}"
        subprocess.run([nginx, "-t", "-c", "/dev/stdin"], input=whole, text=True, check=True)
    for line in [line for _, text in BLOCK.findall(GUIDE) for line in text.splitlines()]:
        assert "\t" not in line


def test_the_guide_has_the_same_commands_in_every_language() -> None:
    chinese = (WEB / "docs" / "zh-CN" / "host.md").read_text(encoding="utf-8")
    assert BLOCK.findall(chinese) == BLOCK.findall(GUIDE)
