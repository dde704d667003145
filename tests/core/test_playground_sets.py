"""Which samples a program's model is asked about, and what the page calls them."""

from typing import Any

import pytest

from pykeras_core import compat
from pykeras_core.playground import Session

Message = dict[str, Any]


class Page:
    """Keeps what a session posts; `asking` asks for predictions at every breath."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, asking: bool = False):
        monkeypatch.setattr("pykeras_core.playground.session.BREATH_INTERVAL_S", 0)
        monkeypatch.setattr("pykeras_core.playground.view.REST", 0)
        monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
        self.messages: list[Message] = []
        self.requests: list[Message] = []
        self.asking = asking
        self.session = Session(self.messages.append, self.receive)
        compat.install()

    def receive(self) -> list[Message]:
        requests, self.requests = self.requests, []
        return [*requests, *([{"type": "predict", "runId": 1, "cell": None}] * self.asking)]

    def run(self, source: str) -> "Page":
        self.session.run(HEAD + source, 1)
        errors = "".join(
            piece["text"]
            for message in self.messages
            if message["type"] == "output"
            for piece in message["pieces"]
            if piece["stream"] == "stderr"
        )
        assert errors == ""
        return self

    @property
    def reports(self) -> list[Message]:
        return [message for message in self.messages if message["type"] == "predictions"]

    @property
    def last(self) -> Message:
        return self.reports[-1]

    @property
    def data(self) -> Message:
        return next(message for message in self.messages if message["type"] == "samples")


HEAD = """
import keras, numpy as np
from keras import layers
rng = np.random.default_rng(0)
x = rng.random((900, 8)).astype("float32")
y = (x.sum(axis=1) > 4).astype("int32") + (x.sum(axis=1) > 5)
def build(n=3, activation="softmax", loss="sparse_categorical_crossentropy"):
    model = keras.Sequential([layers.Input((8,)), layers.Dense(n, activation=activation)])
    model.compile("adam", loss)
    return model
