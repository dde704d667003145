"""The examples of the page on a desktop: the same programs, under CPython."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pykeras_core import compat, utils
from pykeras_core.playground import execute

EXAMPLES = sorted((Path(__file__).parents[2] / "web" / "examples").glob("*.py"))


@pytest.fixture(autouse=True)
def keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    compat.install()
    utils.clear_session()
    yield
    compat.uninstall()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_to_its_end(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        # `show()` says that this backend has no window.
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        outcome: Any = execute(path.read_text(encoding="utf-8"))
    out, err = capsys.readouterr()
    assert (outcome.status, err) == ("completed", "")
    assert out.strip()
