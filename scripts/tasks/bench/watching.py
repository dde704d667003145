"""The page while a program trains: what its panels cost, how it takes keys and a pause."""

import json
import re
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from tasks import console
from tasks.bench.page import PATIENCE_MS, Page, program
from tasks.bench.report import Row, Target
from tasks.console import TaskError

SLOWER_AT_MOST = 1.05
KEY_AT_MOST_MS = 50.0
REPORTS_AT_MOST = 1.0
VIEWS = ("train", "predict", "inside", "data", "runs")
KEYS = 80
PAUSES = 10
_WINDOW_S, _SETTLING_S, _STARTING_S = 2.0, 0.5, 12.0
_SIZE = {"width": 1440, "height": 900}
# Headless browsers show every page. One that is hidden gets no frames, and nothing of it is drawn.
_HIDING = """() => {
  const next = requestAnimationFrame.bind(self);
  let held = null;
  self.requestAnimationFrame = (listener) => {
    if (held === null) return next(listener);
    held.push(listener);
    return 1;
  };
  self.hidePage = (hide) => {
    document.documentElement.style.visibility = hide ? "hidden" : "";
    document.documentElement.style.contentVisibility = hide ? "hidden" : "";
    const due = held ?? [];
    held = hide ? due : null;
    if (!hide) due.forEach((listener) => next(listener));
  };
}"""
# Events that took less than 16 ms to the next paint are not told of, and count as 16.
_TIMING = """() => {
  self.keyTimes = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name === "keydown") self.keyTimes.push(duration);
    }
  }).observe({ type: "event", durationThreshold: 16 });
}"""
_NOT_TOLD_MS = 16.0


def measure_panels(page: Page, runs: int) -> list[Row]:
    """Train while each view is looked at in turn, and the page is hidden between them."""
    turns = max(runs, 3)
    console.say(f"Training with each view open, and hidden: {turns} turns of {len(VIEWS)} views")
    context, tab = _opened(page, _HIDING)
    _open_everything(tab)
    states = [state for _ in range(turns) for view in VIEWS for state in ("", view)] + [""]
    begin = time.time() + _STARTING_S
    starts = [begin + at * (_SETTLING_S + _WINDOW_S) for at in range(len(states))]
    windows = [(start + _SETTLING_S, start + _SETTLING_S + _WINDOW_S) for start in starts]
    _run(tab, program("programs/watched", WINDOWS=windows))
    for state, start in zip(states, starts, strict=True):
        time.sleep(max(start - time.time(), 0))
        if not state:  # what is inside the model would be looked at behind a hidden page, too
            tab.locator("#tab-train").click()
        tab.evaluate("(hide) => hidePage(hide)", state == "")
        if state:
            tab.locator(f"#tab-{state}").click()
        if state == "inside":
            _open_another(tab)
    tab.evaluate("hidePage(false)")
    found = _printed(tab)
    context.close()
    return panel_rows(states, found)


def _open_another(tab: Tab) -> None:
    """Open the inspector beside the one that is open, so that each turn has another one."""
    tab.evaluate(
        """() => {
          const panel = document.querySelector("inside-panel").renderRoot;
          const buttons = [...panel.querySelectorAll(".inspectors button")];
          const open = buttons.findIndex((one) => one.getAttribute("aria-pressed") === "true");
          buttons[(open + 1) % buttons.length].click();
        }"""
    )


def panel_rows(states: Sequence[str], times: Sequence[float | None]) -> list[Row]:
    """A row for each view, held to the time of an epoch in the hidden page right before and after.

    Args:
        states: The view that was looked at, or "" for none, for each window of time.
        times: Milliseconds an epoch in it; None where fewer than two ended in it.
    """
    hidden = [ms for state, ms in zip(states, times, strict=True) if state == "" and ms]
    rows = [Row("page hidden", "ms/epoch", hidden, note="dense 784-128-10, batch 32, 125 steps")]
    found: dict[str, list[tuple[float, float]]] = {state: [] for state in states if state}
    for state, before, ms, after in zip(states[1:], times, times[1:], times[2:], strict=False):
        if state and before and ms and after:
            found[state].append((ms, 2 * ms / (before + after)))
    for view, turns in found.items():
        figure = statistics.median(ratio for _, ratio in turns) if turns else None
        rows.append(
            Row(f"{view} open", "ms/epoch", [ms for ms, _ in turns], figure=figure,
                figure_unit="x hidden", target=Target(SLOWER_AT_MOST))
        )  # fmt: skip
    return rows


