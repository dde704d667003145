"""Going back and going on: the weights of before the training, and more epochs of the last fit."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import session
from tests.core.playground_page import Page

RESET = {"type": "reset-weights", "runId": 1}
RESUME = {"type": "resume", "runId": 1}
STEP = {"type": "step", "runId": 1, "unit": "step"}
STOP = {"type": "stop", "runId": 1}

HEAD = """
import keras, numpy as np
keras.utils.set_random_seed(1)
x, y = np.random.rand(40, 3).astype("float32"), np.random.rand(40, 1).astype("float32")
model = keras.Sequential([
    keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5, seed=3),
    keras.layers.Dense(1),
])
model.compile(keras.optimizers.Adam(0.1), "mse")
"""
FIT = "model.fit(x, y, batch_size=8, epochs=2, verbose=0, shuffle=False)\n"


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)


def state(page: Page) -> list[Any]:
    model = page.session.model
    return [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]


def losses(page: Page) -> list[tuple[int, float]]:
    return [(epoch["epoch"], epoch["logs"]["loss"]) for epoch in page.of("epoch")]


def ask(page: Page, *requests: dict[str, Any]) -> Page:
    page.arriving = [list(requests)]
    page.session.attend()
    return page


# Reset


def test_reset_brings_weights_state_seeds_and_optimizer_back() -> None:
    page = Page(while_held=[[RESUME]]).run(HEAD + FIT, paused=True)
    first = losses(page)
    ask(page, RESET)
    assert page.of("weights-reset") == [{"type": "weights-reset", "runId": 1}]
    page.session.train_more(2, 2)
    again = losses(page)[2:]
    # The same dropout, moments and statistics: training repeats itself.
    np.testing.assert_array_equal([loss for _, loss in again], [loss for _, loss in first])
    assert [epoch for epoch, _ in again] == [2, 3]


@pytest.mark.parametrize("eagerly", [False, True])
def test_reset_works_while_training_is_held_and_training_goes_on(eagerly: bool) -> None:
    head = HEAD.replace('"mse")', f'"mse", run_eagerly={eagerly})')
    page = Page(while_held=[[STEP]] * 5 + [[RESET], [RESUME]])
    page.run(head + FIT, paused=True)
    assert page.steps_when_held == [0, 1, 2, 3, 4, 5, 0]
    assert page.status() == "completed"
    assert int(page.session.model.optimizer.iterations.numpy()) == 5


def test_a_model_that_was_fitted_twice_goes_back_to_before_its_first_fit() -> None:
    page = Page().run(HEAD + "before = model.get_weights()\n" + FIT + FIT)
    ask(page, RESET)
    before = page.session._main.before
    for found, expected in zip(page.session.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_another_model_that_is_fitted_takes_the_place_of_the_first() -> None:
    program = (
        HEAD
        + FIT
        + "first, kept = model, model.get_weights()\n"
        + HEAD
        + ("before = model.get_weights()\n" + FIT)
    )
    page = ask(Page().run(program), RESET)
    main = page.session._main
    np.testing.assert_array_equal(main.first.get_weights()[0], main.kept[0])
    np.testing.assert_array_equal(main.model.get_weights()[0], main.before[0])


def test_weights_that_are_made_in_the_first_step_begin_anew() -> None:
    program = """
import keras, numpy as np
x, y = np.ones((8, 2)), np.ones(8)
class Late(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, x):
        return self.dense(x)
