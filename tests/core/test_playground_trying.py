"""A reader tries a model: drawings, photographs, numbers, texts, codes, and what it says."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat, datasets
from pykeras_core.playground import session
from pykeras_core.playground.trying import ink
from pykeras_core.playground.trying.ranges import range_of
from tests.core.worker_stub import Message, Page


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)


def asked(given: Message | None = None, run_id: int = 1) -> Message:
    return {"type": "try", "runId": run_id, "number": 7, "input": given}


def inked(sheet: Any) -> Message:
    pixels = np.asarray(sheet, np.uint8)
    return {
        "kind": "ink", "height": pixels.shape[0], "width": pixels.shape[1],
        "pixels": pixels.tobytes(),
    }  # fmt: skip


def tried(page: Page, given: Message | None = None) -> Message:
    """What the page is told when nothing runs."""
    page.requests = [asked(given, page.session.mailbox.run_id)]
    page.session.attend()
    found = page.of("trial")[-1]
    assert found["number"] == 7
    return found


def says(page: Page, given: Message) -> Message:
    (output,) = tried(page, given)["answer"]["outputs"]
    found: Message = output["says"]
    return found


LINE = np.zeros((120, 90), np.uint8)
LINE[20:90, 60:66] = 255


# A drawing as MNIST would hold it


def redrawn(digits: Any) -> Any:
    """Digits as somebody might draw them: large, anywhere on the sheet, the pen's edges sharp."""
    rng = np.random.default_rng(0)
    sheets = []
    for digit in digits.astype(float):
        inner = digit[ink.bounds(digit)]
        size = rng.uniform(2, 12)
        height, width = (round(side * size) for side in inner.shape)
        sheet = np.zeros((280, 280))
        top, left = rng.integers(0, 281 - height), rng.integers(0, 281 - width)
        pen = np.clip((ink.resized(inner, height, width) - 80) * 2.5, 0, 255)
        sheet[top : top + height, left : left + width] = pen
        sheets.append(ink.as_mnist(sheet))
    return np.array(sheets)


def test_redrawn_digits_are_read_as_well_as_the_originals() -> None:
    import pykeras_core as keras

    (x, y), (x_test, y_test) = datasets.mnist.load_sample()
    x_test, y_test = x_test[::2], y_test[::2]
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(64, "relu"),
                              keras.layers.Dense(10, "softmax")])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x / 255, y, epochs=4, verbose=0)
    own = model.evaluate(x_test / 255, y_test, verbose=0)[1]
    again = model.evaluate(redrawn(x_test) / 255, y_test, verbose=0)[1]
    assert own > 0.88
    assert abs(own - again) <= 0.02


def test_a_digit_of_mnist_is_already_what_its_procedure_makes() -> None:
    (_, _), (x_test, _) = datasets.mnist.load_sample()
    for digit in x_test[:100].astype(float):
        again = ink.as_mnist(digit)
        assert again is not None
        assert np.abs(again - digit).mean() < 4  # faint edges may be cut off, and move it a pixel


def test_a_drawing_fills_the_box_wherever_and_however_large_it_is() -> None:
    for height, width, top, left in ((200, 40, 3, 3), (30, 90, 200, 100), (1, 1, 279, 279)):
        sheet = np.zeros((280, 280))
        sheet[top : top + height, left : left + width] = 255
        drawn = ink.as_mnist(sheet)
        assert drawn is not None
        rows, columns = ink.bounds(drawn) or (slice(0), slice(0))
        sides = (rows.stop - rows.start, columns.stop - columns.start)
        assert max(sides) == 20
        masses = drawn.sum(axis=1) @ (np.arange(28) + 0.5) / drawn.sum()
        assert 14 <= masses <= 15


def test_an_empty_sheet_has_no_form() -> None:
    assert ink.as_mnist(np.zeros((50, 50))) is None
    assert ink.as_mnist(np.full((50, 50), float(ink.FAINT))) is None


