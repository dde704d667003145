"""Norms: the true lengths of each layer's weights, and of gradients where they are known."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import norms, session
from tests.core.playground_page import Page

HEAD = """
import keras, numpy as np
import tensorflow as tf
x, y = np.random.rand(40, 3).astype("float32"), np.random.rand(40, 1).astype("float32")
inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, name="a")], name="inner")
model = keras.Sequential([
    inner, keras.layers.BatchNormalization(name="b"), keras.layers.Dropout(0.5),
    keras.layers.Dense(1, name="c"),
])
"""
RATE = "keras.optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)"


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(norms, "INTERVAL_S", 0)
    monkeypatch.setattr(norms, "_SHARE", 1e9)


def lengths(page: Page) -> dict[str, float]:
    main = page.session._main
    layers = {"inner/a": main.inner.layers[0], "b": main.model.layers[1], "c": main.model.layers[3]}
    return {
        name: float(
            np.sqrt(sum((w.numpy().astype("float64") ** 2).sum() for w in one.trainable_weights))
        )
        for name, one in layers.items()
    }


def weights(message: dict[str, Any]) -> dict[str, float]:
    return {layer["name"]: layer["weights"] for layer in message["layers"]}


def test_a_fit_tells_the_length_of_each_layer_s_weights_and_the_rate() -> None:
    page = Page().run(
        HEAD + f"model.compile(keras.optimizers.SGD({RATE}), 'mse')\n"
        "model.fit(x, y, batch_size=20, epochs=2, verbose=0)"
    )
    last = page.of("norms")[-1]
    assert (last["runId"], last["fit"], last["epoch"], last["step"]) == (1, 1, 1, 2)
    assert list(weights(last)) == ["inner/a", "b", "c"]
    for name, length in lengths(page).items():
        assert weights(last)[name] == pytest.approx(length, rel=1e-6)
    assert last["learningRate"] == 0.5**5
    assert {layer["gradients"] for layer in last["layers"]} == {None}
    assert last["bytes"] > 1e7


def test_a_loop_by_tape_tells_its_gradients_too() -> None:
    page = Page().run(
        HEAD
        + """
optimizer, told = keras.optimizers.SGD(0.25), []
for step in range(4):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    told.append([float(np.linalg.norm(g.numpy())) for g in gradients])
"""
    )
    last = page.of("norms")[-1]
    found = {layer["name"]: layer["gradients"] for layer in last["layers"]}
    told = page.session._main.told[last["step"] - 1]
    pairs = {"inner/a": told[0:2], "b": told[2:4], "c": told[4:6]}
    assert found == {name: pytest.approx(np.hypot(*pair), rel=1e-5) for name, pair in pairs.items()}
    assert last["learningRate"] == 0.25


def test_telling_takes_a_hundredth_of_the_time_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(norms, "_SHARE", 0.01)
    monkeypatch.setattr(norms, "INTERVAL_S", 0.5)
    now = [0.0]
    posted: list[Any] = []

    def post(message: dict[str, Any]) -> None:
        posted.append(now[0])
        now[0] += 0.02  # what it costs

    told = norms.Norms(post, lambda: now[0])
    while now[0] < 20:
        told.tell([], [], fit=1, epoch=0, step=0)
        now[0] += 0.25
    gaps = np.diff(posted)
    assert gaps.min() >= 2.0
