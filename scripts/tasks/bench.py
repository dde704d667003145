"""The benchmark: training steps in one browser, ours and the peers' in turn; the first visit.

A model to measure is a pair of files in `web/bench/models/`; a row of the table is an entry of
`CASES`.
"""

import gzip
import json
import os
import platform
import shutil
import statistics
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tasks import browser, console, environment, server, site
from tasks.paths import BUILD, DIST, REPOSITORY, WEB, venv_python

BENCH = WEB / "bench"
_FOLDER = BUILD / "bench"
_PATIENCE_MS = 600_000
_WRITE_DIGITS = """
import sys
from pykeras_core.datasets import mnist
(x, y), _ = mnist.load_sample()
open(sys.argv[1], "wb").write(x.tobytes() + y.tobytes())
"""
# Looks in every frame; Playwright's own waiting would need eval, which the page's policy forbids.
_SECONDS_UNTIL_READY = """() => new Promise((resolve, reject) => {
  const look = () => {
    const state = document.querySelector("load-status")?.state;
    if (state === "ready") resolve(performance.now() / 1000);
    else if (state === "failed") reject(new Error("the page could not start Python"));
    else requestAnimationFrame(look);
  };
  look();
})"""
_BROTLI = """
const {readFileSync} = require("node:fs"), {brotliCompressSync} = require("node:zlib");
const sizes = process.argv.slice(1).map((path) => brotliCompressSync(readFileSync(path)).length);
console.log(JSON.stringify(sizes));
"""


@dataclass(frozen=True)
class Case:
    """What to train: `epochs` passes over `samples` images, after one that does not count.

    The images fill every batch, so that all steps are alike.
    """

    model: str
    batch: int
    samples: int = 3968
    epochs: int = 2


CASES = [Case("mlp", 32), Case("mlp", 128)]


@dataclass(frozen=True)
class Row:
    """The measurements of one runner on one case."""

    model: str
    batch: int
    runner: str
    ms_per_step: list[float]
    accuracy: float

    @property
    def median(self) -> float:
        """The median time of a step, in milliseconds."""
        return statistics.median(self.ms_per_step)


def run(runs: int, *, steps: bool, visit: bool, output: Path) -> None:
    """Measure, print a table and write JSON.

    Args:
        runs: How often each runner measures each case.
        steps: Whether to time training steps.
        visit: Whether to measure the first visit.
        output: The JSON file.
    """
    site.build()
    _assemble()
    result: dict[str, Any] = {"machine": _machine(), "runs": runs}
    with server.serving(_FOLDER) as address, browser.launched() as running:
        result["browser"] = f"Chromium {running.version}"
        if steps:
            rows = _measure_steps(running, address, runs)
            result["steps"] = [_with_ratio(row, rows) for row in rows]
        if visit:
            result["first_visit"] = _measure_visit(running, f"{address}site/", runs)
    _print_report(result)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=1) + "\n")
    console.say(f"Written to {output}")


def _assemble() -> None:
    """Put the benchmark's page, the built site and the digits into one folder to serve."""
    environment.ensure_npm_packages(BENCH)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    shutil.copytree(DIST, _FOLDER / "site")
    shutil.copyfile(BENCH / "index.html", _FOLDER / "index.html")
    for path in (BENCH / "node_modules/@tensorflow/tfjs-backend-wasm/dist").glob("*.wasm"):
        shutil.copyfile(path, _FOLDER / path.name)
    bundle = environment.node_tool("esbuild", "page.js", "peer.js", f"--outdir={_FOLDER}")
    bundle += ["--bundle", "--format=esm", "--minify", "--loader:.py=text", "--log-level=warning"]
    console.run(bundle, cwd=BENCH, mend="The message above names the file and the line.")
    console.run(
        [venv_python(), "-c", _WRITE_DIGITS, _FOLDER / "digits.bin"],
        cwd=REPOSITORY,
        mend="The message above says what is wrong with the data.",
        quiet=True,
    )


def _measure_steps(running: Browser, address: str, runs: int) -> list[Row]:
    page = running.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.goto(address)
    (worker,) = (_FOLDER / "site").glob("app/*/worker.js")
    worker_url = address + worker.relative_to(_FOLDER).as_posix()
    console.say("Starting the site's worker and the peers")
    page.evaluate("(url) => bench.start(url)", worker_url)
    runners: list[str] = page.evaluate("() => bench.runners")
    rows = []
    for case in CASES:
        measured: dict[str, list[dict[str, float]]] = {runner: [] for runner in runners}
        for number in range(runs):
            console.say(f"{case.model}, batch {case.batch}: measurement {number + 1} of {runs}")
            for runner in runners:
                measured[runner].append(
                    page.evaluate("([r, c]) => bench.measure(r, c)", [runner, asdict(case)])
                )
        for runner, results in measured.items():
            times = [result["msPerStep"] for result in results]
            rows.append(Row(case.model, case.batch, runner, times, results[-1]["accuracy"]))
    page.close()
    return rows


def _with_ratio(row: Row, rows: list[Row]) -> dict[str, Any]:
    ours = next(
        other
        for other in rows
        if (other.model, other.batch, other.runner) == (row.model, row.batch, "ours")
    )
    return asdict(row) | {"median_ms": row.median, "ratio_to_ours": row.median / ours.median}


def _measure_visit(running: Browser, address: str, runs: int) -> dict[str, Any]:
    """Open the page as a new visitor would, and count what it fetched until Python is ready."""
    console.say(f"Visiting the page {runs} times with an empty cache")
    seconds = []
    fetched: set[str] = set()
    for _ in range(runs):
        context = running.new_context()
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        context.on("request", lambda request: fetched.add(request.url))
        page.goto(address, wait_until="commit")
        seconds.append(page.evaluate(_SECONDS_UNTIL_READY))
        context.close()
    inside = sorted(url.removeprefix(address) for url in fetched if url.startswith(address))
    paths = [_FOLDER / "site" / (name or "index.html") for name in inside]
    brotli = subprocess.run(
        ["node", "-e", _BROTLI, *paths], check=True, capture_output=True, text=True
    ).stdout
    return {
        "files": inside,
        "bytes": sum(path.stat().st_size for path in paths),
        "gzip_bytes": sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths),
        "brotli_bytes": sum(json.loads(brotli)),
        "ready_s": seconds,
        "median_ready_s": statistics.median(seconds),
        "dist_bytes": sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file()),
    }


def _machine() -> str:
    names = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (names.read_text().splitlines() if names.is_file() else [])
        if line.startswith("model name")
    ]
    name = models[0] if models else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def _print_report(result: dict[str, Any]) -> None:
    print(f"\n{result['browser']} on {result['machine']}; medians of {result['runs']}\n")
    if steps := result.get("steps"):
        header = ("model", "batch", "runner", "ms/step", "x ours", "accuracy")
        print("{:<8}{:>6}  {:<10}{:>9}{:>8}{:>10}".format(*header))
        for row in steps:
            print(
                f"{row['model']:<8}{row['batch']:>6}  {row['runner']:<10}"
                f"{row['median_ms']:>9.2f}{row['ratio_to_ours']:>8.2f}{row['accuracy']:>10.3f}"
            )
    if visit := result.get("first_visit"):
        shown = {
            key: console.megabytes(visit[f"{key}_bytes"]) for key in ("gzip", "brotli", "dist")
        }
        print(
            f"\nfirst visit: {len(visit['files'])} files, {console.megabytes(visit['bytes'])}; "
            f"{shown['gzip']} with gzip, {shown['brotli']} with brotli; "
            f"ready after {visit['median_ready_s']:.2f} s; dist/ is {shown['dist']}"
        )
