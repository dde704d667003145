"""Loops written by hand: their curves without a word of ours, their pace, and their state."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import loops, session
from tests.core.playground_page import Page

PAUSE = {"type": "pause", "runId": 1}
RESUME = {"type": "resume", "runId": 1}
STEP = {"type": "step", "runId": 1, "unit": "step"}
EPOCH = {"type": "step", "runId": 1, "unit": "epoch"}
STOP = {"type": "stop", "runId": 1}
RESET = {"type": "reset-weights", "runId": 1}

HEAD = """
import keras, numpy as np
import tensorflow as tf
keras.utils.set_random_seed(1)
x, y = np.random.rand(40, 3).astype("float32"), np.random.rand(40, 1).astype("float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)], name="net")
optimizer = keras.optimizers.SGD(0.25)
"""
BY_BATCH = (
    HEAD
    + """
model.compile(optimizer, "mse", metrics=["mae"])
told = []
for step in range(6):
    told.append(model.train_on_batch(x[step:step + 4], y[step:step + 4]))
"""
)
BY_TAPE = (
    HEAD
    + """
told = []
for step in range(6):
    with tf.GradientTape() as tape:
        my_loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    gradients = tape.gradient(my_loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    told.append(float(my_loss))
"""
)


@pytest.fixture(autouse=True)
def _every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(loops, "REPORT_INTERVAL_S", 0)
    monkeypatch.setattr(loops, "_SEEN_BEFORE_FIRST_REPORT", 1)


def steps(page: Page) -> list[tuple[int, dict[str, float]]]:
    return [(m["step"], m["logs"]) for m in page.of("steps") if m["mode"] == "loop"]


def curve(page: Page, name: str) -> list[float]:
    return [logs[name] for _, logs in steps(page) if name in logs]


def told(page: Page) -> Any:
    return np.array(page.session._main.told)


def outline(page: Page) -> list[Any]:
    kinds = ("begin", "end")
    return [(m["type"], m["mode"], m["fit"]) for m in page.messages if m["type"] in kinds]


# Curves


def test_train_on_batch_draws_what_it_returns() -> None:
    page = Page().run(BY_BATCH)
    assert page.status() == "completed"
    assert outline(page) == [("begin", "loop", 1), ("end", "loop", 1)]
    begin = page.of("begin")[0]
    assert (begin["label"], begin["optimizer"]) == ("net", "sgd")
    assert (begin["epochs"], begin["steps"], begin["means"]) == (0, None, [])
    assert [step for step, _ in steps(page)] == [1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose(curve(page, "loss"), told(page)[:, 0])
    np.testing.assert_allclose(curve(page, "mae"), told(page)[:, 1])


def test_a_tape_draws_what_it_differentiates_by_the_program_s_name() -> None:
    page = Page().run(BY_TAPE)
    assert page.printed("stderr") == ""
    assert outline(page) == [("begin", "loop", 1), ("end", "loop", 1)]
    assert [step for step, _ in steps(page)] == [1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose(curve(page, "my_loss"), told(page))


def test_weights_without_an_optimizer_draw_too() -> None:
    page = Page().run(
        HEAD
        + """
w, told = tf.Variable(3.0), []
for step in range(4):
    with tf.GradientTape() as tape:
        loss = (w - 1.0) ** 2
    w.assign_sub(0.1 * tape.gradient(loss, w))
    told.append(float(loss))
"""
    )
    assert page.printed("stderr") == ""
    np.testing.assert_allclose(curve(page, "loss"), told(page))


def test_a_progress_bar_draws_what_it_is_given_and_nothing_twice() -> None:
    bar = "bar = keras.utils.Progbar(6, verbose=0)\n"
    update = "    bar.update(step + 1, [('my_loss', told[-1] * 2), ('seen', step)])\n"
    page = Page().run(BY_TAPE.replace("told = []", bar + "told = []") + update)
    assert page.printed("stderr") == ""
    assert curve(page, "seen") == [0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose(curve(page, "my_loss")[1:], 2 * told(page)[1:])
    assert {name for _, logs in steps(page) for name in logs} == {"my_loss", "seen"}
    alone = Page().run(
        HEAD + bar + "for step in range(6): bar.update(step + 1, [('made', step / 2)])"
    )
    assert steps(alone) == [(step + 1, {"made": step / 2}) for step in range(6)]


def test_fit_s_own_bar_and_tape_are_no_loop() -> None:
    program = (
        HEAD
        + """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, x):
        return self.dense(x)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"loss": loss}
for eagerly in (False, True):
    own = Own()
    own.compile("sgd", "mse", run_eagerly=eagerly)
    own.fit(x, y, epochs=2)
    own.evaluate(x, y)
    own.predict(x)
"""
    )
    page = Page().run(program)
    assert page.printed("stderr") == ""
    assert {m["mode"] for m in page.of("begin")} == {"fit", "evaluate", "predict"}


NO_TRAINING = {
    "a gradient by the input": "x = tf.constant(x)\nwith tf.GradientTape() as tape:\n"
    "    tape.watch(x)\n    z = tf.reduce_sum(model(x))\ntape.gradient(z, x)",
    "a gradient of many values": "with tf.GradientTape() as tape:\n    z = model(x)\n"
    "tape.gradient(z, model.trainable_variables)",
    "a bar without values": "keras.utils.Progbar(3, verbose=0).update(1)",
    "test_on_batch": "model.compile('sgd', 'mse')\nmodel.test_on_batch(x, y)",
}


@pytest.mark.parametrize("program", NO_TRAINING.values(), ids=NO_TRAINING)
def test_what_trains_nothing_is_no_loop(program: str) -> None:
    page = Page().run(HEAD + program)
    assert page.status() == "completed"
    assert page.of("begin") == []


def test_two_models_by_batch_have_curves_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_SEEN_BEFORE_FIRST_REPORT", 3)
    page = Page().run(
        HEAD
        + """