def test_a_photograph_of_dark_ink_on_uneven_paper_gives_the_ink_alone() -> None:
    paper = np.linspace(180, 220, 100)[:, None, None] * np.ones((100, 80, 3))
    paper[30:70, 38:44] = 40
    found = ink.ink_of_photograph(paper)
    assert ink.bounds(found) == (slice(30, 70), slice(38, 44))
    white_on_black = ink.ink_of_photograph(255 - paper)
    assert ink.bounds(white_on_black) == (slice(30, 70), slice(38, 44))
    assert not ink.ink_of_photograph(np.full((40, 40, 3), 130.0)).any()


# The numbers that a model was trained on


DIGITS = datasets.mnist.load_sample()[0][0][:300].astype("float64")[..., None]


@pytest.mark.parametrize(
    ("scaled", "paper", "full"),
    [
        (DIGITS, 0, 255),
        (DIGITS / 255, 0, 1),
        (DIGITS / 127.5 - 1, -1, 1),
        (1 - DIGITS / 255, 1, 0),
        ((DIGITS - 33.3) / 78.6, -33.3 / 78.6, (255 - 33.3) / 78.6),
    ],
)
def test_paper_and_ink_are_the_numbers_that_the_data_has(
    scaled: Any, paper: float, full: float
) -> None:
    found = range_of(scaled)
    np.testing.assert_allclose([found.paper, found.full], [paper, full], atol=1e-6)


def test_data_that_is_standardised_pixel_by_pixel_is_met_pixel_by_pixel() -> None:
    mean, deviation = DIGITS.mean(axis=0), DIGITS.std(axis=0) + 1e-3
    found = range_of((DIGITS - mean) / deviation)
    again = found.of(DIGITS[7, ..., 0] / 255)
    inner = np.s_[10:18, 10:18]  # where some digit has full ink
    wanted = ((DIGITS[7] - mean) / deviation)[..., 0]
    np.testing.assert_allclose(again[inner], wanted[inner], atol=0.05)


# Ways to try


CLASSIFIER = """
import keras, numpy as np
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x[:300] / 255
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y[:300], epochs=EPOCHS, verbose=0)
"""


def classifier(epochs: int = 2) -> str:
    return CLASSIFIER.replace("EPOCHS", str(epochs))


def test_a_drawing_is_answered_with_probabilities_and_what_the_model_saw() -> None:
    page = Page().run(classifier())
    found = tried(page)
    (way,) = found["ways"]
    assert (way["height"], way["width"], way["channels"], way["known"]) == (28, 28, 1, True)
    assert way["share"] == ink.BOX
    assert (found["parameters"], found["neurons"]) == (7850, 0)
    assert (found["trained"], found["why"], found["answer"]) == (True, None, None)
    answer = tried(page, inked(LINE))["answer"]
    seen = np.frombuffer(answer["seen"]["pixels"], np.uint8).reshape(28, 28)
    np.testing.assert_array_equal(seen, np.rint(ink.as_mnist(LINE.astype(float))))
    said = answer["outputs"][0]["says"]
    model = page.session.model
    wanted = model.predict(seen[None] / 255, verbose=0)[0]
    np.testing.assert_allclose(said["shares"], wanted, atol=1e-6)
    assert (said["kind"], said["shown"], said["rest"]) == ("classes", list(range(10)), 0)


def test_a_drawing_is_answered_in_the_middle_of_a_fit_and_leaves_it_as_it_was() -> None:
    quiet = Page().run(classifier(5), seed=3)
    page = Page(always=asked(inked(LINE))).run(classifier(5), seed=3)
    answers = [one["answer"]["outputs"][0]["says"]["shares"] for one in page.of("trial")]
    assert len(answers) >= 4
    assert answers[0] != answers[-1]  # each with the weights of its moment
    assert page.messages[-1]["type"] == "trial"  # what comes during the last predictions waits
    assert page.of("epoch")[-1]["logs"] == quiet.of("epoch")[-1]["logs"]


def test_an_empty_sheet_is_no_question() -> None:
    page = Page().run(classifier())
    assert tried(page, inked(np.zeros((30, 30))))["answer"] == {"kind": "empty"}


