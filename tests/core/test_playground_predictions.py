"""What the page is told of a model's answers, and of the samples that it is asked about."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import Session
from pykeras_core.playground.answers import predict_in_slices
from pykeras_core.playground.displays import Display
from pykeras_core.playground.galleries import arrangement, balanced
from pykeras_core.playground.predictions import Question, describe_predictions, to_probabilities

Message = dict[str, Any]


def described(x: Any, y: Any, outputs: Any, loss: str = "", **about: Any) -> dict[str, Any] | None:
    x, y = np.asarray(x), None if y is None else np.asarray(y)
    question = Question(Display(x), y, np.arange(len(x)), loss=loss, **about)
    return describe_predictions(question, np.asarray(outputs))


def report(*arguments: Any, **about: Any) -> dict[str, Any]:
    found = described(*arguments, **about)
    assert found is not None
    return found


# Choice of samples


def test_a_gallery_has_as_many_samples_of_each_class() -> None:
    labels = np.repeat(np.arange(10), [50, 3, 9, 9, 9, 9, 9, 9, 9, 9])
    chosen = labels[balanced(labels)]
    assert chosen.tolist() == [*range(10), *range(10)]


def test_of_many_classes_a_gallery_has_one_sample_each() -> None:
    chosen = balanced(np.arange(400) % 100)
    assert len(chosen) == len(set(chosen % 100)) == 24


def test_the_first_samples_looked_at_are_a_fair_sample_in_the_same_order_each_time() -> None:
    order = arrangement(5000, np.array([4000, 7]), 1000)
    assert order.tolist() == arrangement(5000, np.array([4000, 7]), 1000).tolist()
    assert order[:2].tolist() == [4000, 7]
    assert len(set(order.tolist())) == 1000
    assert 2300 < order.mean() < 2700  # a set sorted by class is not cut off


# Classes


def test_class_reports_have_the_surest_mistakes_and_the_least_sure_answers() -> None:
    outputs = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]], dtype="float32")
    found = report(np.zeros((4, 3)), [0, 1, 1, 1], outputs, "sparse_categorical_crossentropy")
    assert (found["kind"], found["total"], found["correct"]) == ("classes", 4, 2)
    assert found["balanced"]["guesses"] == [0, 0, 1, 0]
    assert found["wrong"]["indices"] == [3, 1]
    assert found["unsure"]["indices"] == [1, 3, 2, 0]
    assert found["matrix"] == [[1, 0], [2, 1]]


def test_a_cell_of_the_matrix_shows_its_samples() -> None:
    outputs = np.eye(3)[[0, 1, 1, 2]]
    found = report(np.zeros((4, 3)), [0, 0, 0, 2], outputs, "sparse_categorical_crossentropy",
                   cell=(0, 1))  # fmt: skip
    assert found["cell"]["indices"] == [1, 2]


def test_more_classes_than_can_be_read_have_no_matrix() -> None:
    outputs = np.eye(40)
    found = report(np.zeros((40, 3)), np.arange(40), outputs, "sparse_categorical_crossentropy")
    assert found["matrix"] is None
    assert found["correct"] == 40


def test_a_model_without_mistakes_has_an_empty_list_of_them() -> None:
    found = report(np.zeros((2, 3)), [0, 1], [[0.1], [0.9]], "binary_crossentropy")
    assert found["correct"] == 2
    assert (found["wrong"]["labels"], found["wrong"]["samples"]["features"]) == ([], [])


def test_an_answer_that_is_not_a_number_names_no_class() -> None:
    found = report(
        np.zeros((2, 3)), [0, 1], [[np.nan, np.nan], [0.1, 0.9]], "categorical_crossentropy"
    )
    assert found["balanced"]["guesses"] == [-1, 1]
    assert found["correct"] == 1
    assert found["matrix"] == [[0, 0], [0, 1]]


def test_labels_beyond_the_model_s_classes_are_not_compared() -> None:
    assert (
        described(np.zeros((2, 3)), [0, 7], np.eye(3)[:2], "sparse_categorical_crossentropy")
        is None
    )


@pytest.mark.parametrize(
    ("y", "outputs", "about"),
    [
        ([0, 1], [[0.2], [0.7]], {"loss": "mse", "sigmoid": True}),
        ([0.0, 1.0], [[0.2], [0.7]], {"sigmoid": True}),
        ([0, 2], [[5.0, 1.0, 1.0], [0.0, 1.0, 4.0]], {}),
        ([[1, 0, 0], [0, 0, 1]], [[5.0, 1.0, 1.0], [0.0, 1.0, 4.0]], {"loss": "mse"}),
        ([0, 1], [[0.2], [0.7]], {"loss": "binary_focal_crossentropy"}),
    ],
    ids=["xor with mse", "unknown loss", "a loop's logits", "one-hot with mse", "focal"],
)
def test_classes_are_told_from_numbers(y: Any, outputs: Any, about: dict[str, Any]) -> None:
    found = report(np.zeros((2, 3)), y, outputs, **about)
    assert (found["kind"], found["correct"]) == ("classes", 2)


def test_hinge_losses_have_classes_minus_one_and_one() -> None:
    found = report(np.zeros((3, 3)), [-1, 1, 1], [[-2.0], [0.3], [-0.1]], "hinge")
    assert (found["correct"], found["names"]) == (2, ["-1", "1"])


def test_logits_become_probabilities() -> None:
    probabilities = to_probabilities(np.array([[0.0, 2.0]], dtype="float32"))
    np.testing.assert_allclose(probabilities, [[0.1192, 0.8808]], atol=1e-4)
    np.testing.assert_allclose(to_probabilities(np.array([[2.0]])), [[0.1192, 0.8808]], atol=1e-4)


# Numbers


def test_whole_numbers_with_a_squared_loss_are_a_regression() -> None:
    found = report([[1.0], [2.0]], [1, 4], [[2.0], [2.0]], "mse")
    assert found["kind"] == "regression"
    assert found["meanAbsoluteError"] == 1.5
    assert found["rootMeanSquaredError"] == pytest.approx(np.sqrt(2.5))
    assert found["input"] == [1.0, 2.0]


def test_numbers_that_are_none_are_counted_and_left_out_of_the_error() -> None:
    found = report(np.zeros((4, 3)), [1.0, 2.0, 3.0, np.nan], [[2.0], [np.nan], [np.inf], [1.0]])
    assert found["notNumbers"] == 3
    assert found["meanAbsoluteError"] == 1.0


def test_several_numbers_at_once_have_a_report_each() -> None:
    found = report(np.zeros((2, 5)), [[1.0, 2.0], [3.0, 4.0]], [[1.5, 2.0], [3.5, 4.0]], "mse")
    assert found["kind"] == "several"
    assert [part["report"]["meanAbsoluteError"] for part in found["outputs"]] == [0.5, 0.0]


# Other answers


def test_an_autoencoder_s_answers_stand_beside_what_came_in() -> None:
    noisy, clean = np.full((3, 64), 0.5), np.full((3, 64), 0.25)
    found = report(noisy, clean, np.full((3, 8, 8, 1), 0.75), "mse")
    assert (found["kind"], found["meanAbsoluteError"]) == ("pairs", 0.5)
    parts = (found["inputs"], found["outputs"], found["targets"])
    assert [part["images"]["pixels"][0] for part in parts] == [128, 191, 64]


@pytest.mark.parametrize("y", [None, [3, 1, 2]], ids=["no targets", "labels beside it"])
def test_an_autoencoder_is_compared_with_its_input(y: Any) -> None:
    x = np.full((3, 64), 0.5)
    found = report(x, y, np.full((3, 64), 0.75))
    assert (found["kind"], found["targets"], found["meanAbsoluteError"]) == ("pairs", None, 0.25)


def test_several_labels_at_once_are_compared_one_by_one() -> None:
    truth = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1]])
    outputs = np.array([[0.9, 0.8, 0.1], [0.7, 0.1, 0.1], [0.9, 0.2, 0.8]])
    found = report(np.zeros((3, 4)), truth, outputs, "binary_crossentropy")
    assert (found["kind"], found["exact"], found["correct"]) == ("labels", 2, 8)
    assert (found["truths"], found["guesses"]) == ([[0, 1], [], [0, 2]], [[0, 1], [0], [0, 2]])


def test_a_class_for_every_step_is_counted_by_step() -> None:
    x, y = np.array([[[0.0], [1.0]], [[1.0], [1.0]]]), np.array([[0, 1], [1, 0]])
    found = report(x, y, np.array([[[0.1], [0.9]], [[0.8], [0.7]]]), "binary_crossentropy")
    assert (found["kind"], found["steps"], found["correct"]) == ("sequences", 2, 3)
    assert found["inputs"] == [[0.0, 1.0], [1.0, 1.0]]


def test_answers_of_another_form_are_not_compared() -> None:
    assert described(np.zeros((2, 4)), np.zeros((2, 3, 3)), np.zeros((2, 3, 3)), "mse") is None


def test_prediction_goes_slice_by_slice_until_told_to_end() -> None:
    sizes: list[int] = []

    def predict(x: Any) -> Any:
        sizes.append(len(x))
        return np.zeros((len(x), 1))

    answers = iter([True, False])
    outputs = predict_in_slices(predict, np.zeros((1800, 2)), lambda: next(answers))
    assert sizes == [500, 500]
    assert outputs is not None
    assert outputs[""].shape == (1000, 1)


# Programs


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
