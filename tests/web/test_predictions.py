"""What the Predict and Data views, and the strip below the curves, say of a model and its data."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

HEAD = """\
import keras, numpy as np
from keras import layers
rng = np.random.default_rng(0)
x = rng.normal(size=(900, 8)).astype("float32")
x[:, 0] = rng.integers(0, 40, 900)
y = (x[:, 1] > 0).astype("int32") + (x[:, 2] > 0)
x_train, y_train, x_test, y_test = x[:600], y[:600], x[600:], y[600:]
feature_names = ["rooms", "width of the garden in metres", "c", "d", "e", "f", "g", "h"]
class_names = ["low", "middle", "high"]
"""
CLASSES = (
    HEAD
    + """\
model = keras.Sequential([layers.Input((8,)), layers.Dense(16, "relu"), layers.Dense(3, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=4, verbose=0)
"""
)
FIT = 'model.compile("adam", "mse")\nmodel.fit(x_train, t_train, epochs=2, verbose=0)\n'


@pytest.fixture
def phone(playground: PlaygroundPage) -> Iterator[PlaygroundPage]:
    before = playground.tab.viewport_size
    assert before is not None
    playground.tab.set_viewport_size({"width": 390, "height": 844})
    yield playground
    playground.tab.set_viewport_size(before)


def test_wrong_answers_say_so_in_words_and_each_class_has_as_many_tiles(
    playground: PlaygroundPage,
) -> None:
    playground.run(CLASSES).wait_until_finished()
    expect(playground.score).to_contain_text("test samples, after the run")
    expect(playground.predictions.locator(".set")).to_have_text(
        "Samples in the program's x_test and y_test."
    )
    playground.predictions.get_by_role("button", name="Balanced").click()
    expect(playground.tiles).to_have_count(24)
    playground.predictions.get_by_role("button", name="Wrong").click()
    expect(playground.tiles.first).to_contain_text(
        re.compile("says (low|middle|high), is (low|middle|high)")
    )
    expect(playground.tiles.first.locator(".name").first).to_have_text("rooms")
    numbers = playground.tiles.locator(".value").all_inner_texts()
    assert all(re.fullmatch(r"\d+", number) for number in numbers[::6]), "whole numbers stay whole"
    clipped = playground.tiles.locator(".value").evaluate_all(
        "all => all.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).length"
    )
    assert clipped == 0
    playground.predictions.get_by_role("button", name="Balanced").click()


def test_the_matrix_shows_the_samples_of_a_cell_by_keyboard(playground: PlaygroundPage) -> None:
    playground.run(CLASSES).wait_until_finished()
    playground.predictions.get_by_role("button", name="Matrix").click()
    matrix = playground.predictions.get_by_role("table")
    expect(matrix.get_by_role("rowheader")).to_have_text(["low", "middle", "high"])
    cells = matrix.get_by_role("button")
    counts = [int(text) if text.strip("·") else 0 for text in cells.all_inner_texts()]
    assert sum(counts) == 300
    cells.first.focus()
    playground.tab.keyboard.press("ArrowDown")
    playground.tab.keyboard.press("ArrowRight")
    expect(cells.nth(4)).to_be_focused()
    playground.tab.keyboard.press("Enter")
    expect(playground.predictions.locator("h3")).to_have_text(
        f"middle taken for middle: {counts[4]}"
    )
    expect(playground.tiles).to_have_count(min(counts[4], 24))
    playground.predictions.get_by_role("button", name="Balanced").click()


def test_a_gallery_is_one_tab_stop_with_arrow_keys_inside(playground: PlaygroundPage) -> None:
    playground.run(CLASSES).wait_until_finished()
    expect(playground.tiles.and_(playground.predictions.locator("[tabindex='0']"))).to_have_count(1)
    playground.tiles.first.focus()
    playground.tab.keyboard.press("ArrowRight")
    expect(playground.tiles.nth(1)).to_be_focused()
    playground.tab.keyboard.press("End")
    playground.tab.keyboard.press("Home")
    expect(playground.tiles.first).to_be_focused()


TRUTHS = {
    "a loop of its own": (
        "import tensorflow as tf\nmodel = keras.Sequential([layers.Dense(3)])\n"
        "opt = keras.optimizers.Adam()\n"
        "loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "for _ in range(5):\n    with tf.GradientTape() as tape:\n"
        "        loss = loss_fn(y_train, model(x_train))\n"
        "    opt.apply_gradients(zip(tape.gradient(loss, model.trainable_variables),"
        " model.trainable_variables))\n",
        "Samples in the program's x_test and y_test.",
    ),
    "nothing kept": (
        "model = keras.Sequential([layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(x[:, 1:3], x[:, 3], verbose=0)\n",
        "The model trains on these samples: nothing unseen was found.",
    ),
    "an autoencoder": (
        "grey = x[:, :1] * np.ones(64, 'float32') / 40\nx_train, x_test = grey[:600], grey[600:]\n"
        "model = keras.Sequential([layers.Dense(4, 'relu'), layers.Dense(64, 'sigmoid')])\n"
        "model.compile('adam', 'mse')\nmodel.fit(x_train, x_train, verbose=0)\n",
        "mean absolute difference between input and output",
    ),
    "an answer without a picture": (
        "model = keras.Sequential([layers.Dense(60), layers.Reshape((4, 5, 3))])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(x, np.zeros((900, 4, 5, 3)), verbose=0)\n",
        "the shape (4, 5, 3)",
    ),
    "after an error": (
        "model = keras.Sequential([layers.Dense(3, 'softmax')])\n"
        "model.compile('sgd', 'sparse_categorical_crossentropy')\n"
        "model.fit(x_train, y_train, verbose=0)\n1 / 0\n",
        "after the run, which failed",
    ),
}


@pytest.mark.parametrize(("source", "said"), TRUTHS.values(), ids=TRUTHS)
def test_the_panel_says_what_is_so(playground: PlaygroundPage, source: str, said: str) -> None:
    playground.run(HEAD + source)
    expect(playground.progress).to_contain_text(re.compile("Finished in|Error|failed", re.I))
    expect(playground.predictions).to_contain_text(said)
    for untrue in ("metrics=", "keep test samples"):
        expect(playground.predictions).not_to_contain_text(untrue)


def test_what_there_was_stays_when_the_next_run_fails_at_once(playground: PlaygroundPage) -> None:
    playground.run(CLASSES).wait_until_finished()
    expect(playground.predictions_head).to_contain_text("after the run")
    playground.run("1 / 0")
    expect(playground.predictions_head).to_contain_text("the last one failed before it had any")
    expect(playground.tiles.first).to_be_visible()
    playground.run("print('words')").wait_until_finished()
    expect(playground.predictions).to_contain_text("This program has trained no model")
    expect(playground.tiles).to_have_count(0)


def test_numbers_that_are_none_are_left_out_of_a_plot_and_counted(
    playground: PlaygroundPage,
) -> None:
    playground.run(
        HEAD + "t = x[:, 3].copy()\nt[600:603] = np.nan\nt_train, y_test = t[:600], t[600:]\n"
        "model = keras.Sequential([layers.Dense(1)])\n" + FIT
    ).wait_until_finished()
    expect(playground.predictions).to_contain_text("3 not shown: not a number.")
    expect(playground.predictions.locator(".scatter .point")).to_have_count(297)
    assert "NaN" not in playground.predictions.locator("svg.scatter").inner_html()


def test_the_strip_below_the_curves_shows_what_is_learned(phone: PlaygroundPage) -> None:
    phone.show("code").run(CLASSES).wait_until_finished()
    expect(phone.strip).to_contain_text(re.compile(r"[\d.]+%\s*of 300 test samples"))
    expect(phone.strip.locator(".tile")).to_have_count(12)
    assert phone.tab.evaluate("document.documentElement.scrollWidth") == 390
    phone.strip.get_by_role("button", name="All predictions").click()
    expect(phone.tab.locator("prediction-panel .summary")).to_be_visible()
    phone.show("code")


def test_samples_can_be_shown_by_class_and_are_counted(playground: PlaygroundPage) -> None:
    playground.run(CLASSES).wait_until_finished()
    samples = playground.samples
    expect(samples).to_contain_text("What the model trains on: x_train and y_train.")
    expect(samples).to_contain_text("input: (600, 8), float32")
    counts = samples.locator(".spread .count").all_inner_texts()
    assert sum(int(count) for count in counts) == 600
    samples.get_by_label("Show").select_option(label=f"middle ({counts[1]})")
    targets = samples.locator(".rows tbody td:last-child")
    expect(targets).to_have_text(["middle"] * targets.count())
    assert targets.count() >= 12
