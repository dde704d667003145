"""Settings: every number of an optimizer that is shown takes effect when the page changes it."""

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import compat
from pykeras_core.playground import session
from pykeras_core.playground.settings import Settings, numbers_of, optimizers_of
from tests.core.playground_page import Page

HEAD = """
import keras, numpy as np
keras.utils.set_random_seed(1)
x, y = np.random.rand(40, 3).astype("float32"), np.random.rand(40, 1).astype("float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
"""
FIT = "model.fit(x, y, batch_size=4, epochs=2, verbose=0)\n"


def change(name: str, value: Any) -> dict[str, Any]:
    return {"type": "set", "runId": 1, "name": name, "value": value}


RESUME = {"type": "resume", "runId": 1}
STEP = {"type": "step", "runId": 1, "unit": "step"}


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)


def shown(page: Page, number: int = -1) -> dict[str, float]:
    return {one["name"]: one["value"] for one in page.of("settings")[number]["settings"]}


# Every optimizer

OPTIMIZERS: dict[str, Any] = {
    name: lambda name=name: getattr(keras.optimizers, name)()
    for name in (
        *("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "Nadam", "Ftrl"),
        *("Lamb", "Adafactor"),
    )
}
OPTIMIZERS["Lion"] = lambda: keras.optimizers.Lion(0.5)  # so that signs change
OPTIMIZERS["Muon"] = lambda: keras.optimizers.Muon(ns_steps=2)
OPTIMIZERS["with everything"] = lambda: keras.optimizers.SGD(
    0.1, momentum=0.9, weight_decay=0.01, clipnorm=0.05, use_ema=True, ema_overwrite_frequency=4
)
OPTIMIZERS["clipped by value"] = lambda: keras.optimizers.Adam(0.1, clipvalue=0.05)
OPTIMIZERS["clipped together"] = lambda: keras.optimizers.Adam(0.1, global_clipnorm=0.05)
OPTIMIZERS["wrapped"] = lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.1))


def another(name: str, value: float) -> float:
    """A value that is allowed and makes a difference."""
    if isinstance(value, int) and value > 1:
        return value - 1
    if name == "epsilon" or name.startswith("epsilon"):
        return 0.3
    if name.startswith("muon_"):
        return 0.99 * value  # beyond, the iteration does not come to an end
    return {"momentum": 0.5, "beta_1": 0.999, "weight_decay": 0.3}.get(name, 0.5 * value or 0.3)


def trained(optimizer: Any, eagerly: bool, act: Any) -> list[Any]:
    """Weights of a model after steps in whose middle `act` changes something."""
    keras.utils.set_random_seed(3)
    draw = np.random.default_rng(0)
    x, y = draw.random((28, 3), np.float32), draw.normal(size=(28, 2)).astype(np.float32)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(optimizer, "mse", run_eagerly=eagerly)
    settings = Settings(lambda message: None)

    class Act(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 3:
                settings.begin(model, ())
                act(settings, optimizer)

    model.fit(x, y, batch_size=4, verbose=0, shuffle=False, callbacks=[Act()])
    return [np.array(weight) for weight in model.get_weights()]


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_each_number_takes_effect_from_the_next_step_on(make: Any) -> None:
    inner = getattr(make(), "inner_optimizer", None) or make()
    unchanged = trained(make(), False, lambda settings, optimizer: None)
    for name, value in numbers_of(inner).items():
        new = another(name, value)

        def set_by_page(settings: Settings, optimizer: Any, name=name, new=new) -> None:
            settings.set(change(name, new))

        def set_by_program(settings: Settings, optimizer: Any, name=name, new=new) -> None:
            setattr(getattr(optimizer, "inner_optimizer", optimizer), name, new)

        changed = trained(make(), False, set_by_page)
        expected = trained(make(), True, set_by_program)
        assert any(not np.array_equal(a, b) for a, b in zip(changed, unchanged, strict=True)), name
        for a, b in zip(changed, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-4, atol=1e-5, err_msg=name)


def test_optimizers_of_several_models_and_rules_are_told_apart() -> None:
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    assert list(optimizers_of(model)) == [""]

    class Gan(keras.Model):
        def compile(self, d_optimizer: Any, g_optimizer: Any) -> None:
            super().compile(loss="mse")
            self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer

        def train_step(self, data: Any) -> Any:
            return {}

    gan = Gan()
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.2))
    variable = keras.Variable([1.0])
    gan.d_optimizer.build([variable])
    gan.g_optimizer.build([variable])
    assert list(optimizers_of(gan)) == ["d_optimizer.", "g_optimizer."]
    rules = keras.optimizers.OptimizerMap(
        keras.optimizers.SGD(0.1), {".*bias": keras.optimizers.Adam(0.2)}
    )
    model.compile(keras.optimizers.MultiOptimizer(rules), "mse")
    assert list(optimizers_of(model)) == ["optimizer.0.", "optimizer.1."]


