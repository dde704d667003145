"""The record of a training, run by Node: every value reported, its place, names and forecasts."""

from typing import Any

import pytest

from tests.web.node import run_js

RECORD = """
import { TrainingRecord } from "./training-record.js";
let now = 0;
const record = new TrainingRecord(() => now);
const begin = (mode, extra = {}) => record.add({type: "begin", mode, label: "m", optimizer: "adam",
  epochs: 4, initialEpoch: 0, steps: 10, samples: 1, means: ["loss", "accuracy"], ...extra});
const steps = (mode, epoch, step, logs = {}, total = mode === "fit" ? 10 : 3) => record.add(
  {type: "steps", mode, epoch, step, steps: total, logs, stepsPerSecond: 5});
const epoch = (epoch, logs, steps = 10) => record.add(
  {type: "epoch", epoch, steps, stepsPerSecond: 5, logs});
const end = (mode = "fit") => record.add({type: "end", mode});
const values = (name, fit = 0) => {
  const { length, step, epoch, time, value } = record.fits[fit].curves.get(name);
  const shown = (array) => [...array.slice(0, length)];
  return {step: shown(step), epoch: shown(epoch), time: shown(time), value: shown(value)};
};
"""


def recorded(code: str) -> Any:
    return run_js(RECORD + code)


def test_points_lie_by_step_by_epoch_and_by_time() -> None:
    curves = recorded(
        """begin("fit", {epochs: 2}); now = 1000; steps("fit", 0, 5, {loss: 2, accuracy: .5});
        now = 2000; steps("validate", 0, 3, {loss: 9});
        epoch(0, {loss: 1.5, accuracy: .75, val_loss: 1.25});
        now = 3500; steps("fit", 1, 5, {loss: 1});
        const [{latest, epochLogs}] = record.fits;
        answer({loss: values("loss"), val: values("val_loss"), latest,
          logs: epochLogs.get("loss").data().value[0]});"""
    )
    # Over the second half of the first epoch the loss was 1: half of 2 + 1 is the 1.5 of Keras.
    assert curves["loss"] == {
        "step": [5, 10, 15],
        "epoch": [0.5, 1, 1.5],
        "time": [1, 2, 3.5],
        "value": [2, 1, 1],
    }
    assert curves["val"] == {"step": [10], "epoch": [1], "time": [2], "value": [1.25]}
    assert curves["latest"] == {"loss": 1, "accuracy": 0.75, "val_loss": 1.25}
    assert curves["logs"] == 1.5


def test_no_point_stands_for_a_handful_of_steps_where_others_stand_for_many() -> None:
    loss = recorded(
        """begin("fit", {steps: 10}); steps("fit", 0, 4, {loss: 1}); steps("fit", 0, 8, {loss: 1});
        steps("fit", 0, 9, {loss: 1}); epoch(0, {loss: 2}); answer(values("loss"));"""
    )
    assert loss["step"] == [4, 8, 10], "the step that was reported alone waits for the next"
    assert loss["value"] == [1, 1, pytest.approx(6)]
    hooked = recorded(
        """begin("fit", {steps: 10}); steps("fit", 0, 4, {loss: 1}); steps("fit", 0, 9, {loss: 1});
        epoch(0, {loss: 1.6}); answer(values("loss"));"""
    )
    assert hooked["step"] == [4, 10], "what is left of the epoch goes with the point before"
    assert hooked["value"] == [1, pytest.approx(2)]


def test_metrics_that_are_no_means_are_drawn_as_they_come_once_they_have_settled() -> None:
    auc = recorded(
        """begin("fit", {means: [], steps: 80}); steps("fit", 0, 2, {auc: .1}, 80);
        steps("fit", 0, 40, {auc: .5}, 80); steps("fit", 0, 78, {auc: .6}, 80);
        epoch(0, {auc: .7}, 80); answer(values("auc"));"""
    )
    assert auc["step"] == [40, 80]
    assert auc["value"] == [0.5, 0.7]