model = Late()
model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse", run_eagerly=True)
model.fit(x, y, batch_size=4, epochs=3, verbose=0)
"""
    page = ask(Page().run(program), RESET)
    model = page.session.model
    assert [float(np.abs(v.numpy()).sum()) for v in model.optimizer.variables[2:]] == [0.0, 0.0]
    np.testing.assert_array_equal(model.get_weights()[1], [0.0])
    kernel = model.get_weights()[0]
    ask(page, RESET)
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


def test_the_learning_rate_stays_as_it_was_set() -> None:
    rate = {"type": "set", "runId": 1, "name": "learning_rate", "value": 0.5}
    page = ask(Page().run(HEAD + FIT), rate, RESET)
    assert float(page.session.model.optimizer.learning_rate.numpy()) == 0.5


def test_after_a_run_predictions_of_the_reset_model_follow() -> None:
    page = Page().run(HEAD + "x_test, y_test = x, y\n" + FIT)
    before = page.of("predictions")[-1]["report"]
    ask(page, RESET)
    after = page.of("predictions")[-1]["report"]
    assert after["predicted"] != before["predicted"]


def test_what_was_not_trained_cannot_be_reset() -> None:
    program = HEAD + "before = model.get_weights()\nmodel.predict(x, verbose=0)\n"
    page = ask(Page().run(program), RESET)
    (answer,) = page.of("request-failed")
    assert "no model has been trained" in answer["detail"]
    np.testing.assert_array_equal(
        page.session._main.before[-2], page.session.model.get_weights()[-2]
    )
    ask(page, {**RESET, "runId": 0})
    assert "another program has been run since" in page.of("request-failed")[1]["detail"]


def test_weights_too_large_to_be_kept_are_not_and_the_reason_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pykeras_core.playground.beginning.LARGE_BYTES", 0)
    monkeypatch.setattr("pykeras_core.playground.beginning.available_bytes", lambda: 100)
    page = ask(Page().run(HEAD + FIT), RESET)
    assert (
        "the weights of before the training were not kept"
        in (page.of("request-failed")[0]["detail"])
    )


# Going on


def test_training_goes_on_as_if_the_fit_had_been_longer() -> None:
    long = Page().run(HEAD + FIT.replace("epochs=2", "epochs=5"))
    page = Page().run(HEAD + FIT)
    assert page.of("finished")[-1]["canTrainMore"] is True
    page.session.train_more(2, 2)
    page.session.train_more(1, 3)
    assert losses(page) == losses(long)
    np.testing.assert_equal(state(page), state(long))
    begun = [(m["runId"], m["fit"], m["initialEpoch"], m["epochs"]) for m in page.of("begin")]
    assert begun == [(1, 1, 0, 2), (2, 1, 2, 4), (3, 1, 4, 5)]
    assert [m["status"] for m in page.of("finished")] == ["completed"] * 3
    assert page.of("finished")[-1]["canTrainMore"] is True


def test_a_fit_that_was_stopped_goes_on_with_the_epoch_it_was_in() -> None:
    page = Page(while_held=[[STEP]] * 7 + [[STOP]]).run(HEAD + FIT, paused=True)
    finished = page.of("finished")[-1]
    assert (finished["status"], finished["canTrainMore"]) == ("stopped", True)
    page.session.train_more(1, 2)
    assert [epoch for epoch, _ in losses(page)] == [0, 1]
    assert page.of("begin")[-1]["initialEpoch"] == 1


def test_going_on_can_begin_paused() -> None:
    page = Page(while_held=[[{**RESUME, "runId": 2}]]).run(HEAD + FIT)
    page.session.train_more(1, 2, paused=True)
    assert [(m["epoch"], m["step"]) for m in page.of("pace") if m["paused"]] == [(2, 0)]
    assert page.status() == "completed"


def test_callbacks_of_the_program_take_part_and_early_stopping_starts_anew() -> None:
    stopping = "keras.callbacks.EarlyStopping('loss', patience=1, min_delta=9.0)"
    told = "keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))"
    fit = FIT.replace("epochs=2", "epochs=50").replace(
        "verbose=0", f"verbose=0, callbacks=[{stopping}, {told}]"
    )
    page = Page().run(HEAD + fit)
    assert page.printed() == "0\n1\n"
    page.session.train_more(50, 2)
    assert page.printed() == "0\n1\n2\n3\n"


def test_validation_split_weights_and_sizes_are_those_of_the_fit() -> None:
    fit = FIT.replace(
        "verbose=0", "verbose=0, validation_split=0.5, sample_weight=np.ones(40), steps_per_epoch=2"
    )
    page = Page().run(HEAD + fit)
    page.session.train_more(1, 2)
    assert page.of("begin")[-1]["steps"] == 2
    assert set(page.of("epoch")[-1]["logs"]) == {"loss", "val_loss"}


AGAIN = """
class Again(keras.utils.PyDataset):
    def __len__(self):
        return 2
    def __getitem__(self, index):
        return x, y
