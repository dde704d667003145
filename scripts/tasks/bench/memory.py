"""What `fit` adds to the memory of the page, above the data it was given."""

from tasks import console
from tasks.bench.page import Page, program
from tasks.bench.report import Row, Target

ROWS, EPOCHS, BATCH = 60_000, 50, 128
AT_MOST_MB = 64.0
GROWTH_AT_MOST_MB = 0.5
"""Of all later epochs together: what Python's own small objects may move the heap's end."""


def measure(page: Page) -> list[Row]:
    """Rows for float32 and uint8 images, each in a page of its own."""
    rows = []
    for dtype in ("float32", "uint8"):
        console.say(f"Memory of {EPOCHS} epochs on {ROWS:,} x 784 {dtype}")
        page.start()
        constants = {"ROWS": ROWS, "EPOCHS": EPOCHS, "BATCH": BATCH, "DTYPE": dtype}
        found = page.run(program("programs/memory", **constants))
        heap = [epoch["heapBytes"] / 1e6 for epoch in found]
        taken = max(epoch["takenBytes"] for epoch in found) / 1e6
        rows.append(
            Row(
                f"fit on {ROWS:,} x 784 {dtype}", "MB", [max(heap)], figure=max(heap),
                figure_unit="MB above data", target=Target(AT_MOST_MB),
                note=f"the page took {taken:.0f} MB for it",
            )
        )  # fmt: skip
        growth = heap[-1] - heap[0]
        rows.append(
            Row(
                f"epochs 2 to {EPOCHS}", "MB", [growth], figure=growth, figure_unit="MB more",
                target=Target(GROWTH_AT_MOST_MB),
            )
        )  # fmt: skip
    return rows
