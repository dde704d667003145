"""How often reports of training are drawn: so often as leaves the page's time to others."""

from itertools import pairwise

import pytest

from tests.web.node import run_js

SIMULATED = """
const { addToRecord, startRecord, training } = await import("./training.js");
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
while (now < 20_000) {
  tasks.sort((one, other) => one.at - other.at);
  const { at, run } = tasks.shift();
  now = Math.max(now, at);
  run();
}
answer({ sent, drawn });
"""
"""Twenty seconds in which a report comes every 5 ms and drawing takes `DRAWING_MS`."""


@pytest.mark.parametrize("drawing_ms", [1, 12, 80])
def test_reports_are_drawn_so_often_as_leaves_the_page_its_time(drawing_ms: int) -> None:
    told = run_js(f"const DRAWING_MS = {drawing_ms};\n{SIMULATED}")
    assert told["sent"] > 1000
    times = told["drawn"]
    pauses = [later - earlier for earlier, later in pairwise(times[2:])]
    assert drawing_ms / (sum(pauses) / len(pauses)) < 0.12
    assert max(pauses) < max(100, 15 * drawing_ms)