def measure_typing(page: Page, runs: int) -> list[Row]:
    """Type into the editor while a model trains with all its charts open."""
    console.say(f"Typing {runs} times {KEYS} keys while a model trains")
    context, tab = _opened(page, _TIMING)
    _open_everything(tab)
    _run(tab, program("programs/watched", WINDOWS=[(0, time.time() + 3600)]))
    tab.locator("metric-chart .legend button").first.wait_for()
    editor = tab.locator("code-editor .cm-content")
    editor.press("ControlOrMeta+End")
    medians, slow = [], []
    for _ in range(runs):
        editor.press("Enter")
        tab.evaluate("() => { keyTimes.length = 0 }")
        editor.press_sequentially("x" * KEYS, delay=60)
        tab.wait_for_timeout(500)
        told = tab.evaluate("keyTimes")
        every = sorted([*told, *[_NOT_TOLD_MS] * (KEYS - len(told))])
        medians.append(statistics.median(every))
        slow.append(every[int(0.95 * (len(every) - 1))])
    context.close()
    note = f"Event Timing, key to next paint, {KEYS} keys a line; below 16 ms counts as 16"
    return [
        Row("input to paint, median", "ms", medians, figure=statistics.median(medians),
            figure_unit="ms", target=Target(KEY_AT_MOST_MS), note=note),
        Row("input to paint, 95 of 100", "ms", slow, figure=statistics.median(slow),
            figure_unit="ms", target=Target(KEY_AT_MOST_MS)),
    ]  # fmt: skip


def measure_pause(page: Page) -> list[Row]:
    """Pause a model that trains, and count the reports until training is held."""
    console.say(f"Pausing a training {PAUSES} times")
    found = page.pause(program("programs/watched", WINDOWS=[(0, time.time() + 3600)]), PAUSES)
    reports = [one["reports"] for one in found]
    times = [one["ms"] for one in found]
    return [
        Row("pause", "reports", reports, figure=max(reports), figure_unit="reports at most",
            target=Target(REPORTS_AT_MOST), note=f"{max(times):.0f} ms at most"),
        Row("pause", "ms", times),
    ]  # fmt: skip


def _opened(page: Page, script: str) -> tuple[BrowserContext, Tab]:
    """Open the site, with a script that runs before its own, and wait until Python is ready."""
    context = page.browser.new_context(viewport=_SIZE, locale="en-US")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(f"({script})()")
    tab = context.new_page()
    tab.goto(f"{page.address}site/")
    tab.locator("load-status .dot").wait_for()
    return context, tab


def _open_everything(tab: Tab) -> None:
    """Train for a moment, so that every view has something to show, and open all there is."""
    _run(tab, program("programs/watched", WINDOWS=[(0, time.time() + 5)]))
    _printed(tab)
    for view in VIEWS:
        tab.locator(f"#tab-{view}").click()
    tab.locator("#tab-train").click()
    for name in ("All metrics", "As a table", "Details"):
        tab.locator("training-charts").get_by_role("button", name=name).click()


def _run(tab: Tab, code: str) -> None:
    editor = tab.locator("code-editor .cm-content")
    editor.press("ControlOrMeta+a")
    tab.keyboard.insert_text(code)
    tab.locator("run-controls .run").click()


def _printed(tab: Tab) -> list[float | None]:
    """Wait for the end of the run; return the list that it printed last.

    Raises:
        TaskError: The program failed.
    """
    ended = re.compile("Finished in|Error")
    tab.locator("progress-line .line").filter(has_text=ended).wait_for()
    lines = tab.locator("console-output .lines").inner_text().splitlines()
    printed = next((line for line in reversed(lines) if line.startswith("[")), None)
    if printed is None:
        raise TaskError(f"The program in the page failed: {lines[-1:]}", "Run it in the page.")
    found: list[float | None] = json.loads(printed)
    return found
