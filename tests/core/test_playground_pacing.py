"""Pause, resume and step: training is held where the page says, and goes on as if it were not."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import session
from tests.core.playground_page import Page

PAUSE = {"type": "pause", "runId": 1}
RESUME = {"type": "resume", "runId": 1}
STEP = {"type": "step", "runId": 1, "unit": "step"}
EPOCH = {"type": "step", "runId": 1, "unit": "epoch"}
STOP = {"type": "stop", "runId": 1}

HEAD = """
import keras, numpy as np
keras.utils.set_random_seed(1)
x, y = np.random.rand(40, 3).astype("float32"), np.random.rand(40, 1).astype("float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
"""
FIT = HEAD + "model.fit(x, y, batch_size=4, epochs=3, verbose=0)\n"  # 10 steps an epoch
VALIDATED = FIT.replace("verbose=0", "verbose=0, validation_data=(x, y), validation_batch_size=8")


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)


def held_at(page: Page) -> list[tuple[int, int]]:
    """The epoch and step of each hold."""
    return [(pace["epoch"], pace["step"]) for pace in page.of("pace") if pace["paused"]]


def final_weights(page: Page) -> list[Any]:
    return [np.array(weight) for weight in page.session.model.get_weights()]


@pytest.fixture
def undisturbed_weights() -> list[Any]:
    return final_weights(Page().run(FIT))


def test_a_run_that_begins_paused_is_held_before_its_first_step(
    undisturbed_weights: list[Any],
) -> None:
    page = Page(while_held=[[RESUME]]).run(FIT, paused=True)
    assert (held_at(page), page.steps_when_held) == ([(0, 0)], [0])
    assert page.status() == "completed"
    assert page.of("pace")[-1]["paused"] is False
    np.testing.assert_equal(final_weights(page), undisturbed_weights)


STEPPED = {
    "many steps a call": "",
    "a callback by batch": ", callbacks=[keras.callbacks.LambdaCallback("
    "on_train_batch_end=lambda batch, logs: None)]",
}


@pytest.mark.parametrize("callbacks", STEPPED.values(), ids=STEPPED)
@pytest.mark.parametrize("compiled", ["", ", steps_per_execution=3", ", run_eagerly=True"])
def test_a_step_is_one_step(callbacks: str, compiled: str) -> None:
    program = FIT.replace("verbose=0", f"verbose=0{callbacks}").replace('"mse"', f'"mse"{compiled}')
    page = Page(while_held=[[STEP]] * 12 + [[RESUME]]).run(program, paused=True)
    assert page.steps_when_held == list(range(13))
    # The tenth step ends the epoch, and is held when the epoch has been told of.
    assert held_at(page) == [(0, step) for step in range(11)] + [(1, 1), (1, 2)]
    assert page.status() == "completed"
    assert len(page.of("epoch")) == 3


def test_steps_of_a_generator_are_single_too() -> None:
    program = HEAD + (
        "batches = ((x[:4], y[:4]) for _ in range(6))\nmodel.fit(batches, epochs=1, verbose=0)\n"
    )
    page = Page(while_held=[[STEP]] * 6 + [[RESUME]]).run(program, paused=True)
    assert page.steps_when_held == list(range(7))


def test_an_epoch_is_held_after_its_validation_and_callbacks() -> None:
    told = "on_epoch_end=lambda epoch, logs: print(sorted(logs))"
    told = f"callbacks=[keras.callbacks.LambdaCallback({told})]"
    program = VALIDATED.replace("verbose=0", f"verbose=0, {told}")
    page = Page(while_held=[[EPOCH], [EPOCH], [RESUME]]).run(program, paused=True)
    assert held_at(page) == [(0, 0), (0, 10), (1, 10)]
    before_the_hold = page.messages[: page.messages.index(page.of("pace")[2])]
    assert [m["type"] for m in before_the_hold].count("epoch") == 1
    outputs = [m for m in before_the_hold if m["type"] == "output"]
    assert outputs[0]["pieces"][0]["text"] == "['loss', 'val_loss']\n"


def test_the_last_step_of_an_epoch_brings_its_validation_along() -> None:
    page = Page(while_held=[[STEP]] * 11 + [[RESUME]]).run(VALIDATED, paused=True)
    assert held_at(page)[-2:] == [(0, 10), (1, 1)]


def test_training_that_ends_is_not_held_but_what_comes_next_is() -> None:
    program = FIT + FIT.splitlines()[-1]
    page = Page(while_held=[[EPOCH]] * 3 + [[RESUME]]).run(program, paused=True)
    assert held_at(page) == [(0, 0), (0, 10), (1, 10), (0, 0)]
    assert page.steps_when_held == [0, 10, 20, 30]
    assert page.status() == "completed"


def test_stop_works_while_training_is_held() -> None:
    page = Page(while_held=[[STEP], [STEP], [STOP]]).run(FIT, paused=True)
    assert (page.status(), page.steps_when_held) == ("stopped", [0, 1, 2])
    assert Page().run(FIT).status() == "completed"


def test_everything_else_is_answered_while_training_is_held(
    undisturbed_weights: list[Any],
) -> None:
    predict = {"type": "predict", "runId": 1}
    unknown = {"type": "dance"}
    page = Page(while_held=[[predict], [unknown], [PAUSE], [RESUME]])
    page.run(FIT.replace("model =", "x_test, y_test = x, y\nmodel ="), paused=True)
    paces = [message["paused"] for message in page.of("pace")]
    assert paces == [True, True, False]  # the second answers the pause
    held = page.messages.index(page.of("pace")[0])
    on = page.messages.index(page.of("pace")[-1])
    kinds = [message["type"] for message in page.messages[held:on]]
    assert kinds == ["pace", "predictions", "inspection", "request-failed", "pace"]
    np.testing.assert_equal(final_weights(page), undisturbed_weights)


def test_pause_is_heeded_by_the_next_report(undisturbed_weights: list[Any]) -> None:
    page = Page([], [PAUSE], while_held=[[RESUME]]).run(FIT)
    (steps,) = page.steps_when_held
    assert steps < 10
    assert held_at(page) == [(0, steps)]
    np.testing.assert_equal(final_weights(page), undisturbed_weights)


PRINTING = """
import keras, numpy as np
class Telling(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, x):
        print("traced")
        return self.dense(x)
model = Telling()
model.compile("sgd", "mse")
model.fit(np.ones((8, 2)), np.ones(8), batch_size=4, verbose=0)
"""


def test_pause_that_arrives_while_a_step_is_traced_holds_between_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pykeras_core.playground.console.FLUSH_INTERVAL_S", 0)
    page = Page([], [PAUSE], while_held=[[STEP], [RESUME]]).run(PRINTING)
    assert page.steps_when_held == [0, 1]
    assert page.status() == "completed"


PASSES = {
    "evaluate": "model.evaluate(x, y, batch_size=4, verbose=0)",
    "predict": "model.predict(x, batch_size=4, verbose=0)",
}


@pytest.mark.parametrize("call", PASSES.values(), ids=PASSES)
def test_evaluate_and_predict_are_held_too(call: str) -> None:
    page = Page([], [PAUSE], while_held=[[STEP], [STEP], [EPOCH], [RESUME]])
    page.run(f"{HEAD}{call}\n{call}\nprint('to the end')")
    assert held_at(page) == [(0, 0), (0, 1), (0, 2), (0, 0)]
    assert page.printed() == "to the end\n"


def test_validation_is_held_and_goes_on_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    program = VALIDATED.replace("epochs=3", "epochs=2")
    page = Page(while_held=[[STEP], [STEP], [RESUME]])
    post = page.messages.append

    def pause_in_validation(message: dict[str, Any]) -> None:
        post(message)
        if message["type"] == "steps" and message["mode"] == "validate" and not page.of("pace"):
            page.arriving.insert(0, [PAUSE])

    monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
    page.session._post_plain = pause_in_validation
    page.run(program)
    assert [step for _, step in held_at(page)] == [1, 2, 3]
    assert page.steps_when_held == [10, 10, 10]
    assert page.status() == "completed"


def test_an_evaluation_by_a_callback_belongs_to_the_step() -> None:
    program = (
        HEAD
        + """
class Check(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.model.evaluate(x, y, batch_size=4, verbose=0)
model.fit(x, y, batch_size=4, verbose=0, callbacks=[Check()])
"""
    )
    page = Page(while_held=[[STEP], [STEP], [RESUME]]).run(program, paused=True)
    assert page.steps_when_held == [0, 1, 2]


def test_what_comes_before_training_is_not_held_in_a_run_that_begins_paused() -> None:
    program = (
        HEAD
        + "model.evaluate(x, y, verbose=0)\nmodel.predict(x, verbose=0)\n"
        + ("model.fit(x, y, verbose=0)")
    )
    page = Page(while_held=[[RESUME]]).run(program, paused=True)
    begun = [m["mode"] for m in page.messages if m["type"] == "begin"]
    assert begun == ["evaluate", "predict", "fit"]
    assert held_at(page) == [(0, 0)]


def test_a_pause_counts_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("pykeras_core.hosting.time.perf_counter", lambda: now[0])
    page = Page(while_held=[[STEP]] * 4 + [[RESUME]])
    page.session._clock = page.session.pacing._clock = lambda: now[0]
    waits = page.session.mailbox._next_message

    def wait() -> None:
        now[0] += 1000.0
        waits()

    page.session.mailbox._next_message = wait
    program = FIT.replace("verbose=0", "verbose=2")
    page.run(program, paused=True)
    assert page.of("finished")[0]["seconds"] == 0.0
    assert {m["stepsPerSecond"] for m in page.messages if "stepsPerSecond" in m} == {0.0}


def test_requests_about_a_run_that_is_over_are_late_and_harm_nothing() -> None:
    page = Page().run(FIT)
    page.arriving = [[PAUSE, STEP, RESUME]]
    page.session.attend()
    assert page.of("request-failed") == []
    assert page.of("pace") == []
    assert page.run(FIT, run_id=2).status() == "completed"
    assert Page([], [{**PAUSE, "runId": 1}]).run(FIT, run_id=2).status() == "completed"


def test_resume_takes_back_a_pause_that_has_not_been_reached() -> None:
    page = Page([], [PAUSE, RESUME]).run(FIT)
    assert [pace["paused"] for pace in page.of("pace")] == [False]
    assert page.status() == "completed"


def test_where_python_cannot_wait_pause_is_refused_and_the_run_goes_on() -> None:
    page = Page([], [PAUSE], can_wait=False).run(FIT, paused=True)
    assert page.status() == "completed"
    answers = page.of("request-failed")
    assert [answer["request"] for answer in answers] == ["pause", "pause"]
    assert all("this browser cannot suspend Python" in answer["detail"] for answer in answers)


def test_a_seed_makes_a_run_repeat_itself() -> None:
    program = FIT.replace("keras.utils.set_random_seed(1)\n", "")
    first, again, other = (final_weights(Page().run(program, seed=seed)) for seed in (7, 7, 8))
    np.testing.assert_equal(first, again)
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize(
    ("base", "means"), [("keras.Sequential", ["loss", "mae"]), ("OwnStep", [])]
)
def test_logs_of_a_train_step_of_ones_own_are_not_called_means(base: str, means: list[str]) -> None:
    page = Page().run(
        f"""
import keras, numpy as np
class OwnStep(keras.Sequential):
    def train_step(self, data):
        x, y = data
        return {{"loss": keras.ops.mean((self(x) - y) ** 2)}}
model = {base}([keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
model.fit(np.ones((8, 2)), np.ones((8, 1)), verbose=0)
"""
    )
    assert page.status() == "completed"
    assert sorted(page.of("begin")[0]["means"]) == means
