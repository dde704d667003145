"""When reports are drawn: so often as leaves the page's time to others, and where they are seen."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.web.node import run_js
from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program

SIMULATED = """
const { addToRecord, startRecord, training } = await import("./training.js");
const { drawNow, yieldToKeys } = await import("./drawing.js");
let now = 0;
const tasks = [];
const later = (at, run) => tasks.push({ at, run });
performance.now = () => now;
globalThis.setTimeout = (run, ms = 0) => later(now + ms, run);
let frame = null;
globalThis.requestAnimationFrame = (run) => {
  if (frame === null) {
    frame = [];
    later((Math.floor(now / 16) + 1) * 16, () => {
      const [began, due] = [now, frame];
      frame = null;
      for (const one of due) one(began);
    });
  }
  frame.push(run);
};
const drawn = [];
training.subscribe(() => {
  drawn.push(now);
  now += DRAWING_MS;
});
const shape = { name: "", layers: [] };
startRecord();
addToRecord({
  type: "begin", runId: 1, mode: "fit", epochs: 1000, firstEpoch: 0, steps: 10, stepsRun: 10,
  initialEpoch: 0, samples: 100, batch: 10, metrics: [], model: "m", rate: null,
});
let sent = 0;
const report = () => {
  addToRecord({ type: "steps", runId: 1, epoch: 0, step: sent += 1, logs: { loss: 1 } });
  later(now + 5, report);
};
report();
const type = () => {
  yieldToKeys();
  later(now + KEYS_MS, type);
};
if (KEYS_MS > 0) type();
while (now < 20_000) {
  tasks.sort((one, other) => one.at - other.at);
  const { at, run } = tasks.shift();
  now = Math.max(now, at);
  run();
}
const before = drawn.length;
frame = null;
addToRecord({ type: "steps", runId: 1, epoch: 0, step: sent += 1, logs: { loss: 1 } });
drawNow();
const [atOnce] = (frame ?? []).map((one) => (one(now), drawn.length - before));
answer({ sent, drawn: drawn.slice(0, before), atOnce });
"""
"""Twenty seconds in which a report comes every 5 ms, drawing takes `DRAWING_MS`, and a key comes
every `KEYS_MS`, 0 for none; then the end of the run."""


@pytest.mark.parametrize("drawing_ms", [1, 12, 80])
def test_reports_are_drawn_so_often_as_leaves_the_page_its_time(drawing_ms: int) -> None:
    told = run_js(f"const [DRAWING_MS, KEYS_MS] = [{drawing_ms}, 0];\n{SIMULATED}")
    assert told["sent"] > 1000
    assert told["atOnce"] == 1
    times = told["drawn"]
    pauses = [later - earlier for earlier, later in pairwise(times[2:])]
    assert drawing_ms / (sum(pauses) / len(pauses)) < 0.12
    assert max(pauses) < max(100, 15 * drawing_ms)


def test_keys_come_before_reports_and_do_not_hold_them_up_for_ever() -> None:
    told = run_js(f"const [DRAWING_MS, KEYS_MS] = [12, 60];\n{SIMULATED}")
    pauses = [later - earlier for earlier, later in pairwise(told["drawn"][2:])]
    assert len(pauses) >= 4
    assert min(pauses) > 2900
    assert max(pauses) < 3500


def test_a_hidden_view_is_drawn_once_it_is_shown(playground: PlaygroundPage) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training()
    charts = playground.tab.locator("training-charts")
    charts.get_by_role("button", name="As a table").click()
    rows = charts.locator("chart-table tbody tr")
    expect(rows.nth(2)).to_be_visible()
    playground.show("data").see_anew()
    before = rows.count()
    playground.tab.wait_for_function(
        "(rows) => Number(/epoch ([\\d,]+) of/.exec(document.querySelector('progress-line')"
        ".shadowRoot.textContent)?.[1].replace(',', '')) > rows + 3",
        arg=before,
    )
    assert rows.count() == before
    playground.show("train")
    expect(rows.nth(before + 2)).to_be_visible()
    charts.get_by_role("button", name="As a table").click()
    playground.stop_button.click()
    playground.wait_until_idle()
