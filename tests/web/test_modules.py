"""Modules of the page that need no page, run by Node: the console's lines, the training record."""

import json
import subprocess
from typing import Any

from tasks.paths import WEB


def run_js(code: str) -> Any:
    """The JSON that `code`, a module in web/, gives to `answer`."""
    prelude = "const answer = (value) => process.stdout.write(JSON.stringify(value));\n"
    result = subprocess.run(
        ["node", "--input-type=module", "--eval", prelude + code],
        cwd=WEB,
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(result.stdout)


def terminal(*writes: tuple[str, str]) -> Any:
    return run_js(
        'import { TerminalText } from "./terminal-text.js";'
        "const terminal = new TerminalText();"
        f"for (const [text, stream] of {json.dumps(writes)}) terminal.write(text, stream);"
        "answer({text: String(terminal), lines: terminal.lines.length,"
        " streams: terminal.lines.map((line) => line.stream), dropped: terminal.dropped});"
    )


def test_a_carriage_return_writes_over_the_line() -> None:
    out = terminal(("1/9 ━─ loss: 2.30\r", "stdout"), ("9/9 ━━", "stdout"), ("\nnext\n", "stdout"))
    assert out["text"] == "9/9 ━━ loss: 2.30\nnext"


def test_backspaces_go_back_but_not_beyond_the_line() -> None:
    assert terminal(("abc\b\bX\b\b\b\b\bY", "stdout"))["text"] == "YXc"


def test_another_stream_begins_a_line_of_its_own() -> None:
    out = terminal(("half", "stdout"), ("error\n", "stderr"), ("more", "stdout"))
    assert out["streams"] == ["stdout", "stderr", "stdout"]


def test_empty_lines_stay() -> None:
    assert terminal(("a\n\n\nb", "stdout"))["text"] == "a\n\n\nb"


def test_colours_of_terminals_are_left_out() -> None:
    assert terminal(("\x1b[1m125/125\x1b[0m \x1b[32m━━\x1b[0m", "stdout"))["text"] == "125/125 ━━"


def test_an_inserted_line_stands_between_what_was_written_before_and_after() -> None:
    lines = run_js(
        'import { TerminalText } from "./terminal-text.js";'
        "const terminal = new TerminalText();"
        'terminal.write("half", "stdout"); terminal.insert("Figure 1", "picture");'
        'terminal.insert("Figure 2", "picture"); terminal.write("more", "stdout");'
        "answer(terminal.lines.map((line) => line.text));"
    )
    assert lines == ["half", "Figure 1", "Figure 2", "more"]


def test_old_lines_are_let_go() -> None:
    out = terminal(("line\n" * 2500, "stdout"))
    assert (out["lines"], out["dropped"]) == (1000, 1500)


RECORD = """
import { TrainingRecord } from "./training-record.js";
let now = 0;
const record = new TrainingRecord(() => now);
const begin = (mode, extra = {}) => record.add({type: "begin", mode, label: "m", optimizer: "adam",
  epochs: 4, initialEpoch: 0, steps: 10, samples: 1, means: ["loss", "accuracy"], ...extra});
const steps = (mode, epoch, step, logs = {}) => record.add({type: "steps", mode, epoch, step,
  steps: mode === "fit" ? 10 : 3, logs, stepsPerSecond: 5});
"""


def test_curves_run_along_epochs_with_validation_beside() -> None:
    record = run_js(
        RECORD
        + """begin("fit", {epochs: 1}); steps("fit", 0, 5, {loss: 2, accuracy: .5});
        steps("validate", 0, 3, {loss: 9});
        record.add({type: "epoch", epoch: 0, steps: 10, stepsPerSecond: 5,
          logs: {loss: 1.5, accuracy: .75, val_loss: 1.25}});
        answer({curves: Object.fromEntries(record.fits[0].curves), metrics: record.metrics,
          latest: record.fits[0].latest});"""
    )
    assert record["metrics"] == ["accuracy"]
    # Over the second half of the epoch the loss was 1: half of 2 + 1 is the 1.5 that Keras says.
    assert record["curves"] == {
        "loss": {"x": [0.5, 1], "y": [2, 1]},
        "accuracy": {"x": [0.5, 1], "y": [0.5, 1]},
        "val_loss": {"x": [1], "y": [1.25]},
    }
    assert record["latest"] == {"loss": 1.5, "accuracy": 0.75, "val_loss": 1.25}


def test_metrics_that_are_no_means_are_drawn_as_they_come() -> None:
    curve = run_js(
        RECORD
        + """begin("fit", {means: []}); steps("fit", 0, 5, {auc: .5});
        steps("fit", 0, 10, {auc: .6});
        answer(record.fits[0].curves.get("auc"));"""
    )
    assert curve == {"x": [0.5, 1], "y": [0.5, 0.6]}


def test_the_axis_of_epochs_ends_with_the_plan_and_after_the_run_with_the_curves() -> None:
    ends = run_js(
        RECORD
        + """begin("fit", {epochs: 1000}); steps("fit", 6, 10, {loss: 1});
        const ends = [record.lastEpoch], before = record.version;
        record.close();
        ends.push(record.lastEpoch, record.version > before, new TrainingRecord().lastEpoch);
        answer(ends);"""
    )
    assert ends == [1000, 7, True, 1]


def test_long_trainings_get_a_point_an_epoch() -> None:
    xs = run_js(
        RECORD
        + """begin("fit", {epochs: 1000});
        for (let epoch = 0; epoch < 3; epoch += 1)
          for (let step = 2; step <= 10; step += 2) steps("fit", epoch, step, {loss: 1});
        answer(record.fits[0].curves.get("loss").x);"""
    )
    assert xs == [0.2, 1.2, 2.2]


def test_time_left_follows_from_what_is_done() -> None:
    progress = run_js(
        RECORD + """begin("fit"); now = 3000; steps("fit", 1, 0); answer(record.progress);"""
    )
    assert progress["fraction"] == 0.25
    assert progress["secondsLeft"] == 9


def test_a_prediction_inside_fit_gives_the_line_back_to_it() -> None:
    modes = run_js(
        RECORD
        + """begin("fit"); begin("predict"); const inner = record.progress.mode;
        record.add({type: "end", mode: "predict"}); answer([inner, record.progress.mode]);"""
    )
    assert modes == ["predict", "fit"]


def test_long_runs_keep_a_bounded_number_of_points() -> None:
    count = run_js(
        RECORD
        + """begin("fit", {epochs: 9000});
        for (let i = 0; i < 9000; i += 1) steps("fit", i, 10, {loss: 1});
        answer(record.fits[0].curves.get("loss").x.length);"""
    )
    assert count <= 1500
