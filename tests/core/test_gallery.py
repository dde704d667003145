"""The examples of the page on a desktop: the same programs, under CPython."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pykeras_core import compat, utils
from pykeras_core.playground import execute

EXAMPLES = sorted((Path(__file__).parents[2] / "web" / "examples").glob("*.py"))


RIGHT = re.compile(r"([\d.]+)% (?:right|of the unseen digits (?:5 to 9 )?are right)")
# What an example gets right of what it has not seen, in percent: less than it does by as much as
# another processor's rounding may cost it.
LEARNS = {
    "01-first-steps": 85,
    "04-metrics-in-detail": 65,
    "08-batch-normalization": 60,
    "11-functional-model": 75,
    "13-subclassed-model": 80,
    "14-transfer": 45,
    "15-convolution": 80,
    "16-separable-convolution": 80,
    "23-gradient-tape": 80,
    "25-tf-data": 85,
    "26-augmentation": 75,
    "27-callbacks": 80,
    "28-own-callback": 75,
    "29-saving": 75,
}
# One of the two models is there to show how deep sigmoid layers fail.
ONE_LEARNS_LITTLE = ("08-batch-normalization",)


@pytest.fixture(autouse=True)
def keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    compat.install()
    utils.clear_session(free_memory=False)
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
    right = [float(percent) for percent in RIGHT.findall(out)]
    assert bool(right) == (path.stem in LEARNS)
    assert max(right, default=100) >= LEARNS.get(path.stem, 0)
    assert path.stem in ONE_LEARNS_LITTLE or min(right, default=100) >= LEARNS.get(path.stem, 0)
