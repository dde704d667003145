"""The programs of the gallery, trained on a backend and told by their losses."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from pykeras_core import hosting, utils
from pykeras_core.engine.backends.base import Backend
from pykeras_core.playground import execute
from pykeras_core.training import steps
from tests.backends import always
from tests.trajectories import assert_trained_alike

__all__ = ["EXAMPLES", "assert_losses_of_numpy"]

EXAMPLES = sorted((Path(__file__).parents[1] / "web" / "examples").glob("*.py"))
_WITHOUT_FIT = ("23-gradient-tape", "31-model-plot")


class _Losses(hosting.Host):
    """A host that keeps the losses of each epoch of `fit` and of each `evaluate`."""

    def __init__(self) -> None:
        self.found: list[tuple[str, float]] = []

    def report(self, event: dict[str, Any]) -> None:
        if event["type"] == "epoch" or (event["type"] == "end" and event["mode"] == "evaluate"):
            self.found += [(k, v) for k, v in event["logs"].items() if k.endswith("loss")]


def _losses(
    source: str, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[tuple[str, float]]]:
    """How a program ends, and what it reports when it trains on a backend."""
    monkeypatch.setattr(steps, "choose", always(backend))
    host = _Losses()
    utils.clear_session(free_memory=False)
    utils.set_random_seed(0)
    hosting.set_host(host)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        outcome: Any = execute(source)
    return outcome.status, host.found


def assert_losses_of_numpy(path: Path, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a program on NumPy and on another backend; its losses have to be the same.

    Returns:
        How it ends, on both.
    """
    source = path.read_text(encoding="utf-8")
    reports = []

    def train(one: Backend) -> list[float]:
        status, found = _losses(source, one, monkeypatch)
        reports.append((status, [name for name, _ in found]))
        return [value for _, value in found]

    assert_trained_alike(train, backend)
    status, names = reports[0]
    assert all(report == reports[0] for report in reports)
    assert bool(names) == (path.stem not in _WITHOUT_FIT)
    return status
