"""The page trains on the kernels, and says so where it cannot."""

import json
import shutil

import pytest
import zstandard
from playwright.sync_api import Browser, Page, Route, expect
from tasks import browser as chromium
from tasks.paths import DIST

from tests.web.conftest import PATIENCE_MS, Problems
from tests.web.playground_page import PlaygroundPage, training_program

WHICH = """\
from pykeras_core.engine.backends.choice import why_not_kernels
from pykeras_core.engine.backends.wasm.library import load
print("reason:", why_not_kernels())
print("kernels:", load().name)
"""


def test_the_page_trains_on_the_kernels(playground: PlaygroundPage) -> None:
    playground.run(WHICH).wait_until_finished()
    expect(playground.console).to_contain_text("reason: None")
    expect(playground.console).to_contain_text("kernels: WebAssembly, relaxed SIMD")


CONVOLUTIONAL = """\
import keras
(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
    keras.layers.DepthwiseConv2D(3, padding="same"),
    keras.layers.MaxPooling2D(),
    keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x[:2000, ..., None] / 255, y[:2000], epochs=4, verbose=0).history
print("learns:", history["loss"][-1] < history["loss"][0] / 2)
(told,) = [line for line in model.explain_backend().splitlines() if "have a kernel" in line]
parts = told.split(";")[1].split()
print("parts on kernels:", "all" if parts[0] == parts[2] else " ".join(parts))
"""


def test_a_convolutional_step_runs_on_kernels_alone(playground: PlaygroundPage) -> None:
    playground.run(CONVOLUTIONAL).wait_until_finished()
    expect(playground.console).to_contain_text("learns: True")
    expect(playground.console).to_contain_text("parts on kernels: all")


BYTECODE = """\
import importlib.util
import pykeras_core
with open(pykeras_core.__spec__.cached, "rb") as file:
    print("fits:", file.read(4) == importlib.util.MAGIC_NUMBER)
"""


def test_the_package_comes_with_bytecode_for_the_pages_python(playground: PlaygroundPage) -> None:
    playground.run(BYTECODE).wait_until_finished()
    expect(playground.console).to_have_text("fits: True")


EAGER = """\
import numpy as np
from keras import ops
from pykeras_core.engine import PRIMITIVES, Equation, Spec, Tensor
from pykeras_core.engine.eager import evaluate

def computed_by(size):
    x = np.ones((size, size), np.float32)
    tensor = Tensor(Spec(x.shape), x)
    params = {"transpose_x": False, "transpose_y": False}
    equation = Equation(PRIMITIVES["matmul"], (tensor, tensor), params, (Tensor(Spec(x.shape)),))
    return "NumPy" if evaluate(equation, [x, x]) is None else "kernels"

print("small:", computed_by(8), "large:", computed_by(128))
x = np.random.default_rng(0).normal(size=(128, 128)).astype(np.float32)
print("error below 1e-4:", bool(np.abs(ops.matmul(x, x).numpy() - x @ x).max() < 1e-4))
"""


def test_large_eager_products_run_on_the_kernels(playground: PlaygroundPage) -> None:
    playground.run(EAGER).wait_until_finished()
    expect(playground.console).to_contain_text("small: NumPy large: kernels")
    expect(playground.console).to_contain_text("error below 1e-4: True")


def expect_training_on_numpy(playground: PlaygroundPage, reason: str) -> None:
    """Training works in every run, and every run that trains says in a line why it is slower."""
    for _ in range(2):
        playground.run(training_program(epochs=1)).wait_until_finished()
        line = f"RuntimeWarning: Training runs on NumPy, which is slower: {reason}"
        expect(playground.console).to_contain_text(line)
        expect(playground.console).to_contain_text("125/125")
    assert playground.console.inner_text().count("RuntimeWarning") == 1


def test_a_browser_without_simd_trains_on_numpy_and_says_so(
    browser: Browser, site_url: str, tab_problems: Problems
) -> None:
    executable = next(filter(None, map(shutil.which, chromium.NAMES)), None)
    old_processor = [*chromium.arguments(), "--js-flags=--no-enable-sse4-1 --no-enable-avx"]
    old = browser.browser_type.launch(executable_path=executable, args=old_processor)
    try:
        tab = old.new_page()
        if tab.evaluate(HAS_SIMD):
            pytest.skip("the SIMD of this processor cannot be switched off")
        tab.set_default_timeout(PATIENCE_MS)
        tab_problems.watch(tab.context, site_url)
        playground = PlaygroundPage(tab, site_url).wait_until_ready()
        expect_training_on_numpy(playground, "this browser has no WebAssembly SIMD")
    finally:
        old.close()
    assert tab_problems.unexpected() == []


def start_without_kernels() -> bytes:
    """What Python starts from, with something else in the place of the kernels."""
    (path,) = DIST.glob("app/*/start.zst")
    start = bytearray(zstandard.ZstdDecompressor().decompress(path.read_bytes()))
    place = start.index(b"\n") + 1
    broken = 0
    for name, size in json.loads(start[:place])["sizes"]:
        place = -(-place // 8) * 8  # each begins at a multiple of eight bytes
        if name.endswith(".wasm"):
            assert start[place : place + 4] == b"\0asm"
            start[place : place + 6] = b"<html>"
            broken += 1
        place += size
    assert broken == 2
    return zstandard.ZstdCompressor(level=1).compress(bytes(start))


def test_kernels_that_cannot_be_loaded_do_not_stop_the_page(page: Page, site_url: str) -> None:
    start = start_without_kernels()

    def with_its_size(route: Route) -> None:
        site = route.fetch().json()
        (entry,) = [entry for entry in site["start"] if entry["path"] == "start.zst"]
        entry["bytes"] = len(start)
        route.fulfill(json=site)

    page.context.route("**/site.json", with_its_size)
    page.context.route("**/start.zst", lambda route: route.fulfill(body=start))
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    expect_training_on_numpy(playground, "the kernels could not be loaded (")


HAS_SIMD = """() => WebAssembly.validate(new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0,
  10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]))"""


SEQUENCE = """\
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(3, 12, 5)).astype(np.float32)
model = keras.Sequential([keras.layers.LSTM(7, return_sequences=True)])
step_by_step = model(x).numpy()
model.compile("adam", "mse")
print("error below 1e-5:", bool(np.abs(model.predict(x, verbose=0) - step_by_step).max() < 1e-5))
model.fit(x, step_by_step + 1, verbose=0)
print("scans by kernels:", str(model.explain_backend()).count(" + scan"))
"""


def test_recurrent_layers_run_as_scans_on_the_kernels(playground: PlaygroundPage) -> None:
    playground.run(SEQUENCE).wait_until_finished()
    expect(playground.console).to_contain_text("error below 1e-5: True")
    expect(playground.console).to_contain_text("scans by kernels: 2")
