"""The benchmark without a browser: its arithmetic, its targets, and that its programs run."""

import base64
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tasks import bench
from tasks.bench import growth, page, products, shell, soak, training, watching, webgpu
from tasks.bench.report import Row, Target, compared, table
from tasks.console import TaskError
from tasks.paths import REPOSITORY, SCRIPTS

from pykeras_core import compat
from pykeras_core.engine.plan import Plan

CASES = [case for cases in training.CASES.values() for case in cases]


def run(code: str, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, object], object]:
    """The variables that a program leaves, and the JSON in the last line it printed."""
    compat.install()
    variables: dict[str, object] = {}
    exec(code, variables)
    return variables, json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def product_operations(plan: Plan) -> int:
    """Multiplications and additions in the products of a plan."""
    total = 0
    for equation in plan.equations:
        if equation.primitive.name == "matmul":
            x = equation.inputs[0].spec.shape
            depth = x[-2 if equation.params["transpose_x"] else -1]
            total += 2 * equation.outputs[0].spec.size * depth
    return total


def test_peer_is_compared_turn_by_turn_and_held_to_its_target() -> None:
    ours = Row("mlp", "ms/step", [1.0, 4.0, 2.0], note="ours")
    row = compared(ours, Row("mlp", "ms/step", [6.0, 8.0, 40.0], "tfjs-wasm"), at_least=7)
    assert (row.median, row.figure, row.passed) == (8.0, 6.0, False)
    assert compared(ours, row, at_least=5).passed
    assert compared(ours, row, at_least=None).passed is None


@pytest.mark.parametrize(
    ("target", "figure", "passed"),
    [
        (Target(1.35), 1.35, True),
        (Target(1.35), 1.36, False),
        (Target(80.0, at_least=True), 79.9, False),
        (Target(80.0, at_least=True), 80.0, True),
    ],
)
def test_target_is_a_bound_on_one_side(target: Target, figure: float, passed: bool) -> None:
    assert Row("work", "ms", [figure], figure=figure, target=target).passed is passed


def test_table_says_what_passed_what_missed_and_who_could_not() -> None:
    rows = [
        Row("matmul", "GFLOP/s", [50.0], figure=65.0, figure_unit="%", target=Target(60, True)),
        Row("step", "ms", [3.0], figure=3.0, figure_unit="x", target=Target(1.35)),
        Row("cnn", "", [], "tfjs-wasm", note="cannot train it"),
    ]
    text = table({"all": rows})
    assert re.search(r"matmul .* 50 GFLOP/s +65 % +>= 60 +pass", text)
    assert re.search(r"step .* 3 ms +3 x +<= 1.35 +MISS", text)
    assert re.search(r"cnn +tfjs-wasm +- .* cannot train it", text)
    assert text.endswith("1 of 2 targets met")
    assert rows[1].to_dict() | {"median": 3.0, "passed": False} == rows[1].to_dict()


@pytest.mark.parametrize(
    "case", [*CASES, *webgpu.CASES], ids=lambda case: f"{case.peers[0].name}-{case.title}"
)
def test_case_has_full_batches_and_a_model_in_both_languages(case: training.Case) -> None:
    for samples in (case.samples, *(peer.samples or case.samples for peer in case.peers)):
        assert samples % case.batch == 0
    assert "model.compile(" in (page.BENCH / "models" / f"{case.model}.py").read_text()
    in_javascript = (page.BENCH / "models.js").read_text()
    assert re.search(rf"^  {case.model}: {{$", in_javascript, re.MULTILINE)


