"""`evaluate` and `predict` of 10,000 images: ours against TensorFlow.js."""

from tasks import console
from tasks.bench.page import Page, program
from tasks.bench.report import Row, compared

IMAGES = 10_000
MEASURED_S = 0.4
"""Each is repeated for so long, which is about what one `evaluate` takes the peer."""
AT_LEAST = {32: 10.0, 1000: None}
"""By batch size. 32 is what both take by default; TensorFlow.js is slow with many batches."""
_NOTE = "10,000 images: the built-in sample, repeated"


def measure(page: Page, runs: int) -> list[Row]:
    """Rows for both methods and each batch size, ours and the peer's in turn."""
    return [
        row
        for batch, at_least in AT_LEAST.items()
        for row in _measure_batch(page, runs, batch, at_least)
    ]


def _measure_batch(page: Page, runs: int, batch: int, at_least: float | None) -> list[Row]:
    given = {"SAMPLES": IMAGES, "IMAGES": IMAGES, "BATCH": batch, "MEASURED_S": MEASURED_S}
    code = program("models/mlp", "programs/inference", **given)
    request = {"work": "inference", "model": "mlp", "batch": batch, "samples": IMAGES}
    request["seconds"] = MEASURED_S
    ours, peer = [], []
    for number in range(runs):
        console.say(f"Inference, batch {batch}: measurement {number + 1} of {runs}")
        ours.append(page.run(code))
        peer.append(page.ask("wasm", **request))
    rows = []
    for method in ("evaluate", "predict"):
        title = f"{method}, MLP, batch {batch}"
        first, second = (
            Row(title, "ms", [one[f"{method}Ms"] for one in found], runner, note=_NOTE)
            for runner, found in (("ours", ours), ("tfjs-wasm", peer))
        )
        rows += [first, compared(first, second, at_least)]
    return rows
