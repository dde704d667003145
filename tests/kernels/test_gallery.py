"""The programs of the gallery: an epoch on the kernels gives the losses that NumPy gives."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pykeras_core import compat, config, hosting, utils
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.playground import execute
from pykeras_core.training import steps
from tests.backends import always
from tests.trajectories import assert_trained_alike

EXAMPLES = sorted((Path(__file__).parents[2] / "web" / "examples").glob("*.py"))
WITHOUT_FIT = ("23-gradient-tape", "31-model-plot")


class Losses(hosting.Host):
    """A host that keeps the losses of each epoch of `fit` and of each `evaluate`."""

    def __init__(self) -> None:
        self.found: list[tuple[str, float]] = []

    def report(self, event: dict[str, Any]) -> None:
        if event["type"] == "epoch" or (event["type"] == "end" and event["mode"] == "evaluate"):
            self.found += [(k, v) for k, v in event["logs"].items() if k.endswith("loss")]


@pytest.fixture(autouse=True)
def _programs_can_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    compat.install()
    config.set_max_epochs(1)
    yield
    config.set_max_epochs(None)
    hosting.set_host(None)
    compat.uninstall()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def losses(source: str, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a program reports when it trains on a backend."""
    monkeypatch.setattr(steps, "choose", always(backend))
    host = Losses()
    utils.clear_session(free_memory=False)
    utils.set_random_seed(0)
    hosting.set_host(host)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        outcome: Any = execute(source)
    assert outcome.status == "completed"
    return host.found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_losses_are_those_of_numpy(
    backend: WasmBackend, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = path.read_text(encoding="utf-8")
    reports: list[list[tuple[str, float]]] = []

    def train(one: Backend) -> list[float]:
        reports.append(losses(source, one, monkeypatch))
        return [value for _, value in reports[-1]]

    assert_trained_alike(train, backend)
    names = [[name for name, _ in report] for report in reports]
    assert all(report == names[0] for report in names)
    assert bool(names[0]) == (path.stem not in WITHOUT_FIT)
