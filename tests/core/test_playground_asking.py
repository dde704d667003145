"""A model that the page asks while it trains: what it is shown, and what stays undisturbed."""

import pytest

from pykeras_core import compat
from pykeras_core.playground import session, view
from pykeras_core.playground.messages import plain
from tests.core.playground_page import Page

PREDICT = {"type": "predict", "runId": 1}


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(view, "REST", 0)


SHAPED = """
import keras, numpy as np
from keras import layers, ops
x_train, x_test = np.random.rand(40, 20), np.random.rand(16, 20)
y_train, y_test = np.arange(40) % 3, np.arange(16) % 3

class Shaped(keras.Sequential):
    def predict_step(self, data):
        y = self(data)
        return OUTPUTS

model = Shaped([layers.Dense(3, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5, batch_size=10, verbose=0)
print("to the end")
"""
SHOWN = {
    "(n, 1, 1, 3)": "ops.reshape(y, (-1, 1, 1, 3))",
    "(n, 3, 1)": "y[..., None]",
    "half precision": "ops.cast(y, 'float16')",
    "integers": "ops.cast(10 * y, 'int32')",
    "truth values": "y > 0.5",
    "not a number": "y * np.nan",
    "without an end": "y * np.inf",
    "a dict with one": "{'only': y}",
    "a list with one": "[y]",
}
NOT_SHOWN = {
    "(n,)": "y[:, 0]",
    "(n, 3, 3)": "ops.stack([y, y, y], axis=1)",
    "(n, 0)": "y[:, :0]",
    "no rows": "y[:0]",
    "one row for all": "ops.sum(y, axis=0, keepdims=True)",
    "twice the rows": "ops.concatenate([y, y])",
    "no axis": "ops.sum(y)",
    "a dict of two": "{'a': y, 'b': y * 2}",
    "a tuple of two": "(y, y)",
    "an empty dict": "{}",
    "dicts in a list": "[{'a': {'b': y, 'c': y}}]",
}
RAISING = {
    "an error": "1 / 0",
    "exit": "exit(3)",
    "a name that is missing": "missing",
    "an error without words": "(_ for _ in ()).throw(type('Odd', (Exception,), "
    "{'__str__': lambda self: 1 / 0})())",
}


@pytest.mark.parametrize("outputs", SHOWN.values(), ids=SHOWN)
def test_outputs_that_mean_one_row_a_sample_are_shown(outputs: str) -> None:
    page = Page(always=(PREDICT,)).run(SHAPED.replace("OUTPUTS", outputs))
    assert (page.status(), page.printed()) == ("completed", "to the end\n")
    reports = page.of("predictions")
    assert len(reports) > 1
    assert {report["report"]["total"] for report in reports} == {16}


