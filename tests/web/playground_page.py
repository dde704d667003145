"""The page as a person uses it: what tests press, write and look at."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Error, Locator, Page, Route, expect

_PROGRAM = """\
import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255
model = keras.Sequential([
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=EPOCHS)
"""
ENDLESS = 100_000
# Console and curves draw in the next frame; when a second one begins, they have.
TWO_FRAMES = "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"

# `expect` looks again after 0.1, 0.25, 0.5 and then each second; this looks every 20 ms, for as
# long as runs of tests commonly take.
SOON = """([host, inner, pattern]) => new Promise((resolve) => {
  const fits = new RegExp(pattern, "s");
  const until = performance.now() + 30_000;
  const look = () => {
    const element = document.querySelector(host);
    const found = (element?.shadowRoot ?? element)?.querySelector(inner);
    if ((found && fits.test(found.textContent)) || performance.now() > until) {
      resolve();
    } else {
      setTimeout(look, 20);
    }
  };
  look();
})"""


def training_program(epochs: int) -> str:
    """A small model that trains on the built-in digits; `ENDLESS` epochs outlast any test."""
    return _PROGRAM.replace("EPOCHS", str(epochs))


@contextmanager
def python_on_its_way(tab: Page) -> Iterator[None]:
    """Keep Python's largest file on its way for as long as the block takes."""
    kept: list[Route] = []
    pattern = "**/start.zst"
    tab.context.route(pattern, lambda route: kept.append(route))
    yield
    for route in kept:
        route.continue_()
    tab.context.unroute(pattern)


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
        return self.tab.locator("run-controls .run")

    @property
    def stop_button(self) -> Locator:
        return self.tab.locator("run-controls .stop")

    @property
    def progress(self) -> Locator:
        return self.tab.locator("progress-line .line")

    @property
    def console(self) -> Locator:
        """What is printed; its view may be behind another one."""
        return self.tab.locator("console-output .lines")

    @property
    def predictions(self) -> Locator:
        """What the model says, its view opened."""
        return self.show("predict").tab.locator("prediction-panel")

    @property
    def score(self) -> Locator:
        return self.predictions.locator(".summary")

    @property
    def predictions_head(self) -> Locator:
        return self.predictions.locator(".about")

    @property
    def tiles(self) -> Locator:
        """The samples that the model has answered for."""
        return self.predictions.locator(".tile")

    @property
    def strip(self) -> Locator:
        """What the model says, in a row below its curves."""
        return self.show("train").tab.locator("prediction-strip")

    @property
    def samples(self) -> Locator:
        """The data, its view opened."""
        return self.show("data").tab.locator("sample-panel")

    @property
    def files(self) -> Locator:
        """The files, their view opened."""
        return self.show("files").tab.locator("file-panel")

    def delete_files(self) -> Locator:
        """Delete all files that there are; return their view, opened."""
        panel = self.files
        expect(panel.get_by_role("button", name="Upload")).to_be_visible()
        for button in panel.get_by_role("button", name="Delete").all()[::-1]:
            button.click()
        expect(panel.locator("li")).to_have_count(0)
        return panel

    @property
    def notice(self) -> Locator:
        return self.tab.locator("notice-bar")

    def show(self, view: str) -> "PlaygroundPage":
        """Open a view by its tab: "code", "train", "predict", "inside", "data", "print", ..."""
        shown = self.tab.locator(f"#view-{view}")
        if not shown.is_visible():
            self.tab.locator(f"#tab-{view}").click()
            expect(shown).to_be_visible()
        return self

    def chart(self, number: int) -> Locator:
        return self.tab.locator("metric-chart .plot").nth(number)

    @property
    def program_button(self) -> Locator:
        return self.tab.locator("program-menu .opener")

    @property
    def program_list(self) -> Locator:
        return self.tab.locator("program-menu [role=listbox]")

    @property
    def toast(self) -> Locator:
        return self.tab.locator("toast-stack .toast")

    def open_programs(self) -> Locator:
        """Open the menu of programs, and return it."""
        self.program_button.click()
        return self.tab.locator("program-menu dialog")

    def do_with_program(self, name: str) -> "PlaygroundPage":
        """Press a button of the menu: New, Duplicate, Rename, ..."""
        self.open_programs().get_by_role("button", name=name).click()
        return self.see_anew()

    def choose_program(self, title: str) -> "PlaygroundPage":
        """Choose a program by its title."""
        self.open_programs().locator("[role=option]", has_text=title).first.click()
        return self

    def choose_example(self, name: str) -> "PlaygroundPage":
        """Choose an example by the name of its file, as it came."""
        option = self.open_programs().locator(f"#entry-{name}")
        changed = option.locator(".changed").count() > 0
        option.click()
        if changed:
            self.do_with_program("Reset example")
            self.toast.get_by_role("button", name="Close").first.click()
        return self

    def look_for(self, host: str, inner: str, pattern: str = "") -> None:
        """Wait until a part of an element is there and its text fits, but not for long.

        It spares time and decides nothing: what has to be is left to `expect`.
        """
        with suppress(Error):  # the page may be left
            self.tab.evaluate(SOON, [host, inner, pattern])

    def wait_until_ready(self) -> "PlaygroundPage":
        self.look_for("load-status", ".dot")
        expect(self.tab.locator("load-status .dot")).to_be_visible()
        return self

    def write(self, program: str) -> "PlaygroundPage":
        """Replace the program in the editor, as a paste would."""
        self.show("code").editor.press("ControlOrMeta+a")
        if program:
            self.tab.keyboard.insert_text(program)
        else:
            self.tab.keyboard.press("Delete")
        return self

    def run(self, program: str | None = None) -> "PlaygroundPage":
        if program is not None:
            self.write(program)
        self.run_button.click()
        return self.see_anew()

    def see_anew(self) -> "PlaygroundPage":
        """Wait until the page shows what was last done to it.

        A run may be over before anyone looks: after this all that is shown is of that run, and not
        of the one before.
        """
        self.tab.evaluate(TWO_FRAMES)
        return self

    def wait_until_idle(self) -> "PlaygroundPage":
        """Wait until nothing runs, in any language, however the run ended."""
        expect(self.run_button).to_have_attribute("aria-disabled", "false")
        expect(self.stop_button).to_have_attribute("aria-disabled", "true")
        return self

    def wait_until_training(self) -> "PlaygroundPage":
        steps = r"epoch [\d,]+ of .* steps/s"
        self.look_for("progress-line", ".line", steps)
        expect(self.progress).to_contain_text(re.compile(steps, re.S))
        return self

    def wait_until_finished(self) -> "PlaygroundPage":
        """Wait until the run is over and everything it said is drawn."""
        self.look_for("progress-line", ".line", "Finished in")
        expect(self.progress).to_contain_text("Finished in")
        return self.see_anew()

    def shown_values(self, chart: int) -> dict[str, float]:
        """The last value of every curve, as the chart tells a screen reader."""
        label = self.chart(chart).get_attribute("aria-label") or ""
        return {
            name: float(value)
            for name, value in re.findall(r", ([^,]+?) ([\d.]+(?:e-?\d+)?)(?=,|$)", label)
        }
