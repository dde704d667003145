"""The page trains on the kernels, and says so where it cannot."""

from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

WHICH = """\
from pykeras_core.engine.backends.base import why_not_kernels
from pykeras_core.engine.backends.library import load
print("reason:", why_not_kernels())
print("kernels:", load().name)
"""


def test_the_page_trains_on_the_kernels(playground: PlaygroundPage) -> None:
    playground.run(WHICH).wait_until_finished()
    expect(playground.console).to_contain_text("reason: None")
    expect(playground.console).to_contain_text("kernels: WebAssembly, relaxed SIMD")


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
from pykeras_core.engine.backends.eager import evaluate

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
