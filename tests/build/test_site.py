"""The built site: complete, pinned, self-contained, licensed, and the same every time."""

import base64
import hashlib
import json
import re
import struct
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import zstandard
from tasks import licences, offline, runtime, site, stamps
from tasks.console import TaskError
from tasks.paths import DIST, WEB


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """Build the site, or find it built."""
    site.build()


def manifest_path() -> Path:
    (path,) = DIST.glob("app/*/site.json")
    return path


def manifest() -> dict[str, Any]:
    contents: dict[str, Any] = json.loads(manifest_path().read_text())
    return contents


def _our_wheel() -> Path:
    (path,) = DIST.glob("app/*/pykeras_core-*.whl")
    return path


class References(HTMLParser):
    """Collects what a page refers to, and its Content-Security-Policy."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.policy = ""
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [value for name in ("src", "href") if (value := named.get(name))]
        self.inline += [name for name in named if name.startswith("on") or name == "style"]
        if tag in ("script", "style") and not named.get("src"):
            self.inline.append(tag)
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"] or ""


def pages() -> dict[str, References]:
    return {
        path.relative_to(DIST).as_posix(): References(path.read_text(encoding="utf-8"))
        for path in DIST.rglob("*.html")
    }


def test_every_page_refers_only_to_files_of_the_site() -> None:
    assert "index.html" in pages()
    for name, page in pages().items():
        for reference in page.found:
            path = reference.partition("#")[0]
            is_link = path.startswith("https://")
            target = (DIST / name).parent.joinpath(path)
            target = target / "index.html" if path.endswith("/") else target
            assert not path or is_link or target.is_file(), f"{name} refers to {reference}"


def test_every_page_s_policy_allows_no_inline_script_and_no_other_host() -> None:
    for name, page in pages().items():
        rules = {rule.split()[0]: rule.split()[1:] for rule in page.policy.split(";")}
        assert rules["default-src"] == ["'none'"], name
        assert page.inline == [], name
        others = {source for sources in rules.values() for source in sources if "." in source}
        assert not others, name
    rules = {rule.split()[0]: rule.split()[1:] for rule in pages()["index.html"].policy.split(";")}
    assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert rules["connect-src"] == ["'self'"]


def test_the_list_of_files_holds_every_file_and_so_does_the_service_worker() -> None:
    listed = json.loads((DIST / offline.INTEGRITY).read_text())
    names = {path.relative_to(DIST).as_posix() for path in stamps.files_under(DIST)}
    assert listed["sha256"].keys() == names - {offline.INTEGRITY}
    for name, sha256 in listed["sha256"].items():
        assert stamps.sha256(DIST / name) == sha256
    first, _, code = (DIST / offline.WORKER).read_text().partition("\n")
    release = json.loads(first.removeprefix("self.release=").removesuffix(";"))
    copies = {name for name in names if name.endswith((".br", ".gz"))}
    assert release["files"].keys() == names - copies - {offline.INTEGRITY, offline.WORKER}
    late = {path for path, about in release["files"].items() if len(about) > 1}
    assert all(listed["sha256"][path] == about[0] for path, about in release["files"].items())
    start = {str((manifest_path().parent / one["path"]).resolve()) for one in manifest()["start"]}
    assert not {str((DIST / path).resolve()) for path in late} & start
    assert not [path for path in late if path.endswith((".html", ".css", "main.js", "stdlib.zip"))]
    assert "addEventListener" in code


def test_the_installed_app_has_its_icons_in_the_sizes_it_names() -> None:
    app = json.loads((DIST / offline.MANIFEST).read_text())
    assert [app["start_url"], app["scope"], app.get("id")] == ["./", "./", None]
    for icon in app["icons"]:
        contents = (DIST / icon["src"]).read_bytes()
        if icon["sizes"] != "any":
            width, height = struct.unpack(">II", contents[16:24])
            assert (contents[1:4], f"{width}x{height}") == (b"PNG", icon["sizes"])


def test_start_up_files_are_there_with_the_sizes_that_the_progress_counts() -> None:
    start = manifest()["start"]
    names = {Path(entry["path"]).name for entry in start}
    assert {"pyodide.mjs", "pyodide.asm.wasm", "start.zst", "unzst.wasm"} <= names
    for entry in start:
        assert (manifest_path().parent / entry["path"]).stat().st_size == entry["bytes"]


def test_every_package_of_the_lock_file_is_there_unharmed_with_what_it_needs() -> None:
    folder = (manifest_path().parent / manifest()["runtime"]).resolve()
    packages = json.loads((folder / runtime.LOCK_NAME).read_text())["packages"]
    assert {"numpy", "micropip", "matplotlib"} <= packages.keys()
    for package in packages.values():
        assert stamps.sha256(folder / package["file_name"]) == package["sha256"]
        assert set(package["depends"]) <= packages.keys()


def test_changed_runtime_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pins = json.loads(runtime.PINS.read_text())
    pins["pyodide"]["files"]["pyodide.mjs"] = "0" * 64
    changed = tmp_path / "runtime.json"
    changed.write_text(json.dumps(pins))
    monkeypatch.setattr(runtime, "PINS", changed)
    with pytest.raises(TaskError, match=r"pyodide\.mjs has SHA-256 .*, expected 0{64}"):
        runtime.assemble(tmp_path / "runtime")


def test_other_pyodide_version_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pins = json.loads(runtime.PINS.read_text())
    pins["pyodide"]["version"] = "0.0.0"
    changed = tmp_path / "runtime.json"
    changed.write_text(json.dumps(pins))
    monkeypatch.setattr(runtime, "PINS", changed)
    with pytest.raises(TaskError, match=r"installs Pyodide [\d.]+, runtime\.json pins 0\.0\.0"):
        runtime.assemble(tmp_path / "runtime")


def test_cdn_address_is_the_one_that_pyodide_itself_uses() -> None:
    source = (runtime.PYODIDE / "pyodide.mjs").read_text()
    folder = runtime.cdn_folder("1.2.3")
    assert folder.startswith("https://")
    assert folder.endswith("/v1.2.3/full/")
    assert folder.partition("/v1.2.3")[0] in source


def test_wheel_carries_the_package_and_the_sample_and_no_tests() -> None:
    with zipfile.ZipFile(_our_wheel()) as wheel:
        names = wheel.namelist()
    assert "pykeras_core/__init__.py" in names
    assert "pykeras_core/datasets/mnist_sample.bin" in names
    assert "pykeras_core/datasets/tables_sample.bin" in names
    assert {name.partition("/")[0] for name in names} == {
        "pykeras_core",
        f"pykeras_core-{manifest()['version']}.dist-info",
    }


def test_the_pages_wheel_holds_bytecode_of_every_module_and_records_it() -> None:
    with zipfile.ZipFile(_our_wheel()) as wheel:
        names = wheel.namelist()
        contents = {name: wheel.read(name) for name in names}
    modules = [name for name in names if name.endswith(".py")]
    tag = {name.split(".")[-2] for name in names if name.endswith(".pyc")}
    assert len(tag) == 1
    for module in modules:
        folder, _, file = module.rpartition("/")
        cached = contents[f"{folder}/__pycache__/{file.removesuffix('.py')}.{min(tag)}.pyc"]
        assert cached[4:8] == b"\1\0\0\0"
    record = names[-1]
    assert record.endswith(".dist-info/RECORD")
    listed = dict(line.split(",", 1) for line in contents[record].decode().splitlines())
    assert listed.keys() == set(names)
    del listed[record]
    for name, rest in listed.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents[name]).digest()).rstrip(b"=")
        assert rest == f"sha256={digest.decode()},{len(contents[name])}"


def test_everything_third_party_has_its_licence() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in DIST.glob("licenses/*.txt")}
    wheels = {path.name.partition("-")[0] for path in DIST.glob("runtime/*/*.whl")}
    page = {"lit", "uplot", "codemirror-view", "lezer-python"}
    assert (
        wheels | page | {"pyodide", "cpython", "mnist", "tables", "pykeras-playground"}
        <= texts.keys()
    )
    assert "Mozilla Public License Version 2.0" in texts["micropip"]
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in texts["cpython"]


def test_component_without_a_licence_stops_the_build(tmp_path: Path) -> None:
    wheel = tmp_path / "nobody-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("nobody-1.0.dist-info/METADATA", "Name: nobody\n")
    with pytest.raises(TaskError, match=r"nobody-1\.0-py3-none-any\.whl comes without a licence"):
        licences.collect(tmp_path / "licenses", [], [wheel])


def _start() -> bytes:
    (path,) = DIST.glob("app/*/start.zst")
    return zstandard.ZstdDecompressor().decompress(path.read_bytes())


def test_no_file_names_this_machine() -> None:
    folder = str(WEB.parent).encode()
    for path in stamps.files_under(DIST):
        assert folder not in path.read_bytes(), path
    assert folder not in _start()


def test_the_memory_of_python_is_the_same_each_time_it_is_taken(tmp_path: Path) -> None:
    command = ["node", WEB / "make-memory.mjs", manifest_path(), tmp_path / "start"]
    subprocess.run(command, check=True, cwd=WEB)
    assert (tmp_path / "start").read_bytes() == _start()
    assert len(_start()) == manifest()["startBytes"]


def test_folders_are_named_after_their_contents_and_two_builds_are_the_same(
    tmp_path: Path,
) -> None:
    site.wheel.assemble(tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    again = tmp_path / "dist"
    site.assemble(again, wheel, None)
    files = {path.relative_to(again): path.read_bytes() for path in stamps.files_under(again)}
    assert files == {path.relative_to(DIST): path.read_bytes() for path in stamps.files_under(DIST)}
    for path in DIST.glob("app/*"):
        assert re.fullmatch(r"[0-9a-f]{12}", path.name)
