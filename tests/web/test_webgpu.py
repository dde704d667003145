"""WebGPU in the page: the device that Python is given, and training on it.

Chromium computes here on the processor (SwiftShader), through the same interface and compiler of
shaders as with a graphics processor.
"""

import json
import sys
import types
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pykeras_core.engine.backends.reasons import REASONS, Reason
from pykeras_core.engine.backends.webgpu import browser
from tests.web.node import run_js
from tests.web.playground_page import PlaygroundPage
from tests.web.test_strings import LOCALES

BINDINGS = """\
@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<storage, read_write> state: array<f32>;
struct Step { number: u32, a: u32, b: u32, c: u32 }
@group(0) @binding(2) var<uniform> step: Step;
"""
PRODUCT = f"""\
{BINDINGS}
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> y: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {{
  var sum = 0.0;
  for (var k = 0u; k < 16u; k++) {{
    sum += x[id.y * 16u + k] * y[k * 8u + id.x];
  }}
  arena[id.y * 8u + id.x] = sum + f32(step.number);
}}
"""
WRONG = f"{BINDINGS}\n@compute @workgroup_size(1)\nfn main() {{ arena[0] = 1u; }}\n"

DEVICE = f"""\
import json
import numpy as np
from pykeras_core.engine.backends.webgpu.browser import BrowserDevice
from pykeras_core.engine.backends.webgpu.device import STEP_BYTES, DeviceLostError, Part

PRODUCT, WRONG = {PRODUCT!r}, {WRONG!r}
device = BrowserDevice()
seen = {{"fallback": device.is_fallback, "name": device.description}}
seen["limits"] = [device.most_binding_bytes, device.most_inputs, device.most_workgroups]

rng = np.random.default_rng(0)
x = rng.normal(size=(8, 16)).astype(np.float32)
y = rng.normal(size=(16, 8)).astype(np.float32)
arena, state, steps = device.buffer(256), device.buffer(4), device.buffer(3 * STEP_BYTES)
inputs = [device.buffer(x.nbytes), device.buffer(y.nbytes)]
numbers = np.zeros((3, STEP_BYTES // 4), np.uint32)
numbers[:, 0] = 10, 20, 30
for buffer, array in zip([steps, *inputs], [numbers, x, y]):
    device.write(buffer, 0, array)
pipeline = device.pipeline(PRODUCT)
seen["once"] = device.pipeline(PRODUCT) == pipeline
device.wait([pipeline])
seen["pending"] = device.pending([pipeline])
group = device.group([arena, state, steps, *inputs])
device.submit(np.array([pipeline, group, 1, 0, pipeline, group, 1, 2], np.int32))
device.write(state, 0, np.array([7], np.float32))
device.copy(Part(state, 0, 4), Part(arena, 252, 4))
product, one, nothing = device.read([Part(arena, 0, 256), Part(state, 0, 4), Part(arena, 0, 0)])
found = product.view(np.float32)
seen["error"] = float(np.abs(found - (x @ y + 30).ravel())[:63].max())
seen["copied"] = [float(found[63]), float(one.view(np.float32)[0])]
seen["arrays"] = [product.dtype.name, product.size, one.size, nothing.size]

large = rng.integers(0, 2**32, 3 * 2**18, np.uint32)
buffer = device.buffer(large.nbytes)
device.write(buffer, 0, large)
seen["large"] = np.array_equal(device.read([Part(buffer, 0, large.nbytes)])[0], large)
device.release(buffer)


def message_of(error_class, act, *arguments):
    try:
        act(*arguments)
    except error_class as error:
        return str(error)


wrong = device.pipeline(WRONG)
seen["wrong shader"] = message_of(ValueError, device.wait, [wrong])
seen["again"] = message_of(ValueError, device.pending, [pipeline, wrong])
seen["no room"] = message_of(MemoryError, device.buffer, 2**40)

twice = device.group([arena, arena, steps, *inputs])
device.submit(np.array([pipeline, twice, 1, 0], np.int32))
seen["wrong work"] = message_of(DeviceLostError, device.read, [Part(arena, 0, 4)])
seen["goes on"] = float(device.read([Part(state, 0, 4)])[0].view(np.float32)[0])

device.release(inputs[0])
seen["left"] = [device._gpu.groups.size, device._gpu.buffers.size]
device._gpu.device.destroy()
device.write(state, 0, np.array([8], np.float32))
seen["lost"] = message_of(DeviceLostError, device.read, [Part(state, 0, 4)])
seen["another"] = BrowserDevice().buffer(16) > 0
print(json.dumps(seen))
"""


def test_python_has_the_browsers_device(gpu_playground: PlaygroundPage) -> None:
    gpu_playground.run(DEVICE).wait_until_finished()
    seen = json.loads(gpu_playground.console.inner_text())
    assert seen["fallback"], "SwiftShader is no graphics processor"
    assert seen["name"] == "google swiftshader"
    assert seen["limits"][0] > 2**27, "the adapter's own limit, not the least"
    assert seen["limits"][1:] == [6, 65535]
    assert seen["once"]
    assert not seen["pending"]
    assert seen["error"] < 1e-5
    assert seen["copied"] == [7, 7]
    assert seen["arrays"] == ["uint32", 64, 1, 0]
    assert seen["large"]
    assert seen["wrong shader"] == "line 7, column 22: cannot assign 'u32' to 'f32'"
    assert seen["again"] == seen["wrong shader"]
    assert seen["no room"] == f"the graphics processor has no room for {2**40} bytes"
    assert "Writable storage buffer binding aliasing" in seen["wrong work"]
    assert seen["goes on"] == 7
    assert seen["left"] == [0, 4]
    assert seen["lost"] == "the graphics processor was lost: Device was destroyed."
    assert seen["another"]