critic = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)], name="critic")
model.compile(optimizer, "mse")
critic.compile("adam", "mse")
for step in range(3):
    critic.train_on_batch(x, y)
    critic.train_on_batch(x, y)
    model.train_on_batch(x, y)
"""
    )
    assert page.printed("stderr") == ""
    assert {name for _, logs in steps(page) for name in logs} == {"critic loss", "net loss"}
    assert len(page.of("begin")) == 1
    names = {one["name"] for one in page.of("settings")[-1]["settings"]}
    assert {"critic.learning_rate", "net.learning_rate"} <= names


def test_two_losses_of_one_loop_have_curves_of_their_own() -> None:
    page = Page().run(
        HEAD
        + """
critic = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)], name="critic")
def train(net, optimizer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(x) - y) ** 2)
    weights = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
other = keras.optimizers.Adam(0.5)
for step in range(2):
    train(model, optimizer)
    train(critic, other)
with tf.GradientTape(persistent=True) as tape:
    g_loss, d_loss = tf.reduce_mean(model(x)), tf.reduce_mean(critic(x))
tape.gradient(g_loss, model.trainable_variables)
tape.gradient(d_loss, critic.trainable_variables)
"""
    )
    assert page.printed("stderr") == ""
    names = {name for _, logs in steps(page) for name in logs}
    assert names == {"loss", "critic loss", "g_loss", "d_loss"}
    names = {one["name"] for one in page.of("settings")[-1]["settings"]}
    assert {"sgd.learning_rate", "adam.learning_rate"} <= names


def test_reports_between_steps_are_means_of_all_that_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "REPORT_INTERVAL_S", 1e6)
    page = Page().run(BY_BATCH)
    first, rest = steps(page)
    assert (first[0], rest[0]) == (1, 6)
    np.testing.assert_allclose(rest[1]["loss"], told(page)[1:, 0].mean())


def test_a_fit_ends_a_loop_and_another_may_follow() -> None:
    fit = "model.evaluate(x, y, verbose=0)\nmodel.fit(x, y, verbose=0)\n"
    page = Page().run(BY_BATCH + fit + "model.train_on_batch(x, y)")
    assert outline(page) == [
        ("begin", "loop", 1), ("begin", "evaluate", 1), ("end", "evaluate", 1), ("end", "loop", 1),
        ("begin", "fit", 2), ("end", "fit", 2), ("begin", "loop", 3), ("end", "loop", 3),
    ]  # fmt: skip


# Pace and state


@pytest.mark.parametrize("program", [BY_BATCH, BY_TAPE], ids=["by batch", "by tape"])
def test_a_loop_is_held_and_goes_on_step_by_step(program: str) -> None:
    page = Page(while_held=[[STEP], [STEP], [EPOCH], [STEP], [RESUME]])
    page.run(program.replace("for step", "model.optimizer = optimizer\nfor step"), paused=True)
    held = [(m["epoch"], m["step"]) for m in page.of("pace") if m["paused"]]
    assert held == [(0, 0), (0, 1), (0, 2), (0, 3)]
    assert page.steps_when_held == [0, 1, 2, 2, 3]
    assert "has no epochs" in page.of("request-failed")[0]["detail"]
    undisturbed = Page().run(program)
    np.testing.assert_allclose(told(page), told(undisturbed))


@pytest.mark.parametrize("program", [BY_BATCH, BY_TAPE], ids=["by batch", "by tape"])
def test_a_loop_is_stopped_at_once_and_answers_in_between(program: str) -> None:
    endless = program.replace("range(6)", "range(10**6)").replace("step:step + 4", ":4")
    page = Page([], [], [PAUSE], while_held=[[RESUME]])
    page.arriving += [[], [STOP]]
    page.run("\n".join([endless]))
    assert page.status() == "stopped"
    assert len(page.session._main.told) < 10
    assert page.of("end") != []


@pytest.mark.parametrize("program", [BY_BATCH, BY_TAPE], ids=["by batch", "by tape"])
def test_weights_and_settings_of_a_loop_can_be_changed(program: str) -> None:
    rate = {"type": "set", "runId": 1, "name": "learning_rate", "value": 0.0}
    page = Page(while_held=[[STEP], [STEP], [RESET, rate], [RESUME]])
    page.run(program.replace("told = []", "told, before = [], model.get_weights()"), paused=True)
    assert page.of("request-failed") == []
    assert page.of("settings")[-1]["settings"][0]["value"] == 0.0
    main = page.session._main
    for found, expected in zip(main.model.get_weights(), main.before, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_predictions_are_of_the_model_that_the_loop_trains() -> None:
    page = Page().run(BY_TAPE.replace("told = []", "told, x_test, y_test = [], x, y"))
    assert page.session.model is page.session._main.model
    assert page.of("predictions")[-1]["report"]["kind"] == "regression"
