"""The benchmark's arithmetic, and that every case has its program in both languages."""

import re

import pytest
from tasks import bench


def row(runner: str, *times: float, batch: int = 32) -> bench.Row:
    return bench.Row("mlp", batch, runner, list(times), accuracy=0.9)


def test_ratio_compares_medians_of_the_same_case() -> None:
    rows = [
        row("ours", 1.0, 9.0, 2.0),
        row("tfjs-wasm", 20.0, 4.0, 8.0),
        row("ours", 100.0, batch=128),
    ]
    report = bench._with_ratio(rows[1], rows)
    assert report["median_ms"] == 8.0
    assert report["ratio_to_ours"] == 4.0
    assert report["ms_per_step"] == [20.0, 4.0, 8.0]


@pytest.mark.parametrize("case", bench.CASES, ids=lambda case: f"{case.model}-{case.batch}")
def test_case_has_full_batches_and_a_program_in_both_languages(case: bench.Case) -> None:
    assert case.samples % case.batch == 0
    models = bench.BENCH / "models"
    assert "model.compile(" in (models / f"{case.model}.py").read_text()
    assert "model.compile(" in (models / f"{case.model}.js").read_text()
    listed = re.search(r"models = \{(.*?)\}", (models / "index.js").read_text(), re.DOTALL)
    assert listed is not None
    assert case.model in listed[1]


def test_machine_is_named_with_its_cores() -> None:
    assert re.fullmatch(r".+, \d+ cores, \w+ \w+", bench._machine())
