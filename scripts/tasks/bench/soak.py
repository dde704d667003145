"""An hour of train, edit and predict in one page: whether its memory stays where it is."""

import json
import re
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import CDPSession
from playwright.sync_api import Page as Tab

from tasks import console
from tasks.bench.page import PATIENCE_MS, Page, program
from tasks.bench.report import Row, Target

GROWTH_AT_MOST = 1.03
"""Memory in the last quarter against that in the second: in the first one the page warms up."""

SHARE_AT_MOST = 2.0
"""Of the time of training that checkpoints take, in percent."""

_VIEWS = ("predict", "data", "runs", "train")
_TRAIN_S = 12.0
_SIZE = {"width": 1440, "height": 900}


def measure(page: Page, minutes: float) -> list[Row]:
    """Train, edit and look at predictions for so long.

    Args:
        page: The benchmark's page.
        minutes: How long.
    """
    console.say(f"Training, editing and predicting for {minutes:g} minutes")
    errors: list[str] = []
    context = page.browser.new_context(viewport=_SIZE, locale="en-US")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    tab = context.new_page()
    tab.goto(f"{page.address}site/")
    tab.locator("load-status .dot").wait_for()
    processes = page.browser.new_browser_cdp_session()
    megabytes: list[float] = []
    shares: list[float] = []
    begin = time.monotonic()
    while time.monotonic() - begin < 60 * minutes:
        shares.append(_turn(tab, len(shares)))
        megabytes.append(_held_mb(processes))
    context.close()
    for text in errors[:5]:
        console.say(f"Error in the console: {text[:200]}")
    return rows(megabytes, shares, len(errors))


def rows(megabytes: Sequence[float], shares: Sequence[float], errors: int) -> list[Row]:
    """The rows of a soak.

    Args:
        megabytes: What the page's processes held after each turn.
        shares: The time that checkpoints took of each turn's training, in percent.
        errors: How many the console had.
    """
    quarter = max(len(megabytes) // 4, 1)
    second = statistics.median(megabytes[quarter : 2 * quarter] or megabytes)
    last = statistics.median(megabytes[-quarter:])
    return [
        Row("memory, last quarter", "MB", megabytes[-quarter:], figure=last / second,
            figure_unit="x second quarter", target=Target(GROWTH_AT_MOST),
            note=f"{len(megabytes)} turns; {second:.0f} MB in the second quarter"),
        Row("checkpoints", "% of training", shares, figure=max(shares), figure_unit="% at most",
            target=Target(SHARE_AT_MOST)),
        Row("console errors", "errors", [float(errors)], figure=float(errors),
            figure_unit="errors", target=Target(0.0)),
    ]  # fmt: skip


def _turn(tab: Tab, number: int) -> float:
    """Edit the program, train, look at each view; the share of checkpoints in the training."""
    editor = tab.locator("code-editor .cm-content")
    editor.press("ControlOrMeta+a")
    tab.keyboard.insert_text(program("programs/soak", SECONDS=_TRAIN_S, UNITS=32 + number % 8))
    editor.press("ControlOrMeta+End")
    tab.locator("run-controls .run").click()
    tab.locator("run-controls .stop:not([disabled])").wait_for()
    for view in _VIEWS:
        editor.press_sequentially("# words", delay=20)
        if tab.locator(f"#tab-{view}").is_visible():
            tab.locator(f"#tab-{view}").click()
        tab.wait_for_timeout(500)
    ended = re.compile("Finished in|Error")
    tab.locator("progress-line .line").filter(has_text=ended).wait_for()
    lines = tab.locator("console-output .lines").inner_text().splitlines()
    return float(json.loads(next(line for line in reversed(lines) if line.startswith("[")))[0])


def _held_mb(processes: CDPSession) -> float:
    """Memory of the page's processes, what they share counted in parts."""
    found = processes.send("SystemInfo.getProcessInfo")["processInfo"]
    total = 0
    for process in found:
        if process["type"] == "renderer":
            text = Path(f"/proc/{process['id']}/smaps_rollup").read_text()
            total += int(re.findall(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[0])
    return total / 1024
