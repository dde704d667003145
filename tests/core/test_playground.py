"""The Python side of the page, without a page: programs, errors, sessions."""

import gc
import warnings
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import compat
from pykeras_core.engine.backends import choice
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.playground import describe_error, execute, session, view
from pykeras_core.playground.errors import format_traceback
from tests.core.worker_stub import Page

TRAINING = """
import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((400, 64)).astype("float32")
y = (x.sum(axis=1) > 32).astype("int32")
x_train, y_train, x_test, y_test = x[:300], y[:300], x[300:], y[300:]
model = keras.Sequential([keras.layers.Dense(2, activation="softmax", input_shape=(64,))])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=EPOCHS, batch_size=30, validation_split=0.2, verbose=0)
"""


@pytest.fixture(autouse=True)
def _keras_importable() -> None:
    compat.install()


# Programs and errors


def test_a_program_runs_as_main_in_a_fresh_namespace() -> None:
    first = execute("a = 1\nname = __name__")
    second = execute("print('a' in globals())")
    assert first.namespace["name"] == "__main__"
    assert "a" not in second.namespace


def test_an_error_names_the_line_of_the_editor_and_hides_library_frames() -> None:
    source = "import json\n\ndef load(text):\n    return json.loads(text)\n\nload('{')\n"
    outcome = execute(source)
    assert outcome.status == "failed"
    assert outcome.error is not None
    assert outcome.error["line"] == 4
    assert [frame["line"] for frame in outcome.error["frames"]] == [6, 4]
    assert outcome.error["text"].startswith("json.decoder.JSONDecodeError: Expecting property name")
    text = format_traceback(outcome.error)
    assert "line 6, in <module>\n    load('{')" in text
    assert "decoder.py" not in text


def test_a_syntax_error_names_its_line_and_column() -> None:
    error = execute("x = 1\ny = (2,\nz = ]\n").error
    assert error is not None
    assert error["line"] == 3
    assert error["text"].startswith("SyntaxError: ")


def test_an_unknown_module_gets_what_was_probably_meant_and_what_there_is() -> None:
    error = execute("import kears").error
    assert error is not None
    assert error["hint"] == {
        "code": "unknown-module",
        "module": "kears",
        "suggestion": "keras",
        "instead": None,
        "available": ["keras", "tensorflow", "numpy", "matplotlib"],
    }


def test_an_unknown_submodule_gets_a_suggestion_from_its_parent() -> None:
    error = execute("import numpy\nimport numpy.linalgg").error
    assert error is not None
    assert error["line"] == 2
    assert error["hint"]["suggestion"] == "numpy.linalg"


def test_a_module_that_is_not_here_is_told_what_stands_for_it() -> None:
    error = execute("import torch.nn as nn").error
    assert error is not None
    assert (error["hint"]["instead"], error["hint"]["suggestion"]) == ("framework", None)


def test_a_runaway_recursion_keeps_both_ends_of_its_stack() -> None:
    error = execute("def f():\n    f()\n\nf()\n").error
    assert error is not None
    assert error["text"].startswith("RecursionError")
    assert error["frames"][0]["line"] == 4
    assert error["frames"][-1]["line"] == 2
    assert len(error["frames"]) == 9


def test_an_error_outside_the_editor_has_no_line() -> None:
    report = describe_error(ValueError("no place"))
    assert report["line"] is None
    assert report["text"] == "ValueError: no place"


def test_exit_ends_a_program_without_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute("import sys\nsys.exit('done early')").status == "completed"
    assert capsys.readouterr().err == "done early\n"


def test_a_wrong_shape_is_reported_on_the_line_that_trains() -> None:
    source = TRAINING.replace("EPOCHS", "1").replace("(64,)", "(63,)")
    finished = Page().run(source).one("finished")
    assert finished["status"] == "failed"
    assert source.splitlines()[finished["error"]["line"] - 1].startswith("model.fit")
    assert "63" in finished["error"]["text"]


