"""The mailbox: what the page asks for is answered or left out, and a run is ended by Stop alone."""

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import session, view
from pykeras_core.playground.control import Mailbox, Message
from pykeras_core.playground.files import Workspace
from pykeras_core.playground.messages import plain
from tests.core.playground_page import Page

PROTOCOL = Path(__file__).parents[2] / "web" / "protocol.js"
PREDICT = {"type": "predict", "runId": 1}


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(view, "REST", 0)


# The mailbox by itself


def mailbox(*arriving: list[Message]) -> tuple[Mailbox, list[Any]]:
    """A mailbox that answers `echo` and `fail`, and between steps `look`; what it did."""
    done: list[Any] = []
    lists = list(arriving)

    def fail(message: Message) -> None:
        raise LookupError("not here")

    box = Mailbox(
        lambda: lists.pop(0) if lists else [],
        done.append,
        {"echo": lambda message: done.append(message["text"]), "fail": fail},
        {"look": lambda message: done.append("looked")},
    )
    box.run_id = 2
    return box, done


def echo(text: str) -> Message:
    return {"type": "echo", "text": text}


def test_requests_are_answered_in_the_order_in_which_they_came() -> None:
    box, done = mailbox([echo("a"), echo("b")], [echo("c")])
    box.attend()
    assert done == ["a", "b"]
    box.attend()
    assert done == ["a", "b", "c"]


def test_an_error_is_the_answer_and_the_next_request_is_answered() -> None:
    box, done = mailbox([{"type": "fail", "name": "x.txt"}, echo("next")])
    box.attend()
    answer = {"type": "request-failed", "request": "fail", "name": "x.txt"}
    assert done == [{**answer, "detail": "LookupError: not here"}, "next"]


def test_an_unknown_request_is_refused_with_what_there_is() -> None:
    box, done = mailbox([{"type": "forget-file", "name": "x.txt"}])
    box.attend()
    assert done[0]["request"] == "forget-file"
    assert done[0]["detail"] == (
        "ValueError: expected a request of type 'echo' or 'fail' or 'look' or 'stop', "
        "received 'forget-file'"
    )


def test_stop_comes_before_everything_else_and_loses_nothing() -> None:
    box, done = mailbox([echo("a"), {"type": "stop", "runId": 2}, echo("b")])
    with pytest.raises(KeyboardInterrupt):
        box.attend()
    assert done == []
    box.attend()
    assert done == ["a", "b"]


def test_a_stop_for_an_earlier_run_is_late_and_one_for_a_later_run_waits() -> None:
    box, _ = mailbox([{"type": "stop", "runId": 1}, {"type": "stop", "runId": 3}])
    box.attend()
    box.run_id = 3
    with pytest.raises(KeyboardInterrupt):
        box.attend()
    box.attend()


def test_what_uses_the_model_waits_until_a_step_is_done() -> None:
    box, done = mailbox([{"type": "look"}, echo("a")])
    box.attend()
    assert done == ["a"]
    box.attend(between_steps=True)
    assert done == ["a", "looked"]


def test_a_handler_that_comes_up_for_air_is_reached_by_stop_alone() -> None:
    arriving = [[{"type": "slow"}], [echo("waits")], [{"type": "stop", "runId": 0}]]
    done: list[Any] = []

    def slow(message: Message) -> None:
        box.attend()
        done.append("half")
        box.attend()

    box = Mailbox(
        lambda: arriving.pop(0) if arriving else [],
        done.append,
        {"slow": slow, "echo": lambda message: done.append(message["text"])},
    )
    with pytest.raises(KeyboardInterrupt):
        box.attend()
    assert done == ["half"]
    box.attend()
    assert done == ["half", "waits"]