# In a run


def test_settings_are_sent_when_a_fit_begins_and_when_one_changes() -> None:
    program = HEAD + "model.compile(keras.optimizers.SGD(0.25, momentum=0.5), 'mse')\n" + FIT
    page = Page(while_held=[[change("momentum", 0.9)], [change("learning_rate", 0.125)], [RESUME]])
    page.run(program, paused=True)
    assert [shown(page, number) for number in range(3)] == [
        {"learning_rate": 0.25, "momentum": 0.5},
        {"learning_rate": 0.25, "momentum": 0.9},
        {"learning_rate": 0.125, "momentum": 0.9},
    ]
    assert len(page.of("settings")) == 3
    assert page.status() == "completed"


def test_a_model_without_an_optimizer_of_ours_has_no_settings() -> None:
    program = (
        HEAD
        + """
class Still(keras.Model):
    def train_step(self, data):
        return {"loss": 1.0}
model = Still()
model.compile(optimizer=None)
"""
        + FIT
    )
    page = Page([], [change("learning_rate", 1.0)]).run(program)
    assert page.of("settings") == [{"type": "settings", "runId": 1, "settings": []}]
    (answer,) = (one for one in page.of("request-failed") if one["request"] == "set")
    assert "there is no optimizer whose numbers could be set" in answer["detail"]
    assert page.status() == "completed"


def test_a_schedule_gives_way_to_the_number_that_is_set() -> None:
    schedule = "keras.optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)"
    program = HEAD + f"model.compile(keras.optimizers.SGD({schedule}), 'mse')\n" + FIT
    page = Page(while_held=[[STEP], [change("learning_rate", 0.25)], [RESUME]])
    page.run(program + "print(model.optimizer.learning_rate.numpy())", paused=True)
    before, after = page.of("settings")[0], page.of("settings")[-1]
    (rate,) = [one for one in before["settings"] if one["name"] == "learning_rate"]
    assert (rate["value"], rate["scheduled"], rate["why"]) == (0.5, True, "ExponentialDecay")
    (rate,) = [one for one in after["settings"] if one["name"] == "learning_rate"]
    assert (rate["value"], rate["scheduled"], rate["why"]) == (0.25, False, None)
    assert page.printed() == "0.25\n"
    names = [variable.name for variable in page.session.model.optimizer.variables]
    assert names[:2] == ["iteration", "learning_rate"]


CALLBACKS = {
    "LearningRateScheduler": "keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)",
    "ReduceLROnPlateau": "keras.callbacks.ReduceLROnPlateau('loss', patience=0, min_delta=9)",
}


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_that_sets_the_learning_rate_is_named(name: str) -> None:
    fit = FIT.replace("verbose=0", f"verbose=0, callbacks=[{CALLBACKS[name]}]")
    page = Page().run(HEAD + "model.compile(keras.optimizers.SGD(0.5), 'mse')\n" + fit)
    settings = page.of("settings")
    assert {one["settings"][0]["why"] for one in settings} == {name}
    values = [one["settings"][0]["value"] for one in settings]
    assert values[0] == 0.5
    assert values[-1] < 0.5