@pytest.mark.parametrize("case", CASES[:1] + CASES[2:], ids=lambda case: case.model)
def test_training_program_measures_a_step(
    case: training.Case, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = f"models/{case.model}", "programs/training"
    _, found = run(page.program(*parts, SAMPLES=8, BATCH=4, EPOCHS=1), capsys)
    assert isinstance(found, dict)
    assert found["msPerStep"] > 0
    assert 0 <= found["accuracy"] <= 1


def test_inference_program_repeats_images_up_to_the_number_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = {"SAMPLES": 10, "IMAGES": 25, "BATCH": 8, "MEASURED_S": 0.001}
    code = page.program("models/mlp", "programs/inference", **given)
    variables, found = run(code, capsys)
    assert variables["x"].shape == (25, 784)  # type: ignore[attr-defined]  # an array
    assert isinstance(found, dict)
    assert min(found["evaluateMs"], found["predictMs"]) > 0


def test_step_is_compared_with_exactly_its_own_products(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = page.program("models/mlp", "programs/compiling", SAMPLES=64, BATCH=32)
    step, parts = run(code, capsys)
    code = page.program("models/mlp", "programs/step", SAMPLES=64, BATCH=32, EPOCHS=1, TURNS=2)
    alone, measured = run(code, capsys)
    assert isinstance(parts, dict)
    assert set(parts) == {"buildMs", "traceMs", "planMs", "encodeMs", "equations"}
    assert isinstance(measured, list)
    assert [set(turn) for turn in measured] == [{"stepMs", "productsMs"}] * 2
    assert isinstance(step["plan"], Plan)
    assert isinstance(alone["plan"], Plan)
    expected = growth.Shape(batch=32, width=128, depth=1).operations
    assert product_operations(step["plan"]) == product_operations(alone["plan"]) == expected


def test_growth_counts_the_arithmetic_of_deep_models(capsys: pytest.CaptureFixture[str]) -> None:
    shapes = [growth.Shape(batch=4, width=16, depth=3), growth.Shape(batch=8, width=4, depth=1)]
    sizes = [(shape.batch, shape.width, shape.depth) for shape in shapes]
    code = page.program("programs/growth", SAMPLES=8, RUNS=2, SHAPES=sizes)
    variables, turns = run(code, capsys)
    for (model, _), shape in zip(variables["models"], shapes, strict=True):  # type: ignore[call-overload]
        program, _ = next(iter(model._step_function("train_step")._compiled.values()))
        assert product_operations(Plan(program)) == shape.operations
    assert isinstance(turns, list)
    assert [len(turn) for turn in turns] == [2, 2]
    assert all(one["msPerStep"] > 0 for turn in turns for one in turn)
    assert all(0 < one["pythonShare"] < 1 for turn in turns for one in turn)


def test_growth_covers_the_ranges_with_full_batches() -> None:
    ranges = {axis: [getattr(shape, axis) for shape in shapes] for axis, shapes in growth.sweeps()}
    ends = {axis: (values[0], values[-1]) for axis, values in ranges.items()}
    assert ends == {"batch": (8, 1024), "width": (32, 4096), "depth": (1, 64)}
    assert all(growth.SAMPLES % batch == 0 for batch in ranges["batch"])


def test_growth_is_held_to_the_growth_of_the_arithmetic() -> None:
    first, second = growth.rows_of("width", [(32, [1.0], 1000, 0.1), (64, [3.0], 2000, 0.1)])
    assert first.passed is None
    assert (second.figure, second.passed) == (1.5, False)


def test_a_view_is_held_to_the_hidden_page_right_before_and_after() -> None:
    states = ["", "train", "", "data", "", "train", ""]
    hidden, train, data = watching.panel_rows(states, [10.0, 12.0, 14.0, 14.0, 6.0, 8.0, 10.0])
    assert (hidden.median, hidden.passed) == (10.0, None)
    assert (train.median, train.figure, train.passed) == (10.0, 1.0, True)
    assert (data.figure, data.passed) == (1.4, False)


def test_watched_program_says_how_long_an_epoch_took_in_each_window(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = time.time()
    code = page.program("programs/watched", WINDOWS=[(now, now + 60)])
    _, found = run(code.replace("100_000", "2"), capsys)
    assert isinstance(found, list)
    assert len(found) == 1
    assert found[0] > 0


def test_shell_is_what_was_asked_for_before_the_first_of_pythons_files() -> None:
    fetched = ["", "app/1/main.js", "app/1/worker.js", "runtime/2/pyodide.mjs", "app/1/late.js"]
    assert shell.before_python(fetched) == ["", "app/1/main.js", "app/1/worker.js"]
    assert shell.before_python([*fetched[:2], "app/1/beginning.mjs"]) == fetched[:2]


def test_a_soak_holds_the_last_quarter_against_the_second() -> None:
    held = [900.0, 900.0, 1000.0, 1000.0, 1010.0, 1010.0, 1040.0, 1040.0]
    memory, checkpoints, errors = soak.rows(held, [0.5, 1.5], 1)
    assert (memory.figure, memory.passed) == (pytest.approx(1.04), False)
    assert (checkpoints.figure, checkpoints.passed) == (1.5, True)
    assert errors.passed is False


def test_ceiling_is_compiled_for_the_page(tmp_path: Path) -> None:
    module = base64.b64decode(products.ceiling(tmp_path))
    assert module.startswith(b"\0asm")
    assert b"ceiling" in module


def test_sections_are_chosen_by_name_in_the_order_of_the_table() -> None:
    assert bench.chosen(None) == [name for name in bench.SECTIONS if name != "soak"]
    assert bench.chosen("kernels, mlp") == ["mlp", "kernels"]
    with pytest.raises(TaskError, match="No section is called gru"):
        bench.chosen("mlp,gru")


def test_help_names_every_section() -> None:
    command = [sys.executable, SCRIPTS / "bench", "--help"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    for name in bench.SECTIONS:
        assert re.search(rf"\b{name}\b", shown.stdout), name


def test_machine_is_named_with_its_cores() -> None:
    assert re.fullmatch(r".+, \d+ cores, \w+ \w+", bench.machine())
