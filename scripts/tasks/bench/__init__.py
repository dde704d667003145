"""The benchmark: what we promise, measured in one browser, with the peers in turn.

A section of the table is an entry of `SECTIONS`; each module here owns the sections of one theme.
"""

import json
import os
import platform
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tasks import browser, console, server, site
from tasks.bench import (
    charts,
    compiling,
    download,
    growth,
    inference,
    memory,
    native,
    page,
    products,
    report,
    shell,
    soak,
    training,
    watching,
    webgpu,
)
from tasks.bench.report import Row
from tasks.console import TaskError


@dataclass(frozen=True)
class Bench:
    """What a section measures with: the page, native TensorFlow or None, how often, how long."""

    page: page.Page
    native: native.Native | None
    runs: int
    minutes: float


def _training(name: str) -> Callable[[Bench], list[Row]]:
    def section(bench: Bench) -> list[Row]:
        return [
            row
            for case in training.CASES[name]
            for row in training.measure(case, bench.page, bench.native, bench.runs)
        ]

    return section


SECTIONS: dict[str, Callable[[Bench], list[Row]]] = {
    **{name: _training(name) for name in training.CASES},
    "webgpu": lambda bench: webgpu.measure(bench.page, bench.runs),
    "products": lambda bench: products.measure_products(bench.page, bench.runs),
    "step": lambda bench: products.measure_step(bench.page, bench.runs),
    "compiling": lambda bench: compiling.measure(bench.page, bench.runs),
    "inference": lambda bench: inference.measure(bench.page, bench.runs),
    "memory": lambda bench: memory.measure(bench.page),
    "kernels": lambda bench: download.measure_kernels(),
    "growth": lambda bench: growth.measure(bench.page, bench.runs),
    "charts": lambda bench: charts.measure(bench.page, bench.runs),
    "shell": lambda bench: shell.measure(bench.page, bench.runs),
    "panels": lambda bench: watching.measure_panels(bench.page, bench.runs),
    "typing": lambda bench: watching.measure_typing(bench.page, bench.runs),
    "pause": lambda bench: watching.measure_pause(bench.page),
    "visit": lambda bench: download.measure_visit(bench.page, bench.runs),
    "soak": lambda bench: soak.measure(bench.page, bench.minutes),
    "start": lambda bench: download.measure_start(bench.page, bench.runs),
}

ASKED_FOR = {"soak"}
"""Sections that take so long that they run only where they are named."""


def chosen(listed: str | None) -> list[str]:
    """The sections that `--only` lists, in the table's order; without it all but the long ones.

    Raises:
        TaskError: A name is none of a section.
    """
    if listed is None:
        return [name for name in SECTIONS if name not in ASKED_FOR]
    names = {name.strip() for name in listed.split(",")}
    if unknown := ", ".join(sorted(names - set(SECTIONS))):
        raise TaskError(f"No section is called {unknown}.", f"There are: {', '.join(SECTIONS)}.")
    return [name for name in SECTIONS if name in names]


def run(
    names: Sequence[str], runs: int, minutes: float, *, with_native: bool, output: Path
) -> None:
    """Measure, print a table and write JSON.

    Args:
        names: Which of `SECTIONS`.
        runs: How often each thing is measured; medians are shown.
        minutes: How long a soak is.
        with_native: Whether native TensorFlow takes part.
        output: The JSON file.
    """
    site.build(packed=True)
    page.assemble()
    with ExitStack() as stack:
        address = stack.enter_context(server.serving(page.FOLDER))
        running = stack.enter_context(browser.launched())
        peer = stack.enter_context(native.started()) if with_native else None
        bench = Bench(page.Page(running, address), peer, runs, minutes)
        sections = {name: SECTIONS[name](bench) for name in names}
        where = {"machine": machine(), "browser": f"Chromium {running.version}", "runs": runs}
    print(f"\n{where['browser']} on {where['machine']}; medians of {runs}")
    print(report.table(sections))
    rows = {name: [row.to_dict() for row in section] for name, section in sections.items()}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({**where, "sections": rows}, indent=1) + "\n")
    console.say(f"Written to {output}")


def machine() -> str:
    """The machine in a few words: its processor, cores and system."""
    names = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (names.read_text().splitlines() if names.is_file() else [])
        if line.startswith("model name")
    ]
    name = models[0] if models else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