def test_what_a_handler_prints_warns_and_draws_is_not_the_program_s(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def noisy(message: Message) -> None:
        print("heard by nobody")
        warnings.warn("nor this", stacklevel=1)
        np.random.rand(3)
        np.float32(1e38) * np.float32(1e38)

    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    with np.errstate(all="raise"):
        Mailbox(lambda: [{"type": "noisy"}], [].append, {"noisy": noisy}).attend()
    assert np.random.rand() == expected
    assert capsys.readouterr() == ("", "")


# Programs


def test_stop_that_waits_when_a_program_begins_ends_it_before_its_first_line() -> None:
    page = Page([{"type": "stop", "runId": 1}]).run("print('never')")
    assert (page.status(), page.printed()) == ("stopped", "")


def test_stop_for_the_run_before_does_not_end_this_one() -> None:
    page = Page([{"type": "stop", "runId": 1}]).run("print('runs')", run_id=2)
    assert (page.status(), page.printed()) == ("completed", "runs\n")


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


# Files


def test_files_are_handed_out_taken_in_and_deleted_in_the_middle_of_a_run(tmp_path: Path) -> None:
    source = """
from pathlib import Path
a, b = Path("a.txt"), Path("b.txt")
a.write_text("from the program")
while a.exists() or not b.exists():
    print(end=".", flush=True)
print(b.read_text())
"""
    requests: list[list[Message]] = [
        [],
        [{"type": "read-file", "name": "a.txt"}],
        [{"type": "write-file", "name": "b.txt", "data": memoryview(b"from the page")}],
        [{"type": "delete-file", "name": "a.txt"}],
    ]
    page = Page(*requests, workspace=Workspace(tmp_path / "files"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        patch.setattr("pykeras_core.playground.console.FLUSH_INTERVAL_S", 0)
        page.run(source)
    assert page.printed().endswith("from the page\n")
    assert page.of("file") == [{"type": "file", "name": "a.txt", "data": b"from the program"}]
    assert page.kept == [["a.txt"], ["a.txt", "b.txt"], ["b.txt"]]


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"type": "read-file", "name": "gone"}, "FileNotFoundError"),
        ({"type": "read-file", "name": "../secret"}, "expected a name in the page's folder"),
        ({"type": "delete-file", "name": "/etc"}, "expected a name in the page's folder"),
        ({"type": "write-file", "name": "", "data": b""}, "expected a name in the page's folder"),
        ({"type": "write-file", "name": "folder", "data": b""}, "IsADirectoryError"),
        ({"type": "forget-file", "name": "kept"}, "expected a request of type 'delete-file'"),
    ],
)
def test_a_file_request_that_fails_is_answered_and_harms_nothing(
    tmp_path: Path, request_: Message, error: str
) -> None:
    workspace = Workspace(tmp_path / "files")
    workspace.write("kept", b"1")
    workspace.write("folder/inner", b"2")
    page = Page([request_], workspace=workspace)
    page.session.attend()
    (answer,) = page.of("request-failed")
    assert (answer["request"], answer["name"]) == (request_["type"], request_["name"])
    assert error in answer["detail"]
    assert [entry["name"] for entry in workspace.entries()] == ["folder", "kept"]


# What web/protocol.js says


def types_of(union: str) -> dict[str, set[str]]:
    """The fields of each message of a union in `protocol.js`, by its type."""
    text = re.sub(r"\n \* ?", " ", PROTOCOL.read_text(encoding="utf-8"))
    named = re.search(rf"@typedef \{{([\w| ]+)\}} {union}\b", text)
    assert named is not None
    found = {}
    for name in named[1].split("|"):
        defined = re.search(
            rf"@typedef \{{(\{{type: (?:(?!@typedef).)*\}})\}} {name.strip()}\b", text
        )
        assert defined is not None, name
        inner = defined[1][1:-1]
        while re.search(r"[\[{(<][^\[\]{}()<>]*[\]})>]", inner):  # types of fields say nothing here
            inner = re.sub(r"[\[{(<][^\[\]{}()<>]*[\]})>]", "", inner)
        fields = dict(field.split(":", 1) for field in inner.split(",") if ":" in field)
        kind = re.search(r'"([\w-]+)"', fields.pop("type"))
        assert kind is not None
        found[kind[1]] = {field.strip() for field in fields}
    return found


def test_python_understands_the_requests_that_the_protocol_lists(tmp_path: Path) -> None:
    page = Page(workspace=Workspace(tmp_path / "files"))
    of_the_worker = {"start", "retry", "ping", "run", "train-more"}
    assert page.session.mailbox.kinds == types_of("ToWorker").keys() - of_the_worker


EVERYTHING = """
from pathlib import Path
import keras, numpy as np
from pykeras_core.utils.pictures import Picture, show_picture
Path("left.txt").write_text("left")
x_test, y_test = np.ones((4, 2)), np.ones(4)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x_test, y_test, epochs=2, batch_size=1, verbose=2)
show_picture(Picture("png", b"", 1, 1, ("a",), "name"))
1 / 0
"""


def test_python_says_what_the_protocol_lists_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
    monkeypatch.chdir(tmp_path)
    requests = [
        {"type": "read-file", "name": "left.txt"},
        {"type": "read-file", "name": "no"},
        {"type": "write-file", "name": "new.txt", "data": b"new"},
    ]
    held = [[{"type": "reset-weights", "runId": 1}], [{"type": "resume", "runId": 1}]]
    page = Page(workspace=Workspace(tmp_path / "files"), while_held=held)
    page.run(EVERYTHING, paused=True)
    page.run("1 + 1", run_id=2, continues=True)
    page.arriving = [requests]
    page.session.attend()
    assert page.session.files is not None
    page.session.files.restore([], ["damaged.txt"])
    listed = types_of("FromWorker")
    for message in page.messages:
        assert message.keys() - {"type"} == listed[message["type"]], message["type"]
    of_the_worker = {"alive", "pong", "loading", "ready", "failed", "fetching", "files"}
    assert {message["type"] for message in page.messages} == listed.keys() - of_the_worker
