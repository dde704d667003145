"""The page as a person uses it: what tests press, write and look at."""

import re

from playwright.sync_api import Locator, Page, expect

_PROGRAM = """\
import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train / 255, y_train, epochs=EPOCHS)
"""
ENDLESS = 100_000
# Console and curves draw in the next frame; when a second one begins, they have.
_TWO_FRAMES = "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"


def training_program(epochs: int) -> str:
    """A small model that trains on the built-in digits; `ENDLESS` epochs outlast any test."""
    return _PROGRAM.replace("EPOCHS", str(epochs))


class PlaygroundPage:
    """A tab with the page in it.

    Args:
        tab: A tab.
        site_url: Where the site is; None for a tab that has it open.
    """

    def __init__(self, tab: Page, site_url: str | None = None):
        self.tab = tab
        if site_url is not None:
            tab.goto(site_url)

    @property
    def editor(self) -> Locator:
        return self.tab.locator("code-editor .cm-content")

    @property
    def run_button(self) -> Locator:
        return self.tab.locator("run-controls button").nth(0)

    @property
    def stop_button(self) -> Locator:
        return self.tab.locator("run-controls button").nth(1)

    @property
    def progress(self) -> Locator:
        return self.tab.locator("progress-line .line")

    @property
    def console(self) -> Locator:
        return self.tab.locator("console-output .lines")

    @property
    def predictions(self) -> Locator:
        return self.tab.locator("prediction-panel")

    @property
    def score(self) -> Locator:
        return self.predictions.locator(".summary")

    @property
    def predictions_head(self) -> Locator:
        return self.predictions.locator(".panel-head")

    @property
    def samples(self) -> Locator:
        return self.tab.locator("sample-panel")

    @property
    def notice(self) -> Locator:
        return self.tab.locator("notice-bar")

    def chart(self, number: int) -> Locator:
        return self.tab.locator("metric-chart .plot").nth(number)

    def choose_example(self, name: str) -> "PlaygroundPage":
        """Choose an example, as it came."""
        self.tab.locator("example-chooser select").select_option(name)
        reset = self.tab.get_by_role("button", name="Reset example")
        if reset.is_visible():
            reset.click()
        return self

    def wait_until_ready(self) -> "PlaygroundPage":
        expect(self.tab.locator("load-status .dot")).to_be_visible()
        return self

    def write(self, program: str) -> "PlaygroundPage":
        """Replace the program in the editor, as a paste would."""
        self.editor.press("ControlOrMeta+a")
        self.tab.keyboard.insert_text(program)
        return self

    def run(self, program: str | None = None) -> "PlaygroundPage":
        if program is not None:
            self.write(program)
        self.run_button.click()
        return self

    def wait_until_training(self) -> "PlaygroundPage":
        expect(self.progress).to_contain_text(re.compile(r"epoch \d+ of .* steps/s", re.S))
        return self

    def wait_until_finished(self) -> "PlaygroundPage":
        """Wait until the run is over and everything it said is drawn."""
        expect(self.progress).to_contain_text("Finished in")
        self.tab.evaluate(_TWO_FRAMES)
        return self

    def shown_values(self, chart: int) -> dict[str, float]:
        """The last value of every curve, as the chart tells a screen reader."""
        label = self.chart(chart).get_attribute("aria-label") or ""
        return {
            name: float(value)
            for name, value in re.findall(r", ([^,]+?) ([\d.]+(?:e-?\d+)?)(?=,|$)", label)
        }