def test_weights_that_were_not_trained_are_called_so_also_after_a_reset() -> None:
    page = Page().run(classifier())
    assert tried(page)["trained"]
    page.requests = [{"type": "reset-weights", "runId": 1}]
    page.session.attend()
    assert not tried(page)["trained"]
    untrained = classifier().replace("model.fit", "model.build((None, 28, 28)) #")
    page = Page().run(untrained)
    found = tried(page, inked(LINE))
    assert (found["trained"], found["answer"]["kind"]) == (False, "said")


def test_a_loop_of_the_programs_own_is_training_too() -> None:
    loop = (
        "import keras, numpy as np\nfrom keras import ops\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "for _ in range(3): model.train_on_batch(np.ones((4, 3)), np.ones(4))\n"
    )
    found = tried(Page().run(loop))
    assert found["trained"]
    assert [way["kind"] for way in found["ways"]] == ["numbers"]


def test_a_model_that_says_nan_is_not_shown_as_sure() -> None:
    page = Page().run(classifier() + "model.layers[-1].kernel.assign(np.full((784, 10), np.nan))")
    assert says(page, inked(LINE)) == {"kind": "nan", "part": 1.0}


def test_a_model_that_was_replaced_answers_for_itself_alone() -> None:
    page = Page().run(classifier())
    page.run("print('no model')", run_id=2)
    found = tried(page, inked(LINE))
    assert (found["ways"], found["why"], found["answer"]) == ([], "model", {"kind": "gone"})
    page.requests = [asked(inked(LINE), run_id=1)]
    page.session.attend()
    assert len(page.of("trial")) == 1  # what was meant for the run before is not answered


def test_of_a_thousand_classes_the_surest_are_shown() -> None:
    page = Page().run(
        classifier().replace("Dense(10", "Dense(1000").replace("y[:300]", "np.arange(300)")
    )
    said = says(page, inked(LINE))
    assert (said["classes"], len(said["shares"])) == (1000, 12)
    assert said["shares"] == sorted(said["shares"], reverse=True)
    assert sum(said["shares"]) + said["rest"] == pytest.approx(1, abs=1e-5)


@pytest.mark.filterwarnings("ignore:.*softmax")
def test_a_model_of_one_class_is_said_to_be_always_sure() -> None:
    page = Page().run(classifier().replace("Dense(10", "Dense(1").replace("y[:300]", "0 * y[:300]"))
    assert says(page, inked(LINE)) == {"kind": "one"}


def test_other_sizes_are_drawn_as_their_data_is() -> None:
    page = Page().run(
        "import keras, numpy as np\nx = np.zeros((40, 16, 16, 1)); x[:, :, 3:14] = 1\n"
        "y = np.arange(40) % 2\n"
        "model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, 'sigmoid')])\n"
        "model.compile('sgd', 'binary_crossentropy')\nmodel.fit(x, y, verbose=0)"
    )
    (way,) = tried(page)["ways"]
    assert (way["height"], way["share"]) == (16, 1.0)
    said = says(page, inked(LINE))
    assert (said["classes"], len(said["shares"])) == (2, 2)


def test_a_colour_model_takes_photographs_in_the_range_of_its_data() -> None:
    page = Page().run(
        "import keras, numpy as np\nx = np.random.rand(20, 8, 8, 3).astype('float32') * 2 - 1\n"
        "model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(),"
        " keras.layers.Dense(2)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(x, np.zeros((20, 2)), verbose=0)\n"
        "first = model.layers[-1]\n"
        "first.kernel.assign(np.eye(192, 2)); first.bias.assign(np.zeros(2))"
    )
    photograph = np.zeros((40, 60, 3), np.uint8)
    photograph[..., 0] = 255  # full red, no green
    given = {"kind": "photograph", "height": 40, "width": 60, "pixels": photograph.tobytes()}
    said = says(page, given)
    assert said["values"] == pytest.approx([1, -1], abs=0.1)


