"""`evaluate` and `predict` of 10,000 images: ours against TensorFlow.js."""

from tasks import console
from tasks.bench.page import Page, program
from tasks.bench.report import Row, compared

IMAGES, BATCH = 10_000, 32
AT_LEAST = 10.0
_NOTE = "10,000 images: the built-in sample, repeated"


def measure(page: Page, runs: int) -> list[Row]:
    """Rows for both methods, ours and the peer's in turn."""
    code = program("models/mlp", "programs/inference", SAMPLES=IMAGES, IMAGES=IMAGES, BATCH=BATCH)
    request = {"work": "inference", "model": "mlp", "batch": BATCH, "samples": IMAGES}
    ours, peer = [], []
    for number in range(runs):
        console.say(f"evaluate and predict: measurement {number + 1} of {runs}")
        ours.append(page.run(code))
        peer.append(page.ask("wasm", **request))
    rows = []
    for method in ("evaluate", "predict"):
        title = f"{method}, MLP, batch {BATCH}"
        first, second = (
            Row(title, "ms", [one[f"{method}Ms"] for one in found], runner, note=_NOTE)
            for runner, found in (("ours", ours), ("tfjs-wasm", peer))
        )
        rows += [first, compared(first, second, AT_LEAST)]
    return rows
