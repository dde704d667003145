"""Gradient norms inside of `fit`: right, computed while somebody looks, and without a trace."""

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import compat, hosting
from pykeras_core.engine import GradientTape
from pykeras_core.engine.backends import choice
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.playground import norms, session
from pykeras_core.training import gradients as training_gradients
from pykeras_core.training import steps
from tests.core.worker_stub import Page

HEAD = """
import keras, numpy as np
import tensorflow as tf
keras.utils.set_random_seed(3)
x, y = np.random.rand(50, 6, 4).astype("float32"), np.random.randint(0, 3, 50)
"""
MODELS = {
    "dense": """
model = keras.Sequential([
    keras.layers.Flatten(),
    keras.Sequential([keras.layers.Dense(8, "relu", name="inside")], name="inner"),
    keras.layers.BatchNormalization(), keras.layers.Dropout(0.4),
    keras.layers.Dense(3, activation="softmax", kernel_regularizer="l2"),
])
""",
    "convolution": """
model = keras.Sequential([
    keras.layers.Conv1D(5, 3, activation="gelu"), keras.layers.MaxPooling1D(),
    keras.layers.GaussianNoise(0.1), keras.layers.Flatten(),
    keras.layers.Dense(3, activation="softmax"),
])
""",
    "recurrent": """
model = keras.Sequential([
    keras.layers.LSTM(5, return_sequences=True), keras.layers.GRU(4),
    keras.layers.Dense(3, activation="softmax"),
])
""",
}
OPTIMIZERS = {
    "sgd": "keras.optimizers.SGD(0.1, momentum=0.9)",
    "clipped adam": "keras.optimizers.Adam(0.01, clipnorm=0.1, weight_decay=0.01)",
    "scaled": "keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))",
}
FIT = "model.fit(x, y, batch_size=20, epochs=3, verbose=0, validation_split=0.2)\n"
WATCH = {"type": "watch", "gradients": True}


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(norms, "INTERVAL_S", 0)
    monkeypatch.setattr(norms, "_SHARE", 1e9)


@pytest.fixture(params=["as it comes", "numpy"])
def _backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "numpy":
        monkeypatch.setattr(choice, "_available", lambda: (NumpyBackend(), ""))


def _trained(model: str, optimizer: str, watched: bool) -> tuple[list[Any], list[Any], Page]:
    page = Page(requests=[WATCH] if watched else [])
    compile_ = (
        f"model.compile({optimizer}, 'sparse_categorical_crossentropy', metrics=['accuracy'])\n"
    )
    page.run(HEAD + model + compile_ + FIT)
    main = page.session._main
    told = [layer["gradients"] for one in page.of("norms") for layer in one["layers"]]
    state = [*main.model.variables, *main.model.optimizer.variables]
    return [variable.numpy() for variable in state], told, page