REFUSED = {
    "not a number": (float("nan"), "expected a finite number, received nan"),
    "without end": (float("inf"), "expected a finite number, received inf"),
    "text": ("fast", "expected a finite number, received 'fast'"),
    "truth": (True, "expected a finite number, received True"),
    "nothing": (None, "expected a finite number, received None"),
    "negative": (-0.1, "`learning_rate` expected a number of 0 or more, received -0.1"),
}


@pytest.mark.parametrize(("value", "words"), REFUSED.values(), ids=REFUSED)
def test_a_senseless_learning_rate_is_refused_with_what_was_expected(
    value: Any, words: str
) -> None:
    page = Page(while_held=[[change("learning_rate", value)], [RESUME]])
    page.run(HEAD + "model.compile('sgd', 'mse')\n" + FIT, paused=True)
    (answer,) = page.of("request-failed")
    assert answer["name"] == "learning_rate"
    assert words in answer["detail"]
    assert shown(page)["learning_rate"] == 0.01
    assert page.status() == "completed"


@pytest.mark.parametrize(
    ("optimizer", "name", "value"),
    [
        ("SGD()", "momentum", 1.5),
        ("SGD()", "momentum", -0.5),
        ("Adam()", "beta_1", 1.0),
        ("Adam()", "epsilon", -1.0),
        ("AdamW()", "weight_decay", -1.0),
        ("Muon()", "ns_steps", 2.5),
        ("SGD(clipnorm=1.0)", "clipnorm", -1.0),
    ],
)
def test_what_the_constructor_refuses_is_refused(optimizer: str, name: str, value: float) -> None:
    page = Page(while_held=[[change(name, value)], [RESUME]])
    page.run(HEAD + f"model.compile(keras.optimizers.{optimizer}, 'mse')\n" + FIT, paused=True)
    (answer,) = page.of("request-failed")
    assert f"`{name}`" in answer["detail"]
    assert "expected" in answer["detail"]
    assert page.status() == "completed"


def test_an_unknown_setting_is_refused_with_those_there_are() -> None:
    page = Page(while_held=[[change("beta_1", 0.5)], [RESUME]])
    page.run(HEAD + "model.compile('sgd', 'mse')\n" + FIT, paused=True)
    (answer,) = page.of("request-failed")
    assert "expected one of 'learning_rate', 'momentum', received 'beta_1'" in answer["detail"]


OWN = """
class Own(keras.optimizers.Optimizer):
    def __init__(self, pull):
        super().__init__(0.5)
        self.pull = pull
        self.calls = 0
    def update_step(self, gradient, variable, learning_rate):
        self.calls += 1
        self.assign_sub(variable, self.pull * learning_rate * gradient)
model.compile(Own(0.25), "mse")
"""


def test_an_optimizer_of_the_program_s_own_shows_its_floats() -> None:
    page = Page(while_held=[[change("pull", 0.0)], [change("pull", -1)], [RESUME]])
    page.run(HEAD + OWN + FIT + "print(model.get_weights()[1])", paused=True)
    assert shown(page, 0) == {"learning_rate": 0.5, "pull": 0.25}
    assert shown(page) == {"learning_rate": 0.5, "pull": 0.0}
    assert page.printed() == "[0.]\n"
    assert "expected a number of 0 or more" in page.of("request-failed")[0]["detail"]


def test_settings_work_after_the_run_and_not_for_an_earlier_one() -> None:
    page = Page().run(HEAD + "model.compile('sgd', 'mse')\n" + FIT)
    page.arriving = [[change("learning_rate", 0.5), {**change("momentum", 0.5), "runId": 0}]]
    page.session.attend()
    assert shown(page) == {"learning_rate": 0.5, "momentum": 0.0}
    assert "another program has been run since" in page.of("request-failed")[0]["detail"]
    page.run("print('nothing trains')", run_id=2)
    page.arriving = [[{**change("learning_rate", 0.5), "runId": 2}]]
    page.session.attend()
    assert "Train a model first" in page.of("request-failed")[1]["detail"]
