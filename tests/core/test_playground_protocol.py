"""What Python posts is what ``web/protocol.js`` says: the types, the keys and the values."""

from pathlib import Path
from typing import Any

import pytest

from pykeras_core import compat
from pykeras_core.engine.backends.reasons import REASONS
from pykeras_core.playground.files import Workspace
from tests.core import protocol
from tests.core.worker_stub import Page

GOOD = {
    "an output": {
        "type": "output",
        "runId": 1,
        "pieces": [{"stream": "stdout", "text": "a"}],
        "dropped": 0,
    },
    "a begin": {
        "type": "begin",
        "runId": 1,
        "fit": 1,
        "mode": "fit",
        "label": "",
        "optimizer": "",
        "epochs": 1,
        "initialEpoch": 0,
        "steps": None,
        "samples": 3,
        "means": ["loss"],
    },
    "a steps": {
        "type": "steps",
        "runId": 1,
        "fit": 1,
        "mode": "validate",
        "epoch": 0,
        "step": 0,
        "steps": 3,
        "logs": {"loss": 0.5},
        "stepsPerSecond": 2.5,
    },
    "a picture": {
        "type": "picture",
        "runId": 1,
        "format": "png",
        "data": b"a",
        "width": 1,
        "height": 1,
        "labels": ["loss"],
        "name": "figure-1",
    },
    "a name that is null": {
        "type": "request-failed",
        "request": "predict",
        "name": None,
        "detail": "",
    },
}


@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD)
def test_a_message_of_the_protocol_passes(message: dict[str, Any]) -> None:
    protocol.check(message)


def other(name: str, **changes: Any) -> dict[str, Any]:
    return {**GOOD[name], **changes}


BAD = {
    "a type unknown": ({"type": "dance"}, "no message 'dance'"),
    "a key unknown": (other("an output", mood=1), "output.mood: not in the protocol"),
    "a key missing": ({"type": "output", "runId": 1, "pieces": []}, "output.dropped: missing"),
    "an inner key unknown": (
        other("an output", pieces=[{"stream": "stdout", "text": "", "size": 1}]),
        r"pieces\[0\].size: not in the protocol",
    ),
    "a word unknown": (
        other("an output", pieces=[{"stream": "stdin", "text": ""}]),
        "'stdin' is not",
    ),
    "a bool for a number": (other("an output", dropped=True), "bool is no number"),
    "a text for a number": (other("a steps", logs={"loss": "low"}), "logs.loss: str is no number"),
    "a mode unknown": (other("a begin", mode="train"), "'train' is not"),
    "a tuple for a list": (other("a begin", means=()), "tuple is no list"),
    "bytes that are missing": (other("a picture", data=None), "data: NoneType is no Uint8Array"),
}


@pytest.mark.parametrize(("message", "complaint"), BAD.values(), ids=BAD)
def test_a_message_that_differs_is_found(message: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        protocol.check(message)


def test_every_type_that_is_named_is_there() -> None:
    known = {*protocol.types(), *protocol.PLAIN, "Record", "Blob"}

    def names(expected: Any) -> set[str]:
        if isinstance(expected, protocol.Fields):
            return {name for _, inner in expected.fields for name in names(inner)}
        own = {expected.name} if isinstance(expected, protocol.Name) else set()
        inner = getattr(expected, "of", ())
        parts = inner if isinstance(inner, tuple) else (inner,)
        return own.union(*map(names, parts))

    assert set().union(*map(names, protocol.types().values())) <= known


PROGRAMS = {
    "training on images": (
        "import keras\n(x, y), test = keras.datasets.mnist.load_data()\n"
        "model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])\n"
        "model.fit(x[:64] / 255, y[:64], validation_data=(test[0][:64], test[1][:64]), verbose=0)\n"
        "model.evaluate(test[0][:64], test[1][:64], verbose=0)\n"
        "model.predict(test[0][:8], verbose=0)"
    ),
    "training on points": (
        "import keras, numpy as np\nx_test, y_test = np.ones((8, 1)), np.ones(8)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(x_test, y_test, epochs=np.int64(2))\n"
    ),
    "training on rows": (
        "import keras, numpy as np\nx, y = np.ones((8, 3)), np.ones((8, 2))\n"
        "model = keras.Sequential([keras.layers.Dense(2)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(x, y, validation_split=0.5)\n"
        "import pathlib\npathlib.Path('left.txt').write_text('left')"
    ),
    "a loop of its own": (
        "import keras, numpy as np\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "for _ in range(5): model.train_on_batch(np.ones((4, 2)), np.ones(4))"
    ),
    "an error": "def f(n): return f(n + 1)\nf(0)",
    "an error in the text": "x = (1,\n",
    "a module that is not there": "import kears",
    "a lack of memory": "raise MemoryError",
    "a picture": (
        "import keras\nkeras.utils.plot_model(keras.Sequential([keras.Input((2,)),"
        " keras.layers.Dense(1)]), to_file=None)"
    ),
    "values": "'x' * 10**6",
    "a flood": "for i in range(20000): print(i, i, i)",
    "texts of another kind": "class Word(str): pass\nprint(Word('a'), '\\ud800\\0')",
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_whatever_a_program_does_the_page_hears_only_what_it_knows(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compat.install()
    monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
    monkeypatch.setattr("pykeras_core.playground.session.BREATH_INTERVAL_S", 0)
    requests = [
        {"type": "predict", "runId": 1},
        {"type": "set", "runId": 1, "name": "learning_rate", "value": 0.25},
        {"type": "set", "runId": 1, "name": "nonsense", "value": 0.25},
        {"type": "read-file", "name": "left.txt"},
        {"type": "dance"},
    ]
    monkeypatch.chdir(tmp_path)
    page = Page(workspace=Workspace(tmp_path / "files"), requests=requests)
    page.run(source)  # each message is compared with the protocol as it is posted
    page.requests = requests
    page.session.attend()
    page.session.show_built_in_samples()
    assert page.messages


def test_the_page_knows_every_reason_for_a_backend() -> None:
    codes = protocol.types()["ReasonCode"]
    assert isinstance(codes, protocol.Union)
    assert {code.text for code in codes.of if isinstance(code, protocol.Literal)} == {*REASONS}
