"""A step of fit on WebGPU beside TensorFlow.js's, on a device that Chromium computes itself.

Every machine can measure this: SwiftShader runs shaders on the processor. What a graphics processor
makes of them is another matter; how many there are, and how much each does, is the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tasks import browser
from tasks.bench import training
from tasks.bench.page import Page
from tasks.bench.report import Row
from tasks.bench.training import Case, Peer
from tasks.console import TaskError

_TIMES_AHEAD = 8
CASES = [
    Case(
        "MLP 784-128-10, batch 32", "mlp", 32, samples=1280,
        peers=[Peer("tfjs-webgpu", _TIMES_AHEAD, samples=128)],
    ),
    Case(
        "MLP 784-128-10, batch 128", "mlp", 128, samples=2560,
        peers=[Peer("tfjs-webgpu", _TIMES_AHEAD, samples=512)],
    ),
    Case(
        "CNN conv32-conv64, batch 32", "cnn", 32, samples=160,
        peers=[Peer("tfjs-webgpu", _TIMES_AHEAD, samples=32)],
    ),
]  # fmt: skip


def measure(page: Page, runs: int) -> list[Row]:
    """Rows for us and for TensorFlow.js, in a Chromium of their own.

    Raises:
        TaskError: Our training ran on something else.
    """
    rows = []
    with _page_with_webgpu(page) as other:
        for case in CASES:
            rows += training.measure(case, other, None, runs, "programs/webgpu")
            name, why = other.ran_on()
            if name != "webgpu":
                raise TaskError(
                    f"{case.title} was to be trained on WebGPU, and ran on {name}: {why}",
                    "Chromium's SwiftShader is part of it; see tests/web/test_webgpu.py.",
                )
    return rows


@contextmanager
def _page_with_webgpu(page: Page) -> Iterator[Page]:
    arguments = [*browser.arguments(), *browser.SOFTWARE_WEBGPU]
    running = page.browser.browser_type.launch(executable_path=browser.ensure(), args=arguments)
    try:
        yield Page(running, page.address)
    finally:
        running.close()