@pytest.mark.usefixtures("_backend")
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_training_is_the_same_to_the_last_bit_whether_somebody_looks(
    model: str, optimizer: str
) -> None:
    alone, unseen, _ = _trained(model, optimizer, watched=False)
    looked_at, told, _ = _trained(model, optimizer, watched=True)
    assert set(unseen) == {None}
    assert None not in told
    assert min(told) > 0
    assert len(alone) == len(looked_at) > 6
    for before, after in zip(alone, looked_at, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.usefixtures("_backend")
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_fit_tells_the_gradients_of_its_last_batch(optimizer: str) -> None:
    page = Page(requests=[WATCH]).run(
        HEAD
        + MODELS["recurrent"]
        + f"model.compile({optimizer}, 'sparse_categorical_crossentropy')\n"
        + "model.fit(x, y, batch_size=20, epochs=2, verbose=0, shuffle=False)\n"
    )
    main = page.session._main
    with GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy()(main.y[40:], main.model(main.x[40:]))
    weights = main.model.trainable_variables
    lengths = dict(zip(map(id, weights), tape.gradient(loss, weights), strict=True))
    last = page.of("norms")[-1]
    assert last["withoutGradients"] is None
    for told, layer in zip(last["layers"], main.model.layers, strict=True):
        parts = [np.linalg.norm(lengths[id(one)].numpy()) for one in layer.trainable_variables]
        assert told["gradients"] == pytest.approx(np.linalg.norm(parts), rel=1e-4)


def test_nothing_is_computed_that_nobody_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    probe = training_gradients.GradientProbe

    def make(*given: Any) -> Any:
        made.append(probe(*given))
        return made[-1]

    monkeypatch.setattr(steps, "GradientProbe", make)
    _trained(MODELS["dense"], OPTIMIZERS["sgd"], watched=False)
    assert made == []
    _, _, page = _trained(MODELS["dense"], OPTIMIZERS["sgd"], watched=True)
    assert len(made) == 1
    page.requests = [{**WATCH, "gradients": False}]
    page.cell(FIT)
    assert {layer["gradients"] for layer in page.of("norms")[-1]["layers"]} == {None}
    (function,) = [
        one
        for name, one in page.session._main.model._step_functions.items()
        if name == "train_step"
    ]
    assert function._probes == {}


@pytest.mark.parametrize(
    ("change", "why"),
    [("memory", "memory"), ("eager", "step"), ("own step", "step")],
)
def test_where_there_are_none_the_page_is_told_why(
    change: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if change == "memory":
        monkeypatch.setattr(training_gradients, "LARGE_BYTES", 0)
        monkeypatch.setattr(training_gradients, "available_bytes", lambda: 1000)
    eager = "True" if change == "eager" else "False"
    own = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, x):
        return self.dense(x)
    def train_step(self, data):
        self(data[0])
        self.dense.kernel.assign(self.dense.kernel * 0.5)
        return {"loss": 1.0}
model = Own()
"""
    page = Page(requests=[WATCH]).run(
        HEAD
        + (own if change == "own step" else MODELS["dense"])
        + f"model.compile('sgd', 'sparse_categorical_crossentropy', run_eagerly={eager})\n"
        + "model.fit(x, y, epochs=2, verbose=0)\n"
    )
    assert page.of("finished")[-1]["status"] == "completed"
    last = page.of("norms")[-1]
    assert last["withoutGradients"] == why
    assert {layer["gradients"] for layer in last["layers"]} == {None}


def test_a_step_of_the_program_s_own_shows_what_it_gives_to_its_optimizers() -> None:
    page = Page(requests=[WATCH]).run(
        HEAD
        + """
class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = keras.layers.Dense(2, name="a"), keras.layers.Dense(1, name="b")
        self.first, self.second = keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.1)
    def call(self, x):
        return self.b(self.a(x))
    def train_step(self, data):
        x, y = data
        with tf.GradientTape(persistent=True) as tape:
            loss = tf.reduce_mean(self(x) ** 2)
        for layer, optimizer in ((self.a, self.first), (self.b, self.second)):
            weights = layer.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        print("traced")
        return {"loss": loss}
model = Gan()
model.compile()
model.fit(x.reshape(50, -1), y, epochs=2, verbose=0, batch_size=25)
"""
    )
    assert page.of("finished")[-1]["status"] == "completed"
    assert page.printed() == "traced\n"
    found = {layer["name"]: layer["gradients"] for layer in page.of("norms")[-1]["layers"]}
    assert min(found["a"], found["b"]) > 0


def test_a_generator_s_batches_are_looked_at_too() -> None:
    page = Page(requests=[WATCH]).run(
        HEAD
        + MODELS["dense"]
        + "model.compile('sgd', 'sparse_categorical_crossentropy')\n"
        + "batches = ((x[i:i + 10], y[i:i + 10]) for i in range(0, 50, 10))\n"
        + "model.fit(batches, verbose=0)\n"
    )
    assert page.of("finished")[-1]["status"] == "completed"
    assert min(layer["gradients"] for layer in page.of("norms")[-1]["layers"]) > 0


def test_looking_is_over_without_a_host() -> None:
    assert not hosting.wants_gradients()
    hosting.gradients(lambda: pytest.fail("nobody has asked"))
