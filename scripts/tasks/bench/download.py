"""What a visitor fetches: the kernels, and the page's first visit."""

import gzip
import json
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

from wheel_hook import kernels_module

from tasks import console
from tasks.bench.page import FOLDER, PATIENCE_MS, Page
from tasks.bench.report import Row, Target
from tasks.console import megabytes
from tasks.paths import DIST, REPOSITORY

KERNELS_AT_MOST_KB = 96.0
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
    """Open the page as a new visitor would, and count what it fetched until Python is ready."""
    console.say(f"Visiting the page {runs} times with an empty cache")
    address = f"{page.address}site/"
    seconds = []
    fetched: set[str] = set()
    for _ in range(runs):
        context = page.browser.new_context()
        visited = context.new_page()
        visited.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: fetched.add(request.url))
        visited.goto(address, wait_until="commit")
        seconds.append(visited.evaluate(_SECONDS_UNTIL_READY))
        context.close()
    inside = sorted(url.removeprefix(address) for url in fetched if url.startswith(address))
    paths = [FOLDER / "site" / (name or "index.html") for name in inside]
    note = (
        f"{len(inside)} files; {statistics.median(seconds):.2f} s until ready; dist/ is "
        f"{megabytes(sum(path.stat().st_size for path in DIST.rglob('*') if path.is_file()))}"
    )
    return [
        Row("first visit", "s", seconds, note=note),
        Row("first visit, gzip", "MB", [gzip_bytes(paths) / 1e6]),
        Row("first visit, brotli", "MB", [brotli_bytes(paths) / 1e6]),
    ]


def gzip_bytes(paths: Sequence[Path]) -> int:
    """How much files are together, each compressed with gzip."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def brotli_bytes(paths: Sequence[Path]) -> int:
    """How much files are together, each compressed with Brotli."""
    printed = subprocess.run(
        ["node", "-e", _BROTLI, *paths], check=True, capture_output=True, text=True
    ).stdout
    return sum(json.loads(printed))