def test_a_loop_written_by_hand_lies_by_step_alone() -> None:
    loss = recorded(
        """begin("loop", {epochs: 0, steps: null, means: []});
        steps("loop", 0, 3, {loss: 2}, null); steps("loop", 0, 9, {loss: 1}, null);
        answer({loss: values("loss"), progress: record.progress.fraction});"""
    )
    assert loss["loss"]["step"] == [3, 9]
    assert loss["loss"]["epoch"] == [None, None]
    assert loss["loss"]["value"] == [2, 1]
    assert loss["progress"] is None


def test_points_of_an_epoch_of_unknown_length_find_their_place_at_its_end() -> None:
    places = recorded(
        """begin("fit", {steps: null}); steps("fit", 0, 4, {loss: 1}, null);
        const before = values("loss").epoch; epoch(0, {loss: 1}, 8);
        steps("fit", 1, 4, {loss: 1}, null); answer([before, values("loss").epoch]);"""
    )
    assert places == [[None], [0.5, 1, 1.5]]


def test_a_pause_is_in_no_time_axis_and_no_forecast() -> None:
    times = recorded(
        """begin("fit", {epochs: 1, steps: 100}); now = 1000; steps("fit", 0, 10, {loss: 1}, 100);
        record.pause(true); now = 500000; record.pause(true); steps("fit", 0, 20, {loss: 1}, 100);
        record.pause(false);
        for (let i = 30; i <= 60; i += 10) { now += 1000; steps("fit", 0, i, {loss: 1}, 100); }
        answer([values("loss").time, record.progress.secondsLeft]);"""
    )
    assert times[0] == [1, 1, 2, 3, 4, 5]
    assert times[1] == pytest.approx(4, abs=0.5)


def test_a_fit_that_goes_on_with_the_last_one_continues_its_curves() -> None:
    curve = recorded(
        """begin("fit", {epochs: 1}); now = 1000; epoch(0, {loss: 3}); end(); now = 9000;
        begin("fit", {epochs: 2, initialEpoch: 1}); now = 10000; epoch(1, {loss: 2});
        answer([record.fits.length, record.fits[0].epochs, values("loss")]);"""
    )
    assert curve[:2] == [1, 2]
    assert curve[2] == {"step": [10, 20], "epoch": [1, 2], "time": [1, 2], "value": [3, 2]}


def test_a_fit_inside_a_fit_leaves_the_curves_of_the_outer_one_alone() -> None:
    values = recorded(
        """begin("fit"); epoch(0, {loss: 3}); begin("fit", {label: "inner"}); epoch(0, {loss: 9});
        end(); epoch(1, {loss: 2}); answer([values("loss", 0).value, values("loss", 1).value]);"""
    )
    assert values == [[3, 2], [9]]


DRAWN = """
import { axisEnd, axisFor, drawnFits, metricsOf, namesOf } from "./drawn-fits.js";
const drawn = (extra = {}) => drawnFits(
  {record, overlays: [], presentName: "", presentShown: true, metricChoice: null, ...extra});
"""


def test_the_axis_ends_with_the_plan_and_after_the_run_with_the_curves() -> None:
    ends = recorded(
        DRAWN
        + """begin("fit", {epochs: 100}); steps("fit", 6, 10, {loss: 1});
        const ends = [axisEnd(drawn(), "epoch"), axisEnd(drawn(), "step")];
        record.close();
        ends.push(axisEnd(drawn(), "epoch"), axisEnd([], "epoch"));
        answer(ends);"""
    )
    assert ends == [100, 1000, 7, 1]


def test_a_plan_of_very_many_epochs_is_shown_as_far_as_it_goes() -> None:
    ends = recorded(
        DRAWN
        + """begin("fit", {epochs: 100000}); const ends = [];
        for (const at of [0, 1, 8, 70, 6000])
          { epoch(at, {loss: 1}); ends.push(axisEnd(drawn(), "epoch")); }
        answer(ends);"""
    )
    assert ends == [2, 5, 10, 100, 100_000]


