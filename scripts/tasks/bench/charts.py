"""The charts: how fluently they follow the hand with as much as they are built for."""

import statistics

from tasks import console
from tasks.bench.page import Page
from tasks.bench.report import Row, Target

FRAMES = 120
# A screen shows 60 a second; a frame in between may be late.
AT_LEAST = 58.0
MOTIONS = {"zoom": "zooming", "hover": "pointing", "smooth": "smoothing"}


def measure(page: Page, runs: int) -> list[Row]:
    """Frames a second while both charts of eight runs of 100,000 points a curve change."""
    console.say("Charts of 8 runs of 100,000 points")
    tab = page.browser.new_page(viewport={"width": 700, "height": 700})
    tab.goto(f"{page.address}charts.html")
    tab.evaluate("charts.show()")
    rows = []
    for motion, name in MOTIONS.items():
        samples = []
        for _ in range(runs):
            gaps = tab.evaluate(
                "([motion, frames]) => charts.move(motion, frames)", [motion, FRAMES]
            )
            samples.append(1000 / statistics.fmean(gaps))
        figure = statistics.median(samples)
        target = Target(AT_LEAST, at_least=True)
        rows.append(
            Row(f"charts, {name}", "frames/s", samples, figure=figure, figure_unit="frames/s",
                target=target, note="8 runs of 100,000 points, two charts")
        )  # fmt: skip
    tab.close()
    return rows
