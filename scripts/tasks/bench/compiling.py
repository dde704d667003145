"""How long it takes until a model's first step can run: trace, plan, encode, in the page."""

import statistics

from tasks import console
from tasks.bench.page import Page, program
from tasks.bench.report import Row, Target

AT_MOST_MS = {"mlp": 60.0, "cnn": 200.0}
_PARTS = ("traceMs", "planMs", "encodeMs")


def measure(page: Page, runs: int) -> list[Row]:
    """Rows for the first model of a fresh page, and for the same one again."""
    rows = []
    for model, bound in AT_MOST_MS.items():
        code = program(f"models/{model}", "programs/compiling", SAMPLES=3968, BATCH=32)
        first, again = [], []
        for number in range(runs):
            console.say(f"Compiling the {model}: measurement {number + 1} of {runs}")
            page.start()
            first.append(page.run(code))
            again.append(page.run(code))
        for times, found in (("first", first), ("again", again)):
            totals = [sum(one[part] for part in _PARTS) for one in found]
            row = Row(
                f"{model}, {times}", "ms", totals, figure=statistics.median(totals),
                figure_unit="ms", target=Target(bound), note=_parts(found[-1]),
            )  # fmt: skip
            rows.append(row)
    return rows


def _parts(found: dict[str, float]) -> str:
    parts = ", ".join(f"{part.removesuffix('Ms')} {found[part]:.0f}" for part in _PARTS)
    return (
        f"last: {parts}, before them build {found['buildMs']:.0f}; {found['equations']} equations"
    )