"""


SPLIT = "x_train, y_train, x_test, y_test = x[:600], y[:600], x[600:], y[600:]\n"


FIT = "model.fit(x_train, y_train, epochs=3, verbose=0"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(monkeypatch)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(monkeypatch, asking=True)


def test_the_set_and_its_samples_are_the_same_from_the_first_report_to_the_last(
    asking: Page,
) -> None:
    asking.run(SPLIT + "model = build()\n" + FIT + ", validation_split=0.1)\n"
               "model.evaluate(x_test, y_test, verbose=0)")  # fmt: skip
    assert len(asking.reports) > 3
    assert {message["set"]["name"] for message in asking.reports} == {"test"}
    assert {message["set"]["total"] for message in asking.reports} == {300}
    galleries = [message["report"]["balanced"]["indices"] for message in asking.reports]
    assert all(gallery == galleries[0] for gallery in galleries)
    labels = asking.last["report"]["balanced"]["labels"]
    assert [labels.count(label) for label in range(3)] == [8, 8, 8]


NAMED = {
    "variables": (
        SPLIT + "model = build()\n" + FIT + ")", "test", "variables", ["x_test", "y_test"],
    ),
    "a functional model": (
        SPLIT + "i = keras.Input((8,))\nmodel = keras.Model(i, layers.Dense(3)(i))\n"
        "model.compile('sgd', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n"
        + FIT + ")",
        "test", "variables", ["x_test", "y_test"],
    ),
    "a model of its own": (
        SPLIT + "class Own(keras.Model):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.d = layers.Dense(3, 'softmax')\n"
        "    def call(self, x): return self.d(x)\n"
        "model = Own()\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n" + FIT + ")",
        "test", "variables", ["x_test", "y_test"],
    ),
    "a loop of its own": (
        SPLIT + "import tensorflow as tf\nmodel = build()\nopt = keras.optimizers.Adam()\n"
        "loss_fn = keras.losses.SparseCategoricalCrossentropy()\n"
        "for _ in range(3):\n"
        "    with tf.GradientTape() as tape:\n        loss = loss_fn(y_train, model(x_train))\n"
        "    opt.apply_gradients(zip(tape.gradient(loss, model.trainable_variables),"
        " model.trainable_variables))",
        "test", "variables", ["x_test", "y_test"],
    ),
    "batches by hand": (
        SPLIT + "model = build()\nmodel.train_on_batch(x_train, y_train)",
        "test", "variables", ["x_test", "y_test"],
    ),
    "other names": (
        "trainX, trainY, testX, testY = x[:600], y[:600], x[600:], y[600:]\n"
        "model = build()\nmodel.fit(trainX, trainY, verbose=0)",
        "test", "variables", ["testX", "testY"],
    ),
    "attributes": (
        "class Loader:\n    def __init__(self):\n"
        "        self.train_data, self.train_label = x[:600], y[:600]\n"
        "        self.test_data, self.test_label = x[600:], y[600:]\n"
        "data = Loader()\nmodel = build()\nmodel.fit(data.train_data, data.train_label, verbose=0)",
        "test", "variables", ["data.test_data", "data.test_label"],
    ),
    "validation data": (
        "model = build()\n"
        "model.fit(x[:600], y[:600], validation_data=(x[600:], y[600:]), verbose=0)",
        "validation", "validation_data", [],
    ),
    "a share kept": (
        "model = build()\nmodel.fit(x, y, validation_split=0.25, verbose=0)",
        "validation", "validation_split", ["x"],
    ),
    "given to evaluate": (
        "model = build()\nmodel.fit(x[:600], y[:600], verbose=0)\n"
        "model.evaluate(x[600:] + 0, y[600:] + 0, verbose=0)",
        "", "evaluate", [],
    ),
    "a pipeline": (
        "import tensorflow as tf\nmodel = build()\n"
        "train, held = (tf.data.Dataset.from_tensor_slices(part).batch(50)"
        " for part in ((x[:600], y[:600]), (x[600:], y[600:])))\n"
        "model.fit(train, validation_data=held, verbose=0)",
        "validation", "validation_data", [],
    ),
    "nothing kept": ("model = build()\nmodel.fit(x, y, verbose=0)", "training", "fit", ["x", "y"]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "name", "origin", "variables"), NAMED.values(), ids=NAMED)
def test_the_set_is_named_after_what_the_program_gave(
    page: Page, source: str, name: str, origin: str, variables: list[str]
) -> None:
    found = page.run(source).last
    assert found["report"]["kind"] == "classes"
    about = found["set"]
    assert (about["name"], about["origin"], about["variables"]) == (name, origin, variables)
    assert about["seen"] == (origin == "fit")


def test_variables_that_are_unlike_the_training_data_are_not_believed(page: Page) -> None:
    page.run(SPLIT + "x_test = x_test * 255\nmodel = build()\n" + FIT + ", validation_split=0.1)")
    assert page.last["set"]["origin"] == "validation_split"


def test_a_set_whose_labels_the_model_does_not_know_is_passed_over(page: Page) -> None:
    source = SPLIT + "y_test = y_test + 5\nmodel = build()\n" + FIT + ", validation_split=0.1)"
    assert page.run(source).last["set"]["origin"] == "validation_split"


def test_after_an_error_the_model_is_still_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch)
    page.session.run(HEAD + SPLIT + "model = build()\n" + FIT + ")\n1 / 0", 1)
    assert page.last["set"]["name"] == "test"


def test_a_model_that_was_never_trained_is_not_asked(page: Page) -> None:
    assert page.run(SPLIT + "model = build()\nmodel.summary()").reports == []


def test_two_inputs_and_two_outputs_are_shown_by_name(page: Page) -> None:
    page.run(
        "a, b = keras.Input((8,), name='a'), keras.Input((8,), name='b')\n"
        "both = layers.Concatenate()([a, b])\n"
        "model = keras.Model({'a': a, 'b': b}, {"
        "'more': layers.Dense(1, 'sigmoid', name='more')(both),"
        " 'sum': layers.Dense(1, name='sum')(both)})\n"
        "model.compile('adam', {'more': 'binary_crossentropy', 'sum': 'mse'})\n"
        "def pairs(x): return {'a': x, 'b': x[::-1]}, {'more': (x[:, 0] > x[::-1, 0]) * 1.0,"
        " 'sum': x[:, 0] + x[::-1, 0]}\n"
        "model.fit(*pairs(x[:600]), verbose=0)\nmodel.evaluate(*pairs(x[600:]), verbose=0)\n"
    )
    outputs = page.last["report"]["outputs"]
    assert [(part["name"], part["report"]["kind"]) for part in outputs] == [
        ("more", "classes"), ("sum", "regression"),
    ]  # fmt: skip
    samples = outputs[0]["report"]["balanced"]["samples"]
    assert (samples["width"], samples["names"][:2]) == (16, ["a[0]", "a[1]"])


def test_another_cell_of_the_matrix_can_be_asked_for_after_the_run(page: Page) -> None:
    page.run(SPLIT + "model = build()\n" + FIT + ")")
    matrix = page.last["report"]["matrix"]
    page.requests = [{"type": "predict", "runId": 1, "cell": {"truth": 2, "guess": 1}, "now": True}]
    page.session.attend()
    cell = page.last["report"]["cell"]
    assert page.last["final"]
    assert len(cell["indices"]) == min(matrix[2][1], 24)
    assert set(cell["labels"]) <= {2}


def test_classes_and_columns_have_the_names_that_the_program_gives_them(page: Page) -> None:
    page.run(
        SPLIT + "class_names = ['low', 'middle', 'high']\nfeature_names = list('abcdefgh')\n"
        "model = build()\n" + FIT + ")"
    )
    found = page.last["report"]
    assert found["names"] == ["low", "middle", "high"]
    assert found["balanced"]["samples"]["names"] == list("abcdef")
    assert page.data["samples"]["distribution"]["names"] == ["low", "middle", "high"]


def test_data_of_training_are_called_so_and_others_are_not(page: Page) -> None:
    page.run(SPLIT + "model = build()\n" + FIT + ")")
    assert (page.data["use"], page.data["variables"]) == ("training", ["x_train", "y_train"])
    page.messages.clear()
    page.run(SPLIT)
    assert (page.data["use"], page.data["variables"]) == ("variables", ["x_train", "y_train"])


def test_the_shape_of_answers_without_a_picture_is_told_after_earlier_looks(asking: Page) -> None:
    asking.run(
        "model = keras.Sequential([layers.Dense(60), layers.Reshape((4, 5, 3))])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(x, np.zeros((len(x), 4, 5, 3)), epochs=5, verbose=0)"
    )
    told = {"kind": "nothing", "why": "outputs", "shapes": [[4, 5, 3]]}
    assert asking.last["report"] == told
