"""A reader tries a model: draws, drops a picture, types numbers and text, moves codes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program
from tests.web.test_accessibility import found

# Corners of a seven, in shares of the sheet.
SEVEN = ((0.3, 0.2), (0.7, 0.2), (0.66, 0.35), (0.55, 0.6), (0.45, 0.85))
GOOD = training_program(3).replace("Dense(16", "Dense(64").replace('"sgd"', '"adam"')


@pytest.fixture
def panel(playground: PlaygroundPage) -> Iterator[Locator]:
    """Where the reader tries the model; afterwards the page is as wide as it was, in English."""
    tab = playground.tab
    before = tab.viewport_size
    assert before is not None
    yield tab.locator("try-panel")
    tab.set_viewport_size(before)
    tab.locator("language-switch select").select_option("en")


def corners(panel: Locator) -> list[tuple[float, float]]:
    sheet = panel.locator("draw-pad canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]


def draw_seven(panel: Locator) -> None:
    mouse = panel.page.mouse
    first, *others = corners(panel)
    mouse.move(*first)
    mouse.down()
    for corner in others:
        mouse.move(*corner, steps=4)
    mouse.up()


def press(panel: Locator, name: str) -> None:
    panel.get_by_role("button", name=name, exact=True).click()


def test_a_digit_is_drawn_with_mouse_finger_and_keys(
    playground: PlaygroundPage, panel: Locator
) -> None:
    tab = playground.tab
    playground.run(GOOD).wait_until_finished().show("predict")
    answer = panel.locator(".answer")
    expect(answer).to_contain_text("Draw something")
    draw_seven(panel)
    expect(answer.locator(".short")).to_have_text(re.compile(r"7, [\d.]+%"))
    expect(answer.locator(".shares li")).to_have_count(10)
    expect(answer.locator(".guessed .name")).to_have_text("7")
    expect(answer.locator("figure")).to_contain_text(re.compile("28 . 28"))
    assert found(tab) == []
    press(panel, "Clear")
    expect(answer).to_contain_text("Draw something")
    press(panel, "Undo")
    expect(answer.locator(".guessed .name")).to_have_text("7")
    press(panel, "Clear")

    tab.set_viewport_size({"width": 390, "height": 844})
    touch = tab.context.new_cdp_session(tab)
    for at, (x, y) in enumerate(corners(panel)):
        kind = "touchMove" if at else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(answer.locator(".guessed .name")).to_have_text("7")
    wide = tab.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    tab.set_viewport_size({"width": 1280, "height": 800})

    sheet = panel.locator("draw-pad canvas")
    sheet.focus()
    for key in ("Delete", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Space"):
        sheet.press(key)
    expect(panel.locator("draw-pad [role=status]")).to_have_text("The pen is down.")
    for key in (*["ArrowRight"] * 11, *["ArrowDown", "ArrowDown", "ArrowLeft"] * 6, "Space"):
        sheet.press(key)
    expect(answer.locator(".guessed .name")).to_have_text("7")
    expect(panel.locator("section > .spoken")).to_have_text(re.compile(r"7, [\d.]+%"))
    sheet.press("Backspace")
    expect(answer).to_contain_text("Draw something")

    tab.locator("language-switch select").select_option("zh-CN")
    expect(panel.get_by_role("heading", name="试一试")).to_be_visible()
    expect(answer).to_contain_text("写点什么")


def test_a_digit_drawn_in_the_middle_of_a_fit_is_answered_and_follows_the_weights(
    playground: PlaygroundPage, panel: Locator
) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training().show("predict")
    draw_seven(panel)
    share = panel.locator(".shares li").nth(7).locator(".percent")
    expect(panel.locator(".head")).to_contain_text("with the weights of this moment")
    first = share.inner_text()
    expect(share).not_to_have_text(first)  # it learns on, and the same drawing is asked again
    expect(panel.locator(".guessed .name")).to_have_text("7")
    playground.stop_button.click()
    playground.wait_until_idle()
    expect(panel.locator(".head")).to_contain_text("with the weights as they are now")

    playground.run("x = 1").wait_until_finished()
    expect(panel.locator("section")).to_have_count(0)  # its model is gone, and so is its answer


def test_a_photograph_is_scaled_down_and_one_that_is_none_is_refused(
    playground: PlaygroundPage, panel: Locator
) -> None:
    playground.run(GOOD).wait_until_finished().show("predict")
    pad = panel.locator("draw-pad")
    # Thick dark ink on grey paper, of several megabytes.
    photograph = playground.tab.evaluate_handle(
        """async (corners) => {
          const canvas = new OffscreenCanvas(2400, 1800);
          const context = canvas.getContext("2d");
          const noise = context.createImageData(2400, 1800);
          for (let at = 0; at < noise.data.length; at += 4) {
            noise.data.fill(190 + 40 * Math.random(), at, at + 3);
            noise.data[at + 3] = 255;
          }
          context.putImageData(noise, 0, 0);
          context.lineWidth = 130;
          context.lineJoin = context.lineCap = "round";
          context.strokeStyle = "#223";
          context.beginPath();
          for (const [x, y] of corners) context.lineTo(700 + 1000 * x, 400 + 1000 * y);
          context.stroke();
          const transfer = new DataTransfer();
          const blob = await canvas.convertToBlob();
          transfer.items.add(new File([blob], "seven.png", { type: "image/png" }));
          return transfer;
        }""",
        [list(corner) for corner in SEVEN],
    )
    pad.dispatch_event("drop", {"dataTransfer": photograph})
    expect(pad.locator(".picture")).to_have_text(
        re.compile("The picture of 2400 . 1800 pixels was scaled down to 256 . 192")
    )
    expect(panel.locator(".guessed .name")).to_have_text("7")
    text = playground.tab.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["no picture"], "notes.txt", { type: "text/plain" }));
          return transfer;
        }"""
    )
    pad.dispatch_event("drop", {"dataTransfer": text})
    expect(pad.get_by_role("alert")).to_contain_text("notes.txt is no picture")
    expect(playground.tab.locator("toast-stack .toast")).to_have_count(0)  # nor a file of programs


