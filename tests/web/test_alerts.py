"""What is said to go wrong with a training: the rules, run by Node, and what the page shows."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.web.node import run_js
from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program

RULES = """
import { findAlert } from "./alert-rules.js";
import { TrainingRecord } from "./training-record.js";
const number = (text) => Number(text);
const found = (losses, validation = [], {epochs = 1000, mode = "fit"} = {}) => {
  const record = new TrainingRecord(() => 0);
  const [planned, steps] = mode === "loop" ? [0, null] : [epochs, 10];
  record.add({type: "begin", mode, label: "m", optimizer: "sgd", epochs: planned, initialEpoch: 0,
    steps, samples: 1, means: ["loss"]});
  losses.map(number).forEach((loss, epoch) => record.add(mode === "loop"
    ? {type: "steps", mode, epoch: 0, step: epoch + 1, steps: null, logs: {loss}, stepsPerSecond: 1}
    : {type: "epoch", epoch, steps: 10, stepsPerSecond: 1,
       logs: epoch in validation ? {loss, val_loss: validation[epoch]} : {loss}}));
  return findAlert(record.fits[0]);
};
"""


def alert(losses: list[float], validation: list[float] | None = None, **options: object) -> object:
    given = json.dumps([[str(loss) for loss in losses], validation or [], options])
    spelled = given.replace('"nan"', '"NaN"').replace('"inf"', '"Infinity"')
    found = run_js(RULES + f"answer(found(...{spelled}));")
    return found and (found["kind"], found["values"])


NAN = float("nan")
FALLING = [2.0 * 0.9**n + 0.1 for n in range(20)]

RISING = [0.7 + 0.05 * n for n in range(9)]


@pytest.mark.parametrize(
    ("losses", "validation", "expected"),
    [
        ([2, 1, NAN, NAN], [], ("notFinite", {"value": "NaN", "axis": "epoch", "place": 3})),
        ([2, float("inf")], [], ("notFinite", {"value": "Infinity", "axis": "epoch", "place": 2})),
        ([2, 3, 5, 9, 20, 50, 99, 200], [], ("divergence", {"times": 6})),
        ([2, 3, 2, 3.5, 2.2, 3.1, 2, 3, 2, 3.3], [], ("jumps", {"times": 4, "epochs": 8})),
        ([2.3] * 6, [], ("stuck", {"epochs": 6})),
        ([2.3 - 0.01 * n for n in range(6)], [], ("slow", {"epochs": 6})),
        ([2.3, 2.1, *[2.0] * 40], [], ("plateau", {"epochs": 15})),
        (FALLING[:12], [1, 0.8, 0.6, *RISING], ("overfitting", {"epoch": 3})),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_named(
    losses: list[float], validation: list[float], expected: object
) -> None:
    assert alert(losses, validation) == expected


@pytest.mark.parametrize(
    ("losses", "validation"),
    [
        (FALLING, [loss + 0.1 for loss in FALLING]),  # all is well
        ([2, NAN, 1, 0.9], []),  # it has come back
        (FALLING + [0.35, 0.34] * 40, []),  # at the end of what can be learned
        ([0.5, 0.02, 0.03, 0.02, 0.04, 0.02, 0.03, 0.02, 0.04, 0.02, 0.03], []),  # small noise
        (FALLING[:8], [1, 0.8, 0.7, 0.71, 0.7, 0.72, 0.71, 0.7]),  # flat validation
        ([-1, -2, -3, -4, -5, -6, -7], []),  # losses may be negative
        ([0.0] * 8, []),
        ([2.0], []),
        ([], []),
    ],
)
def test_a_training_that_does_well_is_left_alone(
    losses: list[float], validation: list[float]
) -> None:
    assert alert(losses, validation) is None


def test_a_loop_written_by_hand_is_watched_by_step() -> None:
    values = {"value": "NaN", "axis": "step", "place": 2}
    assert alert([1, NAN], mode="loop") == ("notFinite", values)
    assert alert([2.3] * 50, mode="loop") is None


def test_a_loss_that_is_no_number_is_told_with_a_remedy(playground: PlaygroundPage) -> None:
    exploding = training_program(epochs=3).replace(
        'optimizer="sgd"', "optimizer=keras.optimizers.SGD(1e30)"
    )
    playground.run(exploding).wait_until_finished()
    alerts = playground.tab.locator("training-alerts")
    expect(alerts).to_contain_text(re.compile(r"The loss is NaN since epoch \d"))
    expect(alerts).to_contain_text("learning rate ten times lower")
    alerts.get_by_role("button", name="Dismiss").click()
    expect(alerts.locator(".alert")).to_have_count(0)
    playground.run(training_program(epochs=2)).wait_until_finished()
    expect(alerts.locator(".alert")).to_have_count(0)


def test_a_better_learning_rate_can_be_taken_at_a_click(playground: PlaygroundPage) -> None:
    slow = training_program(ENDLESS).replace('"sgd"', "keras.optimizers.SGD(1e-5)")
    playground.run(slow)
    alerts = playground.tab.locator("training-alerts")
    expect(alerts).to_contain_text("falls steadily")
    alerts.get_by_role("button", name="Set the learning rate to").click()
    expect(playground.tab.locator("training-controls input[type=number]").first).to_have_value(
        "0.0001"
    )
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