def test_numbers_have_a_field_for_each_column_of_the_data() -> None:
    page = Page().run(
        "import keras, numpy as np\nfeature_names = ['age', 'height']\n"
        "x = np.stack([np.arange(50), np.linspace(1.5, 2, 50)], axis=1)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(x, x[:, 0] / 50, verbose=0)\n"
        "model.layers[0].set_weights([np.array([[2.0], [10.0]]), np.array([1.0])])"
    )
    (way,) = tried(page)["ways"]
    age, height = way["fields"]
    assert age == {"name": "age", "low": 0, "high": 49, "start": 25, "whole": True}
    assert (height["name"], height["whole"]) == ("height", False)
    assert len(way["rows"]) == 12
    assert says(page, {"kind": "numbers", "values": [3, 1.5]})["values"] == [22]


def test_the_neurons_of_hidden_layers_are_counted() -> None:
    found = tried(Page().run(
        "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((2,)),"
        " layers.Dense(5), layers.Dropout(0.1), layers.Dense(3), layers.Dense(1)])"
    ))  # fmt: skip
    assert (found["neurons"], found["parameters"]) == (8, 15 + 18 + 4)


def test_several_inputs_of_numbers_are_one_form_and_others_are_said_to_be_several() -> None:
    program = (
        "import keras, numpy as np\nfrom keras import layers\n"
        "x = {'a': np.arange(20.).reshape(20, 1), 'b': np.random.rand(20, WIDTH)}\n"
        "parts = [layers.Input((1,), name='a'), layers.Input((WIDTH,), name='b')]\n"
        "model = keras.Model(parts, layers.Dense(1)(layers.Concatenate()(parts)))\n"
        "model.compile('sgd', 'mse')\nmodel.fit(x, np.zeros(20), verbose=0)\n"
    )
    page = Page().run(program.replace("WIDTH", "2"))
    (way,) = tried(page)["ways"]
    assert [field["name"] for field in way["fields"]] == ["a", "b[0]", "b[1]"]
    assert says(page, {"kind": "numbers", "values": [1, 0, 1]})["kind"] == "numbers"
    found = tried(Page().run(program.replace("WIDTH", "300")))
    assert (found["ways"], found["why"]) == ([], "several")
    assert found["shapes"] == [[-1, 1], [-1, 300]]


TEXTS = """
import keras, numpy as np
texts = np.array(["good film", "bad film", "good story", "bad story"] * 5)
labels = np.array([1, 0, 1, 0] * 5)
vectorize = keras.layers.TextVectorization(output_sequence_length=4)
vectorize.adapt(texts)
inner = [keras.layers.Embedding(12, 4), keras.layers.GlobalAveragePooling1D(),
         keras.layers.Dense(1, "sigmoid")]
"""
FIT = "model.compile('adam', 'binary_crossentropy')\nmodel.fit(SAMPLES, labels, verbose=0)\n"
TEXT_PROGRAMS = {
    "the model reads texts": (
        "model = keras.Sequential([keras.Input((1,), dtype='string'), vectorize, *inner])\n"
        + FIT.replace("SAMPLES", "texts")
    ),
    "the program keeps its TextVectorization": (
        "model = keras.Sequential(inner)\n" + FIT.replace("SAMPLES", "vectorize(texts)")
    ),
    "the program keeps a Tokenizer": (
        "del vectorize\nfrom keras.preprocessing.text import Tokenizer\n"
        "tokenizer = Tokenizer(); tokenizer.fit_on_texts(texts)\n"
        "rows = keras.utils.pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=4)\n"
        "model = keras.Sequential(inner)\n" + FIT.replace("SAMPLES", "rows")
    ),
    "the program keeps a word index": (
        "del vectorize\nindex = {'good': 1, 'bad': 2, 'film': 3, 'story': 4, 'not': 5}\n"
        "rows = np.array([[index[word] for word in text.split()] + [0, 0] for text in texts])\n"
        "model = keras.Sequential(inner)\n" + FIT.replace("SAMPLES", "rows")
    ),
}


