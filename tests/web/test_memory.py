"""Memory in the page: fit holds the data once, and what is too large is said before it begins."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

FIT = """\
import keras, numpy as np
from pykeras_core.engine.capacity import available_bytes

x, y = np.zeros((20_000, 784), "DTYPE"), np.zeros(20_000, "int32")
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
free = [available_bytes()]
note = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: free.append(available_bytes()))
model.fit(x, y, epochs=8, batch_size=500, callbacks=[note], verbose=0)
print("taken by fit:", (free[0] - min(free)) // 10**6, "MB")
print("grown since the second epoch:", (free[2] - free[-1]) // 10**3, "KB")
"""


def number_after(words: str, text: str) -> int:
    match = re.search(rf"{words}: (-?\d+)", text)
    assert match, text
    return int(match[1])


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_fit_holds_the_data_once_and_does_not_grow(playground: PlaygroundPage, dtype: str) -> None:
    playground.run(FIT.replace("DTYPE", dtype)).wait_until_finished()
    text = playground.console.inner_text()
    assert number_after("taken by fit", text) < 16, "a float32 copy of the set takes 63 MB"
    assert number_after("grown since the second epoch", text) < 500


def test_a_model_too_large_is_refused_and_the_next_program_runs(playground: PlaygroundPage) -> None:
    playground.run(
        "import keras\n"
        "model = keras.Sequential([keras.Input((100_000,)), keras.layers.Dense(100_000)])\n"
    )
    expect(playground.progress).to_contain_text("Error on line 2")
    expect(playground.console).to_contain_text(
        re.compile(r"`Dense` 'dense' is too large: .* needs 40\.0 GB of memory, and [34]\.\d GB is")
    )
    expect(playground.console).to_contain_text("A page has at most 4 GB")
    playground.run("import keras\nprint(keras.ops.ones(2) + 1)")
    expect(playground.console).to_have_text("[2. 2.]")
    playground.wait_until_finished()


def test_arrays_that_fill_the_memory_are_let_go(playground: PlaygroundPage) -> None:
    fill = "import numpy as np\nkept = []\nwhile True: kept.append(np.empty(10**8, 'uint8'))\n"
    playground.run(fill)
    expect(playground.progress).to_contain_text("Error on line 3")
    expect(playground.console).to_contain_text("Unable to allocate")
    playground.run(
        "from pykeras_core.engine.capacity import available_bytes\nprint(available_bytes() > 3.5e9)"
    )
    expect(playground.console).to_have_text("True")