REFUSALS = """
globalThis.self = { isSecureContext: true };
globalThis.navigator ??= { userAgent: "" };
const { openDevice } = await import(GPU);
const refuses = async () => { throw new Error("limits"); };
const adapter = { limits: {}, requestDevice: refuses };
const said = [
  await openDevice(undefined),
  await openDevice({ requestAdapter: async () => null }),
  await openDevice({ requestAdapter: async () => { throw new Error("blocklisted"); } }),
  await openDevice({ requestAdapter: async () => adapter }),
];
self.isSecureContext = false;
answer([...said, await openDevice(undefined)]);
"""


def test_a_browser_that_gives_no_device_is_told_in_one_sentence() -> None:
    path = Path(__file__).parents[2] / "web" / "worker" / "gpu.js"
    refusals = run_js(REFUSALS.replace("GPU", repr(path.as_uri()), 1))
    assert [str(Reason(found["code"], {"detail": found["detail"]})) for found in refusals] == [
        "this browser has no WebGPU",
        "this browser finds no graphics processor that it can use",
        "the browser did not give its graphics processor: blocklisted",
        "the browser did not give its graphics processor: limits",
        "browsers offer WebGPU only to pages that come over HTTPS, or from this machine",
    ]
    for reason in REASONS:
        assert f"backend.why.{reason}" in LOCALES["en"], "the page has words for each"


def test_where_python_cannot_wait_it_has_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    ffi = types.SimpleNamespace(run_sync=lambda promise: promise, can_run_sync=lambda: False)
    for name, module in [("pyodide", types.ModuleType("pyodide")), ("pyodide.ffi", ffi)]:
        monkeypatch.setitem(sys.modules, name, module)
    offers = {
        "this page does not offer": None,
        "it lacks JSPI": types.SimpleNamespace(canPause=False),
        "it cannot wait": types.SimpleNamespace(canPause=True),
    }
    for why, graphics in offers.items():
        monkeypatch.setattr(browser, "_graphics", graphics)
        with pytest.raises(OSError, match=why):
            browser.BrowserDevice()


MODELS = '''\
import keras
import numpy as np
from pykeras_core.engine.backends import choice

(x, y), _ = keras.datasets.mnist.load_data()
x, y = x[:256, ::2, ::2] / np.float32(255), y[:256]
layers = keras.layers
MODELS = {
    "dense": [layers.Flatten(), layers.Dense(32, "relu")],
    "cnn": [
        layers.Reshape((14, 14, 1)), layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(), layers.Flatten(),
    ],
    "lstm": [layers.LSTM(8)],
}


class Compiled(keras.callbacks.Callback):
    """Waits for the shaders after the first epoch, so that the others run on the device."""

    def on_epoch_end(self, epoch, logs=None):
        device = choice._graphics(True).device
        device.wait(list(device._known.values()))
'''
TRAINED = f"""\
{MODELS}

def trained(name, backend, callbacks):
    keras.config.set_compute_backend(backend)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([*map(layer_again, MODELS[name]), layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=4, verbose=0, callbacks=callbacks).history
    return history["loss"], model.predict(x[:32], verbose=0), model


def layer_again(layer):
    return type(layer).from_config(layer.get_config())


for name in MODELS:
    loss, answers, _ = trained(name, "numpy", [])
    other, others, model = trained(name, "webgpu", [Compiled()])
    print(name, model.explain_backend().splitlines()[0])
    print(name, "error below 1e-4:", bool(np.abs(np.array(loss) - other).max() < 1e-4))
    print(name, "answers alike:", bool(np.abs(answers - others).max() < 1e-4))
"""
KEPT = """\
from pykeras_core.engine.backends import choice
print("the next program has the same device:", choice._state.graphics is not None)
"""


def test_models_train_on_webgpu_as_on_numpy(gpu_playground: PlaygroundPage) -> None:
    gpu_playground.run(TRAINED).wait_until_finished()
    for name in ("dense", "cnn", "lstm"):
        for fact in (
            "Backend: WebGPU on google swiftshader (it was asked for)",
            "error below 1e-4: True",
            "answers alike: True",
        ):
            expect(gpu_playground.console).to_contain_text(f"{name} {fact}")
    gpu_playground.run(KEPT).wait_until_finished()
    expect(gpu_playground.console).to_have_text("the next program has the same device: True")


LOST = f"""\
{MODELS}

class Lost(Compiled):
    def on_epoch_end(self, epoch, logs=None):
        if epoch < 2:
            super().on_epoch_end(epoch)
        if epoch == 2:
            print("before:", model.explain_backend().splitlines()[0])
            choice._graphics(True).device._gpu.device.destroy()


keras.config.set_compute_backend("webgpu")
model = keras.Sequential([*MODELS["dense"], layers.Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
loss = model.fit(x, y, epochs=12, verbose=0, callbacks=[Lost()]).history["loss"]
print("after:", model.explain_backend().splitlines()[0])
print("goes on to learn:", loss[-1] < loss[2] < loss[0])
"""


def test_a_lost_device_ends_no_training(gpu_playground: PlaygroundPage) -> None:
    gpu_playground.run(LOST).wait_until_finished()
    console = gpu_playground.console
    expect(console).to_contain_text("before: Backend: WebGPU on google swiftshader")
    expect(console).to_contain_text("after: Backend: WASM SIMD kernels")
    expect(console).to_contain_text("goes on to learn: True")
    expect(gpu_playground.tab.locator("backend-chip .chip")).to_have_text("WASM")
    expect(gpu_playground.toast.filter(has_text="Training goes on on WASM")).to_be_visible()
