"""What a reader mainly does, by keyboard alone, at a desk and on a phone, in both languages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program

PLACES = [(width, language) for width in (1440, 390) for language in ("en", "zh-CN")]
STEPS = """\
import keras, numpy as np
x, y = np.ones((40, 3), "float32"), np.ones((40, 1), "float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.25), "mse", metrics=["mae"])
shown = keras.callbacks.LambdaCallback(
    on_train_batch_end=lambda batch, logs: print(f"step {batch}"),
    on_epoch_end=lambda epoch, logs: print(f"epoch {epoch}"),
)
model.fit(x, y, batch_size=10, epochs=2, verbose=0, callbacks=[shown])
print("rate", model.optimizer.learning_rate.numpy())
"""
NAMES = {"en": ("Run", "Continue"), "zh-CN": ("运行", "继续")}


class Place:
    """The page in a window of some width, in a language."""

    def __init__(self, playground: PlaygroundPage, width: int, language: str):
        self.playground = playground
        self.width = width
        self.run_name, self.resume_name = NAMES[language]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.playground.tab.keyboard.press(key)

    def type_program(self, program: str) -> None:
        """Write a program into the editor, opened by its key."""
        if self.width < 1000:
            self.press("Alt+1")
        expect(self.playground.editor).to_be_visible()
        self.playground.editor.focus()
        expect(self.playground.editor).to_be_focused()
        self.press("ControlOrMeta+a")
        self.playground.tab.keyboard.insert_text(program)

    def open(self, view: str, key: str) -> Locator:
        """Open a view by its key, and return it."""
        self.press(key)
        shown = self.playground.tab.locator(f"#view-{view}")
        expect(shown).to_be_visible()
        expect(self.playground.tab.locator(f"#tab-{view}")).to_be_focused()
        return shown

    def go_to(self, control: Locator) -> None:
        """Go to a control by the Tab key."""
        for _ in range(40):
            self.press("Tab")
            if control.evaluate("it => it.getRootNode().activeElement === it"):
                return
        expect(control).to_be_focused(timeout=100)

    def expect_idle(self) -> None:
        self.playground.wait_until_idle()
        expect(self.playground.run_button).to_contain_text(self.run_name)

    def expect_held(self) -> None:
        expect(self.playground.run_button).to_contain_text(self.resume_name)

    def expect_no_sideways_scrolling(self) -> None:
        width = self.playground.tab.evaluate("document.documentElement.scrollWidth")
        assert width == self.width


@pytest.fixture(params=PLACES, ids=[f"{width}-{language}" for width, language in PLACES])
def place(request: pytest.FixtureRequest, playground: PlaygroundPage) -> Iterator[Place]:
    width, language = request.param
    tab = playground.tab
    before = tab.viewport_size
    assert before is not None
    choice = tab.locator("language-switch select")
    choice.select_option(language)
    tab.set_viewport_size({"width": width, "height": 900})
    yield Place(playground, width, language)
    tab.set_viewport_size(before)
    choice.select_option("en")


def test_training_is_held_stepped_and_changed(place: Place) -> None:
    playground = place.playground
    place.type_program(STEPS)
    place.press("Alt+s")
    place.expect_held()
    expect(playground.console).to_have_text("")
    place.press("Alt+s")
    expect(playground.console).to_have_text("step 0")
    place.expect_held()
    place.press("Alt+e")
    expect(playground.console).to_have_text("step 0step 1step 2step 3epoch 0")
    place.expect_held()

    place.open("train", "Alt+2")
    rate = playground.tab.locator("training-controls .rate input[type=number]")
    expect(rate).to_have_value("0.25")
    place.go_to(rate)
    place.press("ControlOrMeta+a")
    playground.tab.keyboard.type("0.125")
    place.press("Enter")
    expect(playground.tab.locator("training-controls .wait")).to_be_hidden()
    place.press("ControlOrMeta+Enter")
    expect(playground.console).to_contain_text("epoch 1rate 0.125")
    place.expect_idle()

    place.go_to(playground.tab.locator("training-controls .more"))
    place.press("Enter")
    expect(playground.console).to_contain_text(re.compile("rate 0.125.*epoch"))
    place.expect_idle()
    place.expect_no_sideways_scrolling()


def test_training_is_paused_goes_on_and_is_stopped(place: Place) -> None:
    playground = place.playground
    place.type_program(training_program(ENDLESS))
    place.press("ControlOrMeta+Enter")
    place.open("train", "Alt+2")
    expect(playground.chart(0)).to_have_attribute("aria-label", re.compile(r"\d"))
    for _ in range(2):
        place.press("Alt+p")
        place.expect_held()
        place.press("Alt+p")
        expect(playground.run_button).to_contain_text(place.run_name)
    place.press("Alt+q")
    place.expect_idle()


def test_curves_are_read_by_arrows_and_as_a_table(place: Place) -> None:
    playground = place.playground
    place.type_program(training_program(epochs=3))
    place.press("ControlOrMeta+Enter")
    expect(playground.console).to_contain_text("Epoch 3/3")
    place.expect_idle()
    view = place.open("train", "Alt+2")
    place.go_to(playground.chart(0))
    place.press("End")
    said = view.locator("metric-chart p[aria-live]").first
    expect(said).to_contain_text("3")
    last = said.inner_text()
    place.press("ArrowLeft")
    expect(said).not_to_have_text(last)
    place.press("Escape")
    table = view.locator("button", has_text=re.compile("As a table|表格"))
    table.press("Enter")
    expect(view.locator("table tbody tr")).to_have_count(3)
    place.expect_no_sideways_scrolling()
    table.press("Enter")


def test_runs_are_renamed_deleted_and_brought_back(place: Place) -> None:
    playground = place.playground
    for neurons in ("16", "12"):
        place.type_program(training_program(epochs=1).replace("16", neurons))
        place.press("ControlOrMeta+Enter")
        playground.see_anew()
        place.expect_idle()
    view = place.open("runs", "Alt+7")
    rows = view.locator("run-table tbody tr:not(.changes)")
    name = rows.first.locator(".name > button")
    expect(name).to_contain_text("16 → 12")
    count = rows.count()
    name.press("Enter")
    playground.tab.keyboard.type("narrow")
    place.press("Enter")
    expect(name).to_have_text("narrow")
    rows.first.locator(".actions button").last.press("Enter")
    expect(rows).to_have_count(count - 1)
    expect(playground.toast.last).to_be_visible()
    place.press("F6", "Enter")
    expect(rows).to_have_count(count)
    expect(name).to_have_text("narrow")
    place.expect_no_sideways_scrolling()