def test_curves_without_epochs_are_drawn_by_step() -> None:
    axes = recorded(
        DRAWN
        + """begin("fit", {steps: null}); steps("fit", 0, 2, {loss: 1}, null);
        const axes = [axisFor(drawn(), "epoch")]; epoch(0, {loss: 1}, 4); end();
        axes.push(axisFor(drawn(), "epoch"));
        begin("loop", {epochs: 0, steps: null}); steps("loop", 0, 3, {loss: 2}, null);
        axes.push(axisFor(drawn(), "epoch"), axisFor(drawn(), "time"), axisEnd(drawn(), "step"));
        answer(axes);"""
    )
    assert axes == ["step", "epoch", "step", "time", 4]


def test_kept_runs_are_drawn_beside_the_present_one_under_their_names() -> None:
    labels = recorded(
        DRAWN
        + """import { curvesOf } from "./run-curves.js";
        begin("fit"); epoch(0, {loss: 1, precision: .5}); end();
        const one = curvesOf(record);
        begin("fit", {label: "n"}); epoch(0, {loss: 1, precision_1: .5}); end();
        const overlays = [{id: "a", name: "8 units", curves: one},
          {id: "b", name: "9 units", curves: curvesOf(record)}];
        const fits = drawn({overlays, presentName: "now"});
        answer({labels: fits.map(({label}) => label), keys: new Set(fits.map(({key}) => key)).size,
          metrics: metricsOf(fits), without: drawn({overlays, presentShown: false}).length});"""
    )
    names = ["now · m", "now · n", "8 units", "9 units · m", "9 units · n"]
    assert labels == {"labels": names, "keys": 5, "metrics": ["precision"], "without": 3}


def test_a_million_reports_become_at_most_100_000_points_that_remember_their_spread() -> None:
    kept = recorded(
        """begin("fit", {epochs: 1e6, steps: 1});
        for (let i = 0; i < 1e6; i += 1) epoch(i, {loss: i % 1000 === 7 ? 50 : i % 1000}, 1);
        const curve = record.fits[0].curves.get("loss").data();
        const at = curve.step.length - 2;
        answer({points: curve.value.length, merged: curve.merged, step: curve.step[at],
          value: curve.value[at], low: curve.low[at], high: curve.high[at],
          lowest: Math.min(...curve.low), highest: Math.max(...curve.high),
          evenly: new Set(curve.step.slice(0, -1).map((step, i) => step - (curve.step[i - 1] ?? 0)))
            .size});"""
    )
    assert 50_000 <= kept["points"] <= 100_000
    assert kept["merged"] == 16
    assert kept["evenly"] == 1
    assert kept["value"] == (kept["step"] - 1) % 1000
    assert kept["high"] - kept["low"] == 15
    assert (kept["lowest"], kept["highest"]) == (0, 999)


def test_a_spread_of_values_that_are_no_numbers_is_that_of_the_others() -> None:
    spread = run_js(
        """import { Curve, MAX_POINTS } from "./curve.js";
        const curve = new Curve("loss");
        const place = (step) => ({step, epoch: step, time: step});
        for (let i = 0; i < MAX_POINTS; i += 1) curve.add(place(i), [NaN, 1, 2, Infinity][i % 4]);
        curve.add(place(1e6), 1);
        answer([...curve.low.slice(0, 2), ...curve.high.slice(0, 2), curve.length]);"""
    )
    assert spread == [1, 2, 1, 2, 50_001]


def test_the_time_left_is_told_once_the_speed_is_steady() -> None:
    told = recorded(
        """begin("fit", {epochs: 10, steps: 100});
        const told = []; // 20 s to compile, single steps, then full speed: 100 steps a second
        const at = (ms, step) => {
          now = ms;
          steps("fit", Math.floor(step / 100), step % 100, {}, 100);
          told.push(record.progress.secondsLeft);
        };
        at(20000, 1); at(20100, 2); at(20200, 3); at(20300, 4);
        for (let i = 1; i <= 40; i += 1) at(20300 + 100 * i, 4 + 10 * i);
        answer(told);"""
    )
    assert told[:10] == [None] * 10, "within the first second, and while it speeds up"
    known = [seconds for seconds in told if seconds is not None]
    assert len(known) > 20
    assert known[-1] == pytest.approx((1000 - 404) / 100, rel=0.1)
    assert max(known) < 12