@pytest.mark.parametrize("program", TEXT_PROGRAMS.values(), ids=TEXT_PROGRAMS)
def test_a_text_is_given_as_the_program_gives_texts(program: str) -> None:
    page = Page().run(TEXTS + program)
    (way,) = tried(page)["ways"]
    assert (way["kind"], way["examples"][:1]) == ("text", ["good film"])
    answer = tried(page, {"kind": "text", "text": "Good 电影 story film film film!"})["answer"]
    known = {word["word"].lower(): word["known"] for word in answer["words"]}
    assert known == {"good": True, "电影": False, "story": True, "film": True}
    assert answer["cut"] > 0
    good, bad = (says(page, {"kind": "text", "text": text}) for text in ("good film", "bad film"))
    assert (good["classes"], good["shares"] != bad["shares"]) == (2, True)
    assert tried(page, {"kind": "text", "text": "  "})["answer"] == {"kind": "empty"}


def test_a_text_makes_the_numbers_that_the_program_makes() -> None:
    page = Page().run(
        TEXTS + TEXT_PROGRAMS["the program keeps a word index"]
        + "seen = []\nwanted = model.predict(rows[1:2], verbose=0)"
    )  # fmt: skip
    said = says(page, {"kind": "text", "text": "bad film"})
    wanted = float(page.session._main.wanted[0, 0])
    assert said["shares"][1] == pytest.approx(wanted, abs=1e-6)


DECODER = """
import keras, numpy as np
from keras import layers
x = np.random.rand(60, 64)
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(2)], name="encoder")
decoder = keras.Sequential([keras.Input((2,)), layers.Dense(64, "sigmoid")], name="decoder")
model = keras.Sequential([encoder, decoder])
model.compile("adam", "mse")
model.fit(x, x, verbose=0)
"""


def test_codes_of_a_decoder_are_asked_of_the_decoder() -> None:
    page = Page().run(DECODER + "code = np.array([[0.5, -1.0]])\nwanted = decoder.predict(code)\n"
                      "codes = encoder.predict(x)")  # fmt: skip
    image, latent = tried(page)["ways"]
    assert (image["kind"], latent["kind"], latent["decoder"]) == ("image", "latent", "decoder")
    codes = page.session._main.codes
    assert latent["known"]
    np.testing.assert_allclose(latent["start"], np.median(codes, axis=0), atol=1e-5)
    said = says(page, {"kind": "latent", "values": [0.5, -1.0]})
    pixels = np.frombuffer(said["images"]["pixels"], np.uint8)
    wanted = np.rint(255 * np.clip(page.session._main.wanted[0], 0, 1))
    np.testing.assert_array_equal(pixels, wanted)


def test_a_model_without_a_decoder_of_its_own_has_no_codes() -> None:
    page = Page().run(DECODER.replace("[encoder, decoder]", "[layers.Dense(2), layers.Dense(64)]"))
    assert [way["kind"] for way in tried(page)["ways"]] == ["image"]


NONE = {
    "unbuilt": "import keras\nmodel = keras.Sequential([keras.layers.Dense(2)])",
    "model": "x = 1",
    "form": ("import keras\nmodel = keras.Sequential([keras.Input((9, 2)), keras.layers.GRU(2)])"),
}


@pytest.mark.parametrize(("why", "program"), NONE.items(), ids=NONE)
def test_where_there_is_nothing_to_try_the_page_hears_why(why: str, program: str) -> None:
    found = tried(Page().run(program))
    assert (found["ways"], found["why"]) == ([], why)


def test_a_request_that_is_no_picture_is_answered_and_ends_nothing() -> None:
    page = Page().run(classifier())
    for given in (
        {"kind": "ink", "height": 3, "width": 3, "pixels": b"12"},
        {"kind": "ink", "height": 0, "width": 3, "pixels": b""},
        {"kind": "ink", "height": 10**6, "width": 10**6, "pixels": b""},
    ):
        page.requests = [asked(given)]
        page.session.attend()
        assert page.of("request-failed")[-1]["request"] == "try"
    assert tried(page, inked(LINE))["answer"]["kind"] == "said"
