"""Formatters, linters, type checkers and the import law: everything static that must hold."""

import os
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tasks import console
from tasks.console import TaskError
from tasks.environment import node_tool
from tasks.paths import REPOSITORY, WEB, venv_python


@dataclass(frozen=True)
class Check:
    """A command that must succeed, and the folder it runs in."""

    name: str
    command: Sequence[str | Path]
    folder: Path = REPOSITORY


def _python(*arguments: str) -> list[str | Path]:
    return [venv_python(), "-m", *arguments]


def checks() -> list[Check]:
    """List every check, the slow ones first."""
    return [
        Check("mypy", _python("mypy", "--no-error-summary")),
        Check("import law", _python("pytest", "-q", "tests/test_import_law.py")),
        Check("tsc (page)", node_tool("tsc", "--project", "."), WEB),
        Check("tsc (worker)", node_tool("tsc", "--project", "worker"), WEB),
        Check("tsc (service worker)", node_tool("tsc", "--project", "service"), WEB),
        Check("biome", node_tool("biome", "ci", "--colors=off", "."), WEB),
        Check("ruff lint", _python("ruff", "check", "--quiet")),
        Check("ruff format", _python("ruff", "format", "--check", "--quiet")),
    ]


def fix() -> None:
    """Let the formatters and linters mend what they can; what is left, `run` reports."""
    for command, folder in (
        (_python("ruff", "check", "--fix", "--exit-zero", "--quiet"), REPOSITORY),
        (_python("ruff", "format"), REPOSITORY),
        (node_tool("biome", "check", "--write", "--log-level=none", "."), WEB),
    ):
        subprocess.run(command, cwd=folder, check=False)


def run() -> None:
    """Run every check, two at a time, and print one line for each.

    Raises:
        TaskError: At least one failed; its output is printed.
    """
    console.say("Checking formats, lint, types and the import law")
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        failed = [name for name in pool.map(_run_one, checks()) if name]
    if failed:
        raise TaskError(
            f"These checks failed: {', '.join(failed)}.",
            "Read what they say above. `scripts/check --fix` formats everything and mends the "
            "lint that can be mended by itself.",
        )


def _run_one(check: Check) -> str | None:
    started = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in check.command],
        cwd=check.folder,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    failed = done.returncode != 0
    mark = "FAILED" if failed else "ok"
    report = f"   {check.name:<14}{mark:<8}{time.perf_counter() - started:.1f} s"
    print(f"{report}\n{done.stdout}" if failed else report, flush=True)
    return check.name if failed else None