def test_a_prediction_inside_fit_gives_the_line_back_to_it() -> None:
    modes = recorded(
        """begin("fit"); begin("predict"); const inner = record.progress.mode;
        end("predict"); answer([inner, record.progress.mode]);"""
    )
    assert modes == ["predict", "fit"]


def test_what_two_models_call_precision_and_precision_1_is_one_metric() -> None:
    metrics = recorded(
        DRAWN
        + """begin("fit"); epoch(0, {loss: 1, precision: .5, recall: .5, val_precision: .4}); end();
        begin("fit", {label: "n"});
        epoch(0, {loss: 1, precision_1: .6, recall_1: .6, val_precision_1: .5});
        answer([metricsOf(drawn()), Object.fromEntries(namesOf(drawn())[1])]);"""
    )
    assert metrics[0] == ["precision", "recall"]
    assert metrics[1]["val_precision_1"] == "val_precision"


@pytest.mark.parametrize(
    ("fits", "shown"),
    [
        # Two of one class in a model stay two, of its twin too.
        ([["p", "p_1"], ["p_2", "p_3"]], [["p", "p_1"], ["p", "p_1"]]),
        ([["p", "p_1"], ["p_1"]], [["p", "p_1"], ["p_1"]]),
        ([["p", "p_1"], ["p", "p_1"]], [["p", "p_1"], ["p", "p_1"]]),
        # A number that is part of the name stays.
        ([["top_5"], ["top_3"]], [["top_5"], ["top_3"]]),
        ([["p"], ["p_9"], ["p_10"]], [["p"], ["p"], ["p"]]),
        ([["p"], ["p_9", "p_10"]], [["p"], ["p", "p_10"]]),
        ([], []),
    ],
)
def test_numbers_of_metrics_are_left_out_where_models_share_a_name(
    fits: list[list[str]], shown: list[list[str]]
) -> None:
    found = run_js(
        f"""import {{ sharedNames }} from "./metric-names.js";
        answer(sharedNames({fits}).map((names) => [...names.values()]));"""
    )
    assert found == shown


def test_a_run_is_handed_out_as_plain_values() -> None:
    run = recorded(
        """import { curvesOf } from "./run-curves.js";
        begin("fit", {epochs: 1}); epoch(0, {loss: 1, val_loss: 2});
        const run = structuredClone(curvesOf(record)); begin("fit");
        answer({...run, fits: run.fits.map((fit) => ({...fit,
          curves: fit.curves.map(({name, value}) => [name, value.length, value[0]])}))});"""
    )
    assert run["version"] == 1
    (fit,) = run["fits"]
    assert (fit["mode"], fit["label"], fit["optimizer"], fit["epochs"]) == ("fit", "m", "adam", 1)
    assert fit["curves"] == [["loss", 1, 1], ["val_loss", 1, 2]]
    assert fit["latest"] == {"loss": 1, "val_loss": 2}


def test_norms_lie_along_the_same_axes_as_the_curves() -> None:
    details = recorded(
        """begin("fit"); now = 1000; steps("fit", 0, 5, {loss: 1});
        const norms = (epoch, step, learningRate, gradients) => record.addNorms({type: "norms",
          epoch, step, learningRate, bytes: 5e6,
          layers: [{name: "dense", weights: 2, gradients}]});
        norms(0, 5, .1, 3); now = 2000; epoch(0, {loss: 1}); norms(0, 10, null, null);
        const [fit] = record.fits;
        answer([...fit.details].map(([name, curves]) => [name, [...curves].map(([label, curve]) =>
          [label, ...["epoch", "step", "time", "value"].map((axis) =>
            [...curve.data()[axis]])])]));"""
    )
    assert dict(details) == {
        "speed": [["", [0.5, 1], [5, 10], [1, 2], [5, 5]]],
        "rate": [["", [0.5], [5], [1], [0.1]]],
        "memory": [["", [0.5, 1], [5, 10], [1, 2], [5, 5]]],
        "weights": [["dense", [0.5, 1], [5, 10], [1, 2], [2, 2]]],
        "gradients": [["dense", [0.5], [5], [1], [3]]],
    }