HOSTILE = {
    "builtins are gone": "import builtins\nvars(builtins).clear()",
    "print is another": "import builtins\nbuiltins.print = None",
    "modules are gone": "import sys\nsys.modules.clear()",
    "streams are closed": "import sys\nsys.stdout.close()\nsys.stderr.close()",
    "streams are None": "import sys\nsys.stdout = sys.stderr = None\n1 / 0",
    "warnings are silenced": "import warnings\nwarnings.simplefilter('ignore')",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_the_next_program_does_not_notice_that(source: str) -> None:
    page = Page().run(source)
    page.messages.clear()
    page.run(
        "import warnings, keras, numpy as np\n"
        "warnings.simplefilter('default')\n"
        "warnings.warn('heard', stacklevel=1)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(np.ones((4, 2)), np.ones(4))\n"
    )
    assert page.one("finished")["status"] == "completed"
    assert "1/1" in page.printed()
    assert page.printed("stderr") == "line 3: UserWarning: heard\n"


def test_a_failure_is_printed_even_where_the_program_took_the_streams_away() -> None:
    page = Page().run(HOSTILE["streams are None"])
    assert "ZeroDivisionError" in page.printed("stderr")


def test_a_lack_of_memory_is_reported_and_the_program_s_values_are_let_go() -> None:
    outcome = execute("data = [0]\nraise MemoryError('full')")
    assert outcome.error is not None
    assert outcome.error["text"] == "MemoryError: full"
    assert outcome.namespace == {}


def test_an_unavailable_module_is_not_suggested_in_its_own_place() -> None:
    error = execute("raise ModuleNotFoundError('no resource', name='resource')").error
    assert error is not None
    assert error["hint"]["suggestion"] != "resource"


# Sessions


def test_a_training_program_reports_its_progress_samples_and_predictions() -> None:
    page = Page().run(TRAINING.replace("EPOCHS", "3"))
    begin = page.one("begin")
    assert (begin["mode"], begin["epochs"], begin["optimizer"]) == ("fit", 3, "adam")
    assert [message["epoch"] for message in page.of("epoch")] == [0, 1, 2]
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(page.of("epoch")[0]["logs"])
    assert page.of("epoch")[-1]["steps"] == 8
    assert page.one("samples")["samples"]["shown"]["images"]["width"] == 8
    assert page.one("finished")["status"] == "completed"
    report = page.one("predictions")["report"]
    assert report["total"] == 100  # x_test, which is like what the model trains on
    assert page.messages[-1]["final"]


def test_stop_keeps_the_weights_and_still_shows_predictions() -> None:
    page = Page(stop_after=5).run(TRAINING.replace("EPOCHS", "100000"))
    assert page.one("finished")["status"] == "stopped"
    assert page.one("predictions")["report"]["kind"] == "classes"
    page.run("print('again')", run_id=2)
    assert page.of("finished")[-1] == {**page.of("finished")[-1], "runId": 2, "status": "completed"}


@pytest.fixture
def breathes_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(view, "REST", 0)


def test_short_epochs_do_not_let_messages_arrive_each_time() -> None:
    times = iter(range(10**6))
    page = Page(clock=lambda: next(times) * session.BREATH_INTERVAL_S / 10)
    page.run(TRAINING.replace("EPOCHS", "100"))
    assert len(page.of("epoch")) == 100
    assert 1 < page.breaths < 70


PREDICT = {"type": "predict", "runId": 1}


@pytest.mark.usefixtures("breathes_always")
def test_predictions_can_be_asked_for_in_the_middle_of_training() -> None:
    page = Page(requests=[PREDICT, PREDICT]).run(TRAINING.replace("EPOCHS", "4"))
    assert [message["final"] for message in page.of("predictions")] == [False, False, True]
    assert [message["epoch"] for message in page.of("epoch")] == [0, 1, 2, 3]
    assert {message["mode"] for message in page.of("begin")} == {"fit"}


def test_a_question_that_comes_too_late_leaves_the_final_predictions_in_place() -> None:
    page = Page().run(TRAINING.replace("EPOCHS", "1"))
    page.requests = [PREDICT]
    page.session.attend()
    assert [message["final"] for message in page.of("predictions")] == [True]


@pytest.mark.usefixtures("breathes_always")
def test_asking_in_the_middle_does_not_change_what_is_learned() -> None:
    source = "import keras\nkeras.utils.set_random_seed(3)\n" + TRAINING.replace("EPOCHS", "3")
    alone = Page().run(source).of("epoch")[-1]["logs"]
    page = Page(always=PREDICT).run(source)
    assert page.of("epoch")[-1]["logs"] == alone
    assert len(page.of("predictions")) > 2


def test_a_program_without_a_model_makes_no_predictions() -> None:
    page = Page().run("print('hello')")
    assert page.printed() == "hello\n"
    assert page.of("predictions") == []


def test_an_error_is_printed_in_red_and_the_next_program_runs() -> None:
    page = Page().run("1 / 0").run("print('still here')", run_id=2)
    assert "ZeroDivisionError: division by zero" in page.printed("stderr")
    assert page.printed() == "still here\n"


def test_layer_names_start_anew_in_every_run() -> None:
    source = "import keras\nprint(keras.layers.Dense(1).name)"
    assert Page().run(source).run(source, run_id=2).printed() == "dense\ndense\n"


def test_the_built_in_samples_are_digits() -> None:
    page = Page()
    page.session.show_built_in_samples()
    samples = page.one("samples")
    assert samples["source"] == "mnist"
    assert samples["samples"]["total"] == 4000
    assert page.printed() == ""


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_after_warming_up_the_collector_looks_at_what_is_new_only() -> None:
    page = Page()
    page.session.warm_up()
    assert gc.get_freeze_count() > len(gc.get_objects())
    page.run("import gc\nclass Node: pass\nnode = Node()\nnode.itself = node\ndel node\n"
             "print(gc.collect() > 0)")  # fmt: skip
    assert page.printed() == "True\n"


@pytest.mark.usefixtures("thawed")
def test_warming_up_shows_nothing_and_leaves_no_names_behind() -> None:
    page = Page()
    page.session.warm_up()
    assert page.messages == []
    page.run("import keras\nprint(keras.layers.Dense(1).name)")
    assert page.printed().strip() == "dense"


@pytest.mark.usefixtures("thawed")
def test_warming_up_leaves_the_warning_of_a_slow_run_to_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = NumpyBackend(), "no SIMD"
    monkeypatch.setattr(choice, "_available", lambda: slow)
    monkeypatch.setattr(choice, "sys", SimpleNamespace(platform="emscripten"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        page = Page()
        page.session.warm_up()
        page.run(TRAINING.replace("EPOCHS", "1"))
    assert caught == []
    text = "Training runs on NumPy, which is slower: no SIMD"
    assert page.printed("stderr").count(text) == 1


def test_the_session_leaves_no_host_behind() -> None:
    page = Page().run("print('done')")
    before = len(page.messages)
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    model.compile(loss="mse")
    model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
    assert len(page.messages) == before


def test_a_model_with_several_inputs_is_not_asked_about_one_array() -> None:
    program = """
import keras
import numpy as np
inputs = {"a": keras.Input((2,), name="a"), "b": keras.Input((2,), name="b")}
model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Add()(list(inputs.values()))))
model.compile("sgd", "mse")
x_test, y_test = np.zeros((4, 2)), np.zeros(4)
model.fit({"a": x_test, "b": x_test}, y_test, verbose=0)
"""
    page = Page().run(program)
    assert page.one("finished")["status"] == "completed"
    assert page.one("predictions")["set"]["origin"] == "fit"


OWN_STEP = """
import keras
import numpy as np
import tensorflow as tf

class Own(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        for metric in self.metrics:
            metric.update_state(*([loss] if metric.name == "loss" else [y, y_pred]))
        return {metric.name: metric.result() for metric in self.metrics}

inputs = keras.Input((3,))
model = Own(inputs, keras.layers.Dense(1)(inputs))
model.compile("sgd", "mse", metrics=["mae"])
history = model.fit(np.ones((8, 3)), np.ones((8, 1)), verbose=0)
print(sorted(history.history))
"""


def test_metrics_that_a_step_returns_together_are_shown_one_by_one() -> None:
    page = Page().run(OWN_STEP)
    assert page.printed() == "['loss', 'mae']\n"
    assert set(page.one("epoch")["logs"]) == {"loss", "mae"}


def test_data_that_comes_in_batches_is_trained_on_without_being_looked_into() -> None:
    program = """
import keras
import numpy as np
import tensorflow as tf
data = tf.data.Dataset.from_tensor_slices((np.ones((8, 3)), np.ones((8, 1)))).batch(4)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(data, validation_data=data, verbose=0)
model.evaluate(data, verbose=0)
"""
    page = Page().run(program)
    assert page.one("finished")["error"] is None
    assert len(page.of("epoch")) == 1
