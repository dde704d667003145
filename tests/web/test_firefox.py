"""One smoke run in Firefox: the page trains there, on the kernels, and Stop stops.

Debian's `firefox-esr` is driven over WebDriver BiDi, because Playwright drives only a Firefox of
its own making. Where no Firefox is installed there is nothing to test.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tasks import environment, tools

FOLDER = Path(__file__).parent / "firefox"
FIREFOX = tools.firefox()
TIMEOUT_S = 600

pytestmark = pytest.mark.skipif(
    FIREFOX is None, reason="no Firefox is installed (Debian: `apt install firefox-esr`)"
)


@pytest.fixture(scope="module")
def seen(site_url: str) -> dict[str, Any]:
    """What a person saw during one visit."""
    environment.ensure_npm_packages(FOLDER)
    command = [environment.program("node"), FOLDER / "smoke.mjs", str(FIREFOX), site_url]
    visit = subprocess.run(command, check=False, capture_output=True, text=True, timeout=TIMEOUT_S)
    assert visit.returncode == 0, visit.stderr
    found: dict[str, Any] = json.loads(visit.stdout)
    return found


def test_the_first_example_learns_to_read_unseen_digits(seen: dict[str, Any]) -> None:
    assert "Finished in" in seen["finished"]
    assert float(seen["score"].strip().rstrip("%")) >= 90


def test_training_runs_on_the_kernels(seen: dict[str, Any]) -> None:
    assert "reason: None" in seen["kernels"]
    assert re.search(r"kernels: WebAssembly, (relaxed|plain) SIMD", seen["kernels"])


def test_stop_stops(seen: dict[str, Any]) -> None:
    assert ("Stopped after" if seen["canPause"] else "cut off") in seen["stopped"]


def test_nothing_goes_wrong_on_the_way(seen: dict[str, Any]) -> None:
    assert seen["problems"] == []
