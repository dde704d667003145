"""What `fit` adds to the memory of the page, above the data it was given."""

from tasks import console
from tasks.bench.page import Page, program
from tasks.bench.report import Row, Target

ROWS, EPOCHS, BATCH = 60_000, 50, 128
AT_MOST_MB = 64.0


def measure(page: Page) -> list[Row]:
    """Rows for float32 and uint8 images, each in a page of its own."""
    rows = []
    for dtype in ("float32", "uint8"):
        console.say(f"Memory of {EPOCHS} epochs on {ROWS:,} x 784 {dtype}")
        page.start()
        constants = {"ROWS": ROWS, "EPOCHS": EPOCHS, "BATCH": BATCH, "DTYPE": dtype}
        found = page.run(program("programs/memory", **constants))
        megabytes = {name: size / 1e6 for name, size in found.items()}
        work = f"fit on {ROWS:,} x 784 {dtype}"
        peak = max(megabytes["firstBytes"], megabytes["lastBytes"])
        taken = max(megabytes["firstTakenBytes"], megabytes["lastTakenBytes"])
        rows.append(
            Row(work, "MB", [peak], figure=peak, figure_unit="MB above data",
                target=Target(AT_MOST_MB), note=f"the page took {taken:.0f} MB for it")
        )  # fmt: skip
        growth = megabytes["lastBytes"] - megabytes["firstBytes"]
        rows.append(
            Row(f"epochs 2 to {EPOCHS}", "MB", [growth], figure=growth, figure_unit="MB more",
                target=Target(0.0))
        )  # fmt: skip
    return rows