NUMBERS = """\
import keras, numpy as np
feature_names = ["age", "height"]
x = np.stack([np.arange(50.0), np.linspace(1.5, 2, 50)], axis=1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.build((None, 2))
model.layers[0].set_weights([np.array([[2.0], [10.0]]), np.array([1.0])])
x_train = x
"""
TEXTS = """\
import keras, numpy as np
texts = np.array(["good film", "bad film", "good story", "bad story"] * 5)
class_names = ["bad", "good"]
vectorize = keras.layers.TextVectorization(output_sequence_length=4)
vectorize.adapt(texts)
model = keras.Sequential([keras.layers.Embedding(12, 8), keras.layers.GlobalAveragePooling1D(),
                          keras.layers.Dense(2, "softmax")])
model.compile(keras.optimizers.Adam(0.1), "sparse_categorical_crossentropy")
model.fit(vectorize(texts), np.array([1, 0, 1, 0] * 5), epochs=20, verbose=0)
"""
CODES = """\
import keras, numpy as np
from keras import layers
x = np.random.rand(60, 12, 12)
encoder = keras.Sequential([keras.Input((12, 12)), layers.Flatten(), layers.Dense(3)])
decoder = keras.Sequential([keras.Input((3,)), layers.Dense(144, "sigmoid"),
                            layers.Reshape((12, 12))], name="decoder")
model = keras.Sequential([encoder, decoder])
model.compile("adam", "mse")
model.fit(x, x, verbose=0)
"""


def test_numbers_texts_and_codes_are_given_to_models_that_take_those(
    playground: PlaygroundPage, panel: Locator
) -> None:
    playground.run(NUMBERS).wait_until_finished().show("predict")
    expect(panel.locator(".caution")).to_contain_text("Nothing has trained this model here")
    panel.get_by_role("spinbutton", name="age").fill("3")
    panel.get_by_role("spinbutton", name="height").fill("1.5")
    expect(panel.locator(".values dd")).to_have_text("22.00")
    panel.get_by_role("slider", name="age").press("ArrowRight")
    expect(panel.locator(".values dd")).to_have_text("24.00")
    panel.get_by_role("spinbutton", name="age").fill("")
    expect(panel.locator(".answer")).to_contain_text("Give each field a number")
    press(panel, "Another sample")
    expect(panel.locator(".values dd")).to_be_visible()

    playground.run(TEXTS).wait_until_finished()
    field = panel.get_by_role("textbox", name="A text for the model")
    field.fill("good zzz film")
    expect(panel.locator(".guessed .name")).to_have_text("good")
    expect(panel.locator(".unknown")).to_have_text("zzz")
    field.fill("电影")
    expect(panel.locator(".answer")).to_contain_text("none of these words")
    panel.get_by_role("button", name="bad film").click()
    expect(panel.locator(".guessed .name")).to_have_text("bad")

    playground.run(CODES).wait_until_finished()
    panel.get_by_role("button", name="Codes").click()
    plane = panel.get_by_role("application", name="Codes for decoder")
    expect(panel.locator(".made canvas")).to_be_visible()
    place = panel.locator("#where")
    before = place.inner_text()
    plane.press("ArrowRight")
    expect(place).not_to_have_text(before)
    before = place.inner_text()
    plane.click(position={"x": 30, "y": 30})
    expect(place).not_to_have_text(before)
    panel.get_by_role("combobox", name="Across").select_option(label="3")
    expect(place).to_contain_text("Number 3:")
    assert found(playground.tab) == []


def test_what_cannot_be_tried_and_weights_that_ran_off_are_said_to_be_so(
    playground: PlaygroundPage, panel: Locator
) -> None:
    playground.run(GOOD + "import numpy as np\nmodel.layers[-1].bias.assign(np.full(10, np.nan))")
    playground.wait_until_finished().show("predict")
    draw_seven(panel)
    expect(panel.locator(".trouble")).to_contain_text("not a number (NaN)")
    several = """\
import keras, numpy as np
from keras import layers
parts = [layers.Input((28, 28)), layers.Input((5,))]
joined = layers.Concatenate()([layers.Flatten()(parts[0]), parts[1]])
model = keras.Model(parts, layers.Dense(1)(joined))
model.compile("sgd", "mse")
model.fit([np.zeros((8, 28, 28)), np.zeros((8, 5))], np.zeros(8), verbose=0)
"""
    playground.run(several).wait_until_finished()
    expect(panel).to_contain_text("several inputs, (?, 28, 28) and (?, 5)")