"""
GENERATORS = {
    "used up": ("((x, y) for _ in range(4)), epochs=1", False),
    "that never ends": ("iter(lambda: (x, y), None), epochs=2, steps_per_epoch=3", True),
    "used up by validation": ("x, y, validation_data=((x, y) for _ in range(3))", False),
    "that begins anew": ("Again(), epochs=2", True),
}


@pytest.mark.parametrize(("data", "more"), GENERATORS.values(), ids=GENERATORS)
def test_there_is_more_to_train_while_there_is_data(data: str, more: bool) -> None:
    page = Page().run(f"{HEAD}{AGAIN}model.fit({data}, verbose=0)")
    assert page.status() == "completed"
    assert page.of("finished")[-1]["canTrainMore"] is more
    if more:
        page.session.train_more(1, 2)
        assert page.status() == "completed"


WITHOUT_A_FIT = {
    "no training": "print(1)",
    "prediction only": HEAD + "model.predict(x, verbose=0)",
    "a fit that fails": HEAD + "model.fit(x, y[:3], verbose=0)",
    "a fit that fails in its middle": HEAD
    + FIT.replace(
        "verbose=0",
        "verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda e, l: 1 / 0)]",
    ),
}


@pytest.mark.parametrize("program", WITHOUT_A_FIT.values(), ids=WITHOUT_A_FIT)
def test_without_a_fit_there_is_nothing_to_go_on_with(program: str) -> None:
    page = Page().run(program)
    assert page.of("finished")[-1]["canTrainMore"] is False


def test_going_on_without_a_fit_is_an_error_of_that_run() -> None:
    page = Page().run("print(1)")
    page.session.train_more(1, 2)
    finished = page.of("finished")[-1]
    assert (finished["runId"], finished["status"]) == (2, "failed")
    assert "there is no `fit` to go on with" in finished["error"]["text"]
    assert "there is no `fit` to go on with" in page.printed("stderr")


def test_an_error_after_the_fit_leaves_it_to_go_on_with() -> None:
    page = Page().run(HEAD + FIT + "1 / 0")
    finished = page.of("finished")[-1]
    assert (finished["status"], finished["canTrainMore"]) == ("failed", True)
    page.session.train_more(1, 2)
    assert page.status() == "completed"


@pytest.mark.parametrize("epochs", [0, -1, 1.5, "two"])
def test_a_senseless_number_of_epochs_is_an_error_of_that_run(epochs: Any) -> None:
    page = Page().run(HEAD + FIT)
    page.session.train_more(epochs, 2)
    assert "expected a whole number of epochs above 0" in page.of("finished")[-1]["error"]["text"]


def test_a_fit_within_a_fit_is_counted_and_told_apart() -> None:
    program = (
        HEAD
        + """
class Probe(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        probe = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        probe.compile("sgd", "mse")
        probe.fit(x, y, verbose=0)
"""
        + FIT.replace("verbose=0", "verbose=0, callbacks=[Probe()]")
    )
    page = Page().run(program)
    told = [(m["type"], m["fit"]) for m in page.messages if m["type"] in ("begin", "epoch", "end")]
    inner = lambda number: [("begin", number), ("epoch", number), ("end", number)]  # noqa: E731
    assert told == [
        ("begin", 1), *inner(2), ("epoch", 1), *inner(3), ("epoch", 1), ("end", 1),
    ]  # fmt: skip
