"""What a visitor fetches: the kernels, and the page's first visit."""

import gzip
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from wheel_hook import kernels_module

from tasks import console
from tasks.bench.page import FOLDER, PATIENCE_MS, Page
from tasks.bench.report import Row, Target, ratio
from tasks.console import megabytes
from tasks.paths import DIST, REPOSITORY

KERNELS_AT_MOST_KB = 96.0
READY_AT_MOST = 1.0
# Looks in every frame; Playwright's own waiting would need eval, which the page's policy forbids.
_SECONDS_UNTIL_READY = """() => new Promise((resolve, reject) => {
  const look = () => {
    const status = document.querySelector("load-status")?.shadowRoot;
    if (status?.querySelector(".dot")) resolve(performance.now() / 1000);
    else if (status?.querySelector("button")) reject(new Error("the page could not start Python"));
    else requestAnimationFrame(look);
  };
  look();
})"""
_SECONDS_UNTIL_BARE = """() => new Promise((resolve) => {
  const look = () => (self.readyAfter ? resolve(self.readyAfter) : requestAnimationFrame(look));
  look();
})"""
_KEPT = "() => navigator.serviceWorker.ready.then(() => true)"
_MARKS = """() => performance.getEntriesByType("mark").map(({ name, startTime }) =>
  [name, (performance.timeOrigin + startTime) / 1000])"""
_BEGAN = "() => performance.timeOrigin / 1000"
_BROTLI = """
const {readFileSync} = require("node:fs"), {brotliCompressSync} = require("node:zlib");
const sizes = process.argv.slice(1).map((path) => brotliCompressSync(readFileSync(path)).length);
console.log(JSON.stringify(sizes));
"""


def measure_kernels() -> list[Row]:
    """The size of both builds of the kernels together."""
    files = kernels_module(REPOSITORY).wasm_files()
    kilobytes = gzip_bytes(files) / 1000
    note = f"{brotli_bytes(files) / 1000:.1f} KB with brotli"
    return [
        Row("kernels, both builds, gzip", "KB", [kilobytes], figure=kilobytes, figure_unit="KB",
            target=Target(KERNELS_AT_MOST_KB), note=note)
    ]  # fmt: skip


def measure_visit(page: Page, runs: int) -> list[Row]:
    """Open the page as a new visitor would, then once more, in turns with a bare Pyodide.

    The bare one loads NumPy and nothing of ours, from the same files.
    """
    console.say(f"Visiting the page {runs} times with an empty cache, and once more each time")
    address = f"{page.address}site/"
    (runtime,) = (FOLDER / "site" / "runtime").iterdir()
    bare_address = f"{page.address}bare.html#site/runtime/{runtime.name}/"
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    fetched: set[str] = set()
    for _ in range(runs):
        ours.append(_visit_twice(page, address, _SECONDS_UNTIL_READY, fetched, kept=True))
        bare.append(_visit_twice(page, bare_address, _SECONDS_UNTIL_BARE, set(), kept=False))
    inside = sorted(url.removeprefix(address) for url in fetched if url.startswith(address))
    paths = [FOLDER / "site" / (name or "index.html") for name in inside]
    whole = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file())
    first, second = zip(*ours, strict=True)
    bare_first, bare_second = zip(*bare, strict=True)
    note = f"{len(inside)} files; dist/ is {megabytes(whole)}"
    return [
        Row("first visit until ready", "s", first, figure=ratio(first, bare_first),
            figure_unit="x bare", target=Target(READY_AT_MOST), note=note),
        Row("first visit until ready", "s", bare_first, runner="bare Pyodide, NumPy"),
        Row("second visit until ready", "s", second, figure=ratio(second, bare_second),
            figure_unit="x bare"),
        Row("second visit until ready", "s", bare_second, runner="bare Pyodide, NumPy"),
        Row("first visit, gzip", "MB", [gzip_bytes(paths) / 1e6]),
        Row("first visit, brotli", "MB", [brotli_bytes(paths) / 1e6]),
    ]  # fmt: skip


def _visit_twice(
    page: Page, address: str, seconds: str, fetched: set[str], *, kept: bool
) -> list[float]:
    """Seconds until what is there is ready, with an empty cache and again.

    With `kept`, the second visit comes when the first one's page is there without a network.
    """
    context = page.browser.new_context()
    context.on("request", lambda request: fetched.add(request.url))
    found = []
    for _ in range(2):
        visited = context.new_page()
        visited.set_default_timeout(PATIENCE_MS)
        visited.goto(address, wait_until="commit")
        found.append(float(visited.evaluate(seconds)))
        if kept:
            visited.evaluate(_KEPT)
        visited.close()
    context.close()
    return found


def measure_start(page: Page, runs: int) -> list[Row]:
    """What a second visit waits for: when each step of Python's start is done."""
    console.say(f"Tracing {runs} second visits")
    seen: dict[str, list[float]] = {}
    for _ in range(runs):
        context = page.browser.new_context()
        for visit in range(2):
            visited = context.new_page()
            visited.set_default_timeout(PATIENCE_MS)
            visited.goto(f"{page.address}site/", wait_until="commit")
            visited.evaluate(_SECONDS_UNTIL_READY)
            visited.evaluate(_KEPT)
            if visit == 1:
                began = float(visited.evaluate(_BEGAN))
                for name, second in visited.workers[0].evaluate(_MARKS):
                    seen.setdefault(name, []).append(second - began)
            visited.close()
        context.close()
    return [Row(f"second visit: {name}", "s", found) for name, found in seen.items()]


def gzip_bytes(paths: Sequence[Path]) -> int:
    """How much files are together, each compressed with gzip."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def brotli_bytes(paths: Sequence[Path]) -> int:
    """How much files are together, each compressed with Brotli."""
    printed = subprocess.run(
        ["node", "-e", _BROTLI, *paths], check=True, capture_output=True, text=True
    ).stdout
    return sum(json.loads(printed))
