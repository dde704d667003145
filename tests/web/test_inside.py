"""What the tab Inside shows of a model, and how a person finds the way in it."""

import re

from playwright.sync_api import Locator, expect

from tests.web.playground_page import ENDLESS, PlaygroundPage

POINTS = """\
import keras
x_train, y_train = keras.datasets.toys.circles(300)
model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(6, "tanh"),
                          keras.layers.Dense(1, "sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=EPOCHS, verbose=0)
"""
IMAGES = """\
import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train[:500, ..., None] / 255, x_test[:100, ..., None] / 255
y_train, y_test = y_train[:500], y_test[:100]
x_test[7] = x_train[3]
model = keras.Sequential([keras.layers.Input((28, 28, 1)),
                          keras.layers.Conv2D(4, 5, activation="relu"),
                          keras.layers.MaxPooling2D(4), keras.layers.Flatten(),
                          keras.layers.Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=2, verbose=0)
"""
# What is painted on the canvas of the plane, as one number.
PAINTED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, byte, at) => (sum * 31 + byte * (at + 1)) % 1000003, 0);
}"""


def opened(playground: PlaygroundPage, name: str) -> Locator:
    """Open an inspector, and return the panel."""
    panel = playground.show("inside").tab.locator("inside-panel")
    panel.get_by_role("button", name=name, exact=True).click()
    return panel


def test_a_boundary_bends_while_the_model_trains_and_rests_while_it_is_held(
    playground: PlaygroundPage,
) -> None:
    tab = playground.tab
    playground.run(POINTS.replace("EPOCHS", str(ENDLESS))).wait_until_training()
    panel = opened(playground, "Decision boundary")
    canvas = panel.locator("inside-boundary .field canvas")
    expect(panel.locator(".words").first).to_contain_text(re.compile(r"0 on \d.*1 on \d"))
    painted = canvas.evaluate(PAINTED)
    tab.wait_for_function(
        f"""([painted]) => {{
          const panel = document.querySelector("inside-panel").renderRoot;
          const inner = panel.querySelector("inside-boundary").renderRoot;
          return ({PAINTED})(inner.querySelector(".field canvas")) !== painted;
        }}""",
        arg=[painted],
    )
    expect(panel.locator("map-grid .map")).to_have_count(6)
    neuron = panel.locator("map-grid .map").first
    neuron.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    expect(panel.locator("map-grid .large")).to_contain_text(re.compile("1: from .* on average"))
    tab.get_by_role("button", name="Pause").click()
    expect(tab.get_by_role("button", name="Continue")).to_be_visible()
    held = panel.locator(".moment")
    expect(held).to_contain_text(re.compile(r"Weights in epoch \d"))
    panel.get_by_role("button", name="Weights", exact=True).click()
    expect(panel.locator("inside-weights")).to_contain_text("kernel of dense")
    panel.locator("select").first.select_option("dense_1")
    expect(panel.locator("inside-weights")).to_contain_text(
        re.compile(r"kernel of dense_1.*\(6, 1\)")
    )
    playground.stop_button.click()
    playground.wait_until_idle()
    expect(held).to_contain_text("Weights after the training")


def test_every_inspector_of_an_image_model_shows_what_it_says(playground: PlaygroundPage) -> None:
    playground.run(IMAGES).wait_until_finished()
    panel = opened(playground, "Activations")
    expect(panel.locator("inside-activations .layer")).to_have_count(4)
    panel.get_by_role("button", name="Next").click()
    expect(panel.locator("inside-activations input")).to_have_value("2")
    opened(playground, "What it looks at")
    expect(panel.locator("inside-saliency map-grid canvas")).to_have_count(2)
    expect(panel.locator("inside-saliency input")).to_have_value("2")  # the same sample
    opened(playground, "Calibration")
    expect(panel.locator("inside-calibration .classes tbody tr")).to_have_count(10)
    opened(playground, "Loss landscape")
    expect(panel.locator("inside-landscape .words")).to_contain_text("In the middle the loss is")
    opened(playground, "One step")
    parts = panel.locator("inside-step .stages th[scope=rowgroup]")
    expect(parts).to_contain_text(["Forward", "Loss", "Backward", "Update"])
    expect(panel.locator("inside-step")).to_contain_text(
        re.compile(r"The step takes [\d.]+ (µs|ms)")
    )
    opened(playground, "Data browser")
    browser = panel.locator("inside-browser")
    expect(browser).to_contain_text("1 test samples are among the training samples")
    browser.locator("select").nth(1).select_option("7")
    expect(browser.locator(".tile .label").first).to_contain_text("7 #")
    browser.locator("input[type=search]").fill("x is large")
    browser.locator("input[type=search]").press("Enter")
    expect(browser.get_by_role("alert")).to_contain_text("That is no search here")
    opened(playground, "Embeddings")
    table = panel.locator("inside-embeddings .numbers-of")
    table.locator("summary").click()
    expect(table.locator("tbody tr")).to_have_count(100)
    playground.run("print('no model')").wait_until_finished()
    expect(panel).to_contain_text("There is no model to look into yet")
