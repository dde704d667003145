"""What every test shares: no network for data sets, how Hypothesis searches, who runs what."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pykeras_core import compat, config, hosting

TESTS = Path(__file__).parent
SLOWEST = (TESTS / "web", TESTS / "kernels" / "test_gallery.py")
"""Tests whose files take longest, so that none of them is left over when all others are done."""

# Data sets come from this machine, or not at all.
os.environ.setdefault("PYKERAS_OFFLINE", "1")

# A slow machine is no failure; and a run in CI fails for its change, not for a new random input.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def same_folder() -> Iterator[None]:
    """Programs that a test runs may go to another folder; the next test begins in the same one."""
    before = Path.cwd()
    yield
    os.chdir(before)


@pytest.fixture
def programs_can_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What whole programs need: a folder, `import keras`, and figures that nobody sees."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    compat.install()
    yield
    config.set_max_epochs(None)
    config.set_max_steps_per_epoch(None)
    hosting.set_host(None)
    compat.uninstall()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slowest files: where several run at once, they would end last and alone."""
    items.sort(key=lambda item: not any(item.path.is_relative_to(path) for path in SLOWEST))