@pytest.mark.parametrize("outputs", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_outputs_that_mean_something_else_are_left_out(outputs: str) -> None:
    page = Page(always=(PREDICT,)).run(SHAPED.replace("OUTPUTS", outputs))
    assert (page.status(), page.printed()) == ("completed", "to the end\n")
    assert len(page.of("epoch")) == 5
    live = [message for message in page.of("predictions") if not message["final"]]
    assert live == []


@pytest.mark.parametrize("outputs", RAISING.values(), ids=RAISING)
def test_a_model_that_raises_when_asked_trains_on(outputs: str) -> None:
    page = Page(always=(PREDICT,)).run(SHAPED.replace("OUTPUTS", outputs))
    assert (page.status(), page.printed()) == ("completed", "to the end\n")
    assert page.printed("stderr") == ""
    assert len(page.of("request-failed")) > 1
    assert page.of("predictions") == []


ALONE = """
import random
import keras, numpy as np
keras.utils.set_random_seed(4)
x_train, y_train = np.random.rand(40, 3), np.random.rand(40)
x_test, y_test = x_train, y_train

class Noisy(keras.layers.Layer):
    def build(self, shape):
        self.seed = keras.random.SeedGenerator(1)
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        self.calls.assign_add(1.0)
        return x + keras.random.normal((3,), seed=self.seed) + keras.random.normal((3,))

model = keras.Sequential([keras.Input((3,)), Noisy(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
history = model.fit(x_train, y_train, epochs=4, batch_size=8, verbose=0).history["loss"]
print(history, float(model.layers[0].calls.numpy()))
print(keras.random.normal((2,)).numpy(), random.random(), np.random.rand())
"""


def test_being_asked_moves_nothing_of_a_program_on() -> None:
    alone = Page().run(ALONE)
    asked = Page(always=(PREDICT,)).run(ALONE)
    assert len(asked.of("predictions")) > 2
    assert asked.printed() == alone.printed()


IN_A_STEP = """
import keras, numpy as np
x_train, y_train = np.ones((40, 3)), np.ones(40)
x_test, y_test = x_train, y_train

class Telling(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, x):
        print("called")
        return self.dense(x)

model = Telling()
model.compile("sgd", "mse", run_eagerly=EAGERLY)
model.fit(x_train, y_train, epochs=2, verbose=0)
model.compile("sgd", "mse", run_eagerly=EAGERLY)
model.fit(x_train, y_train, epochs=2, verbose=0)
answer = model.predict(x_test, verbose=0)
print(answer.shape)
"""


@pytest.mark.parametrize("eagerly", ["False", "True"])
def test_a_model_that_prints_in_the_middle_of_a_step_is_not_asked_there(
    eagerly: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pykeras_core.playground.console.FLUSH_INTERVAL_S", 0)
    source = IN_A_STEP.replace("EAGERLY", eagerly)
    alone = Page().run(source)
    page = Page(always=(PREDICT,)).run(source)
    assert page.status() == "completed"
    assert page.of("request-failed") == []
    assert page.printed("stderr") == ""
    if eagerly == "True":
        assert page.printed() == alone.printed()
    logs = [[m["logs"] for m in p.of("epoch")] for p in (alone, page)]
    assert len(logs[1]) == 4


NESTED = """
import keras, numpy as np
x_train, y_train = np.random.rand(64, 3), np.random.rand(64)
x_test, y_test = np.random.rand(64, 3), np.random.rand(64)

class Asking(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        found = self.model.predict(x_train, batch_size=4, verbose=0)
        again = self.model.predict(x_train, batch_size=64, verbose=0)
        np.testing.assert_allclose(found, again, atol=1e-6)
        self.model.evaluate(x_train, y_train, batch_size=4, verbose=0)

model = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x_train, y_train, epochs=3, verbose=0, callbacks=[Asking()])
"""


def test_asking_in_the_middle_of_the_program_s_own_predictions_changes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
    page = Page(always=(PREDICT,)).run(NESTED)
    assert page.printed("stderr") == ""
    assert page.status() == "completed"
    assert len(page.of("predictions")) > 10


ODD = {
    "logs of every kind": "class Odd(keras.callbacks.Callback):\n"
    "    def on_epoch_end(self, epoch, logs=None):\n"
    "        logs.update({'text': 'high', 'none': None, 'complex': 1j, 'list': [1, [2]],\n"
    "                     'own': object(), 'big': 10**400, 7: 1.0, 'bytes': b'1'})\n"
    "model.fit(x, y, epochs=2, verbose=0, callbacks=[Odd()])",
    "an input shape that raises": "class Own(keras.Sequential):\n"
    "    @property\n"
    "    def input_shape(self): raise RuntimeError\n"
    "model = Own([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
    "model.fit(x, y, verbose=0, validation_data=(x, y))",
    "validation data of one": "model.fit(x, y, verbose=0, validation_data=(x, y, np.ones(8)))",
    "counts from NumPy": "two = np.int64(2)\n"
    "model.fit(x, y, epochs=two, steps_per_epoch=two, batch_size=two, verbose=0)",
    "samples that raise": "class Bad:\n"
    "    def __array__(self, *a, **k): raise RuntimeError\n"
    "x_test, y_test = Bad(), Bad()\nmodel.fit(x, y, verbose=0)",
    "a generator of samples": "x_test = (row for row in x)\ny_test = x_test\n"
    "model.fit(x, y, verbose=0)\nassert len(list(x_test)) == 8",
    "samples with other numbers": "x_test, y_test = x * 1j, y\nx_train = np.array(['a', 'b'])\n"
    "model.fit(x, y, verbose=0)",
    "main is gone": "import sys\nx_test, y_test = x, y\ndel sys.modules['__main__']\n"
    "model.fit(x, y, verbose=0)",
    "NumPy raises": "before = np.seterr(all='raise')\nx_test, y_test = x * 1e30, y\n"
    "try: model.fit(x, y, verbose=0)\nfinally: np.seterr(**before)",
}
ODD_HEAD = """
import keras, numpy as np
x, y = np.ones((8, 2)), np.ones(8)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
"""


@pytest.mark.parametrize("program", ODD.values(), ids=ODD)
def test_a_program_may_say_of_itself_what_it_likes(program: str) -> None:
    page = Page(always=(PREDICT,)).run(ODD_HEAD + program)
    assert page.printed("stderr") == ""
    assert page.status() == "completed"
    assert all(message == plain(message) for message in page.messages)
